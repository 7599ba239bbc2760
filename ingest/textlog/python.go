package textlog

import (
	stdjson "encoding/json"
	"strings"
)

// maxDepth is how deeply values may nest, which is as deep as a JSON parser
// goes.
const maxDepth = 512

// Fault is why a text cannot be read, and what to do about it.
type Fault string

// Error returns the reason.
func (f Fault) Error() string { return string(f) }

// The faults. They are no more detailed than this, as a log may have one on
// every line: where it is, the sample of the record shows.
const (
	NotClosed  Fault = "the body does not end where its line does: the log cuts long lines; export the bodies themselves"
	notLiteral Fault = "the body is neither JSON nor what Python prints of a dict; log it with json.dumps"
	notPlain   Fault = "the body holds a Python object, such as datetime.datetime(…), that is no JSON; log it with json.dumps(…, default=str)"
	notText    Fault = "the body holds Python bytes that are no UTF-8 text; log it with json.dumps"
	badKey     Fault = "the body is a Python dict with a key that is no text; log it with json.dumps"
	tooDeep    Fault = "the body nests deeper than 512 levels; no webhook does"
)

// AppendPython appends to dst, as JSON, the value that text is as Python's repr
// or pprint write it: with strings in single quotes, True, False and None,
// tuples and sets, trailing commas, bytes, and adjacent strings that are one.
// The words of JSON are taken as well. After an error, a Fault, dst comes back
// with what was written so far.
func AppendPython(dst, text []byte) ([]byte, error) {
	p := python{text: text, out: dst}
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
	text  []byte
	at    int
	out   []byte
	fault Fault
}

// fail notes the first fault and ends reading.
func (p *python) fail(fault Fault) {
	if p.fault == "" {
		p.fault = fault
	}
	p.at = len(p.text)
}

// peek is the next byte, 0 at the end.
func (p *python) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *python) space() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
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
		if n == 0 {
			isSet = p.space2() != ':'
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

// space2 goes over white space and returns the byte behind it.
func (p *python) space2() byte {
	p.space()
	return p.peek()
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
	start := p.at
	for p.at < len(p.text) && strings.IndexByte("+-.0123456789eE", p.text[p.at]) >= 0 {
		p.at++
	}
	token := p.text[start:p.at]
	if !stdjson.Valid(token) {
		p.fail(notLiteral)
		return
	}
	p.out = append(p.out, token...)
}

func (p *python) word() {
	start := p.at
	for p.at < len(p.text) && isWordByte(p.text[p.at]) {
		p.at++
	}
	switch string(p.text[start:p.at]) {
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

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isWordByte(c byte) bool {
	return c == '_' || c-'0' <= 9 || 'a' <= c|0x20 && c|0x20 <= 'z'
}
