package report

import (
	"regexp"
	"time"

	"waudit/audit/result"
	"waudit/report/page"
)

// instantLayout is how reports for people write an instant, before its zone.
const instantLayout = "2006-01-02 15:04:05"

// ZoneAccount shows times in the zone of the account that they are of. It is the
// default; "utc", "local", which is the machine's, and any name of the tz database
// are the other values of Options.Zone.
const ZoneAccount = "account"

// FindZone returns the zone of that name, nil for ZoneAccount and for none.
func FindZone(name string) (*time.Location, error) {
	switch name {
	case "", ZoneAccount:
		return nil, nil
	case "utc":
		return time.UTC, nil
	case "local":
		return time.Local, nil
	}
	return time.LoadLocation(name)
}

// reportClock writes instants for people. What a report says in JSON is always UTC.
type reportClock struct {
	fixed *time.Location            // of all; nil: of each account
	zones map[string]*time.Location // by account
	whole *time.Location            // of what is of no account
}

// utc is the clock of what is of no run.
var utc = &reportClock{}

// newReportClock returns the clock of a run. Times of accounts without a zone, and those
// of no account where accounts have different ones, are in UTC.
func newReportClock(o Options, accounts []result.AccountLabel) *reportClock {
	c := &reportClock{zones: map[string]*time.Location{}}
	if zone, err := FindZone(o.Zone); err == nil {
		c.fixed = zone
	}
	for _, a := range accounts {
		if zone, err := time.LoadLocation(a.Timezone); err == nil && a.Timezone != "" {
			c.zones[a.WABA] = zone
		}
	}
	for i, a := range accounts {
		zone := c.of(a.WABA)
		if i > 0 && zone.String() != c.whole.String() {
			zone = time.UTC
		}
		if c.whole = zone; zone == time.UTC {
			break
		}
	}
	return c
}

// of returns the zone of an account; of none, that of the report.
func (c *reportClock) of(waba string) *time.Location {
	switch {
	case c.fixed != nil:
		return c.fixed
	case waba == "" && c.whole != nil:
		return c.whole
	case c.zones[waba] != nil:
		return c.zones[waba]
	}
	return time.UTC
}

// instant writes an RFC 3339 instant with its offset; any other text, a day for
// example, as it is.
func (c *reportClock) instant(waba, s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return page.Clean(s)
	}
	t = t.In(c.of(waba))
	return phrase(t.Format(instantLayout) + " " + offset(t))
}

// offset names the zone of an instant: "UTC", "+05:30".
func offset(t time.Time) string {
	if _, seconds := t.Zone(); seconds == 0 {
		return "UTC"
	}
	return t.Format("-07:00")
}

// interval writes two instants, and of the second only what differs:
// "2025-08-04 02:00:00 → 08-05 02:00:00 UTC".
func (c *reportClock) interval(waba, from, to string) string {
	a, errA := time.Parse(time.RFC3339, from)
	b, errB := time.Parse(time.RFC3339, to)
	if errA != nil || errB != nil {
		return c.instant(waba, orUnknown(from)) + " → " + c.instant(waba, orUnknown(to))
	}
	a, b = a.In(c.of(waba)), b.In(c.of(waba))
	begin, end := a.Format(instantLayout), b.Format(instantLayout)
	if offset(a) != offset(b) {
		return phrase(begin + " " + offset(a) + " → " + end + " " + offset(b))
	}
	switch {
	case begin[:len(time.DateOnly)] == end[:len(time.DateOnly)]:
		end = b.Format(time.TimeOnly)
	case a.Year() == b.Year():
		end = b.Format("01-02 15:04:05")
	}
	return phrase(begin + " → " + end + " " + offset(b))
}

// between writes a stretch of time of which each end may be open, neither if
// both are.
func (c *reportClock) between(from, to *string, neither string) string {
	switch {
	case from != nil && to != nil:
		return c.instant("", *from) + " to " + c.instant("", *to)
	case from != nil:
		return "from " + c.instant("", *from)
	case to != nil:
		return "until " + c.instant("", *to)
	}
	return neither
}

// inText is an instant as explanations write it, in UTC.
var inText = regexp.MustCompile(`\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?Z`)

// text turns the instants in an explanation into those of the account's zone.
func (c *reportClock) text(waba, s string) string {
	zone := c.of(waba)
	if zone == time.UTC {
		return s
	}
	return inText.ReplaceAllStringFunc(s, func(match string) string {
		t, err := time.Parse("2006-01-02 15:04:05.999Z", match)
		if err != nil {
			return match
		}
		t = t.In(zone)
		return t.Format("2006-01-02 15:04:05.999") + offset(t)
	})
}
