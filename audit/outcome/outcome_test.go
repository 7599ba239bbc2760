package outcome

import (
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/category"
)

// TestTierCodes: what the free tier pays for is no outcome until it is counted, and a
// charge in its own category once the tier is used up.
func TestTierCodes(t *testing.T) {
	for _, c := range []category.Category{category.Service, category.GroupService, category.UserInitiated, category.BusinessInitiated} {
		tier := TierOf(c)
		if tier.Beyond() != c || tier.Outcome() != Uncertain || ChargeOf(c).Outcome() != Charge || ChargeOf(c).Beyond() != category.None {
			t.Errorf("%v: %v, beyond it %v", c, tier, tier.Beyond())
		}
		if s := Of(tier); !s.OnlyTier() || s.Charges() || s.Nothing() {
			t.Errorf("%v: a set of it alone says that it is settled", tier)
		}
	}
	if FreeTier.Outcome() != Free {
		t.Errorf("the settled tier is %v", FreeTier.Outcome())
	}
}

// TestSets: a set has the codes that it was made of, and what it says of all of them
// holds for each.
func TestSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Set
		in := map[Code]bool{}
		for _, n := range rapid.SliceOfN(rapid.IntRange(1, int(NumCodes)-1), 1, 5).Draw(t, "codes") {
			s, in[Code(n)] = s.With(Code(n)), true
		}
		charges, nothing, tier := true, true, false
		for _, c := range s.Codes() {
			if !in[c] || !s.Has(c) {
				t.Fatalf("%v has %v", s.Strings(), c)
			}
			charges = charges && c.Outcome() == Charge
			nothing = nothing && c.Outcome() != Charge && c.Beyond() == category.None
			tier = tier || c.Beyond() != category.None
		}
		if only, ok := s.Only(); s.Len() != len(in) || ok != (len(in) == 1) || ok && !in[only] {
			t.Fatalf("%v of %v", s.Strings(), in)
		}
		if s.Charges() != charges || s.Nothing() != nothing || s.HasTier() != tier {
			t.Fatalf("%v: charges %t, nothing %t, tier %t", s.Strings(), s.Charges(), s.Nothing(), s.HasTier())
		}
	})
}
