package stage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"waudit/audit/event"
	"waudit/ingest/frame"
	"waudit/ingest/group"
	"waudit/ingest/load"
)

// SideInput is what the frames that come with a stage's own say.
type SideInput struct {
	plan     *Plan
	log      *logFacts
	question *group.Question
	answers  []answer
	routing  *routing
	measured []measured
	Joined   *Joined // the survey of the whole log; nil if there is none
}

// answer is what the frame of an answer holds.
type answer struct {
	Of     []uint32 // partitions
	Answer group.Answer
}

// routing is what the frame of the routing holds.
type routing struct {
	Routing load.Routing
	Sent    sent
}

// measured is what the frame of what was measured holds.
type measured struct {
	Of      []uint32 // partitions
	Extents load.Extents
}

// NewSideInput returns one that has nothing yet.
func (p *Plan) NewSideInput() *SideInput { return &SideInput{plan: p} }

// Add adds frames: of the log, of the question, of answers, of the routing, of
// what was measured, and of the survey. Others are passed over.
func (s *SideInput) Add(r *frame.Reader) error {
	return each(r, func(f frame.Frame) error {
		switch f.Kind {
		case frame.Log:
			return decodeNew(f, &s.log)
		case frame.Question:
			return decodeNew(f, &s.question)
		case frame.Answer:
			return decodeNext(f, &s.answers)
		case frame.Routing:
			return decodeNew(f, &s.routing)
		case frame.Measured:
			return decodeNext(f, &s.measured)
		}
		return decodeNew(f, &s.Joined)
	}, frame.Log, frame.Question, frame.Answer, frame.Routing, frame.Measured, frame.Survey)
}

// decodeNew makes what a pointer is for of a frame.
func decodeNew[T any](f frame.Frame, to **T) error {
	*to = new(T)
	return decode(f, *to)
}

// decodeNext adds what a frame holds to a list.
func decodeNext[T any](f frame.Frame, to *[]T) error {
	*to = append(*to, *new(T))
	return decode(f, &(*to)[len(*to)-1])
}

// known returns an error if the log is not known, or was planned otherwise.
func (s *SideInput) known() error {
	if s.log == nil {
		return lack("what `stage facts` has written is missing: name it with --with")
	}
	if len(s.log.Sent) != len(s.plan.Tasks) || len(s.plan.Tasks) > 0 && len(s.log.Sent[0]) != s.plan.Partitions+1 {
		return fmt.Errorf("what `stage facts` has written is of another plan")
	}
	return nil
}

// Answer reads the events of some partitions, and writes what they say to the question.
func (s *SideInput) Answer(ctx context.Context, r *frame.Reader, w *frame.Writer) error {
	if err := s.known(); err != nil {
		return err
	}
	if s.question == nil {
		return nil
	}
	a := s.question.Answerer()
	of, err := s.partitions(r, false, func(block []byte) error { return a.See(ctx, block) })
	if err != nil || len(of) == 0 {
		return err
	}
	return write(w, frame.Answer, of[0], &answer{of, *a.Answer()})
}

// Route reads the pending events of all tasks into the empty log, whose set has a part
// for each partition, and writes them with their partitions.
func (s *SideInput) Route(ctx context.Context, l *load.Log, o load.Options, r *frame.Reader, w *frame.Writer) error {
	if err := s.known(); err != nil {
		return err
	}
	all, err := s.allAnswers()
	if err != nil {
		return err
	}
	if err := s.addPending(ctx, l, r); err != nil {
		return err
	}
	inputs, err := s.plan.inputs(ctx, nil)
	if err != nil {
		return err
	}
	routed, err := l.Route(ctx, o, inputs, &s.log.Facts, all)
	if err != nil {
		return err
	}
	n, writeBlock := s.plan.blocks(ofRoute, 0, w)
	if err := l.Set.Blocks(ctx, writeBlock); err != nil {
		return err
	}
	return write(w, frame.Routing, 0, &routing{*routed, n})
}

// addPending reads the pending events into the set, in their own order: a process that
// repeats this one must write the same frames.
func (s *SideInput) addPending(ctx context.Context, l *load.Log, r *frame.Reader) error {
	type numberedBlock struct {
		task, n uint64
		block   []byte
	}
	var all []numberedBlock
	seen := seenFrames{}
	err := each(r, func(f frame.Frame) error {
		of, n, _, err := numbered(f)
		if err != nil {
			return err
		}
		block, err := seen.add(f)
		if block != nil {
			all = append(all, numberedBlock{of, n, block})
		}
		return err
	}, frame.Pending)
	if err == nil {
		err = seen.wholePending(s.log.Sent)
	}
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b numberedBlock) int { return cmp.Or(cmp.Compare(a.task, b.task), cmp.Compare(a.n, b.n)) })
	writer := l.Set.Writer()
	for i := range all {
		if err = writer.AddPending(ctx, all[i].block); err != nil {
			break
		}
		all[i].block = nil
	}
	return errors.Join(err, writer.Close())
}

// allAnswers returns the answers of all partitions that have events.
func (s *SideInput) allAnswers() (*group.Answer, error) {
	all := &group.Answer{}
	answered := make(covered, s.plan.Partitions)
	for _, a := range s.answers {
		if new, err := answered.add(a.Of); err != nil || !new {
			if err != nil {
				return nil, err
			}
			continue
		}
		all.Links, all.Joins = append(all.Links, a.Answer.Links...), append(all.Joins, a.Answer.Joins...)
	}
	if s.question == nil {
		return all, nil
	}
	return all, answered.whole(s.wrote(false), "the answer of")
}

// wrote counts the frames of events of each partition.
func (s *SideInput) wrote(routed bool) []uint32 {
	n := make([]uint32, s.plan.Partitions)
	from := s.log.Sent
	if routed && s.routing != nil {
		from = append(from[:len(from):len(from)], s.routing.Sent)
	}
	for _, of := range from {
		for part := range n {
			n[part] += of[part]
		}
	}
	return n
}

// partitions hands over the blocks of all partitions of which there is a frame, each
// once and valid during the call, and returns which they are, in order. It is an error if one of them is not
// whole.
func (s *SideInput) partitions(r *frame.Reader, routed bool, fn func(block []byte) error) ([]uint32, error) {
	seen, here := seenFrames{}, make([]bool, s.plan.Partitions)
	err := each(r, func(f frame.Frame) error {
		of, _, _, err := numbered(f)
		if err != nil || !routed && of == ofRoute {
			return err
		}
		if int64(f.Key) >= int64(len(here)) {
			return fmt.Errorf("a frame is of partition %d, which the plan does not have", f.Key)
		}
		here[f.Key] = true
		block, err := seen.add(f)
		if block == nil || err != nil {
			return err
		}
		err = fn(block)
		r.Recycle(f)
		return err
	}, frame.Events)
	if err != nil {
		return nil, err
	}
	var of []uint32
	for part, is := range here {
		if !is {
			continue
		}
		of = append(of, uint32(part))
		for task, n := range s.log.Sent {
			if err := seen.has(ofTask(task), uint32(part), n[part], fmt.Sprintf("partition %d, task %d", part, task)); err != nil {
				return nil, err
			}
		}
		if routed && s.routing != nil {
			if err := seen.has(ofRoute, uint32(part), s.routing.Sent[part], fmt.Sprintf("partition %d, events of `stage route`", part)); err != nil {
				return nil, err
			}
		}
	}
	return of, nil
}

// Collect reads the events of some partitions into the set and returns which they are.
// When it is sealed, it has all pairs of these partitions.
func (s *SideInput) Collect(ctx context.Context, r *frame.Reader, set *group.Set) ([]uint32, error) {
	if err := s.known(); err != nil {
		return nil, err
	}
	if s.log.pending() > 0 && s.routing == nil {
		return nil, lack("what `stage route` has written is missing: name its routing with --with")
	}
	writer := set.Writer()
	of, err := s.partitions(r, true, func(block []byte) error { return writer.AddBlock(ctx, block) })
	if closed := writer.Close(); err == nil {
		err = closed
	}
	return of, err
}

// Refill reads the events of all tasks into the empty log, and what comes beside them, so
// that it is as if one process had read all inputs. It is an error if some are missing.
func (s *SideInput) Refill(ctx context.Context, r *frame.Reader, l *load.Log, o load.Options, beside Beside) error {
	if err := s.known(); err != nil {
		return err
	}
	seen, others := seenFrames{}, s.plan.others(beside)
	writer := l.Set.Writer()
	err := each(r, func(f frame.Frame) error {
		if f.Kind == frame.Rejected {
			return others.add(ctx, f)
		}
		if of, _, _, err := numbered(f); err != nil || of == ofRoute && f.Kind == frame.Events {
			return err // what is routed is pending too
		}
		if f.Kind == frame.Pending {
			f.Key = uint32(s.plan.Partitions)
		}
		block, err := seen.add(f)
		switch {
		case block == nil || err != nil:
			return err
		case f.Kind == frame.Pending:
			return writer.AddPending(ctx, block)
		}
		return writer.AddBlock(ctx, block)
	}, append(others.kinds(), frame.Events, frame.Pending)...)
	if closed := writer.Close(); err == nil {
		err = closed
	}
	for task, sent := range s.log.Sent {
		for part, n := range sent {
			if err == nil {
				err = seen.has(ofTask(task), uint32(part), n, fmt.Sprintf("partition %d, task %d", part, task))
			}
		}
	}
	if err == nil {
		err = others.whole(s.log)
	}
	if err != nil {
		return err
	}
	inputs, err := s.plan.inputs(ctx, nil)
	if err != nil {
		return err
	}
	return l.Refill(ctx, o, inputs, &s.log.Facts)
}

// Log returns what is to be known of the whole log. Duplicates are those that were
// found in all pairs, if they are to be counted.
func (s *SideInput) Log(ctx context.Context, o load.Options, duplicates []event.Place) (*load.Log, error) {
	if err := s.known(); err != nil {
		return nil, err
	}
	extents, err := s.extents()
	if err != nil {
		return nil, err
	}
	return s.gather(ctx, o, extents, duplicates)
}

func (s *SideInput) gather(ctx context.Context, o load.Options, damage load.Extents, duplicates []event.Place) (*load.Log, error) {
	inputs, err := s.plan.inputs(ctx, nil)
	if err != nil {
		return nil, err
	}
	var routed *load.Routing
	if s.routing != nil {
		routed = &s.routing.Routing
	}
	return load.Gather(ctx, o, inputs, &s.log.Facts, routed, damage, duplicates)
}

// Unmeasured is Log without what was measured of damaged inputs.
func (s *SideInput) Unmeasured(ctx context.Context, o load.Options) (*load.Log, error) {
	if err := s.known(); err != nil {
		return nil, err
	}
	return s.gather(ctx, o, nil, nil)
}

// Measure writes how far damaged inputs reach in the events of some partitions, which the
// sealed set has.
func (s *SideInput) Measure(log *load.Log, set *group.Set, of []uint32, w *frame.Writer) error {
	m := measured{Of: of}
	var err error
	if m.Extents, err = log.Measure(set, 0); err != nil {
		return err
	}
	return write(w, frame.Measured, of[0], &m)
}

// extents puts together what was measured, nil if no input is damaged.
func (s *SideInput) extents() (load.Extents, error) {
	if !s.log.Facts.IsDamaged() {
		return nil, nil
	}
	all, come := load.Extents{}, make(covered, s.plan.Partitions)
	for i := range s.measured {
		if _, err := come.add(s.measured[i].Of); err != nil {
			return nil, err
		}
		all.Merge(s.measured[i].Extents)
	}
	return all, come.whole(s.wrote(true), "inputs are damaged, and what `stage measure` has written for")
}
