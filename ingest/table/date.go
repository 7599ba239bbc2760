package table

import (
	"cmp"
	"fmt"
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

// Habits are how a file writes what one row alone may leave open: which comes first
// in its dates, day or month, and what parts its decimals, comma or dot. All rows are
// asked, and nothing is guessed where they do not tell, or contradict each other.
type Habits struct {
	dates, marks habit
	Unasked      string // why the rows could not be asked, "" if they were
}

// habit is a line that shows one way of writing, and one that shows the other; 0 if
// none does.
type habit [2]int64

// show notes a line, if none before has shown the same.
func (h *habit) show(way int, line int64) {
	h[way] = cmp.Or(h[way], line)
}

// way is which of them all rows have, from 1; 0 if they do not tell.
func (h *habit) way() int {
	switch {
	case h[0] != 0 && h[1] == 0:
		return 1
	case h[1] != 0 && h[0] == 0:
		return 2
	}
	return 0
}

// why says why all rows together do not decide; both is what two of them show.
func (h *Habits) why(of habit, both string) string {
	switch {
	case h.Unasked != "":
		return h.Unasked
	case of[0] != 0:
		return fmt.Sprintf(both, of[0], of[1])
	}
	return "no other row tells"
}

// Order is what comes first in all dates, 0 if it is not known.
func (h *Habits) Order() DateOrder { return DateOrder(h.dates.way()) }

// WhyNoOrder tells why it is not known.
func (h *Habits) WhyNoOrder() string {
	return h.why(h.dates, "row %d has the day first and row %d the month")
}

// Mark is what parts all decimals, 0 if it is not known.
func (h *Habits) Mark() byte { return [...]byte{0, ',', '.'}[h.marks.way()] }

// WhyNoMark tells why it is not known.
func (h *Habits) WhyNoMark() string {
	return h.why(h.marks, "row %d has decimals behind a comma and row %d behind a dot")
}

// LookAtDate notes the order of a date that can be one day only.
func (h *Habits) LookAtDate(text string, line int64) {
	d, ok := NumericDateOf(text)
	if !ok {
		return
	}
	_, isDayFirst := d.Day(DayFirst)
	_, isMonthFirst := d.Day(MonthFirst)
	switch {
	case isDayFirst && !isMonthFirst:
		h.dates.show(0, line)
	case isMonthFirst && !isDayFirst:
		h.dates.show(1, line)
	}
}

// LookAtNumber notes the decimals of a number that can be meant in one way only.
func (h *Habits) LookAtNumber(text string, line int64) {
	switch mark, _ := notation.MarkOf(text); mark {
	case ',':
		h.marks.show(0, line)
	case '.':
		h.marks.show(1, line)
	}
}
