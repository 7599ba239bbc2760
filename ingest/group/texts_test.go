package group

import (
	"context"
	"slices"
	"strings"
	"testing"

	"waudit/audit/event"
)

// TestManyEventsOfAPair: of a pair with very many events in a file not the records are
// kept in memory, but what their texts say, and room for its events once.
func TestManyEventsOfAPair(t *testing.T) {
	events := messages(manyEvents)
	for i := range events {
		events[i].User, events[i].Number = "15550000001", "106540352242921"
		if i%100 == 0 {
			events[i].Template = strings.Repeat("long", maxShapeLen/4+i%7) // is written out in the record
		}
	}
	want := grouped(t, plan{options: Options{Partitions: 1}}, events).pairs
	s := fill(t, plan{options: Options{Partitions: 1, Memory: 1, Tmp: t.TempDir()}}, events)
	defer closeSet(t, s)
	if _, err := s.Seal(context.Background(), SealOptions{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	var got []event.Pair
	err := s.Each(0, nil, func(p event.Pair) error {
		got = append(got, clonePair(p))
		// manyEvents of three times as many, and the chunks at hand.
		if used, all := s.arena.used.Load(), s.bins[0].file.raw; used > all/2 {
			t.Errorf("%d bytes of records are kept, of %d", used, all)
		}
		if n := cap(p.Events); n > len(events)*11/10 {
			t.Errorf("room for %d events, of %d", n, len(events))
		}
		return nil
	})
	if err != nil || !slices.EqualFunc(got, want, samePair) {
		t.Errorf("the pair differs from one in memory (%v)", err)
	}
}
