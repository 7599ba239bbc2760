package container

import "bytes"

// syntax is how a table is written.
type syntax struct {
	delimiter byte // between cells
	feed      byte // ends a row: a line feed, or the carriage return of old Macs
}

// rowState says how the search for the end of a row has ended.
type rowState uint8

const (
	ended   rowState = iota // the row ends in the data
	unended                 // it may go on after the data
	quoted                  // it does go on: a quote is open
)

// scan returns the length of the row that data begins with, without its feed,
// or len(data) if it does not end.
//
// Only a quote at the start of a cell, white space aside, opens a quoted cell; any
// other quote stands for itself. So a stray quote costs its own row and at most the
// next one, where counting odd and even quotes would turn the rest of the file
// inside out. Most rows have no quotes, so they are searched for with bytes.IndexByte,
// which looks at many bytes at once.
func (s syntax) scan(data []byte) (n int, state rowState) {
	at := len(data) - len(trimBOM(data))
	begin, end := at, s.toFeed(data, at)
	for {
		quote := bytes.IndexByte(data[at:end], '"')
		if quote < 0 {
			break
		}
		at += quote + 1
		if !s.opens(data[begin : at-1]) {
			continue
		}
		if at = s.behindQuoted(data, at); at < 0 {
			return len(data), quoted
		}
		if at > end {
			end = s.toFeed(data, at)
		}
	}
	if end == len(data) {
		return end, unended
	}
	return end, ended
}

// behindQuoted returns the index after the closing quote of the quoted cell whose
// text begins at i, or of the last of several in a row; -1 if one is not closed.
func (s syntax) behindQuoted(data []byte, i int) int {
	for {
		inside := closing(data[i:])
		if inside < 0 {
			return -1
		}
		i += inside + 1
		if i+1 >= len(data) || data[i] != s.delimiter || data[i+1] != '"' {
			return i
		}
		i += 2
	}
}

// toFeed returns the index of the first feed from i on, else len(data).
func (s syntax) toFeed(data []byte, i int) int {
	if n := bytes.IndexByte(data[i:], s.feed); n >= 0 {
		return i + n
	}
	return len(data)
}

// opens reports whether a quote after that part of a row begins a cell.
func (s syntax) opens(before []byte) bool {
	before = bytes.TrimRight(before, " ")
	return len(before) == 0 || before[len(before)-1] == s.delimiter
}

// closing returns the index of the quote that ends the cell whose text begins
// data, -1 if there is none. Two quotes stand for one in the text.
func closing(data []byte) int {
	if len(data) > 1 && data[0] == '"' && data[1] != '"' { // an empty cell
		return 0
	}
	for at := 0; ; {
		quote := bytes.IndexByte(data[at:], '"')
		if quote < 0 {
			return -1
		}
		at += quote
		if at+1 == len(data) || data[at+1] != '"' {
			return at
		}
		at += 2
	}
}

// feedOf returns what ends the rows of a table: a line feed, unless the first
// line ends with a carriage return and nothing else.
func feedOf(data []byte) byte {
	inQuotes := false
	for i, c := range data {
		switch {
		case c == '"':
			inQuotes = !inQuotes
		case inQuotes:
		case c == '\n':
			return '\n'
		case c == '\r' && i+1 < len(data) && data[i+1] != '\n':
			return '\r'
		}
	}
	return '\n'
}

// trimBOM takes away a byte order mark, which may also stand in the middle of a
// file if files were joined.
func trimBOM(data []byte) []byte { return bytes.TrimPrefix(data, []byte(utf8BOM)) }
