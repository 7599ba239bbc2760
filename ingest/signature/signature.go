// Package signature tells which webhooks were signed with the secret of the business'
// app. Meta sends with each webhook a header X-Hub-Signature-256: "sha256=" and, in hex
// digits, the HMAC-SHA256 of the raw body under the app secret
// (https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads).
// It is of the bytes that were sent: of a body that was parsed and written anew nobody
// can tell any more.
package signature

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The words for what is known of a webhook.
const (
	Valid  = "valid"  // its body is signed, and fits its signature
	Absent = "absent" // its body has no signature, or is not kept as it was sent
)

// Counts are the webhooks of an input by what became of their signatures: bodies, and
// whatever else a dialect knows as one record.
type Counts struct {
	Valid   int64 `json:"valid"`
	Invalid int64 `json:"invalid"` // rejected
	Absent  int64 `json:"absent"`
}

// Add adds counts.
func (c *Counts) Add(d Counts) {
	c.Valid += d.Valid
	c.Invalid += d.Invalid
	c.Absent += d.Absent
}

// Secrets are the app secrets, any of which may have signed a body: those of several
// apps, and those from before a rotation. However they are printed, they do not show.
type Secrets struct{ keys [][]byte }

// ErrNone says that there is no secret where some were to be.
var ErrNone = errors.New("there is no secret in it: write an app secret a line, as the app's dashboard shows it")

// Parse reads secrets, one a line. Empty lines and those that begin with # are none. The
// error is ErrNone.
func Parse(text []byte) (*Secrets, error) {
	s := new(Secrets)
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\ufeff"))) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			s.keys = append(s.keys, bytes.Clone(line))
		}
	}
	if len(s.keys) == 0 {
		return nil, ErrNone
	}
	return s, nil
}

// Format implements fmt.Formatter.
func (Secrets) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(secret)") }

// MarshalText implements encoding.TextMarshaler.
func (Secrets) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// Signs reports whether a signature, as Read returns it, is that of a body under one of
// the secrets.
func (s *Secrets) Signs(body []byte, signature string) bool {
	want, err := hex.DecodeString(signature)
	if err != nil || len(want) != sha256.Size {
		return false
	}
	for _, key := range s.keys {
		mac := hmac.New(sha256.New, key)
		mac.Write(body)
		if hmac.Equal(mac.Sum(nil), want) {
			return true
		}
	}
	return false
}

// Sign is the value of the header for a body, under the first of the secrets.
func (s *Secrets) Sign(body []byte) string {
	mac := hmac.New(sha256.New, s.keys[0])
	mac.Write(body)
	return prefix + hex.EncodeToString(mac.Sum(nil))
}

const prefix = "sha256="

// Read returns the digits of a header's value; "" if it has none, as where whoever keeps
// the headers masks those that look like secrets.
func Read(value string) (digits string) {
	value, ok := strings.CutPrefix(strings.TrimSpace(value), prefix)
	if !ok || countDigits([]byte(value)) != len(value) {
		return ""
	}
	return value
}

// countDigits is how many hex digits a text begins with.
func countDigits(text []byte) (n int) {
	for n < len(text) && (text[n]-'0' <= 9 || (text[n]|0x20)-'a' <= 5) {
		n++
	}
	return n
}

// IsName reports whether a key or a column is that of the header, however it is written:
// X-Hub-Signature-256, HTTP_X_HUB_SIGNATURE_256, headers.x-hub-signature-256, signature.
func IsName(key string) bool {
	const shortest, longest = len("signature"), 64
	if len(key) < shortest || len(key) > longest {
		return false
	}
	folded := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(key))
	return strings.HasSuffix(folded, "hubsignature256") || folded == "signature"
}

// inText returns the digits of the first signature that stands in a text.
func inText(text []byte) string {
	const leastDigits = 8
	for {
		at := bytes.Index(text, []byte(prefix))
		if at < 0 {
			return ""
		}
		text = text[at+len(prefix):]
		n := countDigits(text)
		if isWhole := n == len(text) || text[n]-'0' > 9 && (text[n]|0x20)-'a' > 25; n >= leastDigits && isWhole {
			return string(text[:n])
		}
	}
}

// Named returns the digits of the signature that stands behind its name in a text, as in
// the head of a request and in headers that are written as one text; "" if none does.
func Named(text []byte) string {
	const nearby = 128 // bytes from the name to the end of the signature
	lower := bytes.ReplaceAll(bytes.ToLower(text), []byte("_"), []byte("-"))
	name := []byte("hub-signature-256")
	at := bytes.Index(lower, name)
	if at < 0 || len(lower) != len(text) {
		return ""
	}
	at += len(name)
	return inText(text[at:min(len(text), at+nearby)])
}

// Scanner finds the signatures beside the bodies of a text, line by line.
type Scanner struct {
	head string // of the header lines before
}

// Pass goes over a line, or the lines of one body. A line of a request's head says which
// signature the body behind the head has.
func (l *Scanner) Pass(text []byte, hasBody bool) {
	if hasBody {
		l.head = "" // the next one has a head of its own
		return
	}
	for line := range bytes.Lines(text) {
		line = bytes.TrimLeft(line, "> \t") // as curl shows them
		name, value, ok := bytes.Cut(line, []byte(":"))
		switch {
		case len(bytes.TrimSpace(line)) == 0:
		case !ok || bytes.ContainsAny(name, " \t\""):
			l.head = "" // no header: another request, or none
		case IsName(string(name)):
			l.head = Read(string(value))
		}
	}
}

// Around is the signature of a body by what stands before and behind it on its line, else
// by the head in front of it; "" if there is none.
func (l *Scanner) Around(before, behind []byte) string {
	if digits := inText(before); digits != "" {
		return digits
	}
	if digits := inText(behind); digits != "" {
		return digits
	}
	return l.head
}
