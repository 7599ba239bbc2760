package message

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/reading"
)

// longestDelivery is how long Meta keeps trying to deliver: where the sending
// is not in the log, it lies at most this long before the delivery.
const longestDelivery int64 = 30 * 24 * 3_600_000

// Templates tells the category of a template at an instant.
type Templates interface {
	// Category returns category.None where it is not known, or not sure, at
	// that instant.
	Category(waba, name, language string, at reading.Span) (category.Category, CategorySource)
	// Announced returns the category by the webhooks alone; category.None where
	// they say nothing of it, or it is not sure at that instant.
	Announced(waba, name, language string, at reading.Span) category.Category
}

// Joiner joins the events of a pair into messages. It keeps its memory from
// pair to pair; the zero value is not ready, see NewJoiner.
type Joiner struct {
	templates Templates
	keyed     []keyed
	order     []int32
	indexes   []int32
	shared    []int32
	messages  []Message // as joined
	sorted    []Message // the same in order
	rank      []int32
}

// keyed is an event to join, with a hash of its message id: ids of one customer
// begin alike for dozens of bytes, which makes comparing them slow.
type keyed struct {
	hash  uint64
	index int32
}

// NewJoiner returns a joiner that looks template categories up in t.
func NewJoiner(t Templates) *Joiner { return &Joiner{templates: t} }

// Join returns the messages of a pair, ordered by charge instant, sending,
// message id and participant. assumeSentWithin, in milliseconds, bounds the
// time from sending to delivery where the log lacks the sending; 0 means the
// platform's 30 days. The result is valid until the next call.
func (j *Joiner) Join(events []event.Event, assumeSentWithin int64) []Message {
	j.keyed, j.order, j.indexes, j.messages = j.keyed[:0], j.order[:0], j.indexes[:0], j.messages[:0]
	for i := range events {
		if events[i].Kind.Outbound() && (events[i].Kind != event.Charge || events[i].Message != "") {
			j.keyed = append(j.keyed, keyed{xxhash.Sum64String(events[i].Message), int32(i)})
		}
	}
	slices.SortFunc(j.keyed, func(a, b keyed) int {
		if a.hash != b.hash {
			return cmp.Compare(a.hash, b.hash)
		}
		x, y := &events[a.index], &events[b.index]
		if x.Message != y.Message {
			return strings.Compare(x.Message, y.Message)
		}
		return cmp.Or(strings.Compare(x.Participant, y.Participant), cmp.Compare(a.index, b.index))
	})
	for _, k := range j.keyed {
		j.order = append(j.order, k.index)
	}
	// A message's indexes must not move once handed out.
	j.indexes = slices.Grow(j.indexes, 2*len(j.order))
	for rest := j.order; len(rest) > 0; {
		n := 1
		for id := events[rest[0]].Message; id != "" && n < len(rest) && events[rest[n]].Message == id; n++ {
		}
		j.joinOne(events, rest[:n], assumeSentWithin)
		rest = rest[n:]
	}
	return j.inOrder()
}

// inOrder sorts the messages by way of their indexes: a message is large.
func (j *Joiner) inOrder() []Message {
	inOrder := true
	for i := 1; i < len(j.messages) && inOrder; i++ {
		inOrder = compare(&j.messages[i-1], &j.messages[i]) <= 0
	}
	if inOrder {
		return j.messages
	}
	j.rank, j.sorted = j.rank[:0], j.sorted[:0]
	for i := range j.messages {
		j.rank = append(j.rank, int32(i))
	}
	slices.SortFunc(j.rank, func(a, b int32) int { return compare(&j.messages[a], &j.messages[b]) })
	for _, i := range j.rank {
		j.sorted = append(j.sorted, j.messages[i])
	}
	return j.sorted
}

func compare(a, b *Message) int {
	return cmp.Or(
		cmp.Compare(a.Instant(), b.Instant()),
		cmp.Compare(a.Sent.Lo, b.Sent.Lo),
		strings.Compare(a.ID, b.ID),
		strings.Compare(a.Participant, b.Participant),
		cmp.Compare(firstEvent(a.Events), firstEvent(b.Events)),
	)
}

func firstEvent(indexes []int32) int32 {
	if len(indexes) == 0 {
		return -1
	}
	return indexes[0]
}

// joinOne makes the messages of one message id: one, or in a group one for
// each member. Events that name no member, as the sending, belong to all.
func (j *Joiner) joinOne(events []event.Event, run []int32, assumeSentWithin int64) {
	n := 0
	for n < len(run) && events[run[n]].Participant == "" {
		n++
	}
	j.shared = append(j.shared[:0], run[:n]...)
	if n == len(run) {
		j.add(events, j.shared, assumeSentWithin)
		return
	}
	for rest := run[n:]; len(rest) > 0; {
		k := 1
		for k < len(rest) && events[rest[k]].Participant == events[rest[0]].Participant {
			k++
		}
		j.shared = append(j.shared[:n], rest[:k]...)
		j.add(events, j.shared, assumeSentWithin)
		rest = rest[k:]
	}
}

// add makes one message of the given events.
func (j *Joiner) add(events []event.Event, own []int32, assumeSentWithin int64) {
	start := len(j.indexes)
	j.indexes = append(j.indexes, own...)
	indexes := j.indexes[start:len(j.indexes):len(j.indexes)]
	slices.Sort(indexes)
	j.messages = append(j.messages, Message{Events: indexes})
	m := &j.messages[len(j.messages)-1]
	for _, i := range indexes {
		m.take(&events[i])
	}
	m.price(events)
	m.settleTimes(events[indexes[0]].Time, assumeSentWithin)
	j.settleCategory(m)
}

// take adds what one event says, apart from its pricing.
func (m *Message) take(e *event.Event) {
	m.ID, m.Group = e.Message, e.Group != ""
	setFirst(&m.Participant, e.Participant)
	setFirst(&m.WABA, e.WABA)
	setFirst(&m.Type, e.Type)
	setFirst(&m.Name, e.Template)
	setFirst(&m.Language, e.Language)
	if c := category.Of(e.TemplateCategory); c != category.None && c != category.Other && m.Source == CategoryNone {
		m.Category, m.Source = c, CategoryFromSend
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
	}
	if e.Expires > e.Time && e.Expires > m.Expires {
		// An expiry counts only if it is later than its own status.
		m.Expires, m.ExpiresFrom = e.Expires, e.Time
	}
}

// ProvesFreeEntry reports whether a status proves that a free entry window was
// open at its time (billing-rules 4.3).
func ProvesFreeEntry(e *event.Event) bool {
	switch e.Kind {
	case event.Sent, event.Delivered, event.Read:
		return e.Pricing == "free_entry_point" || e.Category == "referral_conversion" || e.Origin == "referral_conversion"
	}
	return false
}

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
// from read, else from sent (billing-rules 5). Bill lines are added up. The
// amount of a message may also stand on the status that says it failed.
func (m *Message) price(events []event.Event) {
	r := &m.Reported
	for _, kind := range [...]event.Kind{event.Delivered, event.Read, event.Failed, event.Sent} {
		if m.at(kind) != 0 {
			m.priceBy(events, kind)
		}
	}
	for _, i := range m.Events {
		e := &events[i]
		if e.Kind == event.Charge {
			r.addLine(e)
		}
		// The sent status forecasts: where a later one carries the pricing,
		// that tells in which window the message arrived.
		if ProvesFreeEntry(e) && (r.Source == 0 || e.Kind == r.Source) {
			m.FreeEntryProof = true
		}
	}
	if !r.HasAmount && r.Lines > 0 {
		r.HasAmount, r.Amount = true, r.LinesAmount
	}
	r.Category = category.Of(r.CategoryWord)
}

// at returns the time of the earliest status of a kind, 0 if there is none.
func (m *Message) at(kind event.Kind) int64 {
	switch kind {
	case event.Delivered:
		return m.DeliveredAt
	case event.Read:
		return m.ReadAt
	case event.Failed:
		return m.FailedAt
	}
	return m.SentAt
}

// priceBy takes what the statuses of one kind say of the price and the
// conversation, where a better kind has not said it.
func (m *Message) priceBy(events []event.Event, kind event.Kind) {
	r := &m.Reported
	for _, i := range m.Events {
		e := &events[i]
		if e.Kind != kind {
			continue
		}
		if kind != event.Failed && e.HasPricing() && (r.Source == 0 || r.Source == kind) {
			r.Source = kind
			m.takePricing(e)
		}
		setFirst(&r.Conversation, e.Conversation)
		setFirst(&r.Origin, e.Origin)
		if e.HasAmount && !r.HasAmount {
			r.HasAmount, r.Amount, r.Currency, r.amountOn = true, e.Amount, e.Currency, kind
		}
	}
}

func (r *Reported) addLine(e *event.Event) {
	r.Lines++
	r.LinesAmount += e.Amount
	if !r.HasAmount {
		setFirst(&r.Currency, e.Currency)
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
	}{{&r.Model, e.Model}, {&r.Type, e.Pricing}, {&r.CategoryWord, e.Category}, {&r.Subtype, e.Subtype}, {&r.Conversation, e.Conversation}} {
		setFirst(f.field, f.value)
		m.Conflict = m.Conflict || f.value != "" && f.value != *f.field
	}
}

// settleTimes finds the spans of sending and delivery (billing-rules 1). first
// is the time of the message's earliest event.
func (m *Message) settleTimes(first, assumeSentWithin int64) {
	within := longestDelivery
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

// settleCategory finds out whether the message is a template and of which
// category, from the best source there is.
func (j *Joiner) settleCategory(m *Message) {
	reported := m.Reported.Category
	m.Template = reading.Maybe
	switch {
	case m.Type == "template":
		m.Template = reading.Yes
	case m.Type != "":
		m.Template = reading.No
		m.DirectSend = m.DirectSend || m.Source == CategoryFromSend
	case m.Source == CategoryFromSend || m.Name != "" || m.DirectSend:
		m.Template = reading.Yes
	case reported.Template():
		m.Template = reading.Yes
	case reported.Base() == category.Service || reported == category.GeneralPurposeAI:
		m.Template = reading.No
	}
	if m.Name != "" {
		m.Announced = j.templates.Announced(m.WABA, m.Name, m.Language, m.Sent)
		if m.Source == CategoryNone {
			m.Category, m.Source = j.templates.Category(m.WABA, m.Name, m.Language, m.Sent)
		}
	}
	if m.Source == CategoryNone && m.Template != reading.No && reported.Template() {
		m.Category, m.Source = reported.Base(), CategoryReported
	}
}
