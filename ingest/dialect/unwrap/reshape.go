package unwrap

import (
	"bytes"
	"encoding/json"
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

// reshaped is the record that v stands for in another shape, nil if in none:
// with a type beside each value, as DynamoDB, Firestore and Protobuf export; with keys in
// the manner of C#, or of others; as the columns of a table that are the paths into a record; with
// a list around each value, as forms are parsed; or with its history in one column.
func reshaped(v jsontree.Value) []byte {
	switch {
	case isTyped(v):
		return appendUntyped(nil, v)
	case typeOf(v) == "M":
		return appendUntypedValue(nil, v)
	case isRenamed(v):
		return appendSnake(nil, v)
	case isForm(v):
		return appendFirsts(nil, v)
	}
	return appendHistory(v)
}

// isTyped reports whether every member of an object is a value with its type.
func isTyped(v jsontree.Value) bool {
	first := v.First()
	for m := first; m.OK(); m = m.Next() {
		if typeOf(m) == "" {
			return false
		}
	}
	return first.OK()
}

// typeOf is the type of a value that is written with it, "" if it is not.
func typeOf(v jsontree.Value) string {
	if v.Kind() != jsontree.Object || v.Tag() != 0 || v.First().Next().OK() { // a record that is found has more members
		return ""
	}
	switch t := v.First().Key(); t {
	case "S", "N", "BOOL", "NULL", "M", "L", "B", "SS", "NS", "BS",
		"stringValue", "integerValue", "doubleValue", "booleanValue", "timestampValue", "nullValue", "mapValue", "arrayValue", "referenceValue",
		"numberValue", "boolValue", "structValue", "listValue":
		return t
	}
	return ""
}

// appendUntyped writes an object of values with types without these.
func appendUntyped(dst []byte, v jsontree.Value) []byte {
	return appendMembers(dst, v, strings.Clone, appendUntypedValue)
}

// appendUntypedValue writes a value without its type, if it has one.
func appendUntypedValue(dst []byte, v jsontree.Value) []byte {
	typed := v.First()
	switch typeOf(v) {
	case "":
		return append(dst, v.Raw()...)
	case "mapValue", "structValue":
		return appendUntyped(dst, typed.Get("fields"))
	case "arrayValue", "listValue":
		return appendElements(dst, typed.Get("values"), appendUntypedValue)
	case "M":
		return appendUntyped(dst, typed)
	case "L":
		return appendElements(dst, typed, appendUntypedValue)
	case "NULL", "nullValue":
		return append(dst, "null"...)
	}
	return append(dst, typed.Raw()...)
}

// appendMembers writes an object anew, its keys and values as they are told.
func appendMembers(dst []byte, v jsontree.Value, key func(string) string, value func([]byte, jsontree.Value) []byte) []byte {
	dst = append(dst, '{')
	for m := v.First(); m.OK(); m = m.Next() {
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(appendText(dst, key(m.Key())), ':')
		dst = value(dst, m)
	}
	return append(dst, '}')
}

// appendElements writes a list anew, its elements as they are told.
func appendElements(dst []byte, v jsontree.Value, element func([]byte, jsontree.Value) []byte) []byte {
	dst = append(dst, '[')
	for e := v.First(); e.OK(); e = e.Next() {
		if dst[len(dst)-1] != '[' {
			dst = append(dst, ',')
		}
		dst = element(dst, e)
	}
	return append(dst, ']')
}

func appendText(dst []byte, text string) []byte {
	quoted, _ := json.Marshal(text) // a string has no error
	return append(dst, quoted...)
}

// isRenamed reports whether an object is a webhook, or a status or message of one,
// whose keys are written otherwise: Entry, ENTRY, _entry, @entry.
func isRenamed(v jsontree.Value) bool {
	id, time, renamed := false, false, false
	for m := v.First(); m.OK(); m = m.Next() {
		switch key := m.Key(); {
		case isSpelt(key, "entry"):
			if key != "entry" && m.Kind() == jsontree.Array {
				return true
			}
		case isSpelt(key, "id"):
			id, renamed = strings.HasPrefix(m.Str(), dialect.MessageIDPrefix), key != "id"
		case isSpelt(key, "timestamp"):
			time = true
		}
	}
	return id && time && renamed
}

// isHyphened reports whether a key that a webhook has at the number, or at a status, is
// written with hyphens: phone-number-id, as Clojure and Lisps write keys.
func isHyphened(v jsontree.Value) bool {
	text := v.Data()[v.Offset():v.End()] // of a row too, whose keys are JSON
	return bytes.Contains(text, []byte(`-id":`)) && (bytes.Contains(text, []byte(`"phone-number-id":`)) || bytes.Contains(text, []byte(`"recipient-id":`)))
}

// isSpelt reports whether a key is that word in whatever case, behind whatever marks.
func isSpelt(key, word string) bool {
	return len(key) >= len(word) && strings.EqualFold(key[len(key)-len(word):], word) && strings.Trim(key[:len(key)-len(word)], marks) == ""
}

// marks are what some put before every key.
const marks = "_@$-. "

func appendSnake(dst []byte, v jsontree.Value) []byte {
	switch v.Kind() {
	case jsontree.Object:
		return appendMembers(dst, v, snakeIn(v), appendSnake)
	case jsontree.Array:
		return appendElements(dst, v, appendSnake)
	}
	return append(dst, v.Raw()...)
}

// snakeIn is snake for the keys of an object. What it has behind a dollar beside others is
// none of it, but what a serialiser says of it: $type.
func snakeIn(v jsontree.Value) func(key string) string {
	plain := false
	for m := v.First(); m.OK(); m = m.Next() {
		plain = plain || !strings.HasPrefix(m.Key(), "$")
	}
	return func(key string) string {
		if plain && strings.HasPrefix(key, "$") {
			return key
		}
		return snake(key)
	}
}

// snake makes phone_number_id of PhoneNumberId, phone-number-id, PHONE_NUMBER_ID and
// @phone_number_id.
func snake(key string) string {
	key = strings.TrimLeft(key, marks)
	var out []byte
	for i := range len(key) {
		c := key[i]
		switch {
		case c == '-' || c == ' ':
			c = '_'
		case isUpper(c):
			if c |= 0x20; i > 0 && out[len(out)-1] != '_' && !isUpper(key[i-1]) {
				out = append(out, '_')
			}
		}
		out = append(out, c)
	}
	return string(out)
}

// isForm reports whether every member of an object is a list of one text.
func isForm(v jsontree.Value) bool {
	n := 0
	for m := v.First(); m.OK(); m = m.Next() {
		if e := m.First(); m.Kind() != jsontree.Array || e.Kind() != jsontree.String || e.Next().OK() {
			return false
		}
		n++
	}
	return n > 1
}

func appendFirsts(dst []byte, v jsontree.Value) []byte {
	return appendMembers(dst, v, strings.Clone, func(dst []byte, m jsontree.Value) []byte { return append(dst, m.First().Raw()...) })
}
