package group

import "waudit/audit/event"

// packed is the events of a pair, most of them as records that are unpacked when they are
// asked for.
type packed struct {
	first  []event.Event // which are unpacked
	refs   []ref         // of the others
	chunks [][]byte
	shapes []event.Event
	slots  []slot // what was asked for last, by index: passes over a pair ask for neighbours
}

// slot has an unpacked event.
type slot struct {
	of    int // its index and 1; 0: it has none
	event event.Event
}

const numSlots = 1024

// add adds the event of a record in the last of the chunks, and returns its pair.
func (p *packed) add(at ref) (key, error) {
	if p.slots == nil {
		p.slots = make([]slot, numSlots)
	}
	p.refs = append(p.refs, at)
	_, k, err := p.unpack(p.Len() - 1)
	return k, err
}

// Len implements event.Packed.
func (p *packed) Len() int { return len(p.first) + len(p.refs) }

// At implements event.Packed.
func (p *packed) At(i int) *event.Event {
	if i < len(p.first) {
		return &p.first[i]
	}
	if s := &p.slots[i%numSlots]; s.of == i+1 {
		return &s.event
	}
	e, _, _ := p.unpack(i) // which went well when it was added
	return e
}

// unpack unpacks an event that is not among the first.
func (p *packed) unpack(i int) (*event.Event, key, error) {
	s := &p.slots[i%numSlots]
	s.of = i + 1
	k, err := p.refs[i-len(p.first)].record(p.chunks).decode(&s.event, p.shapes)
	return &s.event, k, err
}

// forget drops the events.
func (p *packed) forget() {
	if len(p.refs) == 0 {
		return
	}
	clear(p.slots)
	p.first, p.chunks, p.refs = nil, nil, p.refs[:0]
}
