// Package invoice reads bills: lines with and without message ids, volumes by day or
// month, Meta's analytics, exports of providers, and any table whose columns have
// names that say enough or that a mapping names. What a bill leaves open is asked,
// never guessed.
//
//	read.go     a file to lines: options, blocks decoded by several, counts
//	collect.go  rows that sum up others, and what is known only in the order of the file
//	decode.go   records to rows, rows to lines
//	objects.go  rows and JSON objects as cells, lists of them, Meta's analytics
//	fields.go   what columns may hold, by which names they are found, or by --invoice-mapping
//	layout.go   which column is which
//	line.go     who, where, in which category
//	money.go    quantity, prices, tax, currency, and in which direction money goes
//	when.go     instants, days and months
//
// The words for users are in docs/invoice.md.
package invoice

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"

	"waudit/audit/invoice"
	"waudit/audit/parallel"
	"waudit/audit/rate"
	"waudit/ingest/container"
	"waudit/ingest/mapfile"
	"waudit/ingest/row"
	"waudit/ingest/source"
	"waudit/ingest/table"
)

// Options says how to read a bill.
type Options struct {
	Input     uint32   // number of the bill in places
	Mapping   *Mapping // nil: by the names of the columns
	MaxRecord int64    // bytes; 0: 64 MB
	TempDir   string   // "": the system's folder
	Workers   int      // how many decode; 0: one for each processor
}

// BillFile is what became of a file. Records = Used + Ignored + Duplicates + Rejected;
// of a used record comes a line, and another if it names a tax.
type BillFile struct {
	invoice.Statement
	Path, Container, Compression string
	SHA256                       string // of the raw bytes, in hex
	Content                      string // of what the lines say, in any order, in hex: equal for the same bill in another container
	Bytes                        int64

	Records, Used, Ignored, Duplicates, Rejected int64
	Lines                                        int64

	IgnoredBy []Count  // ordered by reason
	Rejects   []Reject // the first of them
	Notes     []string // what a reader of the bill should know
}

// Count is how many records there are of something.
type Count struct {
	What    string
	Records int64
}

// Reject is a row that is no line, and why.
type Reject struct {
	Line   int64 // in the file, from 1
	Reason string
}

// maxRejects is how many rejected rows are kept.
const maxRejects = 100

const defaultMaxRecord = 64 << 20

// shared is what the goroutines of one Read share.
type shared struct {
	ctx     context.Context
	input   uint32
	file    source.Input
	mapping *Mapping
	markets *rate.Markets
	limits  container.Limits

	survey sync.Once
	found  table.Habits
}

// Read reads a bill and hands every line to emit in the order of the file. A line
// and its strings are valid during the call: who keeps one copies it. The error
// names the file; it is what emit returned, or says why the file is no bill, or was
// not read to its end. What has been emitted then is no bill either.
func Read(ctx context.Context, path string, o Options, emit func(*invoice.Line) error) (*BillFile, error) {
	inputs, err := source.Find(ctx, []string{path}, os.Stdin)
	if err != nil {
		return nil, err
	}
	if len(inputs) != 1 || inputs[0].Ledger {
		return nil, fmt.Errorf("%s: names %d files; name the file of the bill itself", source.Shown(path), len(inputs))
	}
	markets, err := rate.LoadMarkets()
	if err != nil {
		return nil, err
	}
	s := &shared{ctx: ctx, input: o.Input, file: inputs[0], mapping: o.Mapping, markets: markets}
	if s.mapping == nil {
		s.mapping = unmapped()
	}
	s.limits = container.Limits{
		MaxRecord: cmp.Or(o.MaxRecord, defaultMaxRecord), BlockSize: blockSize, TempDir: cmp.Or(o.TempDir, os.TempDir()), Known: s.mapping.Knows,
	}
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	c := &collector{
		emit: emit, bill: &BillFile{}, sums: map[string]*currencySum{}, tables: map[tableSum]*currencySum{},
		ignored: map[string]int64{}, unknown: map[unknownWord]int64{}, ids: map[uint64]uint64{},
	}
	if err := s.run(workers, c); err != nil {
		return nil, err
	}
	return c.finish(s)
}

// blockSize is how many bytes are cut at once.
const blockSize = 256 << 10

// opened is an open file.
type opened struct {
	opener source.Opener
	stream *source.Stream
	blocks container.Reader
	format *container.Format
}

// open opens the file, once more if need be.
func (s *shared) open(sum hash.Hash) (*opened, error) {
	f := &opened{}
	f.opener.Hash = sum
	var err error
	if f.stream, err = f.opener.Open(s.ctx, s.file); err != nil {
		f.opener.Close()
		return nil, err
	}
	cutter := container.Sniffer{Limits: s.limits}
	if f.blocks, f.format, err = cutter.Open(f.stream); err != nil {
		f.close()
		if refusal, refused := errors.AsType[*container.Refusal](err); refused && !refusal.Records {
			err = fmt.Errorf("%w, which is not read as a bill: ask who wrote it for its lines as CSV, XLSX, JSON or Parquet", err)
		}
		return nil, s.fail(err)
	}
	return f, nil
}

func (f *opened) close() {
	_ = f.stream.Close()
	f.opener.Close()
}

// fail names the file in an error that does not.
func (s *shared) fail(err error) error {
	if e, ok := err.(*source.Error); ok { //nolint:errorlint // the outermost names the path
		return e
	}
	return fmt.Errorf("%s: %w", s.file.Path, err)
}

// habits asks all rows of the file how they write what one row alone leaves open.
// They are read once more, and only if there is such a row.
func (s *shared) habits() *table.Habits {
	s.survey.Do(func() {
		if err := s.look(); err != nil {
			s.found.Unasked = "the other rows cannot be asked, as " + err.Error()
		}
	})
	return &s.found
}

func (s *shared) look() error {
	if s.file.Path == "-" {
		return errOnce
	}
	f, err := s.open(nil)
	if err != nil {
		return err
	}
	defer f.close()
	for d, b := newDecoder(s), new(container.Block); ; {
		if err := f.blocks.Next(b); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		for rec := range b.Records() {
			if rec.Row != nil && rec.Fault == "" { // objects of JSON write numbers and dates for programs
				d.lookAt(rec.Row, rec.Line)
			}
		}
		if err := cmp.Or(b.Err(), s.ctx.Err()); err != nil {
			return err
		}
	}
}

// finish makes the bill of what was collected.
func (c *collector) finish(s *shared) (*BillFile, error) {
	b := c.bill
	b.Path = s.file.Path
	c.settle()
	if b.Lines == 0 && len(b.Totals) == 0 {
		return nil, s.nothing(b)
	}
	if first, second := c.told(); first != 0 {
		return nil, fmt.Errorf("%s: the tables that begin at rows %d and %d come to the same, and may be one bill told twice, as details and summary: export one of them, "+
			"or choose it in --invoice-mapping by a column that only it has, when: {COLUMN: \"*\"}", b.Path, first, second)
	}
	return b, nil
}

// nothing says why a file has no line of a bill.
func (s *shared) nothing(b *BillFile) error {
	why := "no column names an amount or a quantity that is known; name them in --invoice-mapping (docs/invoice.md)"
	most := int64(0)
	for _, i := range b.IgnoredBy {
		if i.Records > most && i.What != "neither an amount nor a quantity" {
			why, most = i.What, i.Records
		}
	}
	if len(b.Rejects) > 0 {
		why = fmt.Sprintf("row %d: %s", b.Rejects[0].Line, b.Rejects[0].Reason)
	}
	return fmt.Errorf("%s: no line of a bill (records: %d): %s", b.Path, b.Records, why)
}

// sorted lists counts by what they are of.
func sorted(counts map[string]int64) []Count {
	list := make([]Count, 0, len(counts))
	for what, n := range counts {
		list = append(list, Count{what, n})
	}
	slices.SortFunc(list, func(a, b Count) int { return cmp.Compare(a.What, b.What) })
	return list
}

// errOnce is why the rows of standard input cannot be asked twice.
var errOnce = errors.New("standard input is read once; name the file")

// job is a block on its way through the workers.
type job struct {
	block container.Block
	out   decodedBlock
	err   error // why records of the block are missing
}

// run reads the file: blocks are cut one after the other, workers decode them, and
// the collector takes them in the order of the file.
func (s *shared) run(workers int, c *collector) error {
	f, err := s.open(sha256.New())
	if err != nil {
		return err
	}
	defer f.close()
	line := parallel.Pipeline[job]{
		Next: func(j *job) error {
			err := f.blocks.Next(&j.block)
			if err == nil || errors.Is(err, io.EOF) {
				return err
			}
			return s.fail(err)
		},
		Worker: func() func(*job) { return newDecoder(s).decode },
		Take: func(j *job) error {
			if err := c.collect(&j.out); err != nil {
				return err
			}
			if j.err != nil {
				return s.fail(j.err)
			}
			return nil
		},
	}
	if err := line.Run(s.ctx, workers); err != nil {
		return err
	}
	if err := f.stream.Drain(); err != nil {
		return s.fail(err)
	}
	b := c.bill
	b.Container, b.Compression, b.SHA256, b.Bytes = f.format.Name(), f.stream.Compression, f.stream.Sum(), f.stream.BytesRead()
	return nil
}

// decode decodes a block.
func (d *decoder) decode(j *job) {
	j.out.reset()
	d.out, j.err = &j.out, nil
	for rec := range j.block.Records() {
		d.record(rec)
		if d.shared.ctx.Err() != nil {
			j.err = d.shared.ctx.Err()
			return
		}
	}
	j.err = j.block.Err()
}

// lookAt notes what a row shows of the habits of its file.
func (d *decoder) lookAt(r *row.Row, line int64) {
	cells, ok := fromRow(d.cells[:0], r)
	d.cells = cells
	if !ok {
		return
	}
	if l := layoutFor(d.layoutsFor(r.Columns), cells); l != nil {
		l.lookAt(cells, line, &d.shared.found)
	}
}

// lookAt notes what a row shows.
func (l *layout) lookAt(cells []cell, line int64, habits *table.Habits) {
	for f := range numFields {
		for _, i := range l.sources[f].at {
			switch c := &cells[i]; kinds[f].holds {
			case mapfile.Times:
				habits.LookAtDate(c.text, line)
			case mapfile.Amounts:
				if !c.number {
					habits.LookAtNumber(c.text, line)
				}
			case mapfile.Text:
			}
		}
	}
}
