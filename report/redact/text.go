package redact

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
)

// suspect finds what may name a customer, and what looks like it and does not, in this
// order: message ids; pseudonyms; business-scoped user ids; amounts; dates and times;
// long tokens, which may be base64; phones.
var suspect = regexp.MustCompile(`wamid\.[0-9A-Za-z+/=_-]+` +
	`|\b` + pseudonymForm + `\b` +
	`|\b[A-Z]{2}\.(?:[A-Z]+\.)?[0-9A-Za-z]{6,}` +
	`|\b[A-Z]{3} -?[0-9]+\.[0-9]{2,}` +
	`|\b[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?` +
	`|[0-9A-Za-z+/_-]{12,}={0,2}` +
	`|` + phoneForm)

// pseudonymForm is a pseudonym, as it is shown or as a ledger has it.
const pseudonymForm = `(?:[0-9]{1,7}|[A-Z]{2}\.)?(p-[0-9a-f]{12})(?:[0-9a-f]{8})?`

// phoneForm is a phone: digits only, behind a plus, or in at least three groups.
const phoneForm = `\+[0-9](?:[ ().-]{0,2}[0-9]){6,}|[0-9]{2,4}[ .-]\(?[0-9]{2,5}\)?[ .-][0-9]{3,5}[ .-][0-9]{4}|[0-9]{7,}`

var (
	phone   = regexp.MustCompile(pseudonymForm + `|` + phoneForm)
	digits  = regexp.MustCompile(`^[0-9]+$`)
	digits7 = regexp.MustCompile(`[0-9]{7}`)
	// A pseudonym, the id of a finding and a checksum hold no phone, whatever their digits.
	pseudonym = regexp.MustCompile(`^` + pseudonymForm + `$`)
	checksum  = regexp.MustCompile(`^(?:[0-9a-f]{16}|[0-9a-f]{64})$`)
	decimal   = regexp.MustCompile(`^-?[0-9]+\.[0-9]{4,}$`)
	dated     = regexp.MustCompile(`^[A-Z]{3} |^[0-9]{4}-[0-9]{2}-[0-9]{2}`)
	userID    = regexp.MustCompile(`^(?:wamid\.|[A-Z]{2}\.)`)
	// calendar is a day, or an instant, as names of files have it.
	calendar = regexp.MustCompile(`^20[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])(?:[0-9]{2}|[0-9]{4}|[0-9]{6})?$`)
)

// Text redacts what names customers in a text, a path for example.
func (r *Redactor) Text(s string) string {
	if decimal.MatchString(s) {
		return s
	}
	return suspect.ReplaceAllStringFunc(s, r.token)
}

// TextOf redacts a text that may name one of these ids.
func (r *Redactor) TextOf(s string, ids ...string) string {
	ids = slices.DeleteFunc(ids, func(id string) bool { return len(id) < shortestID })
	return r.Text(r.replacer(ids).Replace(s))
}

// token redacts one suspect.
func (r *Redactor) token(s string) string {
	switch {
	case dated.MatchString(s):
		return s
	case userID.MatchString(s):
		return r.ID(s)
	case !strings.Contains(s, "/"):
		return r.part(s)
	}
	// Slashes are of a path, or of base64.
	parts := strings.Split(s, "/")
	coded := false
	for i, part := range parts {
		coded = coded || holdsPhone(part)
		parts[i] = r.part(part)
	}
	if !coded && holdsPhone(s) {
		return r.ID(s)
	}
	return strings.Join(parts, "/")
}

// part redacts a token without slashes.
func (r *Redactor) part(s string) string {
	switch {
	case pseudonym.MatchString(s):
		return r.ID(s)
	case r.keeps(s):
		return s
	case checksum.MatchString(s) && strings.ContainsAny(s, "abcdef"):
		return s
	case holdsPhone(s):
		return r.ID(s)
	}
	return phone.ReplaceAllStringFunc(s, r.phone)
}

// phone redacts a phone, however it is written: the pseudonym is that of its digits.
func (r *Redactor) phone(s string) string {
	if pseudonym.MatchString(s) {
		return r.ID(s)
	}
	number := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, s)
	if r.keeps(number) || calendar.MatchString(number) {
		return s
	}
	return r.ID(number)
}

// holdsPhone reports whether a part of a token is base64, of either alphabet and
// wherever it begins, of something with seven digits in a row.
func holdsPhone(token string) bool {
	token = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(token, "="))
	for skip := range min(4, len(token)) {
		text := token[skip:]
		plain, err := base64.RawStdEncoding.DecodeString(text[:len(text)&^3])
		if err == nil && digits7.Match(plain) {
			return true
		}
	}
	return false
}
