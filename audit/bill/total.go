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

// totals sums up the lines of a bill by account, month and currency, and by currency.
func totals(lines []priced) ([]result.BillTotal, []result.BillSum) {
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
		out[at].Estimate = out[at].Estimate || l.Estimate
		all[at].add(l.sums)
	}
	whole := map[string]*sums{}
	grand := map[string]*result.BillSum{}
	for i := range out {
		t := &out[i]
		t.Amount, t.Low, t.High = all[i].write()
		if grand[t.Currency] == nil {
			grand[t.Currency], whole[t.Currency] = &result.BillSum{Currency: t.Currency}, &sums{}
		}
		grand[t.Currency].Charges += t.Charges
		grand[t.Currency].Unvalued += t.Unvalued
		whole[t.Currency].add(all[i])
	}
	byCurrency := []result.BillSum{}
	for _, currency := range slices.Sorted(maps.Keys(grand)) {
		s := grand[currency]
		s.Amount, s.Low, s.High = whole[currency].write()
		byCurrency = append(byCurrency, *s)
	}
	slices.SortFunc(out, func(a, b result.BillTotal) int {
		return cmp.Or(strings.Compare(a.WABA, b.WABA), strings.Compare(a.Month, b.Month), strings.Compare(a.Currency, b.Currency))
	})
	return out, byCurrency
}
