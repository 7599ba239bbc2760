package reading

import "testing"

func TestBeforeIsHalfOpenAndTolerant(t *testing.T) {
	const end, tol = 1000, 60
	for _, c := range []struct {
		at   int64
		tol  int64
		want Tri
	}{
		{999, 0, Yes}, {1000, 0, No}, {1001, 0, No},
		{939, tol, Yes}, {940, tol, Maybe}, {1000, tol, Maybe}, {1059, tol, Maybe}, {1060, tol, No},
	} {
		got, why := Before(At(c.at), At(end), c.tol)
		if got != c.want || (got == Maybe) != (why == Edge) {
			t.Errorf("Before(%d, %d, %d) = %v, %v; want %v", c.at, end, c.tol, got, why, c.want)
		}
	}
	if got, why := Before(Span{900, 1100, DeliveryTimeUnknown}, At(end), 0); got != Maybe || why != DeliveryTimeUnknown {
		t.Errorf("a span over the end: %v, %v", got, why)
	}
	if got, why := Before(At(1500), Span{1000, 2000, OpenRule}, 0); got != Maybe || why != OpenRule {
		t.Errorf("an end that is a span: %v, %v", got, why)
	}
}

func TestExplorerVisitsEveryReadingOnce(t *testing.T) {
	var x Explorer
	seen := map[[3]int]int{}
	for x.Start(); ; {
		var r [3]int
		r[0] = x.Pick(3, Edge)
		if r[0] == 1 {
			r[1] = 1 + x.Pick(2, OpenRule)
		}
		if x.Is(Maybe, ZoneUnknown) && !x.Is(No, LogStart) {
			r[2] = 1
		}
		seen[r]++
		if !x.Next() {
			break
		}
	}
	if len(seen) != 8 {
		t.Errorf("%d readings, want 8: %v", len(seen), seen)
	}
	for r, n := range seen {
		if n != 1 {
			t.Errorf("reading %v ran %d times", r, n)
		}
	}
	if x.Reasons() != Reasons(0).With(Edge).With(OpenRule).With(ZoneUnknown) {
		t.Errorf("reasons %b", x.Reasons())
	}
}
