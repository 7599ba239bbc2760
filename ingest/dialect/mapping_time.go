package dialect

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"waudit/audit/event"
)

// timeForm is a form in which times are written.
type timeForm struct {
	text   string        // as the mapping writes it
	unit   time.Duration // Unix times: what is counted
	excel  bool          // days since the end of 1899
	layout string        // of the package time
	zoned  bool          // the layout has a zone
	days   bool          // the layout has no clock
}

// timeFormNamed are the forms that have a name.
func timeFormNamed(name string) (timeForm, bool) {
	switch name {
	case "unix":
		return timeForm{text: name, unit: time.Second}, true
	case "unix_ms":
		return timeForm{text: name, unit: time.Millisecond}, true
	case "unix_us":
		return timeForm{text: name, unit: time.Microsecond}, true
	case "unix_ns":
		return timeForm{text: name, unit: time.Nanosecond}, true
	case "rfc3339":
		return timeForm{text: name, layout: time.RFC3339, zoned: true}, true
	case "excel":
		return timeForm{text: name, excel: true}, true
	}
	return timeForm{}, false
}

// newTimeForm reads a form from the mapping. It returns what is wrong with it,
// "" if nothing is.
func newTimeForm(text string) (form timeForm, problem string) {
	if form, ok := timeFormNamed(text); ok {
		return form, ""
	}
	if strings.Contains(text, "MST") {
		return timeForm{}, "the abbreviation of a zone does not say which it is: write it into the layout as it stands in the log, and add zone:"
	}
	sample := time.Date(2025, 11, 27, 22, 43, 0, 0, time.FixedZone("", 4*3600+1800))
	written := sample.Format(text)
	read, err := time.Parse(text, written)
	if err != nil || written == text || read.Year() != 2025 || read.Month() != 11 || read.Day() != 27 {
		return timeForm{}, fmt.Sprintf("%q is no layout with year, month and day; write 2006-01-02 15:04:05 as the log would, or unix, unix_ms, unix_us, unix_ns, rfc3339 or excel", text)
	}
	form = timeForm{text: text, layout: text}
	_, offset := read.Zone()
	form.zoned = offset == 4*3600+1800
	clock := read.Hour() == 22 && read.Minute() == 43
	if !clock && (read.Hour() != 0 || read.Minute() != 0) {
		return timeForm{}, fmt.Sprintf("%q has half a clock; hours are 15, or 03 with PM, minutes 04", text)
	}
	form.days = !clock
	return form, ""
}

// timeZone is the zone of times that have none.
type timeZone struct {
	name     string
	location *time.Location
}

// newTimeZone reads a zone's name, or an offset such as +05:30.
func newTimeZone(name string) (zone *timeZone, problem string) {
	if t, err := time.Parse("-07:00", name); err == nil {
		return &timeZone{name, t.Location()}, ""
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fmt.Sprintf("there is no time zone %q; write a name of the tz database, such as America/Sao_Paulo, or an offset, such as +05:30", name)
	}
	return &timeZone{name, location}, ""
}

// moment is a time as it was read, and what is wrong with it.
type moment struct {
	ms    int64
	fault timeFault
	days  bool   // it is a day, without a clock
	why   string // what is wrong, where the fault does not say it
}

// readMoment reads a time in the first of the source's forms that it has. One
// that is written out in full, with its zone, needs no form.
func (s *columnSource) readMoment(text string) moment {
	if len(s.times) == 0 {
		if s.zone != nil && isLocal(text) {
			return s.zone.read(localLayout(text), text)
		}
		ms, fault := readTimeText(text)
		if fault == timeNoZone && s.zone != nil {
			return s.zone.read(localLayout(text), strings.TrimSpace(text))
		}
		return moment{ms: ms, fault: fault}
	}
	last := moment{fault: timeJunk}
	for i := range s.times {
		m := s.times[i].read(text, s.zone)
		if m.fault == timeGood {
			return m
		}
		if m.fault != timeJunk || m.why != "" {
			last = m
		}
	}
	if ms, fault := parseDate(text); last.fault == timeJunk && last.why == "" && fault == timeGood {
		return inRange(ms)
	}
	return last
}

// isLocal reports whether a text is a date and a clock as databases write them,
// and nothing behind. Most times that need a zone are such; readTimeText tries
// all others before.
func isLocal(text string) bool {
	const size = len(time.DateTime)
	return len(text) == size && text[4] == '-' && text[7] == '-' && text[13] == ':' && text[16] == ':'
}

// localLayout is the layout of a time that readTimeText has found to have no
// zone.
func localLayout(text string) string {
	if strings.Contains(text, "T") {
		return "2006-01-02T15:04:05"
	}
	return time.DateTime
}

func (f *timeForm) read(text string, zone *timeZone) moment {
	switch {
	case f.unit != 0:
		return f.readUnix(text)
	case f.excel:
		return readExcel(text, zone)
	case f.zoned:
		t, err := time.Parse(f.layout, text)
		if err != nil {
			return moment{fault: timeJunk}
		}
		return inRange(t.UnixMilli())
	}
	m := zone.read(f.layout, text)
	m.days = f.days
	return m
}

// inRange checks that a time lies in the years that logs are of.
func inRange(ms int64) moment {
	if ms < event.MinTime || ms >= event.MaxTime {
		return moment{ms: ms, fault: timeOutside}
	}
	return moment{ms: ms}
}

// read reads a time of the zone, nil if none is known.
func (z *timeZone) read(layout, text string) moment {
	if z == nil {
		if _, err := time.Parse(layout, text); err != nil {
			return moment{fault: timeJunk}
		}
		return moment{fault: timeNoZone}
	}
	t, err := time.Parse(layout, text)
	if err != nil {
		return moment{fault: timeJunk}
	}
	return z.at(t)
}

// at is when the clocks of the zone showed what t shows in UTC. It refuses what
// they showed twice, or never.
func (z *timeZone) at(utc time.Time) moment {
	const shift = 3 * time.Hour // more than clocks are changed by
	t := time.Date(utc.Year(), utc.Month(), utc.Day(), utc.Hour(), utc.Minute(), utc.Second(), utc.Nanosecond(), z.location)
	if !sameClock(t, utc) {
		return moment{fault: timeJunk, why: "never was in " + z.name + ", where the clocks were put forward over it; correct zone: in the mapping"}
	}
	_, offset := t.Zone()
	for _, near := range [...]time.Time{t.Add(-shift), t.Add(shift)} {
		_, other := near.Zone()
		twin := t.Add(time.Duration(offset-other) * time.Second)
		if other != offset && sameClock(twin, utc) {
			return moment{fault: timeJunk, why: "was twice in " + z.name + ", where the clocks were put back; export it with its offset"}
		}
	}
	return inRange(t.UnixMilli())
}

// sameClock reports whether two clocks show the same.
func sameClock(a, b time.Time) bool {
	return a.Day() == b.Day() && a.Hour() == b.Hour() && a.Minute() == b.Minute()
}

// readUnix reads a count of units since 1970.
func (f *timeForm) readUnix(text string) moment {
	whole, fraction, _ := strings.Cut(plainDecimal(text), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || !isDigits(fraction) {
		return moment{fault: timeJunk}
	}
	perMilli := int64(time.Millisecond / f.unit)
	if perMilli > 0 {
		return inRange(n / perMilli)
	}
	const most = 1 << 40 // seconds; far beyond what is let through, and far from overflow
	if n > most || n < -most {
		return moment{fault: timeOutside}
	}
	millis, _ := strconv.ParseInt((fraction + "000")[:3], 10, 64)
	return inRange(n*1000 + millis)
}

// readExcel reads days since 1899-12-30, which spreadsheets make of times
// whose column has no format.
func readExcel(text string, zone *timeZone) moment {
	const dayMillis = 24 * 60 * 60 * 1000
	days, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || days < 1 || days > 1_000_000 {
		return moment{fault: timeJunk}
	}
	if zone == nil {
		return moment{fault: timeNoZone}
	}
	millis := int64(days*dayMillis + 0.5)
	t := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(millis/dayMillis) * 24 * time.Hour)
	return zone.at(t.Add(time.Duration(millis%dayMillis) * time.Millisecond))
}

// problem words the fault of a time.
func (s *columnSource) timeProblem(what, text string, m moment) string {
	quoted := what + " " + strconv.Quote(clip(text))
	switch {
	case m.why != "":
		return quoted + " " + m.why
	case m.fault == timeNoZone:
		return quoted + " has no time zone; add zone: to the mapping, with the zone of the log"
	case m.fault == timeOutside:
		return fmt.Sprintf("%s is %s, outside 2016 to 2036; correct the form of the time in the mapping, or the log", quoted, time.UnixMilli(m.ms).UTC().Format(time.RFC3339))
	case len(s.times) == 0:
		return quoted + " is no time in Unix seconds, Unix milliseconds or RFC 3339; add time: to the mapping, with its layout"
	}
	forms := make([]string, len(s.times))
	for i := range s.times {
		forms[i] = strconv.Quote(s.times[i].text)
	}
	return quoted + " is no time in the form " + strings.Join(forms, " or ") + "; correct it, or add its form to the mapping"
}
