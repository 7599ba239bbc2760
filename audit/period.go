package audit

import (
	"fmt"
	"math"
	"time"

	"waudit/audit/account"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/rate"
	"waudit/audit/replay"
	"waudit/audit/result"
)

// lookBack is how long before a charge of the message eras events may lie that
// bear on it, in milliseconds, beside what a survey's Reach tells: what a free
// entry message may open (replay.FreeEntryBears), and a window of up to 7 days
// that is not known to be closed, with a day to spare.
const lookBack = replay.FreeEntryBears + 8*24*era.Hour

// Period bounds the judged charges: days in the zone of each account. A zero
// time is no bound; From is inclusive, To exclusive. Only year, month, day and
// clock of the times count, not their zone.
type Period struct{ From, To time.Time }

// ParsePeriod reads the flags --period (a month, a day or a year) and --from
// and --to (a day, or a day with a clock).
func ParsePeriod(period, from, to string) (Period, error) {
	var p Period
	if period != "" {
		if from != "" || to != "" {
			return p, fmt.Errorf("--period goes without --from and --to")
		}
		for layout, step := range map[string][3]int{"2006": {1, 0, 0}, "2006-01": {0, 1, 0}, time.DateOnly: {0, 0, 1}} {
			if t, err := time.Parse(layout, period); err == nil {
				return Period{t, t.AddDate(step[0], step[1], step[2])}, inRange("--period", period, t)
			}
		}
		return p, fmt.Errorf("--period %q is no month (2026-10), day (2026-10-01) or year (2026)", period)
	}
	var err error
	if p.From, err = parseDay("--from", from); err != nil {
		return p, err
	}
	if p.To, err = parseDay("--to", to); err != nil {
		return p, err
	}
	if !p.From.IsZero() && !p.To.IsZero() && !p.From.Before(p.To) {
		return p, fmt.Errorf("--from %s is not before --to %s", from, to)
	}
	return p, nil
}

func parseDay(flag, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, inRange(flag, s, t)
		}
	}
	return time.Time{}, fmt.Errorf("%s %q is no day (2026-10-01); it is read in each account's time zone", flag, s)
}

// inRange refuses times at which no event can be: a slip of the pen would make
// every charge a charge of another period.
func inRange(flag, s string, t time.Time) error {
	if !event.InRange(t.UnixMilli()) {
		return fmt.Errorf("%s %s lies outside 2016 to 2036, the years from which messages are read", flag, s)
	}
	return nil
}

// Bounds returns the period's instants for an account, Unix milliseconds.
func (p Period) Bounds(a *account.Account) (from, to int64) {
	from, to = math.MinInt64, math.MaxInt64
	if !p.From.IsZero() {
		from = inZone(p.From, a)
	}
	if !p.To.IsZero() {
		to = inZone(p.To, a)
	}
	return from, to
}

// inZone returns when the clock shows a time in the account's zone; of an hour in which the
// clocks are put forward, when the day begins.
func inZone(t time.Time, a *account.Account) int64 {
	zone := a.Facts.Calendar.Zone()
	at := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
	if begin := rate.DayOf(t.Date()).In(zone); at.Before(begin) {
		at = begin
	}
	return at.UnixMilli()
}

// Since returns an instant before which no event bears on what is judged, in
// whatever zone an account is, given what was found of the whole log: Unix
// milliseconds, math.MinInt64 if there is none. While conversations count there
// is none: each rests on the one before.
func (p Period) Since(s *Survey) int64 {
	const eastmost = 24 * era.Hour // more than any zone is ahead of UTC
	if p.From.IsZero() {
		return math.MinInt64
	}
	since := p.From.UnixMilli() - lookBack - s.Reach - eastmost
	if since < era.NewCalendar(nil).Start(era.PerMessage)+lookBack {
		return math.MinInt64
	}
	return since
}

// Report returns the period as the report writes it.
func (p Period) Report() result.Period {
	return result.Period{From: bound(p.From), To: bound(p.To)}
}

func bound(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.Format("2006-01-02T15:04:05")
	if t.Equal(t.Truncate(24 * time.Hour)) {
		s = t.Format(time.DateOnly)
	}
	return &s
}
