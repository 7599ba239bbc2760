package coverage

import (
	"math/rand/v2"
	"testing"
	"time"

	"waudit/audit/event"
)

// at returns an instant of 2025; its 6 January is a Monday.
func at(month time.Month, day, hour int) int64 {
	return time.Date(2025, month, day, hour, 0, 0, 0, time.UTC).UnixMilli()
}

// gapsOf returns the gaps of a number that has traffic at the instants that
// busy tells, of all hours of 2025 until a day of the year. Another number has
// it in every hour.
func gapsOf(until int, busy func(t time.Time) bool) []Gap {
	c := NewCensus()
	for hour := range until * 24 {
		t := time.UnixMilli(at(time.January, 1, hour)).UTC()
		c.See(&event.Event{Number: "other", Time: t.UnixMilli()})
		if busy(t) {
			c.See(&event.Event{Number: "n", Time: t.UnixMilli()})
		}
	}
	c.Finish(func(*Number) (int64, bool) { return 0, false })
	return c.Numbers["n"].Gaps
}

func TestGaps(t *testing.T) {
	between := func(t time.Time, from, to int64) bool { return from <= t.UnixMilli() && t.UnixMilli() < to }
	office := func(t time.Time) bool { return t.Hour() >= 8 && t.Hour() < 18 }
	daily := func(t time.Time) bool { return t.Hour() == 9 }
	weekdays := func(t time.Time) bool {
		return office(t) && t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
	}
	without := func(busy func(time.Time) bool, outages ...int64) func(time.Time) bool {
		return func(t time.Time) bool {
			for i := 0; i < len(outages); i += 2 {
				if between(t, outages[i], outages[i+1]) {
					return false
				}
			}
			return busy(t)
		}
	}
	for _, c := range []struct {
		name string
		days int
		busy func(time.Time) bool
		want []int64 // instants that must lie in gaps; there must be no others
	}{
		{"no silence", 60, office, nil},
		{"a message a day", 60, daily, nil},
		{"quiet weekends", 90, weekdays, nil},
		{"quiet weekends of two weeks", 14, weekdays, nil},
		{"a week and no habit", 6, without(office, at(1, 3, 0), at(1, 5, 0)), nil},
		{"one day", 60, without(office, at(1, 20, 0), at(1, 21, 0)), []int64{at(1, 20, 12)}},
		{"five days of thirty", 30, without(daily, at(1, 12, 0), at(1, 17, 0)), []int64{at(1, 14, 0)}},
		{"three weeks of six", 42, without(office, at(1, 12, 0), at(2, 2, 0)), []int64{at(1, 20, 0)}},
		{"most of the log", 60, without(office, at(1, 12, 0), at(2, 20, 0)), []int64{at(2, 1, 0)}},
		{"three outages", 30, without(office, at(1, 3, 0), at(1, 8, 0), at(1, 11, 0), at(1, 16, 0), at(1, 19, 0), at(1, 24, 0)),
			[]int64{at(1, 5, 0), at(1, 13, 0), at(1, 21, 0)}},
		{"across the month's edge", 60, without(daily, at(1, 30, 0), at(2, 4, 0)), []int64{at(2, 1, 0)}},
		{"a week of quiet weekends", 60, without(weekdays, at(2, 3, 0), at(2, 10, 0)), []int64{at(2, 5, 0)}},
		{"a day of quiet weekends", 60, without(weekdays, at(2, 5, 0), at(2, 6, 0)), []int64{at(2, 5, 12)}},
		{"begins", 60, without(office, at(1, 1, 0), at(1, 20, 0)), nil},
		{"stops", 60, without(office, at(2, 1, 0), at(4, 1, 0)), []int64{at(2, 10, 0)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			gaps := gapsOf(c.days, c.busy)
			if len(gaps) != len(c.want) {
				t.Fatalf("gaps %v, want %d", gaps, len(c.want))
			}
			for i, g := range gaps {
				if c.want[i] < g.From || c.want[i] >= g.To {
					t.Errorf("gap %s to %s does not hold %s", time.UnixMilli(g.From).UTC(), time.UnixMilli(g.To).UTC(), time.UnixMilli(c.want[i]).UTC())
				}
			}
		})
	}
}

// A number with little traffic is silent for days by chance, and has no gap
// then; a fortnight is one all the same.
func TestGapsOfFewMessages(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 3))
		few := func(time.Time) bool { return rng.IntN(16) == 0 }
		if gaps := gapsOf(300, few); len(gaps) > 1 {
			t.Errorf("seed %d: %d gaps where there is none", seed, len(gaps))
		}
		gaps := gapsOf(300, func(t time.Time) bool {
			return few(t) && (t.UnixMilli() < at(4, 10, 0) || t.UnixMilli() >= at(4, 24, 0))
		})
		if len(gaps) == 0 || len(gaps) > 2 {
			t.Errorf("seed %d: gaps %v", seed, gaps)
		}
	}
}
