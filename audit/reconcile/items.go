package reconcile

import (
	"cmp"
	"slices"

	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/message"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/result"
)

// matchItems matches the lines without ids to the charged messages of their
// customers, one to one: first those of the same instant, category and price
// before any other, then of the same day and category, the price alike before any
// other, then of the day before or after, as the bill's days may be those of another
// zone, then of such a day in another category: that a line is for no message of the log
// is said only where the log has none that it may be for. Lines that charge nothing come
// last. tolerance is in milliseconds.
func (w *Watcher) matchItems(tolerance int64) {
	b := w.bill
	if len(b.items) == 0 {
		return
	}
	slices.SortFunc(b.items, func(x, y customerLine) int {
		return cmp.Or(cmp.Compare(x.customer, y.customer), cmp.Compare(x.first, y.first), cmp.Compare(x.At, y.At), cmp.Compare(x.category, y.category),
			x.Amount.Cmp(y.Amount), cmp.Compare(x.ID, y.ID), x.Place.Compare(y.Place))
	})
	slices.SortFunc(w.candidates, func(x, y logMessage) int {
		return cmp.Or(cmp.Compare(x.customer(), y.customer()), cmp.Compare(x.at, y.at), cmp.Compare(x.id, y.id), cmp.Compare(x.participant, y.participant))
	})
	w.takeBack()
	w.shiftDays()
	taken := make([]bool, len(w.candidates))
	ways := []func(*customerLine, *logMessage) bool{
		func(i *customerLine, s *logMessage) bool {
			return i.instant(s, tolerance) && i.alike(s) && i.costs(s)
		},
		func(i *customerLine, s *logMessage) bool { return i.instant(s, tolerance) },
		func(i *customerLine, s *logMessage) bool { return i.onDay(s) && i.alike(s) && i.costs(s) },
		func(i *customerLine, s *logMessage) bool { return i.onDay(s) && i.alike(s) },
		func(i *customerLine, s *logMessage) bool { return i.onDay(s) && i.costs(s) },
		func(i *customerLine, s *logMessage) bool {
			return w.within(i, 1, s) && i.alike(s) && i.costs(s)
		},
		func(i *customerLine, s *logMessage) bool { return w.within(i, 1, s) && i.alike(s) },
		(*customerLine).onDay,
		func(i *customerLine, s *logMessage) bool { return w.within(i, 1, s) },
		func(i *customerLine, s *logMessage) bool {
			return w.within(i, nearDays, s) && i.alike(s) && i.costs(s)
		}, // others took its own
	}
	w.matchBy(taken, ways, (*customerLine).charges)
	w.move(taken)
	w.matchBy(taken, ways, func(i *customerLine) bool { return !i.charges() })
	for n := range w.candidates {
		if !taken[n] {
			w.miss(&w.candidates[n])
		}
	}
	for n := range b.items {
		i := &b.items[n]
		i.untold = i.match == 0 && (w.untoldNear(i) || w.mayArriveLate(i, taken))
		w.bookItem(i)
	}
}

// move gives lines that are left messages that others have, if these may be for another
// one that is left. That a line of a day is for no message of the log is surely so only
// where all lines of the days near it cannot be for as many.
func (w *Watcher) move(taken []bool) {
	owner := make([]int, len(w.candidates)) // index of the line and 1
	for n := range w.bill.items {
		if at := w.bill.items[n].match; at != 0 {
			owner[at-1] = n + 1
		}
	}
	tried := make([]int, len(w.candidates)) // by which line last, its index and 1
	var place func(n, by int) bool
	place = func(n, by int) bool {
		i := &w.bill.items[n]
		for at := w.firstOf(i.customer); at < len(w.candidates) && w.candidates[at].customer() == i.customer; at++ {
			if tried[at] == by || !i.of(&w.candidates[at]) || !w.within(i, 1, &w.candidates[at]) {
				continue
			}
			tried[at] = by
			if o := owner[at]; o == 0 || w.bill.items[o-1].At == 0 && place(o-1, by) {
				owner[at], taken[at] = n+1, true
				i.match, i.moved = at+1, true
				return true
			}
		}
		return false
	}
	for n := range w.bill.items {
		if i := &w.bill.items[n]; i.match == 0 && i.At == 0 && i.charges() && w.open(i) {
			place(n, n+1)
		}
	}
}

// open reports whether a line is for a message, if the log has it.
func (w *Watcher) open(i *customerLine) bool {
	return !i.credited && i.Amount.Sign() >= 0 && w.bill.scope.place(i.WABA, i.Number, 0, 0) == compared
}

// charges reports whether the line charges anything: a bill may have what was free too.
func (i *customerLine) charges() bool { return !i.Amount.IsZero() }

// takeBack pairs credits with the charges that they take back: the line that they
// name, else one of the same customer and amount. Nothing is left of both, and they
// stand for no message. The lines are in the order of customers.
func (w *Watcher) takeBack() {
	items := w.bill.items
	for len(items) > 0 {
		n := slices.IndexFunc(items, func(i customerLine) bool { return i.customer != items[0].customer })
		if n < 0 {
			n = len(items)
		}
		for i := range items[:n] {
			if items[i].Amount.Sign() < 0 {
				items[i].takeBack(items[:n])
			}
		}
		items = items[n:]
	}
}

// takeBack marks a credit and the line of the customer that it takes back.
func (i *customerLine) takeBack(of []customerLine) {
	var back *customerLine
	for n := range of {
		o := &of[n]
		if o.credited || o.Currency != i.Currency || o.Amount != i.Amount.Neg() {
			continue
		}
		if named := i.ref != "" && i.ref == o.ID; back == nil || named {
			back = o
		}
	}
	if back != nil {
		back.credited, i.credited = true, true
	}
}

// miss keeps a message that has no line. Where the log leaves it uncertain whether
// it was charged, as one that it says to belong to a conversation of which it does
// not have the beginning, no line is missed.
func (w *Watcher) miss(s *logMessage) {
	if s.due && !s.uncertain && w.bill.mayCover(s.account.ID, s.day) {
		w.notBilled = append(w.notBilled, s.kept())
	}
}

// bookMissed books the messages that have no line, of accounts and days that the
// bill has.
func (w *Watcher) bookMissed() {
	w.notBilled = slices.DeleteFunc(w.notBilled, func(s logMessage) bool {
		if w.bill.covers(s.account.ID, s.day, w.days) {
			return false
		}
		w.elsewhere[s.month()]++
		return true
	})
	for i := range w.notBilled {
		s := &w.notBilled[i]
		f := newFinding(&check.SeenNotBilled, s.number, check.MessageNotBilled.Say().Then(w.bill.lacking()), s.id, s.participant)
		s.fill(&f)
		if s.priced() {
			f.Amount = &result.FindingAmount{}
			w.differences.add(Difference{Step: "charged messages without a line", Check: f.Check, Finding: f.ID, Currency: s.currency, Basis: price.RateCard, Sums: price.Between(money.Amount{}, s.amount()), N: 1})
		}
		w.own = append(w.own, f)
	}
}

// customer is the key of the message's customer.
func (s *logMessage) customer() uint64 { return customerKey(s.user, s.userID) }

// matchBy gives lines of a kind that have no message yet the first that fits, in the
// closest way first.
func (w *Watcher) matchBy(taken []bool, ways []func(*customerLine, *logMessage) bool, kind func(*customerLine) bool) {
	for _, fits := range ways {
		w.matchOnce(taken, func(i *customerLine) bool { return i.match == 0 && kind(i) && w.open(i) }, fits)
	}
}

// matchOnce gives lines the first message that fits. Both lists are in the order of
// customers.
func (w *Watcher) matchOnce(taken []bool, wanted func(*customerLine) bool, fits func(*customerLine, *logMessage) bool) {
	from := 0
	for n := range w.bill.items {
		i := &w.bill.items[n]
		if !wanted(i) {
			continue
		}
		for from < len(w.candidates) && w.candidates[from].customer() < i.customer {
			from++
		}
		for at := from; at < len(w.candidates) && w.candidates[at].customer() == i.customer; at++ {
			if s := &w.candidates[at]; !taken[at] && i.of(s) && fits(i, s) {
				taken[at], i.match = true, at+1
				break
			}
		}
	}
}

// of reports whether the line may be of the message's number and account.
func (i *customerLine) of(s *logMessage) bool {
	return (i.Number == "" || i.Number == s.number) && (i.WABA == "" || s.account.ID == "" || i.WABA == s.account.ID)
}

func (i *customerLine) instant(s *logMessage, tolerance int64) bool {
	return i.At != 0 && max(i.At-s.at, s.at-i.At) <= tolerance
}

// alike reports whether the line's category may be the message's: it is, or the line says
// none.
func (i *customerLine) alike(s *logMessage) bool {
	return i.category == s.category || i.category == category.None
}

func (i *customerLine) onDay(s *logMessage) bool { return i.first == 0 || i.covers(s.day) }

// within reports whether the message is of a day of the line, or at most so many before
// or after. A line of another period is of no message of this one.
func (w *Watcher) within(i *customerLine, days int, s *logMessage) bool {
	return i.first == 0 || w.bill.scope.inPeriod(i.first, i.last) && i.first.AddDays(-days) <= s.day && s.day <= i.last.AddDays(days)
}

// costs reports whether the line's amount is a rate of the message.
func (i *customerLine) costs(s *logMessage) bool {
	return s.figure.OK() && i.Currency == s.figure.Currency && s.figure.Allows(i.Amount)
}

// bookItem books a line without an id.
func (w *Watcher) bookItem(i *customerLine) {
	switch {
	case i.match != 0:
		w.bookMatch(&i.LooseLine, &w.candidates[i.match-1])
	case i.credited:
		w.differences.expect(i.Currency, i.Amount)
		w.credits++
	case i.Amount.Sign() < 0:
		w.credits++
		w.differences.name("credits and discounts", i.Currency, i.Amount, 1)
	default:
		i.stranger = !w.met[i.customer]
		w.notSeen = append(w.notSeen, i.LooseLine)
	}
}

// untoldNear reports whether the log has a message of the line's customer near its days of
// which it does not say whether it was charged.
func (w *Watcher) untoldNear(i *customerLine) bool {
	if i.first == 0 {
		return w.untold[customerDay{i.customer, 0}]
	}
	for day := i.first.AddDays(-1); day <= i.last.AddDays(1); day = day.AddDays(1) {
		if w.untold[customerDay{i.customer, day}] {
			return true
		}
	}
	return false
}

// mayArriveLate reports whether a line may be for a message that has no line, and of whose
// delivery the log shows nothing: it may come weeks after the sending.
func (w *Watcher) mayArriveLate(i *customerLine, taken []bool) bool {
	const latest = int(message.LongestDelivery / (24 * era.Hour))
	for at := w.firstOf(i.customer); at < len(w.candidates) && w.candidates[at].customer() == i.customer; at++ {
		s := &w.candidates[at]
		if !taken[at] && s.unfinished && i.of(s) && (i.first == 0 || s.day <= i.last && i.first <= s.day.AddDays(latest)) {
			return true
		}
	}
	return false
}

// firstOf is the index of a customer's first candidate.
func (w *Watcher) firstOf(customer uint64) int {
	at, _ := slices.BinarySearchFunc(w.candidates, customer, func(s logMessage, customer uint64) int { return cmp.Compare(s.customer(), customer) })
	return at
}

// EachItem hands every line without a message id to fn after Finish, with the business
// number, the id and the participant of the message that it was matched with; all of
// them are empty if it was matched with none.
func (w *Watcher) EachItem(fn func(l *LooseLine, number, message, participant string)) {
	for n := range w.bill.items {
		i := &w.bill.items[n]
		s := &logMessage{}
		if i.match != 0 {
			s = &w.candidates[i.match-1]
		}
		fn(&i.LooseLine, s.number, s.id, s.participant)
	}
}

// bookMatch books a line and its message.
func (w *Watcher) bookMatch(l *LooseLine, s *logMessage) {
	b := l.billing()
	w.compared++
	w.meet(s.account.ID, s.day)
	why := inCurrency(s.currency, b.currency)
	if why == compared && s.due && !s.uncertain && !s.priced() {
		why = noRate
	}
	if why != compared {
		w.leaveLine(why, s, &b)
		w.dueElsewhere(why, s)
		return
	}
	w.matched++
	w.price(s, &b)
	var sums price.Sums
	step := wrongStep
	switch {
	case s.uncertain:
		step, sums = uncertainStep, price.AtLeast(b.amount, s.amount())
	case !s.due:
		step, sums = undueStep, price.Between(b.amount, money.Amount{})
	case !s.held(), s.figure.Allows(b.amount):
		// The rate, that of a tier, or at most the list rate; or there is no card to hold it to.
		w.sound(s, &b)
		return
	case s.check != "" && s.said.OK() && s.said.Allows(b.amount):
		// The log says itself that it was charged so, and a check of the audit tells it.
		sums = price.Between(b.amount, s.amount())
		if !s.figure.Sure || !s.said.Sure {
			sums.Doubt(sums.Over)
		}
	default:
		w.differ(s, &b, s.amount(), b.currency)
		return
	}
	w.bookTold(step, s, &b, sums)
	if sums.Uncertain.IsZero() && !l.moved {
		w.differing++
	}
}

// billing is what the line charges for its message.
func (l *LooseLine) billing() billing {
	b := billing{amount: l.Amount, currency: l.Currency, place: l.Place, n: 1, ids: l.ids()}
	if l.moved {
		b.doubt = check.LineOfOther.Say()
	}
	return b
}

// ids are the ids of the line.
func (l *LooseLine) ids() []string {
	if l.ID == "" {
		return nil
	}
	return []string{l.ID}
}

var _ price.Watcher = (*Watcher)(nil)

// memberKey is one member's copy of a group's message, as a line of a bill names
// it: by the message, with the member as customer.
type memberKey struct {
	message  string
	customer uint64
}

func (s *logMessage) member() memberKey { return memberKey{s.id, s.customer()} }

// matchMembers gives lines of messages to groups the member's copy that they
// charge. The log has it under the group, so that the line was not joined to it.
func (w *Watcher) matchMembers() {
	if len(w.members) == 0 {
		return
	}
	slices.SortFunc(w.members, func(x, y logMessage) int {
		return cmp.Or(cmp.Compare(x.id, y.id), cmp.Compare(x.participant, y.participant))
	})
	slices.SortFunc(w.notSeen, func(x, y LooseLine) int { return x.Place.Compare(y.Place) })
	lines := map[memberKey][]int{}
	for n := range w.members {
		lines[w.members[n].member()] = nil
	}
	for n := range w.notSeen {
		l := &w.notSeen[n]
		k := memberKey{l.Message, customerKey(l.User, "")}
		if of, wanted := lines[k]; wanted {
			lines[k] = append(of, n)
		}
	}
	taken := make([]bool, len(w.notSeen))
	for n := range w.members {
		s := &w.members[n]
		of := lines[s.member()]
		if len(of) == 0 {
			if w.bill.customers[s.customer()] {
				w.candidates = append(w.candidates, *s)
			} else {
				w.miss(s)
			}
			continue
		}
		lines[s.member()], taken[of[0]] = of[1:], true
		w.bookMatch(&w.notSeen[of[0]], s)
	}
	n := 0
	w.notSeen = slices.DeleteFunc(w.notSeen, func(LooseLine) bool { n++; return taken[n-1] })
}
