package bill

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"waudit/audit/money"
	"waudit/audit/result"
)

// sums are the amounts of several lines.
type sums struct{ amount, low, high money.Amount }

func (s *sums) add(o sums) {
	s.amount, s.low, s.high = s.amount.Add(o.amount), s.low.Add(o.low), s.high.Add(o.high)
}

func (s *sums) write() (amount, low, high string) {
	return s.amount.String(), s.low.String(), s.high.String()
}

// total is a sum of lines with its money.
type total struct {
	result.BillTotal
	sums
}

// totals sums up the lines of a bill by account, month and currency, and by currency.
func totals(lines []priced) ([]result.BillTotal, []result.BillSum) {
	var all []*total
	for i := range lines {
		l := &lines[i]
		at := slices.IndexFunc(all, func(t *total) bool { return t.WABA == l.WABA && t.Month == l.Month && t.Currency == l.Currency })
		if at < 0 {
			if l.Charges == 0 && l.Unvalued == 0 && l.WABA != "" && l.high.IsZero() {
				continue // nothing but what costs nothing
			}
			at = len(all)
			all = append(all, &total{BillTotal: result.BillTotal{WABA: l.WABA, Month: l.Month, Currency: l.Currency}})
		}
		t := all[at]
		t.Charges, t.Unvalued, t.Estimate = t.Charges+l.Charges, t.Unvalued+l.Unvalued, t.Estimate || l.Estimate
		t.add(l.sums)
	}
	out, grand := []result.BillTotal{}, map[string]*total{}
	for _, t := range all {
		t.Amount, t.Low, t.High = t.write()
		out = append(out, t.BillTotal)
		g := grand[t.Currency]
		if g == nil {
			g = &total{}
			grand[t.Currency] = g
		}
		g.Charges, g.Unvalued = g.Charges+t.Charges, g.Unvalued+t.Unvalued
		g.add(t.sums)
	}
	byCurrency := []result.BillSum{}
	for _, currency := range slices.Sorted(maps.Keys(grand)) {
		g := grand[currency]
		s := result.BillSum{Currency: currency, Charges: g.Charges, Unvalued: g.Unvalued}
		s.Amount, s.Low, s.High = g.write()
		byCurrency = append(byCurrency, s)
	}
	slices.SortFunc(out, func(a, b result.BillTotal) int {
		return cmp.Or(strings.Compare(a.WABA, b.WABA), strings.Compare(a.Month, b.Month), strings.Compare(a.Currency, b.Currency))
	})
	return out, byCurrency
}
