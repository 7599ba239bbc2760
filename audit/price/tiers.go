package price

import (
	"cmp"
	"slices"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// discount returns by how much the messages at the places from+1 to to of a
// month are cheaper than at the rate of the first tier.
func discount(steps []rate.Tier, from, to int64) (sum money.Amount) {
	for _, s := range steps {
		sum = sum.Add(money.Of(steps[0].Amount - s.Amount).Times(within(s, from, to)))
	}
	return sum
}

// within returns how many of the places from+1 to to lie in a tier.
func within(s rate.Tier, from, to int64) int64 {
	if s.To != 0 {
		to = min(to, s.To)
	}
	return max(to-max(s.From-1, from), 0)
}

// Scope is what volume tiers count over (4.5).
type Scope struct {
	Portfolio string
	Currency  string
	Market    rate.Market
	Category  category.Category // utility, or authentication for both of its rates
	Month     era.Month
}

// ScopeOf returns the scope of a charge in a month, false if no volume tier of the
// card lowers its figure.
func ScopeOf(a *account.Account, m era.Month, unit rate.Unit, f *Figure) (Scope, bool) {
	if !f.OK() || f.Tiers == nil || unit != rate.PerMessage {
		return Scope{}, false
	}
	return Scope{Portfolio(a), f.Currency, f.Market, f.Category.Base(), m}, true
}

// Compare orders scopes.
func (s Scope) Compare(o Scope) int {
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
type ByScope map[Scope]*Tiered

// Add adds charges of an account in a month at a figure, if volume tiers lower it. It
// completes them.
func (b ByScope) Add(a *account.Account, m era.Month, unit rate.Unit, f *Figure, t *Tiered) {
	s, ok := ScopeOf(a, m, unit, f)
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
func (t *Tiered) Discount(from, to int64) money.Amount {
	if t.Mixed {
		return money.Amount{}
	}
	return discount(*t.Steps, from, to)
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
	Scope
	Shown category.Category // of its charges
	Off   Sums
}

// Step is the part of a month's messages that lie in one tier.
type Step struct {
	rate.Tier
	Messages int64
}

// Steps shares out the first n messages of a month among tiers.
func Steps(steps []rate.Tier, n int64) []Step {
	var list []Step
	for _, s := range steps {
		if in := within(s, 0, n); in > 0 {
			list = append(list, Step{s, in})
		}
	}
	return list
}
