package invoice

import (
	"regexp"
	"strings"
	"time"

	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/rate"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

// billedTime is a time of a bill: an instant, or days of a zone that the bill does not
// name. The zero one is none.
type billedTime struct {
	ms          int64
	first, last rate.Day
}

// when reads the time that a line is for: an instant, a span or days.
func (d *decoder) when(l *invoice.Line) problem {
	if d.values[at].text == "" && d.values[from].text != "" && d.values[until].text != "" {
		return d.span(l)
	}
	for _, f := range [...]field{at, from, period} {
		if d.values[f].text != "" {
			m, p := d.moment(f)
			l.At, l.First, l.Last = m.ms, m.first, m.last
			return p
		}
	}
	return ""
}

// span reads the two ends of a period. Of days both belong to it, of instants the
// second does not.
func (d *decoder) span(l *invoice.Line) problem {
	a, p := d.moment(from)
	if p.is() {
		return p
	}
	b, p := d.moment(until)
	if p.is() {
		return p
	}
	switch {
	case a.ms != 0 && b.ms != 0 && a.ms < b.ms:
		l.From, l.Until = a.ms, b.ms
	case a.ms == 0 && b.ms == 0 && a.first <= b.last:
		l.First, l.Last = a.first, b.last
	case (a.ms == 0) != (b.ms == 0):
		return d.fault(until, d.values[until].text, "and the beginning "+d.values[from].text+" are not both days or both instants; write both with their zone, or neither")
	default:
		return d.fault(until, d.values[until].text, "ends the period before it begins, at "+d.values[from].text+"; correct it")
	}
	return ""
}

// moment reads the time in a field.
func (d *decoder) moment(f field) (m billedTime, p problem) {
	c := d.values[f]
	if c.time {
		return d.inRange(f, billedTime{ms: c.ms})
	}
	var times notation.Times
	if s := &d.layout.sources[f]; s.column != nil {
		times = s.column.Times
	}
	if len(times.Forms) > 0 || times.Zone != nil {
		read := times.Read(c.text)
		utc, days, civil := times.Civil(c.text)
		switch {
		case civil && (days || times.Zone == nil && read.Fault == notation.TimeNoZone):
			return d.inRange(f, dayOf(utc))
		case read.Fault == notation.TimeGood:
			return billedTime{ms: read.MS}, ""
		case len(times.Forms) > 0:
			return m, problem(d.layout.part.title() + times.Problem(d.layout.name(f), c.text, read))
		}
	}
	return d.plainMoment(f, c.text)
}

func dayOf(t time.Time) billedTime {
	day := rate.DayOf(t.Date())
	return billedTime{first: day, last: day}
}

// plainMoment reads a time in the forms that need no name. Where a zone is missing,
// the day alone is read.
func (d *decoder) plainMoment(f field, text string) (billedTime, problem) {
	if ms, fault := notation.ReadTime(text); fault == notation.TimeGood {
		return billedTime{ms: ms}, ""
	}
	m, p, ok := d.day(f, text)
	if !ok {
		m, ok = monthOf(text)
	}
	if !ok {
		m, p, ok = d.daysIn(f, text)
	}
	switch {
	case p.is():
		return billedTime{}, p
	case !ok:
		return billedTime{}, d.fault(f, text, "is no time, day or month, such as 2026-10-01T10:00:00Z, 2026-10-01 or 2026-10; correct it, or name its form with time: in --invoice-mapping")
	}
	return d.inRange(f, m)
}

// day reads a day in any form, and whatever clock is behind.
func (d *decoder) day(f field, text string) (m billedTime, p problem, ok bool) {
	if date, ok := table.NumericDateOf(text); ok {
		m, p := d.numericDay(f, text, date)
		return m, p, true
	}
	t := d.dates.of(withoutClock(text), table.DateOf)
	return dayOf(t), "", !t.IsZero()
}

// numericDay reads 31/10/2026 or 10/31/2026: as the row itself tells, or the
// mapping, or all rows.
func (d *decoder) numericDay(f field, text string, date table.NumericDate) (billedTime, problem) {
	order := d.layout.part.order
	a, isDayFirst := date.Day(table.DayFirst)
	b, isMonthFirst := date.Day(table.MonthFirst)
	switch {
	case order != 0:
	case isDayFirst && isMonthFirst && a != b:
		habits := d.shared.habits()
		if order = habits.Order(); order == 0 {
			return billedTime{}, d.fault(f, text, "may be two days, and "+habits.WhyNoOrder()+": does the day come first, or the month? Say dates: dmy or dates: mdy in --invoice-mapping")
		}
	case isMonthFirst:
		order = table.MonthFirst
	}
	if order == table.MonthFirst {
		a, isDayFirst = b, isMonthFirst
	}
	if !isDayFirst {
		return billedTime{}, d.fault(f, text, "is no day; correct it, or dates: in --invoice-mapping")
	}
	return billedTime{first: a, last: a}, ""
}

// clock is the time of day behind a date with words.
var clock = regexp.MustCompile(`,? \d{1,2}:\d\d(:\d\d)?( [AP]M)?$`)

// withoutClock is a date without what is behind it. A second date is no clock.
func withoutClock(text string) string {
	if i := strings.IndexAny(text, " T"); i >= len("2026-1-1") && notation.IsDigits(text[:4]) && strings.Count(text[i:], "-") < 2 {
		return text[:i]
	}
	if strings.Contains(text, ":") {
		return clock.ReplaceAllString(text, "")
	}
	return text
}

// monthOf reads a month.
func monthOf(text string) (m billedTime, ok bool) {
	for _, layout := range [...]string{"2006-01", "2006/01", "01/2006", "1/2006", "01-2006", "January 2006", "Jan 2006", "Jan-2006", "January, 2006", "200601"} {
		if t, err := time.Parse(layout, text); err == nil {
			return billedTime{first: rate.DayOf(t.Date()), last: rate.DayOf(t.AddDate(0, 1, -1).Date())}, true
		}
	}
	return m, false
}

// betweenDays parts the two days of a period in one cell.
var betweenDays = regexp.MustCompile(`^(.+?)(?:\s+(?:-|–|—|to|a|bis|until|through)\s+|\s*(?:–|—|/{2}|\.{2,3})\s*|\s*/\s*)(.+)$`)

// daysIn reads a period in one cell: "2026-10-01 to 2026-10-31".
func (d *decoder) daysIn(f field, text string) (m billedTime, p problem, ok bool) {
	parts := betweenDays.FindStringSubmatch(text)
	if parts == nil || strings.ContainsAny(text, "\n") {
		return m, "", false
	}
	var ends [2]billedTime
	for i, part := range parts[1:] {
		if ends[i], p, ok = d.day(f, part); !ok || p.is() {
			return m, p, ok
		}
	}
	if ends[0].first > ends[1].last {
		return m, d.fault(f, text, "ends before it begins; correct it"), true
	}
	return billedTime{first: ends[0].first, last: ends[1].last}, "", true
}

// inRange refuses what lies outside the years that bills are of.
func (d *decoder) inRange(f field, m billedTime) (billedTime, problem) {
	lo, hi := rate.DayOf(time.UnixMilli(event.MinTime).UTC().Date()), rate.DayOf(time.UnixMilli(event.MaxTime-1).UTC().Date())
	outside := m.ms != 0 && (m.ms < event.MinTime || m.ms >= event.MaxTime) || m.ms == 0 && (m.first < lo || m.last > hi)
	if outside {
		return billedTime{}, d.fault(f, d.values[f].text, "lies outside 2016 to 2036; correct it, or the form of the time in --invoice-mapping")
	}
	return m, ""
}
