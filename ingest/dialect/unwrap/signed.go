package unwrap

import (
	"bytes"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/signature"
	"waudit/ingest/textlog"
)

// A webhook's signature stands among the headers that somebody has kept beside its body.
// It is of the body as a text: what was parsed, and written anew as an object, cannot be
// checked, and counts as if it had none.

// signing is what a Finder knows of the signatures around what it reads.
type signing struct {
	secrets *signature.Secrets // nil: nobody asks
	header  string             // digits of the signature that holds for what is read; "": none
	trusted bool               // what is read is in a text that was signed
	suspect bool               // the innermost tree is of a text that does not fit the header
	counts  signature.Counts
	signed  []bool // of the events that were found, which are; those behind its end are not
}

// Verify has the signatures of webhooks verified. Nothing is then read without looking at
// what is around it.
func (u *Finder) Verify(s *signature.Secrets) { u.secrets = s }

// Signatures are the records that were found since it was last asked, by their signature,
// and which of the events are signed, in their order; those behind the end of the list are
// not. It is valid until the next Decode.
func (u *Finder) Signatures() (counts signature.Counts, signed []bool) {
	counts, signed = u.counts, u.signed
	u.counts, u.signed = signature.Counts{}, u.signed[:0]
	return counts, signed
}

// notSigned is why a webhook is rejected.
const notSigned = "its signature (X-Hub-Signature-256) is not that of this body under any of the app secrets: the webhook is forged, the body was altered or written anew " +
	"before it was logged, or the secret of its app is missing; log the body as it was received"

// readSigned looks for the record in an object that has a signature: in the text that was
// signed, else in one that may have been, before what was parsed of it. It reports whether
// there is one; if not, the signature holds for whatever is read in the object.
func (u *Finder) readSigned(v jsontree.Value, depth int) bool {
	if u.secrets == nil || u.trusted {
		return false
	}
	digits := headerIn(v, 0)
	if digits == "" {
		return false
	}
	u.header = digits
	return u.readTexts(v, depth, u.isSigned) || u.readTexts(v, depth, func(body []byte) bool { return firstByte(body) == '{' })
}

// isSigned reports whether the signature that holds is that of a body.
func (u *Finder) isSigned(body []byte) bool { return u.secrets.Signs(body, u.header) }

// readTexts looks for a record in the texts of an object that are so. Those in a list are
// bodies, or parts of one, that have no signature of their own.
func (u *Finder) readTexts(v jsontree.Value, depth int, is func(body []byte) bool) (found bool) {
	for m := v.First(); m.OK() && !found && depth < maxWraps; m = m.Next() {
		switch m.Kind() {
		case jsontree.Object:
			found = u.readTexts(m, depth+1, is)
		case jsontree.String:
			text := u.text(m)
			decoded := decodeEscaped(text)
			if decoded == nil {
				decoded = decodeBase64(text)
			}
			for _, body := range [][]byte{text, decoded, textlog.Unpack(decoded)} {
				found = found || len(body) > 0 && is(body) && u.readWhole(m, body, depth)
			}
		}
	}
	return found
}

// readWhole looks for records in the JSON that is all of a string, which may be what was
// signed.
func (u *Finder) readWhole(v jsontree.Value, body []byte, depth int) bool {
	if u.header == "" || u.trusted {
		return u.reparse(v, body, depth)
	}
	u.trusted = u.isSigned(body)
	u.suspect = !u.trusted
	found := u.reparse(v, body, depth)
	u.trusted, u.suspect = false, false
	return found
}

// judge counts a record that was found in v by its signature. One that does not fit its
// signature is rejected: of what there is since before, nothing stays.
func (u *Finder) judge(v jsontree.Value, before *dialect.Items) {
	switch it := u.items; {
	case u.secrets == nil:
	case u.trusted:
		u.counts.Valid++
		u.signed = append(u.signed, make([]bool, max(0, len(before.Events)-len(u.signed)))...)
		for len(u.signed) < len(it.Events) {
			u.signed = append(u.signed, true)
		}
	case u.suspect && u.nested.isRoot(v):
		u.counts.Invalid++
		it.Events, it.Changes, it.Links = it.Events[:len(before.Events)], it.Changes[:len(before.Changes)], it.Links[:len(before.Links)]
		it.Ignored, it.Rejected, it.Unknown = it.Ignored[:len(before.Ignored)], it.Rejected[:len(before.Rejected)], it.Unknown[:len(before.Unknown)]
		it.Reject(u.nested.path(""), notSigned)
	default:
		u.counts.Absent++
	}
}

// headerIn returns the digits of the signature among the members of an object, or among
// headers in it; "" if there is none. Objects that hold a record have their own.
func headerIn(v jsontree.Value, depth int) (digits string) {
	const deepest = 4
	if depth > deepest || depth == 0 && !bytes.Contains(v.Raw(), []byte("ignature")) && !bytes.Contains(v.Raw(), []byte("IGNATURE")) {
		return ""
	}
	for m := v.First(); m.OK() && digits == ""; m = m.Next() {
		switch {
		case signature.IsName(m.Key()):
			digits = digitsOf(m, 0)
		case dialect.IsMarked(m.Raw()):
		case m.Kind() == jsontree.Object:
			digits = headerIn(m, depth+1)
		case m.Kind() == jsontree.Array:
			digits = listedHeader(m, depth+1)
		case m.Kind() == jsontree.String:
			digits = signature.Named([]byte(m.Str()))
		}
	}
	return digits
}

// listedHeader returns the digits of the signature in a list of headers: texts by turns, or
// a list or an object for each name and value.
func listedHeader(v jsontree.Value, depth int) (digits string) {
	const deepest = 6
	for e := v.First(); e.OK() && digits == "" && depth < deepest; e = e.Next() {
		switch {
		case signature.IsName(e.Str()):
			digits = digitsOf(e.Next(), 0)
		case signature.IsName(e.Key()):
			digits = digitsOf(e, 0)
		case v.Kind() == jsontree.Array:
			digits = listedHeader(e, depth+1)
		}
	}
	return digits
}

// digitsOf returns the digits in the value of a header: a text, or what holds one.
func digitsOf(v jsontree.Value, depth int) string {
	const deepest = 2
	digits := signature.Read(v.Str())
	for e := v.First(); e.OK() && digits == "" && depth < deepest; e = e.Next() {
		digits = digitsOf(e, depth+1)
	}
	return digits
}
