package report

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	amounts "waudit/audit/money"
	"waudit/audit/result"
)

// What the columns of the days and the undated rest show is what the findings come to,
// to the last digit, over days as over months.
func TestDaysComeToTheFindings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var findings []result.Finding
		var over, uncertain amounts.Amount
		for i := range rapid.IntRange(0, 30).Draw(t, "findings") {
			a, b := amounts.Of(rapid.Int64Range(0, 1e15).Draw(t, "over")), amounts.Of(rapid.Int64Range(0, 1e15).Draw(t, "uncertain"))
			f := result.Finding{Amount: &result.Amount{Currency: rapid.SampledFrom([]string{"USD", "EUR"}).Draw(t, "currency"), Overcharged: amounts.Format(a, 4), Uncertain: amounts.Format(b, 4)}}
			if rapid.Bool().Draw(t, "dated") {
				f.ChargedAt = new(fmt.Sprintf("%d-%02d-%02dT23:59:59Z", 2025+i%rapid.IntRange(1, 3).Draw(t, "years"), 1+i%12, 1+i%28))
			}
			if f.Amount.Currency == "USD" {
				over, uncertain = over.Add(a), uncertain.Add(b)
			}
			findings = append(findings, f)
		}
		days, sum, _ := byDay(findings, "USD")
		for i, d := range days {
			sum.over, sum.uncertain = plus(sum.over, d.over), plus(sum.uncertain, d.uncertain)
			if i > 0 && days[i-1].name >= d.name {
				t.Fatalf("%s comes after %s", d.name, days[i-1].name)
			}
		}
		if sum.over != amounts.Format(over, 4) || sum.uncertain != amounts.Format(uncertain, 4) {
			t.Fatalf("days come to %s and %s, the findings to %s and %s", sum.over, sum.uncertain, amounts.Format(over, 4), amounts.Format(uncertain, 4))
		}
	})
}

// A waterfall whose steps are small beside the bill begins at a round amount below all
// of its steps, and one that begins near zero at zero.
func TestWaterfallStart(t *testing.T) {
	for _, c := range []struct{ low, high, want string }{
		{"37.4340", "38.5637", "37.0000"}, {"0.0000", "0.0167", "0.0000"}, {"10.0000", "30.0000", "0.0000"},
		{"1203.1000", "1203.1900", "1203.0900"}, {"5.0000", "5.0000", "0.0000"},
	} {
		if got := amounts.Format(waterfallStart(parsed(c.low), parsed(c.high)), 4); got != c.want {
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
