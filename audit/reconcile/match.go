package reconcile

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// billing is what the bill charges for one message.
type billing struct {
	amount   money.Amount
	currency string
	place    event.Place // of the first line
	n        int64       // lines
	ids      []string    // of the lines that have one
	doubt    check.Text  // why they may be for another message
}

// match books a message that the bill names.
func (w *Watcher) match(p *verdict.JudgedPair, j *verdict.Judgement, worth *price.Worth, lines []event.Event) {
	r, s := &j.Message.Reported, w.messageOf(p, j, worth)
	w.compared, w.joined = w.compared+int64(len(lines)), w.joined+int64(len(lines))
	w.joinsOther = w.joinsOther || !coverage.IsMeta(j.Message.ID)
	w.meet(s.account.ID, s.day)
	for i := range lines {
		e := &lines[i]
		if w.bill.daily {
			w.late.see(e.Time, s.day)
		}
		why := inCurrency(s.currency, e.Currency)
		if why == compared && e.Currency != r.Bill().Currency {
			why = otherCurrency // the first of the lines is in another, by which the message is judged
		}
		if why != compared {
			w.leaveLine(why, s, &billing{amount: money.Of(e.Amount), currency: e.Currency, place: e.Place, n: 1})
		}
	}
	if why := inCurrency(s.currency, r.Bill().Currency); why != compared {
		w.dueElsewhere(why, s)
		return
	}
	w.book(p, j, worth, s, lines)
}

// leaveLine leaves out lines of a message that are compared with nothing.
func (w *Watcher) leaveLine(why reason, s *logMessage, b *billing) {
	k := leftKey{reason: why, waba: s.account.ID, currency: b.currency}
	if why == noRate {
		k.what = w.rateOf(s)
	}
	w.out.add(k, left{days: days{s.day, s.day}, n: b.n, amount: b.amount, place: b.place})
}

// dueElsewhere names what is due in the account's currency for a message that is billed
// in another one.
func (w *Watcher) dueElsewhere(why reason, s *logMessage) {
	if why == otherCurrency && s.due && !s.uncertain && s.priced() {
		w.differences.add(Difference{Step: elsewhereStep, Currency: s.currency, Sums: price.Sums{Expected: s.amount()}, N: 1})
	}
}

// The steps of the waterfall that more than one kind of bill has.
const (
	elsewhereStep = "billed in another currency"
	unknownStep   = "billed in a category or market that is not known"
	undueStep     = "charged though it should have cost nothing"
	uncertainStep = "uncertain"
	wrongStep     = "charged wrongly"
	feesStep      = "fees and other lines"
	taxesStep     = "taxes"
)

// idsOf are the ids of lines.
func idsOf(lines []event.Event) (ids []string) {
	for i := range lines {
		e := &lines[i]
		if e.Line != "" {
			ids = append(ids, strings.Clone(e.Line))
		}
	}
	return ids
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
func (w *Watcher) book(p *verdict.JudgedPair, j *verdict.Judgement, worth *price.Worth, s *logMessage, lines []event.Event) {
	rest, extra := worth.Once(j), price.Extra(j)
	b := billing{amount: rest.Reported, currency: w.currency(j.Message.Reported.Bill().Currency), place: lines[0].Place, n: int64(len(lines)), ids: idsOf(lines)}
	if !extra.Agree() {
		w.bookAgain(p, j, s, &b, extra)
	}
	if mayBeFee(lines) && !rest.Agree() {
		w.bookFee(s, &b)
		return
	}
	if j.Outcome == outcome.Uncertain && rest.Agree() && s.held() {
		rest = w.least(p, j, s, rest.Reported)
	}
	if rest.Agree() && (s.due || s.uncertain) && !s.priced() && !b.amount.IsZero() && s.figure != nil {
		w.leaveLine(noRate, s, &b) // what has no rate has no amount: it is not taken from the bill
		return
	}
	w.matched += b.n
	w.price(s, &b)
	switch {
	case !rest.Agree():
		w.bookTold(stepOf(&rest, s.undue), s, &b, rest)
	case extra.Agree():
		w.bookByLog(j, s, &b)
	default:
		w.sound(s, &b)
	}
	if !rest.Over.IsZero() || !extra.Over.IsZero() || !rest.Under.IsZero() {
		w.differing++
	}
}

// bookByLog books a message that is charged as the rules say, and once: where there is no
// card, the log's own price has the word.
func (w *Watcher) bookByLog(j *verdict.Judgement, s *logMessage, b *billing) {
	own := j.Message.Reported.Own()
	if own.OK && (own.Amount != b.amount || own.Currency != b.currency) && !(s.held() && s.priced()) {
		w.differ(s, b, own.Amount, strings.Clone(own.Currency))
		return
	}
	w.sound(s, b)
}

// price notes how a line that charges what is due lies beside the account's card.
func (w *Watcher) price(s *logMessage, b *billing) {
	if b.n == 1 && s.due && !s.uncertain && s.priced() {
		w.charged.See(s.account, b.currency, 1, s.amount(), b.amount, s.figure.Allows(b.amount))
	}
}

// bookAgain books what lines charge beyond the one charge of a message.
func (w *Watcher) bookAgain(p *verdict.JudgedPair, j *verdict.Judgement, s *logMessage, b *billing, extra price.Sums) {
	twice := check.ChargedTwice.ID
	id := s.findingBy(twice)
	if j.Extra.Again {
		id = result.FindingID(twice, p.Number, p.User+p.UserID+p.Group, j.Message.Reported.Conversation)
	}
	w.differences.add(Difference{Step: "charged more than once", Check: twice, Finding: id, WABA: s.account.ID, Currency: b.currency, Basis: price.Reported, Sums: extra, N: 1, Lines: b.ids})
}

// bookFee books lines that may be fees, and are not what their message costs: where it
// should have cost something they are.
func (w *Watcher) bookFee(s *logMessage, b *billing) {
	if s.due {
		w.differences.name(feesStep, b.currency, b.amount, 1)
		w.miss(s)
		return
	}
	w.matched++
	w.bookTold(uncertainStep, s, b, price.Sums{Reported: b.amount, Uncertain: b.amount})
}

// sound books a message that is charged as it is due, as far as the rules and the
// account's card say.
func (w *Watcher) sound(s *logMessage, b *billing) {
	if s.held() {
		w.months.add(s, b.amount)
	}
	w.differences.expect(b.currency, b.amount)
}

// bookTold books a message whose money a check of the audit tells.
func (w *Watcher) bookTold(step string, s *logMessage, b *billing, sums price.Sums) {
	if b.doubt != (check.Text{}) && sums.Over.Sign() > 0 {
		sums.Doubt(sums.Over)
		step, w.doubts[s.findingBy(s.check)] = uncertainStep, b.doubt
	}
	w.differences.add(Difference{Step: step, Check: s.check, Finding: s.findingBy(s.check), WABA: s.account.ID, Currency: b.currency, Basis: price.Reported, Sums: sums, N: 1, Lines: b.ids})
}

// differ books a message whose lines charge another amount than is due, by the
// account's card or where there is none by the log's own price.
func (w *Watcher) differ(s *logMessage, b *billing, due money.Amount, dueIn string) {
	w.differing++
	why, sums := check.LineDiffers.Say(check.Cash(b.currency, b.amount), check.Cash(dueIn, due)), price.Between(b.amount, due)
	switch {
	case dueIn != b.currency:
		why = check.LineInOtherCurrency.Say(check.Cash(b.currency, b.amount), dueIn, check.Cash(dueIn, due))
		sums = price.Sums{Reported: b.amount, Uncertain: b.amount}
	case s.held() && !s.figure.Sure:
		why = why.Then(check.DueUnverified.Say())
		sums.Doubt(sums.Over)
	case sums.Over.Sign() > 0:
		why = why.Then(b.doubt)
		if b.doubt != (check.Text{}) {
			sums.Doubt(sums.Over)
		}
	}
	k := s.kept()
	f := newFinding(&check.AmountDiffers, k.number, why, k.id, k.participant)
	k.fill(&f)
	f.Places = billLine(b.place)
	w.bookOwn(f, Difference{Step: "amounts differ", Currency: b.currency, Sums: sums, Lines: b.ids})
}

// bookOwn books a difference that a finding of the bill's own tells.
func (w *Watcher) bookOwn(f audit.Finding, e Difference) {
	e.Check, e.Finding, e.WABA, e.Basis, e.N = f.Check, f.ID, cmp.Or(e.WABA, f.WABA), cmp.Or(e.Basis, price.Reported), cmp.Or(e.N, 1)
	f.Amount = cmp.Or(f.Amount, &result.FindingAmount{})
	w.differences.add(e)
	w.own = append(w.own, f)
}

// least parts what is billed for a message that is charged in one of several ways: due for
// sure is the least that it may cost. Where that has no figure, s has none.
func (w *Watcher) least(p *verdict.JudgedPair, j *verdict.Judgement, s *logMessage, billed money.Amount) price.Sums {
	r := w.valuer.Possible(p, j)
	if r.Why != price.None {
		s.figure = &price.Figure{Why: r.Why}
		return price.Sums{Reported: billed, Expected: billed}
	}
	return price.AtLeast(billed, r.Low)
}

// mayBeFee reports whether all lines of a message may be fees by their words.
func mayBeFee(lines []event.Event) bool {
	return !slices.ContainsFunc(lines, func(e event.Event) bool {
		return category.Of(e.Category) != category.Other || !invoice.IsFee(strings.ReplaceAll(e.Category, "_", " "))
	})
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
func (w *Watcher) rateOf(s *logMessage) string {
	if s.figure == nil || s.figure.Market == rate.NoMarket {
		return s.category.String()
	}
	return s.category.String() + ", " + w.valuer.Cards().Markets.Name(s.figure.Market)
}

// stepOf names why a bill charges something else than is due.
func stepOf(s *price.Sums, undue bool) string {
	switch {
	case !s.Uncertain.IsZero():
		return uncertainStep
	case undue:
		return undueStep
	case !s.Under.IsZero():
		return "charged less than is due"
	}
	return wrongStep
}
