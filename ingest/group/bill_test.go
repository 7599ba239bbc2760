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
		bill   uint32 // number of the first input of a bill beside the log
	}{
		"one id in two files":                            {[]event.Event{line("a", 0, 1, 5), line("a", 1, 1, 5)}, false, 1, 0},
		"one id, other amounts":                          {[]event.Event{line("a", 0, 1, 5), line("a", 1, 1, 6)}, false, 2, 0},
		"two ids":                                        {[]event.Event{line("a", 0, 1, 5), line("b", 0, 2, 5)}, false, 2, 0},
		"equal rows of a file":                           {[]event.Event{line("", 0, 1, 5), line("", 0, 2, 5)}, false, 2, 0},
		"equal rows of two files":                        {[]event.Event{line("", 0, 1, 5), line("", 1, 1, 5)}, false, 2, 0},
		"a file and its copy":                            {[]event.Event{line("", 0, 1, 5), line("", 1, 1, 5)}, true, 1, 0},
		"equal rows of a file, and its copy":             {[]event.Event{line("", 0, 1, 5), line("", 0, 2, 5), line("", 1, 1, 5), line("", 1, 2, 5)}, true, 2, 0},
		"a line of the log, and of the bill beside it":   {[]event.Event{line("a", 0, 1, 5), line("a", 1, 1, 5)}, false, 2, 1},
		"the bill among the logs":                        {[]event.Event{line("", 0, 1, 5), line("", 1, 1, 5)}, true, 2, 1},
		"lines of the log and of two copies of the bill": {[]event.Event{line("a", 0, 1, 5), line("a", 1, 1, 5), line("a", 2, 1, 5)}, true, 2, 1},
		"statements of pricing":                          {[]event.Event{statement, again}, false, 1, 0},
	} {
		for range 2 {
			s := fill(t, plan{writers: 2}, c.events)
			sealed, err := s.Seal(t.Context(), SealOptions{Workers: 2, Bill: c.bill, Twins: func(a, b uint32) bool { return a == b || c.twins }})
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

// TestManyEqualLines: many equal rows are no work by the square
// of it.
func TestManyEqualLines(t *testing.T) {
	const n = 20_000
	events := make([]event.Event, 0, 2*n)
	for i := range uint32(n) {
		e := event.Event{Kind: event.Charge, Time: event.MinTime + 1, Number: "1", User: "15551230001", Message: "m", HasAmount: true, Amount: 5}
		e.Place = event.Place{Line: i + 1}
		events = append(events, e)
		e.Place.Input = 1
		events = append(events, e)
	}
	s := fill(t, plan{writers: 2}, events)
	defer closeSet(t, s)
	sealed, err := s.Seal(t.Context(), SealOptions{Workers: 2, Twins: func(uint32, uint32) bool { return true }})
	if err != nil || sealed.Events != n || len(sealed.Duplicates) != n {
		t.Fatalf("%v: %d events, %d duplicates", err, sealed.Events, len(sealed.Duplicates))
	}
}
