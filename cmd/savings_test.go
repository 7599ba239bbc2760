package cmd

import (
	"path/filepath"
	"testing"

	"waudit/audit/result"
)

// TestSavingsAddUp: on a month with several habits at once, what each saves comes to what
// the log costs less in the last replay, which is at most what parts of them would save
// alone.
func TestSavingsAddUp(t *testing.T) {
	log := filepath.Join("..", "testdata", "demo")
	saved := func(checks string) int64 {
		var r result.Savings
		auditJSON(t, &r, "savings", "-q", "-f", "json", "--checks", checks, log)
		of := map[bool]int64{} // by whether it is certain
		for _, h := range r.Habits {
			for _, m := range h.Saved {
				of[h.Certain] += parsedAmount(t, m.Amount)
			}
		}
		cost := func(s result.WhatIfSide) int64 { return parsedAmount(t, s.Amount) + parsedAmount(t, s.High) }
		for _, s := range r.Sums {
			by := cost(s.Before) - cost(s.After)
			if s.Currency == "USD" && (by != of[true] || by != parsedAmount(t, s.Saved) || of[false] != parsedAmount(t, s.Perhaps)) {
				t.Errorf("%s: the habits save %v, the sum is %+v", checks, of, s)
			}
		}
		return of[true] + of[false]
	}
	all, apart := saved("WA6*"), saved("WA602")+saved("WA6*,-WA602")
	if all == 0 || all > apart {
		t.Errorf("together %d, apart %d", all, apart)
	}
}
