package textlog

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// stringBegins reports whether a string begins here, also one with a prefix.
func (p *python) stringBegins() bool {
	at := p.at
	for n := 0; n < 2 && at < len(p.text) && isStringPrefix(p.text[at]); n++ {
		at++
	}
	return at < len(p.text) && (p.text[at] == '\'' || p.text[at] == '"')
}

func isStringPrefix(c byte) bool {
	switch c | 0x20 {
	case 'b', 'r', 'u':
		return true
	}
	return false
}

// strings reads a string and those that follow it with nothing but white space
// between, which are one.
func (p *python) strings() {
	p.out = append(p.out, '"')
	for {
		p.oneString()
		if p.space(); !p.stringBegins() {
			break
		}
	}
	p.out = append(p.out, '"')
}

// oneString writes the text of a string without quotes.
func (p *python) oneString() {
	var bytes, raw bool
	for ; isStringPrefix(p.text[p.at]); p.at++ {
		bytes = bytes || p.text[p.at]|0x20 == 'b'
		raw = raw || p.text[p.at]|0x20 == 'r'
	}
	quote := p.text[p.at]
	p.at++
	if bytes {
		p.bytes(quote, raw)
		return
	}
	for {
		n := plainBytes(p.text[p.at:])
		p.out = append(p.out, p.text[p.at:p.at+n]...)
		p.at += n
		switch {
		case p.at == len(p.text) || p.text[p.at] == '\n':
			p.fail(NotClosed)
			return
		case p.text[p.at] == quote:
			p.at++
			return
		case p.text[p.at] == '\\' && !raw:
			r, size := unescape(p.text[p.at:])
			p.out = appendRune(p.out, r)
			p.at += size
		case p.text[p.at] == '\\' && p.at+1 < len(p.text):
			p.out = append(p.out, '\\', '\\')
			p.out = appendByte(p.out, p.text[p.at+1])
			p.at += 2
		default:
			p.out = appendByte(p.out, p.text[p.at])
			p.at++
		}
	}
}

// bytes reads a string of bytes, whose escapes are bytes and not characters.
func (p *python) bytes(quote byte, raw bool) {
	var text []byte
	for p.peek() != quote {
		switch {
		case p.at == len(p.text) || p.text[p.at] == '\n':
			p.fail(NotClosed)
			return
		case p.text[p.at] == '\\' && !raw:
			r, size := unescape(p.text[p.at:])
			if r > 0xff {
				p.fail(notLiteral)
				return
			}
			text = append(text, byte(r))
			p.at += size
		default:
			text = append(text, p.text[p.at])
			p.at++
		}
	}
	p.at++
	if !utf8.Valid(text) {
		p.fail(notText)
		return
	}
	for _, c := range text {
		p.out = appendByte(p.out, c)
	}
}

// unescape reads the escape that text begins with. What is no escape is a
// backslash that stands for itself, as in Python.
func unescape(text []byte) (r rune, size int) {
	if len(text) < 2 {
		return '\\', 1
	}
	const letters, meanings = `\'"nrtabfv`, "\\'\"\n\r\t\a\b\f\v"
	if i := strings.IndexByte(letters, text[1]); i >= 0 {
		return rune(meanings[i]), 2
	}
	switch text[1] {
	case 'x':
		return unescapeHex(text, 2)
	case 'u':
		return unescapePair(text)
	case 'U':
		return unescapeHex(text, 8)
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return unescapeOctal(text)
	}
	return '\\', 1
}

// unescapeHex reads an escape of that many hexadecimal digits.
func unescapeHex(text []byte, digits int) (r rune, size int) {
	if len(text) < 2+digits {
		return '\\', 1
	}
	n, err := strconv.ParseUint(string(text[2:2+digits]), 16, 32)
	switch {
	case err != nil:
		return '\\', 1
	case n > utf8.MaxRune:
		return utf8.RuneError, 2 + digits
	}
	return rune(n), 2 + digits
}

// unescapePair also reads the two escapes that JavaScript writes for one
// character. Half of such a pair is no character.
func unescapePair(text []byte) (r rune, size int) {
	r, size = unescapeHex(text, 4)
	if !utf16.IsSurrogate(r) {
		return r, size
	}
	if len(text) >= 2*size && text[size] == '\\' && text[size+1] == 'u' {
		low, lowSize := unescapeHex(text[size:], 4)
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, size + lowSize
		}
	}
	return utf8.RuneError, size
}

func unescapeOctal(text []byte) (r rune, size int) {
	for size = 1; size < 4 && size < len(text) && text[size]-'0' <= 7; size++ {
		r = r*8 + rune(text[size]-'0')
	}
	return r, size
}
