package event

import "slices"

// List is the events of a pair, in their order. Ask for each when it is needed: those of a
// customer of very many are kept packed, and are unpacked one by one. The zero List is
// empty. A List is for one goroutine.
type List struct {
	all    []Event
	packed Packed // nil: all has them
}

// Packed is events that are unpacked when they are asked for.
type Packed interface {
	// Len returns how many there are.
	Len() int
	// At returns the event with an index from 0. It is valid until the next call, but its
	// strings as long as what is packed.
	At(i int) *Event
}

// ListOf returns a list of the events, which it does not copy.
func ListOf(events ...Event) List { return List{all: events} }

// ListOfPacked returns a list of events that are packed.
func ListOfPacked(p Packed) List { return List{packed: p} }

// Len returns how many events there are.
func (l List) Len() int {
	if l.packed != nil {
		return l.packed.Len()
	}
	return len(l.all)
}

// At returns the event with an index from 0. It is valid until the next call, but its
// strings as long as the list: who needs two events at once copies the first.
func (l List) At(i int) *Event {
	if l.packed != nil {
		return l.packed.At(i)
	}
	return &l.all[i]
}

// Clone returns a copy of the events.
func (l List) Clone() []Event {
	if l.packed == nil {
		return slices.Clone(l.all)
	}
	all := make([]Event, l.Len())
	for i := range all {
		all[i] = *l.At(i)
	}
	return all
}

// Contains reports whether one of the events is so.
func (l List) Contains(is func(*Event) bool) bool {
	for i := range l.Len() {
		if is(l.At(i)) {
			return true
		}
	}
	return false
}
