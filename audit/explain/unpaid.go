package explain

import (
	"fmt"
	"strings"

	"waudit/audit"
	"waudit/audit/channel"
	"waudit/audit/check"
	"waudit/audit/message"
	"waudit/audit/replay"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// The rulings on messages of channels on which nothing is charged.
const (
	allowed        Ruling = "allowed"
	notAllowed     Ruling = "not_allowed"
	perhapsAllowed Ruling = "perhaps_allowed"
	unseen         Ruling = "unseen" // the log does not show enough
)

// tellUnpaid goes through a pair of such a channel.
func (p *pairAnswer) tellUnpaid(q Query) {
	x, c := p.x, p.x.Unpaid
	p.out = result.Explained{
		Channel: c.Channel.String(), WABA: x.Account.ID, Account: x.Account.Name, Number: x.Number, UserID: x.UserID,
		Contacts: contacts(x.Events),
	}
	if x.Facts.Calendar.ZoneKnown() {
		p.out.Zone = x.Facts.Calendar.Zone().String()
	}
	for i := range c.Messages {
		r := c.Judge(&c.Messages[i])
		j := &audit.Judged{Judgement: &verdict.Judgement{Decision: &replay.Decision{Message: &message.Message{ID: r.ID, Events: r.Events}}}}
		m := p.unpaid(&r)
		m.Judged = x.Covers(r.Sent)
		m.Asked = m.Judged && q.Message(x, j)
		if m.Asked {
			p.asked = append(p.asked, &ruled{ruling: Ruling(m.Ruling), at: r.Sent, why: reason{text: m.Why}})
		}
		p.out.Messages = append(p.out.Messages, m)
	}
	p.out.Windows = messagingWindows(c)
	p.out.Answer = p.unpaidAnswer(&q)
}

// unpaid makes what is said of a message.
func (p *pairAnswer) unpaid(r *channel.Judgement) result.ExplainedMessage {
	ruling, why := p.ofUnpaid(r)
	rule := channel.RuleOf(r.Clause())
	m := result.ExplainedMessage{
		Ruling: string(ruling), Why: why, Type: r.Type, Template: r.Template, Category: r.As, Language: r.Language,
		ReadAt: result.Instant(r.Read), FailedAt: result.Instant(r.Failed), Error: r.Error,
		Rule: result.Rule{Clause: rule.Clause, Source: rule.Source}, RuleText: rule.Text,
		Decision: result.Decision{
			Message: r.ID, WABA: p.x.Account.ID, Number: p.x.Number, UserID: p.x.UserID, SentAt: result.Instant(r.Sent), DeliveredAt: result.Instant(r.Delivered),
			Outcome: "free", Verdict: result.OK,
		},
	}
	if o := r.Opening; o != nil {
		m.Decision.Window = &result.Window{
			Kind: messagingWindow, OpenedBy: p.x.Events.At(o.Index).Message, OpenedAt: result.Stamp(o.Time), ExpiresAt: result.Stamp(o.Time + max(o.Sure, o.May)),
		}
	}
	return m
}

// ofUnpaid says whether a message was allowed, and why.
func (p *pairAnswer) ofUnpaid(r *channel.Judgement) (Ruling, string) {
	switch r.Standing {
	case channel.Inside:
		return allowed, "Sent inside the messaging window, which was open from " + p.at(r.Opening.Time) + " to " + p.at(r.Opening.Time+channel.StandardLength) + "."
	case channel.Allowed:
		switch r.Why {
		case channel.ByPerson:
			return allowed, "Written by a person in Meta's own inbox."
		case channel.ByTag:
			return allowed, "Sent outside the messaging window with the tag " + strings.ToUpper(r.As) + ", which allows it."
		}
		return allowed, "Sent outside the messaging window as a " + spaced(r.As) + ", which is allowed."
	case channel.Outside, channel.Misused:
		ruling := perhapsAllowed
		if r.IsSure() {
			ruling = notAllowed
		}
		why := check.JudgementText(r).String()
		if r.Latest != nil {
			why = "The customer's latest message or the like was " + lasting(r.Sent-r.Latest.Time) + " before (" + p.at(r.Latest.Time) + "). " + why
		}
		return ruling, why
	}
	return unseen, "The log does not show enough of what the customer did before it to tell."
}

// unpaidAnswer says in a few sentences whether what was sent was allowed, what was not
// allowed first.
func (p *pairAnswer) unpaidAnswer(q *Query) []string {
	on := " on " + channelName(p.x.Unpaid)
	if len(p.asked) == 0 {
		if q.Contact != nil {
			return []string{"This is something that the customer wrote or did" + on + ", where no message costs anything."}
		}
		return []string{fmt.Sprintf("In this time the business sent no message to this customer%s, who wrote or the like %s. No message costs anything there.", on, check.Times(len(p.out.Contacts)))}
	}
	var parts []string
	var first *ruled // of those that are worst
	for _, of := range unpaidWords {
		n := 0
		for _, e := range p.asked {
			if e.ruling != of.ruling {
				continue
			}
			if n++; first == nil {
				first = e
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprint(n, " ", of.words))
		}
	}
	if len(p.asked) == 1 {
		return []string{fmt.Sprintf("The message to this customer%s (%s) is %s, and costs nothing.", on, p.at(first.at), parts[0][len("1 "):]), first.why.text}
	}
	out := []string{fmt.Sprintf("%s to this customer%s, which cost nothing: %s.", check.Counted(int64(len(p.asked)), "message"), on, check.List(parts, "and"))}
	if first.ruling != allowed {
		out = append(out, "Of these the first ("+p.at(first.at)+"): "+following(first.why.text))
	}
	return out
}

// unpaidWords are the rulings in words, the worst first.
var unpaidWords = [...]struct {
	ruling Ruling
	words  string
}{{notAllowed, "not allowed"}, {perhapsAllowed, "not certain to be allowed"}, {unseen, "not to be judged by this log"}, {allowed, "allowed"}}

// channelName is a channel's name as people write it.
func channelName(c *channel.Conversation) string {
	name := c.Channel.String()
	return strings.ToUpper(name[:1]) + name[1:]
}

// messagingWindow is the kind of the windows of these channels.
const messagingWindow = "messaging"

// messagingWindows are the windows that acts of the user opened, or may have opened.
func messagingWindows(c *channel.Conversation) (out []result.ExplainedWindow) {
	sure := -1 // the last that is certain
	end := int64(0)
	add := func(o *channel.Opening, from, to int64, assumed bool) {
		out = append(out, result.ExplainedWindow{
			Kind: messagingWindow, OpenedBy: c.Events.At(o.Index).Message, OpenedAt: result.Stamp(from), Ends: result.Stamp(to), Assumed: assumed,
		})
	}
	for i := range c.Openings {
		o := &c.Openings[i]
		switch {
		case o.Sure == 0:
			add(o, o.Time, o.Time+o.May, true)
			continue
		case sure >= 0 && o.Time < end:
			out[sure].Restarts = append(out[sure].Restarts, result.Stamp(o.Time))
			out[sure].Ends = result.Stamp(o.Time + o.Sure)
		default:
			sure = len(out)
			add(o, o.Time, o.Time+o.Sure, false)
		}
		if end = o.Time + o.Sure; o.May > o.Sure {
			add(o, o.Time, o.Time+o.May, true)
		}
	}
	return out
}
