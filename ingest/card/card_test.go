package card

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
)

const day rate.Day = 2026_10_01

// parse reads a file of that name.
func parse(name string, data []byte, o Options) ([]*Sheet, error) {
	return Parse(SourceFile{Name: name, SHA256: "5ac1", Data: data}, o)
}

func options(t testing.TB) Options {
	t.Helper()
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	meta, err := rate.Meta(markets)
	if err != nil {
		t.Fatal(err)
	}
	return Options{Markets: markets, Base: meta}
}

var listed = []category.Category{category.Marketing, category.Utility, category.Authentication, category.AuthInternational, category.Service}

// listLayout is the embedded list of a day as Meta lays it out: a title, a note,
// a header with a line break in a cell, n/a for what is not offered.
func listLayout(o Options, title string) [][]string {
	cells := [][]string{
		{title}, {"Rates are per message and do not include taxes."}, {},
		{"Market", "Currency", "Marketing", "Utility", "Authentication", "Authentication-\nInternational", "Service", "Business agent"},
	}
	for _, m := range o.Markets.On(day) {
		row := []string{o.Markets.Name(m), "$US"}
		for _, c := range listed {
			r := o.Base.Rate("USD", m, c, rate.PerMessage, day)
			if r.State == rate.Known {
				row = append(row, money.Format(money.Of(r.Amount), 4))
			} else {
				row = append(row, "n/a")
			}
		}
		cells = append(cells, append(row, "see the agent's page"))
	}
	slices.SortFunc(cells[4:], func(a, b []string) int { return strings.Compare(b[0], a[0]) }) // any order
	return cells
}

const usd = "WhatsApp Business Platform list rates, USD, effective October 1, 2026"

func asCSV(t testing.TB, cells [][]string) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	if err := w.WriteAll(cells); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// asXLSX writes numbers as a workbook holds them: the nearest that a computer can.
func asXLSX(t testing.TB, cells [][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", "List rates"); err != nil {
		t.Fatal(err)
	}
	for row := range cells {
		for at, text := range cells[row] {
			name, _ := excelize.CoordinatesToCellName(at+1, row+1)
			var value any = text
			if n, err := strconv.ParseFloat(text, 64); err == nil {
				value = n
				if n != 0 && n < 1 {
					value = math.Nextafter(n, 1)
				}
			}
			if err := f.SetCellValue("List rates", name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var update = flag.Bool("update", false, "rewrite the files in Meta's layouts")

// TestGoldenFiles: the files in testdata are the embedded card in Meta's layouts,
// as others may look at, and read by the tests of the command line.
func TestGoldenFiles(t *testing.T) {
	o := options(t)
	banner := slices.Insert(listLayout(o, usd), 1, []string{"ADVANCE COPY: rates may change"})
	banner = slices.Delete(banner, 3, 4) // the header is the fourth row
	for name, made := range map[string][]byte{
		"list-2026-10.csv": asCSV(t, listLayout(o, usd)), "tiers-2026-10.csv": asCSV(t, tierLayout(o)), "advance-2026-10.csv": asXLSX(t, banner),
	} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, made, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(kept, []byte("PK")) && !bytes.Equal(kept, made) { // workbooks are packed in any order
			t.Errorf("%s differs; go test ./ingest/card -update writes it anew", name)
		}
		want, err := parse(name, made, o)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parse(name, kept, o)
		if err != nil || !slices.Equal(got[0].Rows, want[0].Rows) {
			t.Errorf("%s reads otherwise: %v", name, err)
		}
	}
}

// TestMetasLayouts: the embedded list, laid out as Meta publishes it, reads as
// it is.
func TestMetasLayouts(t *testing.T) {
	o := options(t)
	banner := listLayout(o, usd)
	banner = slices.Insert(banner, 1, []string{"ADVANCE COPY: rates may change"})
	quoted := listLayout(o, `"`+usd+`"`)
	for name, data := range map[string][]byte{
		"csv": asCSV(t, listLayout(o, usd)), "title in quotes": asCSV(t, quoted),
		"workbook": asXLSX(t, listLayout(o, usd)), "advance copy": asXLSX(t, banner),
	} {
		sheets, err := parse("list.csv", data, o)
		if err != nil || len(sheets) != 1 {
			t.Fatalf("%s: %v, %d tables", name, err, len(sheets))
		}
		s := sheets[0]
		if s.Currency != "USD" || s.Day != day || s.Markets != 47 || len(s.Rows) != 47*5 {
			t.Errorf("%s: %s from %s, %d markets, %d rows", name, s.Currency, s.Day, s.Markets, len(s.Rows))
		}
		for _, row := range s.Rows {
			if sure := name != "advance copy" || row.State == rate.NotOffered; row.Sure() != sure {
				t.Errorf("%s: %s %s is %s", name, row.Market, row.Category, row.Status)
			}
			m, _ := o.Markets.Named(row.Market)
			if want := o.Base.Rate("USD", m, row.Category, rate.PerMessage, day); row.State != want.State || row.Amount != want.Amount {
				t.Errorf("%s: %s %s: %d, want %d", name, row.Market, row.Category, row.Amount, want.Amount)
			}
		}
		if !slices.ContainsFunc(s.Notes, func(n string) bool { return strings.Contains(n, "Business agent") }) {
			t.Errorf("%s: nothing is said of the column that is left out: %q", name, s.Notes)
		}
	}
}

// tierLayout is the embedded volume tiers as Meta lays them out: three header
// rows, 17 columns, the market on the first of its rows only.
func tierLayout(o Options) [][]string {
	groups := []category.Category{category.Utility, category.Authentication, category.AuthInternational}
	cells := [][]string{{"WhatsApp volume tiers, USD, effective October 1, 2026"}, {}, {"", ""}, {"Market", "Currency"}}
	for _, name := range []string{"Utility", "Authentication", "Authentication-\nInternational"} {
		cells[2] = append(cells[2], name, "", "", "", "")
		cells[3] = append(cells[3], "From", "To", "Rate type", "Rate", "% discount")
	}
	cells = slices.Insert(cells, 3, []string{"", "", "Messages", "", "Price", "", "", "Messages", "", "Price", "", "", "Messages", "", "Price"})
	for _, m := range o.Markets.On(day) {
		for n := range 6 {
			row := []string{"", ""}
			if n == 0 {
				row = []string{o.Markets.Name(m), "USD"}
			}
			for _, c := range groups {
				steps, _ := o.Base.Tiers("USD", m, c, day)
				if n >= len(steps) {
					row = append(row, "n/a", "n/a", "n/a", "n/a", "n/a")
					continue
				}
				s, kind := steps[n], "Tier rate"
				if n == 0 {
					kind, s.From = "List rate", 0
				}
				to := "--"
				if s.To != 0 {
					to = thousands(s.To)
				}
				row = append(row, thousands(s.From), to, kind, money.Format(money.Of(s.Amount), 4), "-5%")
			}
			cells = append(cells, row)
		}
	}
	return cells
}

func thousands(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

func TestTierFiles(t *testing.T) {
	o := options(t)
	for name, data := range map[string][]byte{"csv": asCSV(t, tierLayout(o)), "workbook": asXLSX(t, tierLayout(o))} {
		sheets, err := parse("tiers.csv", data, o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		steps := 0
		for _, row := range o.Base.Rows(o.Markets) {
			if row.Tier[0] == 0 || row.Currency != "USD" || row.From != day {
				continue
			}
			steps++
			if !slices.ContainsFunc(sheets[0].Rows, func(r rate.ListedRate) bool {
				return r.Market == row.Market && r.Category == row.Category && r.Tier == row.Tier && r.Amount == row.Amount && r.From == row.From
			}) {
				t.Errorf("%s: %s %s %v is missing", name, row.Market, row.Category, row.Tier)
			}
		}
		if len(sheets[0].Rows) != steps {
			t.Errorf("%s: %d steps, want %d", name, len(sheets[0].Rows), steps)
		}
	}
}

// FuzzParse: no file makes the reader fail but by an error.
func FuzzParse(f *testing.F) {
	o := options(f)
	f.Add(asCSV(f, listLayout(o, usd)[:6])) // short, so that the fuzzer gets on
	f.Add(asCSV(f, tierLayout(o)[:11]))
	f.Add([]byte("Market,Currency\n"))
	f.Add([]byte("From,To\n1,2\n"))
	f.Add(asXLSX(f, tierLayout(o)[:7]))
	f.Add([]byte("Land;Art;Preis;Von;Bis\nDE;utility;0,05;1;100\nDE;utility;0,04;101;\n"))
	list := contract(f, o, `
name: acme
currency: EUR
effective: 2026-01-01
decimal: ","
columns: {country: Land, category: Art, rate: Preis, tier_from: Von, tier_to: Bis}
`)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, contract := range []*Contract{nil, list} {
			o.Contract = contract
			sheets, err := parse("x", data, o)
			if err == nil && len(sheets) == 0 {
				t.Error("neither a table nor an error")
			}
			for _, s := range sheets {
				holds(t, s)
			}
		}
	})
}

// holds checks what the figures of every table that is taken have.
func holds(t *testing.T, s *Sheet) {
	t.Helper()
	for _, row := range s.Rows {
		if row.Amount < 0 || row.From == 0 || row.Currency == "" || row.Market == "" {
			t.Errorf("%+v", row)
		}
	}
}
