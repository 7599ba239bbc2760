package bill

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/money"
	"waudit/audit/result"
)

// totals sums up the lines of a bill by account, month and currency.
func totals(lines []priced) []result.BillTotal {
	type sums struct{ amount, low, high money.Amount }
	out := []result.BillTotal{}
	var all []sums
	for i := range lines {
		l := &lines[i]
		at := slices.IndexFunc(out, func(t result.BillTotal) bool {
			return t.WABA == l.WABA && t.Month == l.Month && t.Currency == l.Currency
		})
		if at < 0 {
			if l.Charges == 0 && l.Unvalued == 0 && l.WABA != "" && l.high.IsZero() {
				continue // nothing but what costs nothing
			}
			at = len(out)
			out, all = append(out, result.BillTotal{WABA: l.WABA, Month: l.Month, Currency: l.Currency}), append(all, sums{})
		}
		out[at].Charges += l.Charges
		out[at].Unvalued += l.Unvalued
		s := &all[at]
		s.amount, s.low, s.high = s.amount.Add(l.amount), s.low.Add(l.low), s.high.Add(l.high)
	}
	for i, s := range all {
		out[i].Amount, out[i].Low, out[i].High = s.amount.String(), s.low.String(), s.high.String()
	}
	slices.SortFunc(out, func(a, b result.BillTotal) int {
		return cmp.Or(strings.Compare(a.WABA, b.WABA), strings.Compare(a.Month, b.Month), strings.Compare(a.Currency, b.Currency))
	})
	return out
}
