package ingest

import (
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

// isLogLine reports whether a record is a line of a program's log, as loggers, collectors
// and log platforms write it, in which no message and no customer is named: in logs of JSON, and in
// tables of them, most are of something else than webhooks. What names one may be a record
// in a form that is not known.
func isLogLine(v jsontree.Value) bool {
	var text, time, ofLog, more bool
	for m := v.First(); m.OK(); m = m.Next() {
		key := m.Key()
		switch notation.Fold(strings.Trim(key, "@_")) {
		case "message", "msg", "log", "line", "textpayload", "shortmessage", "raw":
			text = text || m.Kind() == jsontree.String
		case "level", "loglevel", "log.level", "levelname", "lvl", "l", "severity", "severitylevel", "severitytext", "priority", "mt",
			"logger", "loggername", "caller", "sourcecontext", "logname", "logstream", "logstreamname", "stream", "sourcetype", "host", "hostname":
			ofLog = true
		case "t", "timegenerated [utc]":
			time = true
		default:
			isTime := dialect.IsTimeKey(strings.ToLower(key))
			time, more = time || isTime, more || !isTime
		}
	}
	return (ofLog && (text || time) || text && time && !more) && !namesPair(v)
}

// namesPair reports whether a key in v, however deep, may name a message or a customer, or a
// text under any key but a time's looks like the phone of one.
func namesPair(v jsontree.Value) bool {
	if v.Kind() != jsontree.Object && v.Kind() != jsontree.Array {
		return false
	}
	for m := v.First(); m.OK(); m = m.Next() {
		if v.Kind() == jsontree.Object && table.NamesPair(m.Key()) || namesPair(m) {
			return true
		}
		if key := strings.ToLower(m.Key()); m.Kind() == jsontree.String && isPhone(m.Str()) && !dialect.IsTimeKey(key) && !strings.Contains(key, "time") {
			return true
		}
	}
	return false
}

// isPhone reports whether a text has as many digits as a phone with its country, and is
// nothing else, but for the name of a server behind it: "15550177001@c.us".
func isPhone(text string) bool {
	const shortest, longest = 10, 15
	phone, _, _ := strings.Cut(text, "@")
	n := len(dialect.PhoneDigits(phone))
	return shortest <= n && n <= longest
}
