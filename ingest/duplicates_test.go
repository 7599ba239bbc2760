package ingest

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"waudit/audit/event"
)

func place(line uint32) event.Place { return event.Place{Line: line} }

// An item that repeats another is no event any more, and a record all of whose
// events are repeated is not used.
func TestDuplicateItems(t *testing.T) {
	result, c := readText(t, batch("a", "b")+"\n"+batch("c", "d", "e")+"\n"+sent("f")+"\n"+sent("g")+"\n"+batch("h", "i")+"\n")
	c.messages() // in order
	var places []event.Place
	for _, i := range []int{6, 5, 1, 0, 2, 4, 8, 6} { // g, f, b, a, c, e, i, and g again
		places = append(places, c.events[i].Place)
	}
	result.DuplicateItems(places)
	checkCounts(t, result)
	want := Counts{Records: 5, Used: 2, Duplicates: 3, Items: 9, Events: 2, DuplicateItems: 7}
	if diff := gocmp.Diff(want, result.Inputs[0].Counts); diff != "" {
		t.Error(diff)
	}
}
