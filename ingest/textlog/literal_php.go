package textlog

import (
	"bytes"
	stdjson "encoding/json"
	"strconv"
)

// printed reads an array of print_r, which begins at its bracket: keys in square
// brackets, a value to the end of its line, and over more lines if they are not
// the next key or the end.
func (p *literal) printed(depth int) []byte {
	var pairs []keyValue
	p.at++
	for p.state == spanWhole {
		p.space()
		if p.peek() == ')' {
			p.at++
			return objectOf(pairs)
		}
		end := bytes.Index(p.text[p.at:], []byte("] => "))
		if p.peek() != '[' || end < 0 || depth > maxLiteralDepth {
			if p.peek() == '[' && bytes.IndexByte(p.text[p.at:], '\n') < 0 {
				p.at = len(p.text)
			}
			return p.fail()
		}
		key := p.text[p.at+1 : p.at+end]
		if p.at += end + len("] => "); bytes.IndexByte(key, '\n') >= 0 {
			return p.fail()
		}
		if !isCount(key) {
			key = appendJSONString(nil, valid(key))
		}
		pairs = append(pairs, keyValue{key, p.printedValue(depth)})
	}
	return nil
}

func isCount(key []byte) bool {
	n, err := strconv.Atoi(string(key))
	return err == nil && strconv.Itoa(n) == string(key)
}

func (p *literal) printedValue(depth int) []byte {
	for _, begin := range [...]string{"Array", "stdClass Object"} {
		rest, ok := bytes.CutPrefix(p.text[p.at:], []byte(begin))
		if bracket := bytes.TrimLeft(rest, " \r\n"); ok && len(bracket) > 0 && bracket[0] == '(' && rest[0] != ' ' {
			p.at = len(p.text) - len(bracket)
			return p.printed(depth + 1)
		}
	}
	start := p.at
	for {
		feed := bytes.IndexByte(p.text[p.at:], '\n')
		if feed < 0 {
			p.at = len(p.text)
			return p.fail()
		}
		p.at += feed + 1
		next := bytes.TrimLeft(p.text[p.at:], " \t\r\n")
		if len(next) == 0 {
			p.at = len(p.text)
			return p.fail()
		}
		indented := len(p.text)-len(next) > p.at
		if next[0] == ')' || next[0] == '[' && indented {
			return appendJSONString(nil, valid(p.text[start:p.at-1]))
		}
	}
}

// serializedScalar reads a number, or what is true or false, up to its semicolon.
func (p *literal) serializedScalar(isBool bool) []byte {
	end := bytes.IndexByte(p.text[p.at:], ';')
	if end < 0 {
		return p.fail()
	}
	token := p.text[p.at : p.at+end]
	p.at += end + 1
	if isBool && len(token) == 1 {
		return strconv.AppendBool(nil, token[0] == '1')
	}
	if !stdjson.Valid(token) {
		return p.fail()
	}
	return token
}

// serialized reads what PHP's serialize writes, in which lengths say where texts
// end.
func (p *literal) serialized(depth int) []byte {
	kind := p.peek()
	if kind == 0 || depth > maxLiteralDepth {
		return p.fail()
	}
	p.at++
	if kind == 'N' && p.has(";") {
		return []byte("null")
	}
	if !p.has(":") {
		return p.fail()
	}
	switch kind {
	case 'i', 'd', 'b':
		return p.serializedScalar(kind == 'b')
	case 's':
		text := p.counted()
		if !p.has(";") {
			return p.fail()
		}
		return text
	case 'O':
		if p.counted(); !p.has(":") {
			return p.fail()
		}
	case 'a':
	default:
		return p.fail()
	}
	n := p.size()
	if !p.has("{") {
		return p.fail()
	}
	var pairs []keyValue
	for i := 0; i < n && p.state == spanWhole; i++ {
		key := p.serialized(depth + 1)
		value := p.serialized(depth + 1)
		if len(key) == 0 {
			return p.fail()
		}
		pairs = append(pairs, keyValue{key, value})
	}
	if p.state != spanWhole || !p.has("}") {
		return p.fail()
	}
	return objectOf(pairs)
}

// size reads a number and the colon behind it, -1 if there is none.
func (p *literal) size() int {
	end := bytes.IndexByte(p.text[p.at:], ':')
	if end < 0 || end > 9 {
		return -1
	}
	n, err := strconv.Atoi(string(p.text[p.at : p.at+end]))
	if p.at += end + 1; err != nil {
		return -1
	}
	return n
}

// counted reads a text behind its size.
func (p *literal) counted() []byte {
	n := p.size()
	if n < 0 || !p.has(`"`) || n > len(p.text)-p.at {
		return p.fail()
	}
	text := p.text[p.at : p.at+n]
	if p.at += n; !p.has(`"`) {
		return p.fail()
	}
	return appendJSONString(nil, valid(text))
}

// isDumped reports whether the text behind a word goes on as in what var_dump prints:
// array(2) {, object(stdClass)#1 (2) {, string(1) "x", int(1), bool(true).
func isDumped(word string, text []byte) bool {
	rest, ok := bytes.CutPrefix(text, []byte{'('})
	inner, rest, closed := bytes.Cut(rest[:min(len(rest), 128)], []byte{')'})
	switch {
	case !ok || !closed:
		return false
	case word == "array":
		return isCount(inner) && bytes.HasPrefix(rest, []byte(" {"))
	case word == "string":
		return isCount(inner) && bytes.HasPrefix(rest, []byte(` "`))
	case word == "object":
		return bytes.HasPrefix(rest, []byte{'#'})
	}
	return word == "int" || word == "float" || word == "bool" || word == "enum"
}

// dumped reads what var_dump prints, from the round bracket on. Sizes say where texts end.
func (p *literal) dumped(word string, depth int) []byte {
	p.at++
	inner := p.over(func(c byte) bool { return c != ')' })
	p.at++
	switch word {
	case "string":
		n, _ := strconv.Atoi(string(inner))
		if p.at += len(` "`); n > len(p.text)-p.at {
			p.at = len(p.text)
			return p.fail()
		}
		text := p.text[p.at : p.at+n]
		if p.at += n; !p.has(`"`) {
			return p.fail()
		}
		return appendJSONString(nil, valid(text))
	case "int", "float", "bool":
		if !stdjson.Valid(inner) {
			return p.fail()
		}
		return inner
	case "enum":
		return appendJSONString(nil, valid(inner))
	case "object":
		p.over(func(c byte) bool { return c != '{' && c != '\n' })
	}
	if p.space(); !p.has("{") || depth > maxLiteralDepth {
		return p.fail()
	}
	var pairs []keyValue
	for p.state == spanWhole {
		if p.space(); p.has("}") {
			return objectOf(pairs)
		}
		key := p.dumpedKey()
		pairs = append(pairs, keyValue{key, p.value(depth + 1)})
	}
	return nil
}

// dumpedKey reads a key in square brackets, ["a"]=> or [0]=>, of a property also with
// who may see it.
func (p *literal) dumpedKey() (key []byte) {
	if !p.has("[") {
		return p.fail()
	}
	if p.peek() == '"' {
		key = p.str()
	} else {
		key = p.over(func(c byte) bool { return c-'0' <= 9 || c == '-' })
	}
	p.over(func(c byte) bool { return c != ']' && c != '\n' })
	if !p.has("]=>") || len(key) == 0 {
		return p.fail()
	}
	return key
}
