package price

import (
	"maps"
	"slices"

	"waudit/audit/money"
	"waudit/audit/result"
)

// Basis says what amounts rest on.
type Basis string

// The bases.
const (
	Reported Basis = "reported"  // a price in the log, or a line of a bill
	RateCard Basis = "rate_card" // a rate card
)

// Sums are amounts of one currency, with
// Reported = Expected + Over - Under + Uncertain.
type Sums struct{ Reported, Expected, Over, Under, Uncertain money.Amount }

// Add adds other sums of the same currency.
func (s *Sums) Add(o Sums) {
	s.Reported = s.Reported.Add(o.Reported)
	s.Expected = s.Expected.Add(o.Expected)
	s.Over = s.Over.Add(o.Over)
	s.Under = s.Under.Add(o.Under)
	s.Uncertain = s.Uncertain.Add(o.Uncertain)
}

// Sub takes other sums of the same currency away.
func (s *Sums) Sub(o Sums) {
	s.Add(Sums{o.Reported.Neg(), o.Expected.Neg(), o.Over.Neg(), o.Under.Neg(), o.Uncertain.Neg()})
}

// Between shares out what lies between what is reported and what is due.
func Between(reported, expected money.Amount) Sums {
	s := Sums{Reported: reported, Expected: expected}
	if d := reported.Sub(expected); d.Sign() >= 0 {
		s.Over = d
	} else {
		s.Under = d.Neg()
	}
	return s
}

// AtLeast takes what is certainly due, no more than is reported, as expected, and the
// rest as uncertain.
func AtLeast(reported, certain money.Amount) Sums {
	certain = money.Min(certain, reported)
	return Sums{Reported: reported, Expected: certain, Uncertain: reported.Sub(certain)}
}

// Doubt makes uncertain what is too much, up to an amount.
func (s *Sums) Doubt(most money.Amount) {
	part := money.Min(s.Over, most)
	s.Over, s.Uncertain = s.Over.Sub(part), s.Uncertain.Add(part)
}

// Agree reports whether what is reported is due.
func (s *Sums) Agree() bool { return s.Over.IsZero() && s.Under.IsZero() && s.Uncertain.IsZero() }

// Write writes the sums as a finding has them.
func (s *Sums) Write(currency, basis, note string) *result.Amount {
	return &result.Amount{
		Currency: currency, Reported: s.Reported.String(), Expected: s.Expected.String(), Overcharged: s.Over.String(),
		Undercharged: s.Under.String(), Uncertain: s.Uncertain.String(), Basis: basis, Note: note,
	}
}

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
