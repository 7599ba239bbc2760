package stage

import (
	"fmt"
	"slices"

	"waudit/audit/event"
	"waudit/ingest/frame"
)

// Part is what was found in the pairs of some partitions.
type Part struct {
	Of         []uint32 // partitions, in order
	Data       []byte
	Duplicates []event.Place
	Used       []int // exceptions
}

// Write writes the part as a frame of the kind; one of no partition is nothing.
func (p *Part) Write(w *frame.Writer, kind frame.ContentKind) error {
	if len(p.Of) == 0 {
		return nil
	}
	return write(w, kind, p.Of[0], p)
}

// Parts hands over the parts of all partitions that have events, each once. It is an
// error if one of them is missing.
func (s *State) Parts(r *frame.Reader, kind frame.ContentKind, fn func(*Part) error) error {
	if err := s.known(); err != nil {
		return err
	}
	found := make(covered, s.plan.Partitions)
	err := each(r, func(f frame.Frame) error {
		var p Part
		if err := decode(f, &p); err != nil {
			return err
		}
		if added, err := found.add(p.Of); err != nil || !added {
			return err
		}
		return fn(&p)
	}, kind)
	if err != nil {
		return err
	}
	what := "what `stage judge` has written for"
	if kind == frame.Surveyed {
		what = "what `stage survey` has written for"
	}
	return found.whole(s.wrote(true), what)
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
