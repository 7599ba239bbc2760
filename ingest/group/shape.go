package group

import (
	"strings"
	"sync"

	"waudit/audit/event"
)

// shape is what an event has in common with many others: all of its words,
// which take few values in a log. Most logs have some hundred shapes.
type shape struct {
	number, waba                             string
	kind, template, templateCategory         string
	language, origin, referral, failure      string
	model, pricing, category, subtype, money string
	billable                                 event.Flag
	hasAmount                                bool
}

func shapeOf(e *event.Event) shape {
	return shape{
		number: e.Number, waba: e.WABA,
		kind: e.Type, template: e.Template, templateCategory: e.TemplateCategory,
		language: e.Language, origin: e.Origin, referral: e.Referral, failure: e.Error,
		model: e.Model, pricing: e.Pricing, category: e.Category, subtype: e.Subtype, money: e.Currency,
		billable: e.Billable, hasAmount: e.HasAmount,
	}
}

// is reports whether the event is of the shape. What tells most events apart
// comes first.
func (s *shape) is(e *event.Event) bool {
	return s.number == e.Number && s.category == e.Category && s.pricing == e.Pricing && s.billable == e.Billable &&
		s.kind == e.Type && s.template == e.Template && s.waba == e.WABA && s.model == e.Model &&
		s.failure == e.Error && s.origin == e.Origin && s.language == e.Language && s.templateCategory == e.TemplateCategory &&
		s.subtype == e.Subtype && s.money == e.Currency && s.referral == e.Referral && s.hasAmount == e.HasAmount
}

// fill gives the event the words of the shape.
func (s *shape) fill(e *event.Event) {
	e.Number, e.WABA = s.number, s.waba
	e.Type, e.Template, e.TemplateCategory = s.kind, s.template, s.templateCategory
	e.Language, e.Origin, e.Referral, e.Error = s.language, s.origin, s.referral, s.failure
	e.Model, e.Pricing, e.Category, e.Subtype, e.Currency = s.model, s.pricing, s.category, s.subtype, s.money
	e.Billable, e.HasAmount = s.billable, s.hasAmount
}

// texts are the strings of the shape.
func (s *shape) texts() [14]*string {
	return [...]*string{
		&s.number, &s.waba, &s.kind, &s.template, &s.templateCategory, &s.language, &s.origin, &s.referral, &s.failure,
		&s.model, &s.pricing, &s.category, &s.subtype, &s.money,
	}
}

// clone returns the shape with strings of its own; false if they are too long
// to be kept.
func (s shape) clone() (shape, bool) {
	size := 0
	for _, text := range s.texts() {
		size += len(*text)
		*text = strings.Clone(*text)
	}
	return s, size <= maxShapeLen
}

// Limits of the shapes of a set: with them they cannot outgrow some tens of
// megabytes, though each event bring a new word. Others are written out.
const (
	maxShapes   = 1 << 16
	maxShapeLen = 512
)

// unshaped is the number of no shape: the words are written out.
const unshaped = 0

// shapes numbers the shapes of a run, from 1. It is shared by all writers of a
// set; each keeps what it looked up in a mould of its own.
type shapes struct {
	mu      sync.Mutex
	ids     map[shape]uint32
	list    []event.Event // an event of the shape and nothing else, by number; 0 is empty
	numbers numbers
}

func newShapes() *shapes {
	return &shapes{ids: make(map[shape]uint32), list: make([]event.Event, 1), numbers: newNumbers()}
}

// id returns the shape's number, giving it one if it has none, and the shape
// with strings that can be kept; unshaped if it is to be written out.
func (s *shapes) id(of shape) (uint32, shape) {
	own, ok := of.clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	if id, ok := s.ids[own]; ok {
		return id, own
	}
	s.numbers.see(own.waba, own.number)
	if !ok || len(s.list) == maxShapes {
		return unshaped, own
	}
	id := uint32(len(s.list))
	s.ids[own] = id
	s.list = append(s.list, event.Event{})
	own.fill(&s.list[id])
	return id, own
}

// events returns an event of each shape numbered so far, by their numbers.
func (s *shapes) events() []event.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list
}

// mould is one goroutine's part of the shapes, without a lock.
type mould struct {
	shared *shapes
	known  map[shape]*numbered
	recent [512]*numbered // spares nearly all look-ups in known
}

// numbered is a shape with its number.
type numbered struct {
	shape shape
	id    uint32
}

func newMould(shared *shapes) *mould {
	return &mould{shared: shared, known: make(map[shape]*numbered)}
}

// id returns the number of the event's shape.
func (m *mould) id(e *event.Event) uint32 {
	recent := &m.recent[slotOf(e)%uint(len(m.recent))]
	if *recent != nil && (*recent).shape.is(e) {
		return (*recent).id
	}
	known := m.known[shapeOf(e)]
	if known == nil {
		id, own := m.shared.id(shapeOf(e))
		if id == unshaped {
			return unshaped
		}
		known = &numbered{own, id}
		m.known[own] = known
	}
	*recent = known
	return known.id
}

// slotOf mixes what tells the shapes of a log apart.
func slotOf(e *event.Event) uint {
	return ends(e.Number)*31 + ends(e.Category)*7 + ends(e.Pricing)*13 + ends(e.Template)*61 + ends(e.Type)*5 +
		ends(e.Error)*3 + uint(e.Billable)*97 + uint(len(e.Origin))
}

// ends mixes a string's length and its last bytes.
func ends(s string) uint {
	n := len(s)
	if n < 2 {
		return uint(n)
	}
	return uint(n) + uint(s[n-1])*17 + uint(s[n-2])*3
}
