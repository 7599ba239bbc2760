package container

import "waudit/ingest/row"

// noValue is the code of null.
const noValue = -1

// eachRun goes through the rows of a stripe whose columns are all flat: rows alike that
// follow one another come once, but for those that a page parts. In a file that is sorted
// these are many, and only of one of them cells are made.
func (d *stripeDecoder) eachRun(s stripe, yield func(Record) bool) error {
	if err := d.seek(s); err != nil {
		return err
	}
	first := Record{Row: &d.rows[0]}
	for d.at < s.to {
		n, err := d.encode()
		if err != nil {
			return err
		}
		for from, to := 0, 1; from < n; from, to = to, to+1 {
			for to < n && d.repeats(to) {
				to++
			}
			if err := d.cellsOf(from); err != nil {
				return err
			}
			first.Line, first.Times = s.group.first+d.at+int64(from)+1, int64(to-from)
			if !yield(first) {
				return nil
			}
		}
		d.at += int64(n)
	}
	return nil
}

// encode reads the codes of the next rows of the stripe, and returns how many.
func (d *stripeDecoder) encode() (n int, err error) {
	n, leaf, err := d.room() // the leaf is the one that is being read
	defer d.failing(&leaf, &err)
	for i := 0; i < len(d.columns) && err == nil; i++ {
		c := d.columns[i].flat
		leaf = c.chunk.leaf
		c.codes, err = c.encode(c.codes, n)
	}
	return n, err
}

// repeats reports whether a row is like the one before.
func (d *stripeDecoder) repeats(i int) bool {
	for k := range d.columns {
		if codes := d.columns[k].flat.codes; codes[i] != codes[i-1] {
			return false
		}
	}
	return true
}

// cellsOf makes those cells of a row that the row before did not have.
func (d *stripeDecoder) cellsOf(i int) (err error) {
	var leaf *schemaNode
	defer d.failing(&leaf, &err)
	for k := 0; k < len(d.columns) && err == nil; k++ {
		c := d.columns[k].flat
		if i == 0 || c.codes[i] != c.codes[i-1] {
			leaf = c.chunk.leaf
			d.cells[k], err = c.values.cell(c.codes[i])
		}
	}
	return err
}

// encode returns the codes of the next n values, which are left in the page: equal ones
// are of equal values.
func (r *leafReader) encode(codes []int32, n int) ([]int32, error) {
	v := &r.values
	v.made = v.made[:0] // the rows before are done with
	defs, there := r.advance(n)
	next := v.next
	if v.next += there; v.next > v.count {
		return codes, errShort
	}
	codes = codes[:0]
	for i := range n {
		switch {
		case there == 0 || defs != nil && defs[i] == 0:
			codes = append(codes, noValue)
			continue
		case v.form == heldAsIndexes:
			codes = append(codes, v.indexes[next])
		default:
			codes = append(codes, int32(next))
		}
		next++
	}
	return codes, nil
}

// cell returns the value of a code of the present page.
func (v *pageValues) cell(code int32) (row.Cell, error) {
	if code == noValue {
		return row.Cell{}, nil
	}
	var cell [1]row.Cell
	if v.form == heldAsIndexes {
		err := v.readIndexed(cell[:], onlyCell, []int32{code})
		return cell[0], err
	}
	next := v.next
	v.next = int(code)
	err := v.read(cell[:], onlyCell)
	v.next = next
	return cell[0], err
}

// onlyCell is the index of a cell that stands alone.
var onlyCell = []uint32{0}
