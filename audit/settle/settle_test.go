package settle

import (
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/reading"
)

// TestPaidEqualsCounting: with known instants, a unit is free exactly if fewer
// than 1,000 came before it; where the second is shared with the limit, or some
// units are uncertain, the answer is never wrong, at most open.
func TestPaidEqualsCounting(t *testing.T) {
	scope := Allowance{ID: "a"}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "units")
		used := rapid.IntRange(FreeUnits-40, FreeUnits+5).Draw(t, "used")
		l := New()
		at := make([]int64, n)
		sure := make([]bool, n)
		for i := range at {
			at[i] = rapid.Int64Range(0, 50).Draw(t, "at")
			sure[i] = rapid.IntRange(0, 4).Draw(t, "sure") > 0
			l.Add(scope, reading.At(at[i]), sure[i])
		}
		l.Seal()
		for i := range at {
			fewest, most := used, used // units before this one, in the reading of fewest and of most
			for k := range at {
				if k == i {
					continue
				}
				if sure[k] && at[k] < at[i] {
					fewest++
				}
				if at[k] <= at[i] {
					most++
				}
			}
			want := reading.Maybe
			switch {
			case most < FreeUnits:
				want = reading.Yes
			case fewest >= FreeUnits:
				want = reading.No
			}
			if got, _ := l.Paid(scope, reading.At(at[i]), Base{Used: used, Covered: true}, 0); got != want {
				t.Fatalf("unit at %d: %v, want %v (%d to %d before it)", at[i], got, want, fewest, most)
			}
		}
	})
}

func TestPaidNeedsTheWholeMonth(t *testing.T) {
	scope := Allowance{ID: "a"}
	l := New()
	l.Add(scope, reading.At(5), true)
	l.Seal()
	for _, c := range []struct {
		base Base
		want reading.Tri
	}{
		{Base{}, reading.Maybe},
		{Base{Covered: true}, reading.Yes},
		{Base{Stated: true, Used: 999}, reading.Yes},
		{Base{Stated: true, Used: 1000}, reading.No},
		{Base{Used: 1000}, reading.No},
	} {
		if got, why := l.Paid(scope, reading.At(5), c.base, 0); got != c.want || got == reading.Maybe && why != reading.FreeTierCount {
			t.Errorf("%+v: %v, %v; want %v", c.base, got, why, c.want)
		}
	}
}

func TestMarginCountsLostMessages(t *testing.T) {
	scope := Allowance{ID: "a"}
	l := New()
	l.Add(scope, reading.At(10), true)
	l.AddLost(scope, reading.At(5))
	l.AddLost(scope, reading.At(50))
	l.Seal()
	for used, want := range map[int]bool{998: true, 999: false} {
		if got := l.Margin(scope, reading.At(10), Base{Used: used, Covered: true}, 0); got != want {
			t.Errorf("%d used, one lost before: %v, want %v", used, got, want)
		}
	}
}
