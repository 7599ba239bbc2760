package group

import (
	"context"
	"slices"

	"waudit/audit/event"
	"waudit/audit/parallel"
	"waudit/ingest/resolve"
)

// Sealed is what came of the events of a set. Its places take up some twenty bytes
// each, which do not count against the set's memory.
type Sealed struct {
	Events int64 // without duplicates and orphans
	Pairs  int64
	// Duplicates are the places of events that are equal to another one but for
	// the place, which is lower; of bill lines without an id, only if they are
	// the same row of the same content. In order.
	Duplicates []event.Place
	// Orphans are the events that name no user or group, and of whose message no other
	// event does. In order. They are in no pair.
	Orphans []Orphan
	// Adopted says which events that name no business number were taken for
	// those of one, by account and number.
	Adopted []Adopted
}

// Orphan is the place of an event that belongs to nobody.
type Orphan struct {
	event.Place
	Guess   bool   // it names a phone, which nothing tells from the business's own
	Message uint64 // as coverage.HashOf has the id of its message
}

// SealOptions says how to seal a set.
type SealOptions struct {
	Workers int            // at most; 0 is one
	Users   *resolve.Links // nil: it has no links
	// Twins reports whether two inputs, by their numbers in places, have the same
	// content, so that of bill lines without an id one of each is enough; nil: no
	// two have. It is called concurrently.
	Twins func(a, b uint32) bool
	// Bill is the number of the first input of a bill that is laid beside the log: its
	// lines repeat none of the log; 0: there is none.
	Bill uint32
	// Lost gets the lines of the bill that belong to nobody, one at a time; they are
	// not among Sealed.Orphans. The event is valid during the call. Nil: they are
	// orphans like those of the log.
	Lost func(e *event.Event)
	// Joins are answers of other sets to what this one asks of messages; what they say
	// of users is to be in Users.
	Joins []Join
	// Routed sees every event whose pair was found by more than what it names, with the
	// number of the pair; one at a time. The event is valid during the call. Nil: nobody
	// asks.
	Routed func(e *event.Event)
}

// isBilled reports whether a place is in the bill that is laid beside the log.
func (o *SealOptions) isBilled(p event.Place) bool { return o.Bill != 0 && p.Input >= o.Bill }

// Seal finds the pair of the events that do not tell it themselves, sorts the
// set and drops duplicates. All writers must be closed; afterwards the set can be
// read and nothing can be added. The error is that of ctx, or wraps a *SpillError;
// after one the set can only be closed.
func (s *Set) Seal(ctx context.Context, o SealOptions) (Sealed, error) {
	switch {
	case s.sealed:
		return Sealed{}, errSealed
	case s.writers.Load() != 0:
		return Sealed{}, errOpenWriter
	case s.early != nil:
		return Sealed{}, errHandedOver
	}
	if err := s.failed.Load(); err != nil {
		return Sealed{}, *err
	}
	sealed, err := s.Route(ctx, o)
	if err != nil {
		return Sealed{}, err
	}
	if err := s.sort(ctx, &o, &sealed); err != nil {
		return Sealed{}, err
	}
	s.sealed = true
	if s.dir != nil {
		s.arena.trim() // to read a set takes a few chunks at a time
	}
	return sealed, nil
}

// Route does the first half of what Seal does: it finds the pair of the events that do
// not tell it themselves. Of what came of that, Adopted and Orphans are filled in. Of
// the second half, another set can do a part, with what Blocks hands over then.
func (s *Set) Route(ctx context.Context, o SealOptions) (Sealed, error) {
	if o.Users == nil {
		o.Users = resolve.NewLinks()
	}
	var sealed Sealed
	var err error
	if sealed.Adopted, err = s.routeNumbers(ctx, &o); err != nil {
		return Sealed{}, err
	}
	if err := s.routeUsers(ctx, &o); err != nil {
		return Sealed{}, err
	}
	sealed.Orphans, err = s.routeMessages(ctx, &o)
	return sealed, err
}

// sort sorts the partitions.
func (s *Set) sort(ctx context.Context, o *SealOptions, sealed *Sealed) error {
	sorters := make([]*sorter, s.sortersFor(o.Workers))
	for i := range sorters {
		sorters[i] = &sorter{arena: &s.arena, shapes: s.shapes.events(), twins: o.Twins, bill: o.Bill}
	}
	err := parallel.Each(ctx, len(sorters), s.partitions, func(ctx context.Context, worker, i int) error {
		return sorters[worker].sort(ctx, &s.bins[i])
	})
	for _, sorter := range sorters {
		sealed.Events += sorter.events
		sealed.Pairs += sorter.found
		sealed.Duplicates = append(sealed.Duplicates, sorter.duplicates...)
	}
	slices.SortFunc(sealed.Duplicates, event.Place.Compare)
	return err
}

// sortersFor returns how many of the workers may sort at once, so that what
// they have loaded stays within the half of the memory that is theirs.
func (s *Set) sortersFor(workers int) int {
	workers = max(workers, 1)
	if s.dir == nil {
		return workers
	}
	var largest int64
	for i := range s.partitions {
		largest = max(largest, s.bins[i].size())
	}
	largest += largest / 4 // the index, for events of some hundred bytes
	return int(max(1, min(int64(workers), s.budget/max(largest, 1))))
}
