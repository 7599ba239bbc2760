package group

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"waudit/audit/event"
	"waudit/ingest/phone"
)

// sorter brings one bin after another into order. It is for one goroutine and
// keeps its memory from bin to bin.
type sorter struct {
	arena  *arena
	shapes []event.Event
	twins  func(a, b uint32) bool // see SealOptions
	bill   uint32                 // see SealOptions

	chunks  [][]byte // of the bin at hand
	records []indexed
	pairs   []recordRange
	pairOf  []int32      // index in pairs, by record
	table   []int32      // index in pairs and 1, by hash; 0 for none
	items   []pairRecord // the records, pair by pair
	a, b    event.Event

	events     int64
	found      int64 // pairs
	duplicates []event.Place
}

// indexed is a record in the index by which a bin is sorted.
type indexed struct {
	hash uint64 // of the pair
	pairRecord
}

// pairRecord is a record within its pair.
type pairRecord struct {
	order uint64 // see orderOf
	at    ref
}

// ref says where a record lies: the number of the chunk and the offset in it.
type ref uint64

func refTo(chunk, offset int) ref { return ref(chunk)<<32 | ref(offset) }

// record returns the record, which index has found whole.
func (r ref) record(chunks [][]byte) record {
	chunk := chunks[r>>32][uint32(r):]
	return record(chunk[:binary.LittleEndian.Uint32(chunk)])
}

// recordRange is the records of one pair.
type recordRange struct {
	hash     uint64
	first    record
	key      key
	from, to int  // in items
	mixed    bool // records write the user's phone in several forms
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
	s.split()
	if err := s.order(); err != nil {
		return err
	}
	if err := s.show(); err != nil {
		return err
	}
	slices.SortFunc(s.pairs, func(x, y recordRange) int { return x.key.compare(y.key) })
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.store(b)
}

// load takes all chunks of the bin and makes the index.
func (s *sorter) load(ctx context.Context, b *bin) (err error) {
	r, err := b.drain(s.arena)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	s.chunks, s.records = s.chunks[:0], s.records[:0]
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
		rec, after, err := cutRecord(rest)
		if err != nil {
			return err
		}
		s.records = append(s.records, indexed{rec.hash(), pairRecord{rec.order(), refTo(len(s.chunks)-1, len(chunk)-len(rest))}})
		rest = after
	}
	return nil
}

// split finds the pairs, and puts the records of each together.
func (s *sorter) split() {
	size := 64
	for size < 2*len(s.records) {
		size *= 2
	}
	s.table = slices.Grow(s.table[:0], size)[:size]
	clear(s.table)
	s.pairs, s.pairOf = s.pairs[:0], s.pairOf[:0]
	for i := range s.records {
		p := s.pair(&s.records[i])
		s.pairs[p].to++
		s.pairOf = append(s.pairOf, p)
	}
	from := 0
	for i := range s.pairs {
		p := &s.pairs[i]
		n := p.to
		p.from, p.to = from, from
		from += n
	}
	s.items = slices.Grow(s.items[:0], from)[:from]
	for i := range s.records {
		p := &s.pairs[s.pairOf[i]]
		s.items[p.to] = s.records[i].pairRecord
		p.to++
	}
}

// pair returns the index of the record's pair, making it if need be.
func (s *sorter) pair(x *indexed) int32 {
	rec := x.at.record(s.chunks)
	if n := len(s.pairOf); n > 0 { // events of one pair often come together
		at := s.pairOf[n-1]
		if p := &s.pairs[at]; p.hash == x.hash {
			if same, alike := rec.in(p.first, s.shapes); same && alike {
				return at
			}
		}
	}
	for slot := x.hash; ; slot++ {
		at := &s.table[slot%uint64(len(s.table))]
		if *at == 0 {
			s.pairs = append(s.pairs, recordRange{hash: x.hash, first: rec, key: rec.key(s.shapes)})
			*at = int32(len(s.pairs))
			return *at - 1
		}
		if p := &s.pairs[*at-1]; p.hash == x.hash {
			if same, alike := rec.in(p.first, s.shapes); same {
				p.mixed = p.mixed || !alike
				return *at - 1
			}
		}
	}
}

// key returns the record's pair.
func (r record) key(shapes []event.Event) key {
	if r.plain() && int64(r.shape()) < int64(len(shapes)) {
		user, _ := r.text(atUser, headSize)
		return key{number: shapes[r.shape()].Number, other: user, by: byPhone}
	}
	var e event.Event
	k, _ := r.decode(&e, shapes)
	return k
}

// in reports whether the record is of the same pair as the other, and whether
// it writes the pair's names alike.
func (r record) in(other record, shapes []event.Event) (same, alike bool) {
	if r.plain() && other.plain() && sameNumber(r.shape(), other.shape(), shapes) {
		n := r.length(atUser)
		if n == other.length(atUser) && string(r[headSize:headSize+n]) == string(other[headSize:headSize+n]) {
			return true, true
		}
	}
	k, l := r.key(shapes), other.key(shapes)
	return k.same(l), k == l
}

// sameNumber reports whether events of two shapes are of one business number.
func sameNumber(a, b uint32, shapes []event.Event) bool {
	return a == b || int64(max(a, b)) < int64(len(shapes)) && shapes[a].Number == shapes[b].Number
}

// show gives every pair the key by which it is shown and ordered, whichever
// record came first.
func (s *sorter) show() error {
	for i := range s.pairs {
		p := &s.pairs[i]
		if p.key.by != byPhone || !phone.Varies(p.key.other) {
			continue
		}
		if !p.mixed {
			p.key.other = phone.Bare(p.key.other)
			continue
		}
		all := packed{chunks: s.chunks, shapes: s.shapes}
		for n, x := range s.items[p.from:p.to] {
			k, err := all.add(x.at)
			if err != nil {
				return err
			}
			if n == 0 {
				p.key = k
			}
		}
		p.key.other = shownUser(p.key.other, event.ListOfPacked(&all))
	}
	return nil
}

// order sorts the events within each pair, and drops duplicates, of which the
// first by place stays.
func (s *sorter) order() error {
	byOrder := func(x, y pairRecord) int { return cmp.Compare(x.order, y.order) }
	for i := range s.pairs {
		p := &s.pairs[i]
		all := s.items[p.from:p.to]
		if !slices.IsSortedFunc(all, byOrder) {
			slices.SortFunc(all, byOrder)
		}
		kept := 0
		for from := 0; from < len(all); {
			to := from + 1
			for to < len(all) && all[to].order == all[from].order {
				to++
			}
			same := all[from:to]
			if len(same) > 1 {
				var err error
				if same, err = s.distinct(same); err != nil {
					return err
				}
			}
			kept += copy(all[kept:], same)
			from = to
		}
		p.to = p.from + kept
		s.events += int64(kept)
	}
	s.found += int64(len(s.pairs))
	return nil
}

// distinct sorts records of equal order by their events, and returns those
// that are no duplicates. Events are decoded again for each comparison: there
// are few such records, and their number has no limit.
func (s *sorter) distinct(same []pairRecord) ([]pairRecord, error) {
	var failed error
	decode := func(e *event.Event, x pairRecord) {
		if _, err := x.at.record(s.chunks).decode(e, s.shapes); err != nil {
			failed = err
		}
	}
	slices.SortFunc(same, func(x, y pairRecord) int {
		decode(&s.a, x)
		decode(&s.b, y)
		if c := compareEvents(&s.a, &s.b); c != 0 {
			return c
		}
		p, q := s.a.Place, s.b.Place
		if s.a.BillLine() && s.a.Line == "" { // what may be one row stands together
			return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Item, q.Item), cmp.Compare(p.Input, q.Input))
		}
		return p.Compare(q)
	})
	kept, equal := same[:1], 0 // of the kept ones, how many at the end are equal
	for _, x := range same[1:] {
		decode(&s.a, kept[len(kept)-1])
		decode(&s.b, x)
		switch {
		case compareEvents(&s.a, &s.b) != 0:
			kept, equal = append(kept, x), 0
		case s.b.BillLine() && !s.repeats(kept[len(kept)-1-equal:], decode):
			kept, equal = append(kept, x), equal+1
		default:
			s.duplicates = append(s.duplicates, s.b.Place)
		}
	}
	return kept, failed
}

// repeats reports whether the bill line in s.b repeats one of those that say the
// same: one with its id, else the same row of the same file, read again. Elsewhere
// in a file equal rows are charges of their own, and a bill repeats no log.
func (s *sorter) repeats(equal []pairRecord, decode func(*event.Event, pairRecord)) bool {
	for _, x := range slices.Backward(equal) {
		decode(&s.a, x)
		p, q := s.a.Place, s.b.Place
		switch {
		case s.b.Line == "" && (p.Line != q.Line || p.Item != q.Item):
			return false // so are all before
		case (p.Input >= s.bill) != (q.Input >= s.bill):
		case s.b.Line != "" || p.Input == q.Input || s.twins != nil && s.twins(p.Input, q.Input):
			return true
		}
	}
	return false
}

// store replaces what the bin's file holds, or its memory if it has none, by
// the sorted records.
func (s *sorter) store(b *bin) (err error) {
	out := sink{arena: s.arena}
	sorted := blockFile{path: b.file.path + sortedSuffix}
	if b.file.size > 0 {
		if out.file, err = sorted.writer(); err != nil {
			return err
		}
	}
	for i := range s.pairs {
		p := &s.pairs[i]
		for n, x := range s.items[p.from:p.to] {
			if err := out.add(x.at.record(s.chunks), n == 0); err != nil {
				return errors.Join(err, out.abort())
			}
		}
	}
	chunks, err := out.finish()
	if err != nil {
		return err
	}
	s.arena.putAll(s.chunks)
	clear(s.chunks)
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
