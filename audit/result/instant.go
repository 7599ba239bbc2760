package result

import "time"

// Stamp writes an instant, Unix milliseconds, as reports do: RFC 3339 in UTC.
func Stamp(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.999Z07:00") }

// Instant writes an instant that may not be known: nil for 0.
func Instant(ms int64) *string {
	if ms == 0 {
		return nil
	}
	return new(Stamp(ms))
}

// Known returns a text that may not be known, "" for none.
func Known(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
