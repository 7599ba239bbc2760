package report

import (
	"testing"

	"waudit/audit/money"
	"waudit/audit/result"
)

// Every day from the first charge to the last has its column, with its sum as the report
// has it; a time of years is drawn by months.
func TestDayChart(t *testing.T) {
	sum := func(key, currency, over string) result.KeySum {
		a := inCurrency(nil, currency)
		a.Overcharged = over
		return result.KeySum{Key: key, Amounts: []result.Amounts{a}}
	}
	total := sum("", "USD", "0.3000").Amounts[0]
	findings := sum("", "USD", "0.3500").Amounts[0]
	dated := result.Dated{
		ByDay:   []result.KeySum{sum("", "USD", "0.0500"), sum("2026-10-01", "EUR", "9.0000"), sum("2026-10-05", "USD", "0.1000"), sum("2026-10-08", "USD", "0.2000")},
		ByMonth: []result.KeySum{sum("2024-11", "USD", "0.1000"), sum("2026-10", "USD", "0.3000")},
	}
	c := dayChart(&dated, findings, total)
	if len(c.Rows) != 4 || c.Rows[0].Name != "2026-10-05" || c.Rows[0].Cells[0] != "0.1000" || c.Rows[1].Cells[0] != none || c.Rows[3].Filter != "#from=2026-10-08&to=2026-10-08" {
		t.Errorf("got %+v", c.Rows)
	}
	if want := "Not of one day: USD\u00a00.0500 overcharged, USD\u00a00.0000 uncertain. Volume tiers take off the total: USD\u00a00.0500 overcharged, USD\u00a00.0000 uncertain. "; c.Note != want {
		t.Errorf("got %q", c.Note)
	}
	dated.ByDay = append([]result.KeySum{sum("2024-11-30", "USD", "0.1000")}, dated.ByDay[1:]...)
	c = dayChart(&dated, total, total)
	if len(c.Rows) != 24 || c.Rows[0].Name != "2024-11" || c.Rows[0].Filter != "#from=2024-11-01&to=2024-11-30" || c.Rows[23].Cells[0] != "0.3000" || c.Note != "" {
		t.Errorf("got %d months, %+v, %q", len(c.Rows), c.Rows[0], c.Note)
	}
	if c := dayChart(&result.Dated{}, total, total); len(c.Rows) > 0 {
		t.Errorf("got %+v of nothing", c.Rows)
	}
}

// A waterfall whose steps are small beside the bill begins at a round amount below all
// of its steps, and one that begins near zero at zero.
func TestWaterfallStart(t *testing.T) {
	for _, c := range []struct{ low, high, want string }{
		{"37.4340", "38.5637", "37.0000"}, {"0.0000", "0.0167", "0.0000"}, {"10.0000", "30.0000", "0.0000"},
		{"1203.1000", "1203.1900", "1203.0900"}, {"5.0000", "5.0000", "0.0000"},
	} {
		if got := money.Format(waterfallStart(parsed(c.low), parsed(c.high)), 4); got != c.want {
			t.Errorf("from %s to %s: begins at %s, want %s", c.low, c.high, got, c.want)
		}
	}
}

// Only what a finding calls overcharged has its ink.
func TestWaterfallAccusesNobodyElse(t *testing.T) {
	totals := []result.CheckTotal{
		{Check: "WA701", Amounts: []result.Amounts{{Currency: "USD", Overcharged: "0.0000", Uncertain: "0.0167"}}},
		{Check: "WA105", Amounts: []result.Amounts{{Currency: "USD", Overcharged: "0.0100", Uncertain: "0.0000"}}},
	}
	for want, s := range map[string]result.Step{
		"uncertain": {Step: "in another currency", Check: "WA701", Amount: "0.0167"}, "over": {Step: "charged though it should have cost nothing", Check: "WA105", Amount: "0.0100"},
		"under": {Step: "charged less than is due", Check: "WA105", Amount: "-0.0100"}, "plain": {Step: "rounding", Amount: "0.0001"},
	} {
		if got := stepInk(s, totals, "USD"); string(got) != want {
			t.Errorf("%v: %s, want %s", s, got, want)
		}
	}
}
