package group

import (
	"strings"
	"sync"

	"waudit/audit/event"
)

// shape is what an event has in common with many others: the fields that take few
// values in a log. Most logs have some hundred shapes.
type shape struct {
	words     [numWords]string
	billable  event.Flag
	hasAmount bool
}

const numWords = 16

// wordsOf are the words of an event. What tells most events apart comes first.
func wordsOf(e *event.Event) [numWords]*string {
	return [...]*string{
		&e.Number, &e.Category, &e.Pricing, &e.Type, &e.Template, &e.WABA, &e.Model, &e.Error, &e.Origin, &e.Language,
		&e.TemplateCategory, &e.Subtype, &e.Currency, &e.PriceKind, &e.Referral, &e.TimeKind,
	}
}

func shapeOf(e *event.Event) shape {
	s := shape{billable: e.Billable, hasAmount: e.HasAmount}
	for i, word := range wordsOf(e) {
		s.words[i] = *word
	}
	return s
}

// is reports whether the event is of the shape.
func (s *shape) is(e *event.Event) bool {
	if s.billable != e.Billable || s.hasAmount != e.HasAmount {
		return false
	}
	for i, word := range wordsOf(e) {
		if s.words[i] != *word {
			return false
		}
	}
	return true
}

// fill gives the event the words of the shape.
func (s *shape) fill(e *event.Event) {
	for i, word := range wordsOf(e) {
		*word = s.words[i]
	}
	e.Billable, e.HasAmount = s.billable, s.hasAmount
}

// clone returns the shape with strings of its own; false if they are too long
// to be kept.
func (s shape) clone() (shape, bool) {
	size := 0
	for i, word := range s.words {
		size += len(word)
		s.words[i] = strings.Clone(word)
	}
	return s, size <= maxShapeLen
}

// Limits of the shapes of a set, so that they take some tens of megabytes at most
// even if every event has a new word. Beyond them words are stored in the record.
const (
	maxShapes   = 1 << 16
	maxShapeLen = 512
)

// unshaped is the number of no shape: the words are written out.
const unshaped = 0

// shapes numbers the shapes of a run, from 1. It is shared by all writers of a
// set; each keeps what it looked up, see encoder.
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
	var e event.Event
	own.fill(&e)
	s.numbers.see(e.WABA, e.Number)
	if !ok || len(s.list) == maxShapes {
		return unshaped, own
	}
	id := uint32(len(s.list))
	s.ids[own] = id
	s.list = append(s.list, e)
	return id, own
}

// events returns an event of each shape numbered so far, by their numbers.
func (s *shapes) events() []event.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list
}

// encoder writes records. It is for one goroutine, and looks shapes up without a
// lock wherever it has seen them before.
type encoder struct {
	shared *shapes
	known  map[shape]*numbered
	recent [512]*numbered // spares nearly all look-ups in known
}

// numbered is a shape with its number.
type numbered struct {
	shape shape
	id    uint32
}

func newEncoder(shared *shapes) *encoder {
	return &encoder{shared: shared, known: make(map[shape]*numbered)}
}

// id returns the number of the event's shape.
func (c *encoder) id(e *event.Event) uint32 {
	recent := &c.recent[slotOf(e)%uint(len(c.recent))]
	if *recent != nil && (*recent).shape.is(e) {
		return (*recent).id
	}
	known := c.known[shapeOf(e)]
	if known == nil {
		id, own := c.shared.id(shapeOf(e))
		if id == unshaped {
			return unshaped
		}
		known = &numbered{own, id}
		c.known[own] = known
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
