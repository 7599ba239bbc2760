package invoice

import (
	"context"
	"errors"
	"io"

	"waudit/ingest/container"
	"waudit/ingest/row"
)

// errOnce is why the rows of standard input cannot be asked twice.
var errOnce = errors.New("standard input is read once; name the file")

// job is a block on its way through the workers.
type job struct {
	block    container.Block
	out      batch
	done     chan struct{}
	err      error // why records of the block are missing
	panicked any
}

// run reads the file: one goroutine cuts blocks, workers decode them, and the
// collector takes them in the order of the file.
func (s *shared) run(workers int, c *collector) (err error) {
	f, err := s.open(true)
	if err != nil {
		return err
	}
	defer f.close()
	ctx, cancel := context.WithCancel(s.ctx)
	free := make(chan *job, 2*workers)
	for range cap(free) {
		free <- &job{}
	}
	todo, order := make(chan *job, cap(free)), make(chan *job, cap(free))
	stopped := make(chan struct{})
	var cut error
	go func() {
		defer close(stopped)
		defer close(order)
		defer close(todo)
		cut = s.cut(ctx, f.blocks, free, todo, order)
	}()
	defer func() { // nobody reads the file any more when it is closed
		cancel()
		<-stopped
		for j := range order {
			<-j.done
		}
	}()
	for range workers {
		go s.work(todo)
	}
	for j := range order {
		<-j.done
		if j.panicked != nil {
			panic(j.panicked)
		}
		if err := c.collect(&j.out); err != nil {
			return err
		}
		if j.err != nil {
			return s.fail(j.err)
		}
		free <- j
	}
	if cut != nil {
		return s.fail(cut)
	}
	if err := f.stream.Drain(); err != nil {
		return s.fail(err)
	}
	b := c.bill
	b.Container, b.Compression, b.SHA256, b.Bytes = f.format, f.stream.Compression, f.stream.SHA256(), f.stream.BytesRead()
	return nil
}

// cut hands out the blocks of the file.
func (s *shared) cut(ctx context.Context, blocks container.Reader, free, todo, order chan *job) error {
	for {
		var j *job
		select {
		case <-ctx.Done():
			return ctx.Err()
		case j = <-free:
		}
		if err := blocks.Next(&j.block); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		j.done, j.err, j.panicked = make(chan struct{}), nil, nil
		order <- j // there is room for all jobs
		todo <- j
	}
}

// work decodes blocks until there are no more.
func (s *shared) work(todo chan *job) {
	d := newDecoder(s)
	for j := range todo {
		d.decode(j)
	}
}

// decode decodes a block. What panics does so where the bill is read, and not in a
// goroutine of its own.
func (d *decoder) decode(j *job) {
	defer close(j.done)
	defer func() { j.panicked = recover() }()
	j.out.reset()
	d.out = &j.out
	for rec := range j.block.Records() {
		d.record(rec)
		if d.shared.ctx.Err() != nil {
			j.err = d.shared.ctx.Err()
			return
		}
	}
	j.err = j.block.Err()
}

// eachBlock calls f with the blocks of a file, one after another.
func eachBlock(ctx context.Context, blocks container.Reader, f func(*container.Block) error) error {
	for b := new(container.Block); ; {
		err := blocks.Next(b)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = f(b)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

// lookAt notes what a row shows of the habits of its file.
func (d *decoder) lookAt(r *row.Row, line int64) {
	cells, ok := fromRow(d.cells[:0], r)
	d.cells = cells
	if !ok {
		return
	}
	if d.columns == nil || d.columns != r.Columns {
		d.rows = d.layoutsOf(r.Columns.Names)
	}
	d.columns = r.Columns
	for _, l := range d.rows {
		if len(l.when) == 0 || holds(l.when, cells) != nil {
			d.shared.found.look(l, cells, line)
			return
		}
	}
}
