package reconcile

import (
	"cmp"
	"slices"

	"waudit/audit/money"
	"waudit/audit/price"
)

// matchItems matches the lines without ids to the charged messages of their
// customers, one to one: first those of the same instant, category and price,
// then of the same day and category, the price alike before any other. tolerance
// is in milliseconds.
func (w *Watcher) matchItems(tolerance int64) {
	b := w.bill
	if len(b.items) == 0 {
		return
	}
	slices.SortFunc(b.items, func(x, y item) int {
		return cmp.Or(cmp.Compare(x.customer, y.customer), cmp.Compare(x.first, y.first), cmp.Compare(x.at, y.at), cmp.Compare(x.category, y.category),
			cmp.Compare(x.amount, y.amount), cmp.Compare(x.id, y.id), x.place.Compare(y.place))
	})
	slices.SortFunc(w.candidates, func(x, y seen) int {
		return cmp.Or(cmp.Compare(x.customer(), y.customer()), cmp.Compare(x.at, y.at), cmp.Compare(x.id, y.id), cmp.Compare(x.participant, y.participant))
	})
	taken := make([]bool, len(w.candidates))
	for _, fits := range []func(*item, *seen) bool{
		func(i *item, s *seen) bool { return i.instant(s, tolerance) && i.category == s.category && i.costs(s) },
		func(i *item, s *seen) bool { return i.onDay(s) && i.category == s.category && i.costs(s) },
		func(i *item, s *seen) bool { return i.instant(s, tolerance) },
		func(i *item, s *seen) bool { return i.onDay(s) && i.category == s.category },
		func(i *item, s *seen) bool { return i.onDay(s) && i.costs(s) },
	} {
		w.matchBy(taken, fits)
	}
	for n := range w.candidates {
		if !taken[n] {
			w.miss(&w.candidates[n])
		}
	}
	for n := range b.items {
		w.bookItem(&b.items[n])
	}
}

// miss books a message that has no line. Where the log leaves it uncertain whether
// it was charged, as one that it says to belong to a conversation of which it does
// not have the beginning, no line is missed.
func (w *Watcher) miss(s *seen) {
	if !s.due || s.uncertain || !w.bill.covers(s.day) {
		return
	}
	w.notBilled = append(w.notBilled, *s)
	if s.priced {
		w.steps.add(s.currency, expectedStep, "", money.Of(s.amount), 1)
		w.steps.add(s.currency, "charged messages without a line", "WA703", money.Of(-s.amount), 1)
	}
}

// customer is the key of the message's customer.
func (s *seen) customer() uint64 { return customerKey(s.user, s.userID) }

// matchBy gives lines that have no message yet the first that fits. Both lists are
// in the order of customers.
func (w *Watcher) matchBy(taken []bool, fits func(*item, *seen) bool) {
	from := 0
	for n := range w.bill.items {
		i := &w.bill.items[n]
		if i.match != 0 || i.amount < 0 {
			continue // a credit is for none of them
		}
		for from < len(w.candidates) && w.candidates[from].customer() < i.customer {
			from++
		}
		for at := from; at < len(w.candidates) && w.candidates[at].customer() == i.customer; at++ {
			if s := &w.candidates[at]; !taken[at] && (i.number == "" || i.number == s.number) && fits(i, s) {
				taken[at], i.match = true, at+1
				break
			}
		}
	}
}

func (i *item) instant(s *seen, tolerance int64) bool {
	return i.at != 0 && max(i.at-s.at, s.at-i.at) <= tolerance
}

func (i *item) onDay(s *seen) bool { return i.first == 0 || i.first <= s.day && s.day <= i.last }

// costs reports whether the line's amount is a rate of the message.
func (i *item) costs(s *seen) bool {
	return s.figure.OK() && i.currency == s.currency && s.figure.Allows(i.amount)
}

// bookItem adds a line to the waterfall.
func (w *Watcher) bookItem(i *item) {
	if i.match == 0 && i.amount < 0 {
		w.credits++
		w.steps.add(i.currency, "credits and discounts", "", money.Of(i.amount), 1)
		w.spent[i.currency] = w.spent[i.currency].Add(money.Of(i.amount))
		return
	}
	if i.match == 0 {
		w.notSeen = append(w.notSeen, Lost{
			Place: i.place, ID: i.id, User: i.user, Number: i.number, Amount: i.amount, Currency: i.currency, Category: i.category.String(), At: i.at,
		})
		return
	}
	w.bookMatch(i, &w.candidates[i.match-1])
}

// bookMatch adds a line and its message to the waterfall.
func (w *Watcher) bookMatch(i *item, s *seen) {
	w.matched++
	w.spent[i.currency] = w.spent[i.currency].Add(money.Of(i.amount))
	switch {
	case s.uncertain:
		w.steps.add(i.currency, "uncertain", s.check, money.Of(i.amount), 1)
	case !s.due:
		w.steps.add(i.currency, "charged though it should have cost nothing", s.check, money.Of(i.amount), 1)
		w.differing++
	case !s.priced:
		w.steps.add(i.currency, expectedStep, "", money.Of(i.amount), 1) // there is nothing to hold it to
	case s.currency != i.currency:
		w.foreign(*s, i.place, money.Of(i.amount), i.currency)
	case s.figure.Allows(i.amount):
		w.steps.add(i.currency, expectedStep, "", money.Of(i.amount), 1) // the rate, that of a tier, or at most the list rate
	case s.check != "" && s.said.OK() && s.said.Allows(i.amount):
		// The log says itself that it was charged so, and a check of the audit tells it.
		w.steps.add(i.currency, expectedStep, "", money.Of(s.amount), 1)
		w.steps.add(i.currency, "charged wrongly", s.check, money.Of(i.amount).Sub(money.Of(s.amount)), 1)
		w.differing++
	default:
		w.steps.add(i.currency, expectedStep, "", money.Of(s.amount), 1)
		w.steps.add(i.currency, "amounts differ", "WA701", money.Of(i.amount).Sub(money.Of(s.amount)), 1)
		w.differ(i, s, s.amount)
	}
}

// differ notes a line whose amount is not what is due.
func (w *Watcher) differ(i *item, s *seen, due int64) {
	w.differing++
	w.differences = append(w.differences, difference{seen: *s, place: i.place, billed: money.Of(i.amount), own: money.Of(due), currency: i.currency, ownIn: s.currency})
}

var _ price.Watcher = (*Watcher)(nil)
