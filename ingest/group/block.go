package group

import (
	"context"
	"encoding/binary"
	"slices"

	"github.com/klauspost/compress/s2"

	"waudit/audit/event"
)

// A block is some records with the shapes that they have, so that another process of
// the same build can read them. It is compressed by s2:
//
//	shapes   uvarint, how many; of each its flags (billable, 1 byte, and has amount, a
//	         uvarint) and its words, each a uvarint length and its bytes
//	records  as a set keeps them, but that a shape is its number in this block, from 1

// blockSize is how many bytes of records a block has about: some 4,000 events.
const blockSize = 512 << 10

// Blocks hands over what was added to the set, unsealed, as blocks: of the parts, each
// with the events whose pair is known to be in it, and then, as part -1, of the events
// whose pair is not known. A block is valid during the call. All writers must be closed.
// The set stays as it is. If one writer has added the events, the blocks are the same
// whenever it adds them in the same order, whatever the memory.
func (s *Set) Blocks(ctx context.Context, fn func(part int, block []byte) error) error {
	if err := s.failed.Load(); err != nil {
		return *err
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
			if wanted = want(part, n); !wanted || b.size < blockSize {
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
	shapes  []event.Event
	local   map[uint32]uint32 // number of a shape in the block, by that in the set
	to      func(block []byte) error
	records [][]byte // in pieces: a pair of very many events is not copied as they grow
	size    int      // of the records, in bytes

	words, whole, block []byte // used again
}

func (s *Set) blocker() *blocker {
	return &blocker{shapes: s.shapes.events(), local: make(map[uint32]uint32)}
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

// flushFor hands over what there is if the record has no room beside it.
func (b *blocker) flushFor(rec record) error {
	if b.size+len(rec) > blockSize {
		return b.flush()
	}
	return nil
}

// flush makes a block of the records, if there are any, hands it over and forgets them.
func (b *blocker) flush() error {
	if b.size == 0 {
		return nil
	}
	clear(b.local)
	b.words = b.words[:0]
	for _, piece := range b.records {
		if err := b.number(piece); err != nil {
			return err
		}
	}
	b.whole = slices.Grow(b.whole[:0], binary.MaxVarintLen64+len(b.words)+b.size)
	b.whole = binary.AppendUvarint(b.whole, uint64(len(b.local)))
	b.whole = append(b.whole, b.words...)
	for _, piece := range b.records {
		b.whole = append(b.whole, piece...)
	}
	clear(b.records[1:])
	b.records, b.size = append(b.records[:0], b.records[0][:0]), 0
	b.block = s2.Encode(b.block[:cap(b.block)], b.whole)
	return b.to(b.block)
}

// number gives the records of a piece the numbers of their shapes in the block.
func (b *blocker) number(piece []byte) error {
	for rest := piece; len(rest) > 0; {
		rec, after, err := cutRecord(rest)
		if err != nil {
			return err
		}
		rest = after
		id := rec.shape()
		if id == unshaped {
			continue
		}
		own := b.local[id]
		if own == 0 {
			own = uint32(len(b.local) + 1)
			b.local[id] = own
			b.words = shapeOf(&b.shapes[id]).append(b.words)
		}
		binary.LittleEndian.PutUint32(rec[atShape:], own)
	}
	return nil
}

// add adds a copy of a record.
func (b *blocker) add(rec record) {
	last := len(b.records) - 1
	if last < 0 || len(b.records[last]) > 0 && cap(b.records[last])-len(b.records[last]) < len(rec) {
		b.records = append(b.records, make([]byte, 0, max(blockSize, len(rec))))
		last++
	}
	b.records[last] = append(b.records[last], rec...)
	b.size += len(rec)
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

// opened is a block that can be read. Its memory is used again by the next.
type opened struct {
	whole   []byte
	records []byte
	shapes  []event.Event // of the block, by number
}

func (o *opened) open(block []byte) error {
	n, err := s2.DecodedLen(block)
	if err != nil {
		return err
	}
	o.whole = slices.Grow(o.whole[:0], n)[:n]
	if _, err := s2.Decode(o.whole, block); err != nil {
		return err
	}
	d := decoder{buf: o.whole}
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
	if d.failed {
		return errCorrupt
	}
	o.records = d.buf
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
