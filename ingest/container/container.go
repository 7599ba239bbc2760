// Package container cuts files into records: lines, array elements, objects one
// after another. It knows nothing of what a record means.
//
// Reading is split in two, so that several goroutines share the work: a Reader
// cuts the stream into blocks of whole records, one after the other, and
// whoever gets a Block goes through its Records. A file is never held whole.
//
// A new container is one file that implements Format, and its line in Formats.
package container

import (
	"bytes"
	"io"
	"iter"
	"slices"

	"waudit/ingest/row"
)

// Format is one way in which files hold records.
type Format interface {
	// Name is the format's id in reports and options.
	Name() string
	// Sniff reports whether a file with this head is of the format.
	Sniff(head Head) bool
	// reader returns the reader of a file. The stream starts at its first byte.
	reader(s stream, limits Limits) Reader
}

// Formats returns every format in the order in which they are tried.
func Formats() []Format {
	return []Format{parquet{}, ndjson{}, json{}, xlsx{}, sql{}, csv{','}, csv{'\t'}, text{}}
}

// Reader reads one file block by block.
type Reader interface {
	// Next replaces what b holds by the next block and reuses its memory. It
	// returns io.EOF behind the last block, or what reading the stream
	// returned, after everything that could be read was handed out.
	Next(b *Block) error
}

// Limits bounds memory.
type Limits struct {
	MaxRecord int64 // bytes in a record; a longer one is a fault. For NDJSON: in a line
	BlockSize int   // bytes to read before a block is handed out, if they hold a whole record
	// MaxWhole is the most bytes of a file that must be held whole, packed and
	// unpacked each; 0: 512 MB. It bounds spreadsheets; others are never held.
	MaxWhole int64
	// TempDir is where a file goes that is read at random and is no regular
	// file itself; "": the system's folder. It is removed when it is open.
	TempDir string
	// Wanted chooses among the columns of a file that keeps them apart, by
	// their names: the others are not read. Nil: all are.
	Wanted func(names []string) []bool
	// Skip reports that no row of a row group is wanted, which is not read
	// then. Nil: all are.
	Skip func(stats *RowGroupStats) bool
	// Known reports whether a column of that name means something to whoever
	// reads the records: it tells the header of a table from the lines above
	// it. Nil: nothing is known.
	Known func(name string) bool
	// Marked reports whether a text that yields no record has a sign of one in
	// it, so that it is a fault and not to be passed over. Nil: none has.
	Marked func(text []byte) bool
	// Refuse says by the program that wrote a Parquet file why its rows are not
	// to be read by themselves, "" if they are. Nil: none is refused.
	Refuse func(createdBy string) string
}

// Block is a run of whole records. The zero Block is ready for Reader.Next.
type Block struct {
	data   []byte
	found  []Record                      // the records, where the reader found them
	search func(*Block) iter.Seq[Record] // finds the records, where it did not
	line   int64                         // line of the first byte of data
	err    error                         // why records are missing
	limits Limits
	rows   tableRows // reads the rows of a table
}

// Record is the text of a record, or of what should have been one.
type Record struct {
	// Text is JSON: one value, or for NDJSON a line of one or more. It was
	// looked at no closer than was needed to find its end. It shares memory
	// with the block.
	Text []byte
	// Line is the line on which the record begins, from 1.
	Line int64
	// Offset is the distance in bytes from the first record that begins on
	// Line to this one: with Line it orders records as the file does. Where
	// JSON was made of other text, it is measured in what was made.
	Offset int64
	// TooLong is set if the record is longer than Limits.MaxRecord: Text is
	// only its beginning.
	TooLong bool
	// Lost is set if Text is broken and goes on to the end of the file because
	// nothing behind the fault begins another record.
	Lost bool
	// Stray is set if the record was found among other text, where it need not
	// be one of those that are looked for.
	Stray bool
	// Ignore is the rule by which the record is none, "" for every other: Text
	// is then the line as it stands in the file.
	Ignore string
	// Unended is set if the record is the last of the file and nothing ends it, as
	// a line feed does: if it is broken, the file is cut.
	Unended bool
	// Fault is why the record cannot be made JSON and what to do, "" if it is
	// JSON or nobody has looked: Text is then as it stands in the file.
	Fault string
	// Delimiter parts the cells of a row that is text, and Header names the columns
	// of its table; else 0 and nil.
	Delimiter byte
	Header    *row.Columns
	// Row is the record of a table, nil of everything else. Text is then what
	// the row is written as, where it is text, and no JSON. With a Fault it
	// holds the cells as far as they could be told apart. It is valid until the
	// next record is asked for.
	Row *row.Row
}

// Records goes through the block's records in the order of the file.
func (b *Block) Records() iter.Seq[Record] {
	if b.search != nil {
		return b.search(b)
	}
	return slices.Values(b.found)
}

// Err is why Records ended before the block did: what lay behind is damaged. It
// is known when Records has ended.
func (b *Block) Err() error { return b.err }

// Size is how many bytes of memory the block's text takes.
func (b *Block) Size() int { return cap(b.data) }

// begin makes b an empty block.
func (b *Block) begin(line int64, limits Limits) {
	if b.data == nil {
		b.data = make([]byte, 0, limits.BlockSize)
	}
	*b = Block{line: line, limits: limits, data: b.data[:0], found: b.found[:0], rows: b.rows}
}

const (
	sampleSize = 256      // how much of a record that is too long is kept, in bytes
	scrapSize  = 64 << 10 // how much of it is read at once, in bytes
)

// sample returns what is kept of a record that is too long.
func (l Limits) sample(text []byte) []byte {
	return text[:min(int64(len(text)), sampleSize, l.MaxRecord)]
}

// stream is a file's bytes with those in front that were read ahead.
type stream struct {
	r    io.Reader
	rest []byte // read, but not handed out
	err  error  // why there is nothing behind rest; nil as long as there may be
}

// skipHole goes over zero bytes in front. A log that is emptied while its writer
// has it open begins with as many as it had bytes; there is nothing in them.
func (s *stream) skipHole() {
	data := s.rest
	for len(data) > 0 && data[0] == 0 {
		kept := bytes.TrimLeft(data, "\x00")
		data = s.fill(data[:copy(data, kept)])
	}
	s.rest = data
}

// fill reads until data is full or the stream ends.
func (s *stream) fill(data []byte) []byte {
	for len(data) < cap(data) && s.err == nil {
		n, err := s.r.Read(data[len(data):cap(data)])
		data, s.err = data[:len(data)+n], err
	}
	return data
}
