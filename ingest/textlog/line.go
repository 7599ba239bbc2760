// Package textlog reads what text logs and dumps write where a body was: JSON
// behind a time and a level, what Python prints of a dict, forms, and rows of
// SQL. It makes JSON of each and knows nothing of what it means.
//
//	line.go           the bodies in a line
//	time.go           when a line was written
//	python.go         Python's repr
//	literal.go        what other languages print
//	literal_php.go    what PHP prints and serializes
//	find.go           where that begins, and where any body ends
//	form.go           forms and query strings
//	yaml.go           documents of YAML
//	literal_time.go   times in what they print
//	escaped.go        lines in the escapes of what they lie in
//	encoded.go        bodies that are written as bytes, in digits or in base64
//	plain.go          the colours of terminals, taken away
//	sql.go            statements of SQL dumps
//	sql_value.go      the values in their rows
//	text.go           what all of these read and write
package textlog

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"strings"
)

// LogLine is what a line of a log holds. The zero LogLine is ready for Read, which
// appends to JSON and Flaws.
type LogLine struct {
	// JSON is the body; of several, and of one on a line that says when it was
	// written, an object that holds them by the names before them, beside
	// "@timestamp". It is empty if the line holds none that can be read.
	JSON []byte
	// Flaws are the bodies that cannot be read.
	Flaws []Flaw
	// Used is how much of the text belongs to the line, its line feed included.
	Used int
	// Open is set if the text ends in a body, or behind a bracket that may
	// begin one. The body is the last of Flaws.
	Open bool
	// Wants is set if a literal seems to begin on the line and the text ends
	// in it. More of the text may help.
	Wants bool
	// Signature, if it is not nil, says what signature the only body of a line has, by
	// what stands before and behind it; "" if none. The body, as it was written there,
	// is then a string in JSON, with the signature beside it.
	Signature func(before, behind []byte) string

	start int    // of what this line adds to JSON
	parts int    // bodies
	body  int    // where the last of them begins in JSON
	raw   []byte // what the last of them is as a text; nil if it was made JSON
	from  int    // where it stands in the text
	to    int
}

// Flaw is a body that cannot be read.
type Flaw struct {
	Start, End int // in the text
	Reason     SyntaxError
}

// MayHoldBody reports whether it is worth to read the text, by the signs that
// every body has.
func MayHoldBody(text []byte) bool {
	return bytes.IndexByte(text, '{') >= 0 || MayBeEncoded(text) || bytes.Contains(text, []byte("([")) || bytes.Contains(text, []byte("=> ")) || bytes.IndexByte(text, '&') >= 0 && bytes.IndexByte(text, '=') >= 0
}

// Read finds the bodies that begin on the first line of text. A body may go on
// over the lines behind it.
func (l *LogLine) Read(text []byte) {
	l.start, l.parts, l.Open, l.Wants = len(l.JSON), 0, false, false
	end := lineEnd(text, 0)
	first := text[:end]
	for at := 0; ; {
		begin, ok := findBody(text, at, end)
		if !ok {
			begin = end
		}
		if json, from, after, open := findLiteral(text, at, begin); json != nil {
			l.addLiteral(text[:from], json)
			at, end = after, lineEnd(text, max(after, end))
			continue
		} else if open {
			l.Wants = true
		}
		if !ok {
			break
		}
		if after, ok := l.addQuoted(text, begin); ok {
			at, end = after, lineEnd(text, max(after, end))
			continue
		}
		size, found := span(text[begin:])
		at = begin + size
		if found == spanWhole {
			end = lineEnd(text, max(at, end))
			l.add(text, begin, at)
			continue
		}
		if hasArrow(text[begin:end]) {
			if json, after, how := readLiteral(text, begin); how == spanWhole {
				l.addLiteral(text[:begin], json)
				at, end = after, lineEnd(text, max(after, end))
				continue
			}
		}
		at = max(at, end)
		end = lineEnd(text, at)
		l.Flaws = append(l.Flaws, Flaw{begin, end, NotClosed})
		if found == spanBroken {
			l.Flaws[len(l.Flaws)-1].Reason = notLiteral
		}
		l.Open = found == spanOpen
		break
	}
	if l.parts == 0 && l.readEscaped(first) {
		l.Used = min(lineEnd(text, 0)+1, len(text))
		return
	}
	if l.parts == 0 {
		l.addEncoded(first)
	}
	if l.parts == 0 && len(l.Flaws) == 0 {
		_ = l.addPart(nil, func(dst []byte) ([]byte, error) { return appendLineForm(dst, first) })
	}
	if l.parts > 0 {
		l.finish(lineTime(first), l.sign(text))
	}
	l.Used = min(end+1, len(text))
	l.Open = l.Open || endsInBracket(text[:l.Used])
}

// hasArrow reports whether there is a sign that neither JSON nor Python has.
func hasArrow(text []byte) bool {
	return bytes.Contains(text, []byte("=>")) || bytes.IndexByte(text, '`') >= 0
}

func endsInBracket(text []byte) bool {
	text = bytes.TrimRight(text, " \t\r\n")
	return len(text) > 0 && (text[len(text)-1] == '{' || text[len(text)-1] == '[')
}

// lineEnd is the index of the line feed that ends the line at index at.
func lineEnd(text []byte, at int) int {
	if feed := bytes.IndexByte(text[at:], '\n'); feed >= 0 {
		return at + feed
	}
	return len(text)
}

// findBody returns where the next body begins, between two indexes: an opening
// bracket and what may follow it in JSON or in Python. Most brackets in a log
// are of other kinds.
func findBody(text []byte, at, end int) (begin int, ok bool) {
	for ; at < end; at++ {
		brace := bytes.IndexByte(text[at:end], '{')
		if brace < 0 {
			return 0, false
		}
		at += brace
		begin = listAround(text, at)
		if beginsBody(text[at+1:], begin > 0 && isQuote(text[begin-1])) {
			return begin, true
		}
	}
	return 0, false
}

// beginsBody reports whether a key may come first in what follows a bracket,
// also with the escapes of a body that is written as a string.
func beginsBody(rest []byte, quoted bool) bool {
	rest = bytes.TrimLeft(rest, " \t\r\n")
	if quoted {
		for len(rest) > 2 && rest[0] == '\\' && (rest[1] == 'n' || rest[1] == 'r' || rest[1] == 't') {
			rest = bytes.TrimLeft(rest[2:], " ")
		}
		rest = bytes.TrimLeft(rest, `\`)
		if key, ok := bytes.CutPrefix(rest, []byte("x22")); ok { // as nginx writes quotes
			return len(key) > 0 && key[0] != '\\'
		}
	}
	if len(rest) > 0 && isStringPrefix(rest[0]) {
		rest = rest[1:]
	}
	return len(rest) > 1 && isQuote(rest[0]) && rest[1] != rest[0]
}

func isQuote(c byte) bool { return c == '"' || c == '\'' }

// listAround steps back from the bracket of an object to that of the list that
// it is the first element of.
func listAround(text []byte, at int) int {
	before := bytes.TrimRight(text[:at], " \t")
	if n := len(before); n > 0 && before[n-1] == '[' {
		return n - 1
	}
	return at
}

// add adds the body between two indexes, or notes that it cannot be read.
func (l *LogLine) add(text []byte, begin, end int) {
	err := l.addPart(nameBefore(text[:begin]), func(dst []byte) ([]byte, error) { return appendBody(dst, text[begin:end]) })
	l.keep(text[begin:end], begin, end)
	if err != nil {
		if json, after, how := readLiteral(text, begin); how == spanWhole && after == end {
			l.addLiteral(text[:begin], json)
			return
		}
	}
	if reason, ok := errors.AsType[SyntaxError](err); ok {
		l.Flaws = append(l.Flaws, Flaw{begin, end, reason})
	}
}

// addLiteral adds a body that was made JSON.
func (l *LogLine) addLiteral(before, json []byte) {
	_ = l.addPart(nameBefore(before), func(dst []byte) ([]byte, error) { return append(dst, json...), nil })
}

// addPart adds a body under the name that stands before it. The body is what
// write appends, unless that returns an error.
func (l *LogLine) addPart(name []byte, write func(dst []byte) ([]byte, error)) error {
	if len(name) == 0 {
		name = []byte("body")
	}
	before := len(l.JSON)
	separator := byte(',')
	if l.parts == 0 {
		separator = '{'
	}
	l.JSON = append(l.JSON, separator)
	l.JSON = append(appendJSONString(l.JSON, name), ':')
	body := len(l.JSON)
	var err error
	if l.JSON, err = write(l.JSON); err != nil {
		l.JSON = l.JSON[:before]
		return err
	}
	l.body, l.raw = body, nil
	l.parts++
	return nil
}

// keep notes what the last body is as a text, and where that stands, if it is JSON as it
// is.
func (l *LogLine) keep(raw []byte, from, to int) {
	if l.Signature != nil && stdjson.Valid(raw) {
		l.raw, l.from, l.to = raw, from, to
	}
}

// sign returns the signature of the only body.
func (l *LogLine) sign(text []byte) string {
	if l.Signature == nil || l.parts != 1 || l.raw == nil {
		return ""
	}
	return l.Signature(text[:l.from], text[l.to:lineEnd(text, l.to)])
}

// appendBody appends what is JSON, or Python.
func appendBody(dst, body []byte) ([]byte, error) {
	if stdjson.Valid(body) {
		return append(dst, body...), nil
	}
	return AppendPython(dst, body)
}

// addQuoted adds a body that is written as a string, in Python's quotes or in
// those of a logger, b'{"a": 1}' or "{\"a\":1}", or as a string in a string. It
// returns where the string ends, and whether it holds a body.
func (l *LogLine) addQuoted(text []byte, begin int) (end int, ok bool) {
	start := begin - 1
	for start > 0 && text[start-1] == '\\' { // the quote of an inner string
		start -= 1 + len(text[:start]) - len(bytes.TrimRight(text[:start], `\`))
	}
	if start < 0 || !isQuote(text[start]) {
		return 0, false
	}
	end, how := skipString(text, start)
	if how != spanWhole {
		return 0, false
	}
	if start > 0 && isStringPrefix(text[start-1]) && (start == 1 || !isWordByte(text[start-2])) {
		start--
	}
	literal, err := AppendPython(nil, text[start:end+1])
	var body string
	if err != nil || stdjson.Unmarshal(literal, &body) != nil {
		return 0, false
	}
	for inner := ""; strings.HasPrefix(body, `"`) && stdjson.Unmarshal([]byte(body), &inner) == nil; {
		body = inner
	}
	err = l.addPart(nameBefore(text[:start]), func(dst []byte) ([]byte, error) { return appendBody(dst, []byte(body)) })
	l.keep([]byte(body), start, end+1)
	return end + 1, err == nil
}

// nameBefore is the name that stands before a body: "payload={" or "payload: {".
func nameBefore(text []byte) []byte {
	text = bytes.TrimRight(text, " \t")
	if n := len(text); n == 0 || text[n-1] != '=' && text[n-1] != ':' {
		return nil
	}
	text = bytes.TrimRight(text[:len(text)-1], " \t")
	start := len(text)
	for start > 0 && isWordByte(text[start-1]) {
		start--
	}
	return text[start:]
}

// finish makes JSON one value: the only body, unless the line says when it was
// written, or what signature the body has.
func (l *LogLine) finish(written, signature string) {
	if signature != "" {
		l.JSON = append(appendJSONString(l.JSON[:l.body], l.raw), `,"X-Hub-Signature-256":"sha256=`...)
		l.JSON = append(append(l.JSON, signature...), '"')
	}
	switch {
	case written != "":
		l.JSON = append(l.JSON, `,"@timestamp":`...)
		l.JSON = append(appendJSONString(l.JSON, []byte(written)), '}')
	case l.parts > 1 || signature != "":
		l.JSON = append(l.JSON, '}')
	default:
		l.JSON = append(l.JSON[:l.start], l.JSON[l.body:]...)
	}
}
