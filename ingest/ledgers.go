package ingest

import (
	"context"
	"fmt"
	"iter"
	"math"
	"os"
	"slices"

	"waudit/audit/event"
	"waudit/ingest/container"
	"waudit/ingest/dialect"
	"waudit/ingest/ledger"
	"waudit/ingest/signature"
	"waudit/ingest/source"
)

// LedgerInput is a ledger among the inputs.
type LedgerInput struct {
	*ledger.Ledger
	// First is the number in places of the first of the manifest's inputs, which
	// the others follow.
	First uint32
	// Partial is set if some of its parts or rows were not read, as Options.Select
	// allows. Unread is what lay in the parts that nothing was read of.
	Partial bool
	Unread  ledger.EventCounts

	selection *ledger.Selection // nil: everything
	parts     []*ledger.Part    // that are read
	facts     *ledger.Extras    // nil if they cannot be read
}

// openLedgers reads the manifests of the inputs that are ledgers, and gives the
// origins of their rows the first numbers in places: of two equal events that of
// a ledger is the one that stays.
func (r *run) openLedgers(ctx context.Context) {
	order := make([]*input, 0, len(r.inputs))
	for _, in := range r.inputs {
		if in.Ledger && in.Skip == "" {
			order = append(order, in)
		}
	}
	slices.SortStableFunc(order, func(a, b *input) int { return sameFolder(b.Path, r.opts.Ledger) - sameFolder(a.Path, r.opts.Ledger) })
	var selected *ledger.Selection
	if len(r.inputs) == 1 {
		selected = r.opts.Select
	}
	for _, in := range order {
		l, err := ledger.Open(ctx, *in.Folder)
		if err != nil {
			in.err = err
			continue
		}
		in.ledger = newLedger(l, selected)
		// What may be replaced by a pack meanwhile is read at once; parts stay.
		if in.ledger.facts, err = l.Extras(); err != nil {
			in.fail(err)
		}
		signed, err := l.Signed()
		if err != nil {
			in.fail(err)
		}
		in.ledger.First = uint32(len(r.origins))
		for i := range l.Manifest.Inputs {
			o := origin{in: in, path: l.Manifest.Inputs[i].Path}
			if i < len(signed) {
				o.signed = signed[i]
			}
			r.origins = append(r.origins, o)
		}
		in.Size = 0
		for _, p := range in.ledger.parts {
			in.Size += p.Bytes
		}
	}
	next := uint32(len(r.origins))
	for _, in := range r.inputs {
		in.number = next
		next += uint32(max(in.Ranges, 1))
	}
}

// sameFolder is 1 if both are one folder, else 0.
func sameFolder(a, b string) int {
	x, err := os.Stat(a)
	y, errY := os.Stat(b)
	if err == nil && errY == nil && os.SameFile(x, y) {
		return 1
	}
	return 0
}

func newLedger(l *ledger.Ledger, selected *ledger.Selection) *LedgerInput {
	if l.Manifest.Strays {
		selected = nil
	}
	led := &LedgerInput{Ledger: l, selection: selected}
	led.parts, led.Unread = l.Parts(selected)
	led.Partial = selected != nil && (selected.Who != nil || len(led.parts) < len(l.Manifest.Parts))
	if !led.Partial {
		led.selection = nil
	}
	return led
}

// origin is where rows of a ledger were first.
type origin struct {
	in     *input // the ledger
	path   string
	signed signature.Runs // of its events; nil where nobody looked
}

// openPart opens a part of a ledger.
func (r *run) openPart(ctx context.Context, f *feed) (*source.Stream, container.Reader, error) {
	stream, err := f.lens.opener.Open(ctx, f.in.ledger.Input(f.part))
	if err != nil {
		return nil, nil, err
	}
	limits := r.opts.limits()
	limits.Known, limits.Wanted, limits.Refuse = nil, ledger.WantedColumns, nil
	limits.Rows, limits.Footer = f.in.ledger.selection.Rows(f.part), f.in.ledger.selection.Footer(f.part)
	cutter := container.Sniffer{Limits: limits}
	reader, _, err := cutter.Open(stream)
	return stream, reader, err
}

// decodeLedgerRow makes the event of a row of a ledger.
func (d *decoder) decodeLedgerRow(rec container.Record) {
	l := d.in.ledger
	d.ledgerRows.Restore, d.ledgerRows.Adopted = !l.Partial, l.Manifest.Adopted
	d.items.Reset()
	d.items.Events = slices.Grow(d.items.Events, 1)[:1] // whatever it says, it is set
	e := &d.items.Events[0]
	if rec.TooLong || rec.Fault != "" {
		d.broken = fmt.Errorf("row %d is no row of a ledger", rec.Line)
		return
	}
	if err := d.ledgerRows.Event(rec.Row, e); err != nil {
		d.broken = fmt.Errorf("row %d: %w; restore the ledger from a copy, or pack its logs again", rec.Line, err)
		return
	}
	if int64(e.Place.Input) >= int64(len(l.Manifest.Inputs)) {
		d.broken = fmt.Errorf("row %d comes from input %d, and there are %d", rec.Line, e.Place.Input, len(l.Manifest.Inputs))
		return
	}
	if !l.selection.Wants(e) {
		return
	}
	e.Place.Input += l.First
	d.records++
	d.count(e.Place)
	d.sink.Record(&d.items)
}

// signatures are those of all that was packed.
func (l *LedgerInput) signatures() (all signature.Counts) {
	for i := range l.Manifest.Inputs {
		if of := l.Manifest.Inputs[i].Signatures; of != nil {
			all.Add(*of)
		}
	}
	return all
}

// addFacts hands what ledgers keep beside events to a worker that is done.
func (r *run) addFacts(d *decoder, inputs []*input) {
	for _, in := range inputs {
		if in == nil || in.ledger == nil || in.ledger.facts == nil {
			continue
		}
		facts := in.ledger.facts
		for i := range facts.Changes {
			facts.Changes[i].Place.Input += in.ledger.First
		}
		n := int64(len(facts.Changes))
		in.counts.add(&counts{Counts: Counts{Records: n, Used: n, Items: n, Events: n}})
		if n > 0 || len(facts.Links) > 0 {
			d.sink.Record(&dialect.Items{Changes: facts.Changes, Links: facts.Links})
		}
	}
}

// Sources are the inputs, with those that a ledger was packed from in its place.
func (r *Result) Sources() iter.Seq[*InputResult] {
	return func(yield func(*InputResult) bool) {
		for i := range r.Inputs {
			in := &r.Inputs[i]
			opened := in.Container == "ledger" && slices.ContainsFunc(r.Ledgers, func(l *LedgerInput) bool { return l.Dir == in.Path })
			if !opened && !yield(in) {
				return
			}
		}
		for _, l := range r.Ledgers {
			for i := range l.Manifest.Inputs {
				in := &l.Manifest.Inputs[i]
				if !yield(&InputResult{Path: in.Path, Container: in.Container, Dialect: in.Dialect}) {
					return
				}
			}
		}
	}
}

// Path names the input that has a place; of a row of a ledger, the one that it
// was packed from.
func (r *Result) Path(p event.Place) string {
	if int(p.Input) < len(r.origins) {
		return r.origins[p.Input].path
	}
	return r.Input(p).Path
}

// Input is the input that has a place, a ledger for its rows.
func (r *Result) Input(p event.Place) *InputResult {
	if int(p.Input) < len(r.origins) {
		return &r.Inputs[r.origins[p.Input].in.index]
	}
	if r.ranges != nil {
		return &r.Inputs[r.ranges[int(p.Input)-len(r.origins)].input]
	}
	return &r.Inputs[int(p.Input)-len(r.origins)]
}

// Line is the line of a place in its file: that of a place counts from the beginning of
// the range in which it was read.
func (r *Result) Line(p event.Place) uint32 {
	if r.ranges == nil || int(p.Input) < len(r.origins) {
		return p.Line
	}
	return uint32(min(int64(p.Line)+r.ranges[int(p.Input)-len(r.origins)].before, math.MaxUint32))
}

// lineRange is a range of an input: the index of that, and how many lines are before it.
type lineRange struct {
	input  int
	before int64
}

// ranges lists those of all inputs, nil if all were read at once.
func (r *run) ranges() (all []lineRange) {
	if !slices.ContainsFunc(r.inputs, func(in *input) bool { return in != nil && in.Ranges > 0 }) {
		return nil
	}
	for i, in := range r.inputs {
		before := int64(0)
		if in == nil {
			all = append(all, lineRange{i, before})
			continue
		}
		for part := range max(in.Ranges, 1) {
			all = append(all, lineRange{i, before})
			if part < len(in.lines) {
				before += in.lines[part]
			}
		}
	}
	return all
}
