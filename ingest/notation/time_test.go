package notation

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestParseUTC: the short way gives what the time package gives, or nothing.
func TestParseUTC(t *testing.T) {
	for at := time.Date(2015, 12, 30, 23, 59, 58, 0, time.UTC); at.Year() < 2038; at = at.Add(24*time.Hour + 61*time.Second) {
		if ms, ok := parseUTC(at.Format(time.RFC3339)); !ok || ms != at.UnixMilli() {
			t.Fatalf("%v is %d, %v, want %d", at, ms, ok, at.UnixMilli())
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{4}-[0-9]{2}-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z`).Draw(t, "text")
		want, err := time.Parse(time.RFC3339, text)
		if ms, ok := parseUTC(text); ok && (err != nil || ms != want.UnixMilli()) {
			t.Fatalf("%s is %d, want %v, %v", text, ms, want, err)
		}
	})
}
