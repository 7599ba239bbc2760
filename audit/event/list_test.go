package event_test

import (
	"slices"
	"testing"

	"waudit/audit/event"
	"waudit/audit/event/eventtest"
)

// TestList: a list says the same whether its events are packed or not.
func TestList(t *testing.T) {
	events := []event.Event{{Kind: event.Inbound, Time: 1}, {Kind: event.Sent, Time: 2}}
	for name, l := range map[string]event.List{"plain": event.ListOf(events...), "packed": eventtest.Packed(events...)} {
		copied := l.Clone()
		if l.Len() != 2 || *l.At(1) != events[1] || !slices.Equal(copied, events) {
			t.Errorf("%s: %d events, the second %+v, copied %+v", name, l.Len(), *l.At(1), copied)
		}
		if copied[0].Time = 9; l.At(0).Time != 1 {
			t.Errorf("%s: a change of the copy changes the list", name)
		}
		is := func(kind event.Kind) bool { return l.Contains(func(e *event.Event) bool { return e.Kind == kind }) }
		if !is(event.Sent) || is(event.Read) {
			t.Errorf("%s: contains a sent event: %t, a read one: %t", name, is(event.Sent), is(event.Read))
		}
	}
	if new(event.List).Len() != 0 {
		t.Error("the zero list is not empty")
	}
}
