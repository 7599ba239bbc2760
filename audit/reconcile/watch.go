// Package reconcile lays a bill beside what its log should have cost. A Scope says
// what of both can be compared, a Ledger has every difference once, and all that is
// shown is a view of it: waterfall, findings, claims.
package reconcile

import (
	"slices"
	"strings"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/invoice"
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
	ledger *Ledger
	out    leftOut
	months monthTiers
	cells  map[cellKey]*cell

	matched, differing int64
	compared           int64 // lines that were laid beside the log
	joined             int64 // lines that name messages of the log
	credits            int64 // lines without an id that give money back
	volumeBilled       int64 // units of the bill's volumes, and those that the log has
	volumeLogged       int64
	notBilled          []seen // charged messages without a line
	members            []seen // charged messages to members of groups, whose lines name the member as customer
	candidates         []seen // charged messages of customers that the bill has lines without ids for
	notSeen            []Lost // lines of messages that the log has nothing else of
	own                []audit.Finding
	days               map[string]*days  // of the messages that lines name, by account
	elsewhere          map[monthOf]int64 // charged messages of what the bill does not have
}

// monthOf is a month of an account.
type monthOf struct {
	waba  string
	month era.Month
}

// New returns a watcher beside the bill, by the book's rates.
func New(bill *Bill, book *price.Book) *Watcher {
	return &Watcher{
		bill: bill, valuer: book.Valuer(), ledger: newLedger(), out: leftOut{}, months: monthTiers{}, cells: map[cellKey]*cell{},
		days: map[string]*days{}, elsewhere: map[monthOf]int64{},
	}
}

// seen is a charged message of the log, as far as matching needs it.
type seen struct {
	id, participant, number, user, userID string
	account                               *account.Account
	category                              category.Category
	day                                   rate.Day
	at                                    int64         // charge instant
	due, uncertain                        bool          // whether it is due, and whether that or the charge is uncertain
	currency                              string        // of the account
	check                                 string        // that tells what is wrong with the charge, "" if nothing is
	figure                                *price.Figure // of the charge that is due, else of that which the log reports
	said                                  *price.Figure // of the charge that the log reports
}

// held reports whether the account says by which card it is billed.
func (s *seen) held() bool { return s.account.Rates != nil }

// priced reports whether it is known what the message costs.
func (s *seen) priced() bool { return s.figure.OK() }

// amount is what is due at list rates: 0 if it is free, or not known.
func (s *seen) amount() money.Amount {
	if !s.due || !s.priced() {
		return money.Amount{}
	}
	return money.Of(s.figure.Amount)
}

// tier is what volume tiers the message counts in.
func (s *seen) tier() tierKey {
	if !s.due || !s.priced() {
		return tierKey{}
	}
	return tierOf(s.account, monthOfDay(s.day), s.figure)
}

// finding returns the id of the finding that a check makes of the message.
func (s *seen) findingBy(check string) string {
	return result.FindingID(check, s.number, s.id, s.participant)
}

// See implements price.Watcher.
func (w *Watcher) See(p *verdict.Pair, j *verdict.Judgement, worth *price.Worth) {
	lines := w.linesOf(p, j)
	if len(lines) > 0 && w.onlyBilled(p, j) {
		w.lose(p, lines)
		return
	}
	volumes := w.bill.Volumes > 0 && !w.bill.beside
	item := len(lines) == 0 && w.bill.Items > 0 && mayBeCharged(j) && w.wants(p, j)
	if w.bill.beside || volumes && len(lines) == 0 && !item {
		w.count(p, j, worth)
	}
	switch {
	case len(lines) > 0:
		w.match(p, j, worth, lines)
	case item:
		w.candidates = append(w.candidates, w.seenOf(p, j, worth).kept())
	case volumes || !mayBeCharged(j):
	case w.bill.Messages > 0 && p.Group != "":
		w.members = append(w.members, w.seenOf(p, j, worth).kept())
	case j.Outcome == outcome.Charge && w.bill.mayCover(p.Account.ID, w.day(p, j)):
		w.miss(w.seenOf(p, j, worth))
	case j.Outcome == outcome.Charge:
		w.elsewhere[monthOf{p.Account.ID, price.Month(p, j)}]++
	}
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

// linesOf returns the lines of the bill that name the message.
func (w *Watcher) linesOf(p *verdict.Pair, j *verdict.Judgement) (lines []*event.Event) {
	if j.Message.Reported.Bill.Lines == 0 {
		return nil
	}
	for _, i := range j.Message.Events {
		if e := &p.Events[i]; e.BillLine() && e.Place.Input >= w.bill.First {
			lines = append(lines, e)
		}
	}
	return lines
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
func (w *Watcher) lose(p *verdict.Pair, lines []*event.Event) {
	for _, e := range lines {
		l := LostLine(e)
		if l.Number == "" {
			l.Number = strings.Clone(p.Number)
		}
		w.notSeen = append(w.notSeen, l)
	}
}

// match books a message that the bill names.
func (w *Watcher) match(p *verdict.Pair, j *verdict.Judgement, worth *price.Worth, lines []*event.Event) {
	r := &j.Message.Reported
	own := w.valuer.Currency(p.Account)
	w.compared, w.joined = w.compared+int64(len(lines)), w.joined+int64(len(lines))
	w.meet(p.Account.ID, w.day(p, j))
	for _, e := range lines {
		why := inCurrency(own, e.Currency)
		if why == compared && e.Currency != r.Bill.Currency {
			why = otherCurrency // the first of the lines is in another, by which the message is judged
		}
		if why != compared {
			w.out.add(leftKey{reason: why, waba: p.Account.ID, currency: e.Currency}, leftOf(e, w.day(p, j)))
		}
	}
	if why := inCurrency(own, r.Bill.Currency); why != compared {
		w.dueElsewhere(why, w.seenOf(p, j, worth))
		return
	}
	w.book(p, j, worth, lines)
}

// once parts what a message comes to in what it is charged once, and what lines charge
// beyond that.
func once(j *verdict.Judgement, worth *price.Worth) (once, extra Sums) {
	once, extra = worth.Sums, price.Extra(j)
	once.Reported, once.Over, once.Uncertain = once.Reported.Sub(extra.Reported), once.Over.Sub(extra.Over), once.Uncertain.Sub(extra.Uncertain)
	return once, extra
}

// dueElsewhere names what is due in the account's currency for a message that is billed
// in another one.
func (w *Watcher) dueElsewhere(why reason, s *seen) {
	if why == otherCurrency && s.due && !s.uncertain && s.priced() {
		w.ledger.add(Entry{Step: elsewhereStep, Currency: s.currency, Sums: Sums{Expected: s.amount()}, N: 1})
	}
}

const elsewhereStep = "billed in another currency"

// idsOf are the ids of lines.
func idsOf(lines []*event.Event) (ids []string) {
	for _, e := range lines {
		if e.Line != "" {
			ids = append(ids, strings.Clone(e.Line))
		}
	}
	return ids
}

// leftOf is a line that is compared with nothing.
func leftOf(e *event.Event, day rate.Day) left {
	l := left{days: days{day, day}, n: 1, amount: money.Of(e.Amount), place: e.Place}
	if e.Line != "" {
		l.lines = []string{strings.Clone(e.Line)}
	}
	return l
}

// meet notes the day of a message that the bill names.
func (w *Watcher) meet(waba string, day rate.Day) {
	if w.days[waba] == nil {
		w.days[strings.Clone(waba)] = &days{}
	}
	w.days[waba].widen(day, day)
}

// book books what lies between what the lines of a message charge, and what it
// should have cost, by the check that tells it.
func (w *Watcher) book(p *verdict.Pair, j *verdict.Judgement, worth *price.Worth, lines []*event.Event) {
	currency := w.currency(j.Message.Reported.Bill.Currency)
	s := w.seenOf(p, j, worth)
	rest, extra := once(j, worth)
	if !same(&extra) {
		id := s.findingBy("WA109")
		if j.Extra.Again {
			id = result.FindingID("WA109", p.Number, p.User+p.UserID+p.Group, j.Message.Reported.Conversation)
		}
		w.ledger.add(Entry{Step: "charged more than once", Check: "WA109", Finding: id, Currency: currency, Basis: price.Reported, Sums: extra, N: 1, Lines: idsOf(lines)})
	}
	if mayBeFee(lines) && !same(&rest) {
		w.bookMayBeFee(s, rest.Reported, currency, lines)
		return
	}
	if same(&rest) && s.due && !s.priced() && !rest.Reported.IsZero() {
		// What has no rate has no amount: it is not taken from the bill.
		w.out.add(leftKey{reason: noRate, waba: s.account.ID, currency: currency, what: w.rateOf(s)},
			left{days: days{s.day, s.day}, n: int64(len(lines)), amount: rest.Reported, lines: idsOf(lines), place: lines[0].Place})
		return
	}
	w.matched += int64(len(lines))
	if !same(&rest) {
		w.ledger.add(Entry{Step: stepOf(&rest, s.check), Check: s.check, Finding: s.findingBy(s.check), Currency: currency, Basis: price.Reported, Sums: rest, N: 1, Lines: idsOf(lines)})
	} else {
		w.bookSound(j, s, rest.Reported, currency, lines, same(&extra))
	}
	if !rest.Over.IsZero() || !extra.Over.IsZero() || !rest.Under.IsZero() {
		w.differing++
	}
}

// mayBeFee reports whether all lines of a message may be fees by their words.
func mayBeFee(lines []*event.Event) bool {
	return !slices.ContainsFunc(lines, func(e *event.Event) bool {
		return category.Of(e.Category) != category.Other || !invoice.IsFee(strings.ReplaceAll(e.Category, "_", " "))
	})
}

// bookMayBeFee books lines that may be fees, and whose amount is not what the message
// costs: where it should have cost something they are, else it is uncertain.
func (w *Watcher) bookMayBeFee(s *seen, billed money.Amount, currency string, lines []*event.Event) {
	if s.due {
		w.ledger.name("fees and other lines", currency, billed, 1)
		w.miss(s)
		return
	}
	w.matched++
	w.ledger.add(Entry{Step: "uncertain", Check: s.check, Finding: s.findingBy(s.check), Currency: currency, Basis: price.Reported, Sums: Sums{Reported: billed, Uncertain: billed}, N: 1, Lines: idsOf(lines)})
}

// bookSound books a message whose lines charge what is due, as far as the rules and
// the account's card say. Where there is no card the log's own price has the word.
func (w *Watcher) bookSound(j *verdict.Judgement, s *seen, billed money.Amount, currency string, lines []*event.Event, once bool) {
	own := &j.Message.Reported.Own
	if own.OK && once && (own.Amount != billed || own.Currency != currency) && !(s.held() && s.priced()) {
		w.differ(s, billed, own.Amount, currency, strings.Clone(own.Currency), lines[0].Place, idsOf(lines))
		return
	}
	if s.held() && s.due && s.priced() {
		w.months.add(s.tier(), s.figure, billed)
	}
	w.ledger.expect(currency, billed)
}

// currency returns a currency of the bill as a string that stays.
func (w *Watcher) currency(code string) string {
	for own := range w.bill.total {
		if own == code {
			return own
		}
	}
	return strings.Clone(code)
}

// rateOf names the rate that a charge lacks.
func (w *Watcher) rateOf(s *seen) string {
	if s.figure == nil || s.figure.Market == rate.NoMarket {
		return s.category.String()
	}
	return s.category.String() + ", " + w.valuer.Book().Markets.Name(s.figure.Market)
}

// stepOf names why a bill charges something else than is due.
func stepOf(s *Sums, check string) string {
	switch {
	case !s.Uncertain.IsZero():
		return "uncertain"
	case strings.HasPrefix(check, "WA1"):
		return "charged though it should have cost nothing"
	case !s.Under.IsZero():
		return "charged less than is due"
	}
	return "charged wrongly"
}

func (w *Watcher) day(p *verdict.Pair, j *verdict.Judgement) rate.Day {
	d := p.Facts.Facts.Calendar.Date(j.Message.Instant())
	return rate.DayOf(d.Year, d.Month, d.Day)
}

// seenOf is what matching needs of a message, valid as long as the message is.
func (w *Watcher) seenOf(p *verdict.Pair, j *verdict.Judgement, worth *price.Worth) *seen {
	c := w.valuer.ChargeOf(p, j)
	s := &seen{
		id: j.Message.ID, participant: j.Message.Participant, account: p.Account, number: p.Number, user: c.Phone, userID: c.UserID,
		category: price.Category(j), at: j.Message.Instant(), day: w.day(p, j), due: j.Outcome == outcome.Charge, figure: worth.Due, said: worth.Said,
		uncertain: j.Outcome == outcome.Uncertain || j.Verdict == result.Uncertain,
		check:     (&check.Case{Judgement: j, Pair: p, Worth: worth}).Teller(), currency: w.valuer.Currency(p.Account),
	}
	if s.figure == nil {
		s.figure = worth.Said
	}
	return s
}

// kept is a copy that outlives the message.
func (s *seen) kept() seen {
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
	w.ledger.merge(o.ledger)
	w.out.merge(o.out)
	w.months.merge(o.months)
	for k, c := range o.cells {
		w.cellAt(k).add(c)
	}
	w.matched, w.differing, w.compared = w.matched+o.matched, w.differing+o.differing, w.compared+o.compared
	w.notBilled = append(w.notBilled, o.notBilled...)
	w.members = append(w.members, o.members...)
	w.candidates = append(w.candidates, o.candidates...)
	w.notSeen = append(w.notSeen, o.notSeen...)
	w.own = append(w.own, o.own...)
	w.joined += o.joined
	for waba, d := range o.days {
		w.meet(waba, d.first)
		w.meet(waba, d.last)
	}
	for k, n := range o.elsewhere {
		w.elsewhere[k] += n
	}
}
