package simulate

import (
	"cmp"
	"slices"
)

// outcome is what a message costs.
type outcome uint8

const (
	undelivered outcome = iota
	due                 // charged
	free                // by itself
	covered             // rides on an open conversation
)

// conversation is an interval that one message opened and later ones ride on:
// a conversation of the conversation eras, or a free entry window of any.
type conversation struct {
	kind       string // origin type: a category, *_initiated or referral_conversion
	opener     int    // ordinal of the message that opened it
	start, end int64  // half-open
	planned    int64  // the end as it was when it opened: free entry ends others
	untold     bool   // no status tells that it is there
}

func newConversation(opener *message, kind string, start, length int64) *conversation {
	return &conversation{kind: kind, opener: opener.ordinal, start: start, end: start + length, planned: start + length}
}

func (c *conversation) isOpen(at int64) bool { return c.start <= at && at < c.end }

// decision is what one message costs and why.
type decision struct {
	outcome  outcome
	era      era
	at       int64  // the charge instant
	category string // in which the message is billed by itself

	conv  *conversation // that it opens or rides on, nil for none
	opens bool

	// tiered marks what is due only once the free units of the month are
	// spent. It is due until tiers.settle says that a unit was left.
	tiered   bool
	reaction bool
}

// bill is what became of one message.
type bill struct {
	decision
	// foreseen is what the status sent could tell: the decision as it looked
	// when the message was sent. It differs only where delivery was late or
	// never came.
	foreseen decision
	// clean says that nobody who has only the log can doubt the decision, nor
	// the state of the pair that it rests on.
	clean bool
}

// biller holds what is open between one pair while its timeline is billed.
type biller struct {
	cal      *calendar
	windows  windows
	convs    []*conversation // by opening; ended ones stay
	clicks   []inbound       // not answered yet
	reactHot []int64         // when the user reacted
}

// turningPoint is a point of the timeline at which the state can change.
type turningPoint struct {
	at    int64
	order int8 // among moments of one second
	index int  // of the inbound or the message
}

const (
	onInbound int8 = iota
	onSending
	onDelivery
)

// billPair bills the messages of one pair, in the order of their delivery. A
// bill is where its message is in p.out.
func billPair(p *pair) []bill {
	b := &biller{cal: p.number.account.cal, windows: windowsOf(p)}
	bills := make([]bill, len(p.out))
	doubt, last := false, int64(0)
	seen := int64(-1) // the second of the last delivery
	for _, e := range moments(p) {
		// After so long a silence everything has ended, whatever it was.
		if e.at-last > 8*day {
			doubt = false
		}
		last = e.at
		if e.order == onInbound {
			b.hear(p.inbound[e.index])
			continue
		}
		m := &p.out[e.index]
		if e.order == onSending {
			bills[e.index].foreseen = b.decide(m, m.sent)
			doubt = doubt || m.fate == neverArrives
			continue
		}
		d := b.decide(m, m.delivered)
		doubt = doubt || m.delivered == seen || b.doubtful(m, &d)
		seen = m.delivered
		b.commit(m, &d)
		bills[e.index].decision, bills[e.index].clean = d, !doubt
		if m.prompt() {
			bills[e.index].foreseen = d
		}
	}
	return bills
}

// moments lists what happens between a pair in its order.
func moments(p *pair) []turningPoint {
	list := make([]turningPoint, 0, len(p.inbound)+2*len(p.out))
	for i := range p.inbound {
		list = append(list, turningPoint{p.inbound[i].at, onInbound, i})
	}
	for i := range p.out {
		list = append(list, turningPoint{p.out[i].sent, onSending, i})
		if p.out[i].delivered != 0 {
			list = append(list, turningPoint{p.out[i].delivered, onDelivery, i})
		}
	}
	slices.SortFunc(list, func(a, b turningPoint) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.order, b.order), cmp.Compare(a.index, b.index))
	})
	return list
}

func (b *biller) hear(in inbound) {
	switch {
	case in.kind == reacted:
		b.reactHot = append(b.reactHot, in.at)
	case in.referral != "":
		b.clicks = append(b.clicks, in)
	}
}

// decide bills a message as if it were delivered at an instant. It changes
// nothing: commit does.
func (b *biller) decide(m *message, at int64) decision {
	d := decision{
		outcome: due, era: b.cal.era(at), at: at,
		category: m.billedAs(), reaction: m.kind == "reaction",
	}
	if m.abroad && at >= b.cal.abroad {
		d.category = authInternational
	}
	switch d.era {
	case oneConversation:
		b.inOneConversation(m, &d)
	case perCategory:
		b.inCategories(m, &d)
	default:
		b.byMessage(m, &d)
	}
	if d.opens && d.conv.kind == referralConversion {
		in, _ := b.click(m)
		d.conv.untold = in.untold
	}
	return d
}

// inOneConversation is clause 3.1.
func (b *biller) inOneConversation(m *message, d *decision) {
	if c := b.latest(d.at, anyKind); c != nil {
		d.ride(c)
		return
	}
	if b.answersClick(m) {
		length := int64(freeEntry24)
		if d.at >= b.cal.longFreeEntry {
			length = freeEntry72
		}
		d.open(m, referralConversion, length)
		d.outcome = free
		return
	}
	kind := businessInitiated
	if b.windows.open(m.sent) {
		kind = userInitiated
	}
	d.open(m, kind, conversation24)
	d.tiered = kind == userInitiated || d.at < b.cal.userTier
}

// inCategories is clause 3.2.
func (b *biller) inCategories(m *message, d *decision) {
	if c := b.latest(d.at, ofKind(referralConversion)); c != nil {
		d.ride(c)
		return
	}
	if b.answersClick(m) {
		d.open(m, referralConversion, freeEntry72)
		d.outcome = free
		return
	}
	// What a business-initiated conversation covers beyond 2023-06-01 is not
	// documented. Here: everything, as it did when it was paid for.
	if c := b.latest(d.at, ofKind(businessInitiated)); c != nil {
		d.ride(c)
		return
	}
	if m.template != nil {
		if c := b.latest(d.at, ofKind(d.category)); c != nil {
			d.ride(c)
			return
		}
		d.open(m, d.category, conversation24)
		return
	}
	c := b.latest(d.at, isService)
	if c == nil {
		c = b.latest(d.at, anyKind)
	}
	if c != nil {
		d.ride(c)
		return
	}
	d.open(m, service, conversation24)
	if d.at >= b.cal.serviceFree {
		d.outcome = free
		return
	}
	d.tiered = true
}

// byMessage is clauses 4.1 and 4.2.
func (b *biller) byMessage(m *message, d *decision) {
	if c := b.latest(d.at, ofKind(referralConversion)); c != nil {
		d.conv, d.outcome = c, free
		return
	}
	if b.answersClick(m) {
		// The window runs from the answer, not from its delivery.
		d.conv = newConversation(m, referralConversion, m.sent, freeEntry72)
		d.opens, d.outcome = true, free
		return
	}
	switch {
	case m.template == nil && d.era == servicePriced && !d.reaction:
		d.tiered = true
	case m.template == nil:
		d.outcome = free
	case m.category == utility && d.era == perMessage:
		// A conversation from before the change still covers it (4.1.4).
		if c := b.latest(d.at, ofKind(utility)); c != nil {
			d.ride(c)
			return
		}
		// Where the window closes between sending and delivery, Meta's pages
		// disagree; here the delivery decides.
		if b.windows.open(d.at) {
			d.outcome = free
		}
	}
}

// ride makes the message part of an open conversation.
func (d *decision) ride(c *conversation) { d.conv, d.outcome = c, covered }

// open makes the message open a conversation at its charge instant.
func (d *decision) open(m *message, kind string, length int64) {
	d.conv = newConversation(m, kind, d.at, length)
	d.opens = true
}

// commit makes what the message opened, and the click that it answered, part
// of the state.
func (b *biller) commit(m *message, d *decision) {
	// The first delivered message sent after a click uses it up, whatever
	// clause the message falls under.
	b.clicks = slices.DeleteFunc(b.clicks, func(in inbound) bool { return in.at <= m.sent })
	if !d.opens {
		return
	}
	if d.era == perCategory && d.conv.kind == referralConversion {
		for _, c := range b.convs {
			c.end = min(c.end, d.at)
		}
	}
	b.convs = append(b.convs, d.conv)
}

// click returns the click that the message would answer in time.
func (b *biller) click(m *message) (inbound, bool) {
	for _, in := range slices.Backward(b.clicks) {
		if in.at <= m.sent {
			return in, m.sent < in.at+answerWithin
		}
	}
	return inbound{}, false
}

func (b *biller) answersClick(m *message) bool {
	in, inTime := b.click(m)
	return inTime && in.qualifies
}

// latest returns the conversation opened last of those open at an instant.
func (b *biller) latest(at int64, match func(kind string) bool) *conversation {
	return b.recent(at, func(c *conversation) bool { return c.isOpen(at) && match(c.kind) })
}

// recent returns the conversation opened last of those that match; nil if none of
// those does that could matter at an instant.
func (b *biller) recent(at int64, match func(*conversation) bool) *conversation {
	for _, c := range slices.Backward(b.convs) {
		if match(c) {
			return c
		}
		if at-c.start > 8*day {
			break
		}
	}
	return nil
}

func anyKind(string) bool { return true }

func ofKind(want string) func(string) bool {
	return func(kind string) bool { return kind == want }
}

// isService also takes the user-initiated conversations that were open at
// 2023-06-01: they went on as service.
func isService(kind string) bool { return kind == service || kind == userInitiated }
