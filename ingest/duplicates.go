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
	slices.SortFunc(places, event.Place.Compare)
	places = slices.Compact(places)
	groups := r.groups
	for len(places) > 0 {
		first := places[0]
		for len(groups) > 0 && !groups[0].holds(first) && groups[0].place.Compare(first) < 0 {
			groups = groups[1:]
		}
		repeated, events := 1, 1
		if len(groups) > 0 && groups[0].holds(first) {
			events = int(groups[0].n)
			for repeated < len(places) && groups[0].holds(places[repeated]) {
				repeated++
			}
		}
		in := &r.Inputs[first.Input]
		in.Events -= int64(repeated)
		in.DuplicateItems += int64(repeated)
		if repeated == events {
			in.Used--
			in.Duplicates++
		}
		places = places[repeated:]
	}
}
