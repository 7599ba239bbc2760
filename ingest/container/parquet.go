package container

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"waudit/ingest/row"
)

// parquet is tables whose columns are stored one after the other, in groups of
// rows. Records have a Row and no Text; their Line is the number of the row in
// the file, from 1.
//
// The footer says where everything is, so the file is read at random: a regular
// file as it lies there, everything else from a temporary copy. A Reader walks
// over the headers of the pages only; whoever gets a Block reads and decodes
// the pages of its rows.
//
// parquet-go decodes the footer, the headers, and the runs and deltas in the pages.
// Its own page readers are not used: they trust the sizes inside a page, which
// cannot be checked before it is unpacked. Even with the footer and the headers
// checked, a damaged file of 4 KB took 1.2 GB, and LZ4 never ended. So pages are
// cut and unpacked here, and checked before the library sees them.
//
// A column becomes one cell: integers row.Int (beyond 63 bits row.Text), decimals
// row.Nano if that holds them exactly, else row.Text, floats row.Float, instants
// row.Time, nested columns and JSON row.JSON, everything else row.Text: strings,
// bytes as they stand, UUIDs, dates and times of the day. A timestamp that is
// not adjusted to UTC is text without a zone, as nobody knows when it was; one of
// 96 bits is UTC, as Spark wrote it. In nested columns members without a value
// are left out.
var parquet = Format{
	name: "parquet",
	sniff: func(head Head) bool {
		return bytes.HasPrefix(head.Bytes, []byte(parquetMagic)) || bytes.HasPrefix(head.Bytes, []byte(encryptedMagic))
	},
	reader: func(s stream, limits Limits) Reader { return &parquetReader{stream: s, limits: limits} },
}

// parquetReader hands out the stripes of the row groups, one group after the
// other.
type parquetReader struct {
	stream stream
	limits Limits

	file    *parquetFile // nil until the first Next
	source  *randomSource
	columns []*schemaNode // wanted, in the order of the file
	layout  *row.Columns  // their names
	work    sync.Pool     // of *stripeDecoder

	next    int       // index of the row group to open next
	group   *rowGroup // the one whose stripes are handed out
	stripes []stripe
	row     int64 // rows in front of the group
	ended   bool
}

func (r *parquetReader) Next(b *Block) (err error) {
	if r.file == nil {
		if err := r.open(); err != nil {
			return err
		}
	}
	for len(r.stripes) == 0 {
		if r.next == len(r.file.meta.RowGroups) {
			return r.end()
		}
		r.nextGroup()
	}
	b.data, b.found, b.err, b.limits = b.data[:0], b.found[:0], nil, r.limits
	b.search = r.stripes[0].records
	r.source.retain()
	r.stripes = r.stripes[1:]
	if len(r.stripes) == 0 {
		r.source.passed(r.group.end)
	}
	return nil
}

// open reads the footer and chooses the columns.
func (r *parquetReader) open() error {
	source, err := openRandom(r.stream, r.limits.TempDir)
	if err != nil {
		return err
	}
	r.source = source
	file, err := r.limits.Footer.open(source.at, source.size)
	if err != nil {
		return errors.Join(err, source.close())
	}
	if r.limits.Refuse != nil {
		if why := r.limits.Refuse(file.meta.CreatedBy); why != "" {
			return errors.Join(&Refusal{Reason: why, Records: true}, source.close())
		}
	}
	if err := r.choose(file.root.children); err != nil {
		return errors.Join(err, source.close())
	}
	r.file = file
	r.work.New = func() any { return newStripeDecoder(r) }
	return nil
}

// choose notes which columns are wanted.
func (r *parquetReader) choose(all []*schemaNode) error {
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.name
	}
	wanted := make([]bool, len(all))
	if r.limits.Wanted != nil {
		copy(wanted, r.limits.Wanted(names))
	}
	r.layout = &row.Columns{}
	for i, c := range all {
		if wanted[i] || r.limits.Wanted == nil {
			r.columns = append(r.columns, c)
			r.layout.Names = append(r.layout.Names, c.name)
		}
	}
	if len(r.columns) == 0 {
		return &Refusal{Reason: fmt.Sprintf("a Parquet file with none of the columns that are read; it has %.200q", names)}
	}
	return nil
}

// nextGroup goes to the next row group. An error in one costs only its own rows: it
// becomes a stripe that reports the error.
func (r *parquetReader) nextGroup() {
	g := &rowGroup{reader: r, index: r.next, meta: &r.file.meta.RowGroups[r.next], first: r.row}
	r.next++
	r.row += g.meta.NumRows
	r.group = g
	if g.meta.NumRows == 0 {
		return
	}
	if r.limits.Rows != nil && len(g.within(r.limits.Rows, 0, g.meta.NumRows)) == 0 {
		return
	}
	if skip := r.limits.Skip; skip != nil && skip(&RowGroupStats{file: r.file, group: g.meta, first: g.first}) {
		return
	}
	err := g.findPages()
	if err != nil {
		r.stripes = append(r.stripes[:0:0], stripe{group: g, err: err})
		return
	}
	r.stripes = g.stripes()
}

// end releases the file. Blocks that are still in use keep it open.
func (r *parquetReader) end() error {
	if !r.ended {
		r.ended = true
		r.source.passed(r.source.size)
		if err := r.source.close(); err != nil {
			return err
		}
	}
	return io.EOF
}

// randomAccess is a file that can be read anywhere, if ReaderAt says so; see
// source.Stream.
type randomAccess interface {
	ReaderAt() (at io.ReaderAt, size int64, ok bool)
	Retain()
	Close() error
	Passed(bytes int64)
}

// randomSource is the bytes of a file, to be read anywhere by any goroutine
// until everyone who retained it has closed it.
type randomSource struct {
	at   io.ReaderAt
	size int64 // in bytes

	file  randomAccess // the input itself, nil if at is a copy
	spool *os.File     // the temporary copy, nil if there is none
	users atomic.Int32 // of the copy, beside the first
}

// openRandom makes the bytes of s accessible, without reading them if the
// input allows. Of s nothing is to be used afterwards.
func openRandom(s stream, tempDir string) (*randomSource, error) {
	if errors.Is(s.err, io.EOF) {
		return &randomSource{at: bytes.NewReader(bytes.Clone(s.rest)), size: int64(len(s.rest))}, nil
	}
	if file, ok := s.r.(randomAccess); ok {
		if at, size, ok := file.ReaderAt(); ok {
			file.Retain()
			return &randomSource{at: at, size: size, file: file}, nil
		}
	}
	return spoolRandom(s, tempDir)
}

// spoolRandom copies s into a temporary file without a name.
func spoolRandom(s stream, tempDir string) (*randomSource, error) {
	file, err := os.CreateTemp(tempDir, "waudit-parquet-*")
	if err != nil {
		return nil, err
	}
	source := &randomSource{at: file, spool: file}
	_ = os.Remove(file.Name()) // what cannot be removed while it is open is removed by close
	if source.size, err = io.Copy(file, s.all()); err != nil {
		return nil, errors.Join(err, source.close())
	}
	return source, nil
}

func (s *randomSource) passed(bytes int64) {
	if s.file != nil {
		s.file.Passed(bytes)
	}
}

func (s *randomSource) retain() {
	if s.file != nil {
		s.file.Retain()
	}
	s.users.Add(1)
}

func (s *randomSource) close() error {
	if s.file != nil {
		return s.file.Close()
	}
	if s.users.Add(-1) >= 0 || s.spool == nil {
		return nil
	}
	err := s.spool.Close()
	_ = os.Remove(s.spool.Name()) // gone already, but where open files cannot be removed
	return err
}
