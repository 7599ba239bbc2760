package group

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/audit/event"
)

// anyEvent draws every field that an Event has, whatever is added to it.
var anyEvent = rapid.Custom(func(t *rapid.T) event.Event {
	e := rapid.Make[event.Event]().Draw(t, "event")
	e.Billable %= event.True + 1
	if rapid.Bool().Draw(t, "whole second") {
		e.Time = event.MinTime + rapid.Int64Range(0, 1<<31).Draw(t, "seconds")*1000
	}
	return e
})

func TestRoundTrip(t *testing.T) {
	shapes := newShapes()
	c := newEncoder(shapes)
	rapid.Check(t, func(t *rapid.T) {
		want := anyEvent.Draw(t, "want")
		wantKey, _ := keyOf(&want)
		var to *key
		if rapid.Bool().Draw(t, "routed") {
			by := rapid.SampledFrom([]name{byPhone, byUserID, byGroup}).Draw(t, "by")
			wantKey = key{number: rapid.String().Draw(t, "number"), other: rapid.String().Draw(t, "other"), by: by}
			to = &wantKey
		}
		got := anyEvent.Draw(t, "overwritten")

		rec, rest, err := cutRecord(c.event(nil, &want, 7, to))
		if err != nil || len(rest) > 0 || rec.hash() != 7 {
			t.Fatal(rec, rest, err)
		}
		gotKey, err := rec.decode(&got, shapes.events())
		if err != nil {
			t.Fatal(err)
		}
		if got != want || gotKey != wantKey {
			t.Fatal(cmp.Diff(want, got), gotKey, wantKey)
		}
		if rec.place() != want.Place || rec.key(shapes.events()) != wantKey {
			t.Fatal(rec.place(), rec.key(shapes.events()))
		}
	})
}

func TestCompareEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.OneOf(few, anyEvent)
		a, b, c := draw.Draw(t, "a"), draw.Draw(t, "b"), draw.Draw(t, "c")
		b.Place = a.Place
		if (compareEvents(&a, &b) == 0) != (a == b) {
			t.Error("only equal events compare equal")
		}
		if compareEvents(&a, &b) != -compareEvents(&b, &a) {
			t.Error("the other way round, the order is the same")
		}
		if compareEvents(&a, &b) <= 0 && compareEvents(&b, &c) <= 0 && compareEvents(&a, &c) > 0 {
			t.Error("the order goes round in a circle")
		}
		x, _ := orderOf(&a)
		y, _ := orderOf(&b)
		if compareEvents(&a, &b) < 0 && x > y {
			t.Error("orderOf contradicts compareEvents")
		}
	})
}

func TestOrder(t *testing.T) {
	// Each comes before the next, though what the next has less would say otherwise.
	events := []event.Event{
		{Time: 1, Kind: event.Charge, Message: "z"},
		{Time: 2, Kind: event.Inbound, Message: "z"},
		{Time: 2, Kind: event.Call, Message: "y"},
		{Time: 2, Kind: event.Sent, Message: "a", Participant: "z", WABA: "z"},
		{Time: 2, Kind: event.Sent, Message: "b", Participant: "a", WABA: "z"},
		{Time: 2, Kind: event.Sent, Message: "b", Participant: "b", WABA: "a", HasAmount: true},
		{Time: 2, Kind: event.Sent, Message: "b", Participant: "b", WABA: "b", Amount: 7},
		{Time: 2, Kind: event.Sent, Message: "b", Participant: "b", WABA: "b", HasAmount: true, Amount: -1},
		{Time: 2, Kind: event.Sent, Message: "b", Participant: "b", WABA: "b", HasAmount: true},
	}
	for i := range len(events) - 1 {
		if compareEvents(&events[i], &events[i+1]) >= 0 {
			t.Errorf("event %d does not come before the next", i)
		}
	}
}

func TestSizeOfStatus(t *testing.T) {
	m := message(1)
	c := newEncoder(newShapes())
	if n := len(c.event(nil, &m[0], 0, nil)); n > 120 {
		t.Errorf("a status with a wamid of %d bytes takes up %d, want at most 120", len(m[0].Message), n)
	}
}

// TestStrangeWords: events keep their words, however many or long they are.
func TestStrangeWords(t *testing.T) {
	shapes := newShapes()
	c := newEncoder(shapes)
	check := func(want event.Event) {
		rec, _, err := cutRecord(c.event(nil, &want, 0, nil))
		if err != nil {
			t.Fatal(err)
		}
		var got event.Event
		if _, err := rec.decode(&got, shapes.events()); err != nil || got != want {
			t.Fatal(err, cmp.Diff(want, got))
		}
	}
	check(event.Event{Kind: event.Inbound, Time: event.MinTime, Type: strings.Repeat("x", maxShapeLen+1)})
	check(event.Event{Kind: event.Inbound, Time: event.MinTime, Message: strings.Repeat("x", tooLong), User: strings.Repeat("y", tooLong+1)})
	for i := range maxShapes + 10 {
		check(event.Event{Kind: event.Failed, Time: event.MinTime, Error: fmt.Sprint(i), HasAmount: i%2 == 0})
	}
	if n := len(shapes.events()); n != maxShapes {
		t.Errorf("there are %d shapes, want %d", n, maxShapes)
	}
}

func FuzzDecode(f *testing.F) {
	shapes := newShapes()
	c := newEncoder(shapes)
	m := message(1)
	f.Add(c.event(nil, &m[0], 1, nil))
	f.Add(c.event(nil, &m[2], 2, &key{number: "1", other: "2", by: byGroup}))
	f.Add(c.event(nil, &event.Event{Expires: 1, Amount: -1, HasAmount: true, Group: "g", Type: "strange"}, 3, nil))
	f.Add(c.event(nil, &event.Event{Type: strings.Repeat("x", maxShapeLen+1), TemplateID: "t"}, 4, nil))
	f.Fuzz(func(t *testing.T, chunk []byte) {
		rec, _, err := cutRecord(chunk)
		if err != nil {
			return
		}
		var e, again event.Event
		k, err := rec.decode(&e, shapes.events())
		if err != nil {
			if !errors.Is(err, errCorrupt) {
				t.Fatal(err)
			}
			return
		}
		to := &k
		if k.by == 0 {
			to = nil
		}
		rec, _, err = cutRecord(c.event(nil, &e, rec.hash(), to))
		if err != nil {
			t.Fatal(err)
		}
		k2, err := rec.decode(&again, shapes.events())
		if err != nil || again != e || k2 != k {
			t.Fatal(err, cmp.Diff(e, again), k, k2)
		}
	})
}

// FuzzReadBin reads anything as a bin, sorted or not.
func FuzzReadBin(f *testing.F) {
	shapes := newShapes()
	c := newEncoder(shapes)
	m := message(1)
	f.Add(c.event(c.event(nil, &m[0], 7, nil), &m[1], 7, nil))
	f.Fuzz(func(t *testing.T, chunk []byte) {
		err := eachRecord(t.Context(), chunk, func(record) error { return nil })
		if err != nil && !errors.Is(err, errCorrupt) {
			t.Fatal(err)
		}
		a := &arena{size: minChunk}
		p := pairs{reader: &reader{arena: a, chunks: [][]byte{chunk}}, shapes: shapes.events()}
		for err = nil; err == nil; {
			_, err = p.next(true)
		}
		if !errors.Is(err, errCorrupt) && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	})
}
