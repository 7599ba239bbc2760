package textlog

import (
	"bytes"
	stdjson "encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// literal reads values as other languages than Python print them:
//
//	{"a"=>1, :b=>nil, c: 'x'}          Ruby, and %{"a" => 1} Elixir
//	{ a: 'x', b: [ `y` ] }             JavaScript, and Name { a: "x" } Rust
//	Object {"a": String("x")}          Rust's JSON
//	Name(a='x', b=[Other(c=1)])        Python's classes, and its times
//	MultiDict([('a', 'x')])            Python's forms
//	{ "a" => [ [0] "x" ] }             Ruby's awesome_print
//	array ('a' => 'x', 0 => true)      PHP's var_export
//	array(1) { ["a"]=> string(1) "x" } PHP's var_dump
//	Array ( [a] => x )                 PHP's print_r, a line a value
//	a:1:{s:1:"a";i:1;}                 PHP's serialize
//
// They share most of their signs, so that one reader does for all. A word that
// is no value of any of them is a fault: where texts stand without quotes, as in
// what Go, Java and Kotlin print, nobody can tell where one ends.
type literal struct {
	cursor
	php   bool // in PHP's array, whose strings may go on over lines and have few escapes
	class bool // there was a value in the brackets of its class
	state bodyEnd
}

// MaxLiteral is how many bytes a literal may have that goes on over lines.
const MaxLiteral = 64 << 10

// readLiteral reads the value at index begin. It returns where it ends, and
// whether it does.
func readLiteral(text []byte, begin int) (json []byte, end int, how bodyEnd) {
	p := literal{cursor: cursor{text[:max(lineEnd(text, begin), min(len(text), begin+MaxLiteral))], begin}}
	json = p.value(0)
	if p.state == spanWhole && len(json) > 0 && json[0] != '{' && json[0] != '[' {
		p.state = spanBroken
	}
	return json, p.at, p.state
}

// AppendShell appends as JSON what the shells of databases print of a document, JSON but
// for values in the brackets of their class, ObjectId("…") or NumberLong(1). It reports
// whether text is that: what is broken JSON otherwise stays so.
func AppendShell(dst, text []byte) ([]byte, bool) {
	if len(text) > MaxLiteral || !utf8.Valid(text) || bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' && !isSpace(byte(r)) }) {
		return dst, false
	}
	p := literal{cursor: cursor{text: text}}
	json := p.value(0)
	if p.state != spanWhole || !p.class || p.at < len(text) {
		return dst, false
	}
	return append(dst, json...), true
}

// fail notes the first fault, which is that the text ends if it does.
func (p *literal) fail() []byte {
	if p.state == spanWhole {
		if p.state = spanBroken; p.at >= len(p.text) {
			p.state = spanOpen
		}
	}
	return nil
}

// has reports whether the text goes on so, and goes behind it.
func (p *literal) has(sign string) bool {
	rest := p.text[p.at:]
	if len(rest) < len(sign) && strings.HasPrefix(sign, string(rest)) {
		p.at = len(p.text) // it may, in what is not there yet
		return false
	}
	if !bytes.HasPrefix(rest, []byte(sign)) {
		return false
	}
	p.at += len(sign)
	return true
}

// maxLiteralDepth is more than any webhook nests.
const maxLiteralDepth = 64

// value reads a value; nil after a fault.
func (p *literal) value(depth int) []byte {
	if p.space(); depth > maxLiteralDepth || p.state != spanWhole {
		return p.fail()
	}
	if bytes.HasPrefix(p.text[p.at:], []byte("%{")) {
		p.at++
	}
	switch c := p.peek(); {
	case c == '{':
		return p.group('}', true, depth)
	case c == '[' && p.has("[Object: null prototype]"):
		return p.value(depth)
	case c == '[':
		return p.group(']', false, depth)
	case c == '(':
		return p.group(')', false, depth)
	case isQuote(c) || c == '`':
		return p.str()
	case isStringPrefix(c) && p.at+1 < len(p.text) && isQuote(p.text[p.at+1]):
		return p.prefixed()
	case c == '<':
		return p.shown()
	case c == ':':
		return p.symbol()
	case c == '-' || c-'0' <= 9:
		return p.number()
	case isWordByte(c):
		return p.named(depth)
	}
	return p.fail()
}

// keyValue is a member of what may be an object or a list. key is JSON, nil for an
// element.
type keyValue struct{ key, value []byte }

// objectOf writes members. Those that are counted from 0, as PHP's, are a list.
func objectOf(pairs []keyValue) []byte {
	counted := len(pairs) > 0
	for i := range pairs {
		counted = counted && string(pairs[i].key) == strconv.Itoa(i)
	}
	if counted {
		return joined(pairs, "[]")
	}
	return joined(pairs, "{}")
}

// joined writes members between brackets, those of an object with their keys.
func joined(pairs []keyValue, brackets string) []byte {
	out := []byte{brackets[0]}
	for i, m := range pairs {
		if i > 0 {
			out = append(out, ',')
		}
		if brackets == "{}" {
			if m.key[0] != '"' {
				m.key = appendJSONString(nil, m.key)
			}
			out = append(append(out, m.key...), ':')
		}
		out = append(out, m.value...)
	}
	return append(out, brackets[1])
}

// group reads what stands between brackets, with keys or without. Brackets around one
// value are a tuple of Python's only with a comma; nothing depends on it.
func (p *literal) group(closing byte, keyed bool, depth int) []byte {
	var pairs []keyValue
	p.at = min(p.at+1, len(p.text))
	for p.state == spanWhole {
		if p.space(); p.peek() == closing {
			p.at++
			if keyed {
				return objectOf(pairs)
			}
			return joined(pairs, "[]")
		}
		var m keyValue
		if keyed {
			m.key = p.key()
		} else {
			p.index(len(pairs))
		}
		m.value = p.value(depth + 1)
		pairs = append(pairs, m)
		if p.space(); p.peek() == ',' {
			p.at++
		} else if p.peek() != closing {
			return p.fail()
		}
	}
	return nil
}

// index goes over the number that awesome_print puts before an element in square
// brackets. A list of that number has a comma behind it, or is the last.
func (p *literal) index(n int) {
	rest, ok := bytes.CutPrefix(p.text[p.at:], []byte{'['})
	if !ok {
		return
	}
	rest, ok = bytes.CutPrefix(bytes.TrimLeft(rest, " "), []byte(strconv.Itoa(n)+"] "))
	if next := bytes.TrimLeft(rest, " "); ok && len(next) > 0 && next[0] != ',' && next[0] != ']' {
		p.at = len(p.text) - len(rest)
	}
}

// key reads a key and the sign behind it.
func (p *literal) key() (key []byte) {
	switch c := p.peek(); {
	case isQuote(c):
		key = p.str()
	case c == '-' || c-'0' <= 9:
		key = p.number()
	default:
		key = p.symbol()
	}
	if p.space(); p.state == spanWhole && !p.has("=>") && (p.at+1 < len(p.text) && p.text[p.at+1] == ':' || !p.has(":") && !p.has("=")) {
		p.fail()
	}
	if key == nil {
		return []byte(`""`)
	}
	return key
}

// symbol reads a word that stands for a text, or after a colon a string.
func (p *literal) symbol() []byte {
	if p.peek() == ':' {
		if p.at++; isQuote(p.peek()) {
			return p.str()
		}
	}
	word := p.word()
	if len(word) == 0 {
		return p.fail()
	}
	return appendJSONString(nil, word)
}

func (p *literal) word() []byte {
	return p.over(func(c byte) bool { return isWordByte(c) || c == '$' })
}

func (p *literal) number() []byte {
	if text := instant.Find(p.text[p.at:min(len(p.text), p.at+longestInstant)]); text != nil {
		p.at += len(text)
		return appendJSONString(nil, text)
	}
	token := p.over(isNumberByte)
	if p.peek() == 'n' { // of JavaScript's large numbers
		p.at++
	}
	if p.at == len(p.text) || !stdjson.Valid(token) {
		return p.fail()
	}
	return token
}

// constants are words that are values, as JSON writes them.
var constants = map[string]string{
	"true": "true", "True": "true", "TRUE": "true", "false": "false", "False": "false", "FALSE": "false",
	"nil": "null", "null": "null", "None": "null", "NULL": "null", "Null": "null", "undefined": "null", "NaN": "null", "nan": "null", "NaT": "null",
}

// named reads what begins with a word: a constant, or the name of a class or a
// notation with the value behind it.
func (p *literal) named(depth int) []byte {
	word := string(p.word())
	if constant, ok := constants[word]; ok {
		return []byte(constant)
	}
	switch {
	case (word == "a" || word == "O") && p.peek() == ':':
		p.at -= len(word)
		return p.serialized(depth)
	case word == "stdClass" && p.has(" Object"):
		word = "Array"
	case word == "new" && p.has(" "): // as Node.js shows ids of MongoDB
		return p.value(depth)
	}
	for p.has("::") || p.peek() == '.' && p.has(".") { // of a module of Rust, Ruby or Python
		word = string(p.word())
	}
	if isDumped(word, p.text[p.at:]) {
		return p.dumped(word, depth)
	}
	return p.ofClass(word, depth)
}

// ofClass reads the value behind the name of a class.
func (p *literal) ofClass(word string, depth int) []byte {
	p.space()
	switch {
	case p.peek() == '(' && (word == "datetime" || word == "date"): // of Python
		return p.moment(word)
	case p.peek() == '{':
		return p.group('}', true, depth)
	case word == "Array" && p.peek() == '[':
		return p.group(']', false, depth)
	case p.peek() != '(':
		return p.fail()
	case word == "Array":
		return p.printed(depth)
	case word == "array":
		outer := p.php
		p.php = true
		defer func() { p.php = outer }()
		return p.group(')', !p.beginsElements(), depth)
	case p.beginsElements():
		list := p.group(')', false, depth)
		if p.state != spanWhole {
			return nil
		}
		if list = unwrapped(word, list); list == nil {
			return p.fail()
		}
		p.class = true
		return list
	}
	return p.group(')', true, depth)
}

// beginsElements reports whether what a round bracket opens has no keys.
func (p *literal) beginsElements() bool {
	rest := bytes.TrimLeft(p.text[p.at+1:], " \t\r\n")
	if word := wordOf(rest); word > 0 {
		rest = bytes.TrimLeft(rest[word:], " ")
		return len(rest) > 0 && rest[0] != '='
	}
	if len(rest) > 0 && isQuote(rest[0]) {
		if end, how := skipString(rest, 0); how == spanWhole {
			return !bytes.HasPrefix(bytes.TrimLeft(rest[end+1:], " "), []byte("=>"))
		}
	}
	return true
}

// unwrapped is what a class with that name holds, of the list of what stands in
// its brackets: the one value, and of the pairs of a form or a dict an object;
// nil if there are several.
func unwrapped(class string, list []byte) []byte {
	var one []stdjson.RawMessage
	switch _ = stdjson.Unmarshal(list, &one); len(one) {
	case 0:
		return []byte("{}")
	case 1:
	default:
		return nil // such as a date, in a way of its own
	}
	var entries [][]stdjson.RawMessage
	if !strings.HasSuffix(class, "Dict") && class != "FormData" || stdjson.Unmarshal(one[0], &entries) != nil {
		return one[0]
	}
	pairs := make([]keyValue, len(entries))
	for i, e := range entries {
		if len(e) != 2 || e[0][0] != '"' {
			return one[0]
		}
		pairs[i] = keyValue{e[0], e[1]}
	}
	return objectOf(pairs)
}

// prefixed reads a string of Python's bytes, or with another of its prefixes.
func (p *literal) prefixed() []byte {
	inner := python{cursor: p.cursor}
	inner.strings()
	if inner.fault != "" {
		return p.fail()
	}
	p.at = inner.at
	return inner.out
}

// shown reads what Python prints in angle brackets of an object that has no notation,
// <Kind.HOOK: 'hook'>, as a text.
func (p *literal) shown() []byte {
	text := p.text[p.at:lineEnd(p.text, p.at)]
	open := 0
	for i, c := range text {
		switch c {
		case '<':
			open++
		case '>':
			open--
		case '{':
			return p.fail() // it has more in it
		}
		if open == 0 {
			p.at += i + 1
			return appendJSONString(nil, valid(text[:i+1]))
		}
	}
	return p.fail()
}

func valid(text []byte) []byte { return bytes.ToValidUTF8(text, []byte(replacement)) }

// str reads a string in quotes of any kind.
func (p *literal) str() []byte {
	quote := p.peek()
	var text []byte
	for p.at++; p.at < len(p.text); {
		c := p.text[p.at]
		switch {
		case c == quote:
			p.at++
			return appendJSONString(nil, valid(text))
		case c == '\n' && !p.php && quote != '`':
			return p.fail()
		case c != '\\':
			text = append(text, c)
			p.at++
		case p.php && quote == '\'':
			if p.at++; p.at < len(p.text) && (p.text[p.at] == '\\' || p.text[p.at] == '\'') {
				text = append(text, p.text[p.at])
				p.at++
			} else {
				text = append(text, '\\')
			}
		default:
			r, size := escape(p.text[p.at:])
			text = utf8.AppendRune(text, r)
			p.at += size
		}
	}
	return p.fail()
}

// escape reads an escape as Python's, or as Ruby and Rust write them beside
// those: \u{1f642}, \e, and a backslash before any other sign.
func escape(text []byte) (r rune, size int) {
	if bytes.HasPrefix(text, []byte(`\u{`)) {
		if end := bytes.IndexByte(text, '}'); end > 0 && end < len(`\u{10ffff}`) {
			if n, err := strconv.ParseUint(string(text[3:end]), 16, 32); err == nil && n <= unicode.MaxRune {
				return rune(n), end + 1
			}
		}
	}
	r, size = unescape(text)
	if size == 1 && len(text) > 1 {
		if text[1] == 'e' {
			return '\x1b', 2
		}
		if text[1] < utf8.RuneSelf {
			return rune(text[1]), 2
		}
	}
	return r, size
}
