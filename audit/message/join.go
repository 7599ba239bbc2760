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

// Templates tells the category of a template at an instant. Where a source does
// not settle it, it returns several categories; other tells that the template may
// as well have been of none of them, so that the next source counts.
type Templates interface {
	Announced(waba, name, language string, at reading.Span) (cats category.Set, other bool)
	Configured(waba, name, language string, at reading.Span) (cats category.Set, other bool)
}

// Joiner joins the events of a pair into messages. It keeps its memory from
// pair to pair; the zero value is not ready, see NewJoiner.
type Joiner struct {
	// Bill is the number of the first input of the bill that is laid beside the log;
	// 0: there is none, and all lines of bills are the log's.
	Bill uint32

	templates Templates
	ids       []messageID
	table     []int32 // index in ids and 1, by hash; 0 for none
	next      []int32 // by event, the next event of its message; none for the last
	indexes   []int32 // of the events of one message after the other
	shared    []int32
	messages  []Message // as joined
	charged   []charged // of messages that charges name
	sorted    []*Message
}

// messageID is an id with the chain of its events.
type messageID struct {
	hash        uint64 // of the id: ids of one customer begin alike for dozens of bytes
	first, last int32
	members     bool // some event is about a member of a group
}

// none is the end of a chain.
const none = -1

// NewJoiner returns a joiner that looks template categories up in t.
func NewJoiner(t Templates) *Joiner { return &Joiner{templates: t} }

// Join returns the messages of a pair, ordered by charge instant, sending,
// message id and participant. assumeSentWithin, in milliseconds, bounds the
// time from sending to delivery where the log lacks the sending; 0 means the
// platform's 30 days. The result is valid until the next call.
func (j *Joiner) Join(events event.List, assumeSentWithin int64) []*Message {
	j.chain(events)
	// Most pairs have no members, and then these are the numbers.
	j.charged = j.charged[:0]
	j.indexes, j.messages = slices.Grow(j.indexes[:0], events.Len()), slices.Grow(j.messages[:0], len(j.ids))
	for i := range j.ids {
		id := &j.ids[i]
		start := len(j.indexes)
		for at := id.first; at != none; at = j.next[at] {
			j.indexes = append(j.indexes, at)
		}
		own := j.indexes[start:len(j.indexes):len(j.indexes)]
		if id.members {
			j.addMembers(events, own, assumeSentWithin)
		} else {
			j.add(events, own, assumeSentWithin)
		}
	}
	if events.Len() > manyEvents {
		j.ids, j.table, j.next = nil, nil, nil
	}
	return j.inOrder()
}

// manyEvents is of how many events a pair has more if what they were joined by, some 30
// bytes each, is given up before its messages are judged.
const manyEvents = 1 << 16

// chain finds the message ids of the events, and chains the events of each.
func (j *Joiner) chain(events event.List) {
	size := 16
	for size < 2*events.Len() {
		size *= 2
	}
	j.table = slices.Grow(j.table[:0], size)[:size]
	clear(j.table)
	j.next = slices.Grow(j.next[:0], events.Len())[:events.Len()]
	j.ids = j.ids[:0]
	for i := range events.Len() {
		e := events.At(i)
		if !e.Kind.Outbound() || e.Kind == event.Charge && e.Message == "" {
			continue
		}
		j.next[i] = none
		members := namesMember(e)
		id := j.id(events, int32(i), e.Message)
		if id.first != int32(i) {
			j.next[id.last] = int32(i)
		}
		id.last = int32(i)
		id.members = id.members || members
	}
}

// namesMember reports whether an event is about one member of a group. What a line
// of a bill names is the customer, a member only if the message went to a group.
func namesMember(e *event.Event) bool {
	return e.Participant != "" && (e.Group != "" || !e.BillLine())
}

// id returns the message id of event i, with the event as its first if it is
// new. Events without an id are a message each.
func (j *Joiner) id(events event.List, i int32, text string) *messageID {
	if text == "" {
		j.ids = append(j.ids, messageID{first: i})
		return &j.ids[len(j.ids)-1]
	}
	hash := xxhash.Sum64String(text)
	for slot := hash; ; slot++ {
		at := &j.table[slot%uint64(len(j.table))]
		if *at == 0 {
			j.ids = append(j.ids, messageID{hash: hash, first: i})
			*at = int32(len(j.ids))
			return &j.ids[*at-1]
		}
		if id := &j.ids[*at-1]; id.hash == hash && events.At(int(id.first)).Message == text {
			return id
		}
	}
}

// inOrder returns the messages in their order.
func (j *Joiner) inOrder() []*Message {
	j.sorted = slices.Grow(j.sorted[:0], len(j.messages))
	for i := range j.messages {
		j.sorted = append(j.sorted, &j.messages[i])
	}
	if !slices.IsSortedFunc(j.sorted, compare) {
		slices.SortFunc(j.sorted, compare)
	}
	return j.sorted
}

func compare(a, b *Message) int {
	if c := cmp.Compare(a.Instant(), b.Instant()); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Sent.Lo, b.Sent.Lo),
		strings.Compare(a.ID, b.ID),
		strings.Compare(a.Participant, b.Participant),
		cmp.Compare(a.Events[0], b.Events[0]),
	)
}

// addMembers makes a message for each member of a group. Events that name no
// member, as the sending, belong to all, but a line of a bill charges one of them.
func (j *Joiner) addMembers(events event.List, run []int32, assumeSentWithin int64) {
	member := func(i int32) string { return events.At(int(i)).Participant }
	slices.SortStableFunc(run, func(a, b int32) int { return strings.Compare(member(a), member(b)) })
	n := 0
	for n < len(run) && member(run[n]) == "" {
		n++
	}
	j.shared = j.shared[:0]
	var unnamed [2][]int32 // lines of the log's own, and of the bill beside it
	for _, i := range run[:n] {
		if e := events.At(int(i)); !e.BillLine() {
			j.shared = append(j.shared, i)
		} else if beside := e.Place.Input >= j.Bill; beside {
			unnamed[1] = append(unnamed[1], i)
		} else {
			unnamed[0] = append(unnamed[0], i)
		}
	}
	var members [][]int32
	for rest := run[n:]; len(rest) > 0; {
		k := 1
		for k < len(rest) && member(rest[k]) == member(rest[0]) {
			k++
		}
		members, rest = append(members, rest[:k:k]), rest[k:]
	}
	doubt := false
	for _, lines := range unnamed {
		doubt = j.deal(events, lines, members) || doubt
	}
	for _, own := range members {
		start := len(j.indexes)
		j.indexes = append(append(j.indexes, j.shared...), own...)
		own = j.indexes[start:len(j.indexes):len(j.indexes)]
		slices.Sort(own)
		m := j.add(events, own, assumeSentWithin)
		if bill := m.Reported.Bill(); bill.Lines > 0 {
			bill.MemberUnknown = doubt
		}
	}
}

// deal gives lines of a bill that name no member to those who have none, one each, and
// what is left to all in turn. It reports whether it matters who gets which, as where there
// are more lines than members: one may be for a member of whom the log has nothing.
func (j *Joiner) deal(events event.List, lines []int32, members [][]int32) (matters bool) {
	if len(lines) == 0 {
		return false
	}
	first := *events.At(int(lines[0]))
	beside := func(e *event.Event) bool { return e.Place.Input >= j.Bill }
	billed := func(i int32) bool {
		e := events.At(int(i))
		return e.BillLine() && beside(e) == beside(&first)
	}
	var without []int
	for m, own := range members {
		if !slices.ContainsFunc(own, billed) {
			without = append(without, m)
		}
	}
	for n, i := range lines {
		m := n % len(members)
		if n < len(without) {
			m = without[n]
		}
		members[m] = append(members[m], i)
		e := events.At(int(i))
		matters = matters || e.Amount != first.Amount || e.Currency != first.Currency || e.Category != first.Category
	}
	return matters || len(lines) != len(without)
}

// add makes one message of the given events, which are in time order.
func (j *Joiner) add(events event.List, own []int32, assumeSentWithin int64) *Message {
	j.messages = append(j.messages, Message{Events: own})
	m := &j.messages[len(j.messages)-1]
	for _, i := range own {
		m.take(events.At(int(i)))
	}
	if m.charges {
		j.charged = append(j.charged, charged{})
		m.Reported.charged = &j.charged[len(j.charged)-1]
	}
	m.price(events, j.Bill)
	m.settleTimes(events.At(int(own[0])).Time, assumeSentWithin)
	j.settleCategory(m)
	return m
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
	if m.Template != reading.No {
		j.settleTemplate(m)
	}
}

// settleTemplate asks the sources for the category of a template one after the
// other, the best first, until one settles it (rules 4.7).
func (j *Joiner) settleTemplate(m *Message) {
	sent, reported := m.Category, m.Reported.Category
	m.Category, m.Source = category.None, CategoryNone
	var cats category.Set
	settled := false
	ask := func(source CategorySource, found category.Set, other bool) {
		if m.Source == CategoryNone && found != 0 {
			m.Source = source
		}
		cats, settled = cats|found, !other
	}
	if m.Name != "" {
		found, other := j.templates.Announced(m.WABA, m.Name, m.Language, m.Sent)
		ask(CategoryHistory, found, other)
	}
	if !settled && sent != category.None {
		ask(CategoryFromSend, category.Set(0).With(sent), false)
	}
	if !settled && m.Name != "" {
		found, other := j.templates.Configured(m.WABA, m.Name, m.Language, m.Sent)
		ask(CategoryConfigured, found, other)
	}
	if !settled && reported.Template() {
		ask(CategoryReported, category.Set(0).With(reported.Base()), false)
	}
	switch {
	case !settled:
		m.Source = CategoryNone // some sources say something, and none of them everything
	case cats.Len() > 1:
		m.Possible = cats
	case cats.Nth(0) == sent.Base():
		m.Category = sent // which also tells marketing_lite
	default:
		m.Category = cats.Nth(0)
	}
}
