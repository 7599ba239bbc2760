package reconcile

import (
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

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
	rest, extra := worth.Once(j), price.Extra(j)
	if !same(&extra) {
		twice := check.ChargedTwice().ID
		id := s.findingBy(twice)
		if j.Extra.Again {
			id = result.FindingID(twice, p.Number, p.User+p.UserID+p.Group, j.Message.Reported.Conversation)
		}
		w.ledger.add(Entry{Step: "charged more than once", Check: twice, Finding: id, Currency: currency, Basis: price.Reported, Sums: extra, N: 1, Lines: idsOf(lines)})
	}
	if mayBeFee(lines) && !same(&rest) {
		w.bookMayBeFee(s, rest.Reported, currency, lines)
		return
	}
	if j.Outcome == outcome.Uncertain && same(&rest) && s.held() {
		rest = w.least(p, j, s, rest.Reported)
	}
	if same(&rest) && (s.due || s.uncertain) && !s.priced() && !rest.Reported.IsZero() && s.figure != nil {
		// What has no rate has no amount: it is not taken from the bill.
		w.out.add(leftKey{reason: noRate, waba: s.account.ID, currency: currency, what: w.rateOf(s)},
			left{days: days{s.day, s.day}, n: int64(len(lines)), amount: rest.Reported, lines: idsOf(lines), place: lines[0].Place})
		return
	}
	w.matched += int64(len(lines))
	if !same(&rest) {
		w.ledger.add(Entry{Step: stepOf(&rest, s.undue), Check: s.check, Finding: s.findingBy(s.check), Currency: currency, Basis: price.Reported, Sums: rest, N: 1, Lines: idsOf(lines)})
	} else {
		w.bookSound(j, s, rest.Reported, currency, lines, same(&extra))
	}
	if !rest.Over.IsZero() || !extra.Over.IsZero() || !rest.Under.IsZero() {
		w.differing++
	}
}

// least parts what is billed for a message that is charged in one of several ways: due for
// sure is the least that it may cost. Where that has no figure, s has none.
func (w *Watcher) least(p *verdict.Pair, j *verdict.Judgement, s *seen, billed money.Amount) Sums {
	r := w.valuer.Possible(p, j)
	if r.Why != price.None {
		s.figure = &price.Figure{Why: r.Why}
		return Sums{Reported: billed, Expected: billed}
	}
	due := money.Min(r.Low, billed)
	return Sums{Reported: billed, Expected: due, Uncertain: billed.Sub(due)}
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
func stepOf(s *Sums, undue bool) string {
	switch {
	case !s.Uncertain.IsZero():
		return "uncertain"
	case undue:
		return "charged though it should have cost nothing"
	case !s.Under.IsZero():
		return "charged less than is due"
	}
	return "charged wrongly"
}
