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
	p := pairs{reader: r, shapes: s.shapes.events(), events: s.eventBuffer(), most: s.bins[partition].most}
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
	rest   []byte   // of the current chunk
	chunk  []byte   // the current chunk, if it is to be given back
	held   [][]byte // chunks to be given back that the pair at hand still uses
	used   bool     // the current chunk is among what the pair at hand still uses
	events []event.Event
	most   int   // how many events a pair has at most; 0: not known
	texts  texts // of the events of a pair that is not small
}

// manyEvents is how many events of a pair are kept with the chunks that have their texts.
// Of more, the texts alone are kept, which take up a fraction.
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
	p.reader.arena.putAll(p.held)
	p.held, p.events, p.used = p.held[:0], p.events[:0], false
	p.texts.forget()
	if err := p.fill(); err != nil {
		return event.Pair{}, err
	}
	k, err := p.take(wanted)
	for err == nil {
		if err = p.fill(); errors.Is(err, io.EOF) || err == nil && beginsNext(p.rest) {
			return k.pair(p.events), nil
		}
		if err == nil {
			_, err = p.take(wanted)
		}
	}
	return event.Pair{}, err
}

// beginsNext reports whether the chunk begins with the first record of a pair.
// One that is no record begins none: it is an error of the pair before.
func beginsNext(chunk []byte) bool {
	return len(chunk) > atFlags && chunk[atFlags]&beginsPair != 0
}

// take decodes the next record's event, if it is wanted, and returns its pair.
func (p *pairs) take(wanted bool) (key, error) {
	rec, rest, err := cutRecord(p.rest)
	if err != nil {
		return key{}, err
	}
	if p.rest = rest; !wanted {
		return key{}, nil
	}
	n := len(p.events)
	if n == cap(p.events) {
		more := 1
		if n >= manyEvents { // at once: what is grown step by step is there twice meanwhile
			more = max(more, p.most-n)
		}
		p.events = slices.Grow(p.events, more)
	}
	p.events = p.events[:n+1]
	e := &p.events[n]
	k, err := rec.decode(e, p.shapes)
	if n < manyEvents || p.chunk == nil {
		p.used = true
		return k, err
	}
	p.texts.keep(e, rec.shape() == unshaped)
	return k, err
}

// fill sees to it that something is left of the current chunk.
func (p *pairs) fill() error {
	for len(p.rest) == 0 {
		switch {
		case p.chunk == nil:
		case p.used:
			p.held = append(p.held, p.chunk)
		default:
			p.reader.arena.put(p.chunk)
		}
		p.chunk, p.used = nil, false
		chunk, owned, err := p.reader.next()
		if err != nil {
			return err
		}
		p.rest = chunk
		if owned {
			p.chunk = chunk
		}
	}
	return nil
}

func (p *pairs) close() error {
	if p.chunk != nil {
		p.held = append(p.held, p.chunk)
	}
	p.reader.arena.putAll(p.held)
	return p.reader.close()
}
