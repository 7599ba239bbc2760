package message

import (
	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/reading"
)

// LongestDelivery is how long Meta keeps trying to deliver, in milliseconds: where
// the sending is not in the log, it lies at most this long before the delivery.
const LongestDelivery int64 = 30 * 24 * 3_600_000

// take adds what one event says, apart from its pricing.
func (m *Message) take(e *event.Event) {
	m.ID, m.Group = e.Message, m.Group || e.Group != "" // lines of bills name no group
	if namesMember(e) {
		setFirst(&m.Participant, e.Participant)
	}
	setFirst(&m.WABA, e.WABA)
	setFirst(&m.Type, e.Type)
	setFirst(&m.Name, e.Template)
	setFirst(&m.Language, e.Language)
	if c := category.Of(e.TemplateCategory); c.Template() && m.Source == CategoryNone {
		m.Category, m.Source = c, CategoryFromSend
		if c != category.MarketingLite { // the only variant that the sending tells
			m.Category = c.Base()
		}
	}
	if e.TemplateID != "" {
		m.DirectSend = true
	}
	switch e.Kind {
	case event.Request:
		setEarliest(&m.RequestedAt, e.Time)
	case event.Sent:
		setEarliest(&m.SentAt, e.Time)
	case event.Delivered:
		setEarliest(&m.DeliveredAt, e.Time)
	case event.Read:
		setEarliest(&m.ReadAt, e.Time)
	case event.Failed:
		setEarliest(&m.FailedAt, e.Time)
		setFirst(&m.Error, e.Error)
	case event.Echo:
		m.App = true
		setEarliest(&m.SentAt, e.Time)
	case event.Charge:
		m.charges = true
	}
	if e.Expires > e.Time && e.Expires > m.Expires {
		// An expiry counts only if it is later than its own status.
		m.Expires = e.Expires
	}
}

// ProvesFreeEntry reports whether a status proves that a free entry window was
// open at its time (rules 4.3).
//
// A statement of pricing proves it for its own message alone: it may be made
// long after the message arrived, when another window is open.
func ProvesFreeEntry(e *event.Event) bool {
	switch e.Kind {
	case event.Sent, event.Delivered, event.Read:
		return saysFreeEntry(e)
	}
	return false
}

func saysFreeEntry(e *event.Event) bool {
	return e.Pricing == "free_entry_point" || e.Category == "referral_conversion" || e.Origin == "referral_conversion"
}

// isStatement reports whether the event is a provider's statement of a
// message's pricing, without an amount, and no line of a bill.
func isStatement(e *event.Event) bool { return e.Kind == event.Charge && !e.HasAmount }

func setFirst(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

func setEarliest(field *int64, t int64) {
	if *field == 0 || t < *field {
		*field = t
	}
}

// price collects the pricing: from the delivered status if it has any, else
// from read, else from the provider's statement of it, else from sent
// (rules 5). Bill lines are added up. The amount of a message may also
// stand on the status that says it failed.
// beside is as in addBill.
func (m *Message) price(events event.List, beside uint32) {
	r := &m.Reported
	for _, kind := range [...]event.Kind{event.Delivered, event.Read, event.Charge, event.Failed, event.Sent} {
		if m.at(kind) != 0 || kind == event.Charge && m.charges {
			m.priceBy(events, kind)
		}
	}
	if c := r.charged; c != nil {
		c.own = OwnPrice{r.HasAmount, r.Amount, r.Currency}
		if logged := c.bill.addBill(events, m.Events, beside); !c.own.OK {
			c.own = logged
		}
	}
	for _, i := range m.Events {
		e := events.At(int(i))
		// The sent status forecasts: where a later one carries the pricing,
		// that tells in which window the message arrived.
		if (ProvesFreeEntry(e) || isStatement(e) && saysFreeEntry(e)) && (r.Source == 0 || e.Kind == r.Source) {
			m.FreeEntryProof = true
		}
	}
	if bill := r.Bill(); bill.Lines > 0 {
		// A price on a status and a line of the bill are one charge, and what the
		// bill says is what is paid.
		r.HasAmount, r.Amount, r.Currency = true, bill.Amount, bill.Currency
	}
	r.Category = category.Of(r.CategoryWord)
}

// at returns the time of the earliest status of a kind, 0 if there is none, as
// of charges.
func (m *Message) at(kind event.Kind) int64 {
	switch kind {
	case event.Delivered:
		return m.DeliveredAt
	case event.Read:
		return m.ReadAt
	case event.Failed:
		return m.FailedAt
	case event.Sent:
		return m.SentAt
	}
	return 0
}

// priceBy takes what the statuses of one kind say of the price and the
// conversation, where a better kind has not said it.
func (m *Message) priceBy(events event.List, kind event.Kind) {
	r := &m.Reported
	for _, i := range m.Events {
		e := events.At(int(i))
		if e.Kind != kind || kind == event.Charge && !isStatement(e) {
			continue
		}
		if kind != event.Failed && e.HasPricing() && (r.Source == 0 || r.Source == kind) {
			r.Source = kind
			m.takePricing(e)
		}
		if r.Conversation == "" && e.Conversation != "" {
			r.Conversation, r.namedOn = e.Conversation, kind
		}
		setFirst(&r.Origin, e.Origin)
		if e.HasAmount && !r.HasAmount {
			r.HasAmount, r.Amount, r.Currency, r.amountOn = true, money.Of(e.Amount), e.Currency, kind
			setFirst(&r.PriceKind, e.PriceKind)
		}
	}
}

// takePricing joins the pricing of statuses of one kind: the union of their
// fields; where two say different things, the message is in conflict.
func (m *Message) takePricing(e *event.Event) {
	r := &m.Reported
	if r.Billable == event.Absent {
		r.Billable = e.Billable
	}
	m.Conflict = m.Conflict || e.Billable != event.Absent && r.Billable != e.Billable
	for _, f := range [...]struct {
		field *string
		value string
	}{{&r.Model, e.Model}, {&r.Type, e.Pricing}, {&r.CategoryWord, e.Category}, {&r.Subtype, e.Subtype}, {&r.PriceKind, e.PriceKind}, {&r.Conversation, e.Conversation}} {
		setFirst(f.field, f.value)
		m.Conflict = m.Conflict || f.value != "" && f.value != *f.field
	}
}

// settleTimes finds the spans of sending and delivery (rules 1). first
// is the time of the message's earliest event.
func (m *Message) settleTimes(first, assumeSentWithin int64) {
	within := LongestDelivery
	if assumeSentWithin > 0 {
		within = assumeSentWithin
	}
	m.Arrived = m.DeliveredAt != 0 || m.ReadAt != 0
	arrival := m.DeliveredAt
	if arrival == 0 {
		arrival = m.ReadAt
	}
	if arrival == 0 {
		arrival = m.FailedAt
	}
	switch {
	case m.SentAt != 0:
		m.Sent = reading.At(m.SentAt)
	case m.RequestedAt != 0 && arrival == 0:
		m.Sent = reading.At(m.RequestedAt)
	case arrival == 0: // bill lines alone
		m.Sent = reading.At(first)
	case m.RequestedAt != 0 && m.RequestedAt <= arrival:
		m.Sent = reading.Span{Lo: max(m.RequestedAt, arrival-within), Hi: arrival, Why: reading.SentTimeUnknown}
	default:
		m.Sent = reading.Span{Lo: arrival - within, Hi: arrival, Why: reading.SentTimeUnknown}
	}
	switch {
	case m.DeliveredAt != 0:
		m.Delivered = reading.At(m.DeliveredAt)
	case m.ReadAt != 0:
		m.Delivered = reading.Span{Lo: min(m.Sent.Lo, m.ReadAt), Hi: m.ReadAt, Why: reading.DeliveryTimeUnknown}
	}
	if m.Arrived && m.Sent.Lo > m.Delivered.Hi {
		// A clock is wrong (WA404), and nobody can say which.
		m.Sent = reading.Span{Lo: m.Delivered.Hi, Hi: m.Sent.Hi, Why: reading.SentTimeUnknown}
	}
}
