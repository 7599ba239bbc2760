package reconcile

import (
	"fmt"

	"waudit/audit/era"
	"waudit/audit/money"
)

// pair pairs messages that the bill counts too many in one cell with those that it
// counts too few in another: charged in another category, market, number or day, a
// message costs too much only by what lies between the two. The cells that are most
// alike come first. Of another currency nothing is said but that it is one.
func (v *volumes) pair() {
	for _, alike := range []func(x, y *cellKey) bool{
		func(x, y *cellKey) bool {
			return x.days == y.days && x.number == y.number && x.market == y.market && x.country == y.country
		},
		func(x, y *cellKey) bool {
			return x.first <= y.first && y.last <= x.last && x.number == y.number && x.market == y.market && x.country == y.country
		},
		func(x, y *cellKey) bool { return x.first <= y.first && y.last <= x.last && x.category == y.category },
		func(x, y *cellKey) bool { return x.first <= y.first && y.last <= x.last },
		func(x, y *cellKey) bool { return true },
	} {
		for _, foreign := range []bool{false, true} {
			for _, m := range v.more {
				for _, f := range v.fewer {
					if m.foreign == foreign && m.key.waba == f.key.waba && m.month() == f.month() && (m.foreign || m.key.currency == f.key.currency) && alike(&m.key, &f.key) {
						m.pair(f)
					}
				}
			}
		}
	}
}

// month is the month of the cell's first day.
func (g *gap) month() era.Month { return monthOfDay(g.key.first) }

// unpaired is how many of the messages that are too many are not paired.
func (g *gap) unpaired() int64 { return g.units - g.paired }

// pair takes as many messages that are too few for those that are too many.
func (g *gap) pair(fewer *gap) {
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
		fewer.sums = between(fewer.sums.Reported, fewer.sums.Expected.Sub(due))
	}
	fewer.units -= n
	g.paired += n
	if g.foreign {
		g.away = append(g.away, Entry{Step: elsewhereStep, Currency: fewer.key.currency, Sums: Sums{Expected: due}, N: n})
	} else {
		g.sums.Expected = g.sums.Expected.Add(due)
		g.instead += fmt.Sprintf(" Instead the log has %d of %s.", n, fewer.key.name())
	}
}

// monthKey is a month of an account of the bill.
type monthKey struct {
	waba  string
	month era.Month
}

// book books the cells in which the numbers differ. Where the log does not reach over
// all days of a cell, it may lack what the bill counts more than it, unless the bill
// counts as many in all.
func (v *volumes) book() {
	over := map[monthKey]bool{}
	for _, g := range v.more {
		if !g.foreign && g.unpaired() > g.maybe {
			over[monthKey{g.key.waba, g.month()}] = true
		}
	}
	for _, g := range v.more {
		if g.foreign {
			for _, e := range g.away {
				v.ledger.add(e)
			}
			continue
		}
		sums, doubt := between(g.sums.Reported, g.sums.Expected), ""
		if over[monthKey{g.key.waba, g.month()}] && g.key.first != 0 {
			from, until := v.bill.scope.span(g.key.waba, g.key.first, g.key.last)
			doubt = v.bill.scope.doubt(g.key.waba, g.key.number, from, until)
		}
		if sure := g.units - min(g.units, g.maybe); doubt == "" && sure < g.units && sums.Over.Sign() > 0 {
			part := sums.Over.Times(sure).Quo(g.units)
			sums.Over, sums.Uncertain = part, sums.Over.Sub(part)
			g.instead += fmt.Sprintf(" Not sure: the log has %d more of which it is uncertain whether they are charged.", g.maybe)
		}
		v.bookGap(g, "WA704", sums, doubt)
	}
	for _, g := range v.fewer {
		if g.free != nil {
			v.tell(g, g.free)
		} else if g.units > 0 {
			v.bookGap(g, "WA704", g.sums, "")
		} else {
			v.ledger.expect(g.key.currency, g.sums.Expected)
		}
	}
}
