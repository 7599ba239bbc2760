package table

import (
	"fmt"

	"waudit/ingest/notation"
)

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
	if h[way] == 0 {
		h[way] = line
	}
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
