package group

import (
	"context"
	"slices"
	"strings"
	"testing"

	"waudit/audit/event"
)

// TestManyEventsOfAPair: of a pair with very many events no more are unpacked than are
// looked at, and their records are in memory once.
func TestManyEventsOfAPair(t *testing.T) {
	events := messages(manyEvents)
	for i := range events {
		events[i].User, events[i].Number = "5511987654321", "106540352242921"
		if i%100 == 0 {
			events[i].Template = strings.Repeat("long", maxShapeLen/4+i%7) // is written out in the record
		}
		if i%1000 == 0 {
			events[i].User = "551187654321" // another form of the phone
		}
	}
	small := messages(2) // of a pair behind
	for i := range small {
		small[i].User, small[i].Number = "5599", "106540352242921"
	}
	events = append(events, small...)
	want := grouped(t, plan{options: Options{Partitions: 1}}, events).pairs
	if len(want) != 2 || want[0].Events.Len() < 2*manyEvents {
		t.Fatalf("%d pairs, the first of %d events", len(want), want[0].Events.Len())
	}
	s := fill(t, plan{options: Options{Partitions: 1, Memory: 1, Tmp: t.TempDir()}}, events)
	defer closeSet(t, s)
	if _, err := s.Seal(context.Background(), SealOptions{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var got []event.Pair
		err := s.Each(0, nil, func(p event.Pair) error {
			got = append(got, clonePair(p))
			if used, all := s.arena.used.Load(), s.bins[0].file.raw; used > all+all/10+2*int64(s.arena.size) {
				t.Errorf("%d bytes of records are kept, of %d", used, all)
			}
			return nil
		})
		if err != nil || !slices.EqualFunc(got, want, samePair) {
			t.Errorf("the pairs differ from those in memory (%v)", err)
		}
		if used := s.arena.used.Load(); used != 0 {
			t.Errorf("%d bytes of records are kept at the end", used)
		}
	}
	// Who passes over the pair keeps nothing of it.
	err := s.Each(0, func(n int) bool { return n == 1 }, func(event.Pair) error {
		if used, all := s.arena.used.Load(), s.bins[0].file.raw; used > all/2 {
			t.Errorf("%d bytes of records are kept of a pair that is passed over", used)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestPackedTakesLittle: beyond its record, an event that is packed takes the room of a
// reference.
func TestPackedTakesLittle(t *testing.T) {
	s := fill(t, plan{options: Options{Partitions: 1}}, messages(10))
	defer closeSet(t, s)
	chunk := s.bins[0].chunks[0]
	all := packed{chunks: [][]byte{chunk}, shapes: s.shapes.events()}
	if _, err := all.add(0); err != nil {
		t.Fatal(err)
	}
	all.refs = slices.Grow(all.refs, 20_000)
	n := testing.AllocsPerRun(10_000, func() {
		if _, err := all.add(0); err != nil {
			t.Fatal(err)
		}
		all.At(all.Len() / 2)
	})
	if n != 0 {
		t.Errorf("%v allocations for each event", n)
	}
}
