package era

import (
	"sort"
	"time"

	"waudit/audit/event"
	"waudit/audit/rate"
	"waudit/audit/reading"
)

// Lengths of windows and spans, in milliseconds.
const (
	Hour int64 = 3_600_000
	Day  int64 = 24 * Hour
)

// firstYear and numMonths bound the calendar: every month an event may lie in.
const (
	firstYear = 2015
	numMonths = 12 * 24
)

// Month counts calendar months from January 2015.
type Month int16

// MonthOf returns the month of a year.
func MonthOf(year int, month time.Month) Month {
	return Month((year-firstYear)*12 + int(month) - 1)
}

// String writes the month as 2006-01.
func (m Month) String() string {
	return time.Date(firstYear, time.Month(int(m)+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
}

// Calendar knows at which instants the changes and the months begin for an
// account. Its methods are safe for concurrent use.
type Calendar struct {
	zone    *time.Location
	known   bool
	eras    []*Era
	changes [NumChanges]boundary
	months  [numMonths]boundary
}

// boundary is the first instant of a day, which lies in [lo, hi] where the
// zone is not known.
type boundary struct{ lo, hi int64 }

// NewCalendar makes the calendar of an account with that time zone; nil means
// unknown: UTC, with the edges uncertain over every zone there is.
func NewCalendar(zone *time.Location) *Calendar {
	c := &Calendar{zone: zone, known: zone != nil, eras: table()}
	if !c.known {
		c.zone = time.UTC
	}
	for _, row := range Changes() {
		c.changes[row.Change] = c.dayStart(row.Date, row.ZoneUnstated)
	}
	for m := range c.months {
		c.months[m] = c.dayStart(rate.DayOf(time.Date(firstYear, time.Month(m+1), 1, 0, 0, 0, 0, time.UTC).Date()), false)
	}
	return c
}

// As returns the calendar under the rules of one day: the changes until then have always
// held, and no later one ever does.
func (c *Calendar) As(day rate.Day) *Calendar {
	as := *c
	for _, row := range Changes() {
		as.changes[row.Change] = boundary{event.MaxTime, event.MaxTime}
		if row.Date <= day {
			as.changes[row.Change] = boundary{event.MinTime, event.MinTime}
		}
	}
	return &as
}

// dayStart is 00:00 of the day in the account's zone. Zones reach from UTC+14
// to UTC-12, so the day begins somewhere on earth from 14 hours before to 12
// hours after 00:00Z.
func (c *Calendar) dayStart(d rate.Day, zoneUnstated bool) boundary {
	if c.known && !zoneUnstated {
		t := d.In(c.zone).UnixMilli()
		return boundary{t, t}
	}
	utc := d.Time().UnixMilli()
	return boundary{utc - 14*Hour, utc + 12*Hour}
}

// Zone returns the account's zone, UTC where it is unknown.
func (c *Calendar) Zone() *time.Location { return c.zone }

// ZoneKnown reports whether the account's zone is known.
func (c *Calendar) ZoneKnown() bool { return c.known }

// After tells whether t lies on or after the change; tolerance in milliseconds.
func (c *Calendar) After(change RuleChange, t reading.Span, tolerance int64) (reading.Tri, reading.Reason) {
	if change == BeforeAll {
		return reading.Yes, reading.Certain
	}
	return c.changes[change].reached(t, tolerance)
}

// Surely reports whether t surely lies on or after the change.
func (c *Calendar) Surely(change RuleChange, t reading.Span, tolerance int64) bool {
	reached, _ := c.After(change, t, tolerance)
	return reached == reading.Yes
}

// Perhaps reports whether t may lie on or after the change.
func (c *Calendar) Perhaps(change RuleChange, t reading.Span, tolerance int64) bool {
	reached, _ := c.After(change, t, tolerance)
	return reached != reading.No
}

func (b boundary) reached(t reading.Span, tolerance int64) (reading.Tri, reading.Reason) {
	before, why := reading.Before(t, reading.Span{Lo: b.lo, Hi: b.hi, Why: reading.ZoneUnknown}, tolerance)
	switch before {
	case reading.Yes:
		return reading.No, why
	case reading.No:
		return reading.Yes, why
	}
	if why == reading.Edge && b.lo != b.hi {
		why = reading.ZoneUnknown
	}
	return reading.Maybe, why
}

// Start returns the instant of a change: in the account's zone, or in UTC where that, or
// the zone of the change, is unknown. For labels, never for a decision.
func (c *Calendar) Start(change RuleChange) int64 {
	b := c.changes[change]
	if b.lo == b.hi {
		return b.lo
	}
	return b.lo + 14*Hour
}

// Label returns the era of the instant t as reports name it, for a user in a
// country; a decision asks After instead, which knows how sure the answer is.
func (c *Calendar) Label(t int64, country string) *Era {
	now := c.eras[0]
	for _, e := range c.eras[1:] {
		if t >= c.Start(e.From) && !e.elsewhere(country) {
			now = e
		}
	}
	return now
}

// Around returns the first and the last era that an instant may lie in, for a user
// in a country.
func (c *Calendar) Around(t reading.Span, country string) (first, last *Era) {
	first = c.eras[0]
	last = first
	for _, e := range c.eras[1:] {
		if e.elsewhere(country) {
			continue
		}
		switch reached, _ := c.After(e.From, t, 0); reached {
		case reading.Yes:
			first, last = e, e
		case reading.Maybe:
			last = e
		}
	}
	return first, last
}

// elsewhere reports whether the era holds for the users of another country only.
func (e *Era) elsewhere(country string) bool { return e.Country != "" && e.Country != country }

// Month returns the calendar month of an instant in the account's zone.
func (c *Calendar) Month(t int64) Month {
	d := time.UnixMilli(t).In(c.zone)
	return MonthOf(d.Year(), d.Month())
}

// Months returns the first and the last month that an instant may lie in, and
// if they differ, why; tolerance in milliseconds.
func (c *Calendar) Months(t reading.Span, tolerance int64) (first, last Month, why reading.Reason) {
	last = Month(sort.Search(numMonths, func(i int) bool { return c.months[i].lo > t.Hi+tolerance }) - 1)
	for last > 0 {
		if reached, _ := c.months[last].reached(t, tolerance); reached != reading.No {
			break
		}
		last--
	}
	for first = last; first > 0; first-- {
		reached, r := c.months[first].reached(t, tolerance)
		if reached == reading.Yes {
			break
		}
		why = r
	}
	return first, last, why
}

// MonthStart returns the earliest instant at which the month may begin.
func (c *Calendar) MonthStart(m Month) int64 { return c.months[m].lo }

// Days returns the first and the last calendar day that an instant may lie on,
// which differ only where the zone is not known, and the span of instants from
// and before to of which the same is true.
func (c *Calendar) Days(t int64) (first, last rate.Day, from, to int64) {
	if c.known {
		first = c.Day(t)
		return first, first, first.In(c.zone).UnixMilli(), first.AddDays(1).In(c.zone).UnixMilli()
	}
	first, last = c.Day(t-12*Hour), c.Day(t+14*Hour)
	from = t - t%Hour // zones differ from UTC by whole hours, or by parts of one that lie between
	return first, last, from, from + Hour
}

// Day returns the calendar day of an instant in the account's zone.
func (c *Calendar) Day(t int64) rate.Day { return rate.DayOf(time.UnixMilli(t).In(c.zone).Date()) }
