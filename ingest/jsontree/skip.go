package jsontree

// Skipper knows some objects of a text from elsewhere, which then need no nodes:
// they are opened when somebody looks into them after all.
type Skipper interface {
	// Skip looks at the object at data[at], inside of depth others. If it knows it, it
	// returns where it ends and a tag, which is not 0, to know the value by. It must
	// have seen that what it skips is JSON, or else say that it is a text: it then
	// becomes a string of the text that stands there, without quotes and escapes.
	Skip(data []byte, at, depth int) (end int, tag uint16, isText bool)
}

// skip makes nd a value that was skipped and returns where it ends; 0 if it is not
// to be skipped.
func (t *Tree) skip(data []byte, i int, nd *node) (end int) {
	if t.skipper == nil || t.depth == 0 || data[i] != '{' {
		return 0
	}
	end, tag, isText := t.skipper.Skip(data, i, t.depth)
	if tag == 0 {
		return 0
	}
	nd.kind, nd.tag = Object, tag
	nd.flags |= flagSkipped
	if isText {
		nd.kind, t.rough = String, true
	}
	return end
}

// Tag is what the Skipper gave the value, 0 if it was not skipped.
func (v Value) Tag() uint16 {
	if v.tree == nil {
		return 0
	}
	return v.at().tag
}

// open parses a value that was skipped, and returns its first member.
func (v Value) open() Value {
	for _, t := range v.tree.opened {
		if t.outer == v {
			return t.Root().First()
		}
	}
	t := &Tree{data: v.tree.data, outer: v}
	v.tree.opened = append(v.tree.opened, t)
	if _, msg := t.parse(t.data[:v.at().end], int(v.at().start)); msg != "" {
		t.nodes = nil
	}
	return t.Root().First()
}

// Rough reports whether texts of the data stand without quotes and escapes, so
// that it is no JSON.
func (v Value) Rough() bool { return v.tree != nil && v.tree.rough }

// Misread reports whether Raw was asked for what is not as JSON would have it.
func (t *Tree) Misread() bool { return t.misread }
