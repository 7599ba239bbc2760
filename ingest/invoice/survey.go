package invoice

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"waudit/ingest/notation"
)

// dateOrder says what comes first in dates such as 03/04/2026.
type dateOrder uint8

const (
	orderUnknown dateOrder = iota
	dayFirst
	monthFirst
)

// habits are how a file writes what one row alone may leave open: which comes first
// in its dates, day or month, and what parts its decimals. All rows are asked, and
// nothing is guessed where they do not tell, or contradict each other.
type habits struct {
	day, month int64 // a line that shows that the day comes first, or the month; 0: none does
	comma, dot int64 // a line that has decimals behind a comma, or a dot
	why        string
}

func (h *habits) order() dateOrder {
	switch {
	case h.day != 0 && h.month == 0:
		return dayFirst
	case h.month != 0 && h.day == 0:
		return monthFirst
	}
	return orderUnknown
}

// mark is what parts decimals, 0 if it is not known.
func (h *habits) mark() byte {
	switch {
	case h.comma != 0 && h.dot == 0:
		return ','
	case h.dot != 0 && h.comma == 0:
		return '.'
	}
	return 0
}

// whyNoOrder and whyNoMark tell why all rows together do not decide.
func (h *habits) whyNoOrder() string {
	switch {
	case h.why != "":
		return h.why
	case h.day != 0:
		return fmt.Sprintf("row %d has the day first and row %d the month", h.day, h.month)
	}
	return "no other row tells"
}

func (h *habits) whyNoMark() string {
	switch {
	case h.why != "":
		return h.why
	case h.comma != 0:
		return fmt.Sprintf("row %d has decimals behind a comma and row %d behind a dot", h.comma, h.dot)
	}
	return "no other row tells"
}

// look notes what a row shows.
func (h *habits) look(l *layout, cells []cell, line int64) {
	for _, f := range [...]field{at, from, until, period} {
		for _, i := range l.sources[f].at {
			h.lookAtDate(cells[i].text, line)
		}
	}
	for _, f := range [...]field{amount, unitPrice, price, tax, quantity, before, after} {
		for _, i := range l.sources[f].at {
			if c := &cells[i]; !c.number {
				h.lookAtNumber(c.text, line)
			}
		}
	}
}

// numericDate is a date of three numbers with the year last.
var numericDate = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:$|[^\d])`)

func (h *habits) lookAtDate(text string, line int64) {
	if len(text) < len("1/1/2026") || text[0]-'0' > 9 || notation.IsDigits(text[:4]) {
		return // most dates begin with the year
	}
	m := numericDate.FindStringSubmatch(text)
	if m == nil {
		return
	}
	a, b := atoi(m[1]), atoi(m[2])
	switch {
	case a > 12 && b <= 12 && h.day == 0:
		h.day = line
	case b > 12 && a <= 12 && h.month == 0:
		h.month = line
	}
}

// lookAtNumber notes the decimals of a number that can be meant in one way only.
func (h *habits) lookAtNumber(text string, line int64) {
	digits := strings.TrimFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	last := strings.LastIndexAny(digits, ".,")
	if last < 0 {
		return
	}
	mark, other := digits[last], '.'+','-digits[last]
	decimal := strings.IndexByte(digits, other) >= 0 // the last of two kinds
	switch n := strings.Count(digits, string(mark)); {
	case n > 1 && decimal:
		return
	case n > 1: // 1.234.567
		mark = other
	case !decimal && mayBeThousands(digits, last):
		return
	}
	switch {
	case mark == ',' && h.comma == 0:
		h.comma = line
	case mark == '.' && h.dot == 0:
		h.dot = line
	}
}

// mayBeThousands reports whether the only separator of a number, at i, may part
// thousands.
func mayBeThousands(s string, i int) bool {
	return 1 <= i && i <= 3 && s[0] != '0' && len(s)-i-1 == 3
}

// atoi reads a number of few digits, which text is.
func atoi(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}
