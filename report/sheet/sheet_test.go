package sheet_test

import (
	"bytes"
	"encoding/csv"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"waudit/audit/money"
	"waudit/report/page"
	"waudit/report/sheet"
)

// hostile are texts that mean something to one reader or another.
func hostile() []string {
	return []string{
		`=HYPERLINK("http://evil.example","x")`, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "x;=1+1", "x,=1+1",
		"a\nb", "a\x00b\x1b[31m", "a|b", "]]>", "<script>alert(1)</script>", "`code` *b* _i_ [l](http://x) @name #1", "\u202eevil", "\xff\xfe", `"quoted"`, "'", "000123", "12345678901234567890",
	}
}

func columns() []sheet.Column {
	return []sheet.Column{
		{Name: "word"}, {Name: "currency"}, {Name: "amount", Kind: sheet.Money}, {Name: "count", Kind: sheet.Count}, {Name: "at", Kind: sheet.Instant},
		{Name: "sure", Kind: sheet.Truth}, {Name: "source", Kind: sheet.Link},
	}
}

func table(rows ...[]string) sheet.Table { return sheet.Of("rows", columns(), rows) }

// row is a row with this word.
func row(word string) []string {
	return []string{word, "USD", "1234.0625", "1200", "2026-10-05T12:00:01Z", "true", "https://example.org/rule?a=1&b=2"}
}

func writeCSV(t rapid.TB, d sheet.CSVStyle, rows ...[]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := sheet.CSV(&b, table(rows...), d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readCSV(t rapid.TB, text []byte, comma rune) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// startsFormula reports whether a spreadsheet would run a cell.
func startsFormula(cell string) bool {
	r := []rune(cell)
	return len(r) > 0 && strings.ContainsRune("=+-@\t\r\n＝＋－＠", r[0]) && !isNumber(cell)
}

// isNumber reports whether a cell is a number or a percentage, which runs nothing.
func isNumber(s string) bool {
	_, err := money.Parse(strings.TrimSuffix(s, "%"))
	return err == nil
}

// TestCSVRunsNothing: whatever a log holds, no cell is a formula, nor is any part of
// one in a program that takes commas for semicolons or the other way round.
func TestCSVRunsNothing(t *testing.T) {
	check := func(t rapid.TB, word string) {
		for d, comma := range map[sheet.CSVStyle]rune{sheet.Comma: ',', sheet.Excel: ';'} {
			text := strings.TrimPrefix(string(writeCSV(t, d, row(word))), "\ufeff")
			cell := readCSV(t, []byte(text), comma)[1][0]
			for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ';' }) {
				if startsFormula(part) {
					t.Errorf("%s: %q of %q", d, part, word)
				}
			}
			if startsFormula(cell) || page.Clean(cell) != cell {
				t.Errorf("%s: cell %q", d, cell)
			}
		}
	}
	for _, word := range append(hostile(), "+1%", "-1%%") {
		check(t, word)
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.StringOf(rapid.SampledFrom([]rune("=+-@;,'\"\t\r\n \u202e＝ab1.%"))).Draw(t, "word"))
	})
}

// TestCSVKeepsWhatIsHarmless: ids, amounts and words arrive as they are.
func TestCSVKeepsWhatIsHarmless(t *testing.T) {
	for _, word := range []string{"wamid.HBgLMTU1NTE=", "order_update", "-0.5000", "+0.0034", "a, b; c", `say "no"`, "Ação", "世界"} {
		if got := readCSV(t, writeCSV(t, sheet.Comma, row(word)), ',')[1]; got[0] != word || got[2] != "1234.0625" || got[4] != "2026-10-05T12:00:01Z" {
			t.Errorf("%q: got %q", word, got)
		}
	}
}

func TestCSVForExcel(t *testing.T) {
	text := writeCSV(t, sheet.Excel, row("word"), row("12345678901234567890"), row("000123"), row("123456789012345"))
	rest, ok := bytes.CutPrefix(text, []byte("\ufeff"))
	if !ok {
		t.Error("no byte order mark")
	}
	rows := readCSV(t, rest, ';')
	if got := strings.Join(rows[1], "|"); got != "word|USD|1234,0625|1200|2026-10-05 12:00:01|true|https://example.org/rule?a=1&b=2" {
		t.Errorf("got %s", got)
	}
	for i, want := range []string{"'12345678901234567890", "'000123", "123456789012345"} {
		if got := rows[i+2][0]; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func writeXLSX(t rapid.TB, tables ...sheet.Table) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := sheet.XLSX(&b, tables, ""); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openXLSX(t rapid.TB, text []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestXLSXHoldsValues: money and counts are numbers in their format, instants are
// dates, and rules are links.
func TestXLSXHoldsValues(t *testing.T) {
	f := openXLSX(t, writeXLSX(t, table(row("word"), row("more")), sheet.Of("empty", columns(), nil)))
	if got := strings.Join(f.GetSheetList(), " "); got != "rows empty" {
		t.Errorf("sheets: %s", got)
	}
	raw, err := f.GetRows("rows", excelize.Options{RawCellValue: true})
	if err != nil || len(raw) != 3 {
		t.Fatalf("%d rows, %v", len(raw), err)
	}
	shown, err := f.GetRows("rows")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(raw[0], "|"); got != "word|currency|amount|count|at (UTC)|sure|source" {
		t.Errorf("header: %s", got)
	}
	if raw[1][2] != "1234.0625" || shown[1][2] != "USD 1,234.0625" || raw[1][3] != "1200" || shown[1][4] != "2026-10-05 12:00:01" {
		t.Errorf("got %q, shown as %q", raw[1], shown[1])
	}
	for cell, want := range map[string]excelize.CellType{"A2": excelize.CellTypeInlineString, "C2": excelize.CellTypeUnset, "D2": excelize.CellTypeUnset, "E2": excelize.CellTypeUnset, "F2": excelize.CellTypeBool} {
		if got, err := f.GetCellType("rows", cell); err != nil || got != want {
			t.Errorf("%s: type %v, want %v, %v", cell, got, want, err)
		}
	}
	if ok, link, err := f.GetCellHyperLink("rows", "G2"); !ok || link != row("")[6] || err != nil {
		t.Errorf("link %v %s %v", ok, link, err)
	}
	panes, err := f.GetPanes("rows")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("header does not stay: %+v, %v", panes, err)
	}
	if !bytes.Contains(part(t, f, "xl/worksheets/sheet1.xml"), []byte(`<autoFilter ref="$A$1:$G$3"`)) {
		t.Error("no filter over all rows")
	}
}

// part is a file of a workbook.
func part(t *testing.T, f *excelize.File, name string) []byte {
	t.Helper()
	text, ok := f.Pkg.Load(name)
	if !ok {
		t.Fatalf("the workbook has no %s", name)
	}
	return text.([]byte)
}

// TestXLSXNumbersAreExact: a number in a cell has the digits of its text; what has
// more than a cell can hold is kept as text.
func TestXLSXNumbersAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})\.[0-9]{4,9}`).Draw(t, "amount")
		cells := row("word")
		cells[2] = text
		raw, err := openXLSX(t, writeXLSX(t, table(cells))).GetRows("rows", excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		got, ok := new(big.Rat).SetString(raw[1][2])
		want, _ := new(big.Rat).SetString(text)
		if !ok || got.Cmp(want) != 0 {
			t.Errorf("got %s, want %s", raw[1][2], text)
		}
	})
}

func TestXLSXRunsNothing(t *testing.T) {
	var rows [][]string
	for _, word := range hostile() {
		cells := row(word)
		cells[1], cells[6] = word, "javascript:alert(1)"
		rows = append(rows, cells)
	}
	f := openXLSX(t, writeXLSX(t, table(rows...)))
	for i, word := range hostile() {
		name, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			t.Fatal(err)
		}
		formula, err := f.GetCellFormula("rows", name)
		if got, _ := f.GetCellValue("rows", name); got != page.Clean(word) || formula != "" || err != nil {
			t.Errorf("%q: got %q, formula %q, %v", word, got, formula, err)
		}
		link, _ := excelize.CoordinatesToCellName(7, i+2)
		if ok, target, _ := f.GetCellHyperLink("rows", link); ok {
			t.Errorf("links to %s", target)
		}
	}
}

func TestXLSXIsTheSameAlways(t *testing.T) {
	tables := []sheet.Table{table(row("word"))}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		tables = append(tables, sheet.Of(name, columns(), [][]string{row(name)}))
	}
	first := writeXLSX(t, tables...)
	for range 5 {
		if !bytes.Equal(first, writeXLSX(t, tables...)) {
			t.Fatal("the same tables gave other bytes")
		}
	}
}

func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	rows := [][]string{row("word")}
	for _, word := range hostile() {
		rows = append(rows, row(word))
	}
	if err := sheet.Markdown(&b, "Title", []sheet.Table{table(rows...)}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if want := "# Title\n\n## rows\n\n| word | currency | amount | count | at | sure | source |\n| --- | --- | ---: | ---: | --- | --- | --- |\n" +
		"| word | USD | 1234.0625 | 1200 | 2026-10-05 12:00:01 UTC | true | "; !strings.HasPrefix(text, want) {
		t.Errorf("got %s", text)
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")[6:]
	if len(lines) != len(rows) {
		t.Fatalf("%d lines for %d rows", len(lines), len(rows))
	}
	for _, line := range lines {
		line, linked := strings.CutSuffix(line, "<https://example.org/rule?a=1&b=2> |")
		if line += "|"; !linked {
			t.Errorf("the rule is no link in %s", line)
		}
		if n := strings.Count(strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\|`, ""), "|"); n != len(columns())+1 {
			t.Errorf("%d bars in %s", n, line)
		}
		for _, bad := range []string{"<", "@n", "://"} {
			if strings.Contains(line, bad) {
				t.Errorf("%q in %s", bad, line)
			}
		}
	}
}

func TestMarkdownSaysWhatIsLeftOut(t *testing.T) {
	for n, want := range map[int]string{60: "\n10 more rows are in ", 51: "\n1 more row is in "} {
		rows := make([][]string, n)
		for i := range rows {
			rows[i] = row("word")
		}
		var b bytes.Buffer
		if err := sheet.Markdown(&b, "Title", []sheet.Table{table(rows...)}); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); strings.Count(got, "| word |") != 51 || !strings.Contains(got, want) {
			t.Errorf("got %s", got)
		}
	}
}

// TestParquet: the columns stand in their order, and hold what the table says.
func TestParquet(t *testing.T) {
	empty := []string{"", "", "", "", "", "", ""}
	minus := row("minus")
	minus[2] = "-0.000000001"
	var b bytes.Buffer
	if err := sheet.Parquet(&b, table(row("word"), empty, minus)); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, field := range f.Schema().Fields() {
		names = append(names, field.Name())
	}
	if got := strings.Join(names, " "); got != "word currency amount count at sure source" {
		t.Errorf("columns: %s", got)
	}
	rows := make([]parquet.Row, 3)
	if n, err := f.RowGroups()[0].Rows().ReadRows(rows); n != 3 {
		t.Fatalf("%d rows, %v", n, err)
	}
	first := rows[0]
	at := time.Date(2026, 10, 5, 12, 0, 1, 0, time.UTC)
	if string(first[0].ByteArray()) != "word" || first[3].Int64() != 1200 || first[4].Int64() != at.UnixMilli() || !first[5].Boolean() {
		t.Errorf("got %v", first)
	}
	for i, want := range map[int]int64{0: 1_234_062_500_000, 2: -1} {
		n := new(big.Int).SetBytes(rows[i][2].ByteArray())
		if n.Bit(127) == 1 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), 128))
		}
		if n.Int64() != want {
			t.Errorf("amount %s, want %d", n, want)
		}
	}
	for _, v := range rows[1] {
		if !v.IsNull() {
			t.Errorf("an empty cell is %v", v)
		}
	}
}
