package reconcile

import (
	"maps"
	"slices"

	"waudit/audit/check"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
)

// tierMonth is the charges of a scope that are billed at rates of its tiers.
type tierMonth struct {
	price.Tiered
	lines []string // of volumes
}

// slack is how much of what was charged rounding explains: amounts are rounded to
// four decimals at the coarsest.
func (t *tierMonth) slack() (most money.Amount) {
	const unit = 100_000
	for _, s := range *t.Steps {
		most = money.Max(most, money.Of((s.Amount+unit/2)/unit*unit-s.Amount))
	}
	return most.Times(t.N)
}

// monthTiers are the months of all tiers.
type monthTiers map[price.Scope]*tierMonth

// add counts a charge at the rate of some tier of its figure, if it has any.
func (m monthTiers) add(s *logMessage, charged money.Amount) {
	if !s.due || !s.priced() {
		return
	}
	if k, ok := price.ScopeOf(s.account, monthOfDay(s.day), rate.PerMessage, s.figure); ok {
		m.put(k, &tierMonth{Tiered: price.Tiered{Steps: s.figure.Tiers, Shown: s.figure.Category, N: 1, Charged: charged, Corrupt: s.corrupt}})
	}
}

func (m monthTiers) put(k price.Scope, o *tierMonth) {
	t := m[k]
	if t == nil {
		c := *o
		m[k] = &c
		return
	}
	t.Add(&o.Tiered)
	t.lines = append(t.lines, o.lines...)
}

func (m monthTiers) merge(o monthTiers) {
	for k, t := range o {
		m.put(k, t)
	}
}

// bookTiers books what the charges of a month come to beyond its volume tiers
// (WA207): each of them is the rate of some tier, and was expected so far.
func (w *Watcher) bookTiers() {
	for _, k := range slices.SortedFunc(maps.Keys(w.months), price.Scope.Compare) {
		t := w.months[k]
		if t.Discount(0, t.N).IsZero() || t.Charged.Sub(t.Due()).Cmp(t.slack()) <= 0 {
			continue
		}
		v := check.TierView{Scope: k, Tiered: t.Tiered, Market: w.valuer.Cards().Markets.Name(k.Market)}
		if w.bill.scope.accounts[k.Portfolio] {
			v.WABA = k.Portfolio
		}
		hit := check.VolumeTier.Log(&check.LogView{Tiers: []check.TierView{v}})[0]
		f := newFinding(&check.VolumeTier, hit.Number, hit.Explanation, hit.Subject...)
		f.WABA, f.Category, f.Count = hit.WABA, hit.Category, hit.Count
		w.ledger.expect(k.Currency, t.Charged.Neg())
		w.bookOwn(f, Difference{Step: "charged above the volume tiers", Currency: k.Currency, Sums: hit.Money, Lines: t.lines})
	}
}
