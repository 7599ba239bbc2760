package jsontree

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// Kind is the type of a value.
type Kind uint8

// The kinds of value.
const (
	Absent Kind = iota // there is no value
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
func (v Value) Kind() Kind {
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
