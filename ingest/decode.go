package ingest

import (
	"cmp"
	"context"
	"fmt"

	"waudit/audit/coverage"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/quick"
	"waudit/ingest/dialect/unwrap"
	"waudit/ingest/jsontree"
	"waudit/ingest/ledger"
	"waudit/ingest/row"
	"waudit/ingest/signature"
)

// decoder is one worker: it makes records of blocks, and events of records.
// What it counts is its own until a block is done.
type decoder struct {
	run      *run
	sink     Sink
	dialects []dialect.Dialect
	quick    *quick.Reader  // for ordinary records
	unwrap   *unwrap.Finder // for all others

	// Memory that is used from record to record.
	tree, inner jsontree.Tree // of the text, and of a text that is a string in it
	innerText   []byte
	rowText     []byte     // of a row of a table, as JSON
	bodies      []row.Body // in rowText
	unwrapping  bool       // inner is in use
	mended      bool       // by a body that was found in a log and rejected before
	items       dialect.Items

	ledgerRows ledger.Rows
	stray      bool // the present record was found among other text
	last       bool // nothing ends the present record, as it is the input's last

	// Of the block.
	in       *input
	counts   counts
	rejected []Reject
	signed   signature.Runs
	lines    []byte // for Options.Rejects
	broken   error  // what is wrong with a row of a ledger

	// Of the run.
	records int64 // how many were decoded; the number of the present one
	ignored Tally
	unknown map[string]*Tally // by field
	hidden  coverage.Hidden
}

func newDecoder(r *run, dialects []func() dialect.Dialect, sink Sink) *decoder {
	d := &decoder{run: r, sink: sink, unknown: map[string]*Tally{}}
	for _, construct := range dialects {
		d.dialects = append(d.dialects, construct())
	}
	d.unwrap = unwrap.New(d.dialects)
	d.unwrap.Verify(r.opts.Secrets)
	d.quick = quick.New(d.dialects)
	if r.opts.Strict {
		d.quick.BeStrict()
	}
	d.unwrap.Use(d.quick)
	d.counts.byDialect = make([]int64, len(dialects))
	return d
}

// decodeBlocks reads and decodes blocks until there are no more, or ctx ends.
func (d *decoder) decodeBlocks(ctx context.Context) {
	if !d.run.gate.enter() {
		return
	}
	inside := true
	defer func() {
		if inside {
			d.run.gate.leave()
		}
	}()
	b := new(takenBlock)
	for f := d.run.feed(); f != nil && ctx.Err() == nil; {
		d.run.gate.leave()
		inside = false
		more := d.run.take(ctx, f, b)
		if inside = d.run.gate.enter(); !inside {
			return
		}
		if !more {
			f = d.run.feed()
			continue
		}
		d.in = b.in
		for rec := range b.Records() {
			d.decodeRecord(rec)
		}
		d.flush(b)
		if b.Size() > 4*blockSize {
			b = new(takenBlock)
		}
	}
}

// damageOf says why records of the block are missing; nil if none are.
func (d *decoder) damageOf(b *takenBlock) error {
	err := cmp.Or(b.Err(), d.broken)
	d.broken = nil
	if err != nil && b.part != "" {
		return fmt.Errorf("part %s: %w", b.part, err)
	}
	return err
}

// flush hands over what the block has come to.
func (d *decoder) flush(b *takenBlock) {
	d.in.mu.Lock()
	d.in.counts.add(&d.counts)
	d.in.rejects.add(d.rejected)
	d.in.signed = append(d.in.signed, d.signed...)
	if err := d.damageOf(b); err != nil && (d.in.damage.err == nil || b.seq < d.in.damage.seq) {
		d.in.damage = damage{b.seq, err}
	}
	d.in.mu.Unlock()
	d.run.spool.Add(d.in.index, b.seq, d.lines)
	d.counts.reset()
	d.rejected, d.signed, d.lines = d.rejected[:0], d.signed[:0], d.lines[:0]
	d.run.release(d.in)
}
