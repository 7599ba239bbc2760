package stage

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/klauspost/compress/s2"

	"waudit/ingest"
	"waudit/ingest/frame"
	"waudit/ingest/pack"
)

// rejectWriter writes lines of rejected records as frames of a task, one for each call.
type rejectWriter struct {
	w    *frame.Writer
	task uint32
	n    uint32 // frames
}

// Write implements io.Writer.
func (r *rejectWriter) Write(lines []byte) (int, error) {
	data := append(appendNumber(nil, uint64(ofTask(int(r.task))), uint64(r.n)), lines...)
	r.n++
	return len(lines), r.w.Write(frame.Frame{Kind: frame.Rejected, Key: r.task, Data: data})
}

// Beside is where the last stage puts what comes beside what was judged; nil: nobody
// wants it.
type Beside struct {
	Rejected *ingest.Spool // lines of rejected records
	Pack     *pack.Pack    // files of a ledger, and events that name nobody
	Decided  *ingest.Spool // blocks of decisions, see Decisions
}

// others are the frames of that, each once.
type others struct {
	Beside
	plan                     *Plan
	rejected, loose, decided seenFrames
	due                      []*Partial // to which decisions belong
}

func (p *Plan) others(beside Beside) *others {
	return &others{Beside: beside, plan: p, rejected: seenFrames{}, loose: seenFrames{}, decided: seenFrames{}}
}

func (o *others) kinds() (kinds []frame.ContentKind) {
	if o.Rejected != nil {
		kinds = append(kinds, frame.Rejected)
	}
	if o.Pack != nil {
		kinds = append(kinds, frame.Loose, frame.Piece)
	}
	if o.Decided != nil {
		kinds = append(kinds, frame.Decided)
	}
	return kinds
}

// add takes a frame: lines are kept by the input of their task.
func (o *others) add(ctx context.Context, f frame.Frame) error {
	of, n, data, err := numbered(f)
	switch {
	case err != nil:
		return err
	case f.Kind == frame.Piece:
		if n > uint64(len(data)) {
			return fmt.Errorf("a frame of the kind %q with the key %d is none of waudit's", f.Kind, f.Key)
		}
		return o.Pack.TakePiece(string(data[:n]), int64(of), data[n:])
	case f.Kind == frame.Decided:
		block, err := o.decided.add(f)
		o.Decided.Add(f.Key, int64(n), block)
		return err
	case int64(f.Key) >= int64(len(o.plan.Tasks)):
		return fmt.Errorf("a frame is of task %d, which the plan does not have", f.Key)
	case f.Kind == frame.Loose:
		block, err := o.loose.add(f)
		if block == nil || err != nil {
			return err
		}
		return o.Pack.TakeLoose(ctx, block)
	}
	lines, err := o.rejected.add(f)
	o.Rejected.Add(uint32(o.plan.Tasks[f.Key].Input), int64(f.Key)<<32|int64(n), lines)
	return err
}

// whole returns an error if some of those that were written have not come.
func (o *others) whole(log *logFacts) error {
	if o.Rejected != nil {
		if err := o.rejected.ofTasks(log.Rejected, "rejected records"); err != nil {
			return err
		}
	}
	if o.Pack != nil {
		return o.loose.ofTasks(log.Loose, "events that name nobody")
	}
	n := 0
	for _, p := range o.due {
		key := p.Of[0]
		if err := o.decided.has(key, key, p.Decided, fmt.Sprintf("decisions of partition %d", key)); err != nil {
			return err
		}
		n += int(p.Decided)
	}
	if n != len(o.decided) {
		return errors.New("there are decisions of another run, or of partitions that were brought together otherwise")
	}
	return nil
}

// ofTasks says which frames are missing of those that tasks have written.
func (s seenFrames) ofTasks(wrote []uint32, what string) error {
	for task, n := range wrote {
		if err := s.has(ofTask(task), uint32(task), n, fmt.Sprintf("%s of task %d", what, task)); err != nil {
			return err
		}
	}
	return nil
}

// AddKept makes a Pack know what all tasks have kept for the ledger.
func (s *SideInput) AddKept(k *pack.Pack) {
	for _, kept := range s.log.Kept {
		k.Add(kept)
	}
}

// WritePiece writes a piece of a file of a ledger, of some partitions.
func (p *Partial) WritePiece(w *frame.Writer, name string, at int64, piece []byte) error {
	data := append(appendNumber(nil, uint64(at), uint64(len(name))), name...)
	return w.Write(frame.Frame{Kind: frame.Piece, Key: p.Of[0], Data: append(data, piece...)})
}

// WriteDecided writes a block of decisions.
func (p *Partial) WriteDecided(w *frame.Writer, block []byte) error {
	return p.writeBlock(w, frame.Decided, &p.Decided, s2.Encode(nil, block))
}

// Decisions returns the blocks of decisions of each part, in the order in which it has
// written them, when Partials has handed over all.
func (b *Beside) Decisions() ([]iter.Seq2[[]byte, error], error) {
	parts, err := b.Decided.Inputs()
	for i, blocks := range parts {
		parts[i] = func(yield func([]byte, error) bool) {
			var data []byte
			for block, err := range blocks {
				if err == nil {
					data, err = s2.Decode(data[:cap(data)], block)
				}
				if !yield(data, err) {
					return
				}
			}
		}
	}
	return parts, err
}
