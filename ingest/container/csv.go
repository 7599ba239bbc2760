package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"math/bits"
	"strings"

	"waudit/ingest/row"
)

// csv is tables as text, a row a line, in any of the ways that spreadsheets,
// databases and scripts write them: cells separated by commas, semicolons, tabs or
// bars, quoted or not, below a title or not, concatenated from several files with
// a header each.
//
//	csv.go         the formats, reading in blocks of whole rows, and where a row ends
//	csv_header.go  which row is the header, and which delimiter
//	csv_rows.go    rows to cells
var csv, tsv = tableFormat("csv", delimiters), tableFormat("tsv", "\t")

const delimiters = ",;\t|"

// tableFormat is that of tables with one of those delimiters. It looks for a plausible
// header and rows that fit it: text logs have commas too, and lines of JSON even more
// of them.
func tableFormat(name, with string) Format {
	return Format{
		name: name,
		sniff: func(head Head) bool {
			if head.blank() || head.startsLikeJSON() {
				return false
			}
			found, ok := findTable(head.Bytes, head.Whole, delimiters, head.known)
			return ok && (found.delimiter == '\t') == (with == "\t")
		},
		reader: func(s stream, limits Limits) Reader {
			return &tableReader{stream: s, limits: limits, delimiters: with, line: 1}
		},
	}
}

// tableReader ends a block after the last complete row that was read, and checks
// the first cell of each row for another header. The worker that gets the block
// parses the rows.
type tableReader struct {
	stream
	limits     Limits
	delimiters string

	syntax  syntax
	columns *row.Columns // of the next row, nil before the first block
	line    int64        // of the next row

	rows  tableRows // for rows that may be headers
	names []string  // their cells
	above []Record  // lines above the header with a sign of a record
}

func (r *tableReader) Next(b *Block) error {
	if r.columns == nil {
		r.findHeader()
	}
	b.begin(r.line, r.limits)
	if len(r.above) > 0 {
		b.found, r.above = append(b.found, r.above...), nil
		return nil
	}
	b.search = readRows
	b.rows.begin(r.syntax, r.columns, r.limits.Doubled)
	b.data = append(b.data, r.rest...)
	data := b.data
	r.rest = r.rest[:0]
	for {
		data = r.fill(data)
		b.data = data
		if len(data) == 0 {
			return r.err
		}
		end, state := r.wholeRows(b, data)
		if end > 0 {
			r.hand(b, data, end)
			return nil
		}
		if r.ended() || int64(len(data)) > r.limits.MaxRecord {
			r.handBroken(b, data, state)
			return nil
		}
		data = growWithin(data, r.limits.MaxRecord)
	}
}

// ended reports whether nothing more can be read: the next call of Next says why.
func (r *tableReader) ended() bool { return r.err != nil }

// findHeader reads up to the end of the header. It looks at as many bytes as a
// Head has, whatever the size of blocks.
func (r *tableReader) findHeader() {
	data := r.fill(append(make([]byte, 0, headSize), r.rest...))
	found, ok := findTable(data, r.ended(), r.delimiters, r.limits.Known)
	if !ok {
		found = firstRow(data, r.delimiters)
	}
	r.syntax, r.columns = found.syntax, found.columns
	r.lookAbove(data[:found.start])
	r.line += int64(bytes.Count(data[:found.end], []byte{r.syntax.feed}))
	r.stream = stream{r: io.MultiReader(bytes.NewReader(data[found.end:]), r.behind())}
}

// lookAbove keeps what stands above the header and is no title, as the rows of a table
// without a header that was joined to this one.
func (r *tableReader) lookAbove(text []byte) {
	line := r.line
	for text := range bytes.SplitSeq(text, []byte{r.syntax.feed}) {
		if text = trimLine(text); r.limits.Marked != nil && r.limits.Marked(text) {
			r.above = append(r.above, Record{Text: bytes.Clone(text), Line: line, Fault: aboveHeader})
		}
		line++
	}
}

// wholeRows returns where the last complete row in data ends, and the state of the
// row that begins there. It records where the rows end, so that this is done
// once, and which of them are headers.
func (r *tableReader) wholeRows(b *Block, data []byte) (end int, state rowState) {
	b.rows.ends, b.rows.headers = b.rows.ends[:0], b.rows.headers[:0]
	for end < len(data) {
		var n int
		n, state = r.syntax.scan(data[end:])
		isWhole := state == ended || state == unended && errors.Is(r.err, io.EOF)
		if !isWhole || int64(n) > r.limits.MaxRecord {
			break
		}
		if columns := r.header(data[end : end+n]); columns != nil {
			b.rows.headers = append(b.rows.headers, header{at: end, columns: columns})
			r.columns = columns
		}
		b.rows.ends = append(b.rows.ends, end+n)
		end = min(end+n+1, len(data))
	}
	return end, state
}

// hand makes b the block of the rows before end.
func (r *tableReader) hand(b *Block, data []byte, end int) {
	b.data = data[:end]
	r.rest = append(r.rest, data[end:]...)
	r.line += int64(bytes.Count(b.data, []byte{r.syntax.feed}))
}

// handBroken makes b a block of its first line, which is not a complete row: it is
// too long, or cut off, or a quote in it is not closed before the file ends or the
// row gets too long. A missing quote must not cost the rows after it, so reading
// goes on at the next line.
func (r *tableReader) handBroken(b *Block, data []byte, state rowState) {
	feed := bytes.IndexByte(data, r.syntax.feed)
	line := data
	if feed >= 0 {
		line = data[:feed]
	}
	switch {
	case state == unended && int64(len(data)) <= r.limits.MaxRecord:
		b.rows.fault, b.rows.ends = cutOff, append(b.rows.ends, len(data))
		r.hand(b, data, len(data))
		return
	case int64(len(line)) <= r.limits.MaxRecord:
		b.rows.fault, b.rows.ends = unclosedQuote, append(b.rows.ends, len(line))
		r.hand(b, data, min(len(line)+1, len(data)))
		return
	}
	b.search = nil
	b.found = append(b.found, Record{Text: r.limits.sample(data), Line: r.line, TooLong: true})
	r.line++
	if feed >= 0 {
		r.rest = append(r.rest, data[feed+1:]...)
		return
	}
	r.skipTo(r.syntax.feed)
}

const (
	unclosedQuote = "a quoted cell does not end: close its quote, or double a quote inside it; the next line is read as a row of its own"
	zeroBytes     = "the row has zero bytes in it, as a disk that fails or a file that is written twice leaves; export the table again"
	aboveHeader   = "the row stands above the names of the columns; give it a header of its own, or put it below"
	cutOff        = "the file breaks off in this row; read the whole file"
)

func readRows(b *Block) iter.Seq[Record] {
	return func(yield func(Record) bool) { b.rows.each(b.data, b.line, yield) }
}

// cleanName removes what spreadsheets put around the name of a column.
func cleanName(cell string) string {
	return strings.Trim(cell, " \t\r\n\ufeff\u00a0")
}

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
// inside out. Most rows need no more than a look at their last quote.
func (s syntax) scan(data []byte) (n int, state rowState) {
	at := len(data) - len(trimBOM(data))
	begin, end := at, s.toFeed(data, at)
	if end < len(data) && s.closed(data[begin:end]) {
		return end, ended
	}
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

// closed reports whether it is plain that no quoted cell is open at the end of the first
// line of a row: it has no quotes, which bytes.IndexByte finds many bytes at once, or
// the last one tells. Where that stands alone behind anything else than a blank and a
// delimiter, it ends a cell or stands for itself, whatever is before it. Two behind a
// delimiter are an empty cell, if none is open before it.
func (s syntax) closed(line []byte) bool {
	if bytes.IndexByte(line, '"') < 0 {
		return true
	}
	for {
		last := bytes.LastIndexByte(line, '"')
		if last < 2 {
			return last < 0
		}
		before := line[last-1]
		if before != '"' || line[last-2] != s.delimiter {
			return before != '"' && before != ' ' && before != s.delimiter
		}
		line = line[:last-2]
	}
}

// behindQuoted returns the index after the closing quote of the quoted cell whose
// text begins at i, or of the last of several in a row; -1 if one is not closed.
func (s syntax) behindQuoted(data []byte, i int) int {
	for {
		inside, _ := closing(data[i:])
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
// data, -1 if there is none, and whether there are doubled ones before it, two of which
// stand for one in the text. Where there is one, as in JSON, the next is never far, so
// that 64 bytes are looked at together.
func closing(data []byte) (end int, doubled bool) {
	at, open := bytes.IndexByte(data, '"'), uint64(0)
	if at < 0 || at+1 == len(data) || data[at+1] != '"' {
		return at, false
	}
	for ; at+64 <= len(data); at += 64 {
		var lone uint64
		if lone, open = loneQuotes(quotesIn((*[64]byte)(data[at:])), open); lone != 0 {
			return at + bits.TrailingZeros64(lone) - 1, true
		}
	}
	for at -= int(open); ; at += 2 {
		quote := bytes.IndexByte(data[at:], '"')
		if quote < 0 {
			return -1, true
		}
		if at += quote; at+1 == len(data) || data[at+1] != '"' {
			return at, true
		}
	}
}

// quotesIn returns which of 64 bytes are quotes, the first in the lowest bit.
func quotesIn(data *[64]byte) (quotes uint64) {
	const ones, lows = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
	const gather = 0x0102040810204080 // brings the lowest bits of all bytes into the highest byte
	for i := 0; i < len(data); i += 8 {
		w := binary.LittleEndian.Uint64(data[i:]) ^ ones*'"'
		is := ^((w&lows + lows) | w | lows)
		quotes |= is >> 7 * gather >> 56 << i
	}
	return quotes
}

// loneQuotes returns which bytes stand behind a quote that is not one of two, and
// whether the last byte is the first of two quotes; open says so of the byte before.
// The subtraction ends each series of quotes with a bit whose place tells whether their
// number is odd.
func loneQuotes(quotes, open uint64) (behind, stillOpen uint64) {
	const odd = 0xaaaaaaaaaaaaaaaa
	first := quotes &^ open
	first = ((first<<1 | odd) - first) ^ odd
	return (first ^ (quotes | open)) &^ quotes, (first & quotes) >> 63
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
