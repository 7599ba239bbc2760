package ingest

import (
	"slices"

	"waudit/audit/event"
)

// group is a record with several events and changes. Of other records nothing
// needs to be kept: their one event is all of them.
type group struct {
	place event.Place // of the first event; those of the others follow on it
	n     uint32      // how many
	gone  uint32      // how many of them were withdrawn
}

// holds reports whether an event of the group has that place.
func (g group) holds(p event.Place) bool {
	return p.Input == g.place.Input && p.Line == g.place.Line && p.Item >= g.place.Item && p.Item-g.place.Item < g.n
}

// DuplicateItems takes from the counts of events those whose places are given,
// which were found to repeat others, and counts them as duplicates, along with
// the records that have no other event. It is to be called once, with all of
// them, and sorts places.
func (r *Result) DuplicateItems(places []event.Place) {
	r.withdraw(places, func(in *Input, items int64, record bool) {
		in.DuplicateItems += items
		if record {
			in.Duplicates++
		}
	})
}

// RejectItems does the same for events that turned out to be of no use, for the
// reason given. It comes after DuplicateItems.
func (r *Result) RejectItems(places []event.Place, reason string) {
	r.withdraw(places, func(in *Input, items int64, record bool) {
		in.RejectedItems += items
		if record {
			in.Rejected++
		}
	})
	for _, p := range places {
		if len(r.Rejected) >= maxRejects {
			break
		}
		r.Rejected = append(r.Rejected, Reject{Place: p, Path: r.Inputs[p.Input].Path, Reason: reason})
	}
	slices.SortStableFunc(r.Rejected, func(a, b Reject) int { return a.Place.Compare(b.Place) })
}

// withdraw takes events from the counts and tells count how many of a record
// they were, and whether the record has no event left.
func (r *Result) withdraw(places []event.Place, count func(in *Input, items int64, record bool)) {
	slices.SortFunc(places, event.Place.Compare)
	places = slices.Compact(places)
	groups := r.groups
	for len(places) > 0 {
		first := places[0]
		for len(groups) > 0 && !groups[0].holds(first) && groups[0].place.Compare(first) < 0 {
			groups = groups[1:]
		}
		gone, last := 1, true
		if len(groups) > 0 && groups[0].holds(first) {
			for gone < len(places) && groups[0].holds(places[gone]) {
				gone++
			}
			groups[0].gone += uint32(gone)
			last = groups[0].gone == groups[0].n
		}
		in := &r.Inputs[first.Input]
		in.Events -= int64(gone)
		if last {
			in.Used--
		}
		count(in, int64(gone), last)
		places = places[gone:]
	}
}
