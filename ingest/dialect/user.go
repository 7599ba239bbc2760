package dialect

import (
	"cmp"
	"strings"

	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
	"waudit/ingest/phone"
)

// identity is who a user is: by phone, by business-scoped user id, or both.
type identity struct {
	phone  string // wa_id digits
	userID string // business-scoped user id, or whatever stands for the phone
	parent string // parent business-scoped user id
}

// newIdentity reads an id that is a phone or not, and the ids beside it.
func newIdentity(id, userID, parent jsontree.Value) identity {
	return identityOf(text(id), text(userID), text(parent))
}

// identityOf is newIdentity for what was read already.
func identityOf(id, userID, parent string) identity {
	phone, other := splitID(id)
	who := identity{phone: phone, userID: userID, parent: parent}
	if who.userID == "" {
		who.userID = other
	}
	return who
}

// known reports whether there is anything to know the user by.
func (w identity) known() bool { return w.phone != "" || w.userID != "" || w.parent != "" }

// complete adds what the only contact of a body says, if it can be the same
// user. A contact that shares no id with w may be another user's unless it is
// alone with the item.
func (w identity) complete(contact identity, alone bool) identity {
	same := !w.known() || w.phone != "" && phone.Same(w.phone, contact.phone) ||
		w.userID != "" && w.userID == contact.userID || w.parent != "" && w.parent == contact.parent
	contradicts := w.phone != "" && contact.phone != "" && !phone.Same(w.phone, contact.phone) ||
		w.userID != "" && contact.userID != "" && w.userID != contact.userID
	if contradicts || !same && !alone {
		return w
	}
	w.phone = cmp.Or(w.phone, contact.phone)
	w.userID = cmp.Or(w.userID, contact.userID)
	w.parent = cmp.Or(w.parent, contact.parent)
	return w
}

// id is the business-scoped user id, else that of the parent.
func (w identity) id() string {
	if w.userID != "" {
		return w.userID
	}
	return w.parent
}

// any is one text for the user: the phone, else the business-scoped user id,
// else that of the parent.
func (w identity) any() string {
	if w.phone != "" {
		return w.phone
	}
	return w.id()
}

// splitID tells the digits of a phone from every other id. Other than phones
// there are business-scoped user ids, which newer webhooks put in the place of
// the phone, and the pseudonyms of logs that were masked.
func splitID(id string) (phone, other string) {
	if id == "" {
		return "", ""
	}
	if !isBusinessScoped(id) {
		if phone := phoneDigits(id); phone != "" {
			return phone, ""
		}
		if isNoID(id) {
			return "", ""
		}
	}
	return "", id
}

// isBusinessScoped reports whether a text has the form of a business-scoped
// user id: "US.1000000001", of a parent "US.ENT.1000000001", in the draft
// "user." and 64 hexadecimal digits.
func isBusinessScoped(id string) bool {
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

// phoneDigits returns the digits of a phone number, "" if it is none: beside
// digits it may hold the signs of a written number, "+1 (555) 010-0007", and end
// as one that was made a fraction, "15550100007.0", or a text for a spreadsheet,
// '15550100007.
func phoneDigits(s string) string {
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

// linkUser notes that a phone and a business-scoped user id are one user's.
func (it *Items) linkUser(who identity) {
	if who.phone != "" {
		it.link(Link{UserID: who.id(), Phone: who.phone})
	}
}
