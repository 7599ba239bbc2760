package cmd

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

// serverPassword is that of every user of the servers; nothing may show it.
const serverPassword = "hunter2/hunter2"

// databaseServer is a database server that a test has started.
type databaseServer struct {
	address string // of a database, without a user
	exec    func(query string, args ...string) error
}

// databaseServers start the servers that are read. `make databases` installs them.
var databaseServers = map[string]func(t *testing.T) databaseServer{"postgresql": startPostgreSQL, "mysql": startMariaDB}

func startPostgreSQL(t *testing.T) databaseServer {
	initdb, folder := program(t, "initdb", "/usr/lib/postgresql/*/bin/initdb"), serverFolder(t)
	password := filepath.Join(folder, "password")
	if err := os.WriteFile(password, []byte(serverPassword), 0o644); err != nil {
		t.Fatal(err)
	}
	data, port := filepath.Join(folder, "data"), freePort(t)
	setUp(t, initdb, "-D", data, "-U", "owner", "--auth=scram-sha-256", "--pwfile="+password, "--no-sync", "-E", "UTF8", "--locale=C")
	serve(t, filepath.Join(filepath.Dir(initdb), "postgres"), "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "TimeZone=America/Sao_Paulo")
	t.Setenv("PGPASSWORD", serverPassword)
	address := "127.0.0.1:" + port + "/postgres"
	var conn *pgconn.PgConn
	eventually(t, func() (err error) {
		conn, err = pgconn.Connect(context.Background(), "postgres://owner@"+address)
		return err
	})
	t.Cleanup(func() { conn.Close(context.Background()) })
	return databaseServer{"postgres://owner@" + address, func(query string, args ...string) error {
		if len(args) == 0 {
			return conn.Exec(t.Context(), query).Close()
		}
		values := make([][]byte, len(args))
		for i := range args {
			values[i] = []byte(args[i])
		}
		_, err := conn.ExecParams(t.Context(), query, values, nil, nil, nil).Close()
		return err
	}}
}

func startMariaDB(t *testing.T) databaseServer {
	install, server := program(t, "mariadb-install-db", ""), program(t, "mariadbd", "/usr/sbin/mariadbd")
	folder := serverFolder(t)
	data, socket, port := filepath.Join(folder, "data"), filepath.Join(folder, "s"), freePort(t)
	setUp(t, install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db")
	serve(t, server, "--no-defaults", "--datadir="+data, "--socket="+socket, "--port="+port, "--bind-address=127.0.0.1",
		"--innodb-flush-log-at-trx-commit=0", "--default-time-zone=-03:00")
	db, err := sql.Open("mysql", "root@unix("+socket+")/mysql")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // it remembers what it uses
	t.Cleanup(func() { db.Close() })
	mysql.SetLogger(discarded{})
	eventually(t, db.Ping)
	t.Setenv("MYSQL_PWD", serverPassword)
	t.Setenv("HOME", folder)
	s := databaseServer{"mysql://owner@127.0.0.1:" + port + "/logs", func(query string, args ...string) error {
		values := make([]any, len(args))
		for i := range args {
			values[i] = args[i]
		}
		_, err := db.ExecContext(t.Context(), query, values...)
		return err
	}}
	s.must(t, "CREATE DATABASE logs CHARACTER SET utf8mb4")
	s.must(t, "CREATE USER owner@'%' IDENTIFIED BY '"+serverPassword+"'")
	s.must(t, "GRANT ALL ON logs.* TO owner@'%'")
	s.must(t, "USE logs")
	s.must(t, "SET time_zone = '+00:00'") // of the test alone
	return s
}

type discarded struct{}

func (discarded) Print(...any) {}

func (s databaseServer) must(t *testing.T, query string, args ...string) {
	t.Helper()
	if err := s.exec(query, args...); err != nil {
		t.Fatal(query, ": ", err)
	}
}

// program finds a program on PATH, or else where its package has it.
func program(t *testing.T, name, pattern string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a server")
	}
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if found, _ := filepath.Glob(pattern); len(found) > 0 {
		return found[len(found)-1]
	}
	t.Skip("there is no ", name, "; `make databases` installs it")
	return ""
}

// serverFolder is a folder that a server may write to. Its path is short, as those of
// sockets must be.
func serverFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	return folder
}

// unprivileged makes a command run as nobody where the test runs as root: the servers
// refuse that.
func unprivileged(t *testing.T, command *exec.Cmd) *exec.Cmd {
	t.Helper()
	command.Dir = "/"
	if os.Getuid() != 0 {
		return command
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Skip("there is no user nobody: ", err)
	}
	uid, _ := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, _ := strconv.ParseUint(nobody.Gid, 10, 32)
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return command
}

func setUp(t *testing.T, path string, args ...string) {
	t.Helper()
	if out, err := unprivileged(t, exec.Command(path, args...)).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, out)
	}
}

func serve(t *testing.T, path string, args ...string) {
	t.Helper()
	command := unprivileged(t, exec.Command(path, args...))
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Signal(syscall.SIGQUIT)
		time.AfterFunc(10*time.Second, func() { command.Process.Kill() })
		command.Wait()
	})
}

func freePort(t *testing.T) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer free.Close()
	_, port, _ := net.SplitHostPort(free.Addr().String())
	return port
}

func eventually(t *testing.T, try func() error) {
	t.Helper()
	var err error
	for range 300 {
		if err = try(); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal(err)
}

// flatTypes are the types of a table of flat records that are no texts, by server.
var flatTypes = map[string]map[string]string{
	"postgresql": {"": "text", "timestamp": "timestamptz", "conversation_expiration": "timestamptz", "billable": "bool", "amount": "numeric(18,4)"},
	"mysql":      {"": "VARCHAR(200)", "timestamp": "TIMESTAMP(3) NULL", "conversation_expiration": "TIMESTAMP NULL", "billable": "BOOLEAN", "amount": "DECIMAL(18,4)"},
}

// addFlat makes a table of flat records.
func (s databaseServer) addFlat(t *testing.T, kind, name string, records []string) {
	t.Helper()
	table, types := tableOf(t, records), flatTypes[kind]
	columns := make([]string, len(table[0]))
	for i, column := range table[0] {
		columns[i] = column + " " + types[column]
		if types[column] == "" {
			columns[i] += types[""]
		}
	}
	s.must(t, fmt.Sprintf("CREATE TABLE %s (%s)", name, strings.Join(columns, ", ")))
	for _, record := range records {
		var names, marks, values []string
		for column, value := range object(t, record) {
			text := fmt.Sprint(value)
			if strings.HasSuffix(types[column], " NULL") { // MySQL knows no zones in literals
				text = strings.NewReplacer("T", " ", "Z", "").Replace(text)
			}
			if kind == "mysql" && types[column] == "BOOLEAN" {
				text = strconv.Itoa(strings.Count(text, "true"))
			}
			values = append(values, text)
			names, marks = append(names, column), append(marks, s.mark(len(values)))
		}
		s.must(t, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", name, strings.Join(names, ", "), strings.Join(marks, ", ")), values...)
	}
}

// mark stands for the nth argument of a query.
func (s databaseServer) mark(n int) string {
	if strings.HasPrefix(s.address, "mysql") {
		return "CAST(? AS CHAR)"
	}
	return "$" + strconv.Itoa(n)
}

// TestDatabase: a log in a table says what it says in a file, and nothing shows the
// password.
func TestDatabase(t *testing.T) {
	for kind, start := range databaseServers {
		t.Run(kind, func(t *testing.T) {
			s := start(t)
			const seed, messages = 5, 300
			for _, dialect := range []string{"flat", "meta-cloud"} {
				dir, _ := simulated(t, "2025-06-20", seed, messages, "--dialect", dialect)
				records, config := lines(t, filepath.Join(dir, "log.ndjson")), filepath.Join(dir, "waudit.yaml")
				if dialect == "flat" {
					addPrices(t, records)
					s.addFlat(t, kind, "flat", records)
				} else {
					s.must(t, "CREATE TABLE webhooks (id int, payload json, received timestamp)")
					for i, record := range records {
						s.must(t, fmt.Sprintf("INSERT INTO webhooks VALUES (%d, %s, '2026-01-01 00:00:00')", i, s.mark(1)), record)
					}
				}
				want := toldBy(t, config, "log", joined(records, "\n"))
				for _, path := range []string{"#flat", "?table=flat", "#SELECT * FROM flat ORDER BY message_id, timestamp", "#webhooks", "#SELECT payload FROM webhooks WHERE id >= 0"} {
					if strings.Contains(path, "flat") != (dialect == "flat") {
						continue
					}
					if got := toldOf(t, config, path, s.address+path); got != want {
						t.Errorf("%s: %s", path, firstDifference(want, got))
					}
				}
			}
			s.testPlaces(t, kind)
			s.testFailures(t, kind)
		})
	}
}

// testPlaces: a report names the table or the query, and the row, and its evidence can
// be read again.
func (s databaseServer) testPlaces(t *testing.T, kind string) {
	bare := strings.Replace(s.address, "owner@", "", 1)
	withPassword := strings.Replace(s.address, "owner@", "owner:"+strings.ReplaceAll(serverPassword, "/", "%2F")+"@", 1)
	const query = "SELECT payload FROM webhooks"
	folder := t.TempDir()
	report := filepath.Join(folder, "report.json")
	code, _, stderr := run(t, "", "audit", withPassword, "--query", query, "-f", "json", "-o", report)
	if code != exitFindings {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Run struct {
			Inputs []struct{ Path, Container string }
		}
		Findings []struct {
			Evidence []struct {
				Path string
				Line int
			}
		}
	}
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	want := bare + "#" + query
	if in := r.Run.Inputs[0]; in.Path != want || in.Container != kind || r.Findings[0].Evidence[0].Path != want || r.Findings[0].Evidence[0].Line == 0 {
		t.Errorf("got %+v, want %s", r, want)
	}
	if strings.Contains(string(text)+stderr, "hunter2") || strings.Contains(string(text)+stderr, "owner") {
		t.Error("the credentials are shown")
	}
}

// testFailures: what does not lead to a table is said, with the right code and without
// the password.
func (s databaseServer) testFailures(t *testing.T, kind string) {
	s.must(t, map[string]string{
		"postgresql": "CREATE VIEW breaks AS SELECT payload, 1 / (2 - id) AS x FROM webhooks",
		"mysql":      "CREATE VIEW breaks AS SELECT payload, id + (SELECT id FROM webhooks WHERE w.id = 2 OR id = 0) AS x FROM webhooks w",
	}[kind])
	s.must(t, "CREATE TABLE nothing (a int)")
	host := s.address[:strings.Index(s.address, "://")+3]
	tests := []struct {
		path string
		code int
		want string
	}{
		{s.address, exitUsage, "names no table"},
		{s.address + "#absent", exitUsage, "there is no such table"},
		{s.address + "#SELECT payload FORM webhooks", exitUsage, "the query is wrong"},
		{strings.Replace(s.address, "owner@", "owner:hunter2wrong@", 1) + "#webhooks", exitUsage, "refuses the user or the password"},
		{s.address[:strings.LastIndex(s.address, "/")] + "/absent#webhooks", exitUsage, "no such database"},
		{host + "owner:hunter2#x@127.0.0.1/logs#t", exitUsage, "no address of a database"},
		{host + "owner:hunter2@127.0.0.1:1/logs#t", exitIncomplete, "no connection to the server"},
		{s.address + "#nothing", exitIncomplete, "there is no row"},
		{s.address + "#breaks", exitIncomplete, "2 records before it were read"},
	}
	for _, tt := range tests {
		code, stdout, stderr := run(t, "", "audit", "--fail-on", "none", tt.path)
		if code != tt.code || !strings.Contains(stderr, tt.want) || strings.Contains(stderr+stdout, "hunter2") {
			t.Errorf("%s: exit code %d, want %d and %q; stderr: %s", tt.path, code, tt.code, tt.want, stderr)
		}
	}
	// A database is only read.
	write := "#WITH gone AS (DELETE FROM webhooks RETURNING payload) SELECT payload FROM gone"
	if kind == "mysql" {
		write = "#SELECT payload FROM webhooks FOR UPDATE"
	}
	if code, _, stderr := run(t, "", "audit", s.address+write); code == exitClean || code == exitFindings {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
