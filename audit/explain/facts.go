package explain

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"waudit/audit"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/template"
	"waudit/audit/window"
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
	switch bill := r.Bill(); {
	case bill.Lines > 1 && bill.Amount.IsZero() && bill.Charges > 0:
		return "the bill charged it and credited it again, so nothing is left to pay"
	case r.WithFee() && !e.charged:
		return "the price in the log (" + sum(r.Currency, r.Amount) + ") is the provider's own, who takes a fee also where Meta charges nothing"
	}
	return ""
}

// rate is the rate of the charge that is due, else of the reported one.
func (p *pairAnswer) rate(j *audit.Judged) *result.Rated {
	f := cmp.Or(j.Worth.Due, j.Worth.Said)
	if !f.OK() {
		return nil
	}
	return &result.Rated{
		Currency: f.Currency, Amount: money.Of(f.Amount).String(), Market: p.Markets.Name(f.Market), Category: f.Category.String(), Card: f.Card.Name, Note: f.Note(),
	}
}

// lines are the lines of the bill that charge a message.
func (p *pairAnswer) lines(j *audit.Judged) (out []result.BilledLine) {
	for _, i := range j.Message.Events {
		if e := p.x.Events.At(int(i)); e.BillLine() {
			out = append(out, result.BilledLine{
				ID: e.Line, Category: e.Category, Currency: e.Currency, Amount: money.Of(e.Amount).String(),
				Place: p.Evidence(audit.Evidence{Place: e.Place, What: "bill line"}),
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
	if i := slices.IndexFunc(of.Clauses, func(c era.Clause) bool { return c.Number == r.Clause }); i >= 0 {
		return of.Clauses[i].Text
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
	day := j.Valuer.Day(p.x.JudgedPair, j.Judgement)
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
	var last *template.CategoryChange
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

// windowSpan is a window in the making. Times are Unix milliseconds.
type windowSpan struct {
	kind       era.WindowKind
	category   string
	by         string // message
	start, end int64
	restarts   []int64
	assumed    bool
}

// serviceWindows are the customer service windows of a pair: each from the customer's
// first message to 24 hours after the last one of those that came before it closed.
func serviceWindows(x *audit.Examined) (spans []windowSpan) {
	for _, o := range x.Service.Openers {
		if n := len(spans); n > 0 && o.Time < spans[n-1].end {
			last := &spans[n-1]
			if last.assumed == (o.Sure == reading.Maybe) {
				if o.Time > last.start {
					last.restarts = append(last.restarts, o.Time)
				}
				last.end = o.Time + window.ServiceLength
				continue
			}
		}
		spans = append(spans, windowSpan{kind: era.ServiceWindow, by: x.Events.At(o.Index).Message, start: o.Time, end: o.Time + window.ServiceLength, assumed: o.Sure == reading.Maybe})
	}
	return spans
}

// opened returns the window that a message opened or that decided on it; ok is false
// for none, and for customer service windows.
func opened(x *audit.Examined, j *audit.Judged) (s windowSpan, ok bool) {
	w, m := &j.Window, j.Message
	opens := j.Era.Conversational() && m.Arrived && j.Outcome != outcome.Uncertain &&
		(j.Outcome == outcome.Charge || j.Code == outcome.FreeTier || j.Code == outcome.FreeService)
	switch {
	case opens:
		return windowSpan{kind: era.Conversation, category: j.DueCategory(), by: m.ID, start: m.Delivered.Lo, end: m.Delivered.Lo + window.ConversationLength, assumed: !m.Delivered.Exact()}, true
	case w.Kind == era.FreeEntryWindow && w.ByMessage == window.NoMessage:
		return windowSpan{}, false // the statuses tell that one was open, and nothing when it began
	case w.Kind == era.FreeEntryWindow, w.Kind == era.Conversation:
		s = windowSpan{kind: w.Kind, start: w.Start, end: w.End, assumed: j.Outcome == outcome.Uncertain}
		if w.ByMessage != window.NoMessage {
			by := &x.Decisions[w.ByMessage]
			s.by = by.Message.ID
			if w.Kind == era.Conversation {
				s.category = by.Category.String()
			}
		}
		return s, true
	}
	return windowSpan{}, false
}

// addSpan adds a window that is not known yet. What one message is certain of, is.
func addSpan(spans []windowSpan, s windowSpan) []windowSpan {
	for i := range spans {
		if o := &spans[i]; o.kind == s.kind && o.start == s.start && o.by == s.by {
			o.assumed = o.assumed && s.assumed
			o.end = max(o.end, s.end)
			return spans
		}
	}
	return append(spans, s)
}

// windows writes the windows of a pair by time.
func windows(spans []windowSpan) []result.ExplainedWindow {
	slices.SortStableFunc(spans, func(a, b windowSpan) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.kind, b.kind)) })
	out := make([]result.ExplainedWindow, 0, len(spans))
	for i := range spans {
		s := &spans[i]
		w := result.ExplainedWindow{
			Kind: s.kind.String(), Category: s.category, OpenedBy: s.by, OpenedAt: result.Stamp(s.start), Ends: result.Stamp(s.end), Assumed: s.assumed,
		}
		for _, t := range s.restarts {
			w.Restarts = append(w.Restarts, result.Stamp(t))
		}
		out = append(out, w)
	}
	return out
}

// contacts are what the customer wrote and called.
func contacts(events event.List) (out []result.Contact) {
	for i := range events.Len() {
		e := events.At(i)
		c := result.Contact{At: result.Stamp(e.Time), Message: e.Message, Kind: "message", Type: e.Type, Referral: e.Referral}
		switch e.Kind {
		case event.Inbound:
		case event.Call, event.AcceptedCall:
			c.Kind = e.Kind.String()
		default:
			continue
		}
		out = append(out, c)
	}
	return out
}

// doubts are why a charge is uncertain, and what would settle it, by the reason. They
// stand for themselves: a finding tells more.
var doubts = map[reading.Reason]struct{ why, settles string }{
	reading.ConflictingStatuses: {"its statuses, or those of a message that it depends on, contradict each other", "the provider's own record of the delivery would settle it"},
	reading.PricingOnSentOnly:   {"only its sent status carries a price, which is a forecast", "the log of the delivered statuses, with their pricing, would settle it"},
	reading.CategoryUnknown:     {"the log does not say for certain what kind of message it is", "the template's category (templates in waudit.yaml) would settle it"},
	reading.InboundMissing:      {"the log has nothing of what the customer wrote, so that nobody can tell whether a window was open", "the log of what the customer wrote (inbound webhooks) would settle it"},
	reading.FactUnknown:         {"it depends on facts about the account that waudit.yaml does not say", ""},
	reading.ZoneUnknown:         {"it depends on the account's time zone, which is not known", "the account's time zone in waudit.yaml would settle it"},
	reading.DeliveryTimeUnknown: {"the log does not say when it was delivered", "the log of the delivered statuses would settle it"},
	reading.SentTimeUnknown:     {"the log does not say when it was sent", "the log of the sent statuses would settle it"},
	reading.Edge:                {"it came too close to the end of a window, or to a change, to tell", "only Meta's own record of the exact time would settle it"},
	reading.OpenRule:            {"Meta does not document this case", "only Meta can settle it"},
	reading.FreeTierCount:       {"it is not known how much of the month's free units was left", "the log of the whole month, or free_used in waudit.yaml, would settle it"},
	reading.LogStart:            {"the log does not show what was open before", "the log of the days before would settle it (or complete_from in waudit.yaml, if nothing is missing)"},
	reading.FreeEntryUnproven:   {"the log does not prove that a click of the customer opened a free window", "a status that says free_entry_point, or Meta's record of the click, would settle it"},
	reading.MemberUnknown:       {"the bill's lines do not say for which member of the group they are", "a bill that names the members would settle it"},
	reading.EqualLines:          {"lines of the bill may be one line stated twice", "line ids on the bill would settle it"},
	reading.PricesDiffer:        {"most prices of the account differ from its card in the same way", "the card of what the provider charges, as the account's rates, would settle it"},
	reading.ChangeUnseen:        {"the template has been charged so ever since, and Meta may have changed its category without a notice in the log", "the template's category in WhatsApp Manager would settle it (templates or complete_from in waudit.yaml)"},
	reading.LogDamaged:          {"a file of the log is damaged", "the log in a whole copy would settle it"},
}

// doubtful says what an uncertain message may be, where no finding tells it.
func doubtful(j *audit.Judged, doubt reading.Reason) string {
	if doubt == reading.Certain {
		doubt = j.Why
	}
	text := doubts[doubt].why
	if j.Outcome == outcome.Undelivered && text == "" {
		return "the log shows no delivery"
	}
	return text
}

// settles says what would settle an uncertain charge.
func settles(why reading.Reason, unset reading.Facts) string {
	if keys := unset.Keys(); why == reading.FactUnknown && len(keys) > 0 {
		return "setting " + check.List(keys, "and") + " of the account in waudit.yaml would settle it"
	}
	return doubts[why].settles
}

// zoneClock writes instants for a person, in the zone of an account.
type zoneClock struct{ zone *time.Location }

func (c zoneClock) in(ms int64) time.Time { return time.UnixMilli(ms).In(c.zone) }

// day writes "5 August 2025".
func (c zoneClock) day(ms int64) string { return c.in(ms).Format("2 January 2006") }

// at writes "14:05 on 5 August 2025", and says so where that is UTC.
func (c zoneClock) at(ms int64) string {
	if c.zone == time.UTC {
		return c.in(ms).Format("15:04 UTC on 2 January 2006")
	}
	return c.in(ms).Format("15:04 on 2 January 2006")
}

// written are the instants and the days in explanations of findings.
var written = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ`)

// local writes the instants of a text in the zone of the account.
func (c zoneClock) local(text string) string {
	return written.ReplaceAllStringFunc(text, func(s string) string {
		t, err := time.Parse("2006-01-02 15:04:05Z", s)
		if err != nil {
			return s
		}
		return c.at(t.UnixMilli())
	})
}

// lasting writes a length of time, in milliseconds: "45 seconds", "3 minutes",
// "25 h 10 min", "3 days 4 h".
func lasting(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	hours, minutes := int64(d/time.Hour), int64(d%time.Hour/time.Minute)
	switch {
	case d < time.Minute:
		return check.Counted(int64(d/time.Second), "second")
	case d < time.Hour:
		return check.Counted(minutes, "minute")
	case d < 72*time.Hour && minutes == 0:
		return check.Counted(hours, "hour")
	case d < 72*time.Hour:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	case hours%24 == 0:
		return check.Counted(hours/24, "day")
	}
	return fmt.Sprintf("%d days %d h", hours/24, hours%24)
}

// grouped writes a large number: "100,000".
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// inWords writes a small number at the beginning of a sentence.
func inWords(n int) string {
	if words := [...]string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"}; n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// sum writes an amount of money.
func sum(currency string, a money.Amount) string {
	return strings.TrimLeft(currency+" "+a.String(), " ")
}

// sentence begins with a capital and ends with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// spaced writes a category as words.
func spaced(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "_initiated", "-initiated"), "_", " ")
}
