// Package explain says why a customer was charged, or was not: first the answer, in
// sentences that can be read to the customer, then what happened, message by message.
// It judges nothing itself: verdicts, outcomes and money are those of the audit, and
// with a bill those of the reconciliation.
package explain

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"waudit/audit"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/template"
	"waudit/audit/verdict"
)

// Query is what is asked for.
type Query struct {
	Pair func(*event.Pair) bool // may have what is asked for
	// Message tells whether a message is what is asked for.
	Message func(*audit.Examined, *audit.Judged) bool
	Whole   bool // a customer is asked for, who may have got no message
	// Contact tells whether an act of the customer is what is asked for; nil: none is.
	Contact func(*event.Event) bool
}

// Options says what the explanation goes by.
type Options struct {
	Markets   *rate.Markets
	Templates *template.Categories
	Findings  []result.Finding // of the whole audit, or of the reconciliation
	// Items are the lines of a bill that name no message, by the messages that they stand for.
	Items map[MessageKey][]result.BilledLine
	// Evidence writes a place of the input.
	Evidence func(audit.Evidence) result.Evidence
}

// MessageKey names a message.
type MessageKey struct{ Number, Message, Participant string }

// Explain makes the explanation of all that the query asks for: the answer, and the
// customers. All else is for the caller to fill in.
func Explain(ctx context.Context, a *audit.Auditor, q Query, o Options) (*result.Explanation, error) {
	e := &result.Explanation{Schema: result.ExplainSchema}
	byMessage := map[MessageKey][]*result.Finding{}
	for i := range o.Findings {
		f := &o.Findings[i]
		k := MessageKey{f.Number, f.Message, f.Participant}
		byMessage[k] = append(byMessage[k], f)
	}
	err := a.Examine(ctx, q.Pair, func(x *audit.Examined) error {
		p := &pairAnswer{Options: &o, x: x, byMessage: byMessage, teller: teller{zoneClock: zoneClock{x.Facts.Calendar.Zone()}, x: x}}
		if x.Unpaid != nil {
			p.tellUnpaid(q)
		} else {
			p.tell(q)
		}
		if len(p.asked) == 0 && (!q.Whole || len(p.out.Contacts) == 0) {
			return nil
		}
		c, err := kept(&p.out)
		if err != nil {
			return err
		}
		e.Customers = append(e.Customers, *c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range e.Customers[:min(len(e.Customers), mostAnswers)] {
		c := &e.Customers[i]
		answer := slices.Clone(c.Answer)
		if len(e.Customers) > 1 {
			answer[0] = "With " + cmp.Or(c.Account, "account "+c.WABA) + " (number " + c.Number + "): " + answer[0]
		}
		e.Answer = append(e.Answer, answer...)
	}
	return e, nil
}

// mostAnswers is of how many business numbers the answer speaks.
const mostAnswers = 3

// kept is a copy that outlives the pair, whose texts lie in a buffer of the log.
func kept(x *result.Explained) (*result.Explained, error) {
	data, err := json.Marshal(x)
	if err != nil {
		return nil, err
	}
	c := &result.Explained{}
	return c, json.Unmarshal(data, c)
}

// pairAnswer is the explanation of one pair in the making.
type pairAnswer struct {
	*Options
	teller
	byMessage map[MessageKey][]*result.Finding
	x         *audit.Examined
	out       result.Explained
	entries   []ruled
	asked     []*ruled
}

// ruled is a judged message with what the answer needs of it.
type ruled struct {
	ruling   Ruling
	charged  bool
	asked    bool
	at       int64 // charge instant
	subject  string
	category string // of the charge
	why      reason
	settle   string // what would settle it
	note     string // what has changed before
	currency string
	paid     money.Amount // what is charged
	over     money.Amount
	open     money.Amount // uncertain
	hasMoney bool
	by       string // what the money is valued by, behind it: " by the rate card"; "" where it is stated
	unbilled bool   // the bill has no line of it
}

// Ruling says what a message's charge, or its lack, is.
type Ruling string

// The rulings. Of what is not charged the last ones hold.
const (
	Right       Ruling = "right"
	Wrong       Ruling = "wrong"
	Uncertain   Ruling = "uncertain"
	Free        Ruling = "free"
	Undelivered Ruling = "undelivered"
	TooLittle   Ruling = "too_little" // not charged, or less than is due
	Unknown     Ruling = "unknown"    // the log does not say whether it was charged
)

// tell goes through the pair.
func (p *pairAnswer) tell(q Query) {
	x := p.x
	p.out = result.Explained{
		WABA: x.Account.ID, Account: x.Account.Name, Number: x.Number, User: x.User, UserID: x.UserID, Group: x.Group,
		Contacts: contacts(x.Events),
	}
	if x.Facts.Calendar.ZoneKnown() {
		p.out.Zone = x.Facts.Calendar.Zone().String()
	}
	spans := serviceWindows(x)
	for j := range x.Judged() {
		if w := j.Worth.Market; p.out.Market == "" && w != rate.NoMarket {
			p.out.Market = p.Markets.Name(w)
		}
		e, m := p.entry(j)
		e.asked = j.InPeriod && q.Message(x, j)
		m.Asked = e.asked
		p.entries = append(p.entries, e)
		p.out.Messages = append(p.out.Messages, m)
		if s, ok := opened(x, j); ok {
			spans = addSpan(spans, s)
			p.opened = addSpan(p.opened, s)
		}
	}
	for i := range p.entries {
		if p.entries[i].asked {
			p.asked = append(p.asked, &p.entries[i])
		}
	}
	p.out.Windows = windows(spans)
	p.out.Answer = p.answer(&q)
	p.out.Charges = p.amounts()
}

// entry makes what is said of a message.
func (p *pairAnswer) entry(j *audit.Judged) (ruled, result.ExplainedMessage) {
	m, w := j.Message, j.Worth
	overall, doubt := j.Overall()
	e := ruled{at: m.Instant(), subject: subject(j), category: j.DueCategory(), currency: w.Currency, charged: charged(j)}
	if word := m.Reported.CategoryWord; e.charged && word != "" {
		e.category = word
	}
	out := result.ExplainedMessage{
		Judged: j.InPeriod, Type: m.Type, Template: m.Name, Language: m.Language, ReadAt: result.Instant(m.ReadAt), FailedAt: result.Instant(m.FailedAt), Error: m.Error,
		Category: templateCategory(j).String(), Rule: j.Rule, RuleText: clauseText(&j.Rule), Lines: p.lines(j), Decision: *j.Line, Rate: p.rate(j),
	}
	if w.Basis != "" {
		e.hasMoney, e.by, e.paid, e.over, e.open = true, valuedBy(w), w.Reported, w.Over, w.Uncertain
		out.Amount = w.Write(w.Currency, string(w.Basis), "")
		out.Amount.Estimate = w.Estimated()
	}
	e.ruling = rulingOf(j, overall, e.charged)
	told := p.findings(&e, &out, j)
	p.because(&e, j, doubt, told)
	out.Charged, out.Ruling, out.Why = e.charged, string(e.ruling), sentence(e.why.of(1))
	return e, out
}

// valuedBy says behind an amount what it is valued by.
func valuedBy(w *price.Worth) string {
	switch {
	case w.Estimated():
		return ", estimated at Meta's list rates"
	case w.Basis == price.RateCard:
		return " by the rate card"
	}
	return ""
}

// charged reports whether the log or the bill charges the message, for all that is
// known.
func charged(j *audit.Judged) bool {
	bill := j.Message.Reported.Bill()
	switch {
	case bill.Lines > 0:
		return bill.Amount.Sign() > 0
	case j.Charging == verdict.Opened:
		return j.Outcome == outcome.Charge || j.Verdict == result.Overcharge || j.Verdict == result.Uncertain
	}
	return j.Charging == verdict.Charged
}

// rulingOf turns the verdict on a message into a ruling.
func rulingOf(j *audit.Judged, overall result.Verdict, charged bool) Ruling {
	switch overall {
	case result.Overcharge:
		return Wrong
	case result.Uncertain:
		return Uncertain
	case result.Undercharge:
		return TooLittle
	}
	switch {
	case charged:
		return Right
	case j.Outcome == outcome.Undelivered:
		return Undelivered
	case overall == result.Unreported && j.Outcome != outcome.Free && j.Outcome != outcome.Covered:
		return Unknown
	}
	return Free
}

// findings takes over what the findings of a message say, and returns the one that
// tells its money. With a bill they know more than the message alone.
func (p *pairAnswer) findings(e *ruled, out *result.ExplainedMessage, j *audit.Judged) (told *result.Finding) {
	m := j.Message
	var over, open money.Amount
	all := p.byMessage[MessageKey{p.x.Number, m.ID, m.Participant}]
	if m.ID != "" {
		all = append(slices.Clip(all), p.byMessage[MessageKey{"", m.ID, m.Participant}]...) // of a line that names no number
	}
	for _, f := range all {
		out.Findings = append(out.Findings, f.ID)
		p.out.Findings = append(p.out.Findings, *f)
		if check.Named(f.Check).Unbilled {
			e.unbilled = true
			continue
		}
		if tells(f, told) {
			told = f
		}
		if f.Amount != nil {
			over, open = over.Add(amountOf(f.Amount.Overcharged)), open.Add(amountOf(f.Amount.Uncertain))
			e.currency = f.Amount.Currency
		}
	}
	if told == nil {
		return nil
	}
	switch {
	case told.Verdict == result.Overcharge:
		e.ruling, e.charged = Wrong, true
	case told.Verdict == result.Uncertain && (e.ruling == Right || e.ruling == Wrong): // the bill as a whole may leave open what its line does not
		e.ruling = Uncertain
	}
	if told.Amount != nil {
		e.over, e.open, e.hasMoney = over, open, true
		if a := out.Amount; a == nil || e.paid.IsZero() {
			c := *told.Amount
			out.Amount, e.paid = &c, amountOf(c.Reported)
		} else {
			a.Overcharged, a.Uncertain = over.String(), open.String()
		}
	}
	return told
}

// tells reports whether a finding says more of a message's money than the one so far, nil
// for none.
func tells(f, told *result.Finding) bool {
	of := check.Named(f.Check)
	accuses := f.Verdict == result.Overcharge || f.Verdict == result.Uncertain
	switch {
	case f.Amount == nil && (!accuses || !of.TellsMoney()):
		return false
	case told == nil, told.Verdict != result.Overcharge && f.Verdict == result.Overcharge:
		return true
	}
	return told.Verdict == f.Verdict && of.GoesFirst()
}

// amountOf is an amount of a finding, nothing if it has none.
func amountOf(text string) money.Amount {
	a, _ := money.Parse(text)
	return a
}

// Of returns the query for messages by their events.
func Of(has func(*event.Event) bool) Query {
	return Query{
		Pair: func(p *event.Pair) bool { return p.Events.Contains(has) },
		Message: func(x *audit.Examined, j *audit.Judged) bool {
			return slices.ContainsFunc(j.Message.Events, func(i int32) bool { return has(x.Events.At(int(i))) })
		},
	}
}
