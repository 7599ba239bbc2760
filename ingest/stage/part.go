package stage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"waudit/audit/event"
	"waudit/ingest/frame"
	"waudit/ingest/pack"
)

// Partial is what was found in the pairs of some partitions.
type Partial struct {
	Of         []uint32 // partitions, in order
	Data       []byte
	Duplicates []event.Place
	Used       []int         // exceptions
	Findings   []string      // whom they are about, of a ledger
	Written    *pack.Written // to a ledger

	Left    uint32 // of what a survey found: how many frames of pairs are left to be judged
	Late    bool   // of what was judged: of pairs that a survey has left, not on its way
	Decided uint32 // how many frames of decisions there are

	data []byte // of a frame of blocks, used again
}

// Write writes the part as a frame of the kind; one of no partition is nothing.
func (p *Partial) Write(w *frame.Writer, kind frame.ContentKind) error {
	if len(p.Of) == 0 {
		return nil
	}
	return write(w, kind, p.Of[0], p)
}

// WriteLeft writes a block of pairs that are left to be judged.
func (p *Partial) WriteLeft(w *frame.Writer, block []byte) error {
	return p.writeBlock(w, frame.Left, &p.Left, block)
}

// writeBlock writes a block as a frame, of which there are n of its kind so far.
func (p *Partial) writeBlock(w *frame.Writer, kind frame.ContentKind, n *uint32, block []byte) error {
	p.data = append(appendNumber(p.data[:0], uint64(p.Of[0]), uint64(*n)), block...)
	*n++
	return w.Write(frame.Frame{Kind: kind, Key: p.Of[0], Data: p.data})
}

// Joined is what the frame of the survey of the whole log holds.
type Joined struct {
	Survey []byte
	Again  bool // what was judged on the way of the survey does not hold
	Left   []LeftOf
}

// LeftOf is how many frames of pairs a survey of some partitions has left.
type LeftOf struct {
	Of     []uint32
	Frames uint32
}

// Add takes note of what a survey of some partitions has left.
func (j *Joined) Add(p *Partial) {
	if p.Left > 0 {
		j.Left = append(j.Left, LeftOf{p.Of, p.Left})
	}
}

// Write writes the frames of the survey.
func (j *Joined) Write(w *frame.Writer) error {
	slices.SortFunc(j.Left, func(a, b LeftOf) int { return slices.Compare(a.Of, b.Of) })
	if err := write(w, frame.Survey, 0, j); err != nil || !j.Again {
		return err
	}
	return w.Write(frame.Frame{Kind: frame.Again})
}

// Partials hands over what was found in all partitions that have events, each once. It is an
// error if one of them is missing. Of parts that were judged on the way of a survey and
// do not hold no more is handed over than the duplicates and what was written.
func (s *SideInput) Partials(ctx context.Context, r *frame.Reader, kind frame.ContentKind, beside Beside, fn func(*Partial) error) error {
	if err := s.known(); err != nil {
		return err
	}
	if kind == frame.Judged && s.Joined == nil {
		return lackOfJoin()
	}
	found, late := make(covered, s.plan.Partitions), make(covered, s.plan.Partitions)
	others := s.plan.others(beside)
	err := each(r, func(f frame.Frame) error {
		if f.Kind != kind {
			return others.add(ctx, f)
		}
		var p Partial
		if err := decode(f, &p); err != nil {
			return err
		}
		to := found
		if p.Late {
			to = late
		}
		if added, err := to.add(p.Of); err != nil || !added {
			return err
		}
		if p.Decided > 0 {
			others.due = append(others.due, &p)
		}
		if kind == frame.Judged && !p.Late && s.Joined.Again {
			p.Data, p.Used, p.Findings = nil, nil, nil
		}
		return fn(&p)
	}, append(others.kinds(), kind)...)
	if err == nil {
		err = found.whole(s.wrote(true), "what `stage survey` has written for")
	}
	if err == nil && kind == frame.Judged {
		err = late.whole(s.left(), "what `stage judge` has written for")
	}
	if err == nil {
		err = others.whole(s.log)
	}
	return err
}

func lackOfJoin() error {
	return lack("what `stage join` has written is missing: name it with --with")
}

// left counts the frames that are left to be judged of each partition.
func (s *SideInput) left() []uint32 {
	if s.Joined.Again {
		return s.wrote(true)
	}
	n := make([]uint32, s.plan.Partitions)
	for _, l := range s.Joined.Left {
		for _, part := range l.Of {
			n[part] = l.Frames
		}
	}
	return n
}

// Leftover reads the pairs that are left to be judged. It is for several goroutines.
type Leftover struct {
	state *SideInput
	mu    sync.Mutex
	r     *frame.Reader
	seen  seenFrames
	here  map[uint32]bool // keys of the frames
}

// Leftover returns one.
func (s *SideInput) Leftover(r *frame.Reader) (*Leftover, error) {
	if err := s.known(); err != nil {
		return nil, err
	}
	if s.Joined == nil {
		return nil, lackOfJoin()
	}
	return &Leftover{state: s, r: r, seen: seenFrames{}, here: map[uint32]bool{}}, nil
}

// Next returns the next block, each once, and nil behind the last.
func (l *Leftover) Next() ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		f, err := next(l.r)
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if f.Kind != frame.Left {
			continue
		}
		l.here[f.Key] = true
		if block, err := l.seen.add(f); block != nil || err != nil {
			return block, err
		}
	}
}

// Of returns the partitions of the pairs, when all were read. It is an error if some of
// the pairs of one are missing.
func (l *Leftover) Of() (of []uint32, err error) {
	for _, left := range l.state.Joined.Left {
		key := left.Of[0]
		if !l.here[key] {
			continue
		}
		of = append(of, left.Of...)
		if err := l.seen.has(key, key, left.Frames, fmt.Sprintf("partition %d, what `stage survey` has left", key)); err != nil {
			return nil, err
		}
	}
	slices.Sort(of)
	return of, nil
}

// covered has for each partition those that it came with, nil if it has not come.
type covered [][]uint32

// add notes the partitions of a part; it is false if the same part has come before.
func (c covered) add(of []uint32) (bool, error) {
	for _, part := range of {
		if int64(part) >= int64(len(c)) {
			return false, fmt.Errorf("a part is of partition %d, which the plan does not have", part)
		}
		if c[part] != nil && !slices.Equal(c[part], of) {
			return false, fmt.Errorf("partition %d is in two parts: every stage must bring the same partitions together", part)
		}
	}
	if len(of) == 0 || c[of[0]] != nil {
		return false, nil
	}
	for _, part := range of {
		c[part] = of
	}
	return true, nil
}

// whole returns an error if a partition with events has not come.
func (c covered) whole(wrote []uint32, what string) error {
	for part, n := range wrote {
		if n > 0 && c[part] == nil {
			return lack("%s partition %d is missing", what, part)
		}
	}
	return nil
}
