package table

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"waudit/audit/rate"
	"waudit/ingest/notation"
)

// DateOrder says what comes first in dates such as 03/04/2026.
type DateOrder uint8

// The orders; the zero one is not known.
const (
	DayFirst DateOrder = 1 + iota
	MonthFirst
)

// NumericDate is a date of three numbers with the year last, whatever is behind.
type NumericDate [3]string

var numericDate = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:$|[^\d])`)

// NumericDateOf reads a date of three numbers.
func NumericDateOf(text string) (d NumericDate, ok bool) {
	if len(text) < len("1/1/2026") || text[0]-'0' > 9 || notation.IsDigits(text[:4]) {
		return d, false // most dates begin with the year
	}
	m := numericDate.FindStringSubmatch(text)
	if m == nil {
		return d, false
	}
	return NumericDate(m[1:]), true
}

// Day is the day of the date in an order; ok is false if there is none.
func (d NumericDate) Day(order DateOrder) (day rate.Day, ok bool) {
	layout := "2/1/2006"
	if order == MonthFirst {
		layout = "1/2/2006"
	}
	t, err := time.Parse(layout, d[0]+"/"+d[1]+"/"+d[2])
	return rate.DayOf(t.Date()), err == nil
}

// What people write in dates beside a number and three letters of a month:
// "October", "Sept.", "1st".
var (
	monthName = regexp.MustCompile(`(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`)
	dayNumber = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)\b`)
)

// DateOf reads a date that has one meaning: with the year first, or the month in
// words. It is the zero time for what is none.
func DateOf(text string) time.Time {
	if !notation.IsDigits(text[:min(4, len(text))]) {
		text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }), " ")
		text = dayNumber.ReplaceAllString(monthName.ReplaceAllString(text, "$1"), "$1")
	}
	for _, layout := range [...]string{"2006-1-2", "2006/1/2", "2006.1.2", "20060102", "2006-Jan-02", "2 Jan 2006", "2-Jan-2006", "Jan 2 2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}
