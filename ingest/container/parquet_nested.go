package container

import (
	"slices"

	"waudit/ingest/row"
)

// nestedReader makes JSON of the values of a column that is nested.
type nestedReader struct {
	node   *schemaNode
	leaves []nestedLeaf // in the order of the schema
	limit  int64        // bytes of a value that is handed out
	out    []byte       // the values of several rows
	start  int          // where that of the row begins
	long   bool         // it is longer than limit: nothing more of it is appended
}

// nestedLeaf reads the values of a leaf with their levels.
type nestedLeaf struct {
	*leafReader
	cells []row.Cell // of the values that are decoded and not null
	cell  int        // index of the next
	ahead int        // values that are decoded but not read, null or not
}

func newNestedReader(node *schemaNode, leaves []*schemaNode, s *scratch, limit int64) *nestedReader {
	r := &nestedReader{node: node, limit: limit}
	for _, leaf := range leaves {
		r.leaves = append(r.leaves, nestedLeaf{leafReader: newLeafReader(leaf, s)})
	}
	return r
}

// seek goes to a row of the group.
func (r *nestedReader) seek(chunks []*chunk, target int64) (*schemaNode, error) {
	for i := range r.leaves {
		if err := r.leaves[i].seekRow(chunks[i], target); err != nil {
			return chunks[i].leaf, err
		}
	}
	return nil, nil
}

// seekRow goes to a row: pages begin with one, where this is known.
func (l *nestedLeaf) seekRow(c *chunk, target int64) error {
	l.ahead = 0
	for range l.seek(c, target) {
		for first := true; ; first = false {
			rep, err := l.rep()
			if err != nil {
				return err
			}
			if rep == 0 && !first {
				break
			}
			if err := l.drop(); err != nil {
				return err
			}
		}
	}
	return nil
}

// ready makes sure that a value is decoded.
func (l *nestedLeaf) ready() error {
	if l.ahead > 0 {
		return nil
	}
	left, err := l.more()
	if err != nil {
		return err
	}
	n := min(left, batchValues)
	l.ahead, l.cell = n, 0
	_, there := l.advance(n)
	l.cells = slices.Grow(l.cells[:0], there)[:there]
	for i := range l.cells {
		l.scratch.at[i] = uint32(i)
	}
	l.values.made = l.values.made[:0] // what was made before is JSON by now
	return l.values.read(l.cells, l.scratch.at[:there])
}

// def returns the definition level of the next value.
func (l *nestedLeaf) def() (int, error) {
	if err := l.ready(); err != nil {
		return 0, err
	}
	switch {
	case l.defs != nil:
		return int(l.defs[l.at-l.ahead]), nil
	case l.allNull:
		return 0, nil
	}
	return l.chunk.leaf.maxDef, nil
}

// rep returns the repetition level of the next value: 0 behind the last one, and
// behind a page if each begins with a row.
func (l *nestedLeaf) rep() (int, error) {
	if l.ahead == 0 && l.left == 0 && (l.chunk.seekable || l.next == len(l.chunk.pages)) {
		return 0, nil
	}
	if err := l.ready(); err != nil {
		return 0, err
	}
	if l.reps == nil {
		return 0, nil
	}
	return int(l.reps[l.at-l.ahead]), nil
}

// take returns the next value.
func (l *nestedLeaf) take() *row.Cell {
	l.ahead--
	l.cell++
	return &l.cells[l.cell-1]
}

// drop goes over the next value.
func (l *nestedLeaf) drop() error {
	def, err := l.def()
	if err != nil {
		return err
	}
	if def == l.chunk.leaf.maxDef {
		l.cell++
	}
	l.ahead--
	return nil
}

// read returns the cell of the next row. Its text is valid until out is emptied.
// An error is one of the leaf that comes with it.
func (r *nestedReader) read() (cell row.Cell, long bool, leaf *schemaNode, err error) {
	r.start, r.long = len(r.out), false
	there, err := r.there(r.node)
	if err == nil && there {
		err = r.value(r.node)
		cell = row.Cell{Kind: row.JSON, Text: view(r.out[r.start:])}
	} else if err == nil {
		err = r.drop(r.node)
	}
	if err != nil {
		return cell, false, r.node, err
	}
	for i := range r.leaves {
		if rep, err := r.leaves[i].rep(); err != nil || rep != 0 {
			return cell, false, r.leaves[i].chunk.leaf, orElse(err, errData)
		}
	}
	return cell, r.long, nil, nil
}

// orElse returns err, or instead if there is none.
func orElse(err, instead error) error {
	if err != nil {
		return err
	}
	return instead
}

// of returns the first leaf in n, which tells whether n is there.
func (r *nestedReader) of(n *schemaNode) *nestedLeaf { return &r.leaves[n.first-r.node.first] }

func (r *nestedReader) there(n *schemaNode) (bool, error) {
	def, err := r.of(n).def()
	return def >= n.def, err
}

// drop goes over n, which is null or has no element: every leaf in it says so.
func (r *nestedReader) drop(n *schemaNode) error {
	if n.kind == leafNode {
		return r.of(n).drop()
	}
	for _, c := range n.children {
		if err := r.drop(c); err != nil {
			return err
		}
	}
	return nil
}

// value appends n, which is there.
func (r *nestedReader) value(n *schemaNode) error {
	switch n.kind {
	case leafNode:
		cell := r.of(n).take()
		if !r.long {
			r.out = cell.AppendJSON(r.out)
			r.measure()
		}
		return nil
	case groupNode:
		return r.object(n)
	case mapNode:
		return r.repeat(n, '{', '}', func() error { return r.pair(n) })
	default:
		return r.repeat(n, '[', ']', func() error { return r.orNull(n.children[0]) })
	}
}

// measure looks whether the value has become too long.
func (r *nestedReader) measure() {
	if int64(len(r.out)-r.start) > r.limit {
		r.long = true
		r.out = r.out[:r.start+int(min(r.limit, sampleSize))]
	}
}

func (r *nestedReader) append(c byte) {
	if !r.long {
		r.out = append(r.out, c)
	}
}

func (r *nestedReader) key(n *schemaNode) {
	if !r.long {
		r.out = append(r.out, n.key...)
		r.measure()
	}
}

// object appends the members of a group that are there: a column of JSON that
// did not have a key in one row has a null there.
func (r *nestedReader) object(n *schemaNode) error {
	sep := byte('{')
	for _, c := range n.children {
		there, err := r.there(c)
		if err != nil {
			return err
		}
		if !there {
			if err := r.drop(c); err != nil {
				return err
			}
			continue
		}
		r.append(sep)
		sep = ','
		r.key(c)
		if err := r.value(c); err != nil {
			return err
		}
	}
	if sep == '{' {
		r.append('{')
	}
	r.append('}')
	return nil
}

// repeat appends the elements of a list or map.
func (r *nestedReader) repeat(n *schemaNode, open, end byte, element func() error) error {
	first := r.of(n)
	r.append(open)
	def, err := first.def()
	if err != nil {
		return err
	}
	if def < n.more {
		r.append(end)
		return r.drop(n)
	}
	for {
		if err := element(); err != nil {
			return err
		}
		rep, err := first.rep()
		if err != nil {
			return err
		}
		if rep < n.rep {
			r.append(end)
			return nil
		}
		if rep > n.rep {
			return errData
		}
		r.append(',')
	}
}

// orNull appends n, or null.
func (r *nestedReader) orNull(n *schemaNode) error {
	there, err := r.there(n)
	if err != nil {
		return err
	}
	if there {
		return r.value(n)
	}
	if !r.long {
		r.out = append(r.out, "null"...)
		r.measure()
	}
	return r.drop(n)
}

// pair appends a key, as a string whatever it is, and its value.
func (r *nestedReader) pair(n *schemaNode) error {
	key := n.children[0]
	at := len(r.out)
	if err := r.orNull(key); err != nil {
		return err
	}
	if !r.long {
		if r.out[at] != '"' {
			text := string(r.out[at:])
			r.out = row.AppendString(r.out[:at], text)
		}
		r.append(':')
	}
	return r.orNull(n.children[1])
}
