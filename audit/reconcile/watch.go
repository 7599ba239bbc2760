// Package reconcile lays a bill beside what its log should have cost: matched,
// differing, billed and not seen, seen and not billed, to the last unit.
package reconcile

import (
	"maps"
	"slices"
	"strings"

	"waudit/audit"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// Watcher folds judged messages beside the bill. It implements price.Watcher.
type Watcher struct {
	bill   *Bill
	valuer *price.Valuer
	steps  steps
	cells  map[cellKey]*cell

	matched, differing int64
	credits            int64 // lines without an id that give money back
	volumeBilled       int64 // units of the bill's volumes, and those that the log has
	volumeLogged       int64
	notBilled          []seen               // charged messages without a line
	members            []seen               // charged messages to members of groups, whose lines name the member as customer
	candidates         []seen               // charged messages of customers that the bill has lines without ids for
	notSeen            []Lost               // lines of messages that the log has nothing else of
	lost               map[event.Place]bool // where these are
	differences        []difference
	spent              map[string]money.Amount // what the lines of judged messages come to, by currency
}

// New returns a watcher beside the bill, by the book's rates.
func New(bill *Bill, book *price.Book) *Watcher {
	return &Watcher{bill: bill, valuer: book.Valuer(), steps: steps{}, cells: map[cellKey]*cell{}, spent: map[string]money.Amount{}, lost: map[event.Place]bool{}}
}

// seen is a charged message of the log, as far as matching needs it.
type seen struct {
	id, participant, waba, number, user, userID string
	category                                    category.Category
	market                                      rate.Market
	at                                          int64 // charge instant
	day                                         rate.Day
	amount                                      int64 // what is due, in billionths; 0 if it is free
	priced                                      bool  // amount is known
	due                                         bool
	currency                                    string
	check                                       string        // that tells what is wrong with the charge, "" if nothing is
	uncertain                                   bool          // whether it is due
	said                                        *price.Figure // of the charge that the log reports
	figure                                      *price.Figure
}

// difference is a message on which bill and log name different prices.
type difference struct {
	seen
	place    event.Place
	billed   money.Amount
	own      money.Amount
	currency string
	ownIn    string
}

// See implements price.Watcher.
func (w *Watcher) See(p *verdict.Pair, j *verdict.Judgement, worth *price.Worth) {
	line := w.lineOf(p, j)
	if line != nil && w.onlyBilled(p, j) {
		w.lose(p, j)
		return
	}
	w.count(p, j, worth)
	switch {
	case line != nil:
		w.match(p, j, worth, line)
	case worth.Basis == price.Reported || !mayBeCharged(j):
	case w.bill.Items > 0 && w.wants(p, j):
		w.candidates = append(w.candidates, w.seenOf(p, j, worth))
	case w.bill.Messages > 0 && p.Group != "":
		w.members = append(w.members, w.seenOf(p, j, worth))
	case j.Outcome == outcome.Charge && (w.bill.Messages > 0 || w.bill.Items > 0) && w.bill.covers(w.day(p, j)):
		s := w.seenOf(p, j, worth)
		w.miss(&s)
	}
}

// Tells reports whether a finding of the audit is about a message of which the log
// has nothing but lines of the bill: WA702 tells it.
func (w *Watcher) Tells(f *audit.Finding) bool {
	return len(f.Places) > 0 && !slices.ContainsFunc(f.Places, func(p audit.Place) bool { return !w.lost[p.Place] })
}

// mayBeCharged reports whether a bill may have a line of the message: one that is
// due, or charged by the log, or of which it is uncertain whether it is.
func mayBeCharged(j *verdict.Judgement) bool {
	return j.Outcome == outcome.Charge || price.ChargedInLog(j) || inDoubt(j)
}

// inDoubt reports whether it is uncertain whether the message is due, or whether
// the conversation that it opened was charged.
func inDoubt(j *verdict.Judgement) bool {
	may := func(c outcome.Code) bool { return c.Outcome() == outcome.Charge }
	return j.Outcome == outcome.Uncertain && slices.ContainsFunc(j.Final.Codes(), may) ||
		j.Verdict == result.Uncertain && j.Claim == verdict.Opened
}

// wants reports whether the bill has lines without ids for the message's customer:
// in a group, the member.
func (w *Watcher) wants(p *verdict.Pair, j *verdict.Judgement) bool {
	c := w.valuer.ChargeOf(p, j)
	return w.bill.wants(c.Phone, c.UserID)
}

// lineOf returns the first line of the bill that names the message, nil if none
// does.
func (w *Watcher) lineOf(p *verdict.Pair, j *verdict.Judgement) *event.Event {
	if j.Message.Reported.Bill.Lines == 0 {
		return nil
	}
	for _, i := range j.Message.Events {
		if e := &p.Events[i]; e.BillLine() && e.Place.Input >= w.bill.First {
			return e
		}
	}
	return nil
}

// onlyBilled reports whether the log has nothing of the message but the bill.
func (w *Watcher) onlyBilled(p *verdict.Pair, j *verdict.Judgement) bool {
	for _, i := range j.Message.Events {
		if e := &p.Events[i]; !e.BillLine() || e.Place.Input < w.bill.First {
			return false
		}
	}
	return true
}

// lose notes the lines of a message that the log does not have.
func (w *Watcher) lose(p *verdict.Pair, j *verdict.Judgement) {
	for _, i := range j.Message.Events {
		l := LostLine(&p.Events[i])
		if l.Number == "" {
			l.Number = strings.Clone(p.Number)
		}
		w.notSeen = append(w.notSeen, l)
		w.lost[l.Place] = true
	}
}

// match books a message that the bill names.
func (w *Watcher) match(p *verdict.Pair, j *verdict.Judgement, worth *price.Worth, line *event.Event) {
	w.matched += int64(j.Message.Reported.Bill.Lines)
	r := &j.Message.Reported
	currency := r.Bill.Currency
	w.spent[currency] = w.spent[currency].Add(r.Bill.Amount)
	if worth.Due.OK() && worth.Due.Currency != currency {
		w.foreign(w.seenOf(p, j, worth), line.Place, r.Bill.Amount, currency)
		return
	}
	w.steps.add(currency, expectedStep, "", worth.Expected, 1)
	w.steps.book(check.Case{Judgement: j, Pair: p, Worth: worth}, currency)
	if !worth.Over.IsZero() || !worth.Under.IsZero() {
		w.differing++
	}
	told := !worth.Over.IsZero() || !worth.Under.IsZero() || !worth.Uncertain.IsZero()
	if !told && r.Own.OK && (r.Own.Amount != r.Bill.Amount.Sub(worth.Extra) || r.Own.Currency != currency) {
		d := difference{seen: w.seenOf(p, j, worth), place: line.Place, billed: r.Bill.Amount, own: r.Own.Amount, currency: strings.Clone(currency), ownIn: strings.Clone(r.Own.Currency)}
		w.differences = append(w.differences, d)
	}
}

// foreign books a charge in another currency than the account's: nothing is ever
// converted.
func (w *Watcher) foreign(s seen, place event.Place, billed money.Amount, currency string) {
	currency = strings.Clone(currency)
	w.steps.add(currency, "in another currency than the account's", "WA701", billed, 1)
	w.steps.add(s.currency, expectedStep, "", money.Of(s.amount), 1)
	w.steps.add(s.currency, "billed in another currency", "WA701", money.Of(-s.amount), 1)
	w.differing++
	w.differences = append(w.differences, difference{seen: s, place: place, billed: billed, own: money.Of(s.amount), currency: currency, ownIn: s.currency})
}

// AboveTiers books what the lines of a month come to beyond its volume tiers
// (WA207): each of them is the rate of some tier, and is expected so far.
func (w *Watcher) AboveTiers(currency string, excess money.Amount) {
	w.steps.add(currency, expectedStep, "", excess.Neg(), 0)
	w.steps.add(currency, "charged above the volume tiers", "WA207", excess, 1)
}

func (w *Watcher) day(p *verdict.Pair, j *verdict.Judgement) rate.Day {
	d := p.Facts.Facts.Calendar.Date(j.Message.Instant())
	return rate.DayOf(d.Year, d.Month, d.Day)
}

// seenOf copies what matching needs of a message.
func (w *Watcher) seenOf(p *verdict.Pair, j *verdict.Judgement, worth *price.Worth) seen {
	c := w.valuer.ChargeOf(p, j)
	s := seen{
		id: strings.Clone(j.Message.ID), participant: strings.Clone(j.Message.Participant), waba: strings.Clone(p.Account.ID),
		number: strings.Clone(p.Number), user: strings.Clone(c.Phone), userID: strings.Clone(c.UserID),
		category: price.Category(j), at: j.Message.Instant(), day: w.day(p, j), due: j.Outcome == outcome.Charge, figure: worth.Due,
		said: worth.Said, uncertain: j.Outcome == outcome.Uncertain || j.Verdict == result.Uncertain,
		check: (&check.Case{Judgement: j, Pair: p, Worth: worth}).Teller(),
	}
	if s.figure == nil {
		s.figure = worth.Said
	}
	if s.figure != nil {
		s.market, s.currency = s.figure.Market, s.figure.Currency
		s.priced = s.figure.OK()
	}
	if s.due && s.priced {
		s.amount = s.figure.Amount
	}
	return s
}

// Merge implements price.Watcher.
func (w *Watcher) Merge(other price.Watcher) {
	o, ok := other.(*Watcher)
	if !ok {
		return
	}
	w.steps.merge(o.steps)
	for k, c := range o.cells {
		w.cellAt(k).add(c)
	}
	w.matched, w.differing = w.matched+o.matched, w.differing+o.differing
	w.notBilled = append(w.notBilled, o.notBilled...)
	w.members = append(w.members, o.members...)
	w.candidates = append(w.candidates, o.candidates...)
	w.notSeen = append(w.notSeen, o.notSeen...)
	maps.Copy(w.lost, o.lost)
	w.differences = append(w.differences, o.differences...)
	for currency, n := range o.spent {
		w.spent[currency] = w.spent[currency].Add(n)
	}
}
