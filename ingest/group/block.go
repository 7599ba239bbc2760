package group

import (
	"context"
	"encoding/binary"
	"slices"

	"github.com/klauspost/compress/s2"

	"waudit/audit/event"
)

// A block is some records with the shapes that they have, so that another process of
// the same build can read them. It is compressed by s2, in segments, each behind its length
// (4 bytes, little endian), so that a pair of very many events is in memory but once:
//
//	records  as a set keeps them, but that a shape is its number in this block, from 1
//	shapes   uvarint, how many; of each its flags (billable, 1 byte, and has amount, a
//	         uvarint) and its words, each a uvarint length and its bytes
//	length   4 bytes, little endian: of the shapes

// blockSize is how many bytes of records a block has about: some 4,000 events.
const blockSize = 512 << 10

// segmentSize is how many bytes a segment has at least before it is compressed, but for the
// last: only a pair or a record that is larger makes more than one.
const segmentSize = 2 * blockSize

const lengthSize = 4 // bytes of a length

// Blocks hands over what was added to the set, unsealed, as blocks: of the parts, each
// with the events whose pair is known to be in it, and then, as part -1, of the events
// whose pair is not known. A block is valid during the call. All writers must be closed.
// The set stays as it is. If one writer has added the events, the blocks are the same
// whenever it adds them in the same order, whatever the memory.
func (s *Set) Blocks(ctx context.Context, fn func(part int, block []byte) error) error {
	if err := s.failed.Load(); err != nil {
		return *err
	}
	for i := range s.early {
		if err := s.early[i].flush(); err != nil {
			return err
		}
	}
	b := s.blocker()
	for i := range s.bins {
		part := i
		if i >= s.partitions {
			part = -1
		}
		b.to = func(block []byte) error { return fn(part, block) }
		if err := b.bin(ctx, s, i, func(rec record) (bool, error) { return true, b.flushFor(rec) }); err != nil {
			return err
		}
	}
	return nil
}

// BlocksEarly makes an empty set, which cannot be sealed then, hand over the blocks of its
// parts as soon as they are full, rather than keep events till Blocks hands over what is
// left. They are the same then, but for their order among the parts. Of a set of so many
// parts that few blocks get full it changes nothing. One writer may add events.
func (s *Set) BlocksEarly(fn func(part int, block []byte) error) {
	if s.partitions > earlyParts {
		return
	}
	s.early = make([]*blocker, s.partitions)
	for i := range s.early {
		s.early[i] = s.blocker()
		s.early[i].to = func(block []byte) error { return fn(i, block) }
	}
}

// earlyParts is of how many parts a set hands over blocks early, each of which has a
// block that is being filled.
const earlyParts = 128

// BlocksOf hands over the pairs of a sealed set for which want is true, by their part
// and their number in it as Each counts them, as blocks of whole pairs in order, which
// EachPair reads. A block is valid during the call. Passing over pairs costs little.
func (s *Set) BlocksOf(ctx context.Context, want func(part, n int) bool, fn func(block []byte) error) error {
	if !s.sealed {
		return errNotSealed
	}
	b := s.blocker()
	b.to = fn
	for part := range s.partitions {
		n, wanted := -1, false
		err := b.bin(ctx, s, part, func(rec record) (bool, error) {
			if rec[atFlags]&beginsPair == 0 {
				return wanted, nil
			}
			n++
			if wanted = want(part, n); !wanted || b.packed+len(b.records) < blockSize {
				return wanted, nil
			}
			return true, b.flush()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// blocker makes blocks of records.
type blocker struct {
	shapes  *shapes
	size    int      // most bytes of records that a block has, unless a record has more
	local   []uint32 // number of a shape in the block, by that in the set; 0: it has none yet
	used    []uint32 // shapes of the block, by their numbers in the set
	to      func(block []byte) error
	records []byte // that are not in the block yet
	packed  int    // bytes of records that are
	block   []byte // used again
}

func (s *Set) blocker() *blocker {
	return &blocker{shapes: s.shapes, size: blockSize}
}

// bin makes blocks of the records of a bin that fn wants.
func (b *blocker) bin(ctx context.Context, s *Set, i int, fn func(record) (bool, error)) error {
	r, err := s.bins[i].open(&s.arena)
	if err != nil {
		return err
	}
	err = r.eachRecord(ctx, func(rec record) error {
		wanted, err := fn(rec)
		if wanted {
			b.add(rec)
		}
		return err
	})
	if err == nil {
		err = b.flush()
	}
	return err
}

// add adds a record to the block.
func (b *blocker) add(rec record) {
	at := len(b.records)
	b.records = append(b.records, rec...)
	if id := rec.shape(); id != unshaped {
		if missing := int(id) + 1 - len(b.local); missing > 0 {
			b.local = append(b.local, make([]uint32, missing)...)
		}
		if b.local[id] == 0 {
			b.used = append(b.used, id)
			b.local[id] = uint32(len(b.used))
		}
		binary.LittleEndian.PutUint32(b.records[at+atShape:], b.local[id])
	}
	if len(b.records) >= segmentSize {
		b.packed += len(b.records)
		b.records = b.pack(b.records)
	}
}

// pack adds a segment to the block, and returns its memory for the next. A segment is the
// length of what follows, and the bytes compressed.
func (b *blocker) pack(whole []byte) []byte {
	at := len(b.block)
	b.block = slices.Grow(b.block, lengthSize+s2.MaxEncodedLen(len(whole)))
	segment := s2.Encode(b.block[at+lengthSize:cap(b.block)], whole)
	b.block = binary.LittleEndian.AppendUint32(b.block, uint32(len(segment)))[:at+lengthSize+len(segment)]
	return whole[:0]
}

// flushFor hands over what there is if the record has no room beside it.
func (b *blocker) flushFor(rec record) error {
	if b.packed+len(b.records)+len(rec) > b.size {
		return b.flush()
	}
	return nil
}

// chunk makes blocks of the records of a chunk.
func (b *blocker) chunk(chunk []byte) error {
	for len(chunk) > 0 {
		rec, rest, err := cutRecord(chunk)
		if err == nil {
			err = b.flushFor(rec)
		}
		if err != nil {
			return err
		}
		b.add(rec)
		chunk = rest
	}
	return nil
}

// flush makes a block of the records, if there are any, hands it over and forgets them.
func (b *blocker) flush() error {
	if b.packed+len(b.records) == 0 {
		return nil
	}
	at := len(b.records)
	whole, shapes := binary.AppendUvarint(b.records, uint64(len(b.used))), b.shapes.events()
	for _, id := range b.used {
		whole = shapeOf(&shapes[id]).append(whole)
		b.local[id] = 0
	}
	whole = binary.LittleEndian.AppendUint32(whole, uint32(len(whole)-at))
	b.records, b.used, b.packed = b.pack(whole), b.used[:0], 0
	block := b.block
	b.block = b.block[:0]
	return b.to(block)
}

// append appends the shape to dst.
func (s shape) append(dst []byte) []byte {
	dst = append(dst, byte(s.billable))
	dst = binary.AppendUvarint(dst, boolBit(s.hasAmount))
	for _, word := range s.words {
		dst = appendText(dst, word)
	}
	return dst
}

// eachSegment calls fn for what each segment of a block has compressed.
func eachSegment(block []byte, fn func(segment []byte) error) error {
	for len(block) > 0 {
		if len(block) < lengthSize {
			return errCorrupt
		}
		n := binary.LittleEndian.Uint32(block)
		if block = block[lengthSize:]; int64(n) > int64(len(block)) {
			return errCorrupt
		}
		if err := fn(block[:n]); err != nil {
			return err
		}
		block = block[n:]
	}
	return nil
}

// opened is a block that can be read. Its memory is used again by the next.
type opened struct {
	whole   []byte
	records []byte
	shapes  []event.Event // of the block, by number
}

func (o *opened) open(block []byte) error {
	size := 0
	err := eachSegment(block, func(segment []byte) error {
		n, err := s2.DecodedLen(segment)
		size += n
		return err
	})
	if err != nil {
		return err
	}
	o.whole = slices.Grow(o.whole[:0], size)
	err = eachSegment(block, func(segment []byte) error {
		all, err := s2.Decode(o.whole[len(o.whole):cap(o.whole)], segment)
		o.whole = o.whole[:len(o.whole)+len(all)]
		return err
	})
	if err != nil {
		return err
	}
	end := len(o.whole) - 4
	if end < 0 {
		return errCorrupt
	}
	length := binary.LittleEndian.Uint32(o.whole[end:])
	if int64(length) > int64(end) {
		return errCorrupt
	}
	o.records = o.whole[:end-int(length)]
	d := decoder{buf: o.whole[len(o.records):end]}
	shapes := d.uvarint()
	if shapes > uint64(len(o.whole)) {
		return errCorrupt
	}
	o.shapes = append(o.shapes[:0], event.Event{})
	for range shapes {
		of := shape{billable: event.Flag(d.byte()), hasAmount: d.uvarint() != 0}
		for i := range of.words {
			of.words[i] = d.text()
		}
		var e event.Event
		of.fill(&e)
		o.shapes = append(o.shapes, e)
	}
	if d.failed || len(d.buf) > 0 {
		return errCorrupt
	}
	return nil
}

// eachInBlock calls fn for every record of a block, with the block's shapes.
func eachInBlock(ctx context.Context, block []byte, fn func(record, []event.Event) error) error {
	var o opened
	if err := o.open(block); err != nil {
		return err
	}
	return eachRecord(ctx, o.records, func(rec record) error { return fn(rec, o.shapes) })
}

// AddBlock adds the events of a block that Blocks has handed over for a part: each is
// in the pair that it was in. The error is as that of Add, or says that the bytes are
// no block.
func (w *Writer) AddBlock(ctx context.Context, block []byte) error {
	if err := w.block.open(block); err != nil {
		return err
	}
	own := make([]uint32, len(w.block.shapes)) // numbers of the block's shapes in the set
	for i := range own[1:] {
		own[i+1] = w.encoder.id(&w.block.shapes[i+1])
	}
	var e event.Event
	return eachRecord(ctx, w.block.records, func(rec record) error {
		id := rec.shape()
		if int64(id) >= int64(len(own)) {
			return errCorrupt
		}
		// By the hash of the set that it was in the record is of the same pair here.
		bin := w.set.partition(rec.hash() * w.set.spread)
		if id == unshaped || own[id] != unshaped {
			binary.LittleEndian.PutUint32(rec[atShape:], own[id])
			return w.put(bin, rec)
		}
		k, err := rec.decode(&e, w.block.shapes)
		if err != nil {
			return err
		}
		return w.add(bin, rec.hash(), &e, &k)
	})
}

// PairReader reads blocks of pairs. It is for one goroutine, and keeps its memory from
// block to block.
type PairReader struct {
	block opened
	pairs pairs
}

// Each calls fn for every pair of a block that BlocksOf has handed over. What it hands
// to fn is valid during the call.
func (r *PairReader) Each(block []byte, fn func(event.Pair) error) error {
	if err := r.block.open(block); err != nil {
		return err
	}
	r.pairs.reader, r.pairs.shapes = &reader{arena: &arena{}, chunks: [][]byte{r.block.records}}, r.block.shapes
	return r.pairs.each(nil, fn)
}

// AddPending adds the events of a block that Blocks has handed over for none of the
// parts, as Add does.
func (w *Writer) AddPending(ctx context.Context, block []byte) error {
	return EachPending(ctx, block, w.Add)
}

// EachPending calls fn for every event of such a block.
func EachPending(ctx context.Context, block []byte, fn func(*event.Event) error) error {
	var e event.Event
	return eachInBlock(ctx, block, func(rec record, shapes []event.Event) error {
		if _, err := rec.decode(&e, shapes); err != nil {
			return err
		}
		return fn(&e)
	})
}
