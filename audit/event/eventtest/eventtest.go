// Package eventtest packs events for tests.
package eventtest

import "waudit/audit/event"

// Packed returns a list of the events of which each is valid until the next is asked for,
// and no longer.
func Packed(events ...event.Event) event.List {
	return event.ListOfPacked(&packed{events: events})
}

type packed struct {
	events []event.Event
	last   event.Event
}

// Len implements event.Packed.
func (p *packed) Len() int { return len(p.events) }

// At implements event.Packed.
func (p *packed) At(i int) *event.Event {
	p.last = p.events[i]
	return &p.last
}
