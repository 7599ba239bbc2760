package container

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/parquet-go/parquet-go/format"
)

// rowGroup is a row group that is being read. What findPages has found does not
// change, so any number of goroutines decode its stripes.
type rowGroup struct {
	reader *parquetReader
	index  int // in the file, from 0
	meta   *groupMeta
	first  int64          // rows of the file in front of it
	chunks []*columnChunk // of the leaves of the wanted columns, in the order of the schema
	end    int64          // how much of the file lies in front of it and in it, in bytes
}

// columnChunk is the values of one leaf in a row group: its pages one after another.
type columnChunk struct {
	leaf       *schemaNode
	meta       *columnMeta
	file       *parquetFile
	pages      []page // without the dictionary
	seekable   bool   // the first row of each page is known
	dictionary page   // not there if its size is 0

	once    sync.Once
	entries dictionary // of the dictionary, once somebody needs them
	err     error      // of reading them
}

// page is where a page is, and what its header says.
type page struct {
	offset       int64 // of what is behind the header
	size         int   // bytes there
	uncompressed int   // bytes it comes to
	crc          uint32
	values       int   // that it holds, null or not
	row          int64 // of the group with which it begins, if the chunk is seekable
	encoding     format.Encoding
	levels       format.Encoding // of definition levels, in version 1
	version2     bool

	// Of version 2.
	rows             int
	repSize, defSize int  // bytes of the levels in front of the values
	plain            bool // the values are not compressed
}

// fail says that because of err at a leaf the rows of the group from one to
// another are not read.
func (g *rowGroup) fail(leaf *schemaNode, err error, from, to int64) error {
	return fmt.Errorf("row group %d, column %s: %w; rows %d to %d are not read, write the file again",
		g.index, leaf.path, err, g.first+from+1, g.first+to)
}

// findPages goes over the headers of the pages of all wanted leaves.
func (g *rowGroup) findPages() error {
	for _, column := range g.reader.columns {
		for _, leaf := range column.leaves(g.reader.file.leaf) {
			if err := g.findChunk(leaf); err != nil {
				return g.fail(leaf, err, 0, g.meta.NumRows)
			}
		}
	}
	return nil
}

func (g *rowGroup) findChunk(leaf *schemaNode) (err error) {
	defer recoverAs(&err)
	stored := &g.meta.Columns[leaf.first]
	switch {
	case stored.CryptoMetadata.Value != nil:
		return errors.New("it is encrypted")
	case stored.FilePath != "":
		return errors.New("it lies in another file")
	}
	c := &columnChunk{leaf: leaf, meta: &stored.MetaData, file: g.reader.file}
	end, err := c.findPages(g.meta.NumRows)
	g.chunks = append(g.chunks, c)
	g.end = max(g.end, end)
	return err
}

// findPages goes over the headers of the pages of a chunk that holds so many
// rows, and returns where the last page ends.
func (c *columnChunk) findPages(rows int64) (int64, error) {
	if c.meta.Type != c.leaf.typ.physical {
		return 0, fmt.Errorf("it is stored as %s, not %s as the schema says", c.meta.Type, c.leaf.typ.physical)
	}
	if err := decompressible(c.meta.Codec); err != nil {
		return 0, err
	}
	at := c.meta.DataPageOffset
	if d := c.meta.DictionaryPageOffset; d > 0 && d < at {
		at = d
	}
	c.seekable = true
	var values, row int64
	var buf []byte
	for values < c.meta.NumValues {
		if at < int64(len(parquetMagic)) || at >= c.file.end {
			return 0, fmt.Errorf("its pages hold %d of %d values", values, c.meta.NumValues)
		}
		h, size, err := c.file.pageHeader(at, &buf)
		if err != nil {
			return 0, fmt.Errorf("page at byte %d: %w", at, err)
		}
		p, err := c.page(h, at+int64(size))
		if err != nil {
			return 0, fmt.Errorf("page at byte %d: %w", at, err)
		}
		at = p.offset + int64(p.size)
		if h.Type == format.DictionaryPage {
			c.dictionary = p
		}
		if p.values == 0 || h.Type != format.DataPage && h.Type != format.DataPageV2 {
			continue
		}
		p.row = row
		c.pages = append(c.pages, p)
		values += int64(p.values)
		switch {
		case c.leaf.maxRep == 0:
			row += int64(p.values)
		case p.version2:
			row += int64(p.rows)
		default:
			c.seekable = false
		}
	}
	if c.seekable && row != rows {
		return 0, fmt.Errorf("it has %d rows of %d", row, rows)
	}
	return at, nil
}

// pageHeader reads the header at an offset, and how many bytes it has. buf is
// memory to be used again.
func (f *parquetFile) pageHeader(at int64, buf *[]byte) (*format.PageHeader, int, error) {
	const firstTry, maxHeader = 256, 1 << 20 // bytes: few, but with statistics of long strings
	for size := int64(firstTry); ; size *= 8 {
		size = min(size, f.end-at)
		*buf = slices.Grow((*buf)[:0], int(size))[:size]
		if err := readFull(f.at, *buf, at); err != nil {
			return nil, 0, err
		}
		h := new(format.PageHeader)
		n, err := decodeThrift(*buf, h)
		switch {
		case n > 0:
			return h, n, err
		case !errors.Is(err, io.ErrUnexpectedEOF) || size == f.end-at || size >= maxHeader:
			return nil, 0, errors.New("it has no page header")
		}
	}
}

// page checks what the header says against the file.
func (c *columnChunk) page(h *format.PageHeader, offset int64) (page, error) {
	p := page{
		offset: offset, size: int(h.CompressedPageSize), uncompressed: int(h.UncompressedPageSize), crc: uint32(h.CRC),
	}
	if p.size < 0 || int64(p.size) > c.file.end-offset {
		return p, fmt.Errorf("it has %d bytes, the file only %d more", p.size, c.file.end-offset)
	}
	if err := checkExpansion(c.meta.Codec, p.size, p.uncompressed); err != nil {
		return p, err
	}
	if err := c.describe(&p, h); err != nil {
		return p, err
	}
	if p.encoding == oldDictionary {
		p.encoding = format.RLEDictionary
		if h.Type == format.DictionaryPage {
			p.encoding = format.Plain
		}
	}
	return p, nil
}

// describe takes what the header of the page's own type says of its values.
func (c *columnChunk) describe(p *page, h *format.PageHeader) error {
	switch {
	case h.Type == format.DictionaryPage && h.DictionaryPageHeader.Valid:
		p.values, p.encoding = int(h.DictionaryPageHeader.V.NumValues), h.DictionaryPageHeader.V.Encoding
	case h.Type == format.DataPage && h.DataPageHeader.Valid:
		v := &h.DataPageHeader.V
		p.values, p.encoding, p.levels = int(v.NumValues), v.Encoding, v.DefinitionLevelEncoding
		if c.leaf.maxRep > 0 && v.RepetitionLevelEncoding != format.RLE {
			p.levels = v.RepetitionLevelEncoding
		}
	case h.Type == format.DataPageV2 && h.DataPageHeaderV2.Valid:
		v := &h.DataPageHeaderV2.V
		p.values, p.encoding, p.version2, p.rows = int(v.NumValues), v.Encoding, true, int(v.NumRows)
		p.repSize, p.defSize = int(v.RepetitionLevelsByteLength), int(v.DefinitionLevelsByteLength)
		p.plain = v.IsCompressed.Valid && !v.IsCompressed.V
		if p.rows < 0 || p.repSize < 0 || p.defSize < 0 || p.repSize+p.defSize > min(p.size, p.uncompressed) {
			return errData
		}
	case h.Type == format.DataPage || h.Type == format.DataPageV2 || h.Type == format.DictionaryPage:
		return errors.New("its header lacks what its type needs")
	}
	if p.values < 0 {
		return errData
	}
	return nil
}

// oldDictionary is what old writers call both the encoding of a dictionary and
// that of the indexes into it.
const oldDictionary format.Encoding = 2

// stripeRows is how many rows a stripe has at least, if the group has as many.
const stripeRows = 8 << 10

// stripe is some of the rows of a group, which one goroutine decodes.
type stripe struct {
	group    *rowGroup
	from, to int64 // rows of the group
	err      error // why they cannot be read
}

// stripes cuts the group where pages end, as far as possible: of the column
// with the fewest, so that as few pages as possible are decoded twice. If it is
// not known where the rows of a nested column begin, the group is one stripe.
func (g *rowGroup) stripes() []stripe {
	whole := []stripe{{group: g, to: g.meta.NumRows}}
	var fewest *columnChunk
	for _, c := range g.chunks {
		if !c.seekable {
			return whole
		}
		if fewest == nil || len(c.pages) < len(fewest.pages) {
			fewest = c
		}
	}
	var all []stripe
	from := int64(0)
	for _, p := range fewest.pages {
		if p.row-from >= stripeRows {
			all = append(all, stripe{group: g, from: from, to: p.row})
			from = p.row
		}
	}
	return append(all, stripe{group: g, from: from, to: g.meta.NumRows})
}
