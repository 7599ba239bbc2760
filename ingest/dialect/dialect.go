// Package dialect gives records their meaning: a record of a known shape
// becomes events. It is what the readers of all shapes share; the readers have rooms
// of their own.
//
//	dialect.go     what a reader is, and what it makes of a record
//	notice.go      what providers say of one message, and objects in Meta's form that they pass on
//	user.go        who a user is, and ids that were made numbers on their way
//	scalar.go      values, whatever they were made of on their way, and the enumerations of the format
package dialect

import (
	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// Dialect reads the records of one shape.
type Dialect interface {
	// Name is the dialect's id in reports: "meta-cloud", "flat".
	Name() string
	// Recognise reports whether the record is of this dialect.
	Recognise(record jsontree.Value) bool
	// Decode adds what the record holds to items. It never fails: what cannot
	// be used is ignored or rejected item by item.
	Decode(record jsontree.Value, items *Items)
}

// Items is what one record holds. Every item of the record ends up in exactly
// one of Events, Changes, Ignored and Rejected. Places are filled in by the
// caller. Strings may share memory with the record.
type Items struct {
	Events   []event.Event
	Changes  []event.Change
	Ignored  []string // the rule by which each ignored item was ignored
	Rejected []Rejection
	Unknown  []Unknown // enumeration values that no version of the format knows
	Links    []Link    // who is who, beside the items
}

// Rejection is an item that cannot be used.
type Rejection struct {
	At     string // JSON path inside the record: "entry[0].changes[0].value.statuses[3]"; "" the record itself
	Reason string // what is wrong and what to do
}

// Unknown is a value that passes through though no documentation names it.
type Unknown struct {
	What  string // the field: "pricing.category"
	Value string
}

// Link says that a business-scoped user id belongs to a phone, or follows an
// earlier id of the same user.
type Link struct {
	UserID   string
	Phone    string // wa_id digits, "" if not known
	Previous string // the user's earlier id, "" if none
}

// Reset empties items and keeps their memory.
func (it *Items) Reset() {
	it.Events = it.Events[:0]
	it.Changes = it.Changes[:0]
	it.Ignored = it.Ignored[:0]
	it.Rejected = it.Rejected[:0]
	it.Unknown = it.Unknown[:0]
	it.Links = it.Links[:0]
}

// Len is the number of items in the record.
func (it *Items) Len() int {
	return len(it.Events) + len(it.Changes) + len(it.Ignored) + len(it.Rejected)
}

// Surroundings is what the wrappers around a record say of it.
type Surroundings struct {
	WABA   string
	Number string         // phone_number_id
	Logged jsontree.Value // when a wrapper says that it was written
}

// Surrounded is a dialect whose records may lack what their wrappers say.
type Surrounded interface {
	// Surround tells it before Decode, or Assemble, what is around the record.
	Surround(Surroundings)
}

// PieceAssembler is a dialect whose records may lie in pieces in an object that is
// not recognised as a record, and holds none.
type PieceAssembler interface {
	// Assemble decodes what the pieces come to, and reports whether v holds any.
	Assemble(v jsontree.Value, items *Items) bool
}

// Keyed is a dialect that knows its records by their keys. What is around the
// records of a log has the same few shapes thousands of times.
type Keyed interface {
	// MayKnow reports whether an object with these keys, whatever stands under them,
	// may be a record, or hold the pieces of one.
	MayKnow(object jsontree.Value) bool
}

// Shaped is a dialect that tells from the shape of an object that it is none of its
// records, though it may have some of their keys.
type Shaped interface {
	// MayBe reports whether an object may be a record that has these keys, and values of
	// these kinds, whatever their texts and numbers, and the members of those that were
	// skipped.
	MayBe(object jsontree.Value) bool
	// MayBePiece reports the same of whether it may be a piece of a record that Assemble
	// makes.
	MayBePiece(object jsontree.Value) bool
}

// WrapperKey is the first key of a record that is wrapped in why an earlier run
// rejected it. What it holds is to be decoded, not the wrapper.
const WrapperKey = "_waudit"

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
