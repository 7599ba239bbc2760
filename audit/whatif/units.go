package whatif

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/outcome"
	"waudit/audit/settle"
	"waudit/audit/verdict"
)

// units are the service messages of a number and month.
type units struct {
	account       *account.Account
	free          int64 // within the free tier, or perhaps within it and else free all the same
	charged, open int64 // beyond it, and those of which that is not certain
}

// unitsOf returns the units of a number and month, making them if need be.
func (f *finder) unitsOf(of tier, a *account.Account) *units {
	u := f.tiers[of]
	if u == nil {
		u = &units{account: a}
		f.tiers[tier{strings.Clone(of.number), of.month}] = u
	}
	return u
}

// see counts a message.
func (u *units) see(j *verdict.Judgement) {
	switch charge := j.Final & charged; {
	case j.Outcome == outcome.Charge && charge != 0:
		u.charged++
	case charge != 0:
		u.open++
	case j.Final.Has(outcome.FreeTier):
		u.free++
	}
}

// charged are service messages beyond the free tier.
var charged = outcome.Of(outcome.ChargeOf(category.Service), outcome.ChargeOf(category.GroupService))

// usedUp reports whether the free tier may be used up.
func (u *units) usedUp() bool { return u != nil && u.charged+u.open > 0 }

// loan is units of the free tier that one number of an account has left at the end of a
// month and another one lacks.
type loan struct {
	account  *account.Account
	from, to tier
	units    int64
}

// loans shares the units that are left out among the numbers that lack some, in their
// order, and returns what each of these gets.
func (f *finder) loans() map[tier][]loan {
	order := slices.SortedFunc(maps.Keys(f.tiers), func(a, b tier) int {
		return cmp.Or(cmp.Compare(a.month, b.month), strings.Compare(a.number, b.number))
	})
	type pool struct {
		account *account.Account
		month   era.Month
	}
	lenders, lent := map[pool][]loan{}, map[tier][]loan{}
	for _, from := range order {
		if n := f.left(from); n > 0 {
			of := pool{f.tiers[from].account, from.month}
			lenders[of] = append(lenders[of], loan{account: of.account, from: from, units: n})
		}
	}
	for _, to := range order {
		of, lacks := pool{f.tiers[to].account, to.month}, f.tiers[to].charged
		for lacks > 0 && len(lenders[of]) > 0 {
			l := &lenders[of][0]
			n := min(lacks, l.units)
			lent[to] = append(lent[to], loan{l.account, l.from, to, n})
			if l.units, lacks = l.units-n, lacks-n; l.units == 0 {
				lenders[of] = lenders[of][1:]
			}
		}
	}
	return lent
}

// left is how many free units a number surely has left at the end of a month.
func (f *finder) left(t tier) int64 {
	u := f.tiers[t]
	start, end := u.account.Facts.Calendar.MonthStart(t.month), u.account.Facts.Calendar.MonthStart(t.month+1)
	from, to := f.period.Bounds(u.account)
	used, stated := u.account.NumberFreeUsed(t.number, t.month)
	if u.usedUp() || end > f.end || from > start || to < end || !stated && !u.account.CompleteBefore(start) {
		return 0
	}
	return settle.FreeUnits - int64(used) - u.free
}

// borrow leaves of what was found as many messages as units were lent for.
func (f *found) borrow(lent []loan) {
	n := int64(0)
	for _, l := range lent {
		f.lent, n = append(f.lent, l), n+l.units
	}
	f.messages = min(f.messages, n)
	f.examples = f.examples[:min(int64(len(f.examples)), n)]
}

// lend changes a world so that units of one number are another's.
func lend(w *World, lent []loan) {
	used := map[string]map[string]map[era.Month]int{} // more than before, by account and number
	add := func(account string, t tier, units int64) {
		if used[account] == nil {
			used[account] = map[string]map[era.Month]int{}
		}
		if used[account][t.number] == nil {
			used[account][t.number] = map[era.Month]int{}
		}
		used[account][t.number][t.month] += int(units)
	}
	for _, l := range lent {
		add(l.account.ID, l.from, l.units)
		add(l.account.ID, l.to, -l.units)
	}
	w.Options.Book = w.Options.Book.With(func(a *account.Account) { a.UseBeside(used[a.ID]) })
}
