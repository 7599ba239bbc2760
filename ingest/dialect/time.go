package dialect

import (
	"fmt"
	"time"

	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// timeFault says why a value is no usable time.
type timeFault = notation.TimeFault

const (
	timeGood    = notation.TimeGood
	timeMissing = notation.TimeMissing
	timeJunk    = notation.TimeJunk
	timeNoZone  = notation.TimeNoZone
	timeOutside = notation.TimeOutside
)

// readTime reads a point in time, Unix milliseconds: Unix seconds or
// milliseconds, as a number or a string, or RFC 3339.
func readTime(v jsontree.Value) (int64, timeFault) {
	s := text(v)
	if s == "" {
		if v.Kind() > jsontree.Null && v.Kind() != jsontree.String {
			return 0, timeJunk
		}
		return 0, timeMissing
	}
	return readTimeText(s)
}

// readTimeText is readTime for a text that is not empty.
func readTimeText(s string) (int64, timeFault) { return notation.ReadTime(s) }

// timeProblem words the fault of a time that stands under key.
func timeProblem(key string, v jsontree.Value, fault timeFault) string {
	switch fault {
	case timeMissing:
		return fmt.Sprintf("it has no %s; add it", key)
	case timeNoZone:
		return fmt.Sprintf("%s %q has no time zone; write it with its offset or a Z", key, clip(text(v)))
	case timeOutside:
		ms, _ := readTime(v)
		at := time.UnixMilli(ms).UTC().Format(time.RFC3339)
		return fmt.Sprintf("%s %q is %s, outside 2016 to 2036; correct it in the log", key, clip(text(v)), at)
	}
	return fmt.Sprintf("%s %s is no time; write Unix seconds, Unix milliseconds or RFC 3339", key, clip(string(v.Raw())))
}
