package container

import (
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/iotest"

	stdjson "encoding/json"

	"github.com/google/go-cmp/cmp"
)

// textGot writes what a text comes to as the tests do: a line a record.
func textGot(t testing.TB, file string, maxRecord int64, block int) string {
	t.Helper()
	reader := text.reader(stream{r: iotest.HalfReader(strings.NewReader(file))}, limits(maxRecord, block))
	var got strings.Builder
	for b := new(Block); reader.Next(b) == nil; {
		for rec := range b.Records() {
			fmt.Fprintf(&got, "%d:%d ", rec.Line, rec.Offset)
			switch {
			case rec.TooLong:
				got.WriteString("TOO LONG ")
			case rec.Fault != "":
				word, _, _ := strings.Cut(rec.Fault, ";")
				got.WriteString("FAULT " + word + ": ")
			case rec.Ignore != "":
				got.WriteString("- ")
			case !stdjson.Valid(rec.Text):
				t.Errorf("%q is no JSON", rec.Text)
			}
			fmt.Fprintf(&got, "%s\n", rec.Text)
		}
	}
	return got.String()
}

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"Python behind a prefix",
			"2026-03-14 07:38:44 - INFO - up\n\n2026-03-14 07:38:45 - INFO - Raw: {'a': True}\r\n2026-03-14 07:38:46 - INFO - Raw: {'a': None}",
			"1:0 - 2026-03-14 07:38:44 - INFO - up\n3:0 {\"a\":true}\n4:0 {\"a\":null}\n"},
		{"laid out for people",
			"INFO body: {\n  \"a\": [\n    1\n  ]\n} end\nINFO {'b': {'c': 1,\n       'd': 2}}\nINFO up\n",
			"1:0 {\n  \"a\": [\n    1\n  ]\n}\n6:0 {\"b\":{\"c\":1,\"d\":2}}\n8:0 - INFO up\n"},
		{"cut, and the next line whole",
			"INFO {\"a\": {\"b\": 1},\nINFO {\"c\":1}\nINFO {\"d\": \"x\nINFO {\"e\":1}\n",
			"1:0 FAULT the body does not end where its line does: the log cuts long lines: {\"a\": {\"b\": 1},\n2:0 {\"c\":1}\n3:0 FAULT the body does not end where its line does: the log cuts long lines: {\"d\": \"x\n4:0 {\"e\":1}\n"},
		{"broken in its lines, which are no records",
			"INFO {\n  \"a\": [}\n  {\"b\": 1}\n}\nINFO {\"c\":1}\n",
			"1:0 FAULT the body is neither JSON nor what Python prints of a dict: {\n  \"a\": [}\n  {\"b\": 1}\n}\n5:0 {\"c\":1}\n"},
		{"objects that are no JSON, beside a body",
			"headers={'at': range(1, 2)} payload={'a': 1}\n",
			"1:0 {\"a\":1}\n1:8 FAULT the body holds a Python object that is no JSON: {'at': range(1, 2)}\n"},
		{"rows of MySQL",
			"-- dump\nINSERT INTO hook VALUES(\"3\",\"{\\\"a\\\":1}\"),(\"4\",NULL);\nUNLOCK TABLES;\n",
			"1:0 - -- dump\n2:0 {\"column1\":\"3\",\"column2\":\"{\\\"a\\\":1}\"}\n2:38 {\"column1\":\"4\",\"column2\":null}\n3:0 - UNLOCK TABLES;\n"},
		{"rows on lines",
			"INSERT INTO hook (id, b) VALUES\n(1, '{\n\"a\":1}'),\n(2, '');\nINSERT INTO u VALUES (3); -- done",
			"2:0 {\"id\":1,\"b\":\"{\\n\\\"a\\\":1}\"}\n4:0 {\"id\":2,\"b\":\"\"}\n5:0 {\"column1\":3}\n5:14 - -- done\n"},
		{"rows of PostgreSQL",
			"COPY public.hook (id, b) FROM stdin;\n1\t{\"a\":1}\n2\t\\N\n\\.\n\nSELECT 1;\n",
			"2:0 {\"id\":\"1\",\"b\":\"{\\\"a\\\":1}\"}\n3:0 {\"id\":\"2\",\"b\":null}\n6:0 - SELECT 1;\n"},
		{"byte order mark", "\ufeffINSERT INTO t VALUES (1);\n\ufeff{\"a\":1}\n", "1:0 {\"column1\":1}\n2:0 {\"a\":1}\n"},
		{"a dump that was cut",
			"INSERT INTO hook VALUES (1),\n(2,'x",
			"1:0 {\"column1\":1}\n2:0 FAULT the row of the SQL dump does not end: the file may be cut: (2,'x\n"},
		{"forms",
			"id=1&status=sent\n?id=1&status=read\nGET /hook?id=2&status=read HTTP/1.1\nHost: x\n",
			"1:0 {\"id\":\"1\",\"status\":\"sent\"}\n2:0 {\"id\":\"1\",\"status\":\"read\"}\n3:0 {\"id\":\"2\",\"status\":\"read\"}\n4:0 - Host: x\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, block := range []int{1, 7, 1 << 16} {
				if diff := cmp.Diff(tt.want, textGot(t, tt.text, 1<<20, block)); diff != "" {
					t.Errorf("blocks of %d (-want +got):\n%s", block, diff)
				}
			}
		})
	}
}

func TestTextTooLong(t *testing.T) {
	for text, want := range map[string]string{
		"INFO a line much too long {\"a\":1}\nINFO {\"b\":1}\n":     "1:0 TOO LONG INFO a line much too\n2:0 {\"b\":1}\n",
		"{\"a\": [\n    1,\n    2,\n    3\n  ]\n}\n{\"b\":1}\n":     "1:0 TOO LONG {\"a\": [\n    1,\n    2\n4:0 - 3\n5:0 - ]\n6:0 - }\n7:0 {\"b\":1}\n",
		"{\"a\": [\n 1]}\n   x\n   y\n   z\n{\"b\":1}\n":            "1:0 {\"a\": [\n 1]}\n3:0 - x\n4:0 - y\n5:0 - z\n6:0 {\"b\":1}\n",
		"INSERT INTO t VALUES\n(1,'0123456789012345'),\n(2);\n":     "2:0 TOO LONG (1,'0123456789012345\n3:0 {\"column1\":2}\n",
		"COPY t FROM stdin;\n0123456789012345678901\n2\n\\.\nend\n": "2:0 TOO LONG 01234567890123456789\n3:0 {\"column1\":\"2\"}\n5:0 - end\n",
	} {
		for _, block := range []int{1, 7, 1 << 16} {
			if diff := cmp.Diff(want, textGot(t, text, 20, block)); diff != "" {
				t.Errorf("%q in blocks of %d (-want +got):\n%s", text, block, diff)
			}
		}
	}
}

// Text is what no other format knows, and only if there is something in it.
func TestTextSniff(t *testing.T) {
	for file, want := range map[string]string{
		"INFO {'a': 1}\n":                               "text",
		"# Title\n\nSome text.\n\n{\"a\":1}\n":          "text",
		"INSERT INTO t VALUES (1);\n":                   "sql",
		"\ufeff/* dump */\nINSERT INTO t VALUES (1);\n": "sql",
		"-- notes on a log\nINFO {'a': 1}\n":            "text",
		"2026-03-14 07:38:44,123 - INFO - Raw: {'event': 'sent', 'timestamp': 1}\n2026-03-14 07:38:44,124 - INFO - Raw: {'event': 'read', 'timestamp': 1}\n": "text",
		"INSERT INTO t (event, timestamp, message_id) VALUES\n('sent',1,'m'),\n('read',2,'m');\n":                                                            "sql",
		"event,timestamp\nsent,1\n":                              "csv",
		"id,payload\n1,\"{\"\"a\"\":1}\"\n2,\"{\"\"a\"\":2}\"\n": "csv",
		"a=1&b=2\n":                                    "text",
		"{'a': 1}\n{'a': 2}\n":                         "text",
		"{\"a\":1}\n{\"b\":'x'}\n":                     "ndjson",
		"[2026-03-14 07:38:44] INFO started\n":         "",
		"INFO {'a': range(1, 2)}\n":                    "",
		"\x7fELF\x00 {\"a\":1}\n":                      "",
		"INSERT INTO t VALUES":                         "",
		"[section]\nkey=value\nother={nothing in it\n": "",
	} {
		_, format, err := (&Sniffer{Limits: limits(1<<20, 1<<16)}).Open(strings.NewReader(file))
		got := ""
		if err == nil {
			got = format.Name()
		}
		if got != want {
			t.Errorf("%q is %q, want %q", file, got, want)
		}
	}
}

// However a text comes in pieces, its records are the same, JSON, and in order.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"INFO {\n 'a': 1,\n}\nINFO {\"b\": [\n", "INSERT INTO t VALUES (1,'x\\'y'),\n(2);\nINSERT INTO u (a, b) VALUES ('{\"a\":1}', X'00')",
		"COPY t (a) FROM stdin;\n1\t\\N\n\\.\nx", "a=1&b=2 {\n\t}\n]\n {'c': b'\\x41'}\n", "{\n{\n {\n  {\n", "b'{\\n\"a\":1}'\n",
		"2026-03-14T07:38:44Z h={'a': 1} p={'b': (1,)}\n", "\x1b[36ma |\x1b[0m { b: \x1b[32m'c'\x1b[39m }\n\x1b[3", "INSERT INTO t VALUES ('\\x7b'),\n(2);",
		"a | {\na |   \"b\": [\na |   ]\na | }\nb | x\n", "2026-03-14T07:38:44Z stdout P {\"b\":\n2026-03-14T07:38:44Z stdout F 1}\nx {\n a: 'b'\n}\nArray\n(\n    [a] => b\n)\n",
	} {
		f.Add(seed, uint8(3), uint8(30))
	}
	f.Add("INSERT VALUE (00\"000\nINSERT INTO 0", uint8(3), uint8(16)) // a row is too long, or runs into the next
	f.Fuzz(func(t *testing.T, file string, block, maxRecord uint8) {
		want := textGot(t, file, int64(maxRecord)+1, 1<<16)
		if got := textGot(t, file, int64(maxRecord)+1, int(block)+1); got != want {
			t.Errorf("in blocks of %d (-want +got):\n%s", int(block)+1, cmp.Diff(want, got))
		}
		var line, end int64
		for rec := range textRecords([]byte(file)) {
			if rec.Line < max(line, 1) || rec.Line == line && rec.Offset < end || rec.Line > line && rec.Offset != 0 {
				t.Fatalf("%+v comes behind line %d, %d", rec, line, end)
			}
			line, end = rec.Line, rec.Offset+int64(len(rec.Text))
		}
		if feeds := int64(strings.Count(file, "\n")); line > feeds+1 {
			t.Fatalf("line %d of %d", line, feeds+1)
		}
	})
}

// textRecords goes through the records of a text.
func textRecords(data []byte) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		r := textOf(Head{Bytes: data})
		for b := new(Block); r.Next(b) == nil; {
			for rec := range b.Records() {
				if !yield(rec) {
					return
				}
			}
		}
	}
}
