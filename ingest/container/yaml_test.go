package container

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// yamlGot writes what a file comes to, a line a record.
func yamlGot(t testing.TB, file string, maxRecord int64, block int) string {
	t.Helper()
	reader := yaml.reader(stream{r: iotest.HalfReader(strings.NewReader(file))}, limits(maxRecord, block))
	var got strings.Builder
	b := new(Block)
	err := reader.Next(b)
	for ; err == nil; err = reader.Next(b) {
		for rec := range b.Records() {
			switch word, _, _ := strings.Cut(rec.Fault, ";"); {
			case rec.TooLong:
				rec.Text = []byte("TOO LONG")
			case rec.Fault != "":
				rec.Text = []byte("FAULT " + word)
			case !stdjson.Valid(rec.Text):
				t.Errorf("%q is no JSON", rec.Text)
			}
			fmt.Fprintf(&got, "%d %s\n", rec.Line, rec.Text)
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	return got.String()
}

// Documents, and elements of a list, are records, whatever the size of blocks.
func TestYAML(t *testing.T) {
	for file, want := range map[string]string{
		"---\na: 1\nb:\n- x\n---\n# of Ruby\n:a: &x 'y'\nb: *x\n": "1 {\"a\":1,\"b\":[\"x\"]}\n5 {\"a\":\"y\",\"b\":\"y\"}\n",
		"- a: 0x1\n  b:\n    - c: ~\n\n- {a: yes}\n":              "1 [{\"a\":\"0x1\",\"b\":[{\"c\":null}]}]\n5 [{\"a\":\"yes\"}]\n",
		"--- !ruby/hash:X\na: |\n  two\n  lines\nb: 2026-03-26\n": "1 {\"a\":\"two\\nlines\\n\",\"b\":\"2026-03-26\"}\n",
		"a: 1\na: 2\n---\n? [1]\n: 2\n---\nx\n":                   "1 FAULT the document is no YAML that JSON can hold\n3 FAULT the document is no YAML that JSON can hold\n6 FAULT the document is no YAML that JSON can hold\n",
		"a: 1\n---\nb: 2":                                         "1 {\"a\":1}\n2 FAULT the last line of the YAML document does not end: the file may be cut\n",
		"- a: " + strings.Repeat("x", 99) + "\n  b: 1\n- a: 2\n":  "1 TOO LONG\n3 [{\"a\":2}]\n",
	} {
		for _, block := range []int{1, 7, 1 << 16} {
			if got := yamlGot(t, file, 80, block); got != want {
				t.Errorf("%q in blocks of %d: got\n%swant\n%s", file, block, got, want)
			}
		}
	}
}

// A text with a body that can be read is a log, and one without a sign of a record
// anybody's.
func TestYAMLSniff(t *testing.T) {
	marked := func(text []byte) bool { return bytes.Contains(text, []byte("wamid.")) }
	for file, want := range map[string]string{
		"---\na: wamid.1\nb: 2\n": "yaml", "a: [wamid.1]\n": "yaml", "a: wamid.1\nb: 2\nc: 3\n---\na: 2\n": "yaml", "Seen: wamid.1\nright: 2\nsure: 3\n---\nx\n": "text", "Seen: wamid.1\nRight: 2\n": "text", "- wamid.1\n- 2\n": "text", "- id: wamid.1\n- id: wamid.2\n": "yaml",
		"a: 1\nb: 2\n": "", "got: {\n  id: 'wamid.1'\n}\n": "text", "got wamid.1\n": "text",
	} {
		o := Sniffer{Limits: Limits{MaxRecord: 1 << 20, BlockSize: 1 << 16, Marked: marked}}
		name := ""
		if _, format, err := o.Open(strings.NewReader(file)); err == nil {
			name = format.Name()
		}
		if name != want {
			t.Errorf("%q is %q, want %q", file, name, want)
		}
	}
}

// However a file comes in pieces, its records are the same, and JSON.
func FuzzYAML(f *testing.F) {
	for _, seed := range []string{"---\na: 1\n---\n- b\n- c: &x [1]\n  d: *x\n", "- a: |\n   b\n\n-\n- 'c'\n...\nd", "a: 1\na: 2\n"} {
		f.Add(seed, uint8(3), uint8(9))
	}
	f.Fuzz(func(t *testing.T, file string, block, maxRecord uint8) {
		want := yamlGot(t, file, int64(maxRecord)+1, 1<<16)
		if got := yamlGot(t, file, int64(maxRecord)+1, int(block)+1); got != want {
			t.Errorf("in blocks of %d: got\n%swant\n%s", int(block)+1, got, want)
		}
	})
}
