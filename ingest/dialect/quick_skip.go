package dialect

import "strings"

// deepestSkip is how deep what is skipped may nest: it is skipped by recursion.
const deepestSkip = 32

// skip passes over a value that is not used, and notes where it stands.
func (q *Quick) skip(i int) int {
	end := q.src.skip(i)
	if end != fault {
		q.skipped = append(q.skipped, [2]int{i, end})
	}
	return end
}

// skip passes over a value. Its structure is checked, down to the numbers; only
// what stands in its strings is not.
func (s source) skip(i int) int { return s.skipWithin(i, deepestSkip) }

func (s source) skipWithin(i, depth int) int {
	if i >= len(s) {
		return fault
	}
	switch s[i] {
	case '"':
		return s.skipString(i)
	case '{', '[':
		return s.skipContainer(i, depth)
	case 't', 'f', 'n':
		return s.literal(i)
	}
	return s.number(i)
}

// skipString passes over a string in hops from quote to quote.
func (s source) skipString(i int) int {
	if i >= len(s) || s[i] != '"' {
		return fault
	}
	for {
		hop := strings.IndexByte(string(s[i+1:]), '"')
		if hop < 0 {
			return fault
		}
		if i += hop + 1; !s.isEscaped(i) {
			return i + 1
		}
	}
}

// isEscaped reports whether the byte at i, inside a string, is part of an
// escape: an odd number of backslashes stands before it. The quote that began
// the string stops the count.
func (s source) isEscaped(i int) bool {
	escaped := false
	for ; s[i-1] == '\\'; i-- {
		escaped = !escaped
	}
	return escaped
}

// skipContainer passes over an array or an object.
func (s source) skipContainer(i, depth int) int {
	if depth == 0 {
		return fault
	}
	bracket := s[i] + 2 // in ASCII the closing brackets stand two behind the opening ones
	i = s.space(i + 1)
	if i < len(s) && s[i] == bracket {
		return i + 1
	}
	for more := true; more; {
		if bracket == '}' {
			i = s.colon(s.skipString(i))
		}
		i = s.skipWithin(i, depth-1)
		i, more = s.next(i, bracket)
	}
	return i
}
