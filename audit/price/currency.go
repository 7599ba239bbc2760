package price

import (
	"maps"
	"slices"

	"waudit/audit/money"
	"waudit/audit/result"
)

// ByCurrency are sums of money by currency.
type ByCurrency map[string]*Sums

// Add adds sums in a currency.
func (b ByCurrency) Add(currency string, s Sums) {
	if b[currency] == nil {
		b[currency] = &Sums{}
	}
	b[currency].Add(s)
}

// Amounts writes the sums as reports have them, in the order of currencies.
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

// Money writes single amounts by currency in the same order.
func Money(amounts map[string]money.Amount) []result.Money {
	out := make([]result.Money, 0, len(amounts))
	for _, currency := range slices.Sorted(maps.Keys(amounts)) {
		out = append(out, result.Money{Currency: currency, Amount: amounts[currency].String()})
	}
	return out
}
