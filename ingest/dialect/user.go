package dialect

import (
	"cmp"
	"strconv"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
	"waudit/ingest/phone"
)

// Identity is who a user is: by phone, by business-scoped user id, or both.
type Identity struct {
	Phone  string // wa_id digits
	UserID string // business-scoped user id, or whatever stands for the phone
	Parent string // parent business-scoped user id
}

// NewIdentity reads an id that is a phone or not, and the ids beside it.
func NewIdentity(id, userID, parent jsontree.Value) Identity {
	return IdentityOf(Text(id), Text(userID), Text(parent))
}

// IdentityOf is NewIdentity for what was read already.
func IdentityOf(id, userID, parent string) Identity {
	phone, other := SplitID(id)
	return Identity{Phone: phone, UserID: cmp.Or(userID, other), Parent: parent}
}

// Known reports whether there is anything to know the user by.
func (w Identity) Known() bool { return w.Phone != "" || w.UserID != "" || w.Parent != "" }

// Complete adds what the only contact of a body says, if it can be the same
// user. A contact that shares no id with w may be another user's unless it is
// alone with the item.
func (w Identity) Complete(contact Identity, alone bool) Identity {
	same := !w.Known() || w.Phone != "" && phone.Same(w.Phone, contact.Phone) ||
		w.UserID != "" && w.UserID == contact.UserID || w.Parent != "" && w.Parent == contact.Parent
	contradicts := w.Phone != "" && contact.Phone != "" && !phone.Same(w.Phone, contact.Phone) ||
		w.UserID != "" && contact.UserID != "" && w.UserID != contact.UserID
	if contradicts || !same && !alone {
		return w
	}
	w.Phone = cmp.Or(w.Phone, contact.Phone)
	w.UserID = cmp.Or(w.UserID, contact.UserID)
	w.Parent = cmp.Or(w.Parent, contact.Parent)
	return w
}

// ID is the business-scoped user id, else that of the parent.
func (w Identity) ID() string { return cmp.Or(w.UserID, w.Parent) }

// Any is one text for the user: the phone, else the business-scoped user id,
// else that of the parent.
func (w Identity) Any() string { return cmp.Or(w.Phone, w.ID()) }

// SplitID tells the digits of a phone from every other id. Other than phones
// there are business-scoped user ids, which newer webhooks put in the place of
// the phone, and the pseudonyms of logs that were masked.
func SplitID(id string) (phone, other string) {
	if id == "" {
		return "", ""
	}
	if !IsUserID(id) {
		if phone := PhoneDigits(id); phone != "" {
			return phone, ""
		}
		if IsNoID(id) {
			return "", ""
		}
	}
	return "", id
}

// IsUserID reports whether a text has the form of a business-scoped
// user id: "US.1000000001", of a parent "US.ENT.1000000001", in the draft
// "user." and 64 hexadecimal digits.
func IsUserID(id string) bool {
	if rest, ok := strings.CutPrefix(id, "user."); ok {
		return len(rest) == 64 && isAlphanumeric(rest)
	}
	if len(id) < 4 || id[2] != '.' || id[0] < 'A' || id[0] > 'Z' || id[1] < 'A' || id[1] > 'Z' {
		return false
	}
	return isAlphanumeric(strings.TrimPrefix(id[3:], "ENT."))
}

func isAlphanumeric(s string) bool {
	for i := range len(s) {
		if c := s[i]; c-'0' > 9 && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return s != ""
}

// PhoneDigits returns the digits of a phone number, "" if it is none: beside
// digits it may hold the signs of a written number, "+1 (555) 010-0007", and end
// as one that was made a fraction, "15550100007.0", or a text for a spreadsheet,
// '15550100007, or begin as an address, "whatsapp:+15550100007".
func PhoneDigits(s string) string {
	if digits := strings.TrimPrefix(s, "+"); notation.IsDigits(digits) {
		return digits
	}
	s = strings.TrimPrefix(strings.TrimPrefix(wholeID(s), "whatsapp:"), "tel:")
	s = wholeID(strings.TrimPrefix(s, "+"))
	plain := true
	for i := range len(s) {
		switch c := s[i]; {
		case c-'0' <= 9:
		case c == ' ', c == '-', c == '(', c == ')', c == '+':
			plain = false
		default:
			return ""
		}
	}
	if plain {
		return s
	}
	s = strings.Replace(s, "(0)", "", 1) // dialled within the country alone: +44 (0)20 …
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// LinkUser notes that a phone and a business-scoped user id are one user's.
func (it *Items) LinkUser(who Identity) {
	if who.Phone != "" {
		it.Link(Link{UserID: who.ID(), Phone: who.Phone})
	}
}

// CheckIDs mends and rejects events whose ids were made numbers on their way, as
// spreadsheets and data frames do to a column of digits. What was made a fraction
// ("106540352242922.0"), or is written so that it is left alone ('106540352242922),
// is made whole again. What was written in powers of ten
// ("1.23457E+15") has lost digits: different messages or users would be one.
func (it *Items) CheckIDs() {
	for i := range it.Events {
		if e := &it.Events[i]; isOddID(e.Message) || isOddID(e.UserID) || isOddID(e.Number) || isOddID(e.WABA) ||
			isOddID(e.Conversation) || isOddID(e.Group) || isOddID(e.Participant) || isOddID(e.Line) {
			it.checkIDs(i)
			return
		}
	}
}

// checkIDs is CheckIDs for the events from index from on.
func (it *Items) checkIDs(from int) {
	kept := it.Events[:from]
	for i := from; i < len(it.Events); i++ {
		e := &it.Events[i]
		if it.mendIDs(e) {
			kept = append(kept, *e)
		}
	}
	it.Events = kept
}

// isOddID reports by a glance at its ends whether an id may need a check. Nearly
// none does.
func isOddID(id string) bool {
	n := len(id)
	if n < 3 {
		return false
	}
	switch c := id[0]; {
	case c-'0' <= 9:
		for i := max(1, n-5); i < n; i++ {
			if id[i] == '.' || id[i]|0x20 == 'e' {
				return true
			}
		}
		return false
	case c == '=', c == '\'', c == '<':
		return true
	case c == 'n', c == 'N', c == 'u':
		return n <= len("undefined")
	}
	return false
}

// mendIDs mends the ids of an event. If one of them has lost digits, it rejects the
// event and returns false.
func (it *Items) mendIDs(e *event.Event) bool {
	for _, id := range [...]struct {
		name string
		text *string
	}{
		{"message id", &e.Message}, {"user id", &e.UserID}, {"business number", &e.Number}, {"account", &e.WABA},
		{"conversation id", &e.Conversation}, {"group id", &e.Group}, {"participant", &e.Participant}, {"line id", &e.Line},
	} {
		mended, lost := MendID(*id.text)
		if lost {
			it.Reject("", e.Kind.String()+" of "+NameOf(e.Message)+" has the "+id.name+" "+strconv.Quote(notation.Clip(mended))+", which "+LostDigits)
			return false
		}
		*id.text = mended
	}
	return true
}

// LostDigits is what is wrong with an id that MendID cannot mend.
const LostDigits = "was made a number and has lost digits; export the column as text"

// MendID takes off an id what was put on for spreadsheets, or by them; "" is for what
// programs write of an id that is not there. lost says that digits are lost.
func MendID(id string) (mended string, lost bool) {
	switch {
	case !isOddID(id):
		return id, false
	case IsPowerOfTen(id):
		return id, true
	}
	if id = wholeID(id); IsNoID(id) {
		return "", false
	}
	return id, false
}

// IsPowerOfTen reports whether the id is written as spreadsheets and programs
// write large numbers: "1.23457E+15", "1,2E+15", "1e+21", "1.5e10". One without a
// fraction has its plus, as other ids may be digits around a letter.
func IsPowerOfTen(id string) bool {
	if len(id) < len("1e+9") || len(id) > 26 || id[0]-'0' > 9 {
		return false
	}
	mantissa, exponent, found := strings.Cut(id[1:], "E")
	if !found {
		mantissa, exponent, found = strings.Cut(id[1:], "e")
	}
	power, plus := strings.CutPrefix(exponent, "+")
	if !found || power == "" || len(power) > 3 || !notation.IsDigits(power) {
		return false
	}
	if mantissa == "" {
		return plus
	}
	return len(mantissa) > 1 && (mantissa[0] == '.' || mantissa[0] == ',') && notation.IsDigits(mantissa[1:])
}

// IsNoID reports whether the text is what programs write of an id that is not
// there: taken for one, all who have none would be one.
func IsNoID(id string) bool {
	switch id {
	case "nan", "NaN", "None", "none", "null", "NULL", "(null)", `\N`, "<NA>", "N/A", "n/a", "#N/A", "-", "undefined":
		return true
	}
	return false
}

// wholeID is an id without the ".0" of a fraction, if it is a number otherwise, and
// without what keeps a spreadsheet from making a number of it: '15550100007,
// ="15550100007".
func wholeID(id string) string {
	if len(id) > len(`=""`) && id[0] == '=' && id[1] == '"' && id[len(id)-1] == '"' {
		return id[2 : len(id)-1]
	}
	if len(id) > 1 && id[0] == '\'' && (notation.IsDigits(id[1:]) || id[1] == '+' && notation.IsDigits(id[2:])) {
		return id[1:]
	}
	if whole, ok := strings.CutSuffix(id, ".0"); ok && len(whole) >= 6 && notation.IsDigits(whole) {
		return whole
	}
	return id
}

// MessageIDPrefix begins every message id of Meta's.
const MessageIDPrefix = "wamid."
