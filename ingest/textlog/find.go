package textlog

import "bytes"

// mostTried is how many signs of a literal on a line are followed up.
const mostTried = 8

// findLiteral looks for a literal that begins between two indexes. Where one does
// that goes on behind the text, open is set.
func findLiteral(text []byte, at, end int) (json []byte, begin, after int, open bool) {
	for tried := 0; at < end && tried < mostTried; at = begin + 1 {
		if begin = nextLiteral(text, at, end); begin < 0 {
			break
		}
		tried++
		var how bodyEnd
		if json, after, how = readLiteral(text, begin); how == spanWhole && len(json) > 2 {
			return json, begin, after, false
		}
		if how == spanOpen {
			return nil, begin, after, true
		}
	}
	return nil, 0, 0, false
}

// nextLiteral returns where the next literal may begin, -1 for nowhere.
func nextLiteral(text []byte, at, end int) int {
	for i := at; i < end; i++ {
		next := bytes.IndexAny(text[i:end], "{(\n")
		if next < 0 {
			next = end - i
		}
		if i += next; i == end {
			break
		}
		if text[i] == '{' {
			if begin := serializedAt(text, at, i); begin >= 0 {
				return begin
			}
			if beginsKey(text[i+1:]) {
				return i
			}
			continue
		}
		if begin := classAt(text, at, i); begin >= 0 {
			return begin
		}
	}
	if begin := end - len("Array"); begin >= at && bytes.HasSuffix(bytes.TrimRight(text[:end], "\r"), []byte("Array")) {
		return bytes.LastIndex(text[:end], []byte("Array"))
	}
	return -1
}

// serializedAt returns where the sign of PHP's serialize begins whose bracket is
// at index i, "a:2:{", -1 if it is none.
func serializedAt(text []byte, at, i int) int {
	begin := i - 1
	if begin < at || text[begin] != ':' {
		return -1
	}
	for begin--; begin >= at && text[begin]-'0' <= 9; begin-- {
	}
	if begin > at && text[begin] == ':' && text[begin-1] == 'a' {
		return begin - 1
	}
	return -1
}

// beginsKey reports whether a key may come first in what follows a bracket: in
// quotes, a symbol, or a word before a colon.
func beginsKey(rest []byte) bool {
	rest = bytes.TrimLeft(rest, " \t\r\n")
	if len(rest) == 0 || isQuote(rest[0]) {
		return true
	}
	if rest[0] == ':' {
		return len(rest) > 1 && (isWordByte(rest[1]) || isQuote(rest[1]))
	}
	n := wordOf(rest)
	return n > 0 && n+1 < len(rest) && rest[n] == ':' && rest[n+1] != ':' || n == len(rest)
}

// classAt returns where the name before the round bracket at index i begins, -1
// if there is none, or no key or list of pairs behind it.
func classAt(text []byte, at, i int) int {
	name := bytes.TrimRight(text[at:i], " ")
	begin := len(name)
	for begin > 0 && isWordByte(name[begin-1]) {
		begin--
	}
	word := name[begin:]
	rest := bytes.TrimLeft(text[i+1:], " \t\r\n")
	switch {
	case len(word) == 0:
		return -1
	case string(word) == "array" || string(word) == "object" && isDumped("object", text[i:]):
		return at + begin
	case word[0] < 'A' || word[0] > 'Z' || len(rest) == 0:
		return -1
	case string(word) == "Array" && rest[0] == '[', rest[0] == '[' && at+len(name) == i:
		return at + begin
	}
	if n := wordOf(rest); n > 0 && n < len(rest) && rest[n] == '=' && at+len(name) == i {
		return at + begin
	}
	return -1
}

// bodyEnd says how a body ends.
type bodyEnd uint8

const (
	spanWhole  bodyEnd = iota // it ends behind the size
	spanOpen                  // the text ends before it
	spanCut                   // a line ends in a string of it
	spanBroken                // a bracket closes what was not opened, or it nests too deeply
)

// span returns how long the body is that text begins with, by its brackets and
// strings, in single or double quotes.
func span(text []byte) (size int, how bodyEnd) {
	var memory [maxDepth]byte
	closing := memory[:0] // the brackets that are wanted, innermost last
	for i := 0; i < len(text); i++ {
		if len(closing) == maxDepth {
			return i, spanBroken
		}
		switch c := text[i]; c {
		case '"', '\'':
			if i, how = skipString(text, i); how != spanWhole {
				return i, how
			}
		case '{':
			closing = append(closing, '}')
		case '[':
			closing = append(closing, ']')
		case '(':
			closing = append(closing, ')')
		case '}', ']', ')':
			last := len(closing) - 1
			if last < 0 || closing[last] != c {
				return i, spanBroken
			}
			if closing = closing[:last]; last == 0 {
				return i + 1, spanWhole
			}
		}
	}
	return len(text), spanOpen
}

// skipString returns the index of the quote that ends the string at index i.
// No string goes on over the end of a line.
func skipString(text []byte, i int) (end int, how bodyEnd) {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch text[i] {
		case quote:
			return i, spanWhole
		case '\n':
			return i, spanCut
		case '\\':
			i++
		}
	}
	return len(text), spanOpen
}
