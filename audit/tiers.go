package audit

import (
	"maps"
	"slices"

	"waudit/audit/check"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
)

// tierCharges is the charges of a scope that are valued by a card.
//
// Messages of a scope cost less and less, so that what a wrong charge costs is
// what the bill would be lower without it: those that are due and reported come
// first, then those that are reported and not due, then those of which that is
// uncertain. Counts are enough for that.
type tierCharges struct {
	price.Tiered
	sides [4]int64 // charges by side
}

// scopes counts the charges of all scopes.
func (c buckets) scopes() map[price.TierScope]*tierCharges {
	all := map[price.TierScope]*tierCharges{}
	count := func(k *bucketKey, f *price.Figure, s moneySide, n int64) {
		key, ok := price.TierScopeOf(k.account, k.Month, k.Unit, f)
		if !ok {
			return
		}
		at := all[key]
		if at == nil {
			at = &tierCharges{Tiered: price.Tiered{Steps: f.Tiers, Shown: f.Category}}
			all[key] = at
		}
		at.Add(&price.Tiered{Steps: f.Tiers, N: n})
		at.sides[s] += n
	}
	for k, n := range c {
		switch {
		case k.Basis != price.RateCard:
		case k.dueAt == k.saidAt:
			count(&k, k.dueAt, k.Side, n.N)
		case k.Side == sideUncertain:
			count(&k, k.saidAt, sideUncertain, n.N)
		default: // charged in another category than is due, or only one of both
			count(&k, k.dueAt, sideUnder, n.N)
			count(&k, k.saidAt, sideOver, n.N)
		}
	}
	return all
}

// billed counts the charges of all scopes that the log prices, each of them at the rate
// of some tier of the account's own card.
func (c buckets) billed() price.ByScope {
	all := price.ByScope{}
	for k, n := range c {
		if k.Basis == price.Reported && k.Side == sideOK && k.Due && k.account.Rates != nil && k.dueAt.OK() && k.dueAt.Currency == k.Currency {
			all.Add(k.account, k.Month, k.Unit, k.dueAt, &price.Tiered{N: n.N, Charged: n.Sums.Reported, Corrupt: k.Corrupt})
		}
	}
	return all
}

// excesses lists the scopes whose charges come to more than their tiers allow
// (WA207), in order, and what that takes from the sums.
func excesses(scopes price.ByScope, markets *rate.Markets) (views []check.TierView, off []price.Lowered) {
	for _, k := range slices.SortedFunc(maps.Keys(scopes), price.TierScope.Compare) {
		t := scopes[k]
		due := t.Due()
		if t.Mixed || t.Charged.Cmp(due) <= 0 {
			continue
		}
		v := check.TierView{TierScope: k, Tiered: *t, Market: markets.Name(k.Market)}
		if !t.Several {
			v.WABA = t.Account.ID
		}
		more := price.Sums{Expected: due.Sub(t.Charged), Over: t.Charged.Sub(due)}
		if !t.Sure() {
			more.Doubt(more.Over)
		}
		views, off = append(views, v), append(off, price.Lowered{TierScope: k, Shown: t.Shown, Off: more})
	}
	return views, off
}

// places returns where the charges of a side lie in the month.
func (t *tierCharges) places(s moneySide) (from, to int64) {
	from = t.sides[sideOK]
	switch s {
	case sideOK:
		return 0, from
	case sideUncertain:
		from += t.sides[sideOver]
	}
	return from, from + t.sides[s]
}

// lower returns what the tiers take off the sums of the scope.
func (t *tierCharges) lower() price.Sums {
	off := func(s moneySide) money.Amount {
		from, to := t.places(s)
		return t.Discount(from, to).Neg()
	}
	ok, over, under, uncertain := off(sideOK), off(sideOver), off(sideUnder), off(sideUncertain)
	return price.Sums{
		Reported: ok.Add(over).Add(uncertain), Expected: ok.Add(under), Over: over, Under: under, Uncertain: uncertain,
	}
}

// lowerings lists the scopes that go beyond their first tier, in order.
func lowerings(scopes map[price.TierScope]*tierCharges) []price.Lowered {
	var list []price.Lowered
	for _, k := range slices.SortedFunc(maps.Keys(scopes), price.TierScope.Compare) {
		if off := scopes[k].lower(); off != (price.Sums{}) {
			list = append(list, price.Lowered{TierScope: k, Shown: scopes[k].Shown, Off: off})
		}
	}
	return list
}

// reprice gives the findings of charges in volume tiers their share, in report
// order, so that they add up to what the scope's sums say.
func reprice(order []*draft, scopes map[price.TierScope]*tierCharges) {
	next := map[price.TierScope]*[4]int64{}
	for _, d := range order {
		t := scopes[d.Scope]
		if d.Amount == nil || t == nil || d.Side != sideOver && d.Side != sideUncertain && d.Side != sideUnder {
			continue
		}
		taken := next[d.Scope]
		if taken == nil {
			taken = new([4]int64)
			next[d.Scope] = taken
		}
		from, _ := t.places(d.Side)
		at := from + taken[d.Side]
		taken[d.Side]++
		off := t.Discount(at, at+1)
		if off.IsZero() {
			continue
		}
		switch d.Side {
		case sideOver:
			d.Money.Add(price.Sums{Reported: off.Neg(), Over: off.Neg()})
		case sideUnder:
			d.Money.Add(price.Sums{Expected: off.Neg(), Under: off.Neg()})
		default:
			d.Money.Add(price.Sums{Reported: off.Neg(), Uncertain: off.Neg()})
		}
		d.setAmount()
	}
}
