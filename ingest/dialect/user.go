package dialect

import (
	"cmp"
	"strings"

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
// '15550100007.
func PhoneDigits(s string) string {
	if digits := strings.TrimPrefix(s, "+"); notation.IsDigits(digits) {
		return digits
	}
	s = wholeID(strings.TrimPrefix(wholeID(s), "+"))
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
