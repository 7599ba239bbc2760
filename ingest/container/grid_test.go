package container

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// texts writes a grid with | between cells and / between rows.
func (g *Grid) texts() string {
	var rows []string
	for _, cells := range g.Rows {
		var texts []string
		for _, c := range cells {
			texts = append(texts, c.Text)
		}
		rows = append(rows, strings.Join(texts, "|"))
	}
	return strings.Join(rows, "/")
}

// TestGridsOfText: each cell is in its place, whatever the file is written in.
func TestGridsOfText(t *testing.T) {
	encode := func(e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for text, want := range map[string]string{
		"Title, of a card\n\nA,B\n1,2\n":       "Title|of a card//A|B/1|2",
		"Title\r\n\r\nA,\"B\r\nC\"\r\n1,2\r\n": "Title//A|B\r\nC/1|2",
		"\ufeff\"Title, quoted\"\nA,B\n":       "Title, quoted/A|B",
		"Preis;EUR, netto\nDE;0,05\nFR;0,06\n": "Preis|EUR, netto/DE|0,05/FR|0,06",
		"A\tB\n1,5\t2\n":                       "A|B/1,5|2",
		"A|B\n1|2\n":                           "A|B/1|2",
		"A,B\n\"open,2\n3,4\n":                 "A|B/open,2/3|4",
		"A,B\n\xa3,\x80\n":                     "A|B/£|€",
		"A,B\r1,2\r":                           "A|B/1|2",
		encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "A;B\n₹;£\n"): "A|B/₹|£",
		encode(utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), "A;B\n₹;£\n"):       "A|B/₹|£",
		"": "", "\n\n": "/", "alone": "alone",
	} {
		grids, err := Grids([]byte(text))
		if err != nil || len(grids) != 1 {
			t.Fatalf("%q: %v", text, err)
		}
		if got := grids[0].texts(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestGridsOfWorkbook: the sheets with their names, rows where they are, and
// numbers as they were typed.
func TestGridsOfWorkbook(t *testing.T) {
	f := excelize.NewFile()
	_, _ = f.NewSheet("Two")
	for _, cell := range []struct {
		sheet, at string
		value     any
	}{{"Sheet1", "A1", "Title"}, {"Sheet1", "B4", 0.0068}, {"Sheet1", "D4", "n/a"}, {"Two", "A2", 1e-7}} {
		if err := f.SetCellValue(cell.sheet, cell.at, cell.value); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	grids, err := Grids(out.Bytes())
	if err != nil || len(grids) != 2 {
		t.Fatal(err, len(grids))
	}
	if got := grids[0].Name + ": " + grids[0].texts() + ", " + grids[1].Name + ": " + grids[1].texts(); got != "Sheet1: Title///|0.0068||n/a, Two: /0.0000001" {
		t.Error(got)
	}
	for n := range out.Len() {
		if n%97 == 0 {
			_, _ = Grids(out.Bytes()[:n]) // a file that is cut is an error, or what is whole of it
		}
	}
}

// TestGridsAreBounded: a small file does not become a large grid.
func TestGridsAreBounded(t *testing.T) {
	if _, err := Grids(bytes.Repeat([]byte(","), 2*maxGridCells)); err == nil {
		t.Error("two million cells are taken")
	}
	far := zipped(t, minimal(`<row r="2000000"><c r="A2000000"><v>1</v></c></row>`))
	if _, err := Grids(far); !errors.Is(err, errTooLarge) {
		t.Errorf("a row two million rows below: %v", err)
	}
}

// FuzzGrids: any bytes are grids or an error, of bounded size.
func FuzzGrids(f *testing.F) {
	f.Add([]byte("A,B\n\"1\n2\",3\n"))
	f.Add([]byte("PK\x03\x04"))
	book := excelize.NewFile()
	_ = book.SetCellValue("Sheet1", "B2", 0.1)
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		grids, err := Grids(data)
		for _, g := range grids {
			cells := 0
			for _, row := range g.Rows {
				cells += len(row)
			}
			if err == nil && cells > maxGridCells {
				t.Errorf("%d cells", cells)
			}
		}
	})
}
