package ingest

import (
	"context"
	"errors"
	"io"
	"sync"

	"waudit/ingest/container"
	"waudit/ingest/source"
)

// feed is an input whose blocks are being taken. Whoever is to decode a block
// reads it as well: then it is still in that processor's cache.
type feed struct {
	in *input

	mu     sync.Mutex // one worker reads at a time
	lens   *lens      // nil before the first block
	stream *source.Stream
	reader container.Reader
	seq    int64 // of the next block
	ended  bool
}

// lens opens inputs one after the other, and keeps its buffers.
type lens struct {
	opener source.Opener
	cutter container.Opener
}

// feeds are the inputs that are being read.
type feeds struct {
	mu    sync.Mutex
	next  int // index of the next input to begin with
	open  []*feed
	turn  int     // which of them gets the next helper
	idle  []*lens // to be used again
	limit container.Limits
	as    container.Format // nil: by content
}

// feed returns an input to take blocks from: one that nobody has begun with or,
// if there is none, one that others take blocks from too; nil if all are read.
func (r *run) feed() *feed {
	q := &r.feeds
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.next < len(r.inputs) {
		f := &feed{in: r.inputs[q.next]}
		q.next++
		q.open = append(q.open, f)
		return f
	}
	if len(q.open) == 0 {
		return nil
	}
	q.turn++
	return q.open[q.turn%len(q.open)]
}

// lens returns one that is idle, or a new one.
func (q *feeds) lens(hash bool) *lens {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := len(q.idle); n > 0 {
		l := q.idle[n-1]
		q.idle = q.idle[:n-1]
		return l
	}
	return &lens{opener: source.Opener{Hash: hash}, cutter: container.Opener{Limits: q.limit, Format: q.as}}
}

// drop takes an input that is read from the list, and what it was read with.
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
func (r *run) take(ctx context.Context, f *feed, b *block) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended || ctx.Err() != nil {
		return false
	}
	err := r.read(ctx, f, b)
	if err == nil {
		b.in, b.seq = f.in, f.seq
		f.seq++
		f.in.open.Add(1)
		r.advance(f.in, f.stream.BytesRead())
		return true
	}
	f.in.fail(err)
	f.ended = true
	if f.stream != nil {
		r.endOf(f)
	}
	if ctx.Err() == nil {
		r.advance(f.in, f.in.bytes)
	}
	r.feeds.drop(f)
	r.release(f.in)
	return false
}

// read reads a block, after opening the input if it is the first.
func (r *run) read(ctx context.Context, f *feed, b *block) (err error) {
	if f.lens == nil {
		f.in.bytes = max(f.in.Size, 0)
		f.lens = r.feeds.lens(r.opts.HashInputs)
		if f.stream, err = f.lens.opener.Open(ctx, f.in.Input); err != nil {
			return err
		}
		f.in.compression = f.stream.Compression
		reader, format, err := f.lens.cutter.Open(f.stream)
		if err != nil {
			return err
		}
		f.reader, f.in.container = reader, format.Name()
	}
	return f.reader.Next(&b.Block)
}

// endOf notes what is known of an input when it is read, and closes it.
func (r *run) endOf(f *feed) {
	if r.opts.HashInputs {
		f.in.fail(f.stream.Drain()) // a skipped input is not read to its end otherwise
		f.in.sha256 = f.stream.SHA256()
	}
	if f.in.skipped == "" {
		f.in.bytes = f.stream.BytesRead()
	}
	f.stream.Close()
}

// fail notes why the input is not read, or not to its end.
func (in *input) fail(err error) {
	refusal, refused := errors.AsType[*container.Refusal](err)
	switch {
	case err == nil || errors.Is(err, io.EOF) || in.err != nil:
	case refused && !refusal.Records:
		in.skipped = refusal.Reason
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
