package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"waudit/audit/event"
	"waudit/audit/parallel"
	"waudit/ingest/source"
)

const (
	mostRows = 100_000 // rows of a row group, but for small parts
	// leastRow is fewer bytes than a row takes up: with it a row group is not
	// larger than a part should be.
	leastRow  = 24
	fewRows   = 1000 // a row group has as many at least
	batchRows = 512  // rows that are handed to the Parquet writer at once
	bloomBits = 10   // bits of a filter for each value: 1 % of the answers are wrong
)

// partWriter writes one part: who adds rows fills batches, and a goroutine of its
// own encodes them.
type partWriter struct {
	part   Part
	file   *os.File
	flags  [3]bool // what event.Flag points to
	group  int64   // rows of a row group
	size   int64   // bytes of the row groups before, as they were when the last one ended
	batch  *rowBatch
	spare  chan *rowBatch // that are encoded
	full   chan *rowBatch // that are to be
	closed bool

	// Of the goroutine, until all batches are spare.
	out   *parquet.GenericWriter[storedRow]
	hash  hash.Hash
	bytes int64
	err   error
}

// rowBatch is some rows on their way to the file.
type rowBatch struct {
	lines []storedRow
	room  []byte // their strings
}

// batches is how many there are of a part: one is filled, others are encoded.
const batches = 3

// newPartWriter begins a part in a file that must not be there yet. Its row
// groups are such that it need not become longer than size bytes by much.
func newPartWriter(dir, name string, size int64, orphans bool, codec *zstd.Codec) (*partWriter, error) {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	w := &partWriter{
		part: Part{File: File{Name: name}, Orphans: orphans}, file: file, hash: sha256.New(),
		flags: [3]bool{event.True: true}, group: min(mostRows, max(fewRows, size/leastRow)),
		spare: make(chan *rowBatch, batches), full: make(chan *rowBatch, batches),
	}
	for range batches {
		w.spare <- &rowBatch{lines: make([]storedRow, 0, batchRows), room: make([]byte, 0, roomSize)}
	}
	w.batch = <-w.spare
	filters := make([]parquet.BloomFilterColumn, 0, len(idColumns))
	for _, column := range idColumns {
		filters = append(filters, parquet.SplitBlockFilter(bloomBits, column))
	}
	w.out = parquet.NewGenericWriter[storedRow](io.MultiWriter(file, w.hash, (*byteCount)(&w.bytes)),
		parquet.BloomFilters(filters...), parquet.Compression(codec), parquet.CreatedBy(partWriterName, partFormat, "v1"),
		parquet.MaxRowsPerRowGroup(w.group),
	)
	go w.encode()
	return w, nil
}

// RefusePart says of a Parquet file that it is a part of a ledger, by the program
// that wrote it; "" if it is none. By itself a part lacks what the manifest knows:
// what was packed, what it replaces, and what else there is.
func RefusePart(createdBy string) string {
	if !strings.HasPrefix(createdBy, partWriterName+" version "+partFormat) {
		return ""
	}
	return "a part of a ledger whose manifest is missing or cannot be read; name the ledger's whole folder, restore " + source.LedgerManifest + " from a copy, or pack the logs again"
}

// How a part names the program that wrote it.
const (
	partWriterName = "waudit"
	partFormat     = "ledger"
)

// byteCount counts what is written to it.
type byteCount int64

func (n *byteCount) Write(p []byte) (int, error) {
	*n += byteCount(len(p))
	return len(p), nil
}

// add writes an event of a customer. Customers come in order, and so do the
// events of each.
func (w *partWriter) add(r *StoredEvent) error {
	w.note(&r.Customer, r.Event)
	b := w.batch
	b.lines = b.lines[:len(b.lines)+1]
	l := &b.lines[len(b.lines)-1]
	l.fill(r, &w.flags)
	b.room = l.keep(b.room)
	if len(b.lines) < cap(b.lines) {
		return nil
	}
	ends := w.part.Rows/w.group != (w.part.Rows-int64(len(b.lines)))/w.group
	w.full <- b
	if ends {
		// Whether the part ends with the row group depends on its size, however
		// fast it is encoded.
		return w.drain()
	}
	w.batch = <-w.spare
	return nil
}

// note takes note of what the manifest says of the part.
func (w *partWriter) note(c *Customer, e *event.Event) {
	p, name := &w.part, c.name()
	if p.Rows == 0 {
		p.Time = [2]int64{e.Time, e.Time}
	}
	widen(&p.Number, c.Number, p.Rows == 0)
	widen(&p.User, name, p.Rows == 0)
	p.Rows++
	p.Time[0], p.Time[1] = min(p.Time[0], e.Time), max(p.Time[1], e.Time)
	if !p.Orphans {
		p.count(e)
	}
}

// widen makes a range hold a name, of which it keeps a copy.
func widen(r *[2]string, name string, first bool) {
	if first || name < r[0] {
		r[0] = strings.Clone(name)
	}
	if first || name > r[1] {
		r[1] = strings.Clone(name)
	}
}

func (c *EventCounts) count(e *event.Event) {
	switch e.Kind {
	case event.Inbound, event.Call, event.AcceptedCall:
		c.Inbound++
	case event.Sent, event.Delivered, event.Read, event.Failed:
		c.Statuses++
	case event.Charge:
		if e.Message == "" && e.HasAmount {
			c.Loose++
		}
	}
}

// encode hands batches to the Parquet writer until there are no more. That it panics
// is an error of the part.
func (w *partWriter) encode() {
	for b := range w.full {
		if w.err == nil {
			w.err = parallel.Call(func() error {
				_, err := w.out.Write(b.lines)
				return err
			})
		}
		b.lines, b.room = b.lines[:0], b.room[:0]
		w.spare <- b
	}
}

// drain waits until all that was added is encoded.
func (w *partWriter) drain() error {
	all := make([]*rowBatch, 0, batches)
	for range batches {
		all = append(all, <-w.spare)
	}
	for _, b := range all[1:] {
		w.spare <- b
	}
	w.batch, w.size = all[0], w.bytes
	return w.err
}

// close finishes the file, which is on the disk then.
func (w *partWriter) close() (Part, error) {
	w.closed = true
	w.full <- w.batch
	err := w.drain()
	close(w.full)
	err = errors.Join(err, w.out.Close())
	if err == nil {
		err = w.file.Sync()
	}
	err = errors.Join(err, w.file.Close(), syncFolder(filepath.Dir(w.file.Name())))
	w.part.Bytes, w.part.SHA256 = w.bytes, hex.EncodeToString(w.hash.Sum(nil))
	return w.part, err
}

// abort gives up the file; the pack removes it.
func (w *partWriter) abort() {
	if !w.closed {
		w.closed = true
		close(w.full)
		_ = w.file.Close()
	}
}
