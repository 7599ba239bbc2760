package audit

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
	"waudit/audit/window"
)

// draft is a finding with what sorting and summing still need.
type draft struct {
	Finding
	Currency string
	Basis    price.Basis
	Note     string
	Estimate bool
	Scope    price.TierScope // of volume tiers
	Side     moneySide
}

// texts are those that many findings have: each is kept once.
type texts map[string]string

// mostTexts is how many are kept at a time: where more are different, sharing saves nothing.
const mostTexts = 4096

// shareAmong gives a finding the texts that others have already.
func (t texts) shareAmong(f *Finding) {
	t.share(&f.WABA, &f.Number, &f.User, &f.UserID, &f.Group, &f.Category, &f.Template, &f.Explanation)
	t.share(&f.Reported.PricingModel, &f.Reported.Type, &f.Reported.Category, &f.Reported.Currency)
	t.share(&f.Expected.Outcome, &f.Expected.Reason, &f.Expected.Category, &f.Expected.Why)
	for i := range f.Expected.Candidates {
		t.share(&f.Expected.Candidates[i])
	}
	for i := range f.Places {
		t.share(&f.Places[i].What)
	}
	if a := f.Amount; a != nil {
		t.share(&a.Currency, &a.Reported, &a.Expected, &a.Overcharged, &a.Undercharged, &a.Uncertain, &a.Note)
	}
}

func (t texts) share(list ...*string) {
	for _, s := range list {
		kept, found := t[*s]
		if !found {
			if len(t) == mostTexts {
				clear(t)
			}
			kept = *s
			t[kept] = kept
		}
		*s = kept
	}
}

// dailyKey is what a daily finding stands for. Its severity is "" for that of the check.
type dailyKey struct {
	Check, Number string
	Day           rate.Day
	Severity      result.Severity
}

// daily gathers what a check finds on a number's day.
type daily struct {
	Count       int64
	check       *check.Check
	WABA        string
	Examples    []example
	Explanation check.Text // of the earliest example
	Mixed       bool       // explanations differ
}

type example struct {
	At     int64
	ID     string
	Places []Evidence
}

const maxExamples = 5

func compareExamples(a, b example) int {
	return cmp.Or(cmp.Compare(a.At, b.At), strings.Compare(a.ID, b.ID))
}

func (d *daily) add(e example) {
	d.Count++
	i, _ := slices.BinarySearchFunc(d.Examples, e, compareExamples)
	if i < maxExamples {
		d.Examples = slices.Insert(d.Examples, i, e)
		d.Examples = d.Examples[:min(len(d.Examples), maxExamples)]
	}
}

// explanation is that of its messages, or where they differ what is true of all.
func (d *daily) explanation() check.Text {
	if d.Mixed && d.check.Mixed != (check.Text{}) {
		return d.check.Mixed
	}
	return d.Explanation
}

func (d *daily) merge(o *daily) {
	d.Count += o.Count - int64(len(o.Examples))
	d.Mixed = d.Mixed || o.Mixed || d.Explanation != o.Explanation
	// The sentence is that of the earliest example, whichever worker saw it.
	if compareExamples(o.Examples[0], d.Examples[0]) < 0 {
		d.Explanation, d.WABA = o.Explanation, o.WABA
	}
	for _, e := range o.Examples {
		d.add(e)
	}
}

// hit keeps what a check found at a message.
func (j *judge) hit(c *check.Check, at *check.MessageView, hit check.Hit) {
	if !c.Daily {
		d := newDraft(c, at, hit)
		j.texts.shareAmong(&d.Finding)
		switch {
		case j.a.accepts(&d.Finding.Finding):
			j.ignore(c, at, d)
		case hit.Gather:
			j.gather(d)
		default:
			j.keep(d)
		}
		return
	}
	m := at.Message
	key := dailyKey{c.ID, strings.Clone(at.Pair.Number), at.Pair.Facts.Calendar.Day(m.Instant()), hit.Severity}
	j.day(key, c, strings.Clone(at.Pair.Account.ID), hit, example{At: m.Instant(), ID: strings.Clone(m.ID), Places: evidence(at, hit)})
}

// day adds what a check found at a message to what it finds on that day.
func (j *judge) day(key dailyKey, c *check.Check, waba string, hit check.Hit, e example) {
	d := j.daily[key]
	if d == nil {
		d = &daily{check: c, WABA: waba, Explanation: hit.Explanation}
		j.daily[key] = d
	} else {
		d.Mixed = d.Mixed || d.Explanation != hit.Explanation
		if compareExamples(e, d.Examples[0]) < 0 {
			d.Explanation, d.WABA = hit.Explanation, waba
		}
	}
	d.add(e)
}

// gather keeps a finding that may be of several messages of the pair at hand.
func (j *judge) gather(d *draft) {
	at, found := j.gathered[d.ID]
	if !found {
		j.gathered[d.ID] = len(j.findings)
		j.findings = append(j.findings, d)
		return
	}
	first := j.findings[at]
	first.Count = max(first.Count, 1) + 1
	for _, p := range d.Places {
		if !slices.Contains(first.Places, p) {
			first.Places = append(first.Places, p)
		}
	}
	if first.Verdict == result.Uncertain {
		first.Verdict, first.Severity, first.Explanation, first.Expected = d.Verdict, d.Severity, d.Explanation, d.Expected
	}
	if d.Amount != nil {
		first.Money.Add(d.Money)
		first.setAmount()
	}
}

// newDraft makes the finding of one message. Everything is copied, since the
// message lives only as long as its pair is looked at.
func newDraft(c *check.Check, at *check.MessageView, hit check.Hit) *draft {
	m, p := at.Message, at.Pair
	subject := hit.Subject
	if subject == nil {
		subject = []string{m.ID, m.Participant}
	}
	ruled, doubt := at.Verdict, at.Doubt
	if hit.Verdict != "" {
		ruled, doubt = hit.Verdict, hit.Doubt
	}
	f := result.Finding{
		ID: result.FindingID(c.ID, p.Number, subject...), Check: c.ID, Name: c.Name,
		Severity: cmp.Or(hit.Severity, c.Severity), Verdict: ruled,
		WABA: strings.Clone(cmp.Or(p.Account.ID, m.WABA)), Number: strings.Clone(p.Number), User: strings.Clone(p.User), UserID: strings.Clone(p.UserID),
		Group: strings.Clone(p.Group), Participant: strings.Clone(m.Participant), Message: strings.Clone(m.ID),
		Conversation: strings.Clone(m.Reported.Conversation), ChargedAt: result.Instant(m.Instant()),
		Era: at.Era.Name, Category: strings.Clone(at.Category.String()), Template: strings.Clone(m.Name),
		Reported: reported(at.Judgement), Expected: expected(at.Judgement, ruled, doubt), Window: windowOf(p, at.Window),
		Explanation: hit.Explanation.String(), Rule: ruleOf(at, c),
	}
	if f.Verdict == result.Uncertain && f.Severity == result.Error {
		f.Severity = result.Warning
	}
	d := &draft{Finding: Finding{Finding: f, Places: evidence(at, hit)}}
	d.takeMoney(c, at)
	return d
}

// takeMoney gives the finding the money of its message, or its part of it, if
// the check is the one that tells it.
func (d *draft) takeMoney(c *check.Check, at *check.MessageView) {
	w := at.Worth
	if w.Basis == "" {
		return
	}
	money, ok := at.MoneyOf(c)
	if !ok {
		return
	}
	d.Currency, d.Money, d.Basis, d.Side = strings.Clone(w.Currency), money, w.Basis, sideOf(w)
	figure := w.Said
	if d.Side == sideUnder || figure == nil {
		figure = w.Due
	}
	if w.Basis == price.RateCard {
		d.Note, d.Estimate = figure.Note(), w.Estimated()
	}
	if scope, ok := price.TierScopeOf(at.Pair.Account, price.Month(at.Pair, at.Judgement), w.Unit, figure); ok && w.Basis == price.RateCard {
		d.Scope = scope
	}
	d.setAmount()
}

// setAmount writes the money.
func (d *draft) setAmount() {
	d.Amount = d.Money.Write(d.Currency, string(d.Basis), d.Note)
	d.Amount.Estimate = d.Estimate
}

func reported(j *verdict.Judgement) *result.Reported {
	r := &j.Message.Reported
	out := &result.Reported{
		PricingModel: strings.Clone(r.Model), Type: strings.Clone(r.Type), Category: strings.Clone(r.CategoryWord),
		ConversationID: strings.Clone(r.Conversation), Currency: strings.Clone(r.Currency),
	}
	switch j.Charging {
	case verdict.Charged:
		out.Charged = new(true)
	case verdict.Free:
		out.Charged = new(false)
	case verdict.Opened:
		out.Charged = openedCharge(j)
	}
	if r.Billable != event.Absent {
		out.Billable = new(r.Billable == event.True)
	}
	if r.HasAmount {
		out.Amount = r.Amount.String()
	}
	return out
}

// openedCharge says of an opened conversation whether it was charged: yes where
// a charge was due; else an allowance may have paid for it.
func openedCharge(j *verdict.Judgement) *bool {
	if j.Outcome == outcome.Charge || j.Verdict == result.Overcharge {
		return new(true)
	}
	return nil
}

// expected says what should have become of a message, and why a verdict on it is
// uncertain.
func expected(j *verdict.Judgement, v result.Verdict, doubt reading.Reason) *result.Expected {
	e := &result.Expected{Outcome: j.Outcome.String(), Reason: reason(j), Category: strings.Clone(j.DueCategory()), Candidates: []string{}}
	if j.Outcome == outcome.Uncertain {
		e.Candidates = j.Final.Strings()
	}
	if v == result.Uncertain && doubt != j.Why {
		e.Why = doubt.String()
	}
	return e
}

// reason says why the outcome is what it is.
func reason(j *verdict.Judgement) string {
	switch {
	case j.Outcome == outcome.Uncertain:
		return j.Why.String()
	case j.Outcome == outcome.Charge && j.Era.Conversational():
		return "conversation_opened"
	case j.Outcome == outcome.Charge:
		return "per_message"
	}
	return j.Code.Detail()
}

func windowOf(p *verdict.JudgedPair, w era.Window) *result.Window {
	if w.Kind == era.NoWindow {
		return nil
	}
	out := &result.Window{Kind: w.Kind.String(), OpenedAt: result.Stamp(w.Start), ExpiresAt: result.Stamp(w.End)}
	switch {
	case w.ByEvent >= 0:
		out.OpenedBy = strings.Clone(p.Events.At(int(w.ByEvent)).Message)
	case w.ByMessage != window.NoMessage:
		out.OpenedBy = strings.Clone(p.Decisions[w.ByMessage].Message.ID)
	}
	return out
}

// evidence lists the places that show a finding: the message's own events and
// those of what opened the window.
func evidence(c *check.MessageView, hit check.Hit) []Evidence {
	var places []Evidence
	add := func(i int32, what string) {
		e := c.Pair.Events.At(int(i))
		places = append(places, Evidence{e.Place, what, e.Time})
	}
	if i := c.Window.ByEvent; i >= 0 {
		add(i, openerName(c.Pair.Events.At(int(i))))
	}
	if by := c.Window.ByMessage; by != window.NoMessage && int(by) != c.Index {
		for _, i := range c.Pair.Decisions[by].Message.Events {
			add(i, "opening message, "+c.Pair.Events.At(int(i)).Kind.String())
		}
	}
	for _, i := range c.Message.Events {
		add(i, statusName(c.Pair.Events.At(int(i))))
	}
	for _, i := range hit.Evidence {
		add(i, statusName(c.Pair.Events.At(int(i))))
	}
	return places
}

func openerName(e *event.Event) string {
	switch {
	case e.Kind == event.Call, e.Kind == event.AcceptedCall:
		return "call"
	case e.Referral != "":
		return "user message through a free entry point"
	}
	return "user message"
}

func statusName(e *event.Event) string {
	switch e.Kind {
	case event.Request:
		return "send request"
	case event.Charge:
		if !e.HasAmount {
			return "statement of pricing"
		}
		return "bill line"
	case event.Echo:
		return "app message"
	}
	return e.Kind.String() + " status"
}
