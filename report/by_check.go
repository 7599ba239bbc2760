package report

import (
	"maps"
	"slices"
	"strings"

	amounts "waudit/audit/money"
	"waudit/audit/result"
)

// byCheck sums up findings that come without totals.
func byCheck(findings []result.Finding) []result.CheckTotal {
	type key struct{ check, currency string }
	totals := map[string]*result.CheckTotal{}
	sums := map[key]*[5]amounts.Amount{}
	for i := range findings {
		f := &findings[i]
		t := totals[f.Check]
		if t == nil {
			t = &result.CheckTotal{Check: f.Check, Name: f.Name, Severity: f.Severity}
			totals[f.Check] = t
		}
		t.Findings++
		if f.Severity == result.Error {
			t.Severity = f.Severity
		}
		if f.Amount == nil {
			continue
		}
		k := key{f.Check, f.Amount.Currency}
		if sums[k] == nil {
			sums[k] = new([5]amounts.Amount)
		}
		for n, text := range [...]string{f.Amount.Reported, f.Amount.Expected, f.Amount.Overcharged, f.Amount.Undercharged, f.Amount.Uncertain} {
			if amount, err := amounts.Parse(text); err == nil {
				sums[k][n] = sums[k][n].Add(amount)
			}
		}
	}
	for k, s := range sums {
		write := func(n int) string { return amounts.Format(s[n], 4) }
		totals[k.check].Amounts = append(totals[k.check].Amounts, result.Amounts{
			Currency: k.currency, Reported: write(0), Expected: write(1), Overcharged: write(2), Undercharged: write(3), Uncertain: write(4),
		})
	}
	list := make([]result.CheckTotal, 0, len(totals))
	for _, id := range slices.Sorted(maps.Keys(totals)) {
		slices.SortFunc(totals[id].Amounts, func(a, b result.Amounts) int { return strings.Compare(a.Currency, b.Currency) })
		list = append(list, *totals[id])
	}
	return list
}
