package ingest

import (
	"math"
	"slices"

	"waudit/audit/event"
)

// DuplicateItems takes from the counts of events those whose places are given,
// which were found to repeat others, and counts them as duplicates, along with
// the records that have no other event. It is to be called once, with all of
// them, and sorts places.
func (r *Result) DuplicateItems(places []event.Place) {
	r.withdraw(places, func(in *InputResult, items int64, record bool) {
		in.DuplicateItems += items
		if record {
			in.Duplicates++
		}
	})
}

// RejectItems does the same for events that turned out to be of no use, for the
// reason given. It comes after DuplicateItems.
func (r *Result) RejectItems(places []event.Place, reason string) {
	r.withdraw(places, func(in *InputResult, items int64, record bool) {
		in.RejectedItems += items
		if record {
			in.Rejected++
		}
	})
	for _, p := range places {
		if len(r.Rejected) >= maxRejects {
			break
		}
		r.Rejected = append(r.Rejected, Reject{Place: p, Path: r.Path(p), Reason: reason})
	}
	slices.SortStableFunc(r.Rejected, func(a, b Reject) int { return a.Place.Compare(b.Place) })
}

// withdraw takes events from the counts and tells count how many of a record
// they were, and whether the record has no event left. Of records with more
// than 65,534 events that is not known: they stay in use.
func (r *Result) withdraw(places []event.Place, count func(in *InputResult, items int64, record bool)) {
	slices.SortFunc(places, event.Place.Compare)
	places = slices.Compact(places)
	if r.withdrawn == nil {
		r.withdrawn = make(map[event.Place]int)
	}
	for len(places) > 0 {
		record, gone := places[0].Record(), 1
		if record.Of > 0 {
			for gone < len(places) && places[gone].Record() == record {
				gone++
			}
			r.withdrawn[record] += gone
		}
		last := record.Of == 0 || record.Of < math.MaxUint16 && r.withdrawn[record] == int(record.Of)
		in := r.Input(record)
		in.Events -= int64(gone)
		if last {
			delete(r.withdrawn, record)
			in.Used--
		}
		count(in, int64(gone), last)
		places = places[gone:]
	}
}

// contents are the sums of the inputs, by their numbers in places.
func (r *run) contents() []string {
	all := make([]string, 0, len(r.origins)+len(r.inputs))
	for _, o := range r.origins {
		inputs := o.in.ledger.Manifest.Inputs
		all = append(all, inputs[len(all)-int(o.in.ledger.First)].SHA256)
	}
	for i, in := range r.inputs {
		all = append(all, r.sums[i])
		for part := 1; in != nil && part < in.Ranges; part++ {
			all = append(all, "")
		}
	}
	return all
}

// SameContent reports whether two inputs, by their numbers in places, are one,
// or have the same bytes. What was read to its end before does not count again.
func (r *Result) SameContent(a, b uint32) bool {
	return a == b || r.contents[a] != "" && r.contents[a] == r.contents[b]
}

// AddInput adds an input that was read elsewhere, as a bill is, and returns its
// number in places. Contents are told apart by its SHA256.
func (r *Result) AddInput(in InputResult) uint32 {
	r.Inputs = append(r.Inputs, in)
	r.contents = append(r.contents, in.SHA256)
	if r.ranges != nil {
		r.ranges = append(r.ranges, lineRange{input: len(r.Inputs) - 1})
	}
	return uint32(len(r.contents) - 1)
}

// NextInput is the number that AddInput will return.
func (r *Result) NextInput() uint32 { return uint32(len(r.contents)) }
