package container

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"waudit/ingest/row"
)

// sheets writes a workbook with a sheet for each table. Formats are number
// formats of cells, by their name on the first sheet.
func sheets(t testing.TB, formats map[string]string, tables ...[][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, table := range tables {
		name := "Sheet" + string(rune('1'+i))
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for n, cells := range table {
			at, _ := excelize.CoordinatesToCellName(1, n+1)
			if err := f.SetSheetRow(name, at, &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	for cell, code := range formats {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStyle("Sheet1", cell, cell, style); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// sheetRows reads a workbook. Numbers and booleans come out as JSON has them.
func sheetRows(t testing.TB, workbook []byte, l Limits) (rows []string) {
	t.Helper()
	o := Sniffer{Limits: l}
	reader, format, err := o.Open(bytes.NewReader(workbook))
	if err != nil || format.Name() != "xlsx" {
		t.Fatalf("format %v, error %v", format, err)
	}
	b := new(Block)
	for err = reader.Next(b); err == nil; err = reader.Next(b) {
		for rec := range b.Records() {
			line := describe(rec)
			n := strings.Index(line, ":")
			if f := strings.Index(line, " FAULT"); f >= 0 {
				rows = append(rows, line[:n+1]+" "+string(rec.Row.AppendJSON(nil))+line[f:])
				continue
			}
			rows = append(rows, line[:n+1]+" "+string(rec.Row.AppendJSON(nil)))
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return rows
}

func TestWorkbook(t *testing.T) {
	day := time.Date(2026, 10, 1, 10, 30, 0, 0, time.UTC)
	tests := []struct {
		name    string
		formats map[string]string
		tables  [][][]any
		want    []string
	}{
		{"texts and numbers", nil, [][][]any{{{"event", "timestamp", "amount"}, {"sent", 1754280000, 0.0068}, {"read", "1754280001", -1e-7}}},
			[]string{`2: {"event":"sent","timestamp":1754280000,"amount":0.0068}`, `3: {"event":"read","timestamp":"1754280001","amount":-0.0000001}`}},
		{"gaps", nil, [][][]any{{{"event", "timestamp", "wa_id"}, {}, {"sent", nil, "7"}, {nil, nil, nil}, {"read"}}},
			[]string{`3: {"event":"sent","wa_id":"7"}`, `5: {"event":"read"}`}},
		{"booleans", nil, [][][]any{{{"event", "timestamp"}, {true, false}}}, []string{`2: {"event":true,"timestamp":false}`}},
		{"dates are texts", map[string]string{"B3": `yyyy\-mm\-dd`, "B4": `"on" 0.00`, "B5": "[$-409]0", "B6": "[h]:mm"},
			[][][]any{{{"event", "timestamp"}, {"a", day}, {"b", 46296.4375}, {"c", 46296.5}, {"d", 46296}, {"e", 46296.25}}},
			[]string{`2: {"event":"a","timestamp":"2026-10-01 10:30:00"}`, `3: {"event":"b","timestamp":"2026-10-01 10:30:00"}`, `4: {"event":"c","timestamp":46296.5}`,
				`5: {"event":"d","timestamp":46296}`, `6: {"event":"e","timestamp":"2026-10-01 06:00:00"}`}},
		{"title, header again", nil, [][][]any{{{"Report"}, {}, {"event", "timestamp"}, {"sent", 1}, {"event", "timestamp"}, {"read", 2}}},
			[]string{`4: {"event":"sent","timestamp":1}`, `6: {"event":"read","timestamp":2}`}},
		{"several sheets", nil, [][][]any{{{"Summary of May"}, {"by hand"}}, {{"event", "timestamp"}, {"sent", 1}}, {{"timestamp", "event"}, {2, "read"}}},
			[]string{`4: {"event":"sent","timestamp":1}`, `6: {"timestamp":2,"event":"read"}`}},
		{"too many cells", nil, [][][]any{{{"event", "timestamp"}, {"sent", 1, "x"}}}, []string{`2: {"event":"sent","timestamp":1,"column 3":"x"} FAULT the row has 3 cells, and`}},
		{"rounded id", nil, [][][]any{{{"event", "wa_id"}, {"sent", 1.23456789012345e+17}}}, []string{`2: {"event":"sent","wa_id":123456789012345000} FAULT cell B2 is a number of`}},
	}
	for _, tt := range tests {
		for _, block := range []int{1, 1 << 16} {
			l := tableLimits()
			book := sheets(t, tt.formats, tt.tables...)
			if format, ok := &xlsx, xlsx.sniff(newHead(book, true)); !ok {
				t.Fatalf("not taken for %s", format.Name())
			}
			l.BlockSize = max(block, 1<<12) // the head must hold the name of a part
			if diff := cmp.Diff(tt.want, sheetRows(t, book, l)); diff != "" {
				t.Errorf("%s: %s", tt.name, diff)
			}
		}
	}
}

func TestShowsDate(t *testing.T) {
	for code, want := range map[string]bool{
		"General": false, "0.00": false, "#,##0.00 \"USD day\"": false, "[Red]0.00": false, "[$-409]0": false, `0\d`: false, "0_d": false, "0;yyyy": false, `"open`: false,
		"yyyy-mm-dd": true, "[$-409]d-mmm": true, "[h]:0": true, "[ss]": true, "hh:mm AM/PM": true, "@": false, "": false, "0.00E+00": false,
	} {
		if showsDate(code) != want {
			t.Errorf("%q: want %v", code, want)
		}
	}
}

// The days of a workbook are those that a spreadsheet shows.
func TestEpoch(t *testing.T) {
	for _, from1904 := range []bool{false, true} {
		for _, days := range []float64{100, 45566.5, 46296.4375, 50000.999} {
			want, err := excelize.ExcelDateToTime(days, from1904)
			if got, ok := clock(epochOf(from1904), days); err != nil || !ok || got.Sub(want).Abs() > time.Second {
				t.Errorf("%v: got %s, want %s", days, got, want)
			}
		}
	}
	for _, days := range []float64{-1, 3e6} {
		if at, ok := clock(epochOf(false), days); ok {
			t.Errorf("%v is %s", days, at)
		}
	}
}

func TestWorkbookTooLarge(t *testing.T) {
	book := sheets(t, nil, [][]any{{"event", "timestamp"}, {"sent", 1}})
	l := tableLimits()
	l.MaxWhole = int64(len(book)) - 1
	err := readError(t, book, l)
	if refusal, ok := errors.AsType[*Refusal](err); !ok || !refusal.Records || !strings.Contains(refusal.Reason, "export it as CSV") {
		t.Errorf("got %v", err)
	}
}

// readError reads a workbook and returns why it is not read to its end.
func readError(t testing.TB, book []byte, l Limits) error {
	t.Helper()
	o := Sniffer{Limits: l, Format: &xlsx}
	reader, _, err := o.Open(bytes.NewReader(book))
	for b := new(Block); err == nil; {
		err = reader.Next(b)
	}
	return err
}

// zipped is an archive of parts.
func zipped(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range parts {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(part, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// minimal is the parts of a workbook with that sheet.
func minimal(sheet string) map[string]string {
	return map[string]string{
		workbookPart:  `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet r:id="a"/></sheets></workbook>`,
		relationsPart: `<Relationships><Relationship Id="a" Type="x/worksheet" Target="/xl/worksheets/one.xml"/></Relationships>`,
		stringsPart:   `<sst><si><r><t>ev</t></r><r><t>ent</t></r><rPh><t>x</t></rPh></si></sst>`, "xl/worksheets/one.xml": sheet,
	}
}

func TestHandmadeWorkbook(t *testing.T) {
	book := zipped(t, minimal(`<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>timestamp</t></is></c></row>`+
		`<row r="5"><c r="B5" t="str"><f>1+1</f><v>1754280000</v></c><c t="s"><v>9</v></c></row></sheetData></worksheet>`))
	if diff := cmp.Diff([]string{`5: {"timestamp":"1754280000"}`}, sheetRows(t, book, tableLimits())); diff != "" {
		t.Error(diff)
	}
}

func TestDamagedWorkbook(t *testing.T) {
	whole := sheets(t, nil, [][]any{{"event", "timestamp"}, {"sent", 1}})
	none := minimal("")
	delete(none, "xl/worksheets/one.xml")
	for name, book := range map[string][]byte{
		"cut off":          whole[:len(whole)/2],
		"no workbook":      zipped(t, map[string]string{"a.txt": "a"}),
		"no sheet":         zipped(t, none),
		"sheet is cut":     zipped(t, minimal(`<worksheet><sheetData><row><c><v>1`)),
		"endless cell":     zipped(t, minimal(`<worksheet><sheetData><row><c><v>`+strings.Repeat("1", 2<<20))),
		"column too far":   zipped(t, minimal(`<worksheet><sheetData><row><c r="ZZZZ1"><v>1</v></c></row></sheetData></worksheet>`)),
		"strings too long": zipped(t, map[string]string{workbookPart: strings.Repeat(" ", 2<<20)}),
	} {
		l := tableLimits()
		l.MaxWhole = 1 << 20
		if err := readError(t, book, l); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What was read before the fault is handed out first.
func TestWorkbookCutInASheet(t *testing.T) {
	book := zipped(t, minimal(`<worksheet><sheetData><row><c t="inlineStr"><is><t>event</t></is></c><c t="inlineStr"><is><t>timestamp</t></is></c></row>`+
		strings.Repeat(`<row><c><v>1</v></c><c><v>2</v></c></row>`, 100)+`<row><c>`))
	o := Sniffer{Limits: tableLimits()}
	reader, _, err := o.Open(bytes.NewReader(book))
	rows := 0
	for b := new(Block); err == nil; {
		if err = reader.Next(b); err == nil {
			for rec := range b.Records() {
				if rec.Row.Cells[0] != (row.Cell{Kind: row.Float, Text: "1"}) {
					t.Fatalf("got %+v", rec.Row)
				}
				rows++
			}
		}
	}
	if rows != 100 || errors.Is(err, io.EOF) {
		t.Errorf("%d rows, %v", rows, err)
	}
}

func FuzzWorkbook(f *testing.F) {
	for _, sheet := range []string{
		`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>4.5E4</v></c></row><row r="1"/></sheetData></worksheet>`,
		`<a><row><c t="inlineStr"><is><t>a</t><rPh><t>b</t></rPh></is></c></row></a>`, `<row><c r="AAAAAAAAAAA"><v>`,
	} {
		f.Add(sheet)
	}
	f.Fuzz(func(t *testing.T, sheet string) {
		if err := readError(t, zipped(t, minimal(sheet)), tableLimits()); err == nil {
			t.Error("read without end")
		}
	})
}

// A text that many cells share counts wherever it is shown: a small file must not
// stand for more text than any program writes.
func TestSharedTextIsBounded(t *testing.T) {
	table := [][]any{{"event", "timestamp"}}
	for range 200 {
		table = append(table, []any{strings.Repeat("b", 8<<10), "1"})
	}
	l := limits(1<<20, 1<<16)
	l.MaxWhole = 128 << 10
	book := sheets(t, nil, table)
	reader, _, err := (&Sniffer{Limits: l}).Open(bytes.NewReader(book))
	for b := new(Block); err == nil; {
		err = reader.Next(b)
	}
	if !strings.Contains(err.Error(), "GB of text") {
		t.Errorf("got %v", err)
	}
}
