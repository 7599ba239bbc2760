package textlog

import (
	"strings"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendJSONString appends text as a JSON string.
func appendJSONString(dst []byte, text []byte) []byte {
	dst = append(dst, '"')
	for len(text) > 0 {
		n := plainBytes(text)
		dst = append(dst, text[:n]...)
		if text = text[n:]; len(text) > 0 {
			dst = appendByte(dst, text[0])
			text = text[1:]
		}
	}
	return append(dst, '"')
}

// plainBytes is how many bytes at the beginning of text stand for themselves in
// strings of JSON and of Python.
func plainBytes(text []byte) int {
	for i, c := range text {
		if c < ' ' || c == '"' || c == '\'' || c == '\\' {
			return i
		}
	}
	return len(text)
}

// appendByte appends a byte of the text of a JSON string.
func appendByte(dst []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(dst, '\\', c)
	case c == '\n':
		return append(dst, '\\', 'n')
	case c < ' ':
		return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
	return append(dst, c)
}

// appendRune appends a character of the text of a JSON string.
func appendRune(dst []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return appendByte(dst, byte(r))
	}
	return utf8.AppendRune(dst, r)
}

// cursor is a place in a text.
type cursor struct {
	text []byte
	at   int
}

// peek is the next byte, 0 at the end.
func (c *cursor) peek() byte {
	if c.at < len(c.text) {
		return c.text[c.at]
	}
	return 0
}

// over goes over bytes that are so, and returns them.
func (c *cursor) over(is func(byte) bool) []byte {
	start := c.at
	for c.at < len(c.text) && is(c.text[c.at]) {
		c.at++
	}
	return c.text[start:c.at]
}

func (c *cursor) space() {
	for c.at < len(c.text) && isSpace(c.text[c.at]) {
		c.at++
	}
}

// wordOf is how long the word is that text begins with.
func wordOf(text []byte) int {
	c := cursor{text: text}
	return len(c.over(isWordByte))
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isWordByte(c byte) bool {
	return c == '_' || c-'0' <= 9 || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func isNumberByte(c byte) bool { return strings.IndexByte("+-.0123456789eE", c) >= 0 }
