package dialect

import (
	"fmt"
	"time"

	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// ReadTime reads a point in time, Unix milliseconds: Unix seconds or
// milliseconds, as a number or a string, or RFC 3339.
func ReadTime(v jsontree.Value) (int64, notation.TimeFault) {
	s := Text(v)
	if s == "" {
		if v.Kind() > jsontree.Null && v.Kind() != jsontree.String {
			return 0, notation.TimeJunk
		}
		return 0, notation.TimeMissing
	}
	return notation.ReadTime(s)
}

// TimeProblem words the fault of a time that stands under key.
func TimeProblem(key string, v jsontree.Value, fault notation.TimeFault) string {
	switch fault {
	case notation.TimeMissing:
		return fmt.Sprintf("it has no %s; add it", key)
	case notation.TimeNoZone:
		return fmt.Sprintf("%s %q has no time zone; write it with its offset or a Z", key, notation.Clip(Text(v)))
	case notation.TimeOutside:
		ms, _ := ReadTime(v)
		at := time.UnixMilli(ms).UTC().Format(time.RFC3339)
		return fmt.Sprintf("%s %q is %s, outside 2016 to 2036; correct it in the log", key, notation.Clip(Text(v)), at)
	}
	return fmt.Sprintf("%s %s is no time; write Unix seconds, Unix milliseconds or RFC 3339", key, notation.Clip(string(v.Raw())))
}

// IsTimeKey knows the names under which loggers write when they wrote.
func IsTimeKey(key string) bool {
	switch key {
	case "timestamp", "time", "ts", "date", "datetime", "sent_at", "sentAt", "created_at", "createdAt",
		"requested_at", "requestedAt", "started_at", "startedAt", "received_at", "receivedAt", "@timestamp",
		"logged_at", "loggedAt", "publish_time", "publishTime", "timeEpoch", "Timestamp":
		return true
	}
	return false
}

// IsTime reports whether v is a point in time.
func IsTime(v jsontree.Value) bool {
	_, fault := ReadTime(v)
	return fault == notation.TimeGood
}
