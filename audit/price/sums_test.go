package price

import (
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/money"
	"waudit/audit/rate"
)

// TestSumsAddUp: however a difference is shared out, reported = expected + over - under +
// uncertain, and nothing but what is too much can be doubted.
func TestSumsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := func(name string) money.Amount { return money.Of(rapid.Int64Range(0, 1000).Draw(t, name)) }
		reported, due, most := amount("reported"), amount("due"), amount("doubted")
		s := Between(reported, due)
		if s.Expected != due || s.Over.Sign() < 0 || s.Under.Sign() < 0 || !s.Over.IsZero() && !s.Under.IsZero() || s.Agree() != (reported == due) {
			t.Fatalf("%+v", s)
		}
		over := s.Over
		s.Doubt(most)
		least := AtLeast(reported, due)
		if s.Uncertain != money.Min(over, most) || least.Expected.Cmp(due) > 0 || least.Uncertain.Sign() < 0 || !least.Over.IsZero() {
			t.Fatalf("%+v, %+v", s, least)
		}
		for _, s := range []Sums{s, least} {
			if s.Reported != reported || s.Reported != s.Expected.Add(s.Over).Sub(s.Under).Add(s.Uncertain) {
				t.Fatalf("%+v does not add up", s)
			}
		}
	})
}

// TestTiered: each message of a month costs the rate of the tier that it falls in, bounds
// inclusive (4.5); where places cannot be told nothing is taken off.
func TestTiered(t *testing.T) {
	steps := []rate.Tier{
		{From: 1, To: 10, Rate: rate.Rate{Amount: 100}}, {From: 11, To: 20, Rate: rate.Rate{Amount: 90}}, {From: 21, Rate: rate.Rate{Amount: 70}},
	}
	for n, want := range map[int64]int64{0: 0, 10: 1000, 11: 1090, 20: 1900, 21: 1970, 30: 2600} {
		one := Tiered{Steps: &steps, N: n}
		if got := one.Due(); got != money.Of(want) {
			t.Errorf("%d messages cost %v, want %d", n, got, want)
		}
		one.Add(&Tiered{Steps: new([]rate.Tier)})
		if got := one.Due(); !one.Mixed || got != money.Of(n*100) {
			t.Errorf("%d messages at several rates cost %v", n, got)
		}
	}
}
