package source

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/ingest/row"
)

// What an address is shown as holds nothing that lets anybody in.
func TestShown(t *testing.T) {
	for path, want := range map[string]string{
		"logs/a?token=1@b":             "logs/a?token=1@b", // a file
		"s3://id:hunter2@logs/a":       "s3://logs/a",
		"s3://logs/a/b@c":              "s3://logs/a/b@c",
		"https://u:hunter2@host/a?x=1": "https://host/a?x=1",
		"https://h/a?X-Amz-Expires=9&X-Amz-Signature=hunter2&X-Amz-Credential=hunter2#x": "https://h/a?X-Amz-Expires=9#x",
		"https://h/a?X-Amz-Security-Token=hunter2&b=2&c=3":                               "https://h/a?b=2&c=3",
		"https://a.blob.core.windows.net/c/b?sv=2024&sig=hunter2%3D":                     "https://a.blob.core.windows.net/c/b?sv=2024",
		"https://h/a?access_token=hunter2;api_key=hunter2":                               "https://h/a",
		"postgres://u:hunter2#@h/db":                                                     "postgres://h/db",
	} {
		if got := Shown(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

// Every way that an address may be refused by leaves its secrets out.
func TestAddressesInErrors(t *testing.T) {
	clearEnv(t)
	for _, path := range []string{
		"https://u:hunter2@host/a?X-Amz-Signature=hunter2", "s3://id:hunter2@logs/a", "s3://x/a?sig=hunter2&[", "gopher://u:hunter2@h/*",
		"postgres://u:hunter2@h/db", "postgres://u:hunter2@h:port/db#t", "mysql://u:hunter2/@h/db#t", "postgres://u@h/db?password=hunter2", "postgres://u:hunter2#@h/db",
		"postgres://h/db?sslmode=hunter2#t", "mysql://h/db?tls=hunter2#t", "mysql://127.0.0.1:1/db?password=hunter2#t", "postgres://u:1/hunter2@h/db#t",
	} {
		inputs, err := Find(t.Context(), []string{path}, nil)
		if err == nil || len(inputs) > 0 || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, %v", path, inputs, err)
		}
	}
}

func TestNewDatabase(t *testing.T) {
	tests := []struct{ path, shown, query string }{
		{"postgres://u:p@h:5/db#t", "postgres://h:5/db#t", `SELECT * FROM "t"`},
		{`postgresql://h/db?table=s.A"b`, `postgresql://h/db#s.A"b`, `SELECT * FROM "s"."A""b"`},
		{"mariadb://u@h/db?tls=true&socket=/s#a`b", "mariadb://h/db?socket=%2Fs#a`b", "SELECT * FROM `a``b`"},
		{"postgres:///?service=logs&password=p#selected", "postgres:///?service=logs#selected", `SELECT * FROM "selected"`},
		{"mysql://h/db#select a from b where c like 'x%' -- #", "mysql://h/db#select a from b where c like 'x%' -- #", "select a from b where c like 'x%' -- #"},
	}
	for _, tt := range tests {
		d, err := newDatabase(tt.path)
		if err != nil || d.shown != tt.shown || d.query != tt.query {
			t.Errorf("%s: got %+v, %v", tt.path, d, err)
		}
	}
	if got, err := WithQuery("postgres://u@h/db", "SELECT 1"); got != "postgres://u@h/db#SELECT 1" || err != nil {
		t.Error(got, err)
	}
	if _, err := WithQuery("postgres://u:hunter2@h/db#t", "SELECT 1"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}

// Values are what they are in the database: exact, of one line, and times with a zone
// if they have one.
func TestDatabaseCells(t *testing.T) {
	text := func(s string) row.Cell { return row.Cell{Kind: row.Text, Text: s} }
	tests := []struct {
		name string
		got  row.Cell
		want row.Cell
	}{
		{"null", postgresCell(pgNumeric, nil), row.Cell{}},
		{"true", postgresCell(pgBool, []byte("t")), row.Cell{Kind: row.Bool, Int: 1}},
		{"false", postgresCell(pgBool, []byte("f")), row.Cell{Kind: row.Bool}},
		{"numeric", postgresCell(pgNumeric, []byte("12345678901234567890.123456789012")), row.Cell{Kind: row.Float, Text: "12345678901234567890.123456789012"}},
		{"bigint", postgresCell(pgInt8, []byte("-9223372036854775808")), row.Cell{Kind: row.Int, Int: -1 << 63}},
		{"instant", postgresCell(pgInstant, []byte("2026-10-01 12:00:00.123456+00")), text("2026-10-01T12:00:00.123456Z")},
		{"no instant", postgresCell(pgInstant, []byte("infinity")), text("infinity")},
		{"local time", postgresCell(1114, []byte("2026-10-01 12:00:00")), text("2026-10-01 12:00:00")},
		{"json", postgresCell(pgJSON, []byte("{\n \"a\": 1.10\n}")), row.Cell{Kind: row.JSON, Text: `{"a":1.10}`}},
		{"bytes", postgresCell(pgBytes, []byte(`\x7b7d`)), text("{}")},
		{"bytes that are no text", postgresCell(pgBytes, []byte(`\xff00`)), text("/wA=")},
		{"unsigned", mysqlCell("BIGINT", []byte("18446744073709551615")), text("18446744073709551615")},
		{"boolean", mysqlCell("TINYINT", []byte("1")), row.Cell{Kind: row.Int, Int: 1}},
		{"bits", mysqlCell("BIT", []byte{1, 2}), row.Cell{Kind: row.Int, Int: 258}},
		{"decimal", mysqlCell("DECIMAL", []byte("0.0068")), row.Cell{Kind: row.Float, Text: "0.0068"}},
		{"timestamp", mysqlCell("TIMESTAMP", []byte("2026-10-01 12:00:00")), text("2026-10-01T12:00:00Z")},
		{"datetime", mysqlCell("DATETIME", []byte("2026-10-01 12:00:00")), text("2026-10-01 12:00:00")},
		{"json of MySQL", mysqlCell("JSON", []byte(`{"a": "b"}`)), row.Cell{Kind: row.JSON, Text: `{"a":"b"}`}},
		{"blob", mysqlCell("BLOB", []byte("{}")), text("{}")},
		{"nothing", mysqlCell("TEXT", nil), row.Cell{}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// Without an answer of a server the network tells what is wrong.
func TestDatabaseNetwork(t *testing.T) {
	d, err := newDatabase("postgres://u:hunter2@h/db#t")
	if err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		ctx     context.Context
		err     error
		problem Problem
		what    string
	}{
		{t.Context(), &net.DNSError{Name: "h", IsNotFound: true}, Misconfigured, "there is no host of that name"},
		{t.Context(), x509.UnknownAuthorityError{}, Misconfigured, "the certificate of the server is not trusted"},
		{t.Context(), &net.OpError{Op: "dial", Err: errors.New("refused")}, Unreadable, "no connection to the server (refused)"},
		{t.Context(), context.DeadlineExceeded, Unreadable, "the server does not answer"},
		{t.Context(), io.ErrUnexpectedEOF, Unreadable, "the connection to the server broke"},
		{cancelled, io.ErrUnexpectedEOF, Unreadable, "it was interrupted"},
	} {
		if got := d.explain(tt.ctx, tt.err); got.problem != tt.problem || got.what != tt.what {
			t.Errorf("%v: got %+v", tt.err, got)
		}
	}
}

// What the address leaves out is in the client's own file.
func TestClientOptions(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	if got := clientOptions()["user"]; got != "" {
		t.Error(got)
	}
	file := "!includedir /etc/mysql\n[mysqld]\nuser=mysql\n[client]\nuser = billing\npassword = \"hunter2;#x\"\nskip-ssl\n"
	if err := os.WriteFile(filepath.Join(home, ".my.cnf"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := clientOptions(); got["user"] != "billing" || got["password"] != "hunter2;#x" {
		t.Error(got)
	}
}
