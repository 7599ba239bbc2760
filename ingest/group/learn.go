package group

import (
	"context"
	"strings"

	"github.com/cespare/xxhash/v2"

	"waudit/audit/event"
	"waudit/audit/parallel"
	"waudit/ingest/dialect"
	"waudit/ingest/resolve"
)

// learn adds to the table the phones of the user ids that need one: those of events
// that name their user by an id only, and those in chains of ids that the table
// knows. Most logs have few or none, so this costs less than recording the ids of
// every event.
func (s *Set) learn(ctx context.Context, workers int, users *resolve.Links) error {
	asked, err := s.asked(ctx, users)
	if err != nil || asked == nil {
		return err
	}
	collectors := make([]*resolve.Collector, max(1, workers))
	for i := range collectors {
		collectors[i] = users.Collector()
	}
	shapes := s.shapes.events()
	err = parallel.Each(ctx, workers, s.partitions, func(ctx context.Context, worker, i int) error {
		r, err := s.bins[i].open(&s.arena)
		if err != nil {
			return err
		}
		var e event.Event
		return r.eachRecord(ctx, func(rec record) error {
			if !asked.has(rec) {
				return nil
			}
			if _, err := rec.decode(&e, shapes); err != nil {
				return err
			}
			collectors[worker].Add(dialect.Link{UserID: e.UserID, Phone: e.User})
			return nil
		})
	})
	for _, c := range collectors {
		users.Merge(c)
	}
	return err
}

// askedIDs are user ids whose phones are asked for.
type askedIDs struct {
	ids    map[string]struct{}
	sketch [1 << 12]uint64 // a bit for each hash: spares most look-ups in ids
}

func (a *askedIDs) add(id string) {
	a.ids[strings.Clone(id)] = struct{}{}
	h := xxhash.Sum64String(id)
	a.sketch[h>>6%uint64(len(a.sketch))] |= 1 << (h & 63)
}

// has reports whether the record may tell the phone of an id that is asked for.
func (a *askedIDs) has(r record) bool {
	n := r.length(atUserID)
	if n == 0 || r.length(atUser) == 0 {
		return r[atFlags]&hasMore != 0 // a text may be among what it has more
	}
	id := r[headSize+r.length(atUser):][:n]
	h := xxhash.Sum64(id)
	if a.sketch[h>>6%uint64(len(a.sketch))]&(1<<(h&63)) == 0 {
		return false
	}
	_, ok := a.ids[string(id)]
	return ok
}

// asked lists the ids whose phones are asked for; nil if there are none.
func (s *Set) asked(ctx context.Context, users *resolve.Links) (*askedIDs, error) {
	asked := &askedIDs{ids: make(map[string]struct{})}
	first := s.userBin(0)
	for i := first; i < first+pendingBins; i++ {
		err := s.scan(ctx, &s.bins[i], func(e *event.Event, _ key) error {
			if _, ok := asked.ids[e.UserID]; !ok {
				asked.add(e.UserID)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(asked.ids) == 0 {
		return nil, nil
	}
	for id := range users.Chained() {
		asked.add(id)
	}
	return asked, nil
}
