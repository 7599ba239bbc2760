package ingest

import (
	"context"
	"fmt"

	"waudit/audit/coverage"
	"waudit/ingest/container"
	"waudit/ingest/dialect"
	"waudit/ingest/signature"
	"waudit/ingest/source"
)

// A run may be shared out among processes that know nothing of each other. All of them
// are given the same inputs; each reads what is its task, and Gather makes the Result
// of what they have counted: Read is a run of which one process has all tasks.

// Task is what is read at once: an input, a part of a ledger, or a range of an input.
type Task struct {
	Input int `json:"input"`          // its index among the inputs of the run
	Part  int `json:"part,omitempty"` // of a ledger, or which range
	// Of a range: its bytes. It has the lines that begin in [From, To).
	From int64 `json:"from,omitempty"`
	To   int64 `json:"to,omitempty"`
}

// Tasks lists what is to be read of the inputs. Those of more than so many bytes are read
// in ranges, where every line is a record by itself and bytes can be had from anywhere;
// 0: none is. The error is as that of Read.
func Tasks(ctx context.Context, opts Options, inputs []source.Input, most int64) ([]Task, error) {
	r, _, err := prepare(ctx, opts, inputs)
	if err != nil {
		return nil, err
	}
	var tasks []Task
	for i, in := range r.inputs {
		if in.Skip != "" || in.Ledger && in.ledger == nil { // each process finds out for itself that it cannot be opened
			continue
		}
		if n := r.rangesOf(ctx, in, most); n > 1 {
			for part := range n {
				tasks = append(tasks, Task{i, part, in.Size * int64(part) / int64(n), in.Size * int64(part+1) / int64(n)})
			}
			continue
		}
		tasks = append(tasks, Task{Input: i})
		if in.ledger == nil {
			continue
		}
		for part := 1; part < len(in.ledger.parts); part++ {
			tasks = append(tasks, Task{Input: i, Part: part})
		}
	}
	return tasks, nil
}

// rangesOf tells in how many ranges an input can be read. What must be known of a file as
// a whole is known only if it is read at once: its hash, and on which lines rejected
// records and signed webhooks are.
func (r *run) rangesOf(ctx context.Context, in *input, most int64) int {
	whole := in.twin || r.opts.HashInputs || r.opts.Rejects != nil || r.opts.Secrets != nil
	if most <= 0 || in.Size <= most || whole || in.ledger != nil || in.Rows != "" {
		return 1
	}
	f := &feed{work: work{in: &input{Input: in.Input, reading: new(reading)}}, lens: r.feeds.lens()}
	defer f.lens.opener.Close()
	err := r.open(ctx, f)
	if f.stream != nil {
		defer func() { _ = f.stream.Close() }()
	}
	if err != nil {
		return 1 // whoever reads it tells why
	}
	if at, size, ok := f.stream.ReaderAt(); !ok || size != in.Size || !container.HasRanges(f.reader, at) {
		return 1
	}
	return int((in.Size + most - 1) / most)
}

// LostError says that an input cannot be read as it was planned.
type LostError struct{ Path, Why string }

// Error names the input.
func (e *LostError) Error() string { return e.Path + ": " + e.Why }

// Share is what one task has come to.
type Share struct {
	Task                         Task
	Container, Compression, Sum  string
	Bytes, Lines                 int64 // Lines: line feeds of a range
	Skipped                      string
	Refused, Own, Sign           bool // Sign: of a record in what was refused
	End, Within                  *Lack
	Counts                       Counts
	ByDialect                    []int64
	Unrecognised, Marked, Unread int64
	Hidden                       coverage.Hidden
	Rejected                     []Reject
	Ignored                      Tally
	Unknown                      map[string]*Tally
	Signed                       signature.Runs
}

// ReadTask does what Read does with one task of the inputs.
func ReadTask(ctx context.Context, opts Options, inputs []source.Input, task Task, newSink func(worker int) Sink) (*Share, error) {
	r, dialects, err := prepare(ctx, opts, inputs)
	if err != nil {
		return nil, err
	}
	if task.Input < 0 || task.Input >= len(r.inputs) {
		return nil, fmt.Errorf("there is no input %d", task.Input)
	}
	in := r.inputs[task.Input]
	if in.reading == nil {
		r.feeds.begin(in)
	}
	in.open.Add(1) // its result, and whether it holds somebody else's JSON, is known of all tasks only
	r.feeds.wait = nil
	if in.ledger == nil {
		r.feeds.wait = []work{{in: in, seq: int64(task.Part) << 32, from: task.From, to: task.To}}
		in.number += uint32(task.Part)
	} else if task.Part < len(in.ledger.parts) {
		r.feeds.wait = []work{{in: in, part: in.ledger.parts[task.Part], seq: int64(task.Part) << 32}}
	}
	decoders, err := r.decodeAll(ctx, dialects, newSink)
	defer r.spool.Close()
	if err == nil && opts.Rejects != nil {
		err = r.spool.WriteTo(opts.Rejects, nil)
	}
	if err != nil {
		return nil, err
	}
	if in.ledger != nil && task.Part == 0 {
		r.addFacts(decoders[0], []*input{in})
	}
	s := &Share{
		Task: task, Container: in.container, Compression: in.compression, Sum: in.sum, Bytes: in.bytes, Skipped: in.skipped,
		Refused: in.refused, Own: in.own, Sign: in.marked, Signed: in.signed.Joined(), Counts: in.counts.Counts, ByDialect: in.counts.byDialect, Unrecognised: in.counts.unrecognised,
		Marked: in.counts.marked, Unread: in.counts.hidden, Rejected: append(in.rejects.kept, r.rejects.kept...), Unknown: map[string]*Tally{},
	}
	if s.End, s.Within = in.lacks(); s.End != nil && task.To > 0 {
		return nil, &LostError{in.Path, s.End.Why}
	}
	if task.To > 0 {
		s.Lines = in.lines[0]
	}
	mergeTallies(&s.Ignored, s.Unknown, decoders)
	for _, d := range decoders {
		s.Hidden.Merge(&d.hidden)
	}
	return s, nil
}

// IsDamaged reports whether some of what the task was to read is missing.
func (s *Share) IsDamaged() bool { return s.End != nil || s.Within != nil }

// mergeTallies adds what decoders have counted.
func mergeTallies(ignored *Tally, unknown map[string]*Tally, decoders []*decoder) {
	for _, d := range decoders {
		ignored.merge(&d.ignored)
		for what, values := range d.unknown {
			if unknown[what] == nil {
				unknown[what] = new(Tally)
			}
			unknown[what].merge(values)
		}
	}
}

// Gather makes of what all tasks have come to the result of the run.
func Gather(ctx context.Context, opts Options, inputs []source.Input, shares []Share) (*Result, error) {
	r, dialects, err := prepare(ctx, opts, inputs)
	if err != nil {
		return nil, err
	}
	r.dialects = make([]dialect.Dialect, len(dialects))
	for _, in := range r.inputs {
		if in.reading == nil {
			r.feeds.begin(in)
		}
	}
	var decoders []*decoder
	read := map[Task]bool{}
	for i := range shares {
		s := &shares[i]
		if s.Task.Input >= len(r.inputs) || read[s.Task] {
			return nil, fmt.Errorf("what was read of part %d of input %d does not fit to the inputs", s.Task.Part, s.Task.Input)
		}
		read[s.Task] = true
		in := r.inputs[s.Task.Input]
		in.container, in.compression, in.sum, in.skipped = s.Container, s.Compression, s.Sum, s.Skipped
		in.refused, in.own, in.marked = s.Refused, s.Own, s.Sign
		if s.End != nil && in.err == nil {
			in.err = s.End
		}
		if s.Within != nil {
			in.damaged(s.Within.Block, s.Within)
		}
		in.signed = append(in.signed, s.Signed...)
		if in.ledger == nil && len(in.lines) == 0 {
			in.bytes, in.lines = 0, make([]int64, max(in.Ranges, 1))
		}
		if s.Task.To > 0 && s.Task.Part < len(in.lines) {
			in.lines[s.Task.Part] = s.Lines
		}
		in.bytes += s.Bytes
		in.counts.add(&counts{Counts: s.Counts, byDialect: s.ByDialect, unrecognised: s.Unrecognised, marked: s.Marked, hidden: s.Unread})
		in.rejects.add(s.Rejected)
		decoders = append(decoders, &decoder{ignored: s.Ignored, unknown: s.Unknown, hidden: s.Hidden})
	}
	for _, in := range r.inputs {
		if !in.foreign() {
			r.rejects.add(in.rejects.kept)
		}
		for i, n := range in.counts.byDialect {
			if n > 0 && r.dialects[i] == nil { // to be named; to make all takes time
				r.dialects[i] = dialects[i]()
			}
		}
	}
	return r.result(decoders)
}
