package explain

import (
	"cmp"
	"slices"

	"waudit/audit"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/template"
)

// because says why the ruling is what it is.
func (p *pairAnswer) because(e *ruled, j *audit.Judged, doubt reading.Reason, told *result.Finding) {
	switch e.ruling {
	case Right:
		e.why = p.due(j)
		e.note = cmp.Or(p.rateChange(j), p.volumeTier(j))
		if text := p.categoryChange(j); text != "" {
			e.why = reason{"", text}
		}
	case Wrong:
		first := told != nil && check.Named(told.Check).GoesFirst()
		if j.Outcome != outcome.Charge && j.Outcome != outcome.Uncertain && !j.Extra.Any() && !first {
			e.why = p.costless(j)
		}
	case Uncertain:
		e.settle = settles(doubt, j.Unset)
	case Free, Undelivered:
		e.why = reason{"either", "the log reports it as free, and the rules allow that"}
		if j.Outcome != outcome.Uncertain {
			e.why = p.costless(j)
		}
	case TooLittle, Unknown:
		if j.Outcome == outcome.Charge {
			e.why = p.due(j)
		}
	}
	if e.why.text == "" && told != nil {
		e.why = reason{"", p.local(withoutCharge(told.Explanation))}
	}
	if e.why.text == "" {
		e.why = reason{"doubt " + doubt.String(), doubtful(j, doubt)}
	}
	if text := priceless(e, j); text != "" {
		e.why = reason{"", text + "; " + e.why.text}
	}
}

// priceless says why a message that has a price, or lines of the bill, is not charged,
// "" if it has none.
func priceless(e *ruled, j *audit.Judged) string {
	r := &j.Message.Reported
	switch bill := &r.Bill; {
	case bill.Lines > 1 && bill.Amount.IsZero() && bill.Charges > 0:
		return "the bill charged it and credited it again, so nothing is left to pay"
	case r.WithFee() && !e.charged:
		return "the price in the log (" + sum(r.Currency, r.Amount) + ") is the provider's own, who takes a fee also where Meta charges nothing"
	}
	return ""
}

// rate is the rate of the charge that is due, else of the reported one.
func (p *pairAnswer) rate(j *audit.Judged) *result.Rated {
	f := j.Worth.Due
	if f == nil {
		f = j.Worth.Said
	}
	if !f.OK() {
		return nil
	}
	return &result.Rated{
		Currency: f.Currency, Amount: money.Of(f.Amount).String(), Market: p.Markets.Name(f.Market), Category: f.Category.String(), Card: f.Card.Name, Note: f.Note(),
	}
}

// lines are the lines of the bill that charge a message.
func (p *pairAnswer) lines(j *audit.Judged) []result.BilledLine {
	out := []result.BilledLine{}
	for _, i := range j.Message.Events {
		if e := &p.x.Events[i]; e.BillLine() {
			out = append(out, result.BilledLine{
				ID: e.Line, Category: e.Category, Currency: e.Currency, Amount: money.Of(e.Amount).String(),
				Place: p.Evidence(audit.Place{Place: e.Place, What: "bill line"}),
			})
		}
	}
	return append(out, p.Items[MessageKey{p.x.Number, j.Message.ID, j.Message.Participant}]...)
}

// clauseText is the text of a rule's clause, "" if the era has none of that number.
func clauseText(r *result.Rule) string {
	of := era.Named(r.Era)
	if of == nil {
		return ""
	}
	for _, c := range of.Clauses {
		if c.Number == r.Clause {
			return c.Text
		}
	}
	return ""
}

// rateChange says of a charge in the month after a new rate what it was before, "" if
// there is none.
func (p *pairAnswer) rateChange(j *audit.Judged) string {
	f := j.Worth.Due
	if !f.OK() {
		return ""
	}
	day := j.Valuer.Day(p.x.Pair, j.Judgement)
	now := f.Card.Rate(f.Currency, f.Market, f.Category, j.Worth.Unit, day)
	before := f.Card.Before(f.Currency, f.Market, f.Category, j.Worth.Unit, now.From)
	if now.State != rate.Known || before.State != rate.Known || before.Amount == now.Amount || day > now.From.AddDays(31) {
		return ""
	}
	way := "rose"
	if now.Amount < before.Amount {
		way = "fell"
	}
	from := now.From.Time().Format("2 January 2006")
	return "the " + spaced(f.Category.String()) + " rate for " + p.Markets.Name(f.Market) + " " + way + " from " + sum(f.Currency, money.Of(before.Amount)) +
		" to " + sum(f.Currency, money.Of(now.Amount)) + " on " + from
}

// volumeTier says of a charge in a market where the month's volume tiers were not kept
// what they are, "" for any other.
func (p *pairAnswer) volumeTier(j *audit.Judged) string {
	f := j.Worth.Due
	if !f.OK() || f.Tiers == nil || !slices.ContainsFunc(p.Findings, func(o result.Finding) bool {
		return check.Named(o.Check).Monthly && o.Category == f.Category.String() && o.WABA == p.x.Account.ID
	}) {
		return ""
	}
	next := (*f.Tiers)[1]
	return "after the first " + grouped(next.From-1) + " " + spaced(f.Category.String()) + " messages of a month to " + p.Markets.Name(f.Market) +
		" each further one costs " + sum(f.Currency, money.Of(next.Amount)) + ", and the month's amounts do not follow that; the discount is for the further ones alone"
}

// categoryChange says of a charge after a template's category changed when that was.
func (p *pairAnswer) categoryChange(j *audit.Judged) string {
	m := j.Message
	var last *template.Change
	changes := p.Templates.Changes()
	for i := range changes {
		if c := &changes[i]; c.IsOf(m, p.x.Account.ID) {
			last = c
		}
	}
	if last == nil || last.New.Base() != category.Category(j.Code).Base() || last.Previous == last.New {
		return ""
	}
	text := "Meta changed the category of this template from " + spaced(last.Previous.String()) + " to " + spaced(last.New.String()) + " at " + p.at(last.Time) +
		", and the category at the sending counts"
	if appeal := last.Time + check.AppealTime; p.x.Coverage == nil || m.Sent.Lo < appeal {
		text += "; the change can be appealed until " + p.day(appeal)
	}
	return text
}
