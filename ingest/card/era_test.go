package card

import (
	"slices"
	"strings"
	"testing"

	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// oldLayout is a list of conversations as Meta laid it out: a title whose day is
// an old one, and n/a for every price but one.
func oldLayout(o Options, title, currency string, on rate.Day, header []string) [][]string {
	cells := [][]string{{title}, {"Rates are per conversation."}, append([]string{"Market", "Currency"}, header...)}
	for _, m := range o.Markets.On(on) {
		row := []string{o.Markets.Name(m), currency}
		for range header {
			row = append(row, "n/a")
		}
		row[2] = "1,234.5600"
		cells = append(cells, row)
	}
	return cells
}

// TestOldCards: cards of conversations name an old day, and write currencies in
// their own ways.
func TestOldCards(t *testing.T) {
	o := options(t)
	byCategory := []string{"Marketing", "Utility", "Authentication", "Service"}
	for _, c := range []struct {
		title, cell, currency string
		on                    rate.Day
		markets               int
		header                []string
	}{
		{"Rates in £ (GBP) effective February 1, 2022", "GBD", "GBP", 2023_06_01, 32, byCategory},
		{"WhatsApp rates (INR), June 1 2023", "₹", "INR", 2024_08_01, 32, append(slices.Clone(byCategory), "Authentication-International")},
		{"WhatsApp rates, AUD, effective 2023-06-01", "A$", "AUD", 2024_11_01, 32, byCategory},
		{"WhatsApp rates, IDR, effective 1st Jun. 2023", "RP", "IDR", 2025_04_01, 32, byCategory},
		{"Rates, EUR", "EUR", "EUR", 2022_02_01, 32, []string{"User-Initiated Conversation Rate", "Business-Initiated\nRate"}},
	} {
		data := asCSV(t, oldLayout(o, c.title, c.cell, c.on, c.header))
		o.Effective = 0
		if _, err := parse("old.csv", data, o); err == nil || !strings.Contains(err.Error(), "--effective") {
			t.Errorf("%s: %v", c.title, err)
		}
		o.Effective = c.on
		sheets, err := parse("old.csv", data, o)
		if err != nil {
			t.Errorf("%s: %v", c.title, err)
			continue
		}
		s := sheets[0]
		if s.Currency != c.currency || s.Day != c.on || s.Markets != c.markets || len(s.Rows) != c.markets*len(c.header) {
			t.Errorf("%s: %s from %s, %d markets, %d rows", c.title, s.Currency, s.Day, s.Markets, len(s.Rows))
		}
		first := s.Rows[0]
		if first.Unit != rate.PerConversation || money.Format(money.Of(first.Amount), 4) != "1234.5600" || s.Rows[1].State != rate.NotOffered || !s.Rows[1].Sure() {
			t.Errorf("%s: %+v, %+v", c.title, first, s.Rows[1])
		}
	}
}

// TestMarketsOfTheDay: a list has the markets that there were on its day.
func TestMarketsOfTheDay(t *testing.T) {
	o := options(t)
	for on, want := range map[rate.Day]int{2025_07_01: 32, 2026_07_01: 38, 2026_10_01: 47} {
		cells := oldLayout(o, "Rates, USD, effective "+on.String(), "USD", on, []string{"Marketing", "Utility", "Authentication", "Authentication-\nInternational", "Service"})
		sheets, err := parse("list.csv", asCSV(t, cells), o)
		if err != nil || sheets[0].Markets != want {
			t.Errorf("%s: %v", on, err)
		}
	}
}

// TestTitles: the day is the one that a title calls effective; what may be two
// days is none.
func TestTitles(t *testing.T) {
	for text, want := range map[string]rate.Day{
		"List rates, USD, effective October 1, 2026":              2026_10_01,
		"List rates (USD) Effective: 1st of nothing, 1 Oct. 2026": 2026_10_01,
		"Published August 15, 2026; effective October 1, 2026":    2026_10_01,
		"Effective 2026-10-01, published 2026-08-15":              2026_10_01,
		"USD rates as of October 1st, 2026":                       2026_10_01,
		"USD rates October 1, 2026 to December 31, 2026":          0,
		"USD rates effective 10/01/2026":                          0,
		"USD rates effective February 30, 2026":                   0,
	} {
		if got := effectiveIn(text, true); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got := effectiveIn("Updated on October 1, 2026", false); got != 0 {
		t.Errorf("the day of a note is taken for that of the rates: %s", got)
	}
}

// TestAssemble: a list is known until the quarter ends; where the next one is
// not at hand, nothing is known behind it.
func TestAssemble(t *testing.T) {
	o := options(t)
	sheet := func(currency string, from rate.Day, tier int64) *Sheet {
		row := rate.ListedRate{Currency: currency, Market: "Brazil", Category: category.Utility, Unit: rate.UnitOn(from), Tier: [2]int64{tier, 0}}
		row.Rate = rate.Rate{State: rate.Known, Amount: 7_000_000, Status: rate.Verified, Source: "list.csv", From: from}
		return &Sheet{Rows: []rate.ListedRate{row}}
	}
	for _, c := range []struct {
		name   string
		sheets []*Sheet
		until  rate.Day
		want   string // days of the rows, ? where nothing is known, and the last day
	}{
		{"one list", []*Sheet{sheet("GBP", 2027_01_01, 0)}, 0, "2027-01-01 to 2027-03-31"},
		{"until another day", []*Sheet{sheet("GBP", 2027_01_01, 0)}, 2027_06_30, "2027-01-01 to 2027-06-30"},
		{"one after the other", []*Sheet{sheet("GBP", 2026_07_01, 0), sheet("GBP", 2026_10_01, 0)}, 0, "2026-07-01 2026-10-01 to 2026-12-31"},
		{"a quarter is missing", []*Sheet{sheet("GBP", 2027_01_01, 0), sheet("GBP", 2026_07_01, 0)}, 0, "2027-01-01 2026-07-01 2026-10-01? to 2027-03-31"},
		{"currencies of two quarters", []*Sheet{sheet("GBP", 2026_10_01, 0), sheet("AUD", 2026_07_01, 0)}, 0, "2026-10-01 2026-07-01 2026-10-01? to 2026-12-31"},
		{"conversations", []*Sheet{sheet("GBP", 2024_08_01, 0)}, 0, "2024-08-01 to 2024-09-30"},
		{"tiers alone", []*Sheet{sheet("GBP", 2026_10_01, 1)}, 0, "2026-10-01 2026-10-01 to 2026-12-31"},
	} {
		rows, last, _, err := Assemble(c.sheets, c.until, o.Base, o.Markets)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		got := ""
		for _, row := range rows {
			if got += row.From.String(); row.State == rate.Unknown {
				got += "?"
			}
			got += " "
		}
		if got += "to " + last.String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	twice := []*Sheet{sheet("GBP", 2026_10_01, 0), sheet("GBP", 2026_10_01, 0)}
	if _, _, _, err := Assemble(twice, 0, o.Base, o.Markets); err == nil || !strings.Contains(err.Error(), "import one of them") {
		t.Errorf("%v", err)
	}
	tiers := sheet("GBP", 2026_10_01, 1)
	tiers.Rows[0].Amount++
	if _, _, _, err := Assemble([]*Sheet{sheet("GBP", 2026_10_01, 0), tiers}, 0, o.Base, o.Markets); err == nil || !strings.Contains(err.Error(), "import list and tiers of one day") {
		t.Errorf("%v", err)
	}
	if _, _, notes, err := Assemble([]*Sheet{sheet("USD", 2026_10_01, 1)}, 0, o.Base, o.Markets); err != nil || len(notes) != 1 {
		t.Errorf("tiers that do not fit the list that is known: %v, %q", err, notes)
	}
}
