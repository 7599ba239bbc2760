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
		l := &w.notSeen[i]
		if l.Number == "" {
			l.Number = w.bill.odd[l.Place]
		}
		if l.At != 0 {
			day := w.bill.scope.day(l.WABA, l.Number, l.At)
			l.days = days{day, day}
		}
	}
	w.notSeen = slices.DeleteFunc(w.notSeen, func(l LooseLine) bool { return w.leaveOut(&l) })
	slices.SortFunc(w.notSeen, func(x, y LooseLine) int {
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
		sums := price.Between(l.Amount, part)
		if why := w.lostDoubt(l); why != (check.Text{}) {
			sums.Doubt(sums.Over)
			f.Explanation += " " + why.String()
		}
		w.bookOwn(f, Difference{Step: "billed, and not in the log", Currency: l.Currency, Sums: sums, Lines: l.ids()})
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
func (w *Watcher) leaveOut(l *LooseLine) bool {
	scope := w.bill.scope
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
	w.out.add(k, left{days: l.days, n: 1, amount: l.Amount, place: l.Place})
	return true
}

// lostDoubt says why the log may lack the message of a line.
func (w *Watcher) lostDoubt(l *LooseLine) check.Text {
	from, until := l.At, l.At
	if (from == 0 || w.bill.daily && l.Message != "") && l.first != 0 {
		from, until = w.bill.scope.span(l.WABA, l.first, l.last)
	}
	if from != 0 {
		if why := w.bill.scope.doubt(l.WABA, l.Number, from, until); why != (check.Text{}) {
			return why
		}
	}
	if l.Number == "" && w.bill.phones {
		return check.PhonesOnly.Say()
	}
	return check.Text{}
}

// finding is what is said of a line whose message the log does not have.
func (l *LooseLine) finding(equal map[string]int) audit.Finding {
	subject := []string{l.ID}
	if l.ID == "" {
		// Without an id a line is known by what it says; the n-th of equal ones by n.
		amount, _ := l.Amount.Int64() // of one line, which 64 bits hold
		subject = []string{l.Message, l.User, strconv.FormatInt(l.At, 10), l.Category, l.Currency, strconv.FormatInt(amount, 10)}
		key := strings.Join(append(subject, l.Number), "\x1f")
		equal[key]++
		subject = append(subject, strconv.Itoa(equal[key]))
	}
	why := check.LineNotSeen
	switch {
	case l.Amount.Sign() < 0:
		why = check.CreditNotSeen
	case l.Message == "":
		why = check.ItemNotSeen
	}
	f := newFinding(&check.BilledNotSeen, l.Number, why.Say(), subject...)
	f.WABA, f.User, f.Message, f.Category, f.ChargedAt = l.WABA, l.User, l.Message, l.Category, result.Instant(l.At)
	f.Places = billLine(l.Place)
	return f
}
