package dialect

import "waudit/ingest/notation"

// Ignore ends an item that is of no use, by a stated rule.
func (it *Items) Ignore(reason string) { it.Ignored = append(it.Ignored, reason) }

// Reject ends an item that cannot be used: where it stands in the record, and what is
// wrong and what to do.
func (it *Items) Reject(at, reason string) {
	it.Rejected = append(it.Rejected, Rejection{At: at, Reason: reason})
}

// ReportUnknown reports a value that no documentation names; an empty one says
// nothing and is not reported.
func (it *Items) ReportUnknown(what, value string) {
	if value != "" {
		it.Unknown = append(it.Unknown, Unknown{What: what, Value: notation.Clip(value)})
	}
}

// Link notes who is who. A body repeats itself (a contact, then the message of
// the same user), so that the link before is not noted again.
func (it *Items) Link(l Link) {
	if l.UserID == "" || l.Phone == "" && l.Previous == "" {
		return
	}
	if n := len(it.Links); n == 0 || it.Links[n-1] != l {
		it.Links = append(it.Links, l)
	}
}

// NameOf names an item in a message.
func NameOf(id string) string {
	if id == "" {
		return "a message without id"
	}
	return notation.Clip(id)
}
