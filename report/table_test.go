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
	if !strings.Contains(got, "… and 32 more: --top 0 shows all") {
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
		"1,202 charges, 1 of them overcharged, are not included: no currency is configured for the account of\n",
		"1,200 and the customer's market is not known for 2. Set accounts.100.currency.\n",
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

// The worst of a check come first, then those with most money, and the worst check.
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
	if order != "41203" {
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
	ansi := regexp.MustCompile("\x1b\\[[0-9;]+m")
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

// accounts is a report of two accounts with names and zones, a third without, and
// estimates.
func accounts() *result.Report {
	r := several()
	r.Run.Accounts = []result.AccountLabel{{WABA: "102290129340398", Name: "Kaveri Home", Timezone: "Asia/Kolkata"}, {WABA: "102290129340399", Name: "Loja \x1b[2J Pitanga", Timezone: "America/Sao_Paulo"}}
	r.Totals.Amounts = sums("USD", "3.0000", "2.9966", "0.0034", "0.0000", "0.0000")
	r.Totals.Estimated = &result.Estimated{Currency: "USD", Messages: 1}
	group := func(id, reported, expected, over string) result.GroupTotal {
		return result.GroupTotal{By: "account", Key: id, Amounts: sums("USD", reported, expected, over, "0.0000", "0.0000")}
	}
	r.Totals.Groups = []result.GroupTotal{
		group("102290129340398", "1.0000", "0.9966", "0.0034"), group("102290129340399", "1.5000", "1.5000", "0.0000"), group("102290129340400", "0.5000", "0.5000", "0.0000"),
	}
	r.Run.Inputs[0].Path = "logs of 2025/log.ndjson"
	return r
}

// A table calls accounts by their names, sums them up, and has times in their zones.
func TestTableByAccount(t *testing.T) {
	golden(t, "accounts", write(t, "table", accounts(), report.Options{}))
	for zone, want := range map[string]string{
		"utc": "15551230001 · 2025-08-04 04:00:01 UTC", "Asia/Tokyo": "15551230001 · 2025-08-04 13:00:01 +09:00",
		"account": "15551230001 · 2025-08-04 09:30:01 +05:30",
	} {
		if got := string(write(t, "table", accounts(), report.Options{Zone: zone})); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", zone, got, want)
		}
	}
}

// The findings with the most money come first, those of one currency together, and
// Top says how many are shown.
func TestTableByMoney(t *testing.T) {
	r := overcharge()
	r.Findings = nil
	for _, x := range []struct{ id, currency, over, uncertain string }{
		{"aaaaaaaaaaaaaaaa", "USD", "9.0000", "0.0000"}, {"bbbbbbbbbbbbbbbb", "USD", "10.0000", "0.0000"}, {"cccccccccccccccc", "BRL", "0.1000", "0.0000"},
		{"dddddddddddddddd", "USD", "0.0000", "70.0000"}, {"eeeeeeeeeeeeeeee", "", "", ""},
	} {
		f := utilityInWindow()
		f.ID, f.Amount = x.id, &result.FindingAmount{Amounts: result.Amounts{Currency: x.currency, Overcharged: x.over, Undercharged: "0.0000", Uncertain: x.uncertain}}
		if x.currency == "" {
			f.Amount = nil
		}
		r.Findings = append(r.Findings, f)
	}
	for top, want := range map[int]string{0: "cbade", -1: "cbade", 2: "cb"} {
		var order string
		for _, m := range regexp.MustCompile(`finding ([a-e])`).FindAllStringSubmatch(string(write(t, "table", r, report.Options{Top: top})), -1) {
			order += m[1]
		}
		if order != want {
			t.Errorf("top %d: %s, want %s", top, order, want)
		}
	}
}
