package notation

import (
	"strings"
	"time"

	"waudit/audit/event"
)

// TimeFault says why a value is no usable time.
type TimeFault uint8

// What may be wrong with a time.
const (
	TimeGood TimeFault = iota
	TimeMissing
	TimeJunk
	TimeNoZone
	TimeOutside
)

// ReadTime reads a point in time, Unix milliseconds: Unix seconds,
// milliseconds, micro- or nanoseconds, or RFC 3339. The text is not empty.
func ReadTime(s string) (int64, TimeFault) {
	ms, fault := parseUnix(s)
	if fault == TimeJunk {
		ms, fault = parseDate(strings.TrimSpace(s))
	}
	if fault == TimeGood && (ms < event.MinTime || ms >= event.MaxTime) {
		return ms, TimeOutside
	}
	return ms, fault
}

// parseUnix reads seconds, milliseconds or what warehouses make of them, micro-
// and nanoseconds. They are told apart by their size: a hundred billion seconds
// are the year 5138, as many milliseconds March 1973, and a thousandfold of what
// lies in the range of events lies far outside.
func parseUnix(s string) (int64, TimeFault) {
	const fewestMillis, fewestMicros, fewestNanos = 100_000_000_000, 100_000_000_000_000, 100_000_000_000_000_000
	whole, fraction, _ := strings.Cut(s, ".")
	if whole == "" || len(whole) > 19 {
		return 0, TimeJunk
	}
	var n uint64
	for i := range len(whole) {
		c := whole[i] - '0'
		if c > 9 {
			return 0, TimeJunk
		}
		n = n*10 + uint64(c)
	}
	scale := uint64(0)
	switch {
	case n < fewestMillis:
		n, scale = n*1000, 100
	case n >= fewestNanos:
		n /= 1_000_000
	case n >= fewestMicros:
		n /= 1000
	}
	for i := range len(fraction) {
		c := fraction[i] - '0'
		if c > 9 {
			return 0, TimeJunk
		}
		n += uint64(c) * scale
		scale /= 10
	}
	return int64(n), TimeGood
}

// parseDate reads RFC 3339, and else what databases and programs write of a
// time: see zonedLayouts.
func parseDate(s string) (int64, TimeFault) {
	if ms, ok := parseUTC(s); ok {
		return ms, TimeGood
	}
	if len(s) < len("20060102T150405Z") {
		return 0, TimeJunk
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UnixMilli(), TimeGood
	}
	s = plainZone(s)
	for _, layout := range zonedLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UnixMilli(), TimeGood
		}
	}
	if localLayout(s) != "" {
		return 0, TimeNoZone
	}
	return 0, TimeJunk
}

// zonedLayouts are how times are written with their offset. Go reads fractions
// of a second behind all of them. Those in which day and month, or half a day,
// can be confused are left to mappings.
var zonedLayouts = [...]string{
	"2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", // BigQuery, Java, Snowflake
	"2006-01-02 15:04:05Z07", "2006-01-02T15:04:05Z07", // PostgreSQL
	"2006-01-02T15:04Z07:00", "20060102T150405Z0700", // ISO 8601
	"Mon, 02 Jan 2006 15:04:05Z0700",    // RFC 1123
	"Mon Jan 02 2006 15:04:05 GMT-0700", // JavaScript
}

// localLayouts are how times are written without a zone.
var localLayouts = [...]string{time.DateTime, "2006-01-02T15:04:05", "Jan 2, 2006 @ 15:04:05"}

// localLayout is the layout of a time that has no zone, "" if the text is none.
func localLayout(s string) string {
	for _, layout := range localLayouts {
		if _, err := time.Parse(layout, s); err == nil {
			return layout
		}
	}
	return ""
}

// plainZone takes away what programs write beside an offset, as the zone's name,
// and the blanks before it.
func plainZone(s string) string {
	if offset, _, ok := strings.Cut(s, " ("); ok { // GMT+0000 (Coordinated Universal Time)
		return offset
	}
	blank := strings.LastIndexByte(s, ' ')
	if blank < 0 || strings.IndexByte(s[:blank], ':') < 0 {
		return s
	}
	switch instant, zone := strings.TrimRight(s[:blank], " "), s[blank+1:]; {
	case zone != "UTC" && zone != "GMT":
		if zone == "" || strings.IndexByte("Z+-", zone[0]) < 0 {
			return s
		}
		return instant + zone
	case len(instant) > len("+0000") && (instant[len(instant)-5] == '+' || instant[len(instant)-5] == '-') && instant[len(instant)-6] == ' ':
		return instant[:len(instant)-6] + instant[len(instant)-5:] // 10:00:00 +0000 UTC
	}
	return strings.TrimRight(s[:blank], " ") + "Z"
}

// parseUTC reads 2026-10-01T10:00:00Z, which nearly all dates are written as, at
// a fifth of what the time package takes for it. All else it leaves to that.
func parseUTC(s string) (ms int64, ok bool) {
	const form = "2026-10-01T10:00:00Z"
	if len(s) != len(form) {
		return 0, false
	}
	if s[4] != form[4] || s[7] != form[7] || s[10] != form[10] || s[13] != form[13] || s[16] != form[16] || s[19] != form[19] {
		return 0, false
	}
	year, month, day := digits(s[0], s[1])*100+digits(s[2], s[3]), digits(s[5], s[6]), digits(s[8], s[9])
	hour, minute, second := digits(s[11], s[12]), digits(s[14], s[15]), digits(s[17], s[18])
	if min(year-1, month-1, day-1, hour, minute, second) < 0 || month > 12 || hour > 23 || minute > 59 || second > 59 ||
		day > 28 && day > daysIn(year, month) {
		return 0, false
	}
	// Days since 1970 by counting from a March, so that leap days come last.
	if month -= 2; month <= 0 {
		month += 12
		year--
	}
	days := year/4 - year/100 + year/400 + 367*month/12 + day + year*365 - 719499
	return int64(((days*24+hour)*60+minute)*60+second) * 1000, true
}

// digits reads a number of two digits. It is far below 0 if they are none, so that
// what is made of it is as well.
func digits(tens, ones byte) int {
	tens, ones = tens-'0', ones-'0'
	if tens > 9 || ones > 9 {
		return -1 << 20
	}
	return 10*int(tens) + int(ones)
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
