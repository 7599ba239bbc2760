package report

import (
	"cmp"
	"strings"
	"time"

	"waudit/audit/result"
	"waudit/report/page"
	"waudit/report/timeline"
)

// explained is what a person reads of an explanation, the same in every form.
type explained struct {
	Answer    []string
	Asked     string
	Customers []customerView
	Log       string
	Problems  []string
}

// customerView is a customer as a person reads of it.
type customerView struct {
	Heading  string
	Facts    []string
	Earlier  int // rows of the timeline that are left out before
	Timeline *timeline.Timeline
	Section  string // title of Charges
	Charges  []chargeView
	Free     int // messages that cost nothing and are not listed
}

// chargeView is a message with what became of it.
type chargeView struct {
	When    string
	What    string
	Ruling  string
	Class   timeline.ChargeRuling // "" if nothing is charged
	Details []string              // charged and due, why, the rule, where to look
	Source  string                // link to the rule
}

// mostRows is how many rows of a timeline a person is shown.
const mostRows = 80

// viewOf makes what a person reads.
func viewOf(e *result.Explanation) *explained {
	v := &explained{Log: logDays(&e.Log), Problems: e.Incomplete}
	for _, s := range e.Answer {
		v.Answer = append(v.Answer, page.Clean(s))
	}
	v.Asked = page.Clean(e.Asked.By + " " + e.Asked.Value)
	for i := range e.Customers {
		v.Customers = append(v.Customers, customerOf(&e.Customers[i]))
	}
	return v
}

// logDays says what the log has.
func logDays(l *result.LogExtent) string {
	if l.From == nil || l.To == nil {
		return "nothing"
	}
	return utc.between(l.From, l.To, "")
}

// zoneOf is the zone that times are written in.
func zoneOf(c *result.Explained) *time.Location {
	if c.Zone == "" {
		return time.UTC
	}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

func customerOf(c *result.Explained) customerView {
	v := customerView{Heading: who(c), Section: "Charges"}
	add := func(text string) { v.Facts = append(v.Facts, phrase(text)) }
	if c.Channel != "" {
		add("channel " + page.Clean(c.Channel))
		v.Section = "Messages"
	}
	account := "account " + page.Clean(c.WABA)
	if c.Account != "" {
		account = page.Clean(c.Account) + " (account " + page.Clean(c.WABA) + ")"
	}
	add(account)
	add("number " + page.Clean(c.Number))
	if c.Market != "" {
		add("market " + page.Clean(c.Market))
	}
	if c.Zone == "" {
		add("time zone not set: times are UTC")
	}
	v.Timeline, v.Earlier = timelineOf(c)
	zone := zoneOf(c)
	for i := range c.Messages {
		m := &c.Messages[i]
		if !m.Asked && !m.Charged || !m.Judged {
			continue
		}
		if !m.Asked && asksForOne(c) {
			continue
		}
		if m.Ruling == "free" && !asksForOne(c) {
			v.Free++
			continue
		}
		v.Charges = append(v.Charges, chargeOf(m, zone))
	}
	return v
}

// asksForOne reports whether few of the messages are what is asked for.
func asksForOne(c *result.Explained) bool {
	for i := range c.Messages {
		if c.Messages[i].Judged && !c.Messages[i].Asked {
			return true
		}
	}
	return len(c.Messages) == 1
}

// who names the customer.
func who(c *result.Explained) string {
	switch {
	case c.Group != "":
		return "Group " + page.Clean(c.Group)
	case c.User != "" && c.UserID != "":
		return "Customer " + page.Clean(c.User) + " (" + page.Clean(c.UserID) + ")"
	}
	return "Customer " + page.Clean(cmp.Or(c.User, c.UserID, "unknown"))
}

// moment writes an instant in a zone, with UTC beside it.
func moment(at *string, zone *time.Location) string {
	if at == nil {
		return "at an unknown time"
	}
	t, err := time.Parse(time.RFC3339, *at)
	if err != nil {
		return page.Clean(*at)
	}
	if zone == time.UTC {
		return t.UTC().Format("Mon 2 Jan 2006, 15:04:05") + " UTC"
	}
	there := "15:04:05"
	if t.In(zone).Day() != t.UTC().Day() {
		there = "2 Jan 15:04:05"
	}
	return t.In(zone).Format("Mon 2 Jan 2006, 15:04:05") + " (" + t.UTC().Format(there) + " UTC)"
}

// sentMessage names a message of the business.
func sentMessage(m *result.ExplainedMessage) string {
	category := spaced(m.Category)
	switch {
	case m.Template != "":
		return strings.TrimLeft(category+" template "+page.Clean(m.Template), " ")
	case m.Type == "template":
		return strings.TrimLeft(category+" template", " ")
	case m.Type != "":
		return spaced(m.Type) + " message"
	}
	return strings.TrimLeft(spaced(m.Decision.Category)+" message", " ")
}

// rulings are the rulings in words, with what they look like.
var rulings = map[string]struct {
	words string
	class timeline.ChargeRuling
}{
	"right": {"right", timeline.Right}, "wrong": {"wrong", timeline.Wrong}, "uncertain": {"not certain", timeline.Uncertain},
	"too_little": {"charged too little, or not at all", timeline.Uncertain}, "unknown": {"not known whether it was charged", timeline.Uncertain},
	"free": {"free", ""}, "undelivered": {"not delivered", ""},
	"allowed": {"allowed", timeline.Right}, "not_allowed": {"not allowed", timeline.Wrong},
	"perhaps_allowed": {"not certain that it was allowed", timeline.Uncertain}, "unseen": {"the log does not show enough to tell", ""},
}

func chargeOf(m *result.ExplainedMessage, zone *time.Location) chargeView {
	d := &m.Decision
	at := d.DeliveredAt
	when := "delivered "
	if at == nil {
		at, when = d.SentAt, "sent "
	}
	r := rulings[m.Ruling]
	v := chargeView{When: when + moment(at, zone), What: sentMessage(m), Ruling: r.words, Class: r.class, Source: m.Rule.Source}
	add := func(text string) {
		if text != "" {
			v.Details = append(v.Details, text)
		}
	}
	rule := "Rule " + page.Clean(m.Rule.Clause)
	if m.Rule.Era != "" { // else nothing is charged on its channel
		add(chargedAndDue(m))
		rule += " (" + page.Clean(m.Rule.Era) + ")"
	}
	add(page.Clean(m.Why))
	if m.RuleText != "" {
		rule += ": " + page.Clean(m.RuleText)
	}
	add(rule)
	for _, l := range m.Lines {
		line := "Bill line"
		if l.ID != "" {
			line += " " + page.Clean(l.ID)
		}
		add(line + ": " + cash(l.Currency, l.Amount) + strings.TrimRight(" "+spaced(l.Category), " ") + ", " + place(l.Place.Path, l.Place.Line))
	}
	ids := "Message " + page.Clean(d.Message)
	if d.Reported.ConversationID != "" {
		ids += " · conversation " + page.Clean(d.Reported.ConversationID)
	}
	for _, f := range m.Findings {
		ids += " · finding " + page.Clean(f)
	}
	add(ids)
	return v
}

// chargedAndDue says what is charged, and what should be.
func chargedAndDue(m *result.ExplainedMessage) string {
	d := &m.Decision
	var charged string
	switch {
	case m.Charged:
		charged = "Charged"
		if c := d.Reported.Category; c != "" {
			charged += " as " + spaced(c)
		}
		if m.Amount != nil && !page.IsZero(m.Amount.Reported) {
			charged += ", " + cash(m.Amount.Currency, m.Amount.Reported)
			switch {
			case m.Amount.Estimate:
				charged += " (estimate at Meta's list rates, as the account's currency is not configured)"
			case m.Amount.Basis == "rate_card":
				charged += " (valued by rate card)"
			}
		}
	case d.Reported.Charged != nil:
		charged = "Reported as free"
		if t := d.Reported.Type; t != "" {
			charged += " (" + page.Clean(t) + ")"
		}
	default:
		charged = "No charge reported"
	}
	switch d.Outcome {
	case "charge":
		charged += "; due: " + spaced(d.Category)
		if m.Rate != nil {
			charged += ", " + cash(m.Rate.Currency, m.Rate.Amount) + " (" + page.Clean(m.Rate.Market) + ")"
		}
	case "uncertain":
		charged += "; due: not certain"
		if len(d.Candidates) > 0 {
			charged += " (" + spaced(strings.ReplaceAll(strings.Join(d.Candidates, " or "), ":", " ")) + ")"
		}
	default:
		charged += "; due: nothing"
	}
	return charged + "."
}
