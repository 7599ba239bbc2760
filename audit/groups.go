package audit

import (
	"cmp"
	"maps"
	"slices"

	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// byCurrency sums up all buckets, with what volume tiers take off.
func (c buckets) byCurrency(off []price.Lowered) price.ByCurrency {
	sums := price.ByCurrency{}
	for k, n := range c {
		if k.Basis != "" {
			sums.Add(k.Currency, n.Sums)
		}
	}
	for _, l := range off {
		sums.Add(l.Currency, l.Off)
	}
	return sums
}

// estimated counts the charges that are valued in a currency which is not known to be
// their account's.
func (c buckets) estimated() *result.Estimated {
	var e result.Estimated
	for k, n := range c.shown() {
		for _, f := range [...]*price.Figure{k.dueAt, k.saidAt} {
			if k.Basis == price.RateCard && f.OK() && f.Estimate {
				e.Currency = f.Currency
				e.Messages += n.N
				break
			}
		}
	}
	if e.Messages == 0 {
		return nil
	}
	return &e
}

// unvalued counts the charges that have no amount, by what is missing.
func (c buckets) unvalued() []result.Unvalued {
	count := map[price.Lack]*result.Unvalued{}
	for k, n := range c.shown() {
		if k.Why == price.None {
			continue
		}
		u := count[k.Why]
		if u == nil {
			u = &result.Unvalued{Missing: k.Why.String()}
			count[k.Why] = u
		}
		u.Messages += n.N
		if k.Side == sideOver {
			u.Overcharged += n.N
		}
	}
	out := make([]result.Unvalued, 0, len(count))
	for _, why := range slices.Sorted(maps.Keys(count)) {
		out = append(out, *count[why])
	}
	return out
}

// dimension is one of the views on the money.
type dimension struct {
	name string
	of   func(*bucketKey) string
	// tier returns the group of a scope of volume tiers; nil where a scope may lie
	// in several groups.
	tier func(*price.Lowered) string
}

// dimensions are the views on the money, in the order of reports.
func dimensions(markets *rate.Markets) []dimension {
	return []dimension{
		{"account", func(k *bucketKey) string { return k.account.ID }, nil},
		{"number", func(k *bucketKey) string { return k.Number }, nil},
		{"month", func(k *bucketKey) string { return k.Month.String() }, func(l *price.Lowered) string { return l.Month.String() }},
		{"market", func(k *bucketKey) string { return markets.Name(k.Market) }, func(l *price.Lowered) string { return markets.Name(l.Market) }},
		{"category", func(k *bucketKey) string { return k.Category.String() }, func(l *price.Lowered) string { return l.Shown.String() }},
		{"template", func(k *bucketKey) string { return k.Template }, nil},
	}
}

// groups sums up the buckets by each dimension.
func (c buckets) groups(off []price.Lowered, markets *rate.Markets) []result.GroupTotal {
	out := []result.GroupTotal{}
	for _, d := range dimensions(markets) {
		out = append(out, c.groupsBy(d, off)...)
	}
	return out
}

// groupsBy sums up the buckets by one dimension, the dearest group first.
func (c buckets) groupsBy(d dimension, off []price.Lowered) []result.GroupTotal {
	type group struct {
		result.GroupTotal
		sums price.ByCurrency
	}
	groups := map[string]*group{}
	for k, n := range c {
		key := d.of(&k)
		g := groups[key]
		if g == nil {
			g = &group{result.GroupTotal{By: d.name, Key: key}, price.ByCurrency{}}
			groups[key] = g
		}
		if k.Basis != "" && !k.Ignored {
			g.sums.Add(k.Currency, n.Sums)
		}
		if k.Charged {
			g.ChargesReported += n.N
		}
		if k.Due {
			g.ChargesExpected += n.N
		}
	}
	others := price.ByCurrency{}
	for i := range off {
		l := &off[i]
		if key, one := c.groupOf(d, l); one && groups[key] != nil {
			groups[key].sums.Add(l.Currency, l.Off)
		} else {
			others.Add(l.Currency, l.Off)
		}
	}
	list := make([]result.GroupTotal, 0, len(groups))
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		g := groups[key]
		g.Amounts = g.sums.Amounts()
		list = append(list, g.GroupTotal)
	}
	slices.SortStableFunc(list, func(a, b result.GroupTotal) int { return cmp.Compare(b.ChargesReported, a.ChargesReported) })
	if len(others) > 0 {
		list = append(list, result.GroupTotal{By: d.name, Others: true, Amounts: others.Amounts()})
	}
	return list
}

// groupOf returns the group that a scope of volume tiers lies in, false if it lies
// in several.
func (c buckets) groupOf(d dimension, l *price.Lowered) (key string, one bool) {
	if d.tier != nil {
		return d.tier(l), true
	}
	for k := range c {
		if !k.in(l.TierScope) {
			continue
		}
		if at := d.of(&k); !one {
			key, one = at, true
		} else if at != key {
			return "", false
		}
	}
	return key, one
}

// in reports whether volume tiers count a bucket's charges in a scope.
func (k *bucketKey) in(s price.TierScope) bool {
	for _, f := range [...]*price.Figure{k.dueAt, k.saidAt} {
		if at, ok := price.TierScopeOf(k.account, k.Month, k.Unit, f); ok && at == s {
			return true
		}
	}
	return false
}
