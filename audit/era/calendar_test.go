package era

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"waudit/audit/reading"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestChangesBeginAtMidnight: a change takes effect at 00:00 of the account's
// zone, not a second before.
func TestChangesBeginAtMidnight(t *testing.T) {
	for _, name := range []string{"UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "America/Sao_Paulo"} {
		z := zone(t, name)
		c := NewCalendar(z)
		for _, row := range Changes() {
			if row.ZoneUnstated {
				continue
			}
			year, month, day := row.Date.Time().Date()
			start := time.Date(year, month, day, 0, 0, 0, 0, z).UnixMilli()
			for at, want := range map[int64]reading.Tri{start - 1000: reading.No, start: reading.Yes} {
				if got, why := c.After(row.Change, reading.At(at), 0); got != want {
					t.Errorf("%s, %s, %d: %v (%v), want %v", name, row.Date, at-start, got, why, want)
				}
			}
			if got, why := c.After(row.Change, reading.At(start+30_000), 60_000); got != reading.Maybe || why != reading.Edge {
				t.Errorf("%s, %s: half a minute after it with a minute's tolerance: %v, %v", name, row.Date, got, why)
			}
		}
	}
}

// TestUnknownZone: where the zone is not known a day begins somewhere from 14
// hours before to 12 hours after 00:00Z.
func TestUnknownZone(t *testing.T) {
	c := NewCalendar(nil)
	midnight := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	for at, want := range map[int64]reading.Tri{-14*Hour - 1: reading.No, -14 * Hour: reading.Maybe, 12*Hour - 1: reading.Maybe, 12 * Hour: reading.Yes} {
		got, why := c.After(ServiceCharged, reading.At(midnight+at), 0)
		if got != want || got == reading.Maybe && why != reading.ZoneUnknown {
			t.Errorf("%v after midnight: %v, %v; want %v", time.Duration(at)*time.Millisecond, got, why, want)
		}
	}
}

// TestMonths: with a known zone an instant lies in the month that a clock on the
// wall shows; without one, that month is among the possible ones in every zone.
func TestMonths(t *testing.T) {
	asuncion := zone(t, "America/Asuncion") // where October began at 01:00 in 2023
	zones := []*time.Location{time.UTC, zone(t, "America/New_York"), zone(t, "Asia/Kolkata"), zone(t, "Pacific/Auckland"), asuncion}
	unknown := NewCalendar(nil)
	calendars := make([]*Calendar, len(zones))
	for i, z := range zones {
		calendars[i] = NewCalendar(z)
	}
	rapid.Check(t, func(t *rapid.T) {
		october := time.Date(2023, time.October, 1, 4, 0, 0, 0, time.UTC).Unix()
		at := rapid.OneOf(rapid.Int64Range(1_451_700_000, 2_114_000_000), rapid.Int64Range(october-7200, october+7200)).Draw(t, "at") * 1000
		lo, hi, _ := unknown.Months(reading.At(at), 0)
		for i, z := range zones {
			d := time.UnixMilli(at).In(z)
			want := MonthOf(d.Year(), d.Month())
			first, last, _ := calendars[i].Months(reading.At(at), 0)
			if first != want || last != want || calendars[i].Month(at) != want || want.String() != d.Format("2006-01") {
				t.Fatalf("%v: %s to %s, want %s", d, first, last, want)
			}
			if day, _, from, to := calendars[i].Days(at); from > at || to <= at || calendars[i].Day(from) != day || calendars[i].Day(to-1) != day {
				t.Fatalf("%v: a day from %d to %d", d, from, to)
			}
			if want < lo || want > hi {
				t.Fatalf("%v: not among %s to %s", d, lo, hi)
			}
		}
	})
}

// TestTables: the tables are in order and complete, and every era's rule is
// documented.
func TestTables(t *testing.T) {
	rows := Changes()
	if len(rows) != int(NumChanges)-1 {
		t.Errorf("%d changes in the table, %d in the list", len(rows), NumChanges-1)
	}
	for i, r := range rows {
		if r.Change != RuleChange(i+1) || i > 0 && r.Date.String() < rows[i-1].Date.String() || r.Text == "" || r.Source == "" || r.Sure == "" {
			t.Errorf("row %d is out of order or incomplete: %+v", i, r)
		}
	}
	for _, e := range Eras() {
		if e.Summary == "" || e.Source == "" || len(e.Clauses) == 0 || (e.Unit != "message" && e.Unit != "conversation") {
			t.Errorf("era %s is incomplete", e.Name)
		}
	}
}
