package container

import (
	"iter"
	"unsafe"

	"waudit/ingest/row"
)

const (
	batchSize = 192 << 10 // bytes of cells that are decoded at once; they stay in the cache of a core
	jsonSize  = 1 << 20   // bytes of JSON after which no more rows are decoded at once
)

// stripeDecoder decodes stripes of a file, one at a time, some rows at once. A
// batch ends where a page of a flat column does, so that its memory can be used
// for the next.
type stripeDecoder struct {
	stripe  stripe
	columns []columnReader
	deep    []int // indexes of the nested ones
	scratch scratch

	at    int64      // next row of the group
	cells []row.Cell // of the batch, row by row
	rows  []row.Row  // these
	first []uint32   // index of the first cell of each
	long  []longCell // of the batch, one in each row that has any
}

// longCell is a value that is longer than Limits.MaxRecord.
type longCell struct{ row, column int }

// columnReader reads a wanted column of so many leaves: flat or nested is set.
type columnReader struct {
	flat   *leafReader
	nested *nestedReader
	first  int // index of its first leaf among those of the wanted columns
	leaves int
}

func newStripeDecoder(r *parquetReader) *stripeDecoder {
	width := len(r.columns)
	n := min(max(batchSize/(width*int(unsafe.Sizeof(row.Cell{}))), 16), batchValues)
	d := &stripeDecoder{cells: make([]row.Cell, n*width), rows: make([]row.Row, n), first: make([]uint32, n)}
	for i := range d.rows {
		d.first[i] = uint32(i * width)
		d.rows[i] = row.Row{Columns: r.layout, Cells: d.cells[i*width : (i+1)*width : (i+1)*width]}
	}
	first := 0
	for _, node := range r.columns {
		leaves := node.leaves(r.file.leaf)
		c := columnReader{first: first, leaves: len(leaves)}
		first += c.leaves
		if node.flat() {
			c.flat = newLeafReader(node, &d.scratch)
		} else {
			c.nested = newNestedReader(node, leaves, &d.scratch, r.limits.MaxRecord)
			d.deep = append(d.deep, len(d.columns))
		}
		d.columns = append(d.columns, c)
	}
	return d
}

// records decodes the stripe and goes through its rows. It may be called once.
func (s stripe) records(b *Block) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		r := s.group.reader
		source := r.source
		defer source.close()
		if s.err != nil {
			b.err = s.err
			return
		}
		d := r.work.Get().(*stripeDecoder)
		defer r.work.Put(d)
		each := d.each
		if r.limits.Distinct && len(d.deep) == 0 {
			each = d.eachRun
		}
		if r.limits.Rows == nil || len(d.deep) > 0 {
			b.err = each(s, yield)
			return
		}
		stopped := false
		for _, part := range s.group.within(r.limits.Rows, s.from, s.to) {
			b.err = each(part, func(rec Record) bool { stopped = !yield(rec); return !stopped })
			if stopped || b.err != nil {
				return
			}
		}
	}
}

// within returns what ranges of the rows of the file have of the group's rows from one to
// before another.
func (g *rowGroup) within(ranges []RowRange, from, to int64) (parts []stripe) {
	for _, r := range ranges {
		if part := (stripe{group: g, from: max(r.From-g.first, from), to: min(r.To-g.first, to)}); part.from < part.to {
			parts = append(parts, part)
		}
	}
	return parts
}

func (d *stripeDecoder) each(s stripe, yield func(Record) bool) error {
	if err := d.seek(s); err != nil {
		return err
	}
	for d.at < s.to {
		n, err := d.batch()
		if err != nil {
			return err
		}
		line := s.group.first + d.at + 1
		d.at += int64(n)
		long := d.long
		for i := range n {
			rec := Record{Line: line + int64(i), Row: &d.rows[i]}
			if len(long) > 0 && long[0].row == i {
				text := rec.Row.Cells[long[0].column].Text
				rec = Record{Line: rec.Line, TooLong: true, Text: []byte(text)}
				long = long[1:]
			}
			if !yield(rec) {
				return nil
			}
		}
	}
	return nil
}

func (d *stripeDecoder) seek(s stripe) error {
	d.stripe, d.at = s, s.from
	chunks := s.group.chunks
	for i := range d.columns {
		c := &d.columns[i]
		if leaf, err := c.seek(chunks[c.first:c.first+c.leaves], s.from); err != nil {
			return s.group.fail(leaf, err, s.from, s.to)
		}
	}
	return nil
}

func (c *columnReader) seek(chunks []*columnChunk, target int64) (leaf *schemaNode, err error) {
	leaf = chunks[0].leaf
	defer recoverAs(&err)
	if c.nested != nil {
		return c.nested.seek(chunks, target)
	}
	return leaf, c.flat.seekRow(chunks[0], target)
}

// failing makes an error, or a panic, say that because of it at the leaf the rest of the
// stripe is not read. It is to be deferred.
func (d *stripeDecoder) failing(leaf **schemaNode, err *error) {
	if p := recover(); p != nil {
		*err = panicked(p)
	}
	if *err != nil {
		*err = d.stripe.group.fail(*leaf, *err, d.at, d.stripe.to)
	}
}

// room returns how many rows the next batch can have: a page of a flat column ends it. An
// error is of the leaf.
func (d *stripeDecoder) room() (n int, leaf *schemaNode, err error) {
	defer recoverAs(&err)
	n = int(min(int64(len(d.rows)), d.stripe.to-d.at))
	for i := range d.columns {
		if c := d.columns[i].flat; c != nil {
			leaf = c.chunk.leaf
			left, err := c.more()
			if err != nil {
				return 0, leaf, err
			}
			n = min(n, left)
		}
	}
	return n, leaf, nil
}

// batch decodes the next rows of the stripe and returns how many.
func (d *stripeDecoder) batch() (n int, err error) {
	n, leaf, err := d.room() // the leaf is the one that is being read
	defer d.failing(&leaf, &err)
	if err != nil {
		return 0, err
	}
	if n, err = d.nested(n, &leaf); err != nil {
		return 0, err
	}
	for i := range d.columns {
		if c := d.columns[i].flat; c != nil {
			leaf = c.chunk.leaf
			if err := c.flat(d.cells[i:], d.first[:n]); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

// nested decodes the nested columns of the next n rows, or of fewer if these
// hold a lot.
func (d *stripeDecoder) nested(n int, leaf **schemaNode) (int, error) {
	d.long = d.long[:0]
	if len(d.deep) == 0 {
		return n, nil
	}
	for _, k := range d.deep {
		c := d.columns[k].nested
		c.out = c.out[:0]
	}
	for i := range n {
		size, tooLong := 0, -1
		for _, k := range d.deep {
			c := d.columns[k].nested
			*leaf = c.node
			cell, long, at, err := c.read()
			if err != nil {
				*leaf = at
				return 0, err
			}
			d.rows[i].Cells[k] = cell
			if long {
				tooLong = k
			}
			size += len(c.out)
		}
		if tooLong >= 0 {
			d.long = append(d.long, longCell{i, tooLong})
		}
		if size > jsonSize {
			return i + 1, nil
		}
	}
	return n, nil
}
