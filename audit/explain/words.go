package explain

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"waudit/audit/check"
	"waudit/audit/money"
)

// clock writes instants for a person, in the zone of an account.
type clock struct{ zone *time.Location }

func (c clock) in(ms int64) time.Time { return time.UnixMilli(ms).In(c.zone) }

// day writes "5 August 2025".
func (c clock) day(ms int64) string { return c.in(ms).Format("2 January 2006") }

// at writes "14:05 on 5 August 2025", and says so where that is UTC.
func (c clock) at(ms int64) string {
	if c.zone == time.UTC {
		return c.in(ms).Format("15:04 UTC on 2 January 2006")
	}
	return c.in(ms).Format("15:04 on 2 January 2006")
}

// written are the instants and the days in explanations of findings.
var written = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ`)

// local writes the instants of a text in the zone of the account.
func (c clock) local(text string) string {
	return written.ReplaceAllStringFunc(text, func(s string) string {
		t, err := time.Parse("2006-01-02 15:04:05Z", s)
		if err != nil {
			return s
		}
		return c.at(t.UnixMilli())
	})
}

// lasting writes a length of time, in milliseconds: "45 seconds", "3 minutes",
// "25 h 10 min", "3 days 4 h".
func lasting(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	hours, minutes := int64(d/time.Hour), int64(d%time.Hour/time.Minute)
	switch {
	case d < time.Minute:
		return check.Counted(int64(d/time.Second), "second")
	case d < time.Hour:
		return check.Counted(minutes, "minute")
	case d < 72*time.Hour && minutes == 0:
		return check.Counted(hours, "hour")
	case d < 72*time.Hour:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	case hours%24 == 0:
		return check.Counted(hours/24, "day")
	}
	return fmt.Sprintf("%d days %d h", hours/24, hours%24)
}

// grouped writes a large number: "100,000".
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// inWords writes a small number at the beginning of a sentence.
func inWords(n int) string {
	if words := [...]string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"}; n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// sum writes an amount of money.
func sum(currency string, a money.Amount) string {
	return strings.TrimLeft(currency+" "+a.String(), " ")
}

// sentence begins with a capital and ends with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// spaced writes a category as words.
func spaced(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "_initiated", "-initiated"), "_", " ")
}
