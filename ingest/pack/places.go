package pack

import (
	"slices"

	"waudit/audit/event"
)

// places is a set of places. A file lacks something in all of its records, or in
// few, so that the places are kept in runs.
type places struct {
	runs  []placeRun
	ended bool // the last run does not go on
}

// placeRun is places of one input, each on the line behind the one before, or
// the next item of that line.
type placeRun struct{ first, last event.Place }

// add adds a place. Where places come in the order of a file they make few runs.
func (s *places) add(p event.Place) {
	if n := len(s.runs); n > 0 && !s.ended {
		last := &s.runs[n-1].last
		if last.Input == p.Input && (p.Line == last.Line+1 || p.Line == last.Line && p.Item == last.Item+1) {
			*last = p
			return
		}
	}
	s.runs, s.ended = append(s.runs, placeRun{p, p}), false
}

// skip says that there is a place behind the last one that is not of the set.
func (s *places) skip() { s.ended = true }

// sort prepares the set for has.
func (s *places) sort() {
	slices.SortFunc(s.runs, func(a, b placeRun) int { return a.first.Compare(b.first) })
}

// has reports whether the place was added.
func (s *places) has(p event.Place) bool {
	i, found := slices.BinarySearchFunc(s.runs, p, func(r placeRun, p event.Place) int {
		return r.first.Compare(p)
	})
	return found || i > 0 && p.Compare(s.runs[i-1].last) <= 0
}
