package rate

import (
	"fmt"
	"time"
)

// Day is a calendar day as the number yyyymmdd. 0 is no day: before all as a
// beginning, after all as an end.
type Day int32

// DayOf returns the day of a date.
func DayOf(year int, month time.Month, day int) Day {
	return Day(year*10_000 + int(month)*100 + day)
}

// ParseDay reads a day written as 2006-01-02.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is no day, such as 2026-10-01", s)
	}
	return DayOf(t.Date()), nil
}

// Time returns 00:00 UTC of the day.
func (d Day) Time() time.Time { return d.In(time.UTC) }

// In returns 00:00 of the day in a zone.
func (d Day) In(zone *time.Location) time.Time {
	return time.Date(int(d)/10_000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, zone)
}

// String writes the day as 2006-01-02, none as "".
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10_000, d/100%100, d%100)
}

// AddDays returns the day so many days later, earlier if n is negative. d is not 0.
func (d Day) AddDays(n int) Day {
	return DayOf(d.Time().AddDate(0, 0, n).Date())
}

// QuarterEnd returns the last day of the quarter: Meta's lists change with them.
// d is not 0.
func (d Day) QuarterEnd() Day {
	next := time.Date(int(d/10_000), time.Month((d/100%100-1)/3*3+4), 1, 0, 0, 0, 0, time.UTC)
	return DayOf(next.Date()).AddDays(-1)
}
