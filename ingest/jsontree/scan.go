package jsontree

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// skipSpace returns the first offset from i on that holds no white space.
func skipSpace(data []byte, i int) int {
	for i < len(data) {
		if c := data[i]; c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			break
		}
		i++
	}
	return i
}

// scanKey reads the name of a member, which begins at i, and the colon behind
// it. It makes nd a value of that name and returns the offset behind the colon.
func scanKey(data []byte, i int, nd *node) (end int, msg string) {
	if i == len(data) || data[i] != '"' {
		return i, wantKey
	}
	end, flags, msg := scanString(data, i+1)
	if msg != "" {
		return end, msg
	}
	*nd = node{keyStart: uint32(i + 1), keyEnd: uint32(end)}
	if flags != 0 {
		nd.flags = flagKeyEscaped
	}
	if i = skipSpace(data, end+1); i == len(data) || data[i] != ':' {
		return i, wantColon
	}
	return i + 1, ""
}

// Eight bytes at a time: every byte is compared at once by the borrow of a
// subtraction, which sets a byte's high bit.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// Special marks the bytes of w at which a string ends or needs a look: quote,
// backslash, control characters and all beyond ASCII. Marks above the lowest
// may be false, as a borrow travels upwards; the lowest is exact.
func Special(w uint64) uint64 {
	quote, slash := w^(ones*'"'), w^(ones*'\\')
	return ((quote - ones) | (slash - ones) | (w - ones*' ') | w) & highs
}

// scanString reads a string whose text begins at i. It returns the offset of
// the closing quote, and flagEscaped if there are escapes; else the offset of
// the fault and its message.
func scanString(data []byte, i int) (end int, flags uint8, msg string) {
	for {
		for i+8 <= len(data) {
			if m := Special(binary.LittleEndian.Uint64(data[i:])); m != 0 {
				i += bits.TrailingZeros64(m) / 8
				break
			}
			i += 8
		}
		if i >= len(data) {
			return len(data), 0, wantEndQuote
		}
		switch c := data[i]; {
		case c == '"':
			return i, flags, ""
		case c == '\\':
			n := 2
			if i+1 == len(data) || data[i+1] != '"' { // what nearly all escapes are
				n = scanEscape(data[i:])
			}
			if n == 0 {
				return i, 0, badEscape
			}
			i += n
			flags = flagEscaped
		case c < ' ':
			return i, 0, badControl
		case c < utf8.RuneSelf:
			i++ // within the last bytes, which are looked at one by one
		default:
			n := scanBeyondASCII(data[i:])
			if n == 0 {
				return i, 0, badUTF8
			}
			i += n
		}
	}
}

// StringEnd returns the offset of the quote that ends the string whose text begins
// at i; -1 if JSON has no such string.
func StringEnd(data []byte, i int) int {
	end, _, msg := scanString(data, i)
	if msg != "" {
		return -1
	}
	return end
}

// InnerStringEnd is StringEnd for a string in a text that is itself written as a string:
// it returns the offset of the escape of the quote that ends it; -1 also where an escape
// is of a kind that is rare there.
func InnerStringEnd(data []byte, i int) int {
	for {
		for i+8 <= len(data) {
			if m := Special(binary.LittleEndian.Uint64(data[i:])); m != 0 {
				i += bits.TrailingZeros64(m) / 8
				break
			}
			i += 8
		}
		if i >= len(data) {
			return -1
		}
		n := 1 // within the last bytes, which are looked at one by one
		switch c := data[i]; {
		case c == '\\':
			if i+1 < len(data) && data[i+1] == '"' {
				return i
			}
			n = scanInnerEscape(data[i:])
		case c == '"', c < ' ':
			return -1
		case c >= utf8.RuneSelf:
			n = scanBeyondASCII(data[i:])
		}
		if n == 0 {
			return -1
		}
		i += n
	}
}

// scanInnerEscape returns the length of what data begins with, an escape that stands for
// a character of a string or for the backslash of an escape of that string; 0 if it is
// neither.
func scanInnerEscape(data []byte) int {
	if len(data) < 3 {
		return 0
	}
	switch data[1] {
	case '/':
		return 2
	case 'u':
		if r, ok := hex4(data[2:]); ok && r >= ' ' && r != '"' && r != '\\' {
			return 6
		}
	case '\\':
		switch data[2] {
		case '"': // it ends the outer string
		case '\\':
			if len(data) > 3 && (data[3] == '"' || data[3] == '\\' || data[3] == '/') {
				return 4
			}
		default:
			if n := scanEscape(data[1:]); n > 0 {
				return 1 + n
			}
		}
	}
	return 0
}

// scanText reads the string at i and makes nd its node. It returns the offset
// behind the closing quote.
func scanText(data []byte, i int, nd *node) (end int, msg string) {
	end, flags, msg := scanString(data, i+1)
	if msg != "" {
		return end, msg
	}
	nd.kind = String
	nd.flags |= flags
	return end + 1, ""
}

// scanEscape returns the length of the escape that data begins with, 0 if it
// is none.
func scanEscape(data []byte) int {
	if len(data) < 2 {
		return 0
	}
	switch data[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(data[2:]); ok {
			return 6
		}
	}
	return 0
}

// hex4 reads the four digits of a \u escape.
func hex4(data []byte) (r rune, ok bool) {
	if len(data) < 4 {
		return 0, false
	}
	for _, c := range data[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// scanBeyondASCII returns the length of the run of characters beyond ASCII
// that data begins with, 0 if the first is not valid UTF-8.
func scanBeyondASCII(data []byte) int {
	n := 0
	for n < len(data) && data[n] >= utf8.RuneSelf {
		r, size := utf8.DecodeRune(data[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}

// scanLiteral reads true, false or null, at whose first letter i stands.
func scanLiteral(data []byte, i int) (end int, kind ValueKind, msg string) {
	rest := data[i:]
	switch {
	case len(rest) >= 4 && string(rest[:4]) == "true":
		return i + 4, Bool, ""
	case len(rest) >= 5 && string(rest[:5]) == "false":
		return i + 5, Bool, ""
	case len(rest) >= 4 && string(rest[:4]) == "null":
		return i + 4, Null, ""
	}
	return i, Absent, badLiteral
}

// scanNumber reads a number that begins at i. It returns the offset behind it,
// or the offset of the fault and its message.
func scanNumber(data []byte, i int) (end int, msg string) {
	start := i
	if data[i] == '-' {
		i++
	}
	switch {
	case i < len(data) && data[i] == '0':
		i++
	case i < len(data) && isDigit(data[i]):
		i = skipDigits(data, i)
	case i > start:
		return i, wantDigit
	default:
		return i, wantValue
	}
	if i < len(data) && data[i] == '.' {
		if i++; i == len(data) || !isDigit(data[i]) {
			return i, wantDigit
		}
		i = skipDigits(data, i)
	}
	if i < len(data) && data[i]|0x20 == 'e' {
		if i++; i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		if i == len(data) || !isDigit(data[i]) {
			return i, wantDigit
		}
		i = skipDigits(data, i)
	}
	return i, ""
}

// NumberEnd returns the offset behind the number that begins at i; -1 if JSON has no
// such number.
func NumberEnd(data []byte, i int) int {
	end, msg := scanNumber(data, i)
	if msg != "" {
		return -1
	}
	return end
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func skipDigits(data []byte, i int) int {
	for i < len(data) && isDigit(data[i]) {
		i++
	}
	return i
}
