package audit

import (
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
)

// randomSteps draws volume tiers whose rates fall.
func randomSteps(t *rapid.T) []rate.Tier {
	from, amount := int64(1), rapid.Int64Range(5_000_000, 90_000_000).Draw(t, "list")
	var steps []rate.Tier
	for n := rapid.IntRange(2, 6).Draw(t, "steps"); n > 0; n-- {
		s := rate.Tier{From: from, Rate: rate.Rate{State: rate.Known, Amount: amount}}
		if n > 1 {
			s.To = from + rapid.Int64Range(0, 40).Draw(t, "length")
		}
		steps = append(steps, s)
		from, amount = s.To+1, amount-rapid.Int64Range(0, amount/4).Draw(t, "fall")
	}
	return steps
}

// counted is what the first n messages of a month cost, one by one.
func counted(steps []rate.Tier, n int64) (sum int64) {
	for at := int64(1); at <= n; at++ {
		for _, s := range steps {
			if at >= s.From && (s.To == 0 || at <= s.To) {
				sum += s.Amount
			}
		}
	}
	return sum
}

// TestTiersAreCounted: what volume tiers take off equals a count message by
// message, and the sums of a scope add up.
func TestTiersAreCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := randomSteps(t)
		scope := tierCharges{Tiered: price.Tiered{Steps: &steps}}
		for s := range scope.sides {
			scope.sides[s] = rapid.Int64Range(0, 60).Draw(t, "charges")
		}
		list := steps[0].Amount
		ok, over, under, uncertain := scope.sides[sideOK], scope.sides[sideOver], scope.sides[sideUnder], scope.sides[sideUncertain]
		sums := price.Sums{
			Reported: money.Of((ok + over + uncertain) * list), Expected: money.Of((ok + under) * list),
			Over: money.Of(over * list), Under: money.Of(under * list), Uncertain: money.Of(uncertain * list),
		}
		sums.Add(scope.lower())
		want := price.Sums{
			Reported: money.Of(counted(steps, ok+over+uncertain)), Expected: money.Of(counted(steps, ok+under)),
			Over: money.Of(counted(steps, ok+over) - counted(steps, ok)), Under: money.Of(counted(steps, ok+under) - counted(steps, ok)),
			Uncertain: money.Of(counted(steps, ok+over+uncertain) - counted(steps, ok+over)),
		}
		if sums != want {
			t.Fatalf("%+v, counted %+v", sums, want)
		}
		if sums.Reported != sums.Expected.Add(sums.Over).Sub(sums.Under).Add(sums.Uncertain) {
			t.Fatalf("%+v does not add up", sums)
		}
	})
}

// TestTenMillion: an amount is exact to the last decimal of the card, however
// many messages there are.
func TestTenMillion(t *testing.T) {
	steps := []rate.Tier{
		{From: 1, To: 4_999_999, Rate: rate.Rate{Amount: 6_800_000}},
		{From: 5_000_000, Rate: rate.Rate{Amount: 111_927_100_001}},
	}
	scope := tierCharges{Tiered: price.Tiered{Steps: &steps}}
	scope.sides[sideOK] = 10_000_000
	sums := price.Sums{Reported: money.Of(6_800_000).Times(10_000_000), Expected: money.Of(6_800_000).Times(10_000_000)}
	sums.Add(scope.lower())
	if got := money.Format(sums.Expected, 4); got != "559669611.925300001" {
		t.Error(got)
	}
}
