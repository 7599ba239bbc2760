package container

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// got is a record as the tests write it.
type got struct {
	Line, Offset int64
	Text         string
}

func read(t testing.TB, r io.Reader, o Sniffer) (string, []got, error) {
	t.Helper()
	reader, format, err := o.Open(r)
	if err != nil {
		return "", nil, err
	}
	var all []got
	for b := new(Block); ; {
		if err = reader.Next(b); err != nil {
			break
		}
		for rec := range b.Records() {
			text := string(rec.Text)
			if rec.TooLong {
				text = "TOO LONG " + text
			}
			if rec.Lost {
				text = "LOST " + text
			}
			all = append(all, got{rec.Line, rec.Offset, text})
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return format.Name(), all, err
}

func limits(maxRecord int64, block int) Limits {
	return Limits{MaxRecord: maxRecord, BlockSize: block}
}

func TestRecords(t *testing.T) {
	tests := []struct {
		name, text, format string
		want               []got
	}{
		{"lines", "{\"a\":1}\n{\"a\":2}\n", "ndjson", []got{{1, 0, `{"a":1}`}, {2, 0, `{"a":2}`}}},
		{"no line feed at the end", "{\"a\":1}\n{\"a\":2}", "ndjson", []got{{1, 0, `{"a":1}`}, {2, 0, `{"a":2}`}}},
		{"byte order mark, blank lines, CRLF", "\ufeff\r\n\n {\"a\":1} \r\n\r\n{\"a\":2}\r\n", "ndjson",
			[]got{{3, 0, `{"a":1}`}, {5, 0, `{"a":2}`}}},
		{"byte order mark in the middle", "{\"a\":1}\n\ufeff{\"a\":2}\n", "ndjson", []got{{1, 0, `{"a":1}`}, {2, 0, `{"a":2}`}}},
		{"bad line", "{\"a\":1}\n{\"a\n{\"a\":2}\n", "ndjson", []got{{1, 0, `{"a":1}`}, {2, 0, `{"a`}, {3, 0, `{"a":2}`}}},
		{"bad first line", "{\"a\":{\n{\"a\":2}\n", "ndjson", []got{{1, 0, `{"a":{`}, {2, 0, `{"a":2}`}}},
		{"first line cut by rotation", "\":1}]}\n{\"a\":2}\n", "ndjson", []got{{1, 0, `":1}]}`}, {2, 0, `{"a":2}`}}},
		{"single object", "{\n \"a\": 1\n}\n", "json", []got{{1, 0, "{\n \"a\": 1\n}"}}},
		{"pretty-printed", "{\n}\n{\n}{\n}", "json", []got{{1, 0, "{\n}"}, {3, 0, "{\n}"}, {4, 0, "{\n}"}}},
		{"commas between", "{\"a\":1},\n{\"a\":2},", "json", []got{{1, 0, `{"a":1}`}, {2, 0, `{"a":2}`}}},
		{"nothing between", `{"a":1}{"a":2}  {"a":3}`, "json", []got{{1, 0, `{"a":1}`}, {1, 7, `{"a":2}`}, {1, 16, `{"a":3}`}}},
		{"array on one line", `[{"a":1}, {"a":2}]`, "json", []got{{1, 0, `{"a":1}`}, {1, 9, `{"a":2}`}}},
		{"array on lines", "\ufeff[\n  {\"a\":\"]\\\"}\"},\n  {\"a\":2}\n]\n", "json", []got{{2, 0, `{"a":"]\"}"}`}, {3, 0, `{"a":2}`}}},
		{"array of one", "[\n  {\"a\":1}\n]\n", "json", []got{{2, 0, `{"a":1}`}}},
		{"arrays one after another", "[{\"a\":1}]\n[{\"a\":2}]", "json", []got{{1, 0, `{"a":1}`}, {2, 0, `{"a":2}`}}},
		{"array in array", `[[{"a":1}],{"b":[[]]}]`, "json", []got{{1, 0, `[{"a":1}]`}, {1, 10, `{"b":[[]]}`}}},
		{"empty array", "[ ]\n", "json", nil},
		{"UTF-16", "\xff\xfe{\x00}\x00\n\x00{\x00}\x00", "ndjson", []got{{1, 0, `{}`}, {2, 0, `{}`}}},
		{"UTF-16 without byte order mark", "\x00[\x00{\x00}\x00,\x00{\x00}\x00]", "json", []got{{1, 0, `{}`}, {1, 3, `{}`}}},
		{"UTF-32", "\xff\xfe\x00\x00{\x00\x00\x00}\x00\x00\x00", "ndjson", []got{{1, 0, `{}`}}},
		{"UTF-32 without byte order mark", "\x00\x00\x00{\x00\x00\x00}", "ndjson", []got{{1, 0, `{}`}}},
		{"no objects", `["a b", null ,-1.5e3]`, "json", []got{{1, 0, `"a b"`}, {1, 7, `null`}, {1, 13, `-1.5e3`}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			format, records, err := read(t, strings.NewReader(tt.text), Sniffer{Limits: limits(1<<20, 1<<16)})
			if err != nil || format != tt.format {
				t.Errorf("format %q, error %v; want %q", format, err, tt.format)
			}
			if diff := cmp.Diff(tt.want, records); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBrokenValues(t *testing.T) {
	tests := []struct {
		name, text string
		want       []got
	}{
		{"quote missing", "{\n \"a\": \"x\n}\n{\n}\n", []got{{1, 0, "{\n \"a\": \"x\n}"}, {4, 0, "{\n}"}}},
		{"bracket missing in an array", "[\n {\"a\": {\"b\": 1},\n {\"a\": 2}\n]", []got{{2, 0, `{"a": {"b": 1}`}, {3, 0, `{"a": 2}`}}},
		{"the next record swallowed", "{\n}\n{\"a\":\n{\"b\":1}\n{\"c\":1}\n", []got{{1, 0, "{\n}"}, {3, 0, `{"a":`}, {4, 0, `{"b":1}`}, {5, 0, `{"c":1}`}}},
		{"inner objects are no records", "{\n  \"a\": [\n    {\n      \"b\": 1]\n    },\n    {\n    }\n  ]\n}\n{\n}",
			[]got{{1, 0, "{\n  \"a\": [\n    {\n      \"b\": 1]\n    },\n    {\n    }\n  ]\n}"}, {10, 0, "{\n}"}}},
		{"brackets on one line", "[{\n  \"a\": 1]\n}, {\n  \"b\": {\n  }\n}, {\n}]", []got{{1, 0, "{\n  \"a\": 1]\n}"}, {3, 0, "{\n  \"b\": {\n  }\n}"}, {6, 0, "{\n}"}}},
		{"lines of arrays", "[{\"a\":1},{\"a\n[{\"a\":2}]\n", []got{{1, 0, `{"a":1}`}, {1, 8, `{"a`}, {2, 0, `{"a":2}`}}},
		{"words between", "[{\"a\":1},\noops ,\n{\"a\":2}]", []got{{1, 0, `{"a":1}`}, {2, 0, "oops"}, {3, 0, `{"a":2}`}}},
		{"too many brackets", "[{\"a\":1}}},\n{\"a\":2}]]", []got{{1, 0, `{"a":1}`}, {1, 7, "}}"}, {2, 0, `{"a":2}`}, {2, 8, "LOST ]"}}},
		{"nothing to go on with", "[{\"a\":1},{\"a\":\"\n\":{}}\n]", []got{{1, 0, `{"a":1}`}, {1, 8, "LOST {\"a\":\"\n\":{}}\n]"}}},
		{"cut off", "[{\"a\":1},\n{\"a\":2", []got{{1, 0, `{"a":1}`}, {2, 0, `{"a":2`}}},
		{"long word", "[{\"a\":1}," + strings.Repeat("7", 65) + "]", []got{{1, 0, `{"a":1}`}, {1, 8, "LOST " + strings.Repeat("7", 65) + "]"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, records, err := read(t, strings.NewReader(tt.text), Sniffer{Limits: limits(1<<20, 1<<16), Format: &json})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, records); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An array that is cut between two records has lost some, and nothing in what is
// left of it shows that.
func TestArrayWithoutEnd(t *testing.T) {
	for text, cut := range map[string]bool{
		"[{\"a\":1},\n": true, "[{\"a\":1}": true, "[": true, "[{\"a\":1}]\n[{\"a\":2}\n": true,
		"[{\"a\":1}]": false, "{\"a\":1}\n,": false, "[{\"a\":1},\n{\"a\":": false, "[{\"a\":1},{\"a\":\"\n\":{}}\n]": false,
	} {
		_, records, err := read(t, strings.NewReader(text), Sniffer{Limits: limits(1<<20, 1<<16), Format: &json})
		if errors.Is(err, errArrayOpen) != cut || !cut && err != nil || len(records) < strings.Count(text, "1}") {
			t.Errorf("%s: got %v, %v", text, records, err)
		}
	}
}

func TestTooLong(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 100) + `"}`
	tests := []struct {
		name, text string
		want       []got
	}{
		{"line", "{\"a\":1}\n" + long + "\n{\"a\":2}\n", []got{{1, 0, `{"a":1}`}, {2, 0, "TOO LONG " + long[:20]}, {3, 0, `{"a":2}`}}},
		{"first line", long + "\n{\"a\":2}\n", []got{{1, 0, "TOO LONG " + long[:20]}, {2, 0, `{"a":2}`}}},
		{"last line", "{\"a\":2}\n" + long, []got{{1, 0, `{"a":2}`}, {2, 0, "TOO LONG " + long[:20]}}},
		{"element", `[{"a":1},` + long + `,{"a":2}]`, []got{{1, 0, `{"a":1}`}, {1, 8, "TOO LONG " + long[:20]}, {1, 117, `{"a":2}`}}},
		{"object", "{\n}\n{\n" + long[1:] + "\n\n{\n}", []got{{1, 0, "{\n}"}, {3, 0, "TOO LONG " + ("{\n" + long[1:])[:20]}, {6, 0, "{\n}"}}},
		{"broken", "[" + long[:90] + "\n},\n{\"a\":2}]", []got{{1, 0, "TOO LONG " + long[:20]}, {3, 0, `{"a":2}`}}},
		{"exactly as long as it may be", "[{\"a\":\"0123456789ab\"},\n{\"a\":\"0123456789abc\"}]",
			[]got{{1, 0, `{"a":"0123456789ab"}`}, {2, 0, `TOO LONG {"a":"0123456789abc"`}}},
	}
	for _, tt := range tests {
		for _, block := range []int{8, 64, 1 << 16} {
			t.Run(fmt.Sprint(tt.name, ", blocks of ", block), func(t *testing.T) {
				o := Sniffer{Limits: limits(20, block), Format: &json}
				if strings.HasSuffix(tt.name, "line") {
					o.Format = &ndjson
				}
				_, records, err := read(t, strings.NewReader(tt.text), o)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, records); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

func TestRefusal(t *testing.T) {
	tests := []struct {
		name, text, reason string
		records            bool
	}{
		{"nothing", "", "empty file", false},
		{"white space", "\ufeff \r\n\n", "empty file", false},
		{"UTF-16 prose", "\xfe\xff\x00a", "no JSON, no table, and no JSON in its text", false},
		{"text log", "[2026-10-01 10:00:00] INFO started\n", "no JSON, no table, and no JSON in its text", false},
		{"settings", "[section]\nkey=value\n", "no JSON, no table, and no JSON in its text", false},
		{"prose", "# Title\n\nSome text.\n", "no JSON, no table, and no JSON in its text", false},
		{"zip in a pipe", "PK\x03\x04....", "a zip archive and no spreadsheet; unpack it first", true},
		{"document", "PK\x03\x04....[Content_Types].xml", "a zip archive and no spreadsheet; unpack it first", false},
		{"SQLite", "SQLite format 3\x00..", "a SQLite database, which is not read; export its table: sqlite3 -json FILE 'SELECT * FROM table' > log.json", true},
		{"DuckDB", "\x01\x02\x03\x04\x05\x06\x07\x08DUCK\x40\x00\x00", "a DuckDB database, which is not read; export its table: duckdb FILE \"COPY table TO 'log.parquet'\"", true},
		{"ORC", "ORC\x00\x01wamid.x", "an ORC file, which is not read; convert it to Parquet: python -c \"import pyarrow.orc as o, pyarrow.parquet as p; p.write_table(o.read_table('FILE'), 'log.parquet')\"", true},
		{"tar in a pipe", "a" + strings.Repeat("\x00", 256) + "ustar", "a tar archive in another one, or from a pipe, which is not read; unpack it first, or name the file", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := read(t, strings.NewReader(tt.text), Sniffer{Limits: limits(1<<20, 1<<16)})
			refusal, ok := errors.AsType[*Refusal](err)
			if !ok || refusal.Error() != tt.reason || refusal.Records != tt.records {
				t.Errorf("got %#v, want %q, %v", err, tt.reason, tt.records)
			}
		})
	}
}

// What was read before the error is handed out first.
func TestReadError(t *testing.T) {
	broken := errors.New("the disk is broken")
	for _, text := range []string{"{\"a\":1}\n{\"a\":", "[{\"a\":1},{\"a\":"} {
		_, records, err := read(t, io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), Sniffer{Limits: limits(1<<20, 1<<16)})
		if len(records) != 2 || !errors.Is(err, broken) {
			t.Errorf("%s: got %v, %v", text, records, err)
		}
	}
	if _, _, err := read(t, iotest.ErrReader(broken), Sniffer{Limits: limits(1<<20, 1<<16)}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

// Whatever a file is made of, it takes no more memory than one record may, and
// time in proportion to its size.
func TestMemory(t *testing.T) {
	tests := map[string][2]string{ // how it begins, and what follows over and over
		"one line":          {"", "0123456789abcdef"},
		"open brackets":     {"", `{"a":[`},
		"closed brackets":   {"{\"a\n", "}"},
		"line feeds":        {"", "\n"},
		"broken lines":      {"", "{\"a\":\"\n"},
		"words":             {"", "x"},
		"nested lines":      {"", "{\"a\":\n"},
		"nested arrays":     {"", "[\n"},
		"spaces":            {"", " "},
		"spaces in a value": {"{", " "},
		"spaces behind one": {"{\"a\n", " "},
	}
	for name, text := range tests {
		for _, format := range Formats() {
			if format.Name() == "xlsx" {
				continue // it is held whole
			}
			t.Run(name+" as "+format.Name(), func(t *testing.T) {
				size := int64(16 << 20)
				if testing.Short() {
					size = 4 << 20 // with the race detector the whole takes minutes
				}
				again := &repeat{unit: strings.Repeat(text[1], 4096/len(text[1]))}
				r := io.MultiReader(strings.NewReader(text[0]), io.LimitReader(again, size))
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				drain(t, r, Sniffer{Limits: limits(256<<10, 64<<10), Format: format})
				runtime.ReadMemStats(&after)
				if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 8<<20 {
					t.Errorf("%d bytes allocated for %d bytes read", allocated, size)
				}
			})
		}
	}
}

func drain(t testing.TB, r io.Reader, o Sniffer) {
	reader, _, err := o.Open(r)
	for b := new(Block); err == nil; {
		err = reader.Next(b)
	}
	if !errors.Is(err, io.EOF) {
		if _, ok := errors.AsType[*Refusal](err); !ok {
			t.Error(err)
		}
	}
}

// repeat is an endless repetition of unit.
type repeat struct {
	unit string
	at   int
}

func (r *repeat) Read(p []byte) (n int, err error) {
	for n < len(p) {
		c := copy(p[n:], r.unit[r.at:])
		n, r.at = n+c, (r.at+c)%len(r.unit)
	}
	return n, nil
}

// However the file comes in pieces, its records are the same, in order, and
// what is not in a record is white space, a comma, a bracket of an array or a hole.
func FuzzContainer(f *testing.F) {
	for _, seed := range []string{
		"{\"a\":1}\n{\"b\":2}\n", "[{\"a\":\"\\\"]\"},\n {\"b\":[{}]}]", "{\n}\n{\n\"a\":}\n{", "[\n{\"a\":\n{\"b\":1}\n{}]]\n[{",
		"{\"a\":\"x\ny\"}, {\n}, {\n}\n", "[1,nul,\"\n", "}{\"a\"\n\ufeff[{}]", "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
	} {
		f.Add(seed, uint8(3), uint8(16))
	}
	f.Add(" \"}0\n\"\x100\n {", uint8(0), uint8(5))
	f.Add("[][[][]", uint8('9'), uint8(4))
	f.Fuzz(func(t *testing.T, text string, block, maxRecord uint8) {
		if _, wide := decoderOf([]byte(text)); wide {
			return // its records are in UTF-8
		}
		for _, format := range []*Format{&ndjson, &json} {
			small := Sniffer{Limits: limits(int64(maxRecord)+1, int(block)+1), Format: format}
			large := Sniffer{Limits: limits(int64(maxRecord)+1, 1<<16), Format: format}
			_, one, err1 := read(t, iotest.OneByteReader(strings.NewReader(text)), small)
			_, all, err2 := read(t, strings.NewReader(text), large)
			if _, refused := errors.AsType[*Refusal](err2); refused {
				return // by its head, of which the small blocks hold less
			}
			if !errors.Is(err1, err2) || !cmp.Equal(one, all) {
				t.Errorf("%s in small and in large blocks (-, +), error %v:\n%s", format.Name(), err1, cmp.Diff(one, all))
			}
			accounted(t, text, all)
		}
	})
}

// accounted fails the test unless each record is in text on the line where it
// says, in order, and nothing is left between the records but what separates
// them.
func accounted(t *testing.T, text string, records []got) {
	t.Helper()
	starts := []int{0, 0} // by line
	for i := range len(text) {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	end, next := 0, got{}
	for _, rec := range records {
		recText, tooLong := strings.CutPrefix(strings.TrimPrefix(rec.Text, "LOST "), "TOO LONG ")
		if tooLong {
			return // where it ends is not known from its beginning
		}
		begin := max(end, starts[rec.Line])
		at := begin + strings.Index(text[begin:], recText)
		if at < begin || rec.Line == next.Line && rec.Offset < next.Offset || rec.Line > next.Line && rec.Offset > 0 {
			t.Fatalf("%+v is not where it says in %q", rec, text)
		}
		separators(t, text[end:at])
		end, next = at+len(recText), got{Line: rec.Line, Offset: rec.Offset + int64(len(recText))}
		if strings.Contains(recText, "\n") {
			next = got{Line: rec.Line + 1}
		}
	}
	separators(t, text[end:])
}

// separators fails the test unless text only separates records.
func separators(t *testing.T, text string) {
	t.Helper()
	for i := range len(text) {
		if strings.IndexByte(" \t\r\n,[]\ufeff\x00", text[i]) < 0 {
			t.Fatalf("%q is in no record", text)
		}
	}
}

func BenchmarkReader(b *testing.B) {
	line := `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.HBgLMTU1NTEyMzAwMDEVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA","status":"delivered","timestamp":"1754280001","recipient_id":"15551230001","conversation":{"id":"d00d02d00d02d00d02","origin":{"type":"utility"}},"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"utility"}}]},"field":"messages"}]}]}` + "\n"
	for _, format := range Formats() {
		b.Run(format.Name(), func(b *testing.B) {
			text := bytes.Repeat([]byte(line), 32<<20/len(line))
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				drain(b, bytes.NewReader(text), Sniffer{Limits: limits(64<<20, 1<<20), Format: format})
			}
		})
	}
}
