package textlog

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// instant is a time that stands without quotes, as Node.js and Ruby show it.
var instant = regexp.MustCompile(`^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| UTC| ?[+-]\d\d:?\d\d)`)

const longestInstant = 48 // bytes

// moment reads a time of Python's, from the round bracket on, as RFC 3339: with the zone
// if it has one. Of a zone that is known by name only, the text stays as it is, which is
// no time to anybody.
func (p *literal) moment(class string) []byte {
	size, how := span(p.text[p.at:])
	if how != spanWhole {
		p.at += size
		return p.fail()
	}
	text := p.text[p.at+1 : p.at+size-1]
	p.at += size
	var n [7]int // year to microseconds
	zone, parts := "", 0
	for i, part := range strings.SplitN(string(text), ",", len(n)+1) {
		part = strings.TrimSpace(part)
		if strings.HasPrefix(part, "tzinfo=") {
			_, zone, _ = strings.Cut(string(text), "tzinfo=")
			break
		}
		var err error
		if n[min(i, len(n)-1)], err = strconv.Atoi(part); err != nil {
			return p.fail()
		}
		parts++
	}
	const date = 3 // year, month, day
	if parts < date {
		return p.fail()
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], n[6]*int(time.Microsecond), time.UTC)
	layout := "2006-01-02T15:04:05.999999"
	if class == "date" {
		layout = time.DateOnly
	}
	shift, ok := shiftOf(zone)
	switch {
	case zone == "":
		return appendJSONString(nil, []byte(t.Format(layout)))
	case !ok:
		return appendJSONString(nil, bytes.Clone(valid(text)))
	}
	return appendJSONString(nil, []byte(t.Add(-shift).Format(layout+"Z")))
}

// shiftOf is how far a zone of Python's is from UTC, if it says so.
func shiftOf(zone string) (shift time.Duration, ok bool) {
	if strings.HasSuffix(strings.ToLower(strings.Trim(zone, "()<>'")), "utc") {
		return 0, true
	}
	var days, seconds int
	inner, ok := strings.CutPrefix(zone, "datetime.timezone(datetime.timedelta(")
	if !ok {
		return 0, false
	}
	for _, layout := range [...]string{"days=%d, seconds=%d)", "seconds=%d)"} {
		into := []any{&days, &seconds}
		if _, err := fmt.Sscanf(inner, layout, into[2-strings.Count(layout, "%"):]...); err == nil {
			return time.Duration(days)*24*time.Hour + time.Duration(seconds)*time.Second, true
		}
	}
	return 0, false
}
