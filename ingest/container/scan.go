package container

import (
	"encoding/binary"
	"math/bits"
)

// maxDepth is how deeply a value may nest before it is taken for junk.
const maxDepth = 1 << 20

// scanner finds the end of one JSON object, array or string that comes in
// pieces. It looks at brackets, strings and what stands before an opening
// bracket, which is enough to notice a value that is never closed where the
// next one begins; everything else is left to the parser.
type scanner struct {
	depth    int
	objects  []uint64 // a bit for each level: whether it is an object
	inString bool
	escaped  bool // the next byte is escaped
	before   byte // the last byte outside strings that is no white space
}

// scanOutcome is how far a scan has come.
type scanOutcome uint8

const (
	more   scanOutcome = iota // the value goes on behind the data
	closed                    // the value ends before n
	broken                    // the byte at n cannot be
)

// scan goes on with data. It returns how many bytes it went over.
func (s *scanner) scan(data []byte) (n int, out scanOutcome) {
	for i := 0; i < len(data); i++ {
		if s.inString {
			if i = s.skipString(data, i); i == len(data) {
				break
			}
			if data[i] != '"' {
				return i, broken
			}
			s.inString = false
			if s.depth == 0 {
				return i + 1, closed
			}
			s.before = '"'
			continue
		}
		switch c := data[i]; c {
		case '"':
			s.inString = true
		case ' ', '\t', '\n', '\r':
		case '{', '[':
			if !s.open(c == '{') {
				return i, broken
			}
			s.before = c
		case '}', ']':
			if !s.close(c == '}') {
				return i, broken
			}
			if s.depth == 0 {
				return i + 1, closed
			}
			s.before = c
		default:
			s.before = c
		}
	}
	return len(data), more
}

// skipString returns the index, from i on, of the first byte that ends the
// string, well or badly: a quote or a line feed.
func (s *scanner) skipString(data []byte, i int) int {
	if s.escaped {
		s.escaped = false
		if data[i] != '\n' {
			i++
		}
	}
	for {
		for i+8 <= len(data) {
			if found := special(binary.LittleEndian.Uint64(data[i:])); found != 0 {
				i += bits.TrailingZeros64(found) / 8
				break
			}
			i += 8
		}
		if i >= len(data) {
			return i
		}
		switch c := data[i]; {
		case c == '"' || c == '\n':
			return i
		case c != '\\':
			i++ // one of the last seven
		case i+1 == len(data):
			s.escaped = true
			return i + 1
		case data[i+1] == '\n':
			return i + 1
		default:
			i += 2
		}
	}
}

// special marks, by its highest bit, the lowest byte of x that is a quote, a
// backslash or a line feed; marks above it may be false. A byte of x^ones*c is
// zero where x has c, and subtracting one borrows from it; borrows only spread
// to higher bytes.
func special(x uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, slash, feed := x^ones*'"', x^ones*'\\', x^ones*'\n'
	return ((quote-ones)&^quote | (slash-ones)&^slash | (feed-ones)&^feed) & highs
}

// open goes down a level, unless no value may begin here.
func (s *scanner) open(object bool) bool {
	if s.depth > 0 {
		fits := s.before == ':'
		if !s.isObject(s.depth - 1) {
			fits = s.before == ',' || s.before == '['
		}
		if !fits || s.depth == maxDepth {
			return false
		}
	}
	word, bit := s.depth/64, uint64(1)<<(s.depth%64)
	if word == len(s.objects) {
		s.objects = append(s.objects, 0)
	}
	s.objects[word] &^= bit
	if object {
		s.objects[word] |= bit
	}
	s.depth++
	return true
}

// close goes up a level, unless it is none of that kind.
func (s *scanner) close(object bool) bool {
	if s.depth == 0 || s.isObject(s.depth-1) != object {
		return false
	}
	s.depth--
	return true
}

func (s *scanner) isObject(level int) bool {
	return s.objects[level/64]>>(level%64)&1 == 1
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r'
}
