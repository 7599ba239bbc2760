package signature

import (
	"cmp"
	"slices"
)

// Runs say of the events of an input which are signed: each holds from its place to that
// of the next. Nearly all events of a log are alike, so that they are few.
type Runs []Run

// Run begins at an item of a line, as event.Place has them.
type Run struct {
	Line, Item uint32
	Valid      bool
}

func (r Run) compare(o Run) int {
	return cmp.Or(cmp.Compare(r.Line, o.Line), cmp.Compare(r.Item, o.Item))
}

// Add notes the place of an event behind those before.
func (r Runs) Add(run Run) Runs {
	if n := len(r); n > 0 && r[n-1].Valid == run.Valid {
		return r
	}
	return append(r, run)
}

// Joined orders the runs of all blocks of an input, and makes one of those that are alike.
func (r Runs) Joined() Runs {
	slices.SortFunc(r, Run.compare)
	return slices.CompactFunc(r, func(a, b Run) bool { return a.Valid == b.Valid })
}

// At is what is known of the event at a place: Valid, Absent, or "" where nobody looked.
func (r Runs) At(line, item uint32) string {
	at, exact := slices.BinarySearchFunc(r, Run{Line: line, Item: item}, Run.compare)
	if !exact {
		at--
	}
	switch {
	case at < 0:
		return ""
	case r[at].Valid:
		return Valid
	}
	return Absent
}
