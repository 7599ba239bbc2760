package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/zstd"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/source"
)

// sent is a flat record with one event.
func sent(message string) string {
	return `{"event":"sent","timestamp":1754280000,"phone_number_id":"106540352242922","wa_id":"15551230001","message_id":"` + message + `"}`
}

// batch is a webhook with a status for each message; "" is a broken one.
func batch(messages ...string) string {
	var statuses []string
	for _, m := range messages {
		at := `"1754280000"`
		if m == "" {
			m, at = "broken", `"bogus"`
		}
		statuses = append(statuses, `{"id":"`+m+`","status":"sent","timestamp":`+at+`,"recipient_id":"15551230001"}`)
	}
	return `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"106540352242922"},"statuses":[` + strings.Join(statuses, ",") + `]}}]}]}`
}

const (
	alerts = `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","time":1754280000,"changes":[{"field":"account_alerts","value":{}}]}]}`
	other  = `{"name":"something else","version":1}`
)

// collector is what all sinks of a run have got.
type collector struct {
	mu     sync.Mutex
	events []event.Event
}

func (c *collector) sink(int) Sink { return c }

func (c *collector) Record(items *dialect.Items) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range items.Events {
		c.events = append(c.events, clone(e))
	}
}

// clone copies the strings of e, which are the reader's.
func clone(e event.Event) event.Event {
	v := reflect.ValueOf(&e).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.String {
			f.SetString(strings.Clone(f.String()))
		}
	}
	return e
}

// messages names the events by place: "0:1.0 m1" is the first on line 1 of the
// first input.
func (c *collector) messages() []string {
	slices.SortFunc(c.events, func(a, b event.Event) int { return a.Place.Compare(b.Place) })
	var list []string
	for _, e := range c.events {
		list = append(list, fmt.Sprintf("%d:%d.%d %s", e.Place.Input, e.Place.Line, e.Place.Item, e.Message))
	}
	return list
}

// files writes files and returns their folder.
func files(t testing.TB, contents map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range contents {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// mustRead reads and checks the identities of the counts.
func mustRead(t testing.TB, opts Options) (*Result, *collector) {
	t.Helper()
	var c collector
	result, err := Read(t.Context(), opts, c.sink)
	if err != nil {
		t.Fatal(err)
	}
	checkCounts(t, result)
	if total := result.Total(); int(total.Events) != len(c.events) {
		t.Errorf("%d events counted, %d handed over", total.Events, len(c.events))
	}
	return result, &c
}

func checkCounts(t testing.TB, result *Result) {
	t.Helper()
	for _, in := range result.Inputs {
		if in.Records != in.Used+in.Ignored+in.Duplicates+in.Rejected ||
			in.Items != in.Events+in.IgnoredItems+in.DuplicateItems+in.RejectedItems {
			t.Errorf("the counts do not add up: %+v", in)
		}
	}
}

func readText(t testing.TB, text string) (*Result, *collector) {
	t.Helper()
	return mustRead(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(text)})
}

func gzipped(parts ...string) string {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	for _, part := range parts {
		io.WriteString(w, part)
		w.Flush()
	}
	w.Close()
	return buf.String()
}

// cut takes away the last bytes.
func cut(s string, bytes int) string { return s[:len(s)-bytes] }

func zstandard(text string) string {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return string(w.EncodeAll([]byte(text), nil))
}

func TestInput(t *testing.T) {
	tests := []struct {
		name, text string
		want       InputResult
		messages   []string
	}{
		{"lines", sent("a") + "\n" + sent("b") + "\n",
			InputResult{Container: "ndjson", Dialect: "flat", Counts: Counts{Records: 2, Used: 2, Items: 2, Events: 2}},
			[]string{"0:1.0 a", "0:2.0 b"}},
		{"several values on a line", sent("a") + "\n" + sent("b") + " " + sent("c") + ",[" + sent("d") + "]\n",
			InputResult{Container: "ndjson", Dialect: "flat", Counts: Counts{Records: 4, Used: 4, Items: 4, Events: 4}},
			[]string{"0:1.0 a", "0:2.0 b", fmt.Sprintf("0:2.%d c", len(sent("b"))+1), fmt.Sprintf("0:2.%d d", 2*len(sent("b"))+3)}},
		{"array on one line", "[" + batch("a", "b") + "," + batch("c") + "]",
			InputResult{Container: "json", Dialect: "meta-cloud", Counts: Counts{Records: 2, Used: 2, Items: 3, Events: 3}},
			[]string{"0:1.0 a", "0:1.1 b", fmt.Sprintf("0:1.%d c", len(batch("a", "b"))+1)}},
		{"pretty-printed", "\ufeff" + strings.ReplaceAll(sent("a")+sent("b"), ",", ",\r\n"),
			InputResult{Container: "json", Dialect: "flat", Counts: Counts{Records: 2, Used: 2, Items: 2, Events: 2}},
			[]string{"0:1.0 a", "0:5.0 b"}},
		{"two dialects", sent("a") + "\n" + batch("b") + "\n" + batch("c") + "\n",
			InputResult{Container: "ndjson", Dialect: "meta-cloud, flat", Counts: Counts{Records: 3, Used: 3, Items: 3, Events: 3}},
			[]string{"0:1.0 a", "0:2.0 b", "0:3.0 c"}},
		{"gzip, in two members", gzipped(sent("a")+"\n") + gzipped(sent("b")+"\n"),
			InputResult{Container: "ndjson", Compression: "gzip", Dialect: "flat", Counts: Counts{Records: 2, Used: 2, Items: 2, Events: 2}},
			[]string{"0:1.0 a", "0:2.0 b"}},
		{"zstd", zstandard(sent("a") + "\n"),
			InputResult{Container: "ndjson", Compression: "zstd", Dialect: "flat", Counts: Counts{Records: 1, Used: 1, Items: 1, Events: 1}},
			[]string{"0:1.0 a"}},
		{"ignored", sent("a") + "\n" + alerts + "\n",
			InputResult{Container: "ndjson", Dialect: "flat, meta-cloud", Counts: Counts{Records: 2, Used: 1, Ignored: 1, Items: 2, Events: 1, IgnoredItems: 1}},
			[]string{"0:1.0 a"}},
		{"rejected", sent("a") + "\n" + other + "\n{\"a\n" + batch("") + "\n",
			InputResult{Container: "ndjson", Dialect: "flat, meta-cloud", Counts: Counts{Records: 4, Used: 1, Rejected: 3, Items: 4, Events: 1, RejectedItems: 3}},
			[]string{"0:1.0 a"}},
		{"a bad item in a good record", batch("a", "", "b") + "\n",
			InputResult{Container: "ndjson", Dialect: "meta-cloud", Counts: Counts{Records: 1, Used: 1, Items: 3, Events: 2, RejectedItems: 1}},
			[]string{"0:1.0 a", "0:1.1 b"}},
		{"a last line that was cut", sent("a") + "\n" + sent("b")[:40],
			InputResult{Container: "ndjson", Dialect: "flat", Counts: Counts{Records: 2, Used: 1, Rejected: 1, Items: 2, Events: 1, RejectedItems: 1}, Incomplete: errCut.Error(), Loss: Tail},
			[]string{"0:1.0 a"}},
		{"gzip that was cut", cut(gzipped(sent("a")+"\n", sent("0123456789abcdefghijklmnopqrstuvwxyz")+"\n"), 40),
			InputResult{Container: "ndjson", Compression: "gzip", Dialect: "flat", Counts: Counts{Records: 2, Used: 1, Rejected: 1, Items: 2, Events: 1, RejectedItems: 1},
				Incomplete: "unexpected end: the file was cut; 1 records before it were read; fetch it again", Loss: Tail},
			[]string{"0:1.0 a"}},
		{"invalid UTF-8", sent("a") + "\n" + sent("\xff") + "\n",
			InputResult{Container: "ndjson", Dialect: "flat", Counts: Counts{Records: 2, Used: 1, Rejected: 1, Items: 2, Events: 1, RejectedItems: 1}},
			[]string{"0:1.0 a"}},
		{"too deep", sent("a") + "\n" + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000) + "\n",
			InputResult{Container: "ndjson", Dialect: "flat", Counts: Counts{Records: 2, Used: 1, Rejected: 1, Items: 2, Events: 1, RejectedItems: 1}},
			[]string{"0:1.0 a"}},
		{"another format", other + "\n" + other + "\n{\"a\n",
			InputResult{Container: "ndjson", Skipped: "no record of a known format", Counts: Counts{Records: 3, Ignored: 3, Items: 3, IgnoredItems: 3},
				Incomplete: "no record of a known format" + thoughNamed}, nil},
		{"JSON that is broken", "{\"a\":\n{\"a\":\n",
			InputResult{Container: "ndjson", Counts: Counts{Records: 2, Rejected: 2, Items: 2, RejectedItems: 2}}, nil},
		{"no JSON", "some text\n", InputResult{Skipped: "no JSON, no table, and no JSON in its text", Incomplete: "no JSON, no table, and no JSON in its text" + thoughNamed}, nil},
		{"nothing", "", InputResult{Skipped: "empty file", Incomplete: "empty file" + thoughNamed}, nil},
		{"nothing in gzip", gzipped(""), InputResult{Compression: "gzip", Skipped: "empty file", Incomplete: "empty file" + thoughNamed}, nil},
		{"UTF-16", utf16(t, sent("a")), InputResult{Container: "ndjson", Dialect: "flat", Counts: Counts{Records: 1, Used: 1, Items: 1, Events: 1}}, []string{"0:1.0 a"}},
		{"truth", `{"message_id":"m","check":"WA101"}` + "\n",
			InputResult{Container: "ndjson", Dialect: "simulate-truth", Counts: Counts{Records: 1, Ignored: 1, Items: 1, IgnoredItems: 1}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			result, c := readText(t, tt.text)
			tt.want.Path = "-"
			if diff := gocmp.Diff(tt.want, result.Inputs[0], cmpopts.IgnoreFields(InputResult{}, "Bytes")); diff != "" {
				t.Error(diff)
			}
			if diff := gocmp.Diff(tt.messages, c.messages()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLists(t *testing.T) {
	unknown := strings.Replace(batch("c", "d"), `"recipient_id"`, `"pricing":{"pricing_model":"XYZ"},"recipient_id"`, 1)
	text := sent("a") + "\n" + other + "\n" + batch("b", "") + "\n" + alerts + "\n" + unknown + "\n" + `{"object":"whatsapp_business_account","entry":[]}` + "\n"
	result, _ := readText(t, text)
	wantRejected := []Reject{
		{event.Place{Line: 2}, "-", "", "not a record of a known log format (keys: name, version); name its dialect with --dialect, or describe it with --mapping", other},
		{event.Place{Line: 3}, "-", "entry[0].changes[0].value.statuses[1]", "", batch("b", "")[:200]},
	}
	if diff := gocmp.Diff(wantRejected, result.Rejected, cmpopts.IgnoreFields(Reject{}, "Reason")); diff != "" {
		t.Error(diff)
	}
	if got := result.Rejected[0].Reason; got != wantRejected[0].Reason {
		t.Error(got)
	}
	wantIgnored := []IgnoredCount{{"field account_alerts", 1, 1}, {"webhook without entries", 1, 1}}
	if diff := gocmp.Diff(wantIgnored, result.Ignored); diff != "" {
		t.Error(diff)
	}
	wantUnknown := []UnknownCount{{"pricing.pricing_model", "XYZ", 1, event.Place{Line: 5}}}
	if diff := gocmp.Diff(wantUnknown, result.Unknown); diff != "" {
		t.Error(diff)
	}
}

func TestReasonOfBrokenRecord(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"line", sent("a") + "\n{\"a\":1}\n{\"a\" 1}\n", `not JSON: expected ':', found "1" (byte 6)`},
		{"lines", "{\n}\n{\n \"a\": 1 1\n}\n{\n}", `not JSON: expected ',' or a closing bracket, found "1" (byte 9 of line 4); lines 3 to 5 are rejected`},
		{"rest", "[{},\n{\n  \"a\n  \"b\": 1\n]", `not JSON: control characters in a string must be escaped, found "\n" (byte 5 of line 3); lines 2 to 5 are rejected; the rest of the file could not be read as JSON`},
		{"cut", "{\"a\":1", `not JSON: expected ',' or a closing bracket, the data ends here (byte 7)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			result, _ := mustRead(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(tt.text), Dialect: "flat"})
			if !slices.ContainsFunc(result.Rejected, func(r Reject) bool { return r.Reason == tt.want }) {
				t.Errorf("got %+v, want %s", result.Rejected, tt.want)
			}
		})
	}
}

// What can not be read is told of, and the others are read.
func TestIncomplete(t *testing.T) {
	var c collector
	inputs := []source.Input{
		source.NewInput("a", -1, func(context.Context) (io.ReadCloser, error) { return nil, fs.ErrPermission }),
		source.NewInput("b", -1, func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(sent("a"))), nil
		}),
	}
	result, err := read(t.Context(), Options{}, inputs, c.sink)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a: no permission to read it; change its mode, or run as a user who may read it"}
	if diff := gocmp.Diff(want, result.Incomplete(0.001, false)); diff != "" {
		t.Error(diff)
	}
	if diff := gocmp.Diff([]string{"1:1.0 a"}, c.messages()); diff != "" {
		t.Error(diff)
	}
}

func TestTooManyRejected(t *testing.T) {
	tests := []struct {
		good, bad int
		strict    bool
		want      []string
	}{
		{0, 10, false, nil},
		{989, 11, false, []string{"11 of 1000 records were rejected (1.1%, and more than 1% are too many)"}},
		{1089, 11, false, nil},
		{1, 0, true, nil},
		{1, 1, true, []string{"1 items were rejected, and --strict allows none"}},
	}
	for _, tt := range tests {
		result, _ := mustRead(t, Options{
			Paths:   []string{"-"},
			Stdin:   strings.NewReader(strings.Repeat(sent("a")+"\n", tt.good) + strings.Repeat("{\"a\n", tt.bad)),
			Dialect: "flat",
		})
		if diff := gocmp.Diff(tt.want, result.Incomplete(0.01, tt.strict)); diff != "" {
			t.Errorf("%d good, %d bad: %s", tt.good, tt.bad, diff)
		}
	}
}

func TestWrongOptions(t *testing.T) {
	tests := []struct {
		opts Options
		want string
	}{
		{Options{Dialect: "morse"}, `there is no dialect "morse"; there are flat`},
		{Options{InputFormat: "xml"}, `there is no input format "xml"; there are parquet, avro, ndjson, json, `},
		{Options{Paths: []string{"no/such/file"}}, "no/such/file: no such file or folder; check the path"},
	}
	for _, tt := range tests {
		if _, err := Read(t.Context(), tt.opts, new(collector).sink); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

func TestOverrides(t *testing.T) {
	odd := `{"event":"sent","timestamp":1754280000}` // no id: not recognised as flat
	text := "# a comment\n" + odd + "\n"
	opts := Options{Paths: []string{"-"}, Stdin: strings.NewReader(text), Dialect: "flat", InputFormat: "ndjson"}
	result, _ := mustRead(t, opts)
	in := result.Inputs[0]
	if in.Dialect != "flat" || in.Container != "ndjson" || in.Rejected != 2 {
		t.Errorf("got %+v", in)
	}
}

func TestHashes(t *testing.T) {
	// The digests are of the files as they are, gzip and junk included.
	dir := files(t, map[string]string{"a": "abc", "b.gz": gzipped("") + ""})
	result, _ := mustRead(t, Options{Paths: []string{dir}, HashInputs: true})
	if got := result.Inputs[0].SHA256; got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("got %q", got)
	}
	if result, _ = mustRead(t, Options{Paths: []string{dir}}); result.Inputs[0].SHA256 != "" {
		t.Error("a digest nobody asked for")
	}
}

func TestProgress(t *testing.T) {
	dir := files(t, map[string]string{"a": strings.Repeat(sent("a")+"\n", 10_000), "b": "no log", "c": sent("c")})
	var read, total int64
	opts := Options{Paths: []string{dir}, Progress: func(r, t int64) {
		if r < read {
			panic("it goes backwards")
		}
		read, total = r, t
	}}
	mustRead(t, opts)
	if read != total || total < 1_000_000 {
		t.Errorf("%d of %d bytes", read, total)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	// A terminal: after the first line it waits for ever.
	waiting, typing := io.Pipe()
	defer typing.Close()
	go func() {
		io.WriteString(typing, sent("a")+"\n")
		cancel()
	}()
	_, err := Read(ctx, Options{Paths: []string{"-"}, Stdin: waiting}, new(collector).sink)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// With Strict, what nobody reads is looked at too; what is whole comes to the
// same either way.
func TestStrict(t *testing.T) {
	whole := webhook(1) + "\n" + `{"event":"sent","timestamp":1754280000,"wa_id":"15551230001","message_id":"m","note":"fine"}` + "\n" +
		`{"_waudit":{},"record":{"event":"sent","timestamp":1754280000,"wa_id":"15551230001","message_id":"m2"},"event":"read","timestamp":1754280000,"wa_id":"1"}` + "\n"
	fine := `{"event":"sent","timestamp":1754280000,"wa_id":"15551230001","message_id":"m3","note":"ok"}` + "\n"
	broken := strings.Replace(fine, "ok", "\x01", 1)
	escaped := strings.Replace(fine, "ok", `\x`, 1)
	garbled := strings.Replace(broken, "\x01", "\xff", 1)
	for _, c := range []struct {
		text             string
		strict           bool
		events, rejected int64
	}{{whole, false, 3, 0}, {whole, true, 3, 0}, {broken, false, 1, 0}, {broken, true, 0, 1}, {garbled, false, 0, 1},
		// Of a layout that is known as well.
		{fine + broken + escaped, false, 3, 0}, {fine + broken + escaped + garbled + fine, true, 2, 3}} {
		path := filepath.Join(t.TempDir(), "log.ndjson")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Read(t.Context(), Options{Paths: []string{path}, Strict: c.strict}, discard)
		if err != nil {
			t.Fatal(err)
		}
		if n := got.Inputs[0]; n.Events != c.events || n.Rejected != c.rejected {
			t.Errorf("strict %v: %d events, %d records rejected, want %d, %d", c.strict, n.Events, n.Rejected, c.events, c.rejected)
		}
	}
}
