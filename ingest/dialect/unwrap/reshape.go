package unwrap

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/textlog"
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

// branch is a part of a record that is rebuilt of its paths.
type branch struct {
	key  string
	raw  []byte // of a leaf
	kids []*branch
}

// rebuilt is the record of which an object has the paths, nil if there are none:
// entry.0.changes[0].value, entry__changes__value, /entry/0/changes, entry_0_changes,
// pricing.billable. Of what stands for a status, pricing_billable and pricingBillable
// are also one, and so is a pricing in a text.
func rebuilt(v jsontree.Value) []byte {
	status := isStatusRow(v)
	between, ok := separatorOf(v, status)
	if !ok {
		return nil
	}
	const mostColumns, mostSteps = 4096, 64
	columns := 0
	var root branch
	for m := v.First(); m.OK(); m = m.Next() {
		at, steps := &root, pathOf(m.Key(), between, status)
		if columns++; columns > mostColumns || len(steps) > mostSteps {
			return nil
		}
		for _, step := range steps {
			at = at.kid(step)
		}
		if at.raw = m.Raw(); m.Kind() == jsontree.String {
			if nested := nestedIn(m); nested != nil {
				at.raw = nested
			}
		}
	}
	return root.append(nil)
}

// nestedIn is the object or list that a text holds, as JSON or as Python prints it; nil if
// it holds none.
func nestedIn(v jsontree.Value) []byte {
	text := []byte(v.Str())
	if len(text) == 0 || text[0] != '[' && text[0] != '{' {
		return nil
	}
	if !json.Valid(text) {
		text, _ = textlog.AppendPython(nil, text)
	}
	if !json.Valid(text) {
		return nil
	}
	return text
}

// separatorOf returns what stands between the steps of the keys that lead into a webhook
// or a status; ok is false if none does.
func separatorOf(v jsontree.Value, status bool) (between string, ok bool) {
	if v.Kind() != jsontree.Object {
		return "", false
	}
	for m := v.First(); m.OK(); m = m.Next() {
		key := m.Key()
		if (key == "changes" || key == "metadata" && dialect.HasAny(v, "statuses", "messages")) && nestedIn(m) != nil {
			return "", true // an entry, or a value, with a column for each of its parts
		}
		for _, part := range [...]string{"pricing", "conversation", "errors"} {
			rest, ok := strings.CutPrefix(key, part)
			switch {
			case !ok:
				continue
			case rest == "" && status && nestedIn(m) != nil:
				return "", true
			case rest == "":
				continue
			}
			between := rest[:len(rest)-len(strings.TrimLeft(rest, separators))]
			switch {
			case status && (between != "" || isUpper(rest[0])), between == ".", between == "[", between == "__":
				return between, true
			}
		}
		at := strings.Index(key, "entry")
		if at < 0 || at > 0 && strings.IndexByte(separators, key[at-1]) < 0 {
			continue
		}
		rest := key[at+len("entry"):]
		next := strings.TrimLeft(rest, separators)
		leads := next != "" && next[0]-'0' <= 9 || strings.HasPrefix(next, "changes")
		switch between = rest[:len(rest)-len(next)]; between {
		case "": // entry0
			if leads {
				next = strings.TrimLeft(next, "0123456789")
				return next[:len(next)-len(strings.TrimLeft(next, separators))], true
			}
		case ".", "[", ".[", "__":
			return between, next != ""
		default:
			if leads {
				return between, true
			}
		}
	}
	return "", false
}

// separators are what keys that are paths have between their steps, one or more of them.
const separators = "._[]/:|#> -"

// isStatusRow reports whether a row has the columns that a bare status has.
func isStatusRow(v jsontree.Value) bool {
	return strings.HasPrefix(v.Get("id").Str(), dialect.MessageIDPrefix) && v.Get("status").OK() && v.Get("timestamp").OK()
}

// pathOf are the steps of a path.
func pathOf(key, between string, status bool) []string {
	if status {
		for _, part := range [...]string{"pricing", "conversation_origin", "conversationOrigin", "conversation"} {
			if rest, ok := strings.CutPrefix(key, part); ok && rest != "" && (rest[0] == '_' && !strings.HasPrefix(rest, "__") || isUpper(rest[0])) {
				return append(strings.Split(snake(part), "_"), snake(rest))
			}
		}
	}
	if between == "_" {
		return stepsOf(strings.Split(key, "_"))
	}
	if between != "" && strings.Trim(between, "[]") != "" {
		key = strings.ReplaceAll(key, between, ".")
	}
	key = strings.NewReplacer("__", ".", "[", ".", "]", "").Replace(key)
	var steps []string
	for step := range strings.SplitSeq(strings.TrimPrefix(key, "$"), ".") {
		if list := strings.TrimRight(step, "0123456789"); list != step && isListKey(list) {
			steps = append(steps, list)
			step = step[len(list):]
		}
		if step != "" {
			steps = append(steps, step)
		}
	}
	return steps
}

// stepsOf are the steps of a path whose separator is also in its keys: as far as they are
// numbers, or the names of what holds others, each is a step.
func stepsOf(words []string) (steps []string) {
	for i, word := range words {
		holds := isListKey(word) || slices.Contains([]string{"value", "metadata", "profile", "text", "pricing", "conversation", "origin", "referral", "context"}, word)
		if rest := words[i:]; len(rest) > 1 && (!holds && strings.Trim(word, "0123456789") != "" || i > 0 && word == words[i-1]) {
			return append(steps, strings.Join(rest, "_"))
		}
		steps = append(steps, word)
	}
	return steps
}

func (b *branch) kid(key string) *branch {
	for _, k := range b.kids {
		if k.key == key {
			return k
		}
	}
	k := &branch{key: key}
	b.kids = append(b.kids, k)
	return k
}

// append writes the branch. A list may have lost its indexes.
func (b *branch) append(dst []byte) []byte {
	if len(b.kids) == 0 {
		return append(dst, b.raw...)
	}
	counted := true
	for i, k := range b.kids {
		counted = counted && k.key == strconv.Itoa(i)
	}
	isList := !counted && isListKey(b.key)
	opening, closing := byte('{'), byte('}')
	if counted {
		opening, closing = '[', ']'
	}
	if isList {
		dst = append(dst, '[')
	}
	dst = append(dst, opening)
	for i, k := range b.kids {
		if i > 0 {
			dst = append(dst, ',')
		}
		if !counted {
			dst = append(appendText(dst, k.key), ':')
		}
		dst = k.append(dst)
	}
	if dst = append(dst, closing); isList {
		dst = append(dst, ']')
	}
	return dst
}

// isListKey reports whether a webhook has a list under that key.
func isListKey(key string) bool {
	return slices.Contains([]string{"entry", "changes", "messages", "statuses", "contacts", "errors"}, key)
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
