package group

import (
	"errors"
	"io"

	"waudit/audit/event"
)

// sortedSuffix is what the name of a sorted bin's file has more.
const sortedSuffix = "-sorted"

// Each calls fn for every pair of a partition (from 0, below Partitions), in the
// order of phone_number_id and user or group, byte by byte. What it hands to fn
// is valid during the call. It stops at the first error of fn and returns that;
// other errors wrap a *SpillError. The set must be sealed. Each may be called
// again, and concurrently.
func (s *Set) Each(partition int, fn func(Pair) error) (err error) {
	if !s.sealed {
		return errNotSealed
	}
	p := pairs{shapes: s.shapes.events()}
	if p.records, err = s.bins[partition].sorted(&s.arena); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.records.close()) }()
	for {
		pair, err := p.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(pair); err != nil {
			return err
		}
	}
}

// pairs puts the records of a sorted bin together to pairs.
type pairs struct {
	records *sortedReader
	shapes  []event.Event
	events  []event.Event
	ahead   record // the first of the next pair, if it was read already
}

// next returns the next pair, valid until the following call, and io.EOF behind
// the last.
func (p *pairs) next() (Pair, error) {
	first := p.ahead
	p.ahead = nil
	if first == nil {
		var err error
		if first, err = p.records.next(); err != nil {
			return Pair{}, err
		}
	}
	p.records.release()
	p.events = p.events[:0]
	k, err := p.decode(first)
	if err != nil {
		return Pair{}, err
	}
	for {
		rec, err := p.records.next()
		switch {
		case errors.Is(err, io.EOF):
			return k.pair(p.events), nil
		case err != nil:
			return Pair{}, err
		case rec.hash() != first.hash() || !rec.in(first, p.shapes):
			p.ahead = rec
			return k.pair(p.events), nil
		}
		if _, err := p.decode(rec); err != nil {
			return Pair{}, err
		}
	}
}

// decode adds the record's event to those of the pair.
func (p *pairs) decode(rec record) (key, error) {
	n := len(p.events)
	if n == cap(p.events) {
		p.events = append(p.events, event.Event{})
	}
	p.events = p.events[:n+1]
	return rec.decode(&p.events[n], p.shapes)
}

// sortedReader goes through the records of a sorted bin, wherever they are.
type sortedReader struct {
	refs   []ref // in memory
	chunks [][]byte

	file *reader  // in a file; nil if there is none
	rest []byte   // of the current chunk
	held [][]byte // the chunks of the file that are in use, the current one last
}

// next returns the next record. It is valid until the release behind the one
// that follows.
func (r *sortedReader) next() (record, error) {
	if len(r.refs) > 0 {
		rec := r.refs[0].record(r.chunks)
		r.refs = r.refs[1:]
		return rec, nil
	}
	if r.file == nil {
		return nil, io.EOF
	}
	if len(r.rest) == 0 {
		chunk, _, err := r.file.next()
		if err != nil {
			return nil, err
		}
		r.held, r.rest = append(r.held, chunk), chunk
	}
	rec, rest, err := cutRecord(r.rest)
	r.rest = rest
	return rec, err
}

// release gives back the chunks before that of the last record.
func (r *sortedReader) release() {
	if n := len(r.held) - 1; n > 0 {
		r.file.arena.putAll(r.held[:n])
		r.held = append(r.held[:0], r.held[n])
	}
}

func (r *sortedReader) close() error {
	if r.file == nil {
		return nil
	}
	r.file.arena.putAll(r.held)
	r.held = nil
	return r.file.close()
}
