package group

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"waudit/audit/event"
)

// sorter brings one bin after another into order. It is for one goroutine and
// keeps its memory from bin to bin.
type sorter struct {
	arena   *arena
	words   []string
	encoder encoder

	chunks  [][]byte // of the bin at hand
	entries []entry  // its records
	pairs   []span   // its pairs
	a, b    event.Event

	events     int64
	found      int64 // pairs
	duplicates []event.Place
}

// entry is a record in the index by which a bin is sorted.
type entry struct {
	hash  uint64 // of the pair
	order uint64 // of the event in its pair, see orderOf
	chunk uint32
	at    uint32 // where in the chunk the event's length is
}

// span is the events of one pair in the index.
type span struct {
	key      key
	from, to int
}

// kindBits is the room for the kind in an entry's order.
const kindBits = 4

// orderOf returns a number that orders events by time and kind as compareEvents
// does, but takes some for equal: those of a time or kind that no event should
// have.
func orderOf(e *event.Event) uint64 {
	const latest = 1<<(64-kindBits) - 1
	switch {
	case e.Time < event.MinTime:
		return 0
	case uint64(e.Time-event.MinTime) >= latest:
		return latest << kindBits
	}
	return uint64(e.Time-event.MinTime+1)<<kindBits | uint64(min(e.Kind, 1<<kindBits-1))
}

// sort replaces the records in the bin by sorted pairs, without duplicates. A
// bin that has a file is left with a file only, another in memory.
func (s *sorter) sort(ctx context.Context, b *bin) error {
	if b.size() == 0 {
		return nil
	}
	if err := s.load(ctx, b); err != nil {
		return err
	}
	slices.SortFunc(s.entries, func(x, y entry) int {
		if c := cmp.Compare(x.hash, y.hash); c != 0 {
			return c
		}
		return cmp.Compare(x.order, y.order)
	})
	s.split()
	if err := s.order(); err != nil {
		return err
	}
	slices.SortFunc(s.pairs, func(x, y span) int { return x.key.compare(y.key) })
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.write(b); err != nil {
		return err
	}
	s.arena.putAll(s.chunks)
	clear(s.chunks)
	return nil
}

// load takes all chunks of the bin and makes the index.
func (s *sorter) load(ctx context.Context, b *bin) (err error) {
	r, err := b.drain(s.arena)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	s.chunks, s.entries = s.chunks[:0], s.entries[:0]
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		chunk, _, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		s.chunks = append(s.chunks, chunk)
		if err := s.index(chunk); err != nil {
			return err
		}
	}
}

// index adds the records of the last chunk to the index.
func (s *sorter) index(chunk []byte) error {
	for rest := chunk; len(rest) > 0; {
		at := len(chunk) - len(rest) + hashLen
		hash, body, after, err := cutRecord(rest)
		if err != nil {
			return err
		}
		if _, err := decodeHead(&s.a, body, s.words); err != nil {
			return err
		}
		s.entries = append(s.entries, entry{
			hash: hash, order: orderOf(&s.a), chunk: uint32(len(s.chunks) - 1), at: uint32(at),
		})
		rest = after
	}
	return nil
}

// body returns an entry's encoded event, which index has found whole.
func (s *sorter) body(x entry) []byte {
	body, _, _ := cutSized(s.chunks[x.chunk][x.at:])
	return body
}

// key returns an entry's pair.
func (s *sorter) key(x entry) key {
	k, _ := decodeHead(&s.a, s.body(x), s.words)
	return k
}

// split finds the pairs in the index. Those of one hash are one pair but for
// rare collisions.
func (s *sorter) split() {
	s.pairs = s.pairs[:0]
	for from := 0; from < len(s.entries); {
		to := from + 1
		for to < len(s.entries) && s.entries[to].hash == s.entries[from].hash {
			to++
		}
		first := s.key(s.entries[from])
		collides := func(x entry) bool { return s.key(x) != first }
		if !slices.ContainsFunc(s.entries[from+1:to], collides) {
			s.pairs = append(s.pairs, span{key: first, from: from, to: to})
		} else {
			s.separate(from, to)
		}
		from = to
	}
}

// separate finds the pairs among entries of one hash.
func (s *sorter) separate(from, to int) {
	slices.SortStableFunc(s.entries[from:to], func(x, y entry) int { return s.key(x).compare(s.key(y)) })
	for from < to {
		k, end := s.key(s.entries[from]), from+1
		for end < to && s.key(s.entries[end]) == k {
			end++
		}
		s.pairs = append(s.pairs, span{key: k, from: from, to: end})
		from = end
	}
}

// order sorts the events within each pair as far as the index leaves it open,
// and drops duplicates, of which the first by place stays.
func (s *sorter) order() error {
	for i := range s.pairs {
		p := &s.pairs[i]
		kept := p.from
		for from := p.from; from < p.to; {
			to := from + 1
			for to < p.to && s.entries[to].order == s.entries[from].order {
				to++
			}
			same := s.entries[from:to]
			if len(same) > 1 {
				var err error
				if same, err = s.distinct(same); err != nil {
					return err
				}
			}
			kept += copy(s.entries[kept:], same)
			from = to
		}
		p.to = kept
		s.events += int64(kept - p.from)
	}
	s.found += int64(len(s.pairs))
	return nil
}

// distinct sorts entries of equal order by their events, and returns those
// that are no duplicates. Events are decoded again for each comparison: there
// are few such entries, and their number has no limit.
func (s *sorter) distinct(same []entry) ([]entry, error) {
	var failed error
	decode := func(e *event.Event, x entry) {
		if _, err := decodeEvent(e, s.body(x), s.words); err != nil {
			failed = err
		}
	}
	slices.SortFunc(same, func(x, y entry) int {
		decode(&s.a, x)
		decode(&s.b, y)
		if c := compareEvents(&s.a, &s.b); c != 0 {
			return c
		}
		return s.a.Place.Compare(s.b.Place)
	})
	kept := same[:1]
	for _, x := range same[1:] {
		decode(&s.a, kept[len(kept)-1])
		decode(&s.b, x)
		if compareEvents(&s.a, &s.b) == 0 {
			s.duplicates = append(s.duplicates, s.b.Place)
		} else {
			kept = append(kept, x)
		}
	}
	return kept, failed
}

// write replaces what the bin's file holds, or its memory if it has none, by
// the sorted pairs.
func (s *sorter) write(b *bin) (err error) {
	out := sink{arena: s.arena}
	sorted := blockFile{path: b.file.path + sortedSuffix}
	if b.file.size > 0 {
		if out.file, err = sorted.writer(); err != nil {
			return err
		}
	}
	for _, p := range s.pairs {
		if err := s.writePair(&out, p); err != nil {
			return errors.Join(err, out.abort())
		}
	}
	chunks, err := out.finish()
	if err != nil {
		return err
	}
	for _, chunk := range chunks {
		b.add(chunk)
	}
	if out.file == nil {
		return nil
	}
	if err := b.file.remove(); err != nil {
		return err
	}
	b.file = sorted
	return nil
}

func (s *sorter) writePair(out *sink, p span) error {
	head := s.encoder.pair(nil, p.key, p.to-p.from)
	if err := out.add(head); err != nil {
		return err
	}
	for _, x := range s.entries[p.from:p.to] {
		if err := out.addSized(s.body(x)); err != nil {
			return err
		}
	}
	return nil
}
