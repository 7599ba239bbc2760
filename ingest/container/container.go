// Package container cuts files into records: lines, array elements, objects one
// after another. It knows nothing of what a record means.
//
// Reading is split in two, so that several goroutines can share the work: a Reader
// cuts the stream into blocks of complete records, one after the other, and a
// worker goes through the Records of its Block. A file is never held in memory whole.
//
// A new container is one file that has a Format, which is listed in Formats.
package container

import (
	"bytes"
	"io"
	"iter"
	"slices"

	"waudit/ingest/row"
)

// Format is one way in which files hold records.
type Format struct {
	name   string
	sniff  func(head Head) bool                 // whether a file with this head is of the format
	reader func(s stream, limits Limits) Reader // of a file; the stream starts at its first byte
}

// Name is the format's id in reports and options.
func (f *Format) Name() string { return f.name }

// Formats returns every format in the order in which they are tried.
func Formats() []*Format {
	return []*Format{&parquet, &avro, &ndjson, &json, &xlsx, &sql, &csv, &tsv, &yaml, &text}
}

// Reader reads one file block by block.
type Reader interface {
	// Next replaces what b holds with the next block and reuses its memory. After
	// everything that could be read was returned, it returns io.EOF, or the error
	// of the stream.
	Next(b *Block) error
}

// Limits bounds memory.
type Limits struct {
	MaxRecord int64 // bytes in a record; a longer one is a fault. For NDJSON: in a line
	BlockSize int   // bytes to read before a block is handed out, if they hold a whole record
	// MaxWhole is the most bytes of a file that must be held whole, packed and
	// unpacked each; 0: 512 MB. It bounds spreadsheets; others are never held.
	MaxWhole int64
	// TempDir is where an input that needs random access and is not a regular file
	// is copied to; "": the system's folder. The copy is unlinked once it is open.
	TempDir string
	// Wanted chooses the columns to read, by name, where a file stores each column
	// separately. Nil: all of them.
	Wanted func(names []string) []bool
	// Skip reports that no row of a row group is wanted, so that it is not read.
	// Nil: all are read.
	Skip func(stats *RowGroupStats) bool
	// Rows are the ranges of rows of a Parquet file that are read, in their order; where
	// columns are nested, others of their row groups are too. Nil: all are.
	Rows []RowRange
	// Distinct hands out rows of a Parquet file that are alike and follow one another once,
	// as far as that is easy to tell: where columns are nested, none are.
	Distinct bool
	// Known reports whether the caller understands a column of that name: this
	// tells the header of a table from the lines above it. Nil: none is known.
	Known func(name string) bool
	// Marked reports whether a text that yields no record has a sign of one in
	// it, so that it is a fault and not to be passed over. Nil: none has.
	Marked func(text []byte) bool
	// Signatures has the bodies of a log kept as they were written where a signature
	// stands beside them, so that they can be held to it.
	Signatures bool
	// Doubled has quoted cells of tables that begin with a brace left as they are
	// written, as row.Doubled, for who can read JSON so.
	Doubled bool
	// Refuse says by the program that wrote a Parquet file why its rows are not
	// to be read by themselves, "" if they are. Nil: none is refused.
	Refuse func(createdBy string) string
	// Footer keeps that of a Parquet file from one reader of it to the next; nil: it is
	// read each time.
	Footer *Footer
}

// RowRange is the rows of a file from one, counted from 0, to before another.
type RowRange struct{ From, To int64 }

// Block is a run of whole records. The zero Block is ready for Reader.Next.
type Block struct {
	data   []byte
	found  []Record                      // the records, where the reader found them
	search func(*Block) iter.Seq[Record] // finds the records, where it did not
	line   int64                         // line of the first byte of data
	err    error                         // why records are missing
	limits Limits
	rows   tableRows // reads the rows of a table
	// carrier is the key under which the lines carry others, "" if they carry none.
	carrier string
}

// Record is the text of a record, or of what should have been one.
type Record struct {
	// Text is JSON: one value, or for NDJSON a line of one or more. It was examined
	// only as far as needed to find its end. It shares memory with the block.
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
	// Lost is set if Text is broken and extends to the end of the file because no
	// other record begins after the fault.
	Lost bool
	// Stray is set if the record was found among other text, so that it may be
	// something else than a record of a known format.
	Stray bool
	// Unended is set if the record is the last of the file and nothing ends it, as
	// a line feed does: if it is broken, the file is cut.
	Unended bool
	// Ignore is the rule by which this is not a record, "" if it is one. Text is then
	// the line as it is in the file.
	Ignore string
	// Fault says why the record cannot be converted to JSON and what to do about it;
	// Text is then as it is in the file. "": it is JSON, or was not checked.
	Fault string
	// Row is the row of a table, nil for everything else. Text is then not JSON but
	// the row as it is written, for tables that are text. With a Fault it holds the
	// cells as far as they could be separated. It is valid until the next record.
	Row *row.Row
	// Times is for how many rows that follow one another the record stands; see
	// Limits.Distinct. 0: nobody asked.
	Times int64
}

// Records goes through the block's records in the order of the file.
func (b *Block) Records() iter.Seq[Record] {
	if b.search != nil {
		return b.search(b)
	}
	return slices.Values(b.found)
}

// Err says why Records ended before the block did: what follows is damaged. It is
// set once Records has ended.
func (b *Block) Err() error { return b.err }

// Size is how many bytes of memory the block's text takes.
func (b *Block) Size() int { return cap(b.data) }

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

// stream is the bytes of a file, some of which were read ahead.
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

// all returns everything, from rest on.
func (s *stream) all() io.Reader {
	return io.MultiReader(bytes.NewReader(bytes.Clone(s.rest)), s.behind())
}

// behind returns what follows rest.
func (s *stream) behind() io.Reader {
	if s.err != nil {
		return failed{s.err}
	}
	return s.r
}

// failed is the end of a stream that was read to there before.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// skipTo reads on behind the next feed without keeping what is before it.
func (s *stream) skipTo(feed byte) {
	for scrap := make([]byte, 0, scrapSize); s.err == nil; {
		scrap = s.fill(scrap[:0])
		if end := bytes.IndexByte(scrap, feed); end >= 0 {
			s.rest = append(s.rest, scrap[end+1:]...)
			return
		}
	}
}

// growWithin makes room in data for twice as much, but for no more than a byte
// beyond most.
func growWithin(data []byte, most int64) []byte {
	n := int(min(int64(len(data)), most+1-int64(len(data))))
	if cap(data)-len(data) >= n {
		return data
	}
	return append(make([]byte, 0, len(data)+n), data...)
}
