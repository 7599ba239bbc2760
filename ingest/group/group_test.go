package group

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/resolve"
)

// tester is what *testing.T and *rapid.T have in common here.
type tester interface {
	Helper()
	Fatal(...any)
}

// plan is one way of filling a set: nothing in it may change the result.
type plan struct {
	options Options
	writers int
	workers int
	hash    func(string) uint64 // nil: the usual
}

// result is all that can be read from a set, with pairs in order.
type result struct {
	sealed Sealed
	pairs  []event.Pair
}

// fill adds the events to a new set, one writer after the other in turn.
func fill(t tester, p plan, events []event.Event) *Set {
	t.Helper()
	s, err := New(p.options)
	if err != nil {
		t.Fatal(err)
	}
	if p.hash != nil {
		s.hash = p.hash
	}
	addAll(t, s, max(p.writers, 1), events)
	return s
}

// addAll adds events by so many writers.
func addAll(t tester, s *Set, n int, events []event.Event) {
	t.Helper()
	writers := make([]*Writer, n)
	for i := range writers {
		writers[i] = s.Writer()
	}
	for i := range events {
		if err := writers[i%len(writers)].Add(&events[i]); err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range writers {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// grouped fills and seals a set and reads it, twice for good measure.
func grouped(t tester, p plan, events []event.Event, links ...dialect.Link) result {
	t.Helper()
	table := resolve.NewLinks()
	c := table.Collector()
	for _, l := range links {
		c.Add(l)
	}
	table.Merge(c)

	s := fill(t, p, events)
	sealed, err := s.Seal(context.Background(), SealOptions{Workers: p.workers, Users: table})
	if err != nil {
		t.Fatal(err)
	}
	r := result{sealed: sealed, pairs: pairsOf(t, s)}
	if again := pairsOf(t, s); !slices.EqualFunc(r.pairs, again, samePair) {
		t.Fatal("a second reading differs from the first")
	}
	closeSet(t, s)
	return r
}

func closeSet(t tester, s *Set) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// pairsOf reads all partitions. It checks the order within each and returns
// copies in the order of all pairs.
func pairsOf(t tester, s *Set) []event.Pair {
	t.Helper()
	var all []event.Pair
	for i := range s.Partitions() {
		from := len(all)
		err := s.Each(i, nil, func(p event.Pair) error {
			all = append(all, clonePair(p))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(all[from:], comparePairs) {
			t.Fatal("the pairs of a partition are out of order")
		}
	}
	slices.SortFunc(all, comparePairs)
	return all
}

func pairKey(p event.Pair) key {
	switch {
	case p.Group != "":
		return key{number: p.Number, other: p.Group, by: byGroup}
	case p.User != "":
		return key{number: p.Number, other: p.User, by: byPhone}
	}
	return key{number: p.Number, other: p.UserID, by: byUserID}
}

func comparePairs(a, b event.Pair) int { return pairKey(a).compare(pairKey(b)) }

// whole has cmp look into lists of events, which are not packed in the pairs of tests.
var whole = cmp.AllowUnexported(event.List{})

func samePair(a, b event.Pair) bool {
	return a.Number == b.Number && a.User == b.User && a.UserID == b.UserID && a.Group == b.Group &&
		slices.Equal(a.Events.Clone(), b.Events.Clone())
}

// clonePair copies a pair with all its strings.
func clonePair(p event.Pair) event.Pair {
	k := pairKey(p).clone()
	events := p.Events.Clone()
	for i := range events {
		events[i] = events[i].Clone()
	}
	return k.pair(event.ListOf(events...))
}

// few draws events of few users and messages in a few instants, so that most
// have something in common with another.
var few = rapid.Custom(func(t *rapid.T) event.Event {
	draw := func(what string, values ...string) string { return rapid.SampledFrom(values).Draw(t, what) }
	return event.Event{
		Kind:        event.Kind(rapid.IntRange(1, event.NumKinds-1).Draw(t, "kind")),
		Time:        event.MinTime + rapid.Int64Range(-1, 2).Draw(t, "time")*500,
		WABA:        draw("account", "", "", "w1", "w2"),
		Number:      draw("number", "", "1", "2"),
		User:        draw("user", "", "A", "1", "5511987654321", "551187654321", "005511987654321"),
		UserID:      draw("user id", "", "", "A", "B", "C"),
		Group:       draw("group", "", "", "", "A", "1"),
		Message:     draw("message", "", "m1", "m2", "m3"),
		Participant: draw("participant", "", "", "p"),
		Category:    draw("category", "", "utility"),
		Amount:      rapid.Int64Range(0, 1).Draw(t, "amount"),
	}
})

var links = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) dialect.Link {
	id := rapid.SampledFrom([]string{"A", "B", "C"})
	return dialect.Link{
		UserID:   id.Draw(t, "linked id"),
		Phone:    rapid.SampledFrom([]string{"", "1", "5511987654321", "551187654321"}).Draw(t, "linked phone"),
		Previous: rapid.OneOf(rapid.Just(""), id).Draw(t, "previous id"),
	}
}), 0, 4)

// at gives every event a place of its own.
func at(events []event.Event) []event.Event {
	events = slices.Clone(events)
	for i := range events {
		events[i].Place = event.Place{Input: uint32(i % 2), Line: uint32(i + 1)}
	}
	return events
}

// message returns what a log has of the n-th message: sent, delivered and read,
// with its price on the first two.
func message(n int) [3]event.Event {
	const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	r := rand.New(rand.NewPCG(uint64(n), 0))
	wamid := []byte("wamid.")
	for len(wamid) < 58 {
		wamid = append(wamid, base64[r.IntN(len(base64))])
	}
	user := r.IntN(200_000)
	sent := event.Event{
		Kind:     event.Sent,
		Time:     event.MinTime + 300_000_000_000 + r.Int64N(30*86400)*1000,
		Place:    event.Place{Input: 3, Line: uint32(3*n + 1)},
		WABA:     "102290129340398",
		Number:   fmt.Sprintf("10654035224292%d", user%8),
		User:     fmt.Sprintf("1555%07d", user),
		Message:  string(wamid),
		Billable: event.True, Model: "PMP", Pricing: "regular", Category: "utility",
	}
	delivered := sent
	delivered.Kind, delivered.Time, delivered.Place.Line = event.Delivered, sent.Time+2*1000, sent.Place.Line+1
	read := delivered
	read.Kind, read.Time, read.Place.Line = event.Read, sent.Time+4*1000, sent.Place.Line+2
	read.Billable, read.Model, read.Pricing, read.Category = event.Absent, "", "", ""
	return [3]event.Event{sent, delivered, read}
}

// messages returns the events of n messages.
func messages(n int) []event.Event {
	events := make([]event.Event, 0, 3*n)
	for i := range n {
		m := message(i)
		events = append(events, m[:]...)
	}
	return events
}
