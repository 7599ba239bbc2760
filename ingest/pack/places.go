package pack

import (
	"slices"

	"waudit/audit/event"
)

// Places is a set of places. A file lacks something in all of its records, or in
// few, so that the places are kept in runs.
type Places struct {
	Runs  []PlaceRun
	ended bool // the last run does not go on
}

// PlaceRun is places of one input, each on the line behind the one before, or
// the next item of that line.
type PlaceRun struct{ First, Last event.Place }

// add adds a place. Where places come in the order of a file they make few runs.
func (s *Places) add(p event.Place) {
	if n := len(s.Runs); n > 0 && !s.ended {
		last := &s.Runs[n-1].Last
		if last.Input == p.Input && (p.Line == last.Line+1 || p.Line == last.Line && p.Item == last.Item+1) {
			*last = p
			return
		}
	}
	s.Runs, s.ended = append(s.Runs, PlaceRun{p, p}), false
}

// skip says that there is a place behind the last one that is not of the set.
func (s *Places) skip() { s.ended = true }

// sort prepares the set for has.
func (s *Places) sort() {
	slices.SortFunc(s.Runs, func(a, b PlaceRun) int { return a.First.Compare(b.First) })
}

// has reports whether the place was added.
func (s *Places) has(p event.Place) bool {
	i, found := slices.BinarySearchFunc(s.Runs, p, func(r PlaceRun, p event.Place) int {
		return r.First.Compare(p)
	})
	return found || i > 0 && p.Compare(s.Runs[i-1].Last) <= 0
}
