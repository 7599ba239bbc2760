package price

import (
	"maps"
	"slices"

	"waudit/audit/result"
)

// ByCurrency is sums of money by currency.
type ByCurrency map[string]*Sums

// Add adds to the sums of a currency.
func (b ByCurrency) Add(currency string, s Sums) {
	if b[currency] == nil {
		b[currency] = &Sums{}
	}
	b[currency].Add(s)
}

// Amounts writes the sums, in the order of currencies.
func (b ByCurrency) Amounts() []result.Amounts {
	out := make([]result.Amounts, 0, len(b))
	for _, currency := range slices.Sorted(maps.Keys(b)) {
		s := b[currency]
		out = append(out, result.Amounts{
			Currency: currency, Reported: s.Reported.String(), Expected: s.Expected.String(),
			Overcharged: s.Over.String(), Undercharged: s.Under.String(), Uncertain: s.Uncertain.String(),
		})
	}
	return out
}
