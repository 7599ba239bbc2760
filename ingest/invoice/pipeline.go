package invoice

import (
	"errors"
	"io"

	"waudit/audit/parallel"
	"waudit/ingest/container"
	"waudit/ingest/mapfile"
	"waudit/ingest/row"
	"waudit/ingest/table"
)

// errOnce is why the rows of standard input cannot be asked twice.
var errOnce = errors.New("standard input is read once; name the file")

// job is a block on its way through the workers.
type job struct {
	block container.Block
	out   batch
	err   error // why records of the block are missing
}

// run reads the file: blocks are cut one after the other, workers decode them, and
// the collector takes them in the order of the file.
func (s *shared) run(workers int, c *collector) error {
	f, err := s.open(true)
	if err != nil {
		return err
	}
	defer f.close()
	line := parallel.Line[job]{
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
	b.Container, b.Compression, b.SHA256, b.Bytes = f.format, f.stream.Compression, f.stream.SHA256(), f.stream.BytesRead()
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
