package reconcile

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"waudit/audit"
	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// pair pairs messages that the bill counts too many in one volume with those that it
// counts too few in another: charged in another category, market, number or day, a
// message costs too much only by what lies between the two. The volumes that are most
// alike come first. Of what is compared with nothing it is only said what may be due for it.
func (v *volumeComparison) pair() {
	for _, alike := range likenesses {
		for _, away := range []bool{false, true} {
			for _, m := range v.more {
				for _, f := range v.fewer {
					if (m.elsewhere != "") == away && m.mayPair(f) && alike(&m.key, &f.key) {
						m.pair(f)
					}
				}
			}
		}
	}
}

// likenesses are the ways in which two volumes are alike, the closest first.
var likenesses = []func(x, y *volumeKey) bool{
	func(x, y *volumeKey) bool {
		return x.spans(y) && x.sameMarket(y) && x.category.Base() == y.category.Base()
	},
	func(x, y *volumeKey) bool { return x.spans(y) && x.sameMarket(y) },
	func(x, y *volumeKey) bool { return x.spans(y) && x.number == y.number && x.category == y.category },
	func(x, y *volumeKey) bool { return x.spans(y) && x.number == y.number },
	(*volumeKey).spans,
	func(_, _ *volumeKey) bool { return true },
}

// spans reports whether the days of another volume lie within those of this one.
func (k *volumeKey) spans(o *volumeKey) bool { return k.first <= o.first && o.last <= k.last }

// sameMarket reports whether another volume is of the same number and market.
func (k *volumeKey) sameMarket(o *volumeKey) bool {
	return k.number == o.number && k.market == o.market && k.country == o.country
}

// mayPair reports whether messages of two volumes may stand for each other at all.
func (g *volumeGap) mayPair(f *volumeGap) bool {
	return g.key.waba == f.key.waba && g.month() == f.month() && (g.elsewhere != "" || g.key.currency == f.key.currency)
}

// month is the month of the volume's first day.
func (g *volumeGap) month() era.Month { return monthOfDay(g.key.first) }

// unpaired is how many of the messages that are too many are not paired.
func (g *volumeGap) unpaired() int64 { return g.units - g.paired }

// pair takes as many messages that are too few for those that are too many.
func (g *volumeGap) pair(fewer *volumeGap) {
	n := min(g.unpaired(), fewer.units)
	if n <= 0 {
		return
	}
	due := money.Amount{}
	if fewer.free != nil {
		for i := range fewer.free[:n] {
			due = due.Add(fewer.free[i].sums.Expected)
		}
		fewer.free = fewer.free[n:]
	} else {
		due = fewer.sums.Under
		if n < fewer.units {
			due = due.Times(n).Quo(fewer.units)
		}
		fewer.sums = price.Between(fewer.sums.Reported, fewer.sums.Expected.Sub(due))
	}
	fewer.units -= n
	g.paired += n
	if g.elsewhere != "" {
		g.away = append(g.away, Difference{Step: g.elsewhere, Currency: fewer.key.currency, Sums: price.Sums{Expected: due}, N: n})
	} else {
		g.sums.Expected = g.sums.Expected.Add(due)
		g.instead = g.instead.Then(check.InsteadOf.Say(count(n), fewer.name()))
	}
}

// book books the volumes in which the numbers differ. Where the log does not reach over
// all days of a volume, it may lack what the bill counts more than it, unless the bill
// counts as many in all.
func (v *volumeComparison) book(least map[swapKey]money.Amount) {
	over := map[monthOf]bool{}
	for _, g := range v.more {
		if g.elsewhere == "" && g.unpaired() > 0 {
			over[monthOf{g.key.waba, g.month()}] = true
		}
	}
	for _, g := range v.more {
		for _, e := range g.away {
			v.differences.add(e)
		}
		if g.elsewhere != "" {
			continue
		}
		g.sums = price.Between(g.sums.Reported, g.sums.Expected)
		v.cap(g, least)
		g.sums.Doubt(g.unsure)
		var doubt check.Text
		if over[monthOf{g.key.waba, g.month()}] {
			doubt = v.bill.scope.doubtOn(g.key.waba, g.key.number, g.key.days)
			if v.bill.scope.census.Hidden.May("") {
				doubt = check.LogUnread.Say()
			}
		}
		v.bookGap(g, volumesDiffer, g.sums, doubt)
	}
	for _, g := range v.fewer {
		if g.free != nil {
			v.tell(g, g.free)
		} else if g.units > 0 {
			v.bookGap(g, volumesDiffer, g.sums, check.Text{})
		} else {
			v.differences.expect(g.key.currency, g.sums.Expected)
		}
	}
}

// swapKey is what messages are swapped within: on a day and those beside it that differ
// too, as the bill's days may be those of another zone, or in a month where a bill has
// months.
type swapKey struct {
	waba, number, currency string
	first                  rate.Day
}

func (v *volumeComparison) swapOf(g *volumeGap) swapKey {
	k := swapKey{g.key.waba, g.key.number, g.key.currency, g.key.first}
	if v.monthly {
		k.first -= k.first % 100
	}
	return k
}

// nearDays is how many days a line's own may lie apart from that of its message, where
// other lines have taken those that are nearer.
const nearDays = 3

// runs joins days near each other in which numbers differ: by each of them it finds the
// first. Where days are another zone's, one between them may agree by chance.
func (v *volumeComparison) runs() map[swapKey]swapKey {
	days := map[swapKey]bool{}
	for k := range v.open {
		days[k] = true
	}
	for _, gaps := range [...][]*volumeGap{v.more, v.fewer} {
		for _, g := range gaps {
			days[v.swapOf(g)] = true
		}
	}
	first := make(map[swapKey]swapKey, len(days))
	for k := range days {
		first[k] = k
		if v.monthly || k.first == 0 {
			continue
		}
		for at, back := k, 0; back <= nearDays; back++ {
			if days[at] {
				first[k], back = at, 0
			}
			at.first = at.first.AddDays(-1)
		}
	}
	return first
}

// portion is messages at one price.
type portion struct {
	n    int64
	each money.Amount
}

// addPortions adds messages to a list that has those of one price once.
func addPortions(list []portion, add ...portion) []portion {
	for _, u := range add {
		if i := slices.IndexFunc(list, func(o portion) bool { return o.each == u.each }); i >= 0 {
			list[i].n += u.n
		} else {
			list = append(list, u)
		}
	}
	return list
}

// lack notes messages of a volume that are due perhaps, and that the bill lacks perhaps:
// they may be what another volume counts too many.
func (v *volumeComparison) lack(g *volumeGap, may ...portion) {
	k := v.swapOf(g)
	v.open[k] = addPortions(v.open[k], may...)
}

// leastOver is the least that the bill is too dear by, whichever of the messages that it
// counts too few stands for which of those that it counts too many: the dearest of
// both together.
func (v *volumeComparison) leastOver() map[swapKey]money.Amount {
	more, fewer := map[swapKey][]portion{}, map[swapKey][]portion{}
	for k, open := range v.open {
		fewer[v.run[k]] = addPortions(fewer[v.run[k]], open...)
	}
	for _, g := range v.more {
		if k := v.run[v.swapOf(g)]; g.elsewhere == "" && g.units > 0 {
			more[k] = append(more[k], portion{g.units, g.sums.Reported.Quo(g.units)})
		}
	}
	for _, g := range v.fewer {
		k := v.run[v.swapOf(g)]
		for i := range g.free {
			fewer[k] = append(fewer[k], portion{1, g.free[i].sums.Expected})
		}
		if g.free == nil && g.units > 0 {
			fewer[k] = append(fewer[k], portion{g.units, g.sums.Under.Quo(g.units)})
		}
	}
	least := map[swapKey]money.Amount{}
	dearest := func(x, y portion) int { return y.each.Cmp(x.each) }
	for k, m := range more {
		f := fewer[k]
		slices.SortFunc(m, dearest)
		slices.SortFunc(f, dearest)
		for len(m) > 0 {
			n, due := m[0].n, money.Amount{}
			if len(f) > 0 {
				n, due = min(n, f[0].n), f[0].each
			}
			least[k] = least[k].Add(money.Max(m[0].each.Sub(due), money.Amount{}).Times(n))
			m, f = less(m, n), less(f, n)
		}
	}
	return least
}

// less takes messages from the first of a list.
func less(list []portion, n int64) []portion {
	if len(list) == 0 {
		return nil
	}
	if list[0].n -= n; list[0].n == 0 {
		return list[1:]
	}
	return list
}

// cap makes uncertain what is too dear only if the messages stand for each other as
// they are paired.
func (v *volumeComparison) cap(g *volumeGap, least map[swapKey]money.Amount) {
	k := v.run[v.swapOf(g)]
	sure := money.Min(g.sums.Over, least[k])
	least[k] = least[k].Sub(sure)
	// What units of one price leave over when they are divided is no doubt.
	if rest := g.sums.Over.Sub(sure); rest.Cmp(money.Of(g.units)) > 0 {
		g.sums.Over, g.sums.Uncertain = sure, rest
		g.instead = g.instead.Then(check.MayBeOthers.Say())
	}
}

// volumeGap is a volume in which the bill counts more or fewer messages than the log.
type volumeGap struct {
	key    volumeKey
	view   result.Volume
	place  event.Place
	lines  []string
	units  int64      // messages more, or fewer
	paired int64      // of those too many
	sums   price.Sums // of them: what is billed, and what is due

	beside    money.Amount // what is due of those that both have, where the sums are of the others
	twins     money.Amount // of lines that another file of the bill has too, and that may be one
	estimate  bool
	unsure    money.Amount // of what is too much, as the rate of the others is not verified
	elsewhere string       // it is left out already, and this step of the waterfall holds what is due for as many messages
	free      []told       // of those too few, each told by a check of the audit
	away      []Difference // what is due for them
	moved     check.Text   // that its day is another than the bill says
	instead   check.Text   // what the log has for what is too much, and why that is not sure
}

// view is the volume as reports show it.
func (k *volumeKey) view(markets *rate.Markets, billed, log int64, amount, due money.Amount, estimate bool) result.Volume {
	market := k.market
	if m, ok := markets.Named(market); ok {
		market = markets.Name(m)
	}
	return result.Volume{
		WABA: k.waba, Number: k.number, Period: k.period(), Market: market, Country: k.country, Category: k.category.String(), Type: k.kind, Currency: k.currency,
		Billed: billed, Log: log, Amount: amount.String(), Due: due.String(), Estimate: estimate,
	}
}

// telling is how it is told in what a volume differs: by which check, and as which step of
// the waterfall.
type telling struct {
	check *check.Check
	step  string
}

var (
	amountsDiffer = telling{&check.AmountDiffers, "amounts differ"}
	volumesDiffer = telling{&check.VolumeDiffers, "volumes differ"}
)

// bookGap books the money of a volume.
func (v *volumeComparison) bookGap(g *volumeGap, in telling, sums price.Sums, why check.Text) {
	if g.estimate {
		why = cmp.Or(why, check.Approximate.Say())
	}
	f := g.finding(in.check)
	if why != (check.Text{}) && sums.Over.Sign() > 0 {
		sums.Doubt(sums.Over)
	}
	if why != (check.Text{}) && sums.Uncertain.Sign() > 0 {
		f.Explanation += " " + why.String()
	}
	if sums.Over.Sign() > 0 && g.twins.Sign() > 0 {
		sums.Doubt(g.twins)
		f.Explanation += " " + check.LineInTwoFiles.Say().String()
	}
	if why := v.bill.lacking(); g.view.Billed < g.view.Log && why != (check.Text{}) {
		f.Explanation += " " + why.String()
	}
	v.bookOwn(f, Difference{Step: in.step, Currency: g.key.currency, Sums: sums, Lines: g.lines, Day: g.key.first, WABA: v.accountOf(g), beside: g.beside, volume: g.view.Billed})
}

// finding is what is said of a volume.
func (g *volumeGap) finding(of *check.Check) audit.Finding {
	c := &g.view
	phrase, facts := check.VolumeIsOther, []string{c.Period, g.name(), count(c.Billed), strings.TrimSpace(c.Currency + " " + c.Amount), count(c.Log), strings.TrimSpace(c.Currency + " " + c.Due)}
	if c.Period == "" {
		phrase, facts = check.VolumeOfNoDay, facts[1:]
	}
	why := phrase.Say(facts...)
	f := newFinding(of, c.Number, why.Then(g.moved).Then(g.instead), c.WABA, c.Period, g.key.market, c.Country, c.Category, c.Type, c.Currency)
	f.WABA, f.Category = c.WABA, c.Category
	if g.place != (event.Place{}) {
		f.Places = billLine(g.place)
	}
	return f
}

func count(n int64) string { return strconv.FormatInt(n, 10) }

// name names a volume.
func (g *volumeGap) name() string {
	words := slices.DeleteFunc([]string{g.view.Category, g.view.Type, g.view.Market, g.view.Country}, func(w string) bool { return w == "" })
	return strings.Join(words, ", ")
}
