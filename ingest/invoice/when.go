package invoice

import (
	"regexp"
	"strings"
	"time"

	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/rate"
	"waudit/ingest/notation"
)

// instantText writes an instant as the forms of bills have it.
func instantText(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }

// moment is a time of a bill: an instant, or days of a zone that the bill does not
// name. The zero one is none.
type moment struct {
	ms          int64
	first, last rate.Day
}

// when reads the time that a line is for: an instant, a span or days.
func (d *decoder) when(l *invoice.Line) problem {
	switch {
	case d.values[at].text != "":
		m, p := d.moment(at)
		l.At, l.First, l.Last = m.ms, m.first, m.last
		return p
	case d.values[from].text != "" && d.values[until].text != "":
		return d.span(l)
	case d.values[from].text != "":
		m, p := d.moment(from)
		l.At, l.First, l.Last = m.ms, m.first, m.last
		return p
	case d.values[period].text != "":
		m, p := d.moment(period)
		l.At, l.First, l.Last = m.ms, m.first, m.last
		return p
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
func (d *decoder) moment(f field) (m moment, p problem) {
	c := d.values[f]
	if c.time {
		return d.inRange(f, moment{ms: c.ms})
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
			return moment{ms: read.MS}, ""
		case len(times.Forms) > 0:
			return m, problem(d.layout.part.title() + times.Problem(d.layout.name(f), c.text, read))
		}
	}
	return d.plainMoment(f, c.text)
}

func dayOf(t time.Time) moment {
	day := rate.DayOf(t.Date())
	return moment{first: day, last: day}
}

// plainMoment reads a time in the forms that need no name. Where a zone is missing,
// the day alone is read.
func (d *decoder) plainMoment(f field, text string) (moment, problem) {
	if ms, fault := notation.ReadTime(text); fault == notation.TimeGood {
		return moment{ms: ms}, ""
	}
	if m, ok := isoDay(text); ok {
		return d.inRange(f, m)
	}
	if m := numericDate.FindStringSubmatch(text); m != nil {
		return d.numericDay(f, text, m)
	}
	if t, zoned, ok := wordyDate(text); ok {
		if zoned {
			return d.inRange(f, moment{ms: t.UnixMilli()})
		}
		return d.inRange(f, dayOf(t))
	}
	if first, ok := monthOf(text); ok {
		return d.inRange(f, moment{first: rate.DayOf(first.Date()), last: rate.DayOf(first.AddDate(0, 1, -1).Date())})
	}
	if m, p, ok := d.daysIn(f, text); ok {
		return m, p
	}
	return moment{}, d.fault(f, text, "is no time, day or month, such as 2026-10-01T10:00:00Z, 2026-10-01 or 2026-10; correct it, or name its form with time: in --invoice-mapping")
}

// isoDay reads 2026-10-01, 2026/10/01, 20261001, and whatever clock is behind.
func isoDay(text string) (m moment, ok bool) {
	year, rest, ok := leading(text, 4)
	if !ok {
		return m, false
	}
	if len(text) == len("20261001") {
		if day, err := time.Parse("20060102", text); err == nil {
			return dayOf(day), true
		}
	}
	if rest == "" || strings.IndexByte("-/.", rest[0]) < 0 {
		return m, false
	}
	month, rest, ok := upToTwo(rest[1:])
	if !ok || rest == "" || strings.IndexByte("-/.", rest[0]) < 0 {
		return m, false
	}
	day, rest, ok := upToTwo(rest[1:])
	if !ok || rest != "" && rest[0] != ' ' && rest[0] != 'T' || strings.Count(rest, "-") > 1 {
		return m, false
	}
	return civil(year, month, day)
}

func leading(text string, digits int) (n int, rest string, ok bool) {
	if len(text) < digits || !notation.IsDigits(text[:digits]) {
		return 0, "", false
	}
	return atoi(text[:digits]), text[digits:], true
}

func upToTwo(text string) (n int, rest string, ok bool) {
	if n, rest, ok = leading(text, 2); ok {
		return n, rest, true
	}
	return leading(text, 1)
}

func civil(year, month, day int) (moment, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return dayOf(t), month >= 1 && month <= 12 && t.Day() == day && int(t.Month()) == month
}

// numericDay reads 31/10/2026 or 10/31/2026: as the row itself tells, or the
// mapping, or all rows.
func (d *decoder) numericDay(f field, text string, parts []string) (moment, problem) {
	a, b, year := atoi(parts[1]), atoi(parts[2]), atoi(parts[3])
	order := d.layout.part.order
	switch {
	case order != orderUnknown || a == b:
	case a > 12:
		order = dayFirst
	case b > 12:
		order = monthFirst
	default:
		habits := d.shared.habits()
		if order = habits.order(); order == orderUnknown {
			return moment{}, d.fault(f, text, "may be two days, and "+habits.whyNoOrder()+": does the day come first, or the month? Say dates: dmy or dates: mdy in --invoice-mapping")
		}
	}
	if order == monthFirst {
		a, b = b, a
	}
	m, ok := civil(year, b, a)
	if !ok {
		return moment{}, d.fault(f, text, "is no day; correct it, or dates: in --invoice-mapping")
	}
	return d.inRange(f, m)
}

// wordyDate reads dates whose month is a word, which have one meaning.
func wordyDate(text string) (t time.Time, zoned, ok bool) {
	if !strings.ContainsFunc(text, func(r rune) bool { return 'A' <= r && r <= 'z' }) {
		return t, false, false
	}
	for _, layout := range [...]string{time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true, true
		}
	}
	for _, layout := range [...]string{
		"2 Jan 2006", "2-Jan-2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "2006-Jan-02",
	} {
		for _, clock := range [...]string{"", " 15:04", " 15:04:05", " 3:04 PM", " 3:04:05 PM", ", 15:04", ", 15:04:05"} {
			if t, err := time.Parse(layout+clock, text); err == nil {
				return t, false, true
			}
		}
	}
	return t, false, false
}

// monthOf reads a month.
func monthOf(text string) (time.Time, bool) {
	for _, layout := range [...]string{"2006-01", "2006/01", "01/2006", "1/2006", "01-2006", "January 2006", "Jan 2006", "Jan-2006", "January, 2006", "200601"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// betweenDays parts the two days of a period in one cell.
var betweenDays = regexp.MustCompile(`^(.+?)(?:\s+(?:-|–|—|to|a|bis|until|through)\s+|\s*(?:–|—|/{2}|\.{2,3})\s*|\s*/\s*)(.+)$`)

// daysIn reads a period in one cell: "2026-10-01 to 2026-10-31".
func (d *decoder) daysIn(f field, text string) (moment, problem, bool) {
	parts := betweenDays.FindStringSubmatch(text)
	if parts == nil || strings.ContainsAny(text, "\n") {
		return moment{}, "", false
	}
	var ends [2]moment
	for i, part := range parts[1:] {
		m, ok := isoDay(part)
		if !ok {
			var p problem
			if n := numericDate.FindStringSubmatch(part); n != nil {
				m, p = d.numericDay(f, part, n)
			} else if t, zoned, ok := wordyDate(part); ok && !zoned {
				m = dayOf(t)
			} else {
				return moment{}, "", false
			}
			if p.is() {
				return moment{}, p, true
			}
		}
		ends[i] = m
	}
	if ends[0].first > ends[1].last {
		return moment{}, d.fault(f, text, "ends before it begins; correct it"), true
	}
	m, p := d.inRange(f, moment{first: ends[0].first, last: ends[1].last})
	return m, p, true
}

// inRange refuses what lies outside the years that bills are of.
func (d *decoder) inRange(f field, m moment) (moment, problem) {
	lo, hi := rate.DayOf(time.UnixMilli(event.MinTime).UTC().Date()), rate.DayOf(time.UnixMilli(event.MaxTime-1).UTC().Date())
	outside := m.ms != 0 && (m.ms < event.MinTime || m.ms >= event.MaxTime) || m.ms == 0 && (m.first < lo || m.last > hi)
	if outside {
		return moment{}, d.fault(f, d.values[f].text, "lies outside 2016 to 2036; correct it, or the form of the time in --invoice-mapping")
	}
	return m, ""
}
