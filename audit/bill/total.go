package bill

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/money"
	"waudit/audit/result"
)

// Totals sums up the lines of a bill by account, month and currency.
func Totals(lines []result.BillLine) []result.BillTotal {
	type sums struct{ amount, low, high int64 }
	out := []result.BillTotal{}
	var all []sums
	for i := range lines {
		l := &lines[i]
		at := slices.IndexFunc(out, func(t result.BillTotal) bool {
			return t.WABA == l.WABA && t.Month == l.Month && t.Currency == l.Currency
		})
		if at < 0 {
			if l.Charges == 0 && l.Unvalued == 0 && l.WABA != "" && parsed(l.High) == 0 {
				continue // nothing but what costs nothing
			}
			at = len(out)
			out, all = append(out, result.BillTotal{WABA: l.WABA, Month: l.Month, Currency: l.Currency}), append(all, sums{})
		}
		out[at].Charges += l.Charges
		out[at].Unvalued += l.Unvalued
		all[at].amount += parsed(l.Amount)
		all[at].low += parsed(l.Low)
		all[at].high += parsed(l.High)
	}
	for i, s := range all {
		out[i].Amount, out[i].Low, out[i].High = money.Format(s.amount, decimals), money.Format(s.low, decimals), money.Format(s.high, decimals)
	}
	slices.SortFunc(out, func(a, b result.BillTotal) int {
		return cmp.Or(strings.Compare(a.WABA, b.WABA), strings.Compare(a.Month, b.Month), strings.Compare(a.Currency, b.Currency))
	})
	return out
}

// parsed reads an amount that was written by this package.
func parsed(amount string) int64 {
	n, err := money.Parse(amount)
	if err != nil {
		return 0
	}
	return n
}
