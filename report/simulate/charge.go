package simulate

import (
	"fmt"
	"time"

	"waudit/audit/rate"
)

// charge is a message, or the conversation that it opened, which the bill
// charges or should charge. Keys are short: there is one for each line.
type charge struct {
	At       int64  `json:"t"` // charge instant
	Pair     int    `json:"p"`
	Index    int    `json:"i"` // of the message in its pair
	Number   int    `json:"n"` // index of the business number
	Customer string `json:"u"`
	Country  string `json:"c"`
	Message  string `json:"m"`

	Billed string `json:"b,omitempty"` // category in which the log says it is charged; "": it does not
	Due    string `json:"d,omitempty"` // category in which it is due; "": it costs nothing

	Conversation bool   `json:"o,omitempty"` // charged by the conversation
	Check        string `json:"k,omitempty"` // finds the error that the log tells
	Twice        bool   `json:"w,omitempty"` // on two lines of the bill
	Unseen       bool   `json:"x,omitempty"` // the log tells nothing of the charge: only the bill does
	Calm         bool   `json:"s,omitempty"` // an error of the bill can be told for certain
}

// chargeOf returns what the statement charges for the i-th message of the pair,
// and what is due; false if neither is.
func (p *pair) chargeOf(i int, b *bill, st *statement) (charge, bool) {
	m := &p.out[i]
	d := &b.decision
	if b.outcome == undelivered {
		d = &b.foreseen
	}
	c := charge{
		At: max(m.delivered, m.failed), Pair: p.index, Index: i, Number: p.number.index, Customer: p.user, Country: p.country.iso,
		Message: p.wamid(idOutbound, m.ordinal), Conversation: d.era < perMessage,
	}
	if m.member != "" {
		c.Customer = m.member
	}
	if b.outcome == due && (d.opens || !c.Conversation) {
		c.Due = d.asked()
	}
	switch {
	case st.lines > 0 && c.Due == "":
		c.Billed, c.Unseen = d.asked(), true
	case b.outcome == undelivered:
	case c.Conversation:
		c.Billed = p.opened(i, &c, st)
	case st.model == modelConversation:
		c.Billed = c.Due // covered by a conversation from before, or due and told in the wrong model
	case st.kind == typeRegular:
		c.Billed = st.category
	}
	c.Twice = st.lines > 1 && c.Billed != ""
	return c, c.Billed != "" || c.Due != ""
}

// asked is the category in which a decision is charged if it is.
func (d *decision) asked() string {
	if d.era < perMessage && d.conv != nil {
		return d.conv.kind
	}
	return d.category
}

// opened is the category of the conversation that the statement says was opened
// by the message and charged: its own, or one that should not exist.
func (p *pair) opened(i int, c *charge, st *statement) string {
	rival := st.conversation != "" && st.conversation == p.conversationID(idWrong, p.out[i].ordinal)
	if st.billable && (rival || c.Due != "") {
		return st.category
	}
	return ""
}

// dayOf is the calendar day of an instant in the account's zone.
func (a *account) dayOf(at int64) rate.Day {
	return rate.DayOf(time.Unix(at, 0).In(a.cal.zone).Date())
}

// unit is what a charge is for.
func (c *charge) unit() rate.Unit {
	if c.Conversation {
		return rate.PerConversation
	}
	return rate.PerMessage
}

// String names the charge in errors.
func (c *charge) String() string {
	return fmt.Sprintf("message %s to %s at %s", c.Message, c.Country, flatTime(c.At))
}
