package group

import (
	"errors"
	"io"
	"slices"

	"waudit/audit/event"
)

// sortedSuffix is what the name of a sorted bin's file has more.
const sortedSuffix = "-sorted"

// Each calls fn for every pair of a partition (from 0, below Partitions), in the
// order of phone_number_id and user or group, byte by byte. What it hands to fn
// is valid during the call. It stops at the first error of fn and returns that;
// other errors wrap a *SpillError. With want, only the pairs for which that is
// true, counted from 0, are handed over; others are passed over without being
// decoded. The set must be sealed. Each may be called again, and concurrently.
func (s *Set) Each(partition int, want func(n int) bool, fn func(event.Pair) error) (err error) {
	if !s.sealed {
		return errNotSealed
	}
	r, err := s.bins[partition].open(&s.arena)
	if err != nil {
		return err
	}
	p := pairs{reader: r, shapes: s.shapes.events(), events: s.eventBuffer()}
	defer func() {
		s.buffers.Put(&p.events)
		err = errors.Join(err, p.close())
	}()
	return p.each(want, fn)
}

// eventBuffer returns memory for the events of a pair.
func (s *Set) eventBuffer() []event.Event {
	if spare, ok := s.buffers.Get().(*[]event.Event); ok {
		return *spare
	}
	return nil
}

// pairs reads a sorted bin: the records of its pairs, one behind the other.
type pairs struct {
	reader *reader
	shapes []event.Event
	rest   []byte        // of the last of chunks
	chunks [][]byte      // what the pair at hand lies in
	owned  bool          // the chunks are to be given back
	used   bool          // the pair at hand uses the last of them
	events []event.Event // of the pair at hand, manyEvents at most
	packed packed        // all of them, if there are more
}

// manyEvents is how many events of a pair are unpacked at once. Of a pair with more, each
// is unpacked when it is asked for: unpacked, an event takes up three times as much.
const manyEvents = 4096

// each calls fn as Set.Each does.
func (p *pairs) each(want func(n int) bool, fn func(event.Pair) error) error {
	for n := 0; ; n++ {
		wanted := want == nil || want(n)
		pair, err := p.next(wanted)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if !wanted {
			continue
		}
		if err := fn(pair); err != nil {
			return err
		}
	}
}

// next returns the next pair, valid until the following call, and io.EOF behind
// the last. One that is not wanted is passed over.
func (p *pairs) next(wanted bool) (event.Pair, error) {
	p.forget()
	if err := p.fill(); err != nil {
		return event.Pair{}, err
	}
	k, err := p.take(wanted)
	for err == nil {
		if err = p.fill(); errors.Is(err, io.EOF) || err == nil && beginsNext(p.rest) {
			return k.pair(p.list()), nil
		}
		if err == nil {
			_, err = p.take(wanted)
		}
	}
	return event.Pair{}, err
}

// forget gives up the pair at hand and what it alone lies in.
func (p *pairs) forget() {
	left := len(p.chunks)
	if len(p.rest) > 0 {
		left--
	}
	p.giveBack(left)
	p.events, p.used = p.events[:0], false
	p.packed.forget()
}

// giveBack gives up the first n chunks.
func (p *pairs) giveBack(n int) {
	if p.owned {
		p.reader.arena.putAll(p.chunks[:n])
	}
	p.chunks = slices.Delete(p.chunks, 0, n)
}

// list returns the events of the pair at hand.
func (p *pairs) list() event.List {
	if len(p.packed.refs) == 0 {
		return event.ListOf(p.events...)
	}
	return event.ListOfPacked(&p.packed)
}

// beginsNext reports whether the chunk begins with the first record of a pair.
// One that is no record begins none: it is an error of the pair before.
func beginsNext(chunk []byte) bool {
	return len(chunk) > atFlags && chunk[atFlags]&beginsPair != 0
}

// take adds the next record's event to the pair, if it is wanted, and returns its pair.
func (p *pairs) take(wanted bool) (key, error) {
	rec, rest, err := cutRecord(p.rest)
	if err != nil {
		return key{}, err
	}
	last := len(p.chunks) - 1
	at := refTo(last, len(p.chunks[last])-len(p.rest))
	p.rest = rest
	if !wanted {
		return key{}, nil
	}
	p.used = true
	n := len(p.events)
	if n == manyEvents {
		p.packed.first, p.packed.chunks, p.packed.shapes = p.events, p.chunks, p.shapes
		return p.packed.add(at)
	}
	if n == cap(p.events) {
		p.events = slices.Grow(p.events, 1)
	}
	p.events = p.events[:n+1]
	return rec.decode(&p.events[n], p.shapes)
}

// fill sees to it that something is left of the last chunk.
func (p *pairs) fill() error {
	for len(p.rest) == 0 {
		if n := len(p.chunks); n > 0 && !p.used {
			p.giveBack(n)
		}
		chunk, owned, err := p.reader.next()
		if err != nil {
			return err
		}
		p.chunks, p.rest = append(p.chunks, chunk), chunk
		p.owned, p.used = owned, false
	}
	return nil
}

func (p *pairs) close() error {
	p.giveBack(len(p.chunks))
	return p.reader.close()
}
