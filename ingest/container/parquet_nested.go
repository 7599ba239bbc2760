package container

import (
	"slices"

	"waudit/ingest/row"
)

// nestedReader makes JSON of the values of a column that is nested. Behind the first
// error nothing more is read: every part is as if it were not there.
type nestedReader struct {
	node   *schemaNode
	leaves []nestedLeaf // in the order of the schema
	limit  int64        // bytes of a value that is handed out
	out    []byte       // the values of several rows
	start  int          // where that of the row begins
	long   bool         // it is longer than limit: nothing more of it is appended
	err    error        // why no more is read
}

// nestedLeaf reads the values of a leaf with their levels.
type nestedLeaf struct {
	*leafReader
	cells []row.Cell // of the values that are decoded and not null
	cell  int        // index of the next
	ahead int        // values that are decoded but not read, null or not
	err   *error     // that of the column
}

func newNestedReader(node *schemaNode, leaves []*schemaNode, s *scratch, limit int64) *nestedReader {
	r := &nestedReader{node: node, limit: limit}
	for _, leaf := range leaves {
		r.leaves = append(r.leaves, nestedLeaf{leafReader: newLeafReader(leaf, s), err: &r.err})
	}
	return r
}

func (r *nestedReader) seek(chunks []*columnChunk, target int64) (*schemaNode, error) {
	r.err = nil
	for i := range r.leaves {
		if r.leaves[i].seekRow(chunks[i], target); r.err != nil {
			return chunks[i].leaf, r.err
		}
	}
	return nil, nil
}

// seekRow goes to a row: pages begin with one, where this is known.
func (l *nestedLeaf) seekRow(c *columnChunk, target int64) {
	l.ahead = 0
	for range l.seek(c, target) {
		for first := true; (first || l.rep() != 0) && *l.err == nil; first = false {
			l.drop()
		}
	}
}

// ready makes sure that a value is decoded. It reports whether one is.
func (l *nestedLeaf) ready() bool {
	if l.ahead == 0 && *l.err == nil {
		*l.err = l.decode()
	}
	return *l.err == nil
}

func (l *nestedLeaf) decode() error {
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

// def returns the definition level of the next value, -1 if there is none.
func (l *nestedLeaf) def() int {
	switch {
	case !l.ready():
		return -1
	case l.defs != nil:
		return int(l.defs[l.at-l.ahead])
	case l.allNull:
		return 0
	}
	return l.chunk.leaf.maxDef
}

// rep returns the repetition level of the next value: 0 behind the last one, and
// behind a page if each begins with a row.
func (l *nestedLeaf) rep() int {
	isLast := l.ahead == 0 && l.left == 0 && (l.chunk.seekable || l.next == len(l.chunk.pages))
	if isLast || !l.ready() || l.reps == nil {
		return 0
	}
	return int(l.reps[l.at-l.ahead])
}

func (l *nestedLeaf) take() *row.Cell {
	l.ahead--
	l.cell++
	return &l.cells[l.cell-1]
}

func (l *nestedLeaf) drop() {
	if l.def() == l.chunk.leaf.maxDef {
		l.cell++
	}
	l.ahead--
}

// read returns the cell of the next row. Its text is valid until out is emptied.
// An error is one of the leaf that comes with it.
func (r *nestedReader) read() (cell row.Cell, long bool, leaf *schemaNode, err error) {
	r.start, r.long = len(r.out), false
	if r.there(r.node) {
		r.value(r.node)
		cell = row.Cell{Kind: row.JSON, Text: view(r.out[r.start:])}
	} else {
		r.drop(r.node)
	}
	leaf = r.node
	for i := 0; i < len(r.leaves) && r.err == nil; i++ {
		if leaf = r.leaves[i].chunk.leaf; r.leaves[i].rep() != 0 {
			r.err = errData
		}
	}
	return cell, r.long, leaf, r.err
}

// of returns the first leaf in n, which tells whether n is there.
func (r *nestedReader) of(n *schemaNode) *nestedLeaf { return &r.leaves[n.first-r.node.first] }

func (r *nestedReader) there(n *schemaNode) bool { return r.of(n).def() >= n.def }

// drop goes over n, which is null or has no element: every leaf in it says so.
func (r *nestedReader) drop(n *schemaNode) {
	if n.kind == leafNode {
		r.of(n).drop()
	}
	for _, c := range n.children {
		r.drop(c)
	}
}

// value appends n, which is there.
func (r *nestedReader) value(n *schemaNode) {
	switch n.kind {
	case leafNode:
		if cell := r.of(n).take(); !r.long {
			r.out = cell.AppendJSON(r.out)
			r.measure()
		}
	case groupNode:
		r.object(n)
	case mapNode:
		r.repeat(n, "{}", func() { r.pair(n) })
	default:
		r.repeat(n, "[]", func() { r.orNull(n.children[0]) })
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

func (r *nestedReader) text(text string) {
	if !r.long {
		r.out = append(r.out, text...)
		r.measure()
	}
}

// object appends the members of a group that are there: a column of JSON that
// did not have a key in one row has a null there.
func (r *nestedReader) object(n *schemaNode) {
	sep := byte('{')
	for _, c := range n.children {
		if !r.there(c) {
			r.drop(c)
			continue
		}
		r.append(sep)
		sep = ','
		r.text(c.key)
		r.value(c)
	}
	if sep == '{' {
		r.append('{')
	}
	r.append('}')
}

// repeat appends the elements of a list or map.
func (r *nestedReader) repeat(n *schemaNode, ends string, element func()) {
	first := r.of(n)
	r.append(ends[0])
	if first.def() < n.more {
		r.drop(n)
		r.append(ends[1])
		return
	}
	for element(); first.rep() >= n.rep && r.err == nil; element() {
		if first.rep() > n.rep {
			r.err = errData
			return
		}
		r.append(',')
	}
	r.append(ends[1])
}

// orNull appends n, or null.
func (r *nestedReader) orNull(n *schemaNode) {
	if r.there(n) {
		r.value(n)
		return
	}
	r.text("null")
	r.drop(n)
}

// pair appends a key, as a string whatever it is, and its value.
func (r *nestedReader) pair(n *schemaNode) {
	at := len(r.out)
	r.orNull(n.children[0])
	if !r.long {
		if r.out[at] != '"' {
			text := string(r.out[at:])
			r.out = row.AppendString(r.out[:at], text)
		}
		r.append(':')
	}
	r.orNull(n.children[1])
}
