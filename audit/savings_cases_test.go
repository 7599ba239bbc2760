package audit_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waudit/audit/check"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/result"
	"waudit/audit/whatif"
)

// TestSavings runs the cases of every check of avoidable spend: testdata/savings has a
// file for each, with one at least where it saves money and one where nothing does.
func TestSavings(t *testing.T) {
	documented := map[string]bool{}
	for _, c := range check.OfSavings() {
		documented[c.ID] = true
	}
	files, err := filepath.Glob("../testdata/savings/*.yaml")
	if err != nil || len(files) != len(documented) {
		t.Errorf("%d files for %d checks: %v", len(files), len(documented), err)
	}
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".yaml")
		saves, leaves := false, false
		for _, tl := range loadTimelines(t, file) {
			t.Run(tl.ID, func(t *testing.T) { tl.checkSavings(t) })
			saves = saves || slices.ContainsFunc(tl.Saves, func(s string) bool { return strings.HasPrefix(s, id+" ") })
			leaves = leaves || len(tl.Saves) == 0
		}
		if !documented[id] || !saves || !leaves {
			t.Errorf("%s: of a check %t, needs a case that %s finds (%t) and one where nothing is saved (%t)", file, documented[id], id, saves, leaves)
		}
	}
}

// checkSavings holds what is saved to what the timeline says, and to itself: the steps
// come to the difference, and a log without the messages that were not to be sent costs
// what is left.
func (tl *timeline) checkSavings(t *testing.T) {
	events, changes := tl.events(t)
	habits, sum := tl.savings(t, events, changes, check.OfSavings())
	got, steps, without := []string{}, [2]money.Amount{}, map[string]bool{}
	for _, h := range habits {
		var ids []string
		for _, e := range h.Examples {
			ids, without[e.Message] = append(ids, e.Message), true
		}
		amount := "0.0000"
		for _, m := range h.Saved {
			amount = m.Amount
		}
		text, at := fmt.Sprintf("%s %s %s", h.Check, strings.Join(ids, "+"), amount), 0
		if !h.Certain {
			text, at = text+" perhaps", 1
		}
		got = append(got, text)
		steps[at] = steps[at].Add(parsed(t, amount))
		if int(h.Messages) != len(ids) {
			t.Errorf("%s: %d messages, and examples %q", h.Check, h.Messages, ids)
		}
	}
	if !slices.Equal(got, tl.Saves) {
		t.Errorf("saves %q, want %q", got, tl.Saves)
	}
	cost := func(s result.WhatIfSide) money.Amount { return parsed(t, s.Amount).Add(parsed(t, s.High)) }
	if saved := cost(sum.Before).Sub(cost(sum.After)); saved != steps[0] || parsed(t, sum.Saved) != saved || parsed(t, sum.Perhaps) != steps[1] {
		t.Errorf("the steps come to %v, the sum is %+v", steps, sum)
	}
	if dropped := []string{"WA603", "WA604", "WA607", "WA609", "WA611"}; slices.ContainsFunc(habits, func(h result.Habit) bool { return !h.Certain || !slices.Contains(dropped, h.Check) }) {
		return
	}
	// The census, and what is free, are as they were.
	left := slices.DeleteFunc(slices.Clone(events), func(e event.Event) bool { return without[e.Message] })
	if _, alone := tl.savings(t, left, changes, nil); alone.Before != sum.After {
		t.Errorf("without the messages it costs %+v, want %+v", alone.Before, sum.After)
	}
}

// savings returns what is saved, and the sum in US dollars.
func (tl *timeline) savings(t *testing.T, events []event.Event, changes []event.Change, checks []check.Check) ([]result.Habit, result.SavingsSum) {
	t.Helper()
	census := func() *coverage.Census { return censusOf(events) }
	options := tl.options(t, events, changes)()
	options.Prices.Estimate = "USD"
	habits, sums, _, _, err := whatif.Savings(context.Background(), whatif.World{Log: memoryLog{pairs(events)}, Census: census, Options: options}, checks, 10)
	if err != nil {
		t.Fatal(err)
	}
	sum := result.SavingsSum{Before: result.WhatIfSide{Amount: "0.0000", Low: "0.0000", High: "0.0000"}, Saved: "0.0000", Perhaps: "0.0000"}
	sum.After = sum.Before
	for _, s := range sums {
		if s.Currency == "USD" {
			sum = s
		}
	}
	return habits, sum
}

func parsed(t *testing.T, text string) money.Amount {
	t.Helper()
	a, err := money.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
