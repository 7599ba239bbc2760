package textlog

import (
	"bytes"
	"encoding/hex"
	stdjson "encoding/json"
	"strings"
	"unicode/utf8"
)

// values reads the values of a row one by one and writes them as JSON.
type values struct {
	cursor
	out   []byte
	whole bool // nothing follows the text
}

// next reads a value and what follows it, ',' or ')'. It finds nothing if the
// text is all there is and ends before.
func (v *values) next() (closing byte, found Found) {
	v.space()
	start := v.at
	size := v.prefix()
	if at := start + size; at < len(v.text) && isQuote(v.text[at]) {
		if !v.quoted(at, bytes.TrimSpace(v.text[start:at])) {
			return 0, v.ended()
		}
		_, closing = v.skip() // a cast
	} else {
		var raw []byte
		if raw, closing = v.skip(); closing != 0 {
			v.plain(bytes.TrimSpace(raw))
		}
	}
	if closing == 0 {
		return 0, v.ended()
	}
	return closing, Whole
}

func (v *values) ended() Found {
	if v.whole {
		return None
	}
	return More
}

// prefix is the length of the word and white space that may stand before a
// string, as in E'a', X'61' and _utf8mb4 'a'.
func (v *values) prefix() int {
	at := v.at + wordOf(v.text[v.at:])
	for at > v.at && at < len(v.text) && v.text[at] == ' ' {
		at++
	}
	return at - v.at
}

// skip goes behind the comma or bracket that ends a value and returns what is
// before it. It returns 0 if the text ends before.
func (v *values) skip() (raw []byte, closing byte) {
	start, depth := v.at, 0
	for ; v.at < len(v.text); v.at++ {
		switch c := v.text[v.at]; {
		case isQuote(c):
			end, ok := v.endOfString(v.at, c == '"')
			if !ok {
				return nil, 0
			}
			v.at = end
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0 && (c == ',' || c == ')'):
			v.at++
			return v.text[start : v.at-1], c
		}
	}
	return nil, 0
}

// plain writes a value without quotes: a number, a word, or the text of an
// expression.
func (v *values) plain(raw []byte) {
	switch word := string(bytes.ToLower(raw)); {
	case word == "null" || word == "true" || word == "false":
		v.out = append(v.out, word...)
	case len(raw) > 2 && word[:2] == "0x":
		v.hex(raw[2:])
	case len(raw) > 0 && raw[0] != '"' && stdjson.Valid(raw):
		v.out = append(v.out, raw...)
	default:
		v.out = appendText(v.out, raw)
	}
}

// hex writes what hexadecimal digits say, or the digits if that is no text.
func (v *values) hex(digits []byte) {
	text := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(text, digits); err != nil || !utf8.Valid(text) {
		text = digits
	}
	v.out = appendText(v.out, text)
}

// quoted writes the string at index at, and reports whether the text holds it
// in full.
func (v *values) quoted(at int, prefix []byte) bool {
	escapes, known := v.escapes(at, prefix)
	end, ok := v.endOfString(at, escapes)
	if !known || !ok {
		return false
	}
	text := unescapeSQL(v.text[at+1:end], v.text[at], escapes)
	v.at = end + 1
	if len(prefix) == 1 && prefix[0]|0x20 == 'x' {
		v.hex(text)
	} else {
		v.out = appendText(v.out, text)
	}
	return true
}

// escapes reports whether a backslash in the string at index at is the escape
// of SQL, as in MySQL, or stands for itself, as the standard has it. Dumps do
// not say; but JSON in the string does, by how its first quote is written.
func (v *values) escapes(at int, prefix []byte) (escapes, known bool) {
	if v.text[at] == '"' || len(prefix) == 1 && prefix[0]|0x20 == 'e' {
		return true, true
	}
	first := at + 1
	if rest := v.text[first:]; len(rest) > 2 && rest[0] == '\\' && rest[1] == 'x' && isHexDigit(rest[2]) {
		return false, true // bytes of PostgreSQL
	}
	for ; first < len(v.text); first++ {
		switch v.text[first] {
		case ' ', '\t', '\r', '\n', '{', '[':
		case '"':
			return first == at+1, true
		default:
			return true, true
		}
	}
	return true, v.whole
}

func isHexDigit(c byte) bool { return c-'0' <= 9 || (c|0x20)-'a' <= 5 }

// endOfString returns the index of the quote that ends the string at index at,
// and whether the text holds it and what follows.
func (v *values) endOfString(at int, escapes bool) (end int, ok bool) {
	quote := v.text[at]
	for i := at + 1; i < len(v.text); i++ {
		switch c := v.text[i]; {
		case c == '\\' && escapes:
			i++
		case c != quote:
		case i+1 < len(v.text) && v.text[i+1] == quote:
			i++
		default:
			return i, i+1 < len(v.text)
		}
	}
	return 0, false
}

// unescapeSQL reads doubled quotes and, if they are escapes, backslashes.
func unescapeSQL(raw []byte, quote byte, escapes bool) []byte {
	if bytes.IndexByte(raw, quote) < 0 && bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	text := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case c == quote:
			i++ // the other of the two
		case c == '\\' && escapes && i+1 < len(raw):
			i++
			if c = raw[i]; strings.IndexByte(mysqlEscapes, c) >= 0 {
				c = mysqlMeanings[strings.IndexByte(mysqlEscapes, c)]
			}
		}
		text = append(text, c)
	}
	return text
}

// What letters mean behind a backslash in MySQL. All others stand for themselves.
const mysqlEscapes, mysqlMeanings = "0bnrtZ", "\x00\b\n\r\t\x1a"

// appendText appends the text of a column as a JSON string. Columns that hold
// no text, as pictures, must not spoil the row.
func appendText(dst, text []byte) []byte {
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte(replacement))
	}
	return appendJSONString(dst, text)
}
