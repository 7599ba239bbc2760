// Package jsontree parses one JSON value into a flat tree of spans over the
// input, reusing its memory from value to value.
//
// It accepts exactly what RFC 8259 and UTF-8 allow, as encoding/json does with
// valid UTF-8, but for nesting deeper than MaxDepth.
package jsontree

import (
	"fmt"
	"math"
)

// MaxDepth is how deep arrays and objects may nest.
const MaxDepth = 512

// Tree is the parsed form of one JSON value. Its zero value is ready for
// Parse. A Tree is for one goroutine at a time.
type Tree struct {
	data  []byte
	nodes []node
	open  [MaxDepth]uint32 // the containers that are being parsed, outermost first
	depth int              // how many they are

	skipper Skipper // nil: every value has its nodes
	rough   bool    // a text of the data stands without quotes and escapes
	misread bool    // the text of a value was asked for that is not as JSON has it
	outer   Value   // of the tree of a skipped value: that value
	opened  []*Tree // trees of skipped values, which were asked for

	keyed uint32 // the object that was last asked for a key, and one
	keys  uint64 // marks of its keys

	counted step // the last that Path took in a long list
}

// step leads from a list to its child of that index.
type step struct {
	list, child uint32 // nodes
	index       int
}

// node is one value. The nodes stand in the order of the text: a container's
// first child follows it directly.
type node struct {
	start, end       uint32 // the value's text, with the quotes of a string
	keyStart, keyEnd uint32 // the text between the quotes of a member's key
	next             uint32 // index of the next sibling, 0 for the last
	kind             ValueKind
	flags            uint8
	tag              uint16 // of a value that was skipped
}

const (
	flagEscaped    = 1 << iota // a string with escapes
	flagKeyEscaped             // a member whose key has escapes
	flagFilled                 // a container with children
	flagSkipped                // see Skipper
)

// SyntaxError says where data stops being JSON.
type SyntaxError struct {
	Offset int    // of the byte at fault, from the start of the data
	Msg    string // what is wrong
}

// Error implements error.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("byte %d: %s", e.Offset, e.Msg)
}

// keptNodes is how many nodes a Tree keeps though smaller values follow.
const keptNodes = 1 << 16

// Parse reads the first value in data, after white space, and returns how many
// bytes it took. What stands behind the value is not looked at. The tree, and
// every string that its values hand out, share memory with data. Values of an
// earlier Parse are void. The error is a *SyntaxError; after one the tree is
// empty.
func (t *Tree) Parse(data []byte) (n int, err error) { return t.ParseAround(data, nil) }

// ParseAround is Parse, but for the values that the skipper takes.
func (t *Tree) ParseAround(data []byte, skipper Skipper) (n int, err error) {
	t.skipper, t.rough, t.misread, t.outer, t.opened, t.keyed, t.counted = skipper, false, false, Value{}, nil, 0, step{}
	if cap(t.nodes) > keptNodes && len(t.nodes) < cap(t.nodes)/16 {
		t.nodes = nil // one huge value in a run of small ones must not hold its memory for ever
	}
	t.data = data
	n, msg := t.parse(data[:min(uint64(len(data)), math.MaxUint32)], 0)
	if msg != "" {
		t.nodes = t.nodes[:0]
		return 0, &SyntaxError{Offset: n, Msg: describe(data, n, msg)}
	}
	return n, nil
}

// describe completes a message with what was found at the offset.
func describe(data []byte, offset int, msg string) string {
	switch {
	case offset == len(data):
		return msg + ", the data ends here"
	case uint64(offset) == math.MaxUint32:
		return "the value is longer than 4 GiB"
	}
	return fmt.Sprintf("%s, found %q", msg, data[offset:offset+1])
}

// The reasons for which a text is refused.
const (
	wantValue    = "expected a value"
	wantKey      = "expected a quoted key"
	wantColon    = "expected ':'"
	wantComma    = "expected ',' or a closing bracket"
	wantDigit    = "expected a digit"
	tooDeep      = "arrays and objects nest deeper than 512 levels"
	badLiteral   = "expected true, false or null"
	badControl   = "control characters in a string must be escaped"
	badEscape    = "no escape of JSON"
	badUTF8      = "the text is not valid UTF-8"
	wantEndQuote = "unterminated string"
)

// parse fills the nodes of the value that begins behind from. It returns the end of the
// value, or the offset of the fault and its message.
//
// It is a loop over an explicit stack rather than recursion: nothing that the
// input holds can exhaust the goroutine's stack.
func (t *Tree) parse(data []byte, from int) (i int, msg string) {
	i, t.nodes, t.depth = from, t.nodes[:0], 0
	var nd node // the value that begins; its key is known
	for {
		if i = skipSpace(data, i); i == len(data) {
			return i, wantValue
		}
		nd.start = uint32(i)
		switch data[i] {
		case '"':
			i, msg = scanText(data, i, &nd)
		case '{', '[':
			if end := t.skip(data, i, &nd); end > 0 {
				i = end
				break
			}
			var filled bool
			if i, filled, msg = t.enter(data, i, &nd); filled {
				continue
			}
		case 't', 'f', 'n':
			i, nd.kind, msg = scanLiteral(data, i)
		default:
			nd.kind = Number
			i, msg = scanNumber(data, i)
		}
		if msg != "" {
			return i, msg
		}
		nd.end = uint32(i)
		t.nodes = append(t.nodes, nd)
		if t.depth > 0 {
			if i, msg = t.leave(data, i, &nd); msg != "" {
				return i, msg
			}
		}
		if t.depth == 0 {
			return i, ""
		}
	}
}

// enter reads the bracket at i. If the container has children, its node is
// pushed and nd becomes their first.
func (t *Tree) enter(data []byte, i int, nd *node) (end int, filled bool, msg string) {
	if t.depth == MaxDepth {
		return i, false, tooDeep
	}
	closing := byte(']')
	nd.kind = Array
	if data[i] == '{' {
		closing = '}'
		nd.kind = Object
	}
	i = skipSpace(data, i+1)
	if i < len(data) && data[i] == closing {
		return i + 1, false, ""
	}
	t.open[t.depth] = uint32(len(t.nodes))
	t.depth++
	nd.flags |= flagFilled
	t.nodes = append(t.nodes, *nd)
	if closing == ']' {
		*nd = node{}
		return i, true, ""
	}
	i, msg = scanKey(data, i, nd)
	return i, msg == "", msg
}

// leave stands behind a value that is complete at i: it closes the containers
// that end there. At a comma it stops and makes nd the sibling that follows.
func (t *Tree) leave(data []byte, i int, nd *node) (end int, msg string) {
	done := uint32(len(t.nodes) - 1) // the value that was completed last
	for t.depth > 0 {
		parent := &t.nodes[t.open[t.depth-1]]
		if i = skipSpace(data, i); i == len(data) {
			return i, wantComma
		}
		c := data[i]
		i++
		if c == ',' {
			t.nodes[done].next = uint32(len(t.nodes))
			if parent.kind == Object {
				return scanKey(data, skipSpace(data, i), nd)
			}
			*nd = node{}
			return i, ""
		}
		if parent.kind == Array && c != ']' || parent.kind == Object && c != '}' {
			return i - 1, wantComma
		}
		parent.end = uint32(i)
		t.depth--
		done = t.open[t.depth]
	}
	return i, ""
}
