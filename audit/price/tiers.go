package price

import (
	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// Discount returns by how much the messages at the places from+1 to to of a
// month are cheaper than at the rate of the first tier.
func Discount(steps []rate.Tier, from, to int64) (sum money.Amount) {
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
