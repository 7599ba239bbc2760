package quick

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strings"
	"unsafe"

	"waudit/ingest/jsontree"
)

// source is the text of a record. Its methods take the offset of what they are
// to read and return the offset behind it, or fault.
type source string

// fault is the offset behind everything that is not as it should be. It lies
// behind every text: whoever goes on to read there meets the end of the text,
// which is a fault again, so that nobody needs to ask before the end.
const fault = math.MaxInt / 2

// space returns the first offset from i on that holds no white space.
func (s source) space(i int) int {
	for i < len(s) && s[i] <= ' ' {
		if c := s[i]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return fault
		}
		i++
	}
	return i
}

// plain returns the offset of the quote that ends the string whose text begins
// at i. Escapes, control characters and all beyond ASCII are faults: they are
// rare in what is used, and others know how to treat them.
func (s source) plain(i int) int {
	for i+8 <= len(s) {
		m := jsontree.Special(s.word(i))
		i += bits.TrailingZeros64(m) / 8 // 8 without a mark
		if m != 0 {
			break
		}
	}
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i
		case c < ' ', c == '\\', c >= 0x80:
			return fault
		}
	}
	return fault
}

// word returns the eight bytes at i, the first in the lowest bits. They must be
// there: the caller has looked.
func (s source) word(i int) uint64 {
	b := (*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(string(s))), i))
	return binary.LittleEndian.Uint64(b[:])
}

// number reads a number.
func (s source) number(i int) int {
	if i < len(s) {
		if end := jsontree.NumberEnd(s.bytes(), i); end >= 0 {
			return end
		}
	}
	return fault
}

func (s source) bytes() []byte { return unsafe.Slice(unsafe.StringData(string(s)), len(s)) }

// skipString passes over a string in hops from quote to quote.
func (s source) skipString(i int) int {
	if i >= len(s) || s[i] != '"' {
		return fault
	}
	for {
		hop := strings.IndexByte(string(s[i+1:]), '"')
		if hop < 0 {
			return fault
		}
		if i += hop + 1; !s.isEscaped(i) {
			return i + 1
		}
	}
}

// textEnd is skipString for a text that may begin at i, with a look at all of it;
// -1 if JSON has no such string.
func (s source) textEnd(i int) int {
	return jsontree.StringEnd(s.bytes(), i)
}

// isEscaped reports whether the byte at i, inside a string, is part of an
// escape: an odd number of backslashes stands before it. The quote that began
// the string stops the count.
func (s source) isEscaped(i int) bool {
	escaped := false
	for ; s[i-1] == '\\'; i-- {
		escaped = !escaped
	}
	return escaped
}
