package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/google/go-cmp/cmp"

	"waudit/audit/result"
	"waudit/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares text with testdata/name.golden.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func write(t *testing.T, format string, r *result.Report, o report.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.AuditFormats().Write(&b, format, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTable(t *testing.T) {
	for _, c := range []struct {
		name    string
		report  *result.Report
		options report.Options
	}{
		{"overcharge", overcharge(), report.Options{}},
		{"several-checks", several(), report.Options{}},
		{"no-prices", noPrices(), report.Options{}},
		{"incomplete", incomplete(), report.Options{}},
		{"clean", clean(), report.Options{}},
		{"narrow", several(), report.Options{Width: 60}},
		{"color", overcharge(), report.Options{Color: true}},
	} {
		t.Run(c.name, func(t *testing.T) { golden(t, c.name, write(t, "table", c.report, c.options)) })
	}
}

// Of very many findings the table shows some and says how to see the rest.
func TestTableShowsSome(t *testing.T) {
	r := overcharge()
	for range 41 {
		r.Findings = append(r.Findings, utilityInWindow())
	}
	got := string(write(t, "table", r, report.Options{}))
	if n := strings.Count(got, "finding 0123456789abcdef"); n != 10 {
		t.Errorf("%d findings are shown", n)
	}
	if !strings.Contains(got, "… and 32 more: -f json lists all") {
		t.Errorf("got %s", got)
	}
}

// Sums that leave messages out say so.
func TestTableUnpriced(t *testing.T) {
	r := overcharge()
	r.Totals.Unvalued = []result.Unvalued{{Missing: "currency", Messages: 1200, Overcharged: 1}, {Missing: "market", Messages: 2}}
	r.Run.Unset = []result.UnsetFact{{WABA: "100", Key: "currency", Messages: 1200}}
	got := write(t, "table", r, report.Options{})
	for _, want := range []string{
		"1,202 charges (reported or due, 1 overcharged) have no amount: no currency is configured for the\n",
		"account of 1,200 and the customer's market is not known for 2. Set accounts.100.currency.\n",
	} {
		if !bytes.Contains(got, []byte(want)) {
			t.Errorf("got %s, want %q", got, want)
		}
	}
}

// A report that was read from JSON looks like the one that was written.
func TestTableOfReadReport(t *testing.T) {
	for _, r := range []*result.Report{several(), clean()} {
		var read result.Report
		if err := json.Unmarshal(write(t, "json", r, report.Options{}), &read); err != nil {
			t.Fatal(err)
		}
		want, got := write(t, "table", r, report.Options{}), write(t, "table", &read, report.Options{})
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("(-written +read):\n%s", diff)
		}
	}
}

// The worst of a check come first, and the worst check.
func TestTableOrder(t *testing.T) {
	r := several()
	slices.Reverse(r.Findings)
	sure := openFreeEntry()
	sure.ID, sure.Severity, sure.Verdict = "4123456789abcdef", result.Error, result.Overcharge
	r.Findings = append(r.Findings, sure)
	got := regexp.MustCompile("finding ([0-4])123").FindAllStringSubmatch(string(write(t, "table", r, report.Options{})), -1)
	var order string
	for _, match := range got {
		order += match[1]
	}
	if order != "42103" {
		t.Errorf("got %s", order)
	}
}

// hostile is what a log may hold to harm its reader.
const hostile = "\x1b]0;owned\a\x1b[2J\r\nOVERCHARGED: 0\u202egnp.exe\u2028\u200b\u009b31m\xff日本語の非常に長いテンプレート名前\ufeff"

// spoil sets every string of a value to that text.
func spoil(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		spoil(v.Elem(), text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			spoil(v.Index(i), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			spoil(v.Field(i), text)
		}
	}
}

// Whatever field of a report a text of the log stands in, it cannot steer the
// terminal, forge a line or leave the page.
func TestTableIsSafe(t *testing.T) {
	for _, text := range []string{hostile, strings.Repeat(hostile, 20), strings.Repeat("a", 1000), strings.Repeat("é 世 ", 200), "", "-", "."} {
		var r result.Report
		spoil(reflect.ValueOf(&r).Elem(), text)
		r.Run.Options = map[string]any{"checks": []any{text}}
		var in report.Inspect
		spoil(reflect.ValueOf(&in).Elem(), text)
		for _, width := range []int{0, 1, 40, 61, 100, 200} {
			o := report.Options{Width: width}
			safe(t, write(t, "table", &r, o), width)
			safe(t, writeInspect(t, "table", &in, o), width)
		}
	}
}

func safe(t *testing.T, text []byte, width int) {
	t.Helper()
	if width == 0 {
		width = 100
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if n := displaywidth.String(line); n > max(width, 40) {
			t.Errorf("%d columns of %d: %q", n, width, line)
		}
		if strings.HasPrefix(line, "OVERCHARGED") || strings.HasSuffix(line, " ") {
			t.Errorf("%q", line)
		}
		for _, r := range line {
			if !unicode.IsPrint(r) || r == utf8.RuneError {
				t.Errorf("%q in %q", r, line)
			}
		}
	}
}

// Colours change nothing but colours, and nothing depends on the environment.
func TestTableIsDeterministic(t *testing.T) {
	ansi := regexp.MustCompile("\x1b\\[[0-9]+m")
	for _, r := range []*result.Report{overcharge(), several(), noPrices(), incomplete(), clean()} {
		plain := write(t, "table", r, report.Options{})
		color := write(t, "table", r, report.Options{Color: true})
		if diff := cmp.Diff(string(plain), ansi.ReplaceAllString(string(color), "")); diff != "" {
			t.Errorf("(-plain +colour):\n%s", diff)
		}
		if again := write(t, "table", r, report.Options{}); !bytes.Equal(plain, again) {
			t.Errorf("first %s\nthen %s", plain, again)
		}
	}
}
