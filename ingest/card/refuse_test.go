package card

import (
	"strings"
	"testing"
)

// TestRefused: what cannot be right is refused, with the cell.
func TestRefused(t *testing.T) {
	o := options(t)
	set := func(row, at int, text string) [][]string {
		cells := listLayout(o, usd)
		cells[row][at] = text
		return cells
	}
	twice := listLayout(o, usd)
	twice = append(twice, twice[6])
	for want, cells := range map[string][][]string{
		`cell A6: there is no market "Narnia"`:                               set(5, 0, "Narnia"),
		"cell B7: the currency is GBP, and that of the card USD":             set(6, 1, "GBD"),
		`cell B7: "??" is no currency`:                                       set(6, 1, "??"),
		`cell B7: "$" is no currency`:                                        set(6, 1, "$"),
		`cell B7: "FOO" is no currency`:                                      set(6, 1, "FOO"),
		`cell C5: "free" is no price`:                                        set(4, 2, "free"),
		`cell C5: "-1" is no price`:                                          set(4, 2, "-1"),
		`cell C5: "" is no price`:                                            set(4, 2, ""),
		`cell C5: "0,0625" is no price`:                                      set(4, 2, "0,0625"),
		`cell C5: "0x1" is no price`:                                         set(4, 2, "0x1"),
		`cell C5: "1e3" is no price`:                                         set(4, 2, "1e3"),
		`cell C5: "0.00000000001" is no price`:                               set(4, 2, "0.00000000001"),
		"cell I4: the column service is missing":                             set(3, 6, ""),
		"cell I4: the column authentication_international is missing":        set(3, 5, "Other"),
		"cell D4: the category marketing has two columns":                    set(3, 3, "Marketing"),
		"cell A52: " + twice[6][0] + " stands in row 7 already":              twice,
		"is missing below, which there was on 2026-10-01":                    listLayout(o, usd)[:40],
		"cell A1: no title says from when the rates hold; say it with --eff": listLayout(o, "WhatsApp rates, USD"),
		"cell A1: the title says 2023-06-01, but on cards of that time":      listLayout(o, "WhatsApp rates, USD, effective 1 June 2023"),
		"cell A1: the title names no currency":                               listLayout(o, "Rates for all markets, effective October 1, 2026"),
		"no rate card: no row begins":                                        {{"a", "b"}, {"1", "2"}},
	} {
		if _, err := parse("x.csv", asCSV(t, cells), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	o.Effective = 2026_07_01
	if _, err := parse("x.csv", asCSV(t, listLayout(o, usd)), o); err == nil || !strings.Contains(err.Error(), "there was no market Ukraine on 2026-07-01; correct --effective") {
		t.Errorf("%v", err)
	}
}

// TestTiersRefused: tiers must join, and go on for ever.
func TestTiersRefused(t *testing.T) {
	o := options(t)
	for want, change := range map[string]func(cells [][]string){
		"cell C7: the step begins at 100002, and the one before ends at 100000": func(c [][]string) { c[6][2] = "100,002" },
		"cell C7: the step begins at 100000, and the one before ends at 100000": func(c [][]string) { c[6][2] = "100,000" },
		`cell C7: "10,0001" is no number of messages`:                           func(c [][]string) { c[6][2] = "10,0001" },
		`cell D7: "5" is no number of messages from 100001 on`:                  func(c [][]string) { c[6][3] = "5" },
		"cell D11: the last step of utility in Argentina ends at 40000000":      func(c [][]string) { c[10][3] = "40,000,000" },
		"cell C8: a step follows on one that has no end, in cell D7":            func(c [][]string) { c[6][3] = "--" },
		`cell E6: "Tier rate", and the step from 1 on should have the list`:     func(c [][]string) { c[5][4] = "Tier rate" },
		`cell E7: "List rate", and the step from 100001 on should have the ti`:  func(c [][]string) { c[6][4] = "List rate" },
		"cell F7: a tier needs a rate":                                          func(c [][]string) { c[6][5] = "n/a" },
		"cell C7: a rate, and no number of messages from which it is for":       func(c [][]string) { c[6][2] = "n/a" },
		`cell A6: there is no market "Narnia"`:                                  func(c [][]string) { c[5][0] = "Narnia" },
		"cell A6: no market stands here or above":                               func(c [][]string) { c[5][0] = "" },
		"cell A12: Argentina stands in row 6 already":                           func(c [][]string) { c[11][0] = "Argentina" },
		"cell B6: the currency is EUR":                                          func(c [][]string) { c[5][1] = "EUR" },
		"no category stands above these tiers":                                  func(c [][]string) { c[2][2] = "" },
		`the tiers of utility lack a column "To"`:                               func(c [][]string) { c[4][3] = "" },
		"the category utility has two groups":                                   func(c [][]string) { c[2][7] = "Utility" },
	} {
		cells := tierLayout(o)
		change(cells)
		if _, err := parse("x.csv", asCSV(t, cells), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := parse("x.csv", asCSV(t, tierLayout(o)[:5+6*20]), o); err == nil || !strings.Contains(err.Error(), "is missing below") {
		t.Errorf("a file that is cut: %v", err)
	}
}

// TestStrange: a rate that is far from the one before is told with its cell, not
// refused, also of a quarter that the known card does not speak of.
func TestStrange(t *testing.T) {
	o := options(t)
	for _, title := range []string{usd, "WhatsApp list rates, USD, effective January 1, 2027"} {
		cells := listLayout(o, title)
		cells[5][2] = "9.9"
		sheets, err := parse("x.csv", asCSV(t, cells), o)
		if err != nil {
			t.Fatal(err)
		}
		if notes := strings.Join(sheets[0].Notes, "\n"); !strings.Contains(notes, "cell C6: United Arab Emirates, marketing: 9.9000, and ") || strings.Count(notes, "is that right?") != 1 {
			t.Errorf("%s: %s", title, notes)
		}
	}
}
