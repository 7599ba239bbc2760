package group

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/audit/event"
	"waudit/audit/parallel"
	"waudit/ingest/dialect"
	"waudit/ingest/phone"
	"waudit/ingest/resolve"
)

// plans draws ways of filling a set that must come to the same.
func plans(t *rapid.T, tmp string) plan {
	p := plan{
		options: Options{Partitions: rapid.IntRange(1, 9).Draw(t, "partitions"), Of: rapid.IntRange(0, 9).Draw(t, "of")},
		writers: rapid.IntRange(1, 3).Draw(t, "writers"),
		workers: rapid.IntRange(0, 3).Draw(t, "workers"),
	}
	if rapid.Bool().Draw(t, "spill") {
		p.options.Memory, p.options.Tmp = 1, tmp
	}
	if rapid.Bool().Draw(t, "collide") {
		p.hash = func(b string) uint64 { return uint64(len(b)) << 62 }
	}
	return p
}

// expected is what a set is to hold, found by the simplest means, for events
// that all name a phone or a group, and no account.
func expected(events []event.Event) (pairs []event.Pair, duplicates []event.Place) {
	only := onlyNumber(events)
	byKey := make(map[key][]event.Event)
	for _, e := range events {
		if e.Number == "" {
			e.Number = only
		}
		k, _ := keyOf(&e)
		if k.by == byPhone {
			k.other = phone.Canonical(k.other)
		}
		byKey[k] = append(byKey[k], e)
	}
	for k, list := range byKey {
		slices.SortFunc(list, func(a, b event.Event) int {
			if c := compareEvents(&a, &b); c != 0 {
				return c
			}
			return a.Place.Compare(b.Place)
		})
		kept := list[:0:0]
		for i, e := range list {
			if i > 0 && compareEvents(&list[i-1], &e) == 0 {
				duplicates = append(duplicates, e.Place)
			} else {
				kept = append(kept, e)
			}
		}
		pairs = append(pairs, k.pair(event.ListOf(kept...)))
	}
	slices.SortFunc(pairs, comparePairs)
	slices.SortFunc(duplicates, event.Place.Compare)
	return pairs, duplicates
}

// TestGroup compares sets, however filled, with the simplest grouping.
func TestGroup(t *testing.T) {
	tmp := t.TempDir()
	named := few.Filter(func(e event.Event) bool { return e.WABA == "" && (e.User != "" || e.Group != "") })
	rapid.Check(t, func(t *rapid.T) {
		events := at(rapid.SliceOfN(named, 0, 30).Draw(t, "events"))
		wantPairs, wantDuplicates := expected(events)

		got := grouped(t, plans(t, tmp), rapid.Permutation(events).Draw(t, "shuffled"))
		if diff := cmp.Diff(wantPairs, got.pairs, whole); diff != "" {
			t.Error(diff)
		}
		if !slices.Equal(wantDuplicates, got.sealed.Duplicates) {
			t.Errorf("duplicates %v, want %v", got.sealed.Duplicates, wantDuplicates)
		}
		if len(got.sealed.Orphans) != 0 {
			t.Errorf("orphans %v, want none", got.sealed.Orphans)
		}
		if n := int64(len(events) - len(wantDuplicates)); got.sealed.Events != n || got.sealed.Pairs != int64(len(wantPairs)) {
			t.Errorf("%d events in %d pairs, want %d in %d", got.sealed.Events, got.sealed.Pairs, n, len(wantPairs))
		}
	})
}

// TestIndependence: neither the order of events, nor how they are divided among
// writers, nor memory, changes what a set holds, whatever the events name.
func TestIndependence(t *testing.T) {
	tmp := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		events := at(rapid.SliceOfN(rapid.OneOf(few, guessed), 0, 30).Draw(t, "events"))
		links := links.Draw(t, "links")
		want := grouped(t, plan{}, events, links...)
		got := grouped(t, plans(t, tmp), rapid.Permutation(events).Draw(t, "shuffled"), links...)
		if diff := cmp.Diff(want.pairs, got.pairs, whole); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want.sealed, got.sealed); diff != "" {
			t.Error(diff)
		}
		if n := int(want.sealed.Events) + len(want.sealed.Duplicates) + len(want.sealed.Orphans); n != len(events) {
			t.Errorf("%d of %d events are accounted for", n, len(events))
		}
	})
}

// TestDoubling: reading everything twice adds nothing but duplicates.
func TestDoubling(t *testing.T) {
	tmp := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		events := at(rapid.SliceOfN(rapid.OneOf(few, guessed), 0, 20).Draw(t, "events"))
		links := links.Draw(t, "links")
		twice := slices.Clone(events)
		for _, e := range events {
			e.Place.Input += 2
			twice = append(twice, e)
		}
		want := grouped(t, plan{}, events, links...)
		got := grouped(t, plans(t, tmp), twice, links...)
		if diff := cmp.Diff(want.pairs, got.pairs, whole); diff != "" {
			t.Error(diff)
		}
		orphans := len(got.sealed.Orphans) - len(want.sealed.Orphans)
		duplicates := len(got.sealed.Duplicates) - len(want.sealed.Duplicates)
		if orphans+duplicates != len(events) || orphans != len(want.sealed.Orphans) {
			t.Errorf("%d duplicates and %d orphans more, of %d events", duplicates, orphans, len(events))
		}
	})
}

// guessed are events whose user may be the business's own phone.
var guessed = rapid.Map(few, func(e event.Event) event.Event {
	e.Guess = e.User != "" && e.Number != "" && e.Group == ""
	return e
})

// TestGuesses: the phone is the customer's only where that of another row shows that it
// is not the business's own.
func TestGuesses(t *testing.T) {
	guess := func(kind event.Kind, user, message string) event.Event {
		return event.Event{Kind: kind, Number: "1", User: user, Message: message, Guess: true}
	}
	in, sent := event.Inbound, event.Sent
	for name, tt := range map[string]struct {
		events []event.Event
		users  []string // of the pairs
		orphan int
	}{
		"customers":                   {[]event.Event{guess(sent, "1555", "m"), guess(sent, "1555", "n"), guess(sent, "1556", "o")}, []string{"1555", "1556"}, 0},
		"a phone in all that is sent": {[]event.Event{guess(in, "1557", "i"), guess(in, "1558", "j"), guess(sent, "1555", "m"), guess(sent, "1555", "n")}, []string{"1557", "1558"}, 2},
		"a phone in all rows":         {[]event.Event{guess(in, "1555", "i"), guess(sent, "1555", "m")}, nil, 2},
		"in two forms":                {[]event.Event{guess(sent, "5511987654321", "m"), guess(sent, "551187654321", "n")}, nil, 2},
		"a message each way":          {[]event.Event{guess(in, "1556", "i"), guess(sent, "1555", "m"), guess(event.Delivered, "1555", "m")}, []string{"1555", "1556"}, 0},
		"another log names the user":  {[]event.Event{guess(sent, "1555", "m"), guess(sent, "1555", "n"), {Kind: event.Delivered, Number: "1", User: "1559", Message: "m"}}, []string{"1559"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			for _, memory := range []int64{0, 1} {
				got := grouped(t, plan{options: Options{Memory: memory, Tmp: t.TempDir()}}, at(tt.events))
				var users []string
				for i := range got.pairs {
					users = append(users, got.pairs[i].User)
				}
				if !slices.Equal(users, tt.users) || len(got.sealed.Orphans) != tt.orphan {
					t.Errorf("users %q and orphans %v, want %q and %d", users, got.sealed.Orphans, tt.users, tt.orphan)
				}
			}
		})
	}
}

func TestManyChunks(t *testing.T) {
	events := messages(5000)
	events = append(events, event.Event{Time: event.MinTime, User: "1", Message: string(make([]byte, 3*maxChunk))})
	want, _ := expected(events)
	for _, memory := range []int64{0, 1, 256 << 10, 1 << 30} {
		got := grouped(t, plan{options: Options{Memory: memory, Tmp: t.TempDir()}, writers: 3, workers: 3}, events)
		if !slices.EqualFunc(got.pairs, want, samePair) {
			t.Errorf("with %d bytes of memory, the pairs differ", memory)
		}
	}
}

// TestConcurrently fills, seals and reads a set by several goroutines at once,
// with events that name their user, or an id, or none.
func TestConcurrently(t *testing.T) {
	events := messages(4000)
	for i := range events {
		switch e := &events[i]; {
		case e.Kind == event.Delivered:
			e.User = ""
		case e.Place.Line%2 == 0:
			e.User, e.UserID = "", "US."+e.User
		}
	}
	want := grouped(t, plan{}, events).pairs
	const workers = 4
	for _, memory := range []int64{0, 1, 512 << 10} {
		s, err := New(Options{Partitions: 8, Memory: memory, Tmp: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		defer closeSet(t, s)
		err = parallel.Each(t.Context(), workers, workers, func(_ context.Context, _, i int) error {
			return addEvery(s, events, i, workers)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Seal(t.Context(), SealOptions{Workers: workers}); err != nil {
			t.Fatal(err)
		}
		var found atomic.Int64
		err = parallel.Each(t.Context(), workers, s.Partitions(), func(_ context.Context, _, i int) error {
			return s.Each(i, nil, func(p event.Pair) error {
				n, ok := slices.BinarySearchFunc(want, p, comparePairs)
				if !ok || !samePair(want[n], p) {
					return fmt.Errorf("pair %s, %s differs", p.Number, p.User)
				}
				found.Add(1)
				return nil
			})
		})
		if err != nil || int(found.Load()) != len(want) {
			t.Errorf("%d of %d pairs, %v", found.Load(), len(want), err)
		}
	}
}

// addEvery adds every n-th event, from the i-th, by a writer of its own.
func addEvery(s *Set, events []event.Event, i, n int) error {
	w := s.Writer()
	for ; i < len(events); i += n {
		if err := w.Add(&events[i]); err != nil {
			return err
		}
	}
	return w.Close()
}

// TestRoute: events that do not name their user by phone find their pair.
func TestRoute(t *testing.T) {
	tests := []struct {
		name   string
		links  []dialect.Link
		events []event.Event
		want   []event.Pair // Events are left out
		counts []int
		orphan int
	}{
		{
			name:   "an id that belongs to a phone",
			links:  []dialect.Link{{UserID: "US.2", Phone: "1555"}, {UserID: "US.1", Phone: "1555"}},
			events: []event.Event{{Number: "1", UserID: "US.2"}, {Number: "1", UserID: "US.1"}, {Number: "1", User: "1555"}},
			want:   []event.Pair{{Number: "1", User: "1555", UserID: "US.1"}},
			counts: []int{3},
		},
		{
			name:   "an id without a phone, and a later one",
			links:  []dialect.Link{{UserID: "US.2", Previous: "US.1"}},
			events: []event.Event{{Number: "1", UserID: "US.1"}, {Number: "1", UserID: "US.2"}, {Number: "2", UserID: "US.3"}},
			want:   []event.Pair{{Number: "1", UserID: "US.2"}, {Number: "2", UserID: "US.3"}},
			counts: []int{2, 1},
		},
		{
			name: "a group is a pair of its own, whoever wrote",
			events: []event.Event{
				{Number: "1", Group: "1555", User: "1555", UserID: "US.1"}, {Number: "1", User: "1555"}, {Number: "1", UserID: "1555"},
			},
			want:   []event.Pair{{Number: "1", User: "1555"}, {Number: "1", UserID: "1555"}, {Number: "1", Group: "1555"}},
			counts: []int{1, 1, 1},
		},
		{
			name:   "a status without a user, by its message",
			events: []event.Event{{Number: "1", User: "1555", Message: "m"}, {Number: "1", Message: "m"}, {Message: "m"}},
			want:   []event.Pair{{Number: "1", User: "1555"}},
			counts: []int{3},
		},
		{
			name:   "a status without a user, by a message whose user has an id only",
			links:  []dialect.Link{{UserID: "US.1", Phone: "1555"}},
			events: []event.Event{{Number: "1", UserID: "US.1", Message: "m"}, {Number: "1", Message: "m"}},
			want:   []event.Pair{{Number: "1", User: "1555", UserID: "US.1"}},
			counts: []int{2},
		},
		{
			name: "a message id that two numbers use",
			events: []event.Event{
				{Number: "2", User: "1", Message: "m"}, {Number: "1", User: "2", Message: "m"}, {Number: "1", User: "3", Message: "m"},
				{Number: "2", Message: "m"}, {Number: "2", Message: "m", Kind: event.Read}, {Message: "m"},
			},
			want:   []event.Pair{{Number: "1", User: "2"}, {Number: "1", User: "3"}, {Number: "2", User: "1"}},
			counts: []int{2, 1, 3},
		},
		{
			name: "no other event of the message, or of another number only, or no message",
			events: []event.Event{
				{Number: "1", User: "1555", Message: "m"}, {Number: "1", User: "1555"},
				{Number: "1", Message: "n"}, {Number: "2", Message: "m"}, {Number: "1"},
			},
			want:   []event.Pair{{Number: "1", User: "1555"}},
			counts: []int{2},
			orphan: 3,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, memory := range []int64{0, 1} {
				got := grouped(t, plan{options: Options{Memory: memory, Tmp: t.TempDir()}}, at(tt.events), tt.links...)
				var counts []int
				for i := range got.pairs {
					counts = append(counts, got.pairs[i].Events.Len())
					got.pairs[i].Events = event.List{}
				}
				if diff := cmp.Diff(tt.want, got.pairs, whole); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff(tt.counts, counts); diff != "" {
					t.Error(diff)
				}
				if n := len(got.sealed.Orphans); n != tt.orphan {
					t.Errorf("%d orphans, want %d", n, tt.orphan)
				}
			}
		})
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Partitions: -1}, {Partitions: 1 << 17}, {Memory: -1}} {
		if _, err := New(o); err == nil {
			t.Errorf("New(%+v) succeeds", o)
		}
	}
	for memory, want := range map[int64]int{0: 64, 1 << 30: 256} {
		s, err := New(Options{Memory: memory, Tmp: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Partitions(); got != want {
			t.Errorf("with %d bytes of memory there are %d partitions, want %d", memory, got, want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSealInItsTime(t *testing.T) {
	ctx := t.Context()
	s := fill(t, plan{}, messages(10))
	if err := s.Each(0, nil, func(event.Pair) error { return nil }); !errors.Is(err, errNotSealed) {
		t.Errorf("Each before Seal: %v", err)
	}
	w := s.Writer()
	if _, err := s.Seal(ctx, SealOptions{Workers: 1}); !errors.Is(err, errOpenWriter) {
		t.Errorf("Seal with an open writer: %v", err)
	}
	for range 2 {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Seal(ctx, SealOptions{Workers: 1, Users: resolve.NewLinks()}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Seal(ctx, SealOptions{Workers: 1}); !errors.Is(err, errSealed) {
		t.Errorf("a second Seal: %v", err)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, events := range [][]event.Event{messages(10), {{UserID: "US.1"}}, {{Message: "m"}}} {
		s := fill(t, plan{}, events)
		if _, err := s.Seal(ctx, SealOptions{Workers: 2}); !errors.Is(err, context.Canceled) {
			t.Errorf("Seal: %v, want that it was cancelled", err)
		}
	}
}

func TestStopEach(t *testing.T) {
	stop := errors.New("stop")
	for _, memory := range []int64{0, 1} {
		s := fill(t, plan{options: Options{Partitions: 1, Memory: memory, Tmp: t.TempDir()}}, messages(10))
		defer closeSet(t, s)
		if _, err := s.Seal(t.Context(), SealOptions{Workers: 1}); err != nil {
			t.Fatal(err)
		}
		calls := 0
		err := s.Each(0, nil, func(event.Pair) error { calls++; return stop })
		if !errors.Is(err, stop) || calls != 1 {
			t.Errorf("Each returned %v after %d calls", err, calls)
		}
	}
}
