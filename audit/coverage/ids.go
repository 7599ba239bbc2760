package coverage

import (
	"strings"

	"waudit/audit/event"
)

// IDs says by what ids a log names the messages of the business: by those of Meta, or by
// a provider's own.
type IDs struct {
	Meta  bool `json:"meta,omitempty"`
	Other bool `json:"other,omitempty"`
	Upper bool `json:"upper,omitempty"` // there are capitals in Meta's
	Lower bool `json:"lower,omitempty"` // and small letters
}

// IsMeta reports whether a message's id is one of Meta's, which are the same for all who
// name the message.
func IsMeta(id string) bool { return strings.HasPrefix(id, string(messageID)) }

func (i *IDs) see(e *event.Event) {
	switch {
	case !e.Kind.Outbound() || e.Kind == event.Charge || e.Message == "":
	case IsMeta(e.Message):
		i.Meta = true
		i.Upper = i.Upper || hasLetter(e.Message, 'A')
		i.Lower = i.Lower || hasLetter(e.Message, 'a')
	default:
		i.Other = true
	}
}

func (i *IDs) merge(o *IDs) {
	i.Meta, i.Other, i.Upper, i.Lower = i.Meta || o.Meta, i.Other || o.Other, i.Upper || o.Upper, i.Lower || o.Lower
}

// hasLetter reports whether one of Meta's ids has a letter of the case of first, A or a.
func hasLetter(id string, first byte) bool {
	for _, c := range []byte(id[len(messageID):]) {
		if c-first < 26 {
			return true
		}
	}
	return false
}

// Foreign reports whether the log cannot have a message by that id, whatever it has: all
// of its own are of another kind, or the id has lost the case of its letters on its way.
func (i *IDs) Foreign(id string) bool {
	const long = 32 // bytes, in which letters of both cases are to be expected
	switch {
	case !i.Meta && !i.Other:
		return false
	case !IsMeta(id):
		return !i.Other
	case !i.Meta:
		return true
	}
	return len(id) >= long && (i.Upper && !hasLetter(id, 'A') || i.Lower && !hasLetter(id, 'a'))
}
