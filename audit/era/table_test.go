package era

import (
	"testing"
	"time"

	"waudit/audit/message"
	"waudit/audit/reading"
)

// TestLabel: an era is in force from 00:00 of its day on, one of a country only for
// its users.
func TestLabel(t *testing.T) {
	c := NewCalendar(time.UTC)
	at := func(y int, m time.Month, d int) int64 { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).UnixMilli() }
	for _, x := range []struct {
		at             int64
		country        string
		name           string
		conversational bool
	}{
		{at(2021, 1, 31), "MX", "nbp", false},
		{at(2021, 2, 1), "MX", "nbp", true}, // 2.nbp.4
		{at(2021, 2, 1), "BR", "nbp", false},
		{at(2022, 2, 2), "MX", "cbp-2022-02", true},
		{at(2023, 6, 1) - 1, "", "cbp-2022-02", true},
		{at(2023, 6, 1), "", "cbp-2023-06", true},
		{at(2025, 7, 1), "", "pmp-2025-07", false},
		{at(2026, 10, 1) - 1, "", "pmp-2025-07", false},
		{at(2026, 10, 1), "", "pmp-2026-10", false},
	} {
		if e := c.Label(x.at, x.country); e.Name != x.name || e.Conversational() != x.conversational {
			t.Errorf("%s in %q: %s, conversational %v", time.UnixMilli(x.at).UTC(), x.country, e.Name, e.Conversational())
		}
	}
}

// TestAround: near a change an instant may lie in two eras, away from it in one.
func TestAround(t *testing.T) {
	c := NewCalendar(time.UTC)
	change := c.Start(ServiceCharged)
	for _, x := range []struct {
		lo, hi      int64
		first, last string
	}{
		{-2, -1, "pmp-2025-07", "pmp-2025-07"}, {-1, 0, "pmp-2025-07", "pmp-2026-10"}, {0, 1, "pmp-2026-10", "pmp-2026-10"},
	} {
		first, last := c.Around(reading.Span{Lo: change + x.lo*Hour, Hi: change + x.hi*Hour}, "")
		if first.Name != x.first || last.Name != x.last {
			t.Errorf("%d to %d hours after the change: %s to %s", x.lo, x.hi, first.Name, last.Name)
		}
	}
}

// TestFreeTiers: what uses the free tier of each era (3.3, 4.2.6).
func TestFreeTiers(t *testing.T) {
	want := map[string]struct{ template, other, number bool }{
		"nbp": {}, "cbp-2022-02": {template: true, other: true}, "cbp-2023-06": {other: true},
		"pmp-2025-07": {number: true}, "pmp-2026-10": {other: true, number: true},
	}
	for _, e := range Eras() {
		w := want[e.Name]
		template, other := e.Counts(&message.Message{Template: reading.Yes}), e.Counts(&message.Message{Template: reading.No})
		if template != w.template || other != w.other || e.FreeTier.ByNumber != w.number {
			t.Errorf("%s: templates %v, others %v, by number %v", e.Name, template, other, e.FreeTier.ByNumber)
		}
	}
}
