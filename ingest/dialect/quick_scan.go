package dialect

import (
	"encoding/binary"
	"math"
	"math/bits"
	"unsafe"
)

// source is the text of a record. Its methods take the offset of what they are
// to read and return the offset behind it, or fault.
type source string

// fault is the offset behind everything that is not as it should be. It lies
// behind every text: whoever goes on to read there meets the end of the text,
// which is a fault again, so that nobody needs to ask before the end.
const fault = math.MaxInt / 2

// offset returns where a text lies that was read of the source, which shares its
// memory, and not of a copy.
func (s source) offset(text string) (at int, ok bool) {
	from, to := uintptr(unsafe.Pointer(unsafe.StringData(string(s)))), uintptr(unsafe.Pointer(unsafe.StringData(text)))
	if to < from || to+uintptr(len(text)) > from+uintptr(len(s)) {
		return 0, false
	}
	return int(to - from), true
}

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

// open reads an opening bracket and the white space behind it.
func (s source) open(i int, bracket byte) int {
	if i >= len(s) || s[i] != bracket {
		return fault
	}
	return s.space(i + 1)
}

// next reads what stands behind a member or an element: a comma, if there are
// more, or the closing bracket.
func (s source) next(i int, bracket byte) (end int, more bool) {
	if i < len(s) && s[i] <= ' ' {
		i = s.space(i)
	}
	if i >= len(s) {
		return fault, false
	}
	switch s[i] {
	case ',':
		return s.space(i + 1), true
	case bracket:
		return i + 1, false
	}
	return fault, false
}

// key reads the key of a member up to where its value begins.
func (s source) key(i int) (key string, value int) {
	if i >= len(s) || s[i] != '"' {
		return "", fault
	}
	i++
	end := s.plain(i)
	if end+2 < len(s) && s[end+1] == ':' && s[end+2] > ' ' {
		return string(s[i:end]), end + 2
	}
	if end == fault {
		return "", fault
	}
	return string(s[i:end]), s.colon(end + 1)
}

// colon reads a colon with the white space around it.
func (s source) colon(i int) int {
	if i < len(s) && s[i] <= ' ' {
		i = s.space(i)
	}
	if i >= len(s) || s[i] != ':' {
		return fault
	}
	return s.space(i + 1)
}

// field reads a text into dst. That dst holds one already is a fault: of
// members with one key the last counts, which the dialects see to.
func (s source) field(i int, dst *string) int {
	if *dst != "" {
		return fault
	}
	*dst, i = s.text(i)
	return i
}

// text reads a string, a number as it is written, or null, which says nothing.
func (s source) text(i int) (text string, end int) {
	if i >= len(s) {
		return "", fault
	}
	start := i
	switch s[i] {
	case '"':
		start++
		if end = s.plain(start); end == fault {
			return "", fault
		}
		return string(s[start:end]), end + 1
	case 'n':
		return "", s.literal(i)
	}
	if end = s.number(i); end == fault {
		return "", fault
	}
	return string(s[start:end]), end
}

// plain returns the offset of the quote that ends the string whose text begins
// at i. Escapes, control characters and all beyond ASCII are faults: they are
// rare in what is used, and others know how to treat them.
func (s source) plain(i int) int {
	for i+8 <= len(s) {
		m := special(s.word(i))
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

// special marks the bytes of w at which a plain string ends, in their highest
// bits: quotes, backslashes, control characters and all beyond ASCII. All eight
// are compared at once, by the borrow of a subtraction. As a borrow travels
// upwards, marks above the lowest may be false.
func special(w uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, slash := w^ones*'"', w^ones*'\\'
	return ((quote - ones) | (slash - ones) | (w - ones*' ') | w) & highs
}

// isNull reports whether null begins at i.
func (s source) isNull(i int) bool { return i < len(s) && s[i] == 'n' && s.literal(i) != fault }

// literal reads true, false or null.
func (s source) literal(i int) int {
	rest := s[i:]
	switch {
	case len(rest) >= 4 && (rest[:4] == "true" || rest[:4] == "null"):
		return i + 4
	case len(rest) >= 5 && rest[:5] == "false":
		return i + 5
	}
	return fault
}

// number reads a number.
func (s source) number(i int) int {
	if i < len(s) && s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else {
		i = s.digits(i)
	}
	if i < len(s) && s[i] == '.' {
		i = s.digits(i + 1)
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		i = s.digits(i)
	}
	return i
}

// digits reads one digit or more.
func (s source) digits(i int) int {
	start := i
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	if i == start {
		return fault
	}
	return i
}
