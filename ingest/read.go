package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"

	"waudit/ingest/container"
	"waudit/ingest/ledger"
	"waudit/ingest/source"
)

// feed is an input, or a part of a ledger, whose blocks are being taken. Whoever
// is to decode a block reads it as well: then it is still in that processor's
// cache.
type feed struct {
	work
	mu     sync.Mutex // one worker reads at a time
	lens   *lens      // nil before the first block
	stream *source.Stream
	reader container.Reader
	ended  bool
}

// work is what a feed takes blocks of.
type work struct {
	in   *input
	part *ledger.Part // nil for what is no ledger
	from int64        // of the range of bytes
	to   int64        // that is read; 0: everything
	seq  int64        // of the next block
}

// lens opens inputs one after the other, and keeps its buffers.
type lens struct {
	opener source.Opener
	cutter container.Sniffer
	hash   hash.Hash // for the opener, where an input's sum is wanted
}

// feeds are what is to be read, and what is being read.
type feeds struct {
	mu    sync.Mutex
	wait  []work
	open  []*feed
	turn  int        // which of them the next idle worker joins
	idle  []*lens    // to be used again
	blank []*reading // as well
	limit container.Limits
	as    *container.Format // nil: by content
	hash  func() hash.Hash  // tells contents apart: SHA-256 where others know them by it, else what is fast
}

// feed returns what to take blocks from: one that nobody has begun with or,
// if there is none, one that others take blocks from too; nil if all are read.
func (r *run) feed() *feed {
	q := &r.feeds
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.wait) > 0 {
		f := &feed{work: q.wait[0]}
		q.wait[0], q.wait = work{}, q.wait[1:]
		q.open = append(q.open, f)
		if f.in.reading == nil {
			q.begin(f.in)
		}
		return f
	}
	if len(q.open) == 0 {
		return nil
	}
	q.turn++
	return q.open[q.turn%len(q.open)]
}

// begin makes an input that is no ledger ready to be read.
func (q *feeds) begin(in *input) {
	if n := len(q.blank); n > 0 {
		in.reading, q.blank = q.blank[n-1], q.blank[:n-1]
	} else {
		in.reading = new(reading)
	}
	in.bytes = max(in.Size, 0)
	in.open.Add(1)
}

// end forgets what was found out about an input.
func (q *feeds) end(in *input) {
	q.mu.Lock()
	defer q.mu.Unlock()
	in.counts.reset()
	*in.reading = reading{counts: in.counts}
	q.blank = append(q.blank, in.reading)
	in.reading = nil
}

// lens returns one that is idle, or a new one.
func (q *feeds) lens() *lens {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := len(q.idle); n > 0 {
		l := q.idle[n-1]
		q.idle = q.idle[:n-1]
		return l
	}
	return &lens{cutter: container.Sniffer{Limits: q.limit, Format: q.as}, hash: q.hash()}
}

// drop takes from the list what is read, and keeps what it was read with.
func (q *feeds) drop(f *feed) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range q.open {
		if q.open[i] == f {
			q.open = append(q.open[:i], q.open[i+1:]...)
			break
		}
	}
	if f.lens != nil {
		q.idle = append(q.idle, f.lens)
	}
}

// close frees what idle lenses hold. One with which somebody still waits for
// bytes is left to him.
func (q *feeds) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range q.idle {
		l.opener.Close()
	}
	q.idle = nil
}

// take reads the next block into b. It returns false if there is none, or ctx
// has ended.
func (r *run) take(ctx context.Context, f *feed, b *takenBlock) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended || ctx.Err() != nil {
		return false
	}
	f.ended = true // for the others, should this panic
	err := r.read(ctx, f, b)
	if err == nil {
		f.ended = false
		b.in, b.seq, b.part = f.in, f.seq, ""
		f.seq++
		f.in.open.Add(1)
		if f.part != nil {
			b.part = f.part.Name
		} else {
			r.advance(f.in, f.stream.BytesRead())
		}
		return true
	}
	r.endOf(ctx, f, err)
	r.feeds.drop(f)
	r.release(f.in)
	return false
}

// read reads a block, after opening what it is in if it is the first.
func (r *run) read(ctx context.Context, f *feed, b *takenBlock) (err error) {
	if f.lens == nil {
		f.lens = r.feeds.lens()
		if f.part != nil {
			f.stream, f.reader, err = r.openPart(ctx, f)
		} else {
			err = r.open(ctx, f)
		}
		if err != nil {
			return err
		}
	}
	return f.reader.Next(&b.Block)
}

// open opens an input that is no ledger.
func (r *run) open(ctx context.Context, f *feed) (err error) {
	f.lens.opener.Hash = nil
	if r.opts.HashInputs || f.in.twin {
		f.lens.opener.Hash = f.lens.hash
	}
	if f.stream, err = f.lens.opener.Open(ctx, f.in.Input); err != nil {
		return err
	}
	f.in.compression = f.stream.Compression
	if f.to > 0 {
		return r.openRange(f)
	}
	reader, format, err := f.lens.cutter.Open(f.stream)
	if isOwnText(f.lens.cutter.Head()) {
		f.in.own = true
		return &container.Refusal{Reason: reasonOwn}
	}
	if err != nil {
		return err
	}
	f.reader, f.in.container = reader, cmp.Or(f.in.Rows, format.Name())
	return nil
}

// openRange opens a range of an input, which Tasks found to have some.
func (r *run) openRange(f *feed) error {
	at, size, ok := f.stream.ReaderAt()
	if !ok {
		return errors.New("it cannot be read in ranges any more: plan again")
	}
	lines, bytes, err := container.NewLineRange(at, f.from, f.to, size, r.opts.limits())
	if err != nil {
		return err
	}
	f.reader, f.in.container = lines, "ndjson"
	f.in.bytes = bytes
	return nil
}

// endOf notes what is known when all is read, as far as it could be, and closes
// the file.
func (r *run) endOf(ctx context.Context, f *feed, err error) {
	if f.part != nil {
		r.endOfPart(f, err)
		return
	}
	f.in.fail(err)
	if f.stream == nil {
		return
	}
	if f.in.refused && ctx.Err() == nil {
		f.in.marked = !f.in.own && (isMarked(f.lens.cutter.Head()) || readerIsMarked(f.stream))
	}
	if (r.opts.HashInputs || f.in.twin) && ctx.Err() == nil {
		f.in.fail(f.stream.Drain()) // a skipped input is not read to its end otherwise
		f.in.sum = f.stream.Sum()
	}
	f.in.fail(f.stream.Changed())
	if lines, ok := f.reader.(*container.LineRange); ok {
		f.in.lines = []int64{lines.Lines()}
	} else if f.in.skipped == "" {
		f.in.bytes = f.stream.BytesRead()
	}
	f.stream.Close()
	if ctx.Err() == nil {
		r.advance(f.in, f.in.bytes)
	}
}

func (r *run) endOfPart(f *feed, err error) {
	if f.stream != nil {
		err = cmp.Or(err, f.stream.Close())
	}
	if !errors.Is(err, io.EOF) {
		f.in.damaged(f.seq, fmt.Errorf("part %s: %s", f.part.Name, err)) //nolint:errorlint // the cause must not be taken for one of the ledger itself
	}
	f.in.mu.Lock()
	f.in.bytes += f.part.Bytes
	read := f.in.bytes
	f.in.mu.Unlock()
	r.advance(f.in, read)
}

// fail notes why the input is not read, or not to its end.
func (in *input) fail(err error) {
	refusal, refused := errors.AsType[*container.Refusal](err)
	switch {
	case err == nil || errors.Is(err, io.EOF) || in.err != nil:
	case refused && !refusal.Records:
		in.skipped = refusal.Reason
		in.refused = true
	default:
		in.err = err
	}
}

// gate lets the run end while a worker waits for bytes that may never come: such
// a worker is outside, and finds the gate closed when it comes back.
type gate struct {
	mu     sync.Mutex
	empty  sync.Cond
	inside int
	closed bool
}

func newGate() *gate {
	g := new(gate)
	g.empty.L = &g.mu
	return g
}

// enter reports whether the caller may go on; else it must touch nothing more.
func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.inside++
	return true
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	g.empty.Broadcast()
}

// close waits until nobody is inside and lets nobody in any more.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	for g.inside > 0 {
		g.empty.Wait()
	}
}
