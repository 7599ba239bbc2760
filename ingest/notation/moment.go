package notation

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"waudit/audit/event"
)

// TimeForm is a form in which times are written.
type TimeForm struct {
	text   string        // as the mapping writes it
	unit   time.Duration // Unix times: what is counted
	excel  bool          // days since the end of 1899
	layout string        // of the package time
	zoned  bool          // the layout has a zone
	days   bool          // the layout has no clock
}

// timeForms are the forms that have a name.
var timeForms = map[string]TimeForm{
	"unix":    {text: "unix", unit: time.Second},
	"unix_ms": {text: "unix_ms", unit: time.Millisecond},
	"unix_us": {text: "unix_us", unit: time.Microsecond},
	"unix_ns": {text: "unix_ns", unit: time.Nanosecond},
	"rfc3339": {text: "rfc3339", layout: time.RFC3339, zoned: true},
	"excel":   {text: "excel", excel: true},
}

// NewTimeForm reads a form from the mapping. It returns what is wrong with it,
// "" if nothing is.
func NewTimeForm(text string) (form TimeForm, problem string) {
	if form, ok := timeForms[text]; ok {
		return form, ""
	}
	if strings.Contains(text, "MST") {
		return TimeForm{}, "the abbreviation of a zone does not say which it is: write it into the layout as it stands in the log, and add zone:"
	}
	sample := time.Date(2025, 11, 27, 22, 43, 0, 0, time.FixedZone("", 4*3600+1800))
	written := sample.Format(text)
	read, err := time.Parse(text, written)
	if err != nil || written == text || read.Year() != 2025 || read.Month() != 11 || read.Day() != 27 {
		return TimeForm{}, fmt.Sprintf("%q is no layout with year, month and day; write 2006-01-02 15:04:05 as the log would, or unix, unix_ms, unix_us, unix_ns, rfc3339 or excel", text)
	}
	form = TimeForm{text: text, layout: text}
	_, offset := read.Zone()
	form.zoned = offset == 4*3600+1800
	clock := read.Hour() == 22 && read.Minute() == 43
	if !clock && (read.Hour() != 0 || read.Minute() != 0) {
		return TimeForm{}, fmt.Sprintf("%q has half a clock; hours are 15, or 03 with PM, minutes 04", text)
	}
	form.days = !clock
	return form, ""
}

// Zone is the zone of times that have none.
type Zone struct {
	name     string
	location *time.Location
}

// NewZone reads a zone's name, or an offset such as +05:30.
func NewZone(name string) (zone *Zone, problem string) {
	if t, err := time.Parse("-07:00", name); err == nil {
		return &Zone{name, t.Location()}, ""
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fmt.Sprintf("there is no time zone %q; write a name of the tz database, such as America/Sao_Paulo, or an offset, such as +05:30", name)
	}
	return &Zone{name, location}, ""
}

// Times is how the times of a column are written.
type Times struct {
	Forms []TimeForm // tried in their order; none: what ReadTime reads
	Zone  *Zone      // of times without one; nil: none is known
}

// Moment is a time as it was read, and what is wrong with it.
type Moment struct {
	MS    int64 // Unix milliseconds
	Fault TimeFault
	Days  bool   // it is a day, without a clock
	Why   string // what is wrong, where the fault does not say it
}

// Read reads a time in the first of the forms that it has. One
// that is written out in full, with its zone, needs no form.
func (s *Times) Read(text string) Moment {
	if len(s.Forms) == 0 {
		if s.Zone != nil && isLocal(text) {
			return s.Zone.read(time.DateTime, text)
		}
		ms, fault := ReadTime(text)
		if fault == TimeNoZone && s.Zone != nil {
			text = strings.TrimSpace(text)
			return s.Zone.read(localLayout(text), text)
		}
		return Moment{MS: ms, Fault: fault}
	}
	last := Moment{Fault: TimeJunk}
	for i := range s.Forms {
		m := s.Forms[i].read(text, s.Zone)
		if m.Fault == TimeGood {
			return m
		}
		if m.Fault != TimeJunk || m.Why != "" {
			last = m
		}
	}
	if ms, fault := parseDate(text); last.Fault == TimeJunk && last.Why == "" && fault == TimeGood {
		return inRange(ms)
	}
	return last
}

// read reads a time of the zone.
func (z *Zone) read(layout, text string) Moment {
	t, err := time.Parse(layout, text)
	if err != nil {
		return Moment{Fault: TimeJunk}
	}
	return z.at(t)
}

// isLocal reports whether a text is a date and a clock as databases write them,
// and nothing behind. Most times that need a zone are such; ReadTime tries
// all others before.
func isLocal(text string) bool {
	const size = len(time.DateTime)
	return len(text) == size && text[10] == ' ' && text[4] == '-' && text[7] == '-' && text[13] == ':' && text[16] == ':'
}

func (f *TimeForm) read(text string, zone *Zone) Moment {
	if f.unit != 0 {
		return f.readUnix(text)
	}
	t, ok := f.civil(text)
	switch {
	case !ok:
		return Moment{Fault: TimeJunk}
	case f.zoned:
		return inRange(t.UnixMilli())
	}
	m := zone.at(t)
	m.Days = f.days
	return m
}

// civil reads what clock and calendar show, in the zone of the text or else as if it
// were UTC. Forms that count units have none.
func (f *TimeForm) civil(text string) (t time.Time, ok bool) {
	if f.excel {
		return readExcel(text)
	}
	t, err := time.Parse(f.layout, text)
	return t, err == nil
}

// inRange checks that a time lies in the years that logs are of.
func inRange(ms int64) Moment {
	if ms < event.MinTime || ms >= event.MaxTime {
		return Moment{MS: ms, Fault: TimeOutside}
	}
	return Moment{MS: ms}
}

// at is when the clocks of the zone, nil if none is known, showed what t shows in UTC.
// It refuses what they showed twice, or never.
func (z *Zone) at(utc time.Time) Moment {
	if z == nil {
		return Moment{Fault: TimeNoZone}
	}
	const shift = 3 * time.Hour // more than clocks are changed by
	t := time.Date(utc.Year(), utc.Month(), utc.Day(), utc.Hour(), utc.Minute(), utc.Second(), utc.Nanosecond(), z.location)
	if !sameClock(t, utc) {
		return Moment{Fault: TimeJunk, Why: "never was in " + z.name + ", where the clocks were put forward over it; correct zone: in the mapping"}
	}
	_, offset := t.Zone()
	for _, near := range [...]time.Time{t.Add(-shift), t.Add(shift)} {
		_, other := near.Zone()
		twin := t.Add(time.Duration(offset-other) * time.Second)
		if other != offset && sameClock(twin, utc) {
			return Moment{Fault: TimeJunk, Why: "was twice in " + z.name + ", where the clocks were put back; export it with its offset"}
		}
	}
	return inRange(t.UnixMilli())
}

// sameClock reports whether two clocks show the same.
func sameClock(a, b time.Time) bool {
	return a.Day() == b.Day() && a.Hour() == b.Hour() && a.Minute() == b.Minute()
}

// readUnix reads a count of units since 1970.
func (f *TimeForm) readUnix(text string) Moment {
	whole, fraction, _ := strings.Cut(PlainDecimal(text), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || !IsDigits(fraction) {
		return Moment{Fault: TimeJunk}
	}
	perMilli := int64(time.Millisecond / f.unit)
	if perMilli > 0 {
		return inRange(n / perMilli)
	}
	const most = 1 << 40 // seconds; far beyond what is let through, and far from overflow
	if n > most || n < -most {
		return Moment{Fault: TimeOutside}
	}
	millis, _ := strconv.ParseInt((fraction + "000")[:3], 10, 64)
	return inRange(n*1000 + millis)
}

// readExcel reads days since 1899-12-30, which spreadsheets make of times
// whose column has no format.
func readExcel(text string) (t time.Time, ok bool) {
	const dayMillis = 24 * 60 * 60 * 1000
	days, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || days < 1 || days > 1_000_000 {
		return t, false
	}
	millis := int64(days*dayMillis + 0.5)
	t = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(millis/dayMillis) * 24 * time.Hour)
	return t.Add(time.Duration(millis%dayMillis) * time.Millisecond), true
}

// Problem words the fault of a time; what names where it stands.
func (s *Times) Problem(what, text string, m Moment) string {
	quoted := what + " " + strconv.Quote(Clip(text))
	switch {
	case m.Why != "":
		return quoted + " " + m.Why
	case m.Fault == TimeNoZone:
		return quoted + " has no time zone; add zone: to the mapping, with the zone of the log"
	case m.Fault == TimeOutside:
		return fmt.Sprintf("%s is %s, outside 2016 to 2036; correct the form of the time in the mapping, or the log", quoted, time.UnixMilli(m.MS).UTC().Format(time.RFC3339))
	case len(s.Forms) == 0:
		return quoted + " is no time in Unix seconds, Unix milliseconds or RFC 3339; add time: to the mapping, with its layout"
	}
	forms := make([]string, len(s.Forms))
	for i := range s.Forms {
		forms[i] = strconv.Quote(s.Forms[i].text)
	}
	return quoted + " is no time in the form " + strings.Join(forms, " or ") + "; correct it, or add its form to the mapping"
}

// Civil reads what clock and calendar show in the first of the forms that the text
// has, as if it were UTC: for days that are to be counted in a zone that is not
// known yet. days says that there is no clock.
func (s *Times) Civil(text string) (utc time.Time, days, ok bool) {
	for i := range s.Forms {
		f := &s.Forms[i]
		if t, ok := f.civil(text); ok && f.unit == 0 {
			return t, f.days || f.excel && t.Equal(t.Truncate(24*time.Hour)), true
		}
	}
	return time.Time{}, false, false
}
