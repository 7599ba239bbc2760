package price

import (
	"cmp"
	"maps"
	"slices"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/money"
	"waudit/audit/rate"
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
func (s *Sums) Write(currency, basis, note string) *result.FindingAmount {
	return &result.FindingAmount{Amounts: s.amounts(currency), Basis: basis, Note: note}
}

func (s *Sums) amounts(currency string) result.Amounts {
	return result.Amounts{
		Currency: currency, Reported: s.Reported.String(), Expected: s.Expected.String(),
		Overcharged: s.Over.String(), Undercharged: s.Under.String(), Uncertain: s.Uncertain.String(),
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
		out = append(out, b[currency].amounts(currency))
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

// within returns how many of the places from+1 to to lie in a tier.
func within(s rate.Tier, from, to int64) int64 {
	if s.To != 0 {
		to = min(to, s.To)
	}
	return max(to-max(s.From-1, from), 0)
}

// TierScope is what volume tiers count over (4.5).
type TierScope struct {
	Portfolio string
	Currency  string
	Market    rate.Market
	Category  category.Category // utility, or authentication for both of its rates
	Month     era.Month
}

// TierScopeOf returns the scope of a charge in a month, false if no volume tier of the
// card lowers its figure.
func TierScopeOf(a *account.Account, m era.Month, unit rate.Unit, f *Figure) (TierScope, bool) {
	if !f.OK() || f.Tiers == nil || unit != rate.PerMessage {
		return TierScope{}, false
	}
	return TierScope{Portfolio(a), f.Currency, f.Market, f.Category.Base(), m}, true
}

// Compare orders scopes.
func (s TierScope) Compare(o TierScope) int {
	return cmp.Or(cmp.Compare(s.Portfolio, o.Portfolio), cmp.Compare(s.Currency, o.Currency), cmp.Compare(s.Market, o.Market),
		cmp.Compare(s.Category, o.Category), cmp.Compare(s.Month, o.Month))
}

// Tiered is the charges of a scope.
type Tiered struct {
	Steps   *[]rate.Tier
	Shown   category.Category // of its charges
	Mixed   bool              // authentication at both rates: their places in the month cannot be told from counts
	N       int64
	Charged money.Amount     // for them, where it is known
	Account *account.Account // one that they are of
	Several bool             // they are of further accounts of the portfolio
	Corrupt bool             // the log may be wrong about some of them
}

// ByScope are the charges of scopes.
type ByScope map[TierScope]*Tiered

// Add adds charges of an account in a month at a figure, if volume tiers lower it. It
// completes them.
func (b ByScope) Add(a *account.Account, m era.Month, unit rate.Unit, f *Figure, t *Tiered) {
	s, ok := TierScopeOf(a, m, unit, f)
	if !ok {
		return
	}
	t.Steps, t.Shown, t.Account = f.Tiers, f.Category, a
	if at := b[s]; at != nil {
		at.Add(t)
	} else {
		b[s] = t
	}
}

// Add adds other charges of the scope.
func (t *Tiered) Add(o *Tiered) {
	t.Mixed = t.Mixed || o.Mixed || t.Steps != o.Steps
	t.Corrupt = t.Corrupt || o.Corrupt
	t.Several = t.Several || o.Several || t.Account != o.Account
	t.N += o.N
	t.Charged = t.Charged.Add(o.Charged)
}

// Discount returns by how much the charges at the places from+1 to to of the month are
// cheaper than at the list rate, nothing where that cannot be told.
func (t *Tiered) Discount(from, to int64) (sum money.Amount) {
	if t.Mixed {
		return sum
	}
	for _, s := range *t.Steps {
		sum = sum.Add(money.Of((*t.Steps)[0].Amount - s.Amount).Times(within(s, from, to)))
	}
	return sum
}

// Due is what the charges cost, or more where their places cannot be told.
func (t *Tiered) Due() money.Amount {
	return money.Of((*t.Steps)[0].Amount).Times(t.N).Sub(t.Discount(0, t.N))
}

// Sure reports whether the rates of all tiers are verified, and the charges read from an
// intact log. That it may lack some does not matter: those would make the others cheaper.
func (t *Tiered) Sure() bool {
	return !t.Corrupt && !slices.ContainsFunc(*t.Steps, func(s rate.Tier) bool { return !s.Sure() })
}

// Lowered is what volume tiers take off a scope's sums at list rates.
type Lowered struct {
	TierScope
	Shown category.Category // of its charges
	Off   Sums
}

// TierShare is the part of a month's messages that lie in one tier.
type TierShare struct {
	rate.Tier
	Messages int64
}

// Steps shares out the first n messages of a month among tiers.
func Steps(steps []rate.Tier, n int64) []TierShare {
	var list []TierShare
	for _, s := range steps {
		if in := within(s, 0, n); in > 0 {
			list = append(list, TierShare{s, in})
		}
	}
	return list
}
