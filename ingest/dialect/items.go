package dialect

import (
	"waudit/ingest/notation"
)

func (it *Items) ignore(reason string) { it.Ignored = append(it.Ignored, reason) }

func (it *Items) reject(at, reason string) {
	it.Rejected = append(it.Rejected, Rejection{At: at, Reason: reason})
}

// unknown reports a value that no documentation names; an empty one says
// nothing and is not reported.
func (it *Items) unknown(what, value string) {
	if value != "" {
		it.Unknown = append(it.Unknown, Unknown{What: what, Value: notation.Clip(value)})
	}
}

// link notes who is who. A body repeats itself (a contact, then the message of
// the same user), so that the link before is not noted again.
func (it *Items) link(l Link) {
	if l.UserID == "" || l.Phone == "" && l.Previous == "" {
		return
	}
	if n := len(it.Links); n == 0 || it.Links[n-1] != l {
		it.Links = append(it.Links, l)
	}
}

// nameOf names an item in a message.
func nameOf(id string) string {
	if id == "" {
		return "a message without id"
	}
	return notation.Clip(id)
}
