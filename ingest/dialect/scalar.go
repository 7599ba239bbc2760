package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// text is a string, or a number as it is written: logs turn ids into numbers
// and numbers into strings. It is "" for everything else.
func text(v jsontree.Value) string {
	switch v.Kind() {
	case jsontree.String:
		return v.Str()
	case jsontree.Number:
		return v.Num()
	}
	return ""
}

// flag reads a boolean, also one that became a string. What is neither, as the
// documents' "IS_BILLABLE", is absent and reported as an unknown value.
func (it *Items) flag(what string, v jsontree.Value) event.Flag {
	if v.Kind() == jsontree.Bool {
		return event.FlagOf(v.Bool())
	}
	return it.flagText(what, text(v))
}

// flagText is flag for what is no boolean. Databases write 1 and t for true.
func (it *Items) flagText(what, s string) event.Flag {
	switch {
	case strings.EqualFold(s, "true"), s == "1", s == "t":
		return event.True
	case strings.EqualFold(s, "false"), s == "0", s == "f":
		return event.False
	}
	it.unknown(what, s)
	return event.Absent
}

// firstOf returns the first of the values that says anything: that is there,
// and neither null nor "".
func firstOf(values ...jsontree.Value) jsontree.Value {
	for _, v := range values {
		if hasContent(v) {
			return v
		}
	}
	return jsontree.Value{}
}

// anyElement reports whether v is a list with an element that is so.
func anyElement(list jsontree.Value, is func(jsontree.Value) bool) bool {
	if list.Kind() != jsontree.Array {
		return false
	}
	for e := list.First(); e.OK(); e = e.Next() {
		if is(e) {
			return true
		}
	}
	return false
}

// mayBeJSON looks at how the string begins.
func mayBeJSON(v jsontree.Value) bool {
	if v.Tag() != 0 {
		return true // it begins with a brace
	}
	raw := v.Raw()
	return len(raw) >= len(`"{}"`) && strings.IndexByte(`{[ \`, raw[1]) >= 0
}

// hasKeys reports whether an object has all the keys.
func hasKeys(object jsontree.Value, keys ...string) bool {
	for _, key := range keys {
		if !object.Get(key).OK() {
			return false
		}
	}
	return true
}
