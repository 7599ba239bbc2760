package ingest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// Rejected records come out as lines that are ordered by place, and read again
// once they are mended.
func TestRejectsFile(t *testing.T) {
	pretty := strings.ReplaceAll(`{"event":"sent", "timestamp":"never", "wa_id":"15551230001"}`, ", ", ",\n")
	dir := files(t, map[string]string{
		"a.json":   pretty + "\n" + sent("a") + "\n",
		"b.ndjson": sent("b") + "\n{\"event\":\"sent\" \"wa_id\":\"1\",\"x\":\"<\xff\"}\n" + batch("c", "") + "\n",
		"c.ndjson": other + "\n", // skipped, so that nothing of it is rejected
	})
	var out bytes.Buffer
	result, _ := mustRead(t, Options{Paths: []string{dir}, Rejects: &out})
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 3 || len(result.Rejected) != 3 {
		t.Fatalf("got %q, %+v", lines, result.Rejected)
	}
	for i, want := range []string{
		`/a.json","line":1,"at":"","reason":"`, `"record":{"event":"sent","timestamp":"never","wa_id":"15551230001"}}`,
		`/b.ndjson","line":2,"at":"","reason":"not JSON: `, `"record":"{\"event\":\"sent\" \"wa_id\":\"1\",\"x\":\"<\ufffd\"}"}`,
		`/b.ndjson","line":3,"at":"entry[0].changes[0].value.statuses[1]","reason":"`, `"record":` + batch("c", "") + `}`,
	} {
		if !strings.Contains(lines[i/2], want) {
			t.Errorf("got %s\nwant %s", lines[i/2], want)
		}
	}

	mended := strings.NewReplacer("never", "1754280000", `\" \"`, `\", \"timestamp\":1754280000, \"`, "bogus", "1754280000").Replace(out.String())
	result, c := readText(t, mended)
	if in := result.Inputs[0]; in.Used != 3 || in.Rejected != 0 || len(c.events) != 4 {
		t.Errorf("got %+v from %s", in, mended)
	}
}

// What is rejected again is not wrapped again.
func TestRejectsFileAgain(t *testing.T) {
	var first, second bytes.Buffer
	text := sent("a") + "\n{\"event\n" + other + "\n"
	mustRead(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(text), Rejects: &first})
	mustRead(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(sent("a") + "\n" + first.String()), Rejects: &second})
	if diff := gocmp.Diff(first.String(), strings.NewReplacer("byte 46", "byte 8").Replace(second.String())); diff != "" {
		t.Error(diff)
	}
}

// The list is the beginning of all rejects, and the file has them all, however
// many there are and wherever they lie until they are written.
func TestManyRejects(t *testing.T) {
	var text strings.Builder
	text.WriteString(sent("a") + "\n")
	const bad = 60_000
	for i := range bad {
		fmt.Fprintf(&text, "{\"bad\":%d,%q}\n", i, strings.Repeat("x", 100))
	}
	var out bytes.Buffer
	result, _ := mustRead(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(text.String()), Workers: 4, Rejects: &out, TempDir: t.TempDir()})
	if in := result.Inputs[0]; in.Rejected != bad {
		t.Errorf("got %+v", in)
	}
	if len(result.Rejected) != maxRejects || result.Rejected[0].Place.Line != 2 || result.Rejected[maxRejects-1].Place.Line != maxRejects+1 {
		t.Errorf("got %d rejects", len(result.Rejected))
	}
	lines := slices.Collect(strings.Lines(out.String()))
	if len(lines) != bad {
		t.Fatalf("got %d lines", len(lines))
	}
	for i, line := range lines {
		if !strings.Contains(line, fmt.Sprintf(`"line":%d,`, i+2)) {
			t.Fatalf("line %d is %s", i, line)
		}
	}
}

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"a\tb\nc":        "a b c",
		"\x1b[31mred":    "\ufffd[31mred",
		"\xffa":          "\ufffda",
		"ééééé\u202eabc": "ééééé",
		"0123456789abc":  "0123456789",
		"123456789é":     "123456789",
	} {
		if got := printable([]byte(text), 10); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestTally(t *testing.T) {
	var few, many Tally
	few.add("a", 2, 1, place(3))
	few.add("a", 1, 1, place(3))
	few.add("b", 1, 2, place(2))
	for i := range maxNames + 1 {
		many.add(fmt.Sprint(i), 1, int64(i), place(9))
	}
	if few.Names["a"].Records != 1 || few.Names["a"].Items != 3 {
		t.Errorf("got %+v", few.Names["a"])
	}
	few.merge(&many)
	if !few.Many || few.Names != nil || few.All.Items != maxNames+5 || few.All.First != place(2) {
		t.Errorf("got %+v", few)
	}
}
