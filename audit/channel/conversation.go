// Package channel judges what businesses send on Messenger and Instagram, where no message
// costs anything: whether it was allowed when it was sent (rules 8).
package channel

import (
	"cmp"
	"slices"
	"sort"

	"waudit/audit/account"
	"waudit/audit/coverage"
	"waudit/audit/event"
)

// Message is a message of the business. Times are Unix milliseconds, 0 where the log has none.
type Message struct {
	ID, Type string
	As       string // what it was sent as, see Sent; "" if only its echo is in the log
	Template string // name, of a utility message
	Language string
	Sent     int64 // when Meta took it; else when it was requested, or the first that is known of it
	// Read, like Delivered, may be the instant of a receipt for all messages up to it.
	Delivered, Read, Failed int64
	Error                   string
	Person                  bool    // a person wrote it in Meta's own inbox
	Events                  []int32 // indexes of its events
}

// Opening is an act of the user that opens the messaging window, or may do so.
type Opening struct {
	Time int64
	// Sure and May are for how long from then the window is open, surely and perhaps, in
	// milliseconds.
	Sure, May int64
	Ad        bool // the first act after a click on an ad: May holds from AdFrom on
	Index     int  // of the event
}

// Conversation is all between an account of a channel and a user.
type Conversation struct {
	Channel   event.Channel
	Account   *account.Account // as the configuration names it, by the id of the number
	Coverage  *coverage.Number
	Tolerance int64 // milliseconds
	Events    event.List
	Openings  []Opening // in time order
	Messages  []Message // in the order in which they were sent
}

// Open begins with the events of a pair, in time order.
func Open(c Conversation) *Conversation {
	c.Channel, _ = event.ChannelOf(c.Coverage.ID)
	at := map[string]int{}
	clicked := false
	for i := range c.Events.Len() {
		e := c.Events.At(i)
		if !e.Kind.Outbound() {
			o := opening(e, clicked)
			if o.Index = i; o.May > 0 {
				c.Openings = append(c.Openings, o)
			}
			clicked = clicked && !o.Ad || e.Type == "referral" && e.Referral == "ad"
			continue
		}
		if e.Message == "" {
			continue // a receipt: it comes when the messages are known
		}
		n, known := at[e.Message]
		if !known {
			n = len(c.Messages)
			at[e.Message] = n
			c.Messages = append(c.Messages, Message{ID: e.Message})
		}
		c.Messages[n].add(e, int32(i))
	}
	slices.SortStableFunc(c.Messages, func(a, b Message) int { return cmp.Compare(a.Sent, b.Sent) })
	for i := range c.Events.Len() {
		if e := c.Events.At(i); e.Kind.Outbound() && e.Message == "" {
			c.receipt(e)
		}
	}
	return &c
}

// opening is what an act of the user opens (rules 8.1); clicked is set if the user clicked
// on an ad before, and has not written since.
func opening(e *event.Event, clicked bool) Opening {
	o := Opening{Time: e.Time, Sure: StandardLength, May: StandardLength}
	switch {
	case e.Kind != event.Inbound:
		o.Sure = 0
		return o
	case e.Type == "referral":
		if e.Referral == "ad" {
			o.Sure = 0 // it is the message after the click that opens the window
		}
		return o
	}
	switch e.Type {
	case "revoke", "edit", "system", "errors":
		return Opening{}
	case "comment":
		o.Sure, o.May = 0, LongLength // one private reply is allowed for so long
		return o
	case "notification_optin", "story_mention":
		o.Sure = 0
		return o
	}
	if o.Ad = clicked || e.Referral == "ad"; o.Ad {
		o.May = LongLength
	}
	return o
}

// add adds what an event says of the message.
func (m *Message) add(e *event.Event, i int32) {
	first := len(m.Events) == 0
	m.Events = append(m.Events, i)
	m.Type, m.As = cmp.Or(m.Type, e.Type), cmp.Or(m.As, e.TemplateCategory)
	m.Template, m.Language = cmp.Or(m.Template, e.Template), cmp.Or(m.Language, e.Language)
	earliest := func(at *int64) {
		if *at == 0 || e.Time < *at {
			*at = e.Time
		}
	}
	switch e.Kind {
	case event.Sent, event.Echo:
		m.Sent, m.Person = e.Time, m.Person || e.Kind == event.Echo
		return
	case event.Delivered:
		earliest(&m.Delivered)
	case event.Read:
		earliest(&m.Read)
	case event.Failed:
		earliest(&m.Failed)
		m.Error = cmp.Or(m.Error, e.Error)
	}
	if first {
		m.Sent = e.Time // until its echo says better
	}
}

// receipt takes a receipt for all messages up to an instant.
func (c *Conversation) receipt(e *event.Event) {
	n := sort.Search(len(c.Messages), func(i int) bool { return c.Messages[i].Sent > e.Time })
	for i := n - 1; i >= 0; i-- {
		at := &c.Messages[i].Delivered
		if e.Kind == event.Read {
			at = &c.Messages[i].Read
		}
		if *at != 0 && *at <= e.Time {
			return // as are all before
		}
		*at = e.Time
	}
}
