package simulate

import (
	"cmp"
	"slices"
)

// freeUnits is what a month has free: conversations per WABA until 2024-10,
// delivered service messages per number from 2026-10 (clauses 3.3 and 4.2.6).
const freeUnits = 1000

// keptUnits is how many of a month's earliest units are remembered: enough to
// tell the free ones from the charged, those far from the limit on either side,
// and those that units of another number would pay for.
const keptUnits = freeUnits*2 + 10

// unit is one use of a free tier. Units are spent in the order of delivery.
type unit struct {
	at    int64
	pair  int
	index int
}

func (u unit) compare(v unit) int {
	return cmp.Or(cmp.Compare(u.at, v.at), cmp.Compare(u.pair, v.pair), cmp.Compare(u.index, v.index))
}

// allowance names one month's free units.
type allowance struct {
	perNumber bool // of the number with that index, else of the account
	index     int
	month     int // see calendar.month
}

func (a allowance) compare(b allowance) int {
	if a.perNumber != b.perNumber {
		if b.perNumber {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.index, b.index), cmp.Compare(a.month, b.month))
}

func allowanceOf(p *pair, d *decision) allowance {
	a := p.number.account
	if d.era == servicePriced {
		return allowance{perNumber: true, index: p.number.index, month: a.cal.month(d.at)}
	}
	return allowance{index: a.index, month: a.cal.month(d.at)}
}

// spending is what one allowance is spent on.
type spending struct {
	first lowest[unit] // the earliest keptUnits; sorted once the tiers are closed
	total int
	used  int // units spent on what is not in the log: free_used
}

// left is how many of the units in the log are free.
func (s *spending) left() int { return freeUnits - s.used }

// position counts the units up to and including u, from 1. Beyond those kept
// it says only that u is beyond them.
func (s *spending) position(u unit) int {
	i, _ := slices.BinarySearchFunc(s.first.values, u, unit.compare)
	return i + 1
}

// tiers knows what each month's free units were spent on.
type tiers struct {
	months map[allowance]*spending
	sorted []allowance
}

func newTiers() *tiers { return &tiers{months: map[allowance]*spending{}} }

// count notes a decision that uses a unit.
func (t *tiers) count(p *pair, index int, d *decision) {
	if !d.tiered {
		return
	}
	key := allowanceOf(p, d)
	s := t.months[key]
	if s == nil {
		s = &spending{first: lowest[unit]{keep: keptUnits, compare: unit.compare}}
		t.months[key] = s
	}
	s.total++
	s.first.add(unit{d.at, p.index, index})
}

// close ends the counting, and decides what was spent before or beside the log.
func (t *tiers) close(w *world) {
	for key, s := range t.months {
		s.first.sorted()
		s.used = usedElsewhere(w, key, s.total)
		t.sorted = append(t.sorted, key)
	}
	slices.SortFunc(t.sorted, allowance.compare)
}

// usedElsewhere chooses free_used. A month that began before the log had its
// traffic then too. And so that small logs show the end of a tier, the first of
// several numbers or accounts spends most of its units on what another system
// sent. Of a log that lacks something nobody could tell how many that were.
func usedElsewhere(w *world, key allowance, total int) int {
	a, peers := w.accountOf(key)
	used := 0
	if before := w.opt.From.Day() - 1; before > 0 && key.month == a.cal.month(a.from()) {
		inLog := max(1, min(30-before, w.opt.Days))
		used = min(freeUnits*3/5, total*before/inLog)
	}
	const few, many = 40, freeUnits * 7 / 5
	if w.whole() && peers > 1 && key.index == 0 && total >= few && used+total < many {
		used = max(used, freeUnits-total*2/5)
	}
	return used
}

// accountOf returns the account of an allowance, and how many have one like it.
func (w *world) accountOf(key allowance) (a *account, peers int) {
	if key.perNumber {
		return w.numbers[key.index].account, len(w.numbers)
	}
	return w.accounts[key.index], len(w.accounts)
}

// settle makes a due decision free where a unit of its month was left.
func (t *tiers) settle(p *pair, index int, d *decision) {
	if !d.tiered {
		return
	}
	s := t.months[allowanceOf(p, d)]
	if s == nil || s.position(unit{d.at, p.index, index}) <= s.left() {
		d.outcome = free
	}
}

// wellBelow reports whether the decision took one of the first 700 units of
// its month, so that no doubt about other messages can push it over the limit.
func (t *tiers) wellBelow(p *pair, index int, d *decision) bool {
	s := t.months[allowanceOf(p, d)]
	return s.used+s.position(unit{d.at, p.index, index}) <= freeUnits*7/10
}

// wellAbove reports whether so many units were spent before the decision that
// the month's were gone even if a third of them are in doubt.
func (t *tiers) wellAbove(p *pair, index int, d *decision) bool {
	s := t.months[allowanceOf(p, d)]
	return s.position(unit{d.at, p.index, index}) > s.left()*3/2+10
}
