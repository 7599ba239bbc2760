package unwrap

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/textlog"
)

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
		if isColumnOf(v, key, status) && nestedIn(m) != nil {
			return "", true
		}
		if between, ok = separatorInPart(key, status); ok {
			return between, true
		}
		if between, ok = separatorBehindEntry(key); ok {
			return between, true
		}
	}
	return "", false
}

// statusParts are the parts of a status that are objects or lists.
var statusParts = [...]string{"pricing", "conversation", "errors"}

// isColumnOf reports whether a row may have a column of that name for a part of an entry, of
// a value, or of a status.
func isColumnOf(v jsontree.Value, key string, status bool) bool {
	return key == "changes" || key == "metadata" && dialect.HasAny(v, "statuses", "messages") || status && slices.Contains(statusParts[:], key)
}

// separatorInPart is separatorOf for a key that leads into a part of a status.
func separatorInPart(key string, status bool) (between string, ok bool) {
	for _, part := range statusParts {
		rest, isPart := strings.CutPrefix(key, part)
		if !isPart || rest == "" {
			continue
		}
		between = rest[:len(rest)-len(strings.TrimLeft(rest, separators))]
		if status && (between != "" || isUpper(rest[0])) || between == "." || between == "[" || between == "__" {
			return between, true
		}
	}
	return "", false
}

// separatorBehindEntry is separatorOf for a key that leads into a webhook.
func separatorBehindEntry(key string) (between string, ok bool) {
	at := strings.Index(key, "entry")
	if at < 0 || at > 0 && strings.IndexByte(separators, key[at-1]) < 0 {
		return "", false
	}
	rest := key[at+len("entry"):]
	next := strings.TrimLeft(rest, separators)
	leads := next != "" && next[0]-'0' <= 9 || strings.HasPrefix(next, "changes")
	switch between = rest[:len(rest)-len(next)]; between {
	case "": // entry0
		next = strings.TrimLeft(next, "0123456789")
		return next[:len(next)-len(strings.TrimLeft(next, separators))], leads
	case ".", "[", ".[", "__":
		return between, next != ""
	}
	return between, leads
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
