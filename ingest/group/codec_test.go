package group

import (
	"errors"
	"fmt"
	"io"
	"reflect"
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
		e.Time = event.MinTime + rapid.Int64Range(0, 1<<31).Draw(t, "seconds")*second
	}
	return e
})

func TestRoundTrip(t *testing.T) {
	words := newDictionary()
	c := encoder{newVocabulary(words)}
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

		body := c.event(nil, &want, to)
		gotKey, err := decodeEvent(&got, body, words.words())
		if err != nil {
			t.Fatal(err)
		}
		if got != want || gotKey != wantKey {
			t.Fatal(cmp.Diff(want, got), gotKey, wantKey)
		}

		var head event.Event
		gotKey, err = decodeHead(&head, body, words.words())
		if err != nil {
			t.Fatal(err)
		}
		if head.Kind != want.Kind || head.Time != want.Time || head.Message != want.Message || gotKey != wantKey {
			t.Fatal(cmp.Diff(want, head), gotKey, wantKey)
		}
	})
}

// TestAllTexts: the lists of strings leave none out.
func TestAllTexts(t *testing.T) {
	var e event.Event
	listed := make(map[*string]bool)
	head, rest := headOf(&e), restOf(&e)
	for _, text := range append(head[:], rest[:]...) {
		listed[text] = true
	}
	v := reflect.ValueOf(&e).Elem()
	for i := range v.NumField() {
		if text, ok := reflect.TypeAssert[*string](v.Field(i).Addr()); ok && !listed[text] {
			t.Errorf("field %s is in no list", v.Type().Field(i).Name)
		}
	}
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
		if compareEvents(&a, &b) < 0 && orderOf(&a) > orderOf(&b) {
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
	c := encoder{newVocabulary(newDictionary())}
	if n := len(appendRecord(nil, 0, c.event(nil, &m[0], nil))); n > 110 {
		t.Errorf("a status with a wamid of %d bytes takes up %d, want at most 110", len(m[0].Message), n)
	}
}

func TestDictionary(t *testing.T) {
	d := newDictionary()
	v := newVocabulary(d)
	c := encoder{v}
	words := []string{"", strings.Repeat("x", maxWordLen), strings.Repeat("x", maxWordLen+1)}
	for i := range maxWords + 10 {
		words = append(words, fmt.Sprint("word ", i))
	}
	for _, word := range words {
		body := c.word(nil, word)
		if got := (&decoder{buf: body, words: d.words()}).word(); got != word {
			t.Fatalf("%q became %q", word, got)
		}
	}
	if n := len(d.words()); n != maxWords {
		t.Errorf("the dictionary has %d words, want %d", n, maxWords)
	}
	for word, limit := range map[string]int{"PMP": 1, words[1]: 2, words[2]: 3 + maxWordLen + 1, words[len(words)-1]: 20} {
		if n := len(c.word(nil, word)); n > limit {
			t.Errorf("a word of %d bytes takes up %d, want at most %d", len(word), n, limit)
		}
	}
}

func FuzzDecode(f *testing.F) {
	words := newDictionary()
	c := encoder{newVocabulary(words)}
	m := message(1)
	f.Add(c.event(nil, &m[0], nil))
	f.Add(c.event(nil, &m[2], &key{number: "1", other: "2", by: byGroup}))
	f.Add(c.event(nil, &event.Event{Expires: 1, Amount: -1, HasAmount: true, Group: "g", Type: "strange"}, nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		var e, again event.Event
		k, err := decodeEvent(&e, body, words.words())
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
		k2, err := decodeEvent(&again, c.event(nil, &e, to), words.words())
		if err != nil || again != e || k2 != k {
			t.Fatal(err, cmp.Diff(e, again), k, k2)
		}
	})
}

// FuzzReadBin reads anything as records and as sorted pairs.
func FuzzReadBin(f *testing.F) {
	words := newDictionary()
	c := encoder{newVocabulary(words)}
	m := message(1)
	body := c.event(nil, &m[0], nil)
	f.Add(appendRecord(nil, 7, body))
	f.Add(appendSized(c.pair(nil, key{number: "1", other: "2", by: byPhone}, 1), body))
	f.Fuzz(func(t *testing.T, chunk []byte) {
		err := eachBody(t.Context(), chunk, func([]byte) error { return nil })
		if err != nil && !errors.Is(err, errCorrupt) {
			t.Fatal(err)
		}
		a := &arena{size: minChunk}
		p := pairs{reader: &reader{arena: a, chunks: [][]byte{chunk}}, words: words.words()}
		for err = nil; err == nil; {
			_, err = p.next()
		}
		if !errors.Is(err, errCorrupt) && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	})
}
