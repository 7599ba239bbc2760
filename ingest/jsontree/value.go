package jsontree

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// ValueKind is the type of a value.
type ValueKind uint8

// The kinds of value.
const (
	Absent ValueKind = iota // there is no value
	Null
	Bool
	Number
	String
	Array
	Object
)

// Value is one value of a Tree, valid until the Tree parses again. The zero
// Value is absent; every method answers for it as for a value of another kind.
type Value struct {
	tree *Tree
	node uint32
}

// Root returns the value that was parsed, absent after an error.
func (t *Tree) Root() Value {
	if len(t.nodes) == 0 {
		return Value{}
	}
	return Value{t, 0}
}

func (v Value) at() *node { return &v.tree.nodes[v.node] }

// OK reports whether there is a value.
func (v Value) OK() bool { return v.tree != nil }

// Kind returns the type of the value.
func (v Value) Kind() ValueKind {
	if v.tree == nil {
		return Absent
	}
	return v.at().kind
}

// Offset is where the value's text begins in the data.
func (v Value) Offset() int {
	if v.tree == nil {
		return 0
	}
	return int(v.at().start)
}

// End is where the value's text ends in the data.
func (v Value) End() int {
	if v.tree == nil {
		return 0
	}
	return int(v.at().end)
}

// Data is all of the data that the value's tree was parsed from.
func (v Value) Data() []byte {
	if v.tree == nil {
		return nil
	}
	return v.tree.data
}

// Raw is the value's text, as it stands in the data, nil if absent.
func (v Value) Raw() []byte {
	if v.tree == nil {
		return nil
	}
	nd := v.at()
	if v.tree.rough && (nd.kind >= Array || nd.flags&flagSkipped != 0) {
		v.tree.misread = true
	}
	return v.tree.data[nd.start:nd.end:nd.end]
}

// Bool reports whether the value is true.
func (v Value) Bool() bool {
	return v.Kind() == Bool && v.tree.data[v.at().start] == 't'
}

// Num is the text of a number, "" for other kinds. It shares memory with the
// data.
func (v Value) Num() string {
	if v.Kind() != Number {
		return ""
	}
	nd := v.at()
	return v.tree.text(nd.start, nd.end)
}

// Str is the text of a string, without its escapes, "" for other kinds. It
// shares memory with the data if there are no escapes.
func (v Value) Str() string {
	if v.Kind() != String {
		return ""
	}
	nd := v.at()
	switch {
	case nd.flags&flagEscaped != 0:
		return string(v.AppendStr(nil))
	case nd.flags&flagSkipped != 0:
		return v.tree.text(nd.start, nd.end)
	}
	return v.tree.text(nd.start+1, nd.end-1)
}

// AppendStr appends the text of a string, without its escapes, to dst.
func (v Value) AppendStr(dst []byte) []byte {
	if v.Kind() != String {
		return dst
	}
	nd := v.at()
	if nd.flags&flagSkipped != 0 {
		return append(dst, v.tree.data[nd.start:nd.end]...)
	}
	return appendUnescaped(dst, v.tree.data[nd.start+1:nd.end-1])
}

// Key is the name under which an object holds the value, "" elsewhere. It
// shares memory with the data if there are no escapes.
func (v Value) Key() string {
	if v.tree == nil {
		return ""
	}
	nd := v.at()
	if nd.flags&flagKeyEscaped != 0 {
		return string(appendUnescaped(nil, v.tree.data[nd.keyStart:nd.keyEnd]))
	}
	return v.tree.text(nd.keyStart, nd.keyEnd)
}

// First returns the first element of an array or member of an object, absent
// if there is none.
func (v Value) First() Value {
	if v.tree == nil {
		return Value{}
	}
	if nd := v.at(); nd.flags&flagFilled == 0 {
		if nd.flags&flagSkipped != 0 && nd.kind == Object {
			return v.open()
		}
		return Value{}
	}
	return Value{v.tree, v.node + 1}
}

// Next returns the element or member behind this one, absent if it is the last.
func (v Value) Next() Value {
	if v.tree == nil {
		return Value{}
	}
	next := v.at().next
	if next == 0 {
		return Value{}
	}
	return Value{v.tree, next}
}

// Get returns the member with that key, absent if v is no object or has none.
// Of several with one key the last counts, as in encoding/json.
func (v Value) Get(key string) (found Value) {
	if v.Kind() != Object {
		return Value{}
	}
	if v.tree.keysOf(v)&keyMark(key) == 0 {
		return Value{}
	}
	for m := v.First(); m.tree != nil; m = m.Next() {
		nd := m.at()
		if nd.flags&flagKeyEscaped == 0 && int(nd.keyEnd-nd.keyStart) != len(key) {
			continue
		}
		if m.Key() == key {
			found = m
		}
	}
	return found
}

// keysOf has the marks of the keys of an object. One object is asked for many keys
// in a row, few of which it has.
func (t *Tree) keysOf(v Value) (marks uint64) {
	if t.keyed == v.node+1 {
		return t.keys
	}
	for m := v.First(); m.tree != nil; m = m.Next() {
		if nd := m.at(); nd.flags&flagKeyEscaped != 0 {
			marks = ^uint64(0)
		} else {
			marks |= keyMark(m.tree.text(nd.keyStart, nd.keyEnd))
		}
	}
	t.keyed, t.keys = v.node+1, marks
	return marks
}

// keyMark is one bit of 64, by the length and the ends of a key.
func keyMark(key string) uint64 {
	if key == "" {
		return 1
	}
	return 1 << ((uint(len(key))*7 + uint(key[0]) + uint(key[len(key)-1])*11) & 63)
}

// text is a span of the data as a string of the same memory.
func (t *Tree) text(start, end uint32) string {
	if start == end {
		return ""
	}
	return unsafe.String(&t.data[start], int(end-start))
}

// appendUnescaped appends the text of a string that has been found valid. A
// lone half of a surrogate pair becomes U+FFFD, as in encoding/json.
func appendUnescaped(dst, text []byte) []byte {
	dst = slices.Grow(dst, len(text)+8)
	for {
		// Eight bytes at a time: in JSON that stands in JSON, escapes are never far.
		for len(text) >= 8 {
			w := binary.LittleEndian.Uint64(text)
			slash := w ^ ones*'\\'
			m := (slash - ones) & ^slash & highs
			n := bits.TrailingZeros64(m) / 8 // 8 without a mark
			dst = binary.LittleEndian.AppendUint64(dst, w)
			dst = dst[:len(dst)-8+n]
			if text = text[n:]; m != 0 {
				break
			}
		}
		if len(text) < 8 {
			plain := bytes.IndexByte(text, '\\')
			if plain < 0 {
				return append(dst, text...)
			}
			dst = append(dst, text[:plain]...)
			text = text[plain:]
		}
		size := 2
		switch c := text[1]; c {
		case 'u':
			var r rune
			r, size = unescapeUnicode(text)
			dst = utf8.AppendRune(dst, r)
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		default:
			dst = append(dst, c)
		}
		text = text[size:]
	}
}

// unescapeUnicode reads the \u escape, or the pair of them, that text begins
// with, and returns its length.
func unescapeUnicode(text []byte) (r rune, size int) {
	r, _ = hex4(text[2:])
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(text) >= 12 && text[6] == '\\' && text[7] == 'u' {
		low, _ := hex4(text[8:])
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

// Path is the way from the root to the value, as in
// "entry[0].changes[0].value.statuses[3]"; "" for the root itself. It is
// searched for when asked, so that parsing need not keep it; in a long list, of which many
// may be asked for, from the one before on.
func (v Value) Path() string {
	const long = 64
	if v.tree == nil {
		return ""
	}
	path := []byte(v.tree.outer.Path())
	for c := v.tree.Root(); c.node != v.node; {
		child, index := c.First(), 0
		if at := v.tree.counted; at.index > 0 && at.list == c.node && at.child <= v.node {
			child, index = Value{v.tree, at.child}, at.index
		}
		for next := child.Next(); next.OK() && next.node <= v.node; next = next.Next() {
			child = next
			index++
		}
		if index >= long {
			v.tree.counted = step{c.node, child.node, index}
		}
		path = child.appendStep(path, c.Kind(), index)
		c = child
	}
	return string(path)
}

// appendStep appends the step from a parent of that kind to its child v.
func (v Value) appendStep(path []byte, parent ValueKind, index int) []byte {
	if parent == Array {
		path = append(path, '[')
		path = strconv.AppendInt(path, int64(index), 10)
		return append(path, ']')
	}
	key := v.Key()
	if !isName(key) {
		path = append(path, '[')
		path = strconv.AppendQuote(path, key)
		return append(path, ']')
	}
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, key...)
}

// isName reports whether the key can stand in a path without quotes.
func isName(key string) bool {
	for i := range len(key) {
		c := key[i]
		if c|0x20 < 'a' || c|0x20 > 'z' {
			if c != '_' && (i == 0 || !isDigit(c)) {
				return false
			}
		}
	}
	return key != ""
}

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
