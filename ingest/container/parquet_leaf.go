package container

import (
	"errors"
	"fmt"
	"hash/crc32"
	"math/bits"
	"slices"
	"sort"

	"github.com/parquet-go/parquet-go/format"

	"waudit/ingest/row"
)

// leafReader goes through the values of a chunk, page by page.
type leafReader struct {
	chunk  *chunk
	next   int // index of the page behind the present one
	left   int // values of the present page that are not read yet, null or not
	reps   hybrid
	defs   hybrid
	noNull bool // of no value of the page is a level stored: none is null
	values pageValues

	data    []byte // of the present page
	scratch *scratch
}

// scratch is memory that all columns of a decoder use, one after the other.
type scratch struct {
	packed              []byte // a page as it is stored
	unpacker            decompressor
	levels, at, indexes [batchValues]uint32
	numbers             [batchValues]int64
}

func newLeafReader(c *chunk, s *scratch) *leafReader {
	r := &leafReader{chunk: c, scratch: s}
	r.values.scratch, r.values.typ = s, &c.leaf.typ
	return r
}

// seek goes to the page with a row of the group, and returns how many rows of
// it lie in front. If the chunk is not seekable it goes to the first.
func (r *leafReader) seek(c *chunk, target int64) int {
	r.chunk, r.left, r.next = c, 0, 0
	if !c.seekable || len(c.pages) == 0 {
		return 0
	}
	r.next = sort.Search(len(c.pages), func(i int) bool { return c.pages[i].row > target }) - 1
	return int(target - c.pages[r.next].row)
}

// seekRow goes to a row of the group, where each row has one value.
func (r *leafReader) seekRow(c *chunk, target int64) error {
	n := r.seek(c, target)
	if n == 0 {
		return nil
	}
	if left, err := r.more(); err != nil || left < n {
		return orElse(err, errData)
	}
	return r.skip(n)
}

// skip goes over n rows of the present page, which has a value in each.
func (r *leafReader) skip(n int) error {
	r.left -= n
	for n > 0 {
		m := min(n, batchValues)
		there := m
		if !r.noNull {
			levels := r.scratch.levels[:m]
			if err := r.defs.read(levels); err != nil {
				return err
			}
			there = 0
			for _, level := range levels {
				there += int(level & 1)
			}
		}
		if err := r.values.skip(there); err != nil {
			return err
		}
		n -= m
	}
	return nil
}

// more makes sure that there is a value to be read, and returns how many there
// are in the page.
func (r *leafReader) more() (int, error) {
	if r.left == 0 {
		if r.next == len(r.chunk.pages) {
			return 0, errors.New("it ends too early")
		}
		if err := r.page(); err != nil {
			return 0, err
		}
	}
	return r.left, nil
}

// flat reads one value for each of the next rows, which are left in the page. It
// goes to the cell that the row's entry of at is the index of.
func (r *leafReader) flat(cells []row.Cell, at []uint32) error {
	r.left -= len(at)
	r.values.made = r.values.made[:0] // the rows before are done with
	there, err := r.present(cells, at)
	if err != nil {
		return err
	}
	return r.values.read(cells, there)
}

// present returns the entries of at of those of the next values that are not
// null, and makes the other cells null.
func (r *leafReader) present(cells []row.Cell, at []uint32) ([]uint32, error) {
	all, none, err := r.uniform(len(at))
	if err != nil || all {
		return at, err
	}
	if none {
		for _, o := range at {
			cells[o] = row.Cell{}
		}
		return nil, nil
	}
	levels := r.scratch.levels[:len(at)]
	if err := r.defs.read(levels); err != nil {
		return nil, err
	}
	there, n := r.scratch.at[:len(at)], 0
	for i, o := range at {
		there[n] = o
		if levels[i] == 1 {
			n++
		} else {
			cells[o] = row.Cell{}
		}
	}
	return there[:n], nil
}

// uniform reports whether all or none of the next n values are there, and goes
// over their levels if so.
func (r *leafReader) uniform(n int) (all, none bool, err error) {
	if r.noNull {
		return true, false, nil
	}
	level, same, err := r.defs.same(n)
	if err != nil || !same {
		return false, false, err
	}
	return level == 1, level != 1, r.defs.skip(n)
}

// page reads the next page.
func (r *leafReader) page() error {
	p := &r.chunk.pages[r.next]
	r.next++
	if err := r.load(p); err != nil {
		return fmt.Errorf("page at byte %d: %w", p.offset, err)
	}
	r.left = p.values
	return nil
}

func (r *leafReader) load(p *page) error {
	data, err := r.bytes(p)
	if err != nil {
		return err
	}
	if data, err = r.beginLevels(p, data); err != nil {
		return err
	}
	if p.encoding == format.RLEDictionary {
		if r.values.entries, err = r.chunk.dictionaryEntries(r.scratch); err != nil {
			return fmt.Errorf("dictionary: %w", err)
		}
	}
	return r.values.begin(data, p.encoding, p.values)
}

// bytes reads and unpacks a page.
func (r *leafReader) bytes(p *page) ([]byte, error) {
	codec := r.chunk.meta.Codec
	to := &r.scratch.packed
	if codec == format.Uncompressed || p.plain {
		to = &r.data
	}
	*to = slices.Grow((*to)[:0], p.size)[:p.size]
	stored := *to
	if err := readFull(r.chunk.file.at, stored, p.offset); err != nil {
		return nil, err
	}
	if p.crc != 0 && crc32.ChecksumIEEE(stored) != p.crc {
		return nil, errors.New("its checksum is wrong")
	}
	if to == &r.data {
		return stored, nil
	}
	levels := p.repSize + p.defSize // of version 2; they are not compressed
	r.data = append(r.data[:0], stored[:levels]...)
	var err error
	r.data, err = r.scratch.unpacker.unpack(r.data, codec, stored[levels:], p.uncompressed-levels)
	return r.data, err
}

// beginLevels starts with the levels in front of the values, and returns these.
func (r *leafReader) beginLevels(p *page, data []byte) ([]byte, error) {
	leaf := r.chunk.leaf
	reps, defs := data[:0], data[:0]
	var err error
	switch {
	case p.version2:
		reps, defs, data = data[:p.repSize], data[p.repSize:p.repSize+p.defSize], data[p.repSize+p.defSize:]
	case p.levels != format.RLE && leaf.maxRep+leaf.maxDef > 0:
		return nil, fmt.Errorf("its levels are encoded as %s, which is not read", p.levels)
	default:
		if leaf.maxRep > 0 {
			if reps, data, err = cutPrefixed(data); err != nil {
				return nil, err
			}
		}
		if leaf.maxDef > 0 {
			if defs, data, err = cutPrefixed(data); err != nil {
				return nil, err
			}
		}
	}
	r.noNull = leaf.maxDef == 0 || p.version2 && p.defSize == 0
	r.reps.begin(reps, uint(bits.Len(uint(leaf.maxRep))))
	r.defs.begin(defs, uint(bits.Len(uint(leaf.maxDef))))
	return data, nil
}

// dictionaryEntries returns the dictionary of the chunk. Whoever needs it first
// reads it for all.
func (c *chunk) dictionaryEntries(s *scratch) (dictionary, error) {
	c.once.Do(func() {
		defer recoverAs(&c.err)
		c.entries, c.err = c.readDictionary(s)
	})
	return c.entries, c.err
}

func (c *chunk) readDictionary(s *scratch) (dictionary, error) {
	p := &c.dictionary
	if p.offset == 0 {
		return nil, errors.New("there is none")
	}
	r := newLeafReader(c, s)
	data, err := r.bytes(p)
	if err != nil {
		return nil, err
	}
	if err := r.values.begin(data, p.encoding, p.values); err != nil {
		return nil, err
	}
	entries := make(dictionary, 0, min(p.values, len(data)+1))
	for len(entries) < p.values {
		n := min(p.values-len(entries), batchValues)
		entries = slices.Grow(entries, n)[:len(entries)+n]
		for i := range n {
			s.at[i] = uint32(len(entries) - n + i)
		}
		if err := r.values.read(entries, s.at[:n]); err != nil {
			return nil, err
		}
	}
	return entries, nil
}
