package dialect

import (
	"slices"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// Text is a string, or a number as it is written: logs turn ids into numbers
// and numbers into strings. It is "" for everything else.
func Text(v jsontree.Value) string {
	switch v.Kind() {
	case jsontree.String:
		return v.Str()
	case jsontree.Number:
		return v.Num()
	}
	return ""
}

// Flag reads a boolean, also one that became a string. What is neither, as the
// documents' "IS_BILLABLE", is absent and reported as an unknown value.
func (it *Items) Flag(what string, v jsontree.Value) event.Flag {
	if v.Kind() == jsontree.Bool {
		return event.FlagOf(v.Bool())
	}
	return it.FlagText(what, Text(v))
}

// FlagText is flag for what is no boolean. Databases write 1 and t for true.
func (it *Items) FlagText(what, s string) event.Flag {
	switch {
	case strings.EqualFold(s, "true"), s == "1", s == "t":
		return event.True
	case strings.EqualFold(s, "false"), s == "0", s == "f":
		return event.False
	}
	it.ReportUnknown(what, s)
	return event.Absent
}

// FirstOf returns the first of the values that says anything: that is there,
// and neither null nor "".
func FirstOf(values ...jsontree.Value) jsontree.Value {
	for _, v := range values {
		if HasContent(v) {
			return v
		}
	}
	return jsontree.Value{}
}

// AnyElement reports whether v is a list with an element that is so.
func AnyElement(list jsontree.Value, is func(jsontree.Value) bool) bool {
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

// MayBeJSON looks at how the string begins.
func MayBeJSON(v jsontree.Value) bool {
	if v.Tag() != 0 {
		return true // it begins with a brace
	}
	raw := v.Raw()
	return len(raw) >= len(`"{}"`) && strings.IndexByte(`{[ \`, raw[1]) >= 0
}

// HasKeys reports whether an object has all the keys.
func HasKeys(object jsontree.Value, keys ...string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return !object.Get(key).OK() })
}

// HasAny reports whether an object has one of the keys.
func HasAny(object jsontree.Value, keys ...string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return object.Get(key).OK() })
}
