package simulate

import (
	"testing"
	"time"
)

// TestTier spends 3,000 units out of order and asks which were free.
func TestTier(t *testing.T) {
	w := &world{opt: Options{From: time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC), Days: 30}}
	a := &account{cal: newCalendar(time.UTC), days: []int64{w.opt.From.Unix()}}
	n := &number{account: a}
	w.accounts, w.numbers = []*account{a}, []*number{n}
	p := &pair{number: n}

	of := func(rank int) *decision {
		return &decision{era: servicePriced, tiered: true, outcome: due, at: w.opt.From.Unix() + int64(rank)}
	}
	spent := newTiers()
	for i := range 3000 {
		rank := i * 1009 % 3000
		spent.count(p, rank, of(rank))
	}
	spent.close(w)
	for _, test := range []struct {
		rank         int // from 0
		outcome      outcome
		below, above bool
	}{
		{0, free, true, false},
		{699, free, true, false},
		{700, free, false, false},
		{999, free, false, false},
		{1000, due, false, false},
		{1509, due, false, false},
		{1510, due, false, true},
		{2999, due, false, true},
	} {
		d := of(test.rank)
		spent.settle(p, test.rank, d)
		if d.outcome != test.outcome {
			t.Errorf("rank %d: outcome %d, want %d", test.rank, d.outcome, test.outcome)
		}
		if got := spent.wellBelow(p, test.rank, d); got != test.below {
			t.Errorf("rank %d: well below %v", test.rank, got)
		}
		if got := spent.wellAbove(p, test.rank, d); got != test.above {
			t.Errorf("rank %d: well above %v", test.rank, got)
		}
	}
}
