// Package redact replaces what identifies customers in reports, and in whatever else
// is shown, by pseudonyms: phones, user ids, groups, message ids (a wamid holds the
// phone), conversation ids, and all of these inside texts and paths.
package redact

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Redactor gives pseudonyms. One of the same key gives the same ones, so that reports
// can be compared. It is safe for concurrent use.
type Redactor struct {
	key       []byte
	canonical func(phone string) string
	mu        sync.RWMutex
	kept      map[string]bool
}

// New returns a redactor. Without a key anybody who guesses a phone can find out
// whether a pseudonym is its. canonical makes one of all forms of a phone.
func New(key []byte, canonical func(phone string) string) *Redactor {
	return &Redactor{key: key, canonical: canonical, kept: map[string]bool{}}
}

// Bare returns a redactor of the same key that keeps nothing: what it writes does not
// depend on what else was read.
func (r *Redactor) Bare() *Redactor { return New(r.key, r.canonical) }

// Keep says that ids are the business' own, accounts and business numbers, and stay as
// they are.
func (r *Redactor) Keep(ids ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		r.kept[id] = true
	}
}

func (r *Redactor) keeps(id string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.kept[id]
}

// ID returns the pseudonym of an id, "" for none; a pseudonym stays what it is, and of
// a stored one what Stored adds is left out.
func (r *Redactor) ID(id string) string {
	if id == "" {
		return ""
	}
	if is := pseudonym.FindStringSubmatch(id); is != nil {
		return is[1]
	}
	return "p-" + hex.EncodeToString(r.sum(id)[:shownBytes])
}

// Stored returns the pseudonym of an id as a ledger keeps it: long enough for no two of
// a hundred million ids to have the same, and behind what of the id tells a country.
func (r *Redactor) Stored(id, country string) string {
	if id == "" || pseudonym.MatchString(id) {
		return id
	}
	return country + "p-" + hex.EncodeToString(r.sum(id)[:storedBytes])
}

// Bytes of a hash that pseudonyms have, as they are shown and as they are stored.
const shownBytes, storedBytes = 6, 10

// Mark tells apart ledgers by the key of their pseudonyms, and does not tell the key.
func (r *Redactor) Mark() string { return hex.EncodeToString(r.sum("waudit ledger")[:shownBytes]) }

// sum is the hash of an id, of phones in all their forms the same.
func (r *Redactor) sum(id string) []byte {
	if digits.MatchString(id) {
		id = r.canonical(id)
	}
	if len(r.key) == 0 {
		plain := sha256.Sum256([]byte("waudit user\x1f" + id))
		return plain[:]
	}
	keyed := hmac.New(sha256.New, r.key)
	_, _ = io.WriteString(keyed, id)
	return keyed.Sum(nil)
}

// The keys of JSON forms under which customers are named, under which ids stay as they
// are, and under which the log is quoted. Every other string is a text.
func isID(key string) bool {
	switch key {
	case "wa_id", "user_id", "group_id", "participant_id", "message_id", "conversation_id", "opened_by", "examples":
		return true
	}
	return false
}

func staysAsIs(key string) bool {
	switch key {
	case "id", "findings", "waba_id", "phone_number_id", "portfolio", "numbers", "sha256", "finding", "gone":
		return true
	}
	return false
}

func isQuote(key string) bool { return key == "sample" }

// Value redacts all strings of what v points to, a report for example. What it names
// in one place it finds again in the texts of the same list element.
func (r *Redactor) Value(v any) { r.walk(reflect.ValueOf(v).Elem(), "", nil) }

// Whole redacts as Value does. What is named in one place, or here as ids, it finds
// again in all texts: it is for what is small.
func (r *Redactor) Whole(v any, ids ...string) {
	e := reflect.ValueOf(v).Elem()
	r.walk(e, "", r.replacer(collect(e, "", isID, ids)))
}

// KeepOwn keeps the accounts and business numbers that v points to names as such.
func (r *Redactor) KeepOwn(v any) {
	r.Keep(collect(reflect.ValueOf(v).Elem(), "", isOwn, nil)...)
}

func isOwn(key string) bool { return key == "waba_id" || key == "phone_number_id" || key == "numbers" }

// walk redacts a value that stands under a key of its JSON form; known replaces the
// ids of the list elements around it.
func (r *Redactor) walk(v reflect.Value, key string, known *strings.Replacer) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			r.walk(v.Elem(), key, known)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			r.walk(v.Field(i), name, known)
		}
	case reflect.Slice:
		for i := range v.Len() {
			at, ids := v.Index(i), known
			if known == nil && at.Kind() == reflect.Struct {
				if named := collect(at, key, isID, nil); len(named) > 0 {
					ids = r.replacer(named)
				}
			}
			r.walk(at, key, ids)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			if s, ok := v.MapIndex(k).Interface().(string); ok {
				v.SetMapIndex(k, reflect.ValueOf(r.Text(s)).Convert(v.Type().Elem()))
			}
		}
	case reflect.String:
		v.SetString(r.field(v.String(), key, known))
	}
}

// field redacts a string that stands under a key.
func (r *Redactor) field(s, key string, known *strings.Replacer) string {
	switch {
	case isID(key):
		return r.ID(s)
	case staysAsIs(key):
		return s
	case isQuote(key):
		return ""
	case known != nil:
		s = known.Replace(s)
	}
	return r.Text(s)
}

// collect adds to ids those in a value that stand under keys of a kind.
func collect(v reflect.Value, key string, is func(key string) bool, ids []string) []string {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			ids = collect(v.Elem(), key, is, ids)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			ids = collect(v.Field(i), name, is, ids)
		}
	case reflect.Slice:
		for i := range v.Len() {
			ids = collect(v.Index(i), key, is, ids)
		}
	case reflect.String:
		// A very short id would be found in words that are none.
		if is(key) && v.Len() >= shortestID {
			ids = append(ids, v.String())
		}
	}
	return ids
}

const shortestID = 4

// replacer puts pseudonyms for ids: of those that begin alike, of the longest.
func (r *Redactor) replacer(ids []string) *strings.Replacer {
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	var pairs []string
	for _, id := range slices.Compact(ids) {
		pairs = append(pairs, id, r.ID(id))
	}
	return strings.NewReplacer(pairs...)
}

// Writer returns a writer that redacts the texts written to w. Each write is whole
// lines.
func (r *Redactor) Writer(w io.Writer) *Writer { return &Writer{Plain: w, r: r} }

// Writer redacts what is written to it.
type Writer struct {
	Plain io.Writer // the writer beneath
	r     *Redactor
}

func (w *Writer) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.Plain, w.r.Text(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
