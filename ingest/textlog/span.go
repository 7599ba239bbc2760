package textlog

// found says how a body ends.
type found uint8

const (
	spanWhole  found = iota // it ends behind the size
	spanOpen                // the text ends before it
	spanCut                 // a line ends in a string of it
	spanBroken              // a bracket closes what was not opened, or it nests too deeply
)

// span returns how long the body is that text begins with, by its brackets and
// strings, in single or double quotes.
func span(text []byte) (size int, how found) {
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
func skipString(text []byte, i int) (end int, how found) {
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
