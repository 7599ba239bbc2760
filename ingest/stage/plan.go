// Package stage runs the reading of a log in stages, each of which is some processes
// that know nothing of each other: what they hand on are frames, which an engine of
// the user's brings where they belong.
//
//	plan     the inputs, numbered, and the tasks                            -> a plan
//	map      one task: reads it, and divides its events among partitions    -> events, pending, facts
//	facts    facts and pending of all tasks                                 -> log, question
//	answer   events of some partitions, with log and question               -> answer
//	route    pending of all tasks, with log and answers                     -> events, routing
//	measure  events of some partitions, with log and routing                -> measured
//
// Then Collect brings the events of some partitions into a set. Pending are the events
// whose pair only all of the log tells; where there are none, answer and route have
// nothing to do. measure tells how far inputs reach that are damaged. A task's last frame counts those that it has written for each
// partition, so that none can get lost unseen.
package stage

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"slices"

	"waudit/ingest"
	"waudit/ingest/frame"
	"waudit/ingest/source"
)

// Plan is what is to be read, and in which pieces.
type Plan struct {
	Inputs     []source.Input `json:"inputs"` // the number of one is its index
	Tasks      []ingest.Task  `json:"tasks"`
	Partitions int            `json:"partitions"`
	Rejects    bool           `json:"rejects,omitempty"` // the rejected records are wanted
}

// MaxPartitions is how many partitions there can be: a task holds some memory for each.
const MaxPartitions = 1 << 12

// NewPlan finds the inputs. Events of a pair go to one of so many partitions, and a task
// reads at most so many bytes of what can be read in ranges; 0: as many as there are.
func NewPlan(ctx context.Context, o ingest.Options, partitions int, most int64) (*Plan, error) {
	found, err := source.Find(ctx, o.Paths, o.Stdin)
	if err != nil {
		return nil, err
	}
	if err := source.KeepApart(found, o.Outputs); err != nil {
		return nil, err
	}
	for i := range found {
		if found[i].Skip == "" && o.Known != nil {
			found[i].Skip = o.Known(found[i])
		}
	}
	tasks, err := ingest.Tasks(ctx, o, found, most)
	return &Plan{Inputs: found, Tasks: tasks, Partitions: partitions}, err
}

// inputs returns the inputs as all stages have them. Those that are no ledgers cannot
// be opened, but for that of the task.
func (p *Plan) inputs(ctx context.Context, task *ingest.Task) ([]source.Input, error) {
	all := slices.Clone(p.Inputs)
	for i, in := range p.Inputs {
		if open := in.Skip == "" && (in.Ledger || task != nil && task.Input == i); !open {
			continue
		}
		found, err := source.Find(ctx, []string{in.Path}, nil)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(found, func(f source.Input) bool { return f.Path == in.Path })
		if at < 0 || found[at].Size != in.Size || found[at].Ledger != in.Ledger {
			return nil, &ingest.LostError{Path: in.Path, Why: "it is not what it was when the run was planned: plan again"}
		}
		all[i] = found[at]
		all[i].Named, all[i].Skip, all[i].Within = in.Named, in.Skip, in.Within
	}
	for _, t := range p.Tasks {
		if t.To > 0 {
			all[t.Input].Ranges++
		}
	}
	return all, nil
}

// LackError says that frames are missing.
type LackError struct{ Why string }

// Error says which.
func (e *LackError) Error() string { return e.Why }

func lack(format string, args ...any) error { return &LackError{fmt.Sprintf(format, args...)} }

// encode writes a value as the data of a frame, for decode of the same build.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(v)
	return b.Bytes(), err
}

func decode(f frame.Frame, v any) error {
	if err := gob.NewDecoder(bytes.NewReader(f.Data)).Decode(v); err != nil {
		return fmt.Errorf("a frame of the kind %q with the key %d cannot be read: %w", f.Kind, f.Key, err)
	}
	return nil
}

// write writes a value as a frame.
func write(w *frame.Writer, kind frame.ContentKind, key uint32, v any) error {
	data, err := encode(v)
	if err != nil {
		return err
	}
	return w.Write(frame.Frame{Kind: kind, Key: key, Data: data})
}

// each hands over the frames of the kinds, and passes over others.
func each(r *frame.Reader, fn func(frame.Frame) error, kinds ...frame.ContentKind) error {
	for {
		f, err := next(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if slices.Contains(kinds, f.Kind) {
			if err := fn(f); err != nil {
				return err
			}
		}
	}
}

// next returns the next frame; what is cut is a *LackError.
func next(r *frame.Reader) (frame.Frame, error) {
	f, err := r.Next()
	if errors.Is(err, frame.ErrCut) {
		err = lack("%v", err)
	}
	return f, err
}
