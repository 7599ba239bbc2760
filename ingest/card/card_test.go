package card

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
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
				row = append(row, money.Format(r.Amount, 4))
			} else {
				row = append(row, "n/a")
			}
		}
		cells = append(cells, append(row, "see the agent's page"))
	}
	slices.SortFunc(cells[4:], func(a, b []string) int { return strings.Compare(b[0], a[0]) }) // any order
	return cells
}

const title = "WhatsApp Business Platform list rates, USD, effective October 1, 2026"

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

// TestMetasLayouts: the embedded list, laid out as Meta publishes it, reads as
// it is.
func TestMetasLayouts(t *testing.T) {
	o := options(t)
	banner := listLayout(o, title)
	banner = slices.Insert(banner, 1, []string{"ADVANCE COPY: rates may change"})
	quoted := listLayout(o, `"`+title+`"`)
	for name, data := range map[string][]byte{
		"csv": asCSV(t, listLayout(o, title)), "title in quotes": asCSV(t, quoted),
		"workbook": asXLSX(t, listLayout(o, title)), "advance copy": asXLSX(t, banner),
	} {
		sheets, err := Parse("list.csv", data, o)
		if err != nil || len(sheets) != 1 {
			t.Fatalf("%s: %v, %d tables", name, err, len(sheets))
		}
		s := sheets[0]
		if s.Currency != "USD" || s.Day != day || s.Markets != 47 || len(s.Rows) != 47*5 {
			t.Errorf("%s: %s from %s, %d markets, %d rows", name, s.Currency, s.Day, s.Markets, len(s.Rows))
		}
		for _, row := range s.Rows {
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
				row = append(row, thousands(s.From), to, kind, money.Format(s.Amount, 4), "-5%")
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
		sheets, err := Parse("tiers.csv", data, o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		steps := 0
		for _, row := range o.Base.Rows(o.Markets) {
			if row.Tier[0] == 0 {
				continue
			}
			steps++
			if !slices.ContainsFunc(sheets[0].Rows, func(r rate.Row) bool {
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

// TestRefused: what cannot be right is refused, with the cell.
func TestRefused(t *testing.T) {
	o := options(t)
	set := func(row, at int, text string) [][]string {
		cells := listLayout(o, title)
		cells[row][at] = text
		return cells
	}
	tiers := tierLayout(o)
	tiers[6][2] = "100,002"
	twice := listLayout(o, title)
	twice = append(twice, twice[6])
	late := listLayout(o, "WhatsApp rates, USD")
	old := listLayout(o, "WhatsApp rates, USD, effective 1 June 2023")
	for want, cells := range map[string][][]string{
		`cell A6: there is no market "Narnia"`:                           set(5, 0, "Narnia"),
		"cell B7: the currency is GBP, and that of the card USD":         set(6, 1, "GBD"),
		`cell B7: "??" is no currency`:                                   set(6, 1, "??"),
		`cell C5: "free" is no price`:                                    set(4, 2, "free"),
		`cell C5: "-1" is no price`:                                      set(4, 2, "-1"),
		"the column service is missing":                                  set(3, 6, ""),
		"cell A52: " + twice[6][0] + " stands in row 7 already":          twice,
		"is missing, which there is since before 2026-10-01":             listLayout(o, title)[:40],
		"cell A1: no title says from when the rates hold":                late,
		"cell A1: the title says 2023-06-01, but on cards of that time":  old,
		"cell C7: the tier begins at 100002, and the one before ends be": tiers,
		"no rate card: no row begins":                                    {{"a", "b"}, {"1", "2"}},
	} {
		if _, err := Parse("x.csv", asCSV(t, cells), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	o.Effective = 2023_06_01
	if _, err := Parse("x.csv", asCSV(t, old), o); err != nil {
		t.Errorf("--effective does not help an old card: %v", err)
	}
}

// TestStrange: a rate that is far from the one before is told, not refused.
func TestStrange(t *testing.T) {
	o := options(t)
	cells := listLayout(o, title)
	cells[4][2] = "9.9"
	sheets, err := Parse("x.csv", asCSV(t, cells), o)
	if err != nil || !strings.Contains(strings.Join(sheets[0].Notes, "\n"), "9.9000, and ") {
		t.Errorf("%v, %v", err, sheets)
	}
}

// TestMarkUp: a contract on Meta's card is exact, and goes along with its
// changes.
func TestMarkUp(t *testing.T) {
	o := options(t)
	c, err := ParseContract([]byte(`
name: acme
currency: USD
effective: 2026-09-15
base: meta
markup: {percent: "10", per_message: "0.0050"}
rules: [{market: India, category: utility, per_message: "0.00011"}]
decimals: 5
`), o.Markets)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := c.Rows(o.Base, o.Markets)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		market string
		cat    category.Category
		from   rate.Day
		rate   string
	}{
		{"Brazil", category.Marketing, 2026_09_15, "0.07375"},
		{"Brazil", category.Service, 2026_10_01, "0.01248"},
		{"India", category.Utility, 2026_10_01, "0.00151"},
	} {
		i := slices.IndexFunc(rows, func(r rate.Row) bool {
			return r.Market == want.market && r.Category == want.cat && r.From == want.from && r.Tier[0] == 0 && r.Unit == rate.PerMessage
		})
		if i < 0 || money.Format(rows[i].Amount, 5) != want.rate {
			t.Errorf("%s %s from %s: %v", want.market, want.cat, want.from, rows[max(i, 0)])
		}
	}
	var out bytes.Buffer
	if err := rate.WriteCard(&out, c.Name, 0, rows); err != nil {
		t.Fatal(err)
	}
	if _, err := rate.ParseCard(&out, o.Markets); err != nil {
		t.Error(err)
	}
}

// TestPriceList: a provider's own list, by its columns.
func TestPriceList(t *testing.T) {
	o := options(t)
	contract := `
name: acme
currency: EUR
effective: 2026-01-01
columns: {country: Land, category: Art, rate: Preis}
categories: {Werbung: marketing}
`
	var err error
	if o.Contract, err = ParseContract([]byte(contract), o.Markets); err != nil {
		t.Fatal(err)
	}
	sheets, err := Parse("prices.csv", []byte("Preisliste\nLand;Art;Preis\nDE;Werbung;0.1200\nFR;Utility;0.05\n"), o)
	if err != nil {
		t.Fatal(err)
	}
	rows := sheets[0].Rows
	if len(rows) != 2 || rows[0].Market != "Germany" || rows[0].Category != category.Marketing || rows[0].Amount != 120_000_000 || rows[1].From != 2026_01_01 || rows[1].Currency != "EUR" {
		t.Errorf("%+v", rows)
	}
	for want, text := range map[string]string{
		`cell B2: "Luxus" is no category`: "Land;Art;Preis\nDE;Luxus;1\n",
		"cell A2: no market and no ISO":   "Land;Art;Preis\nAtlantis;Werbung;1\n",
		`cell C2: "teuer" is no price`:    "Land;Art;Preis\nDE;Werbung;teuer\n",
		"no rate card":                    "Country;Art;Preis\nDE;Werbung;1\n",
	} {
		if _, err := Parse("prices.csv", []byte(text), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for want, text := range map[string]string{
		"needs a name": "base: meta", `there is no "price"`: "name: a\ncolumns: {price: x}", "is not meta": "name: a\nbase: acme",
		"needs rate, category": "name: a\ncolumns: {rate: x}", `"ten" is no number`: "name: a\nbase: meta\ncurrency: USD\neffective: 2026-01-01\nmarkup: {percent: ten}",
	} {
		if _, err := ParseContract([]byte(text), o.Markets); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// FuzzParse: no file makes the reader fail but by an error.
func FuzzParse(f *testing.F) {
	o := options(f)
	f.Add(asCSV(f, listLayout(o, title)))
	f.Add(asCSV(f, tierLayout(o)))
	f.Add([]byte("Market,Currency\n"))
	f.Add([]byte("From,To\n1,2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.HasPrefix(data, []byte("PK")) {
			return // workbooks are the library's
		}
		sheets, err := Parse("x", data, o)
		if err == nil && len(sheets) == 0 {
			t.Error("neither a table nor an error")
		}
	})
}
