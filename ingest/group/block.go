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
// whose pair is not known. All writers must be closed. The set stays as it is. If one
// writer has added the events, the blocks are the same whenever it adds them in the
// same order, whatever the memory.
func (s *Set) Blocks(ctx context.Context, fn func(part int, block []byte) error) error {
	if err := s.failed.Load(); err != nil {
		return *err
	}
	b := blocker{shapes: s.shapes.events(), local: make(map[uint32]uint32)}
	for i := range s.bins {
		part := i
		if i >= s.partitions {
			part = -1
		}
		r, err := s.bins[i].open(&s.arena)
		if err != nil {
			return err
		}
		flush := func() error {
			if len(b.records) == 0 {
				return nil
			}
			block, err := b.block()
			if err != nil {
				return err
			}
			return fn(part, block)
		}
		err = r.eachRecord(ctx, func(rec record) error {
			if len(b.records)+len(rec) > blockSize {
				if err := flush(); err != nil {
					return err
				}
			}
			b.records = append(b.records, rec...)
			return nil
		})
		if err == nil {
			err = flush()
		}
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
	records []byte
	head    []byte
}

// block makes a block of the records, and forgets them.
func (b *blocker) block() ([]byte, error) {
	clear(b.local)
	var words []byte
	for rest := b.records; len(rest) > 0; {
		rec, after, err := cutRecord(rest)
		if err != nil {
			return nil, err
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
			words = shapeOf(&b.shapes[id]).append(words)
		}
		binary.LittleEndian.PutUint32(rec[atShape:], own)
	}
	b.head = binary.AppendUvarint(b.head[:0], uint64(len(b.local)))
	whole := slices.Concat(b.head, words, b.records)
	b.records = b.records[:0]
	return s2.Encode(nil, whole), nil
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

// eachInBlock calls fn for every record of a block, with the block's shapes.
func eachInBlock(ctx context.Context, block []byte, fn func(record, []event.Event) error) error {
	whole, err := s2.Decode(nil, block)
	if err != nil {
		return err
	}
	d := decoder{buf: whole}
	n := d.uvarint()
	if n > uint64(len(whole)) {
		return errCorrupt
	}
	shapes := make([]event.Event, 1, n+1)
	for range n {
		of := shape{billable: event.Flag(d.byte()), hasAmount: d.uvarint() != 0}
		for i := range of.words {
			of.words[i] = d.text()
		}
		var e event.Event
		of.fill(&e)
		shapes = append(shapes, e)
	}
	if d.failed {
		return errCorrupt
	}
	return eachRecord(ctx, d.buf, func(rec record) error { return fn(rec, shapes) })
}

// AddBlock adds the events of a block that Blocks has handed over for a part: each is
// in the pair that it was in. The error is as that of Add, or says that the bytes are
// no block.
func (w *Writer) AddBlock(ctx context.Context, block []byte) error {
	var e event.Event
	return eachInBlock(ctx, block, func(rec record, shapes []event.Event) error {
		k, err := rec.decode(&e, shapes)
		if err != nil {
			return err
		}
		var to *key
		if own, ok := keyOf(&e); !ok || own != k {
			to = &k
		}
		hash := w.hash(k)
		return w.add(w.set.partition(hash), hash, &e, to)
	})
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
