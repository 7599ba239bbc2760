package reconcile

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"waudit/audit"
	"waudit/audit/check"
	"waudit/audit/coverage"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// bookLost books the lines of messages that the log does not have: where the log may
// lack them as uncertain, and where it cannot have them as left out.
func (w *Watcher) bookLost() {
	for i := range w.notSeen {
		l := &w.notSeen[i]
		l.Number = cmp.Or(l.Number, w.bill.odd[l.Place])
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
	equal, back, unbilled := map[string]int{}, w.takenBack(), w.unbilledDays()
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
		if why := w.lostDoubt(l, unbilled); why != (check.Text{}) {
			sums.Doubt(sums.Over)
			f.Explanation += " " + why.String()
		}
		w.bookOwn(f, Difference{Step: "billed, and not in the log", WABA: w.bill.scope.account(l.WABA, l.Number), Currency: l.Currency, Sums: sums, Lines: l.ids()})
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

// lostDoubt says why the log may lack the message of a line. unbilled are the days of the
// messages that no line is for.
func (w *Watcher) lostDoubt(l *LooseLine, unbilled map[accountDay]bool) check.Text {
	if w.bill.scope.census.Hidden.May(l.Message) {
		return check.LogUnread.Say()
	}
	scope, waba := w.bill.scope, w.bill.scope.account(l.WABA, l.Number)
	var why check.Text
	switch {
	case l.Message == "" && l.At == 0:
		why = scope.doubtOn(waba, l.Number, l.days)
	case l.Message != "" && l.At == w.bill.undated:
		why = scope.doubtOn(waba, l.Number, days{})
	case l.Message != "" && w.bill.daily:
		why = scope.doubtOn(waba, l.Number, days{l.first.AddDays(-w.late.most), l.last.AddDays(-w.late.least)})
	default:
		why = scope.doubt(l.WABA, l.Number, l.At, l.At)
	}
	if why != (check.Text{}) {
		return why
	}
	switch {
	case l.Number == "" && w.bill.phones:
		return check.PhonesOnly.Say()
	case l.Message != "" && l.Amount.Sign() > 0 && w.otherIDs(l.Message):
		return check.OtherIDs.Say()
	case l.untold:
		return check.ChargeNotTold.Say()
	case l.twin:
		return check.LineInTwoFiles.Say()
	case l.stranger && w.unbilledNear(l, unbilled):
		return check.OtherCustomer.Say()
	}
	return check.Text{}
}

// accountDay is a day of an account, "" for any.
type accountDay struct {
	waba string
	day  rate.Day
}

func (w *Watcher) unbilledDays() map[accountDay]bool {
	on := map[accountDay]bool{}
	for i := range w.notBilled {
		s := &w.notBilled[i]
		on[accountDay{s.account.ID, s.day}], on[accountDay{"", s.day}] = true, true
	}
	return on
}

// unbilledNear reports whether the log has a message near the days of a line that no line
// is for. Of one who the log does not know by what the bill calls the customer, it may be.
func (w *Watcher) unbilledNear(l *LooseLine, unbilled map[accountDay]bool) bool {
	if w.bill.Volumes > 0 || l.first == 0 {
		return w.bill.Volumes > 0 || len(unbilled) > 0
	}
	for day := l.first.AddDays(-nearDays); day <= l.last.AddDays(nearDays); day = day.AddDays(1) {
		if unbilled[accountDay{l.WABA, day}] {
			return true
		}
	}
	return false
}

// otherIDs reports whether the bill may name by that id a message which the log has by
// another one: the log can have none by it, or has none by any of the bill's.
func (w *Watcher) otherIDs(id string) bool {
	if w.bill.scope.census.IDs.Foreign(id) {
		return true
	}
	return !coverage.IsMeta(id) && !w.joinsOther || w.joined == 0 && len(w.notBilled) > 0
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
