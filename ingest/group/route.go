package group

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/parallel"
)

// routeUsers gives a pair to the events that name their user by an id only: the
// phone's, if the id belongs to one, else that of the user's current id.
func (s *Set) routeUsers(ctx context.Context, o *SealOptions) error {
	users := o.Users
	if err := s.learn(ctx, o.Workers, users); err != nil {
		return err
	}
	seen := o.seer()
	first := s.userBin(0)
	return s.route(ctx, o.Workers, first, first+pendingBins, func(w *Writer, e *event.Event) error {
		k := key{number: e.Number, other: e.UserID, by: byUserID}
		if phone, ok := users.Phone(e.UserID); ok {
			k.other, k.by = phone, byPhone
		} else {
			k.other = users.Canonical(e.UserID)
		}
		seen(e, k)
		return w.route(e, k)
	})
}

// seer returns what tells Routed of an event that was given a pair. It is safe for
// concurrent use.
func (o *SealOptions) seer() func(*event.Event, key) {
	if o.Routed == nil {
		return func(*event.Event, key) {}
	}
	var mu sync.Mutex
	return func(e *event.Event, k key) {
		mu.Lock()
		defer mu.Unlock()
		own := e.Number
		e.Number = k.number
		o.Routed(e)
		e.Number = own
	}
}

// route empties the bins from one index to another: it calls fn, in several
// goroutines, for all their events, with a writer to put them where they belong.
func (s *Set) route(ctx context.Context, workers, from, to int, fn func(*Writer, *event.Event) error) error {
	writers := make([]*Writer, max(1, min(workers, to-from)))
	for i := range writers {
		writers[i] = s.Writer()
	}
	err := parallel.Each(ctx, len(writers), to-from, func(ctx context.Context, worker, i int) error {
		return s.empty(ctx, &s.bins[from+i], func(e *event.Event) error { return fn(writers[worker], e) })
	})
	for _, w := range writers {
		err = errors.Join(err, w.Close())
	}
	return err
}

// empty calls fn for every event in the bin, and leaves nothing in it.
func (s *Set) empty(ctx context.Context, b *bin, fn func(*event.Event) error) error {
	r, err := b.drain(&s.arena)
	if err != nil {
		return err
	}
	err = s.eachEvent(ctx, r, func(e *event.Event, _ key) error { return fn(e) })
	return errors.Join(err, b.file.remove())
}

// scan calls fn for every event in the bin, with the pair that it names or was
// routed to. The event is valid during the call.
func (s *Set) scan(ctx context.Context, b *bin, fn func(*event.Event, key) error) error {
	r, err := b.open(&s.arena)
	if err != nil {
		return err
	}
	return s.eachEvent(ctx, r, fn)
}

func (s *Set) eachEvent(ctx context.Context, r *reader, fn func(*event.Event, key) error) error {
	shapes := s.shapes.events()
	var e event.Event
	return r.eachRecord(ctx, func(rec record) error {
		k, err := rec.decode(&e, shapes)
		if err != nil {
			return err
		}
		return fn(&e, k)
	})
}

// eachRecord closes the reader after calling fn for every record.
func (r *reader) eachRecord(ctx context.Context, fn func(record) error) error {
	return r.each(func(chunk []byte) error { return eachRecord(ctx, chunk, fn) })
}

// eachRecord calls fn for every record in a chunk.
func eachRecord(ctx context.Context, chunk []byte, fn func(record) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for len(chunk) > 0 {
		rec, rest, err := cutRecord(chunk)
		if err != nil {
			return err
		}
		if err := fn(rec); err != nil {
			return err
		}
		chunk = rest
	}
	return nil
}

// routeMessages gives to the events that name no user the pair of another event
// of the same message, and returns the places of those for which there is none.
// It takes as many bins at a time as memory allows, and for each such round
// goes through all that is in the partitions.
func (s *Set) routeMessages(ctx context.Context, o *SealOptions) ([]Orphan, error) {
	var orphans []Orphan
	var mu sync.Mutex
	seen := o.seer()
	first := s.messageBin(0)
	end := first + pendingBins
	for from := first; from < end; {
		to, size := from+1, s.bins[from].size()
		for to < end && (s.dir == nil || size+s.bins[to].size() < s.budget/4) {
			size += s.bins[to].size()
			to++
		}
		if size == 0 {
			from = to
			continue
		}
		wanted, err := s.wanted(ctx, from, to)
		if err != nil {
			return nil, err
		}
		wanted.offerAll(o.Joins)
		if err := s.find(ctx, o.Workers, wanted); err != nil {
			return nil, err
		}
		err = s.route(ctx, o.Workers, from, to, func(w *Writer, e *event.Event) error {
			isGuess := e.Guess
			e.Guess = false
			if k, ok := wanted.pair(e); ok {
				seen(e, k)
				return w.route(e, k)
			}
			mu.Lock()
			defer mu.Unlock()
			if o.Lost != nil && o.isBilled(e.Place) {
				o.Lost(e)
				return nil
			}
			orphans = append(orphans, Orphan{e.Place, isGuess, coverage.HashOf(e.Message)})
			return nil
		})
		if err != nil {
			return nil, err
		}
		from = to
	}
	slices.SortFunc(orphans, func(a, b Orphan) int { return a.Compare(b.Place) })
	return orphans, nil
}

// joins says for messages in which pairs there are events of them.
type joins struct {
	at    map[string]int // message id to index in pairs
	pairs [][]key        // the lowest pair of each number
	locks [64]sync.Mutex // over pairs, by index
}

// wanted lists the messages whose pair is to be found, in the bins from one
// index to another.
func (s *Set) wanted(ctx context.Context, from, to int) (*joins, error) {
	j := &joins{at: make(map[string]int)}
	for i := from; i < to; i++ {
		err := s.scan(ctx, &s.bins[i], func(e *event.Event, _ key) error {
			if _, ok := j.at[e.Message]; !ok && e.Message != "" {
				j.at[strings.Clone(e.Message)] = len(j.at)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	j.pairs = make([][]key, len(j.at))
	return j, nil
}

// find goes through the partitions for events of the wanted messages.
func (s *Set) find(ctx context.Context, workers int, wanted *joins) error {
	return parallel.Each(ctx, workers, s.partitions, func(ctx context.Context, _, i int) error {
		return s.scan(ctx, &s.bins[i], func(e *event.Event, k key) error {
			wanted.offer(e.Message, k)
			return nil
		})
	})
}

// offer says that an event of the message is in pair k.
func (j *joins) offer(message string, k key) {
	i, ok := j.at[message]
	if !ok {
		return
	}
	lock := &j.locks[i%len(j.locks)]
	lock.Lock()
	defer lock.Unlock()
	n := slices.IndexFunc(j.pairs[i], func(l key) bool { return l.number == k.number })
	switch {
	case n < 0:
		j.pairs[i] = append(j.pairs[i], k.clone())
	case k.compare(j.pairs[i][n]) < 0:
		j.pairs[i][n] = k.clone()
	}
}

// pair returns the pair of an event by its message: that with the event's
// number, if it has one, else the lowest.
func (j *joins) pair(e *event.Event) (key, bool) {
	i, ok := j.at[e.Message]
	if !ok {
		return key{}, false
	}
	var found key
	for _, k := range j.pairs[i] {
		if (e.Number == "" || e.Number == k.number) && (found.by == 0 || k.compare(found) < 0) {
			found = k
		}
	}
	return found, found.by != 0
}
