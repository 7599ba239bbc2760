package reconcile

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"waudit/audit"
	"waudit/audit/check"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/result"
)

// bookLost books the lines of messages that the log does not have: where the log may
// lack them as uncertain, and where it cannot have them as left out.
func (w *Watcher) bookLost() {
	for i := range w.notSeen {
		if l := &w.notSeen[i]; l.Number == "" {
			l.Number = w.bill.odd[l.Place]
		}
	}
	w.notSeen = slices.DeleteFunc(w.notSeen, func(l Lost) bool { return w.leaveOut(&l) })
	slices.SortFunc(w.notSeen, func(x, y Lost) int {
		return cmp.Or(cmp.Compare(x.Number, y.Number), cmp.Compare(x.User, y.User), cmp.Compare(x.Message, y.Message), cmp.Compare(x.At, y.At),
			cmp.Compare(x.ID, y.ID), x.Amount.Cmp(y.Amount), x.Place.Compare(y.Place))
	})
	equal, back := map[string]int{}, w.takenBack()
	for i := range w.notSeen {
		l := &w.notSeen[i]
		w.compared++
		f := l.finding(equal)
		k := lostKey{l.Message, l.User, l.Currency, l.Amount.Sign() < 0}
		part := money.Min(back[k], l.Amount.Abs())
		back[k] = back[k].Sub(part)
		if k.credit {
			part = part.Neg()
		}
		sums := between(l.Amount, part)
		if why := w.lostDoubt(l); why != "" {
			doubt(&sums)
			f.Explanation += " Not sure: " + why + "."
		}
		w.ledger.add(Entry{Step: "billed, and not in the log", Check: f.Check, Finding: f.ID, Currency: l.Currency, Basis: price.Reported, Sums: sums, N: 1, Lines: l.ids()})
		w.own = append(w.own, f)
	}
}

// lostKey is the charges or the credits of a message of which the log has nothing.
type lostKey struct {
	message, user, currency string
	credit                  bool
}

// takenBack is how much of what lines charge for a message that the log does not have
// other lines take back, and the same of these.
func (w *Watcher) takenBack() map[lostKey]money.Amount {
	sums := map[lostKey]money.Amount{}
	for i := range w.notSeen {
		if l := &w.notSeen[i]; l.Message != "" {
			k := lostKey{l.Message, l.User, l.Currency, l.Amount.Sign() < 0}
			sums[k] = sums[k].Add(l.Amount.Abs())
		}
	}
	back := map[lostKey]money.Amount{}
	for k, sum := range sums {
		other := k
		other.credit = !k.credit
		back[k] = money.Min(sum, sums[other])
	}
	return back
}

// leaveOut leaves out a line that the log cannot have, or whose money cannot be
// compared.
func (w *Watcher) leaveOut(l *Lost) bool {
	scope := w.bill.scope
	if l.At != 0 {
		day := scope.day(l.WABA, l.Number, l.At)
		l.days = days{day, day}
	}
	why := scope.place(l.WABA, l.Number, l.first, l.last)
	k := leftKey{reason: why, waba: l.WABA, currency: l.Currency}
	switch why {
	case notInLog:
		k.number = l.Number
	case compared:
		k.waba = scope.account(l.WABA, l.Number)
		k.reason = scope.money(k.waba, l.Currency)
	}
	if k.reason == compared {
		return false
	}
	w.out.add(k, left{days: l.days, n: 1, amount: l.Amount, lines: l.ids(), place: l.Place})
	return true
}

// lostDoubt says why the log may lack the message of a line.
func (w *Watcher) lostDoubt(l *Lost) string {
	from, until := l.At, l.At
	if (from == 0 || w.bill.daily && l.Message != "") && l.first != 0 {
		from, until = w.bill.scope.span(l.WABA, l.first, l.last)
	}
	if from != 0 {
		if why := w.bill.scope.doubt(l.WABA, l.Number, from, until); why != "" {
			return why
		}
	}
	if l.Number == "" && w.bill.phones {
		return "the bill names business numbers that the log does not have, and the message may be of one; add their logs, or name numbers by phone_number_id"
	}
	return ""
}

// finding is what is said of a line whose message the log does not have.
func (l *Lost) finding(equal map[string]int) audit.Finding {
	subject := []string{l.ID}
	if l.ID == "" {
		// Without an id a line is known by what it says; the n-th of equal ones by n.
		amount, _ := l.Amount.Int64() // of one line, which 64 bits hold
		subject = []string{l.Message, l.User, strconv.FormatInt(l.At, 10), l.Category, l.Currency, strconv.FormatInt(amount, 10)}
		key := strings.Join(append(subject, l.Number), "\x1f")
		equal[key]++
		subject = append(subject, strconv.Itoa(equal[key]))
	}
	why := "The bill charges a message that the log does not have."
	switch {
	case l.Amount.Sign() < 0:
		why = "The bill credits a message that the log does not have."
	case l.Message == "":
		why = "The bill charges a message of this customer, and the log has none that it can be."
	}
	f := newFinding(check.BilledNotSeen(), l.Number, why, subject...)
	f.WABA, f.User, f.Message, f.Category, f.ChargedAt = l.WABA, l.User, l.Message, l.Category, stamp(l.At)
	f.Amount = &result.Amount{}
	f.Places = []audit.Place{{Place: l.Place, What: "bill line"}}
	return f
}
