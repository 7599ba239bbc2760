package group

import (
	"slices"
	"testing"

	"waudit/audit/event"
)

// TestBillLines: a line of a bill is known by its id, else by its row and the
// content of its file, whatever else says the same.
func TestBillLines(t *testing.T) {
	line := func(id string, input, row uint32, amount int64) event.Event {
		return event.Event{
			Kind: event.Charge, Time: event.MinTime + 1, Number: "1", User: "15551230001", Message: "m", Line: id,
			HasAmount: true, Amount: amount, Place: event.Place{Input: input, Line: row},
		}
	}
	statement := line("", 0, 5, 0)
	statement.HasAmount = false
	again := statement
	again.Place.Line = 6
	for name, c := range map[string]struct {
		events []event.Event
		twins  bool // the files have the same content
		kept   int
	}{
		"one id in two files":                {[]event.Event{line("a", 0, 1, 5), line("a", 1, 1, 5)}, false, 1},
		"one id, other amounts":              {[]event.Event{line("a", 0, 1, 5), line("a", 1, 1, 6)}, false, 2},
		"two ids":                            {[]event.Event{line("a", 0, 1, 5), line("b", 0, 2, 5)}, false, 2},
		"equal rows of a file":               {[]event.Event{line("", 0, 1, 5), line("", 0, 2, 5)}, false, 2},
		"equal rows of two files":            {[]event.Event{line("", 0, 1, 5), line("", 1, 1, 5)}, false, 2},
		"a file and its copy":                {[]event.Event{line("", 0, 1, 5), line("", 1, 1, 5)}, true, 1},
		"equal rows of a file, and its copy": {[]event.Event{line("", 0, 1, 5), line("", 0, 2, 5), line("", 1, 1, 5), line("", 1, 2, 5)}, true, 2},
		"statements of pricing":              {[]event.Event{statement, again}, false, 1},
	} {
		for range 2 {
			s := fill(t, plan{writers: 2}, c.events)
			s.Twins = func(a, b uint32) bool { return a == b || c.twins }
			sealed, err := s.Seal(t.Context(), 2, nil)
			if err != nil {
				t.Fatal(err)
			}
			if sealed.Events != int64(c.kept) || len(sealed.Duplicates) != len(c.events)-c.kept {
				t.Errorf("%s: %d events and %d duplicates, want %d events", name, sealed.Events, len(sealed.Duplicates), c.kept)
			}
			closeSet(t, s)
			slices.Reverse(c.events)
		}
	}
}
