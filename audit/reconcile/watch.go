// Package reconcile lays a bill beside what its log should have cost. A Scope says
// what of both can be compared, Differences has every difference once, and all that is
// shown is a view of it: waterfall, findings, claims.
package reconcile

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/era"
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
	bill        *Bill
	valuer      *price.Valuer
	checks      *check.Set
	differences *Differences
	out         leftOut
	months      monthTiers
	volumes     map[volumeKey]*volume
	in          map[*account.Account]string // currencies of accounts

	matched, differing int64
	compared           int64 // lines that were laid beside the log
	joined             int64 // lines that name messages of the log
	joinsOther         bool  // among them by ids that are not Meta's
	credits            int64 // lines without an id that give money back
	volumeBilled       int64 // units of the bill's volumes, and those that the log has
	volumeLogged       int64
	notBilled          []logMessage         // charged messages without a line
	untold             map[customerDay]bool // when the log does not say whether a message was charged that should not be
	met                map[uint64]bool      // customers of lines without ids that the log has, by their key
	members            []logMessage         // charged messages to members of groups, whose lines name the member as customer
	candidates         []logMessage         // charged messages of customers that the bill has lines without ids for
	notSeen            []LooseLine          // lines of messages that the log has nothing else of
	own                []audit.Finding
	late               lateness              // of the days of lines that name messages
	days               map[string]*days      // of the messages that lines name, by account
	elsewhere          map[monthOf]int64     // charged messages of what the bill does not have
	charged            price.Prices          // what the bill charges, beside the accounts' cards
	doubts             map[string]check.Text // by finding, why that keeps it open
	estimates          map[*account.Account]estimate
	estimateIn         string        // their currency
	lines              []event.Event // of the bill, of the message at hand
}

// currencyOf returns the currency of an account, which to look up a million times takes
// long.
func (w *Watcher) currencyOf(a *account.Account) string {
	own, known := w.in[a]
	if !known {
		own = w.valuer.Currency(a)
		w.in[a] = own
	}
	return own
}

// monthOf is a month of an account.
type monthOf struct {
	waba  string
	month era.Month
}

// New returns a watcher beside the bill, by the valuer's rates.
func New(bill *Bill, cards *price.Cards) *Watcher {
	return &Watcher{
		bill: bill, valuer: cards.Valuer().WithoutEstimate(), checks: check.NewSet(), differences: newDifferences(), out: leftOut{}, months: monthTiers{}, volumes: map[volumeKey]*volume{}, in: map[*account.Account]string{},
		days: map[string]*days{}, elsewhere: map[monthOf]int64{}, met: map[uint64]bool{}, untold: map[customerDay]bool{}, charged: price.Prices{}, doubts: map[string]check.Text{}, estimates: map[*account.Account]estimate{},
	}
}

// logMessage is a charged message of the log, as far as matching needs it.
type logMessage struct {
	id, participant, number, user, userID string
	account                               *account.Account
	category                              category.Category
	day                                   rate.Day
	at                                    int64         // charge instant
	due, uncertain                        bool          // whether it is due, and whether that or the charge is uncertain
	currency                              string        // of the account
	unfinished                            bool          // the log shows no end of it
	corrupt                               bool          // what the log shows of it may be wrong
	check                                 string        // that tells what is wrong with the charge, "" if nothing is
	undue                                 bool          // it says that nothing should have been charged
	figure                                *price.Figure // of the charge that is due, else of that which the log reports
	said                                  *price.Figure // of the charge that the log reports
}

// held reports whether the account says by which card it is billed.
func (s *logMessage) held() bool { return s.account.Rates != nil }

// priced reports whether it is known what the message costs.
func (s *logMessage) priced() bool { return s.figure.OK() }

// amount is what is due at list rates: 0 if it is free, or not known.
func (s *logMessage) amount() money.Amount {
	if !s.due || !s.priced() {
		return money.Amount{}
	}
	return money.Of(s.figure.Amount)
}

// month is the month of the account in which the message is charged.
func (s *logMessage) month() monthOf { return monthOf{s.account.ID, monthOfDay(s.day)} }

// findingBy returns the id of the finding that a check makes of the message.
func (s *logMessage) findingBy(check string) string {
	return result.FindingID(check, s.number, s.id, s.participant)
}

// See implements price.Watcher.
func (w *Watcher) See(p *verdict.JudgedPair, j *verdict.Judgement, worth *price.Worth) {
	w.estimate(p, j, worth)
	worth = worth.WithoutEstimate()
	lines := w.linesOf(p, j)
	if len(lines) > 0 && w.onlyBilled(p, j) {
		w.lose(p, lines)
		return
	}
	if len(lines) > 0 {
		if w.bill.beside {
			w.count(p, j, worth)
		}
		w.match(p, j, worth, lines)
		return
	}
	w.seeUnnamed(p, j, worth)
}

// seeUnnamed sees a message that no line of the bill names.
func (w *Watcher) seeUnnamed(p *verdict.JudgedPair, j *verdict.Judgement, worth *price.Worth) {
	volumes := w.bill.Volumes > 0 && !w.bill.beside
	member := w.bill.Messages > 0 && p.Group != "" && !volumes
	wanted := w.bill.Items > 0 && !member && w.wants(p, j)
	item := wanted && mayBeCharged(p, j)
	if wanted && !item {
		w.noteUntold(p, j)
	}
	if w.bill.beside || volumes && !item {
		w.count(p, j, worth)
	}
	switch {
	case item:
		w.candidates = append(w.candidates, w.messageOf(p, j, worth).kept())
	case volumes || !mayBeCharged(p, j):
	case member:
		w.members = append(w.members, w.messageOf(p, j, worth).kept())
	case j.Outcome != outcome.Charge:
	case w.bill.mayCover(p.Account.ID, dayOf(p, j)):
		w.miss(w.messageOf(p, j, worth))
	default:
		w.elsewhere[monthOf{p.Account.ID, price.Month(p, j)}]++
	}
}

// noteUntold notes a message that should have cost nothing, and of which the log does not
// say whether it was charged: a line of its customer may be for it.
func (w *Watcher) noteUntold(p *verdict.JudgedPair, j *verdict.Judgement) {
	if !j.Message.Arrived || j.Message.App || j.Charging != verdict.Nothing {
		return
	}
	c := w.valuer.ChargeOf(p, j, category.None)
	customer := customerKey(c.Phone, c.UserID)
	w.untold[customerDay{customer, dayOf(p, j)}], w.untold[customerDay{customer, 0}] = true, true
}

// customerDay is a day of a customer, 0 for any.
type customerDay struct {
	customer uint64
	day      rate.Day
}

// mayBeCharged reports whether a bill may have a line of the message: one that is
// due, or charged by the log, or of which it is uncertain whether it is.
func mayBeCharged(p *verdict.JudgedPair, j *verdict.Judgement) bool {
	return j.Outcome == outcome.Charge || price.ChargedInLog(j) || inDoubt(p, j) || unfinished(p, j)
}

// unfinished reports whether the log shows no end of the message: its delivery may be
// what the log has lost.
func unfinished(p *verdict.JudgedPair, j *verdict.Judgement) bool {
	m := j.Message
	return !m.Arrived && m.FailedAt == 0 && !m.App && !p.NeverArrives(m)
}

// inDoubt reports whether it is uncertain whether the message is due, or whether
// the conversation that it opened was charged: also where messages that nothing
// proves to be free may have used the free tier up.
func inDoubt(p *verdict.JudgedPair, j *verdict.Judgement) bool {
	if j.Outcome == outcome.Free && j.Code == outcome.FreeTier {
		return !p.Settle.Accusable(p, j.Decision)
	}
	may := func(c outcome.Code) bool { return c.Outcome() == outcome.Charge }
	return j.Outcome == outcome.Uncertain && slices.ContainsFunc(j.Final.Codes(), may) ||
		j.Verdict == result.Uncertain && j.Charging == verdict.Opened
}

// wants reports whether the bill has lines without ids for the message's customer:
// in a group, the member. It notes that the log has the customer.
func (w *Watcher) wants(p *verdict.JudgedPair, j *verdict.Judgement) bool {
	c := w.valuer.ChargeOf(p, j, category.None)
	key := customerKey(c.Phone, c.UserID)
	if !w.bill.customers[key] {
		return false
	}
	w.met[key] = true
	return true
}

// linesOf returns the lines of the bill that name the message. They are valid until the
// next call.
func (w *Watcher) linesOf(p *verdict.JudgedPair, j *verdict.Judgement) []event.Event {
	w.lines = w.lines[:0]
	if j.Message.Reported.Bill().Lines == 0 {
		return nil
	}
	for _, i := range j.Message.Events {
		if e := p.Events.At(int(i)); e.BillLine() && e.Place.Input >= w.bill.First {
			w.lines = append(w.lines, *e)
		}
	}
	return w.lines
}

// onlyBilled reports whether the log has nothing of the message but the bill.
func (w *Watcher) onlyBilled(p *verdict.JudgedPair, j *verdict.Judgement) bool {
	return !slices.ContainsFunc(j.Message.Events, func(i int32) bool {
		e := p.Events.At(int(i))
		return !e.BillLine() || e.Place.Input < w.bill.First
	})
}

// lose notes the lines of a message that the log does not have.
func (w *Watcher) lose(p *verdict.JudgedPair, lines []event.Event) {
	for i := range lines {
		l := lostLine(&lines[i])
		if l.Number == "" {
			l.Number = strings.Clone(p.Number)
		}
		w.notSeen = append(w.notSeen, l)
	}
}

func dayOf(p *verdict.JudgedPair, j *verdict.Judgement) rate.Day {
	return p.Facts.Calendar.Day(j.Message.Instant())
}

// messageOf is what matching needs of a message, valid as long as the message is.
func (w *Watcher) messageOf(p *verdict.JudgedPair, j *verdict.Judgement, worth *price.Worth) *logMessage {
	c := w.valuer.ChargeOf(p, j, category.None)
	s := &logMessage{
		id: j.Message.ID, participant: j.Message.Participant, account: p.Account, number: p.Number, user: c.Phone, userID: c.UserID,
		category: price.Category(j), at: j.Message.Instant(), day: dayOf(p, j), due: j.Outcome == outcome.Charge, figure: worth.Due, said: worth.Said,
		unfinished: unfinished(p, j),
		currency:   w.currencyOf(p.Account),
		corrupt:    p.Coverage.CorruptAt(j.Message.Instant()),
	}
	if of := (&check.MessageView{Judgement: j, Pair: p, Worth: worth, Checks: w.checks}).Teller(); of != nil {
		s.check, s.undue = of.ID, of.Undue || of.Accuses != nil
	}
	if s.figure == nil {
		s.figure = worth.Said
	}
	s.uncertain = j.Outcome == outcome.Uncertain || j.Verdict == result.Uncertain || s.unfinished
	return s
}

// kept is a copy that outlives the message.
func (s *logMessage) kept() logMessage {
	c := *s
	for _, text := range [...]*string{&c.id, &c.participant, &c.number, &c.user, &c.userID} {
		*text = strings.Clone(*text)
	}
	return c
}

// Merge implements price.Watcher.
func (w *Watcher) Merge(other price.Watcher) {
	o, ok := other.(*Watcher)
	if !ok {
		return
	}
	w.differences.merge(o.differences)
	w.out.merge(o.out)
	w.months.merge(o.months)
	for k, c := range o.volumes {
		w.volumeAt(k).add(c)
	}
	w.matched, w.differing, w.compared = w.matched+o.matched, w.differing+o.differing, w.compared+o.compared
	w.notBilled = append(w.notBilled, o.notBilled...)
	w.members = append(w.members, o.members...)
	w.candidates = append(w.candidates, o.candidates...)
	w.notSeen = append(w.notSeen, o.notSeen...)
	w.own = append(w.own, o.own...)
	w.charged.Merge(o.charged)
	maps.Copy(w.met, o.met)
	maps.Copy(w.untold, o.untold)
	w.late.widen(o.late.least)
	w.late.widen(o.late.most)
	w.joined += o.joined
	w.joinsOther = w.joinsOther || o.joinsOther
	for waba, d := range o.days {
		w.meet(waba, d.first)
		w.meet(waba, d.last)
	}
	for k, n := range o.elsewhere {
		w.elsewhere[k] += n
	}
	for a, e := range o.estimates {
		own := w.estimates[a]
		w.estimates[a] = estimate{own.charges + e.charges, own.due.Add(e.due)}
	}
	w.estimateIn = cmp.Or(w.estimateIn, o.estimateIn)
}

// estimate is what is due of an account whose currency nobody knows, at list rates in one
// that may not be its own. It is told beside the comparison, and is no part of it.
type estimate struct {
	charges int64
	due     money.Amount
}

// estimate adds a message that the bill may cover.
func (w *Watcher) estimate(p *verdict.JudgedPair, j *verdict.Judgement, worth *price.Worth) {
	f := worth.Due
	if j.Outcome != outcome.Charge || !f.OK() || !f.Estimate || !w.bill.mayCover(p.Account.ID, dayOf(p, j)) {
		return
	}
	e := w.estimates[p.Account]
	e.charges, e.due = e.charges+1, e.due.Add(money.Of(f.Amount))
	w.estimates[p.Account], w.estimateIn = e, f.Currency
}

// estimated lays the estimates beside what the bill charges the accounts in that currency.
func (w *Watcher) estimated() []result.Estimate {
	out := []result.Estimate{}
	for _, a := range slices.SortedFunc(maps.Keys(w.estimates), func(a, b *account.Account) int { return cmp.Compare(a.ID, b.ID) }) {
		e := w.estimates[a]
		x := result.Estimate{WABA: a.ID, Currency: w.estimateIn, Charges: e.charges, Due: e.due.String()}
		var billed money.Amount
		for k, l := range w.out {
			if k.reason == currencyUnknown && k.waba == a.ID && k.currency == w.estimateIn {
				x.Lines, billed = x.Lines+l.n, billed.Add(l.amount)
			}
		}
		x.Billed = billed.String()
		out = append(out, x)
	}
	return out
}
