package textlog

import (
	"cmp"
	stdjson "encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deeply values may nest, which is as deep as a JSON parser
// goes.
const maxDepth = 512

// SyntaxError is why a text cannot be read, and what to do about it.
type SyntaxError string

// Error returns the reason.
func (f SyntaxError) Error() string { return string(f) }

// The faults. They are no more detailed than this, as a log may have one on
// every line: where it is, the sample of the record shows.
const (
	NotClosed  SyntaxError = "the body does not end where its line does: the log cuts long lines; export the bodies themselves"
	notLiteral SyntaxError = "the body is neither JSON nor what Python prints of a dict; log it with json.dumps"
	notPlain   SyntaxError = "the body holds a Python object that is no JSON; log it with json.dumps(…, default=str)"
	notText    SyntaxError = "the body holds Python bytes that are no UTF-8 text; log it with json.dumps"
	badKey     SyntaxError = "the body is a Python dict with a key that is no text; log it with json.dumps"
	tooDeep    SyntaxError = "the body nests deeper than 512 levels; no webhook does"
)

// AppendPython appends to dst, as JSON, the value that text is as Python's repr
// or pprint write it: with strings in single quotes, True, False and None,
// tuples and sets, trailing commas, bytes, and adjacent strings that are one.
// The words of JSON are taken as well. After an error, a SyntaxError, dst comes back
// with what was written so far.
func AppendPython(dst, text []byte) ([]byte, error) {
	p := python{cursor: cursor{text: text}, out: dst}
	p.value(0)
	if p.space(); p.fault == "" && p.at < len(text) {
		p.fault = notLiteral
	}
	if p.fault != "" {
		return p.out, p.fault
	}
	return p.out, nil
}

// python reads one value and writes it as JSON. After a fault nothing that it
// does matters any more.
type python struct {
	cursor
	out   []byte
	fault SyntaxError
}

// fail notes the first fault and ends reading.
func (p *python) fail(fault SyntaxError) {
	p.fault = cmp.Or(p.fault, fault)
	p.at = len(p.text)
}

// next goes over the separator c, with white space around it, if it is there.
func (p *python) next(c byte) bool {
	p.space()
	if p.peek() != c {
		return false
	}
	p.at++
	p.space()
	return true
}

func (p *python) value(depth int) {
	if depth == maxDepth {
		p.fail(tooDeep)
	}
	p.space()
	switch c := p.peek(); {
	case c == '{':
		p.dict(depth)
	case c == '[':
		p.list(depth, ']')
	case c == '(':
		p.tuple(depth)
	case p.stringBegins():
		p.strings()
	case c == '-' || c-'0' <= 9:
		p.number()
	default:
		p.word()
	}
}

// dict also reads a set, which it makes a list.
func (p *python) dict(depth int) {
	open := len(p.out)
	p.at++
	p.out = append(p.out, '{')
	p.space()
	isSet := false
	for n := 0; p.fault == "" && p.peek() != '}'; n++ {
		if n > 0 {
			p.out = append(p.out, ',')
		}
		start := len(p.out)
		p.value(depth + 1)
		if p.space(); n == 0 {
			isSet = p.peek() != ':'
		}
		if !isSet {
			p.member(start, depth)
		}
		if !p.next(',') && p.peek() != '}' {
			p.fail(notLiteral)
		}
	}
	p.at++
	p.out = append(p.out, '}')
	if isSet {
		p.out[open], p.out[len(p.out)-1] = '[', ']'
	}
}

// member reads what follows the key that was written at index start.
func (p *python) member(start, depth int) {
	if !p.next(':') {
		p.fail(notLiteral)
		return
	}
	switch key := p.out[start:]; {
	case key[0] == '"':
	case key[0] == '-' || key[0]-'0' <= 9:
		p.out = appendJSONString(p.out[:start], append([]byte(nil), key...))
	default:
		p.fail(badKey)
		return
	}
	p.out = append(p.out, ':')
	p.value(depth + 1)
}

// list reads elements up to the closing bracket, and returns whether a comma
// follows the last one.
func (p *python) list(depth int, closing byte) (elements int, comma bool) {
	p.at++
	p.out = append(p.out, '[')
	p.space()
	for ; p.fault == "" && p.peek() != closing; elements++ {
		if elements > 0 {
			p.out = append(p.out, ',')
		}
		p.value(depth + 1)
		if comma = p.next(','); !comma && p.peek() != closing {
			p.fail(notLiteral)
		}
	}
	p.at++
	p.out = append(p.out, ']')
	return elements, comma
}

// tuple makes a list of a tuple, and nothing of brackets around one value.
func (p *python) tuple(depth int) {
	open := len(p.out)
	if n, comma := p.list(depth, ')'); n == 1 && !comma && p.fault == "" {
		copy(p.out[open:], p.out[open+1:len(p.out)-1])
		p.out = p.out[:len(p.out)-2]
	}
}

func (p *python) number() {
	token := p.over(isNumberByte)
	if !stdjson.Valid(token) {
		p.fail(notLiteral)
		return
	}
	p.out = append(p.out, token...)
}

func (p *python) word() {
	switch string(p.over(isWordByte)) {
	case "True", "true":
		p.out = append(p.out, "true"...)
	case "False", "false":
		p.out = append(p.out, "false"...)
	case "None", "null":
		p.out = append(p.out, "null"...)
	case "":
		if p.peek() == '<' {
			p.fail(notPlain)
		}
		p.fail(notLiteral)
	default:
		p.fail(notPlain)
	}
}

// stringBegins reports whether a string begins here, also one with a prefix.
func (p *python) stringBegins() bool {
	at := p.at
	for n := 0; n < 2 && at < len(p.text) && isStringPrefix(p.text[at]); n++ {
		at++
	}
	return at < len(p.text) && (p.text[at] == '\'' || p.text[at] == '"')
}

func isStringPrefix(c byte) bool {
	c |= 0x20
	return c == 'b' || c == 'r' || c == 'u'
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
