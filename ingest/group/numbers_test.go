package group

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/event"
)

// TestAdopted: an event that names no number belongs to the only one that it
// can be of, and to none where there may be another.
func TestAdopted(t *testing.T) {
	of := func(waba, number string) event.Event {
		return event.Event{WABA: waba, Number: number, User: "1555" + number}
	}
	tests := []struct {
		name   string
		events []event.Event
		waba   string // of the event without a number
		want   string // its number
	}{
		{"no number at all", nil, "", ""},
		{"one number in all", []event.Event{of("", "1")}, "", "1"},
		{"one number in all, of an account", []event.Event{of("a", "1")}, "", "1"},
		{"one number in all, the account of which nobody names", []event.Event{of("", "1")}, "a", "1"},
		{"one number in all, of another account", []event.Event{of("b", "1")}, "a", ""},
		{"one number of the account", []event.Event{of("a", "1"), of("b", "2")}, "a", "1"},
		{"one number of the account under two names", []event.Event{of("a", "1"), of("", "1"), of("b", "1"), of("b", "2")}, "a", "1"},
		{"one number in all, beside a Page", []event.Event{of("a", "1"), of("messenger:7", "messenger:7")}, "", "1"},
		{"a Page alone", []event.Event{of("messenger:7", "messenger:7")}, "", ""},
		{"two numbers", []event.Event{of("a", "1"), of("b", "2")}, "", ""},
		{"two numbers of the account", []event.Event{of("a", "1"), of("a", "2")}, "a", ""},
		{"a number that may be of the account too", []event.Event{of("a", "1"), of("", "2")}, "a", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			events := append(slices.Clone(tt.events),
				event.Event{Kind: event.Inbound, WABA: tt.waba, User: "1666"},
				event.Event{Kind: event.Inbound, WABA: tt.waba, UserID: "US.1"},
				event.Event{Kind: event.Inbound, WABA: tt.waba, Group: "g"})
			got := grouped(t, plan{}, at(events))
			found := 0
			for _, p := range got.pairs {
				if e := p.Events.At(0); e.Kind == event.Inbound && p.Number == tt.want && e.Number == tt.want {
					found++
				}
			}
			if found != 3 {
				t.Errorf("%d of 3 events are of number %q: %v", found, tt.want, got.pairs)
			}
			var want []Adopted
			if tt.want != "" {
				want = []Adopted{{WABA: tt.waba, Number: tt.want, Events: 3}}
			}
			if diff := cmp.Diff(want, got.sealed.Adopted); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// onlyNumber is the number that all events name which name one, "" if they name
// several.
func onlyNumber(events []event.Event) (only string) {
	for _, e := range events {
		switch {
		case e.Number == "" || e.Number == only:
		case only == "":
			only = e.Number
		default:
			return ""
		}
	}
	return only
}

// TestAdoptedJoins: events with and without the number are one pair, and what
// both say is a duplicate.
func TestAdoptedJoins(t *testing.T) {
	sent := event.Event{Kind: event.Sent, Number: "1", User: "1555", Message: "m"}
	bare := sent
	bare.Number = ""
	inbound := event.Event{Kind: event.Inbound, User: "1555", Message: "n"}
	got := grouped(t, plan{}, at([]event.Event{inbound, bare, sent, {Kind: event.Charge, Message: "m"}}))
	if len(got.pairs) != 1 || got.pairs[0].Events.Len() != 3 || len(got.sealed.Duplicates) != 1 {
		t.Errorf("%v", got)
	}
}

// TestKnownNumbers: a number in a part of the log that is not read counts too.
func TestKnownNumbers(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeSet(t, s)
	if err := addEvery(s, []event.Event{{Number: "1", User: "1555"}, {User: "1666"}}, 0, 1); err != nil {
		t.Fatal(err)
	}
	s.KnowNumber("2", "a")
	sealed, err := s.Seal(t.Context(), SealOptions{Workers: 1})
	if err != nil || len(sealed.Adopted) != 0 {
		t.Errorf("adopted %v, %v", sealed.Adopted, err)
	}
}

// TestManyNumbers: beyond the limits nothing is adopted.
func TestManyNumbers(t *testing.T) {
	n := newNumbers()
	for i := range maxAccounts {
		n.see(string(rune('a'+i)), "1")
	}
	if n.only("a") != "1" {
		t.Error("the number of the first accounts is not known")
	}
	if n.see("another", "1"); n.only("a") != "" {
		t.Error("a number of too many accounts is adopted")
	}
}
