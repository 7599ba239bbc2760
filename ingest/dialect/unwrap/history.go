package unwrap

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

// A row may have the history of its message in one cell: a list of statuses with their
// times, an object of times by status, or a text of both. Each becomes a column of its
// own, delivered_at, as other tables have it.

// isHistoryKey reports whether a column of that name may hold a history.
func isHistoryKey(key string) bool {
	const shortest, longest = len("history"), len("delivery_status_history")
	if len(key) < shortest || len(key) > longest || strings.IndexByte("hsdtm", key[0]|0x20) < 0 || strings.IndexByte("ysge", key[len(key)-1]|0x20) < 0 {
		return false // nearly all keys
	}
	switch strings.ToLower(key) {
	case "status_history", "statushistory", "history", "statuses", "status_log", "status_updates", "status_events", "delivery_history", "delivery_status_history", "message_status_history", "delivery_events", "timeline":
		return true
	}
	return false
}

// historyColumn is the column for the time of a status, "" if it says nothing of the
// message's way.
func historyColumn(status string) string {
	columns := [event.NumKinds]string{event.Sent: "sent_at", event.Delivered: "delivered_at", event.Read: "read_at", event.Failed: "failed_at"}
	return columns[dialect.StatusKind(event.Word(status))]
}

// appendHistory writes an object with a column for each status of the history in it;
// nil if there is none, or not all of it is understood.
func appendHistory(v jsontree.Value) []byte {
	for m := v.First(); m.OK(); m = m.Next() {
		if !isHistoryKey(m.Key()) {
			continue
		}
		steps, ok := historyOf(m)
		if !ok {
			return nil
		}
		dst := []byte{'{'}
		for o := v.First(); o.OK(); o = o.Next() {
			if o.Key() != m.Key() {
				dst = append(append(append(appendText(dst, o.Key()), ':'), o.Raw()...), ',')
			}
		}
		for i, s := range steps {
			known := func(o pastStatus) bool { return o.column == s.column }
			if s.column != "" && !slices.ContainsFunc(steps[:i], known) && !v.Get(s.column).OK() {
				dst = append(append(append(appendText(dst, s.column), ':'), s.time...), ',')
			}
		}
		if len(dst) == 1 {
			return nil
		}
		return append(dst[:len(dst)-1], '}')
	}
	return nil
}

// pastStatus is one status of a history.
type pastStatus struct {
	column string // "": none that is of use
	time   []byte // JSON
}

func historyOf(v jsontree.Value) (steps []pastStatus, ok bool) {
	raw := v.Raw()
	if v.Kind() == jsontree.String {
		raw = v.AppendStr(nil)
	}
	var list []map[string]json.RawMessage
	var times map[string]json.RawMessage
	switch {
	case json.Unmarshal(raw, &list) == nil:
		for _, of := range list {
			s, ok := stepOf(of)
			if !ok {
				return nil, false
			}
			steps = append(steps, s)
		}
	case json.Unmarshal(raw, &times) == nil:
		for _, status := range [...]string{"sent", "delivered", "read", "failed"} {
			if at, ok := times[status]; ok && at[0] != '{' && at[0] != '[' && string(at) != "null" {
				steps = append(steps, pastStatus{historyColumn(status), at})
			}
		}
	case v.Kind() == jsontree.String:
		return writtenSteps(string(raw))
	}
	return steps, len(steps) > 0
}

// stepOf reads an element of a list. Whole statuses, with ids, are none: they are
// records.
func stepOf(of map[string]json.RawMessage) (s pastStatus, ok bool) {
	for _, key := range [...]string{"id", "recipient_id", "pricing", "message_id"} {
		if of[key] != nil {
			return pastStatus{}, false
		}
	}
	var status string
	for _, key := range [...]string{"status", "state", "event", "name", "type"} {
		if status == "" && of[key] != nil && json.Unmarshal(of[key], &status) != nil {
			return pastStatus{}, false
		}
	}
	for _, key := range [...]string{"timestamp", "at", "time", "occurred_at", "date", "datetime", "ts", "created_at"} {
		if at := of[key]; s.time == nil && at != nil && string(at) != "null" {
			s.time = at
		}
	}
	s.column = historyColumn(status)
	return s, status != "" && (s.column == "" || s.time != nil)
}

var writtenStep = regexp.MustCompile(`^\s*([A-Za-z]+)\s*(?:@|:|=|->|\bat\b)?\s*(\d[^,;|\n]*)$`)

// writtenSteps reads "sent: 2026-10-02T10:00:00Z, delivered: 2026-10-02T10:00:05Z".
func writtenSteps(text string) (steps []pastStatus, ok bool) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",;|\n", r) }) {
		m := writtenStep.FindStringSubmatch(part)
		if m == nil {
			return nil, false
		}
		steps = append(steps, pastStatus{historyColumn(m[1]), appendText(nil, strings.TrimSpace(m[2]))})
	}
	return steps, len(steps) > 0
}
