package container

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"sort"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/format"

	"waudit/ingest/row"
)

// leafReader goes through the values of a chunk, page by page.
type leafReader struct {
	chunk *columnChunk
	next  int // index of the page behind the present one
	at    int // next value of the present page, null or not
	left  int // values from there on

	// Levels of the values of the page. Those of a flat column that are all the
	// same are not decoded: defs is nil and allNull says which they are.
	reps, defs []byte
	allNull    bool
	values     pageValues

	blank int     // so many of the first cells that flat has filled are empty since
	codes []int32 // of the batch, where rows are read as runs

	data             []byte // of the present page
	repsMem, defsMem []byte // memory of reps and defs
	scratch          *scratch
}

// scratch is memory that all columns of a decoder use, one after the other.
type scratch struct {
	packed   []byte // a page as it is stored
	unpacker decompressor
	at       [batchValues]uint32
}

func newLeafReader(leaf *schemaNode, s *scratch) *leafReader {
	return &leafReader{scratch: s, values: pageValues{typ: &leaf.typ}}
}

// seek goes to the page with a row of the group, and returns how many rows of
// it lie in front. If the chunk is not seekable it goes to the first.
func (r *leafReader) seek(c *columnChunk, target int64) int {
	r.chunk, r.left, r.next = c, 0, 0
	if !c.seekable || len(c.pages) == 0 {
		return 0
	}
	r.next = sort.Search(len(c.pages), func(i int) bool { return c.pages[i].row > target }) - 1
	return int(target - c.pages[r.next].row)
}

// seekRow goes to a row of the group, where each row has one value.
func (r *leafReader) seekRow(c *columnChunk, target int64) error {
	n := r.seek(c, target)
	if n == 0 {
		return nil
	}
	if left, err := r.more(); err != nil || left < n {
		return cmp.Or(err, errData)
	}
	_, there := r.advance(n)
	r.values.next += there
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

// advance goes over the definition levels of the next n values, which it
// returns if they are decoded, and says how many of these are not null.
func (r *leafReader) advance(n int) (defs []byte, there int) {
	from := r.at
	r.at, r.left = r.at+n, r.left-n
	switch {
	case r.allNull:
		return nil, 0
	case r.defs == nil:
		return nil, n
	}
	defs = r.defs[from:r.at]
	return defs, countLevel(defs, r.chunk.leaf.maxDef)
}

func countLevel(levels []byte, level int) int { return bytes.Count(levels, []byte{byte(level)}) }

// flat reads one value for each of the next rows, which are left in the page. It
// goes to the cell that the row's entry of at is the index of, where the same entries
// were before.
func (r *leafReader) flat(cells []row.Cell, at []uint32) error {
	r.values.made = r.values.made[:0] // the rows before are done with
	defs, there := r.advance(len(at))
	if there == 0 {
		for _, o := range at[min(r.blank, len(at)):] {
			cells[o] = row.Cell{}
		}
		r.blank = max(r.blank, len(at))
		return nil
	}
	r.blank = 0
	if there == len(at) {
		return r.values.read(cells, at)
	}
	present, n := r.scratch.at[:len(at)], 0
	for i, o := range at {
		present[n] = o
		if defs[i] == 1 {
			n++
		} else {
			cells[o] = row.Cell{}
		}
	}
	return r.values.read(cells, present[:n])
}

func (r *leafReader) page() error {
	p := &r.chunk.pages[r.next]
	r.next++
	if err := r.load(p); err != nil {
		return fmt.Errorf("page at byte %d: %w", p.offset, err)
	}
	r.at, r.left = 0, p.values
	return nil
}

func (r *leafReader) load(p *page) error {
	data, err := r.bytes(p)
	if err != nil {
		return err
	}
	data, there, err := r.levels(p, data)
	if err != nil {
		return err
	}
	if p.encoding == format.RLEDictionary && there > 0 {
		if r.values.entries, err = r.chunk.dictionaryEntries(r.scratch); err != nil {
			return fmt.Errorf("dictionary: %w", err)
		}
	}
	return r.values.begin(data, p.encoding, there)
}

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
		return r.padded(), nil
	}
	levels := p.repSize + p.defSize // of version 2; they are not compressed
	r.data = append(r.data[:0], stored[:levels]...)
	var err error
	r.data, err = r.scratch.unpacker.unpack(r.data, codec, stored[levels:], p.uncompressed-levels)
	return r.padded(), err
}

// padded returns the data of the page, with zeros behind.
func (r *leafReader) padded() []byte {
	n := len(r.data)
	r.data = append(r.data, make([]byte, padding)...)
	return r.data[: n : n+padding]
}

// levels decodes the levels in front of the values. It returns these, and how
// many of them there are.
func (r *leafReader) levels(p *page, data []byte) (values []byte, there int, err error) {
	leaf := r.chunk.leaf
	reps, defs, data, err := p.cutLevels(leaf, data)
	if err != nil {
		return nil, 0, err
	}
	r.reps, r.defs, r.allNull = nil, nil, false
	if leaf.maxRep > 0 {
		if r.repsMem, err = readLevels(r.repsMem, reps, leaf.maxRep, p.values); err != nil {
			return nil, 0, err
		}
		r.reps = r.repsMem
	}
	if leaf.maxDef == 0 || p.version2 && p.defSize == 0 {
		return data, p.values, nil
	}
	if level, same := sameLevels(defs, p.values); same && leaf.flat() {
		if r.allNull = level != 1; r.allNull {
			return data, 0, nil
		}
		return data, p.values, nil
	}
	if r.defsMem, err = readLevels(r.defsMem, defs, leaf.maxDef, p.values); err != nil {
		return nil, 0, err
	}
	r.defs = r.defsMem
	return data, countLevel(r.defs, leaf.maxDef), nil
}

func (p *page) cutLevels(leaf *schemaNode, data []byte) (reps, defs, values []byte, err error) {
	switch {
	case p.version2:
		return data[:p.repSize], data[p.repSize : p.repSize+p.defSize], data[p.repSize+p.defSize:], nil
	case p.levels != format.RLE && leaf.maxRep+leaf.maxDef > 0:
		return nil, nil, nil, fmt.Errorf("its levels are encoded as %s, which is not read", p.levels)
	}
	if leaf.maxRep > 0 {
		reps, data, err = cutPrefixed(data)
	}
	if leaf.maxDef > 0 && err == nil {
		defs, data, err = cutPrefixed(data)
	}
	return reps, defs, data, err
}

// dictionaryEntries returns the dictionary of the chunk. Whoever needs it first
// reads it for all.
func (c *columnChunk) dictionaryEntries(s *scratch) (dictionary, error) {
	c.once.Do(func() {
		defer recoverAs(&c.err)
		c.entries, c.err = c.readDictionary(s)
	})
	return c.entries, c.err
}

func (c *columnChunk) readDictionary(s *scratch) (dictionary, error) {
	p := &c.dictionary
	switch {
	case p.offset == 0:
		return nil, errors.New("there is none")
	case p.encoding != format.Plain:
		return nil, fmt.Errorf("it is encoded as %s, which is not read", p.encoding)
	}
	r := newLeafReader(c.leaf, s)
	r.chunk = c
	data, err := r.bytes(p)
	if err != nil {
		return nil, err
	}
	if err := r.values.begin(data, p.encoding, p.values); err != nil {
		return nil, err
	}
	entries, all := make(dictionary, p.values), make([]uint32, p.values)
	for i := range all {
		all[i] = uint32(i)
	}
	err = r.values.read(entries, all)
	for i := range entries {
		entries[i].UTF8 = utf8.ValidString(entries[i].Text)
	}
	return entries, err
}
