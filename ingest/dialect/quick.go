package dialect

import (
	"unicode/utf8"
	"unsafe"

	"waudit/audit/event"
)

// Quick decodes ordinary records straight from their bytes: it looks at each
// once and keeps no tree. It knows what nearly all records of a log are,
// webhooks with statuses and user messages, and flat records. Of everything
// else, and of whatever is wrong or unknown in those, it says so and leaves it
// to the dialects, which find the words for it: for a record that it accepts,
// it gives the very items that they give.
//
// It is strict about structure and about every value that it uses. Only into
// strings that it skips it does not look, so that a control character there, or
// an escape that JSON does not have, goes unnoticed.
//
//	quick.go          which records, and the hand-over to the dialects
//	quick_scan.go     reading JSON without a tree
//	quick_skip.go     what is not read
//	quick_layout.go   the layouts of records that were read before
//	quick_fill.go     records of a layout
//	quick_meta.go     envelope, entry, change, value
//	quick_status.go   statuses
//	quick_inbound.go  messages of users
//	quick_pricing.go  pricing objects
//	quick_flat.go     flat records
//	quick_row.go      flat records that are rows of a table
//
// A Quick is for one goroutine at a time.
type Quick struct {
	flat, webhook int // indexes of their dialects, -1 if they are not to be read

	src   source
	items *Items

	// Of the value that is read.
	meta     metaCloud  // its items and scope, for the rules that both share
	contacts []identity // its contacts
	users    []identity // who its events are about, before a contact helps

	toGroup bool      // a status says that it is about a group
	rows    rowReader // the rows of tables

	layouts  layouts          // of whole records
	statuses layouts          // of statuses that do not stand alone
	seen     [numSlots]string // what stands in the record where records of its layout differ
	part     [numSlots]string // what stands in a status likewise
	skipped  [][2]int         // from where to where it holds values that are not used
}

// NewQuick returns a decoder for those of the dialects that it can stand in
// for. They are tried in their order: behind one that may take anything for
// its own, nothing is left to stand in for.
func NewQuick(dialects []Dialect) *Quick {
	q := &Quick{flat: -1, webhook: -1}
	for i, d := range dialects {
		switch d.(type) {
		case *flat:
			q.flat = i
		case *truth, *onPrem: // never claims a record with an event or an entry
		case *metaCloud:
			q.webhook = i
			return q
		default:
			return q
		}
	}
	return q
}

// WrapperKey is the first key of a record that is wrapped in why an earlier run
// rejected it. What it holds is to be decoded, not the wrapper.
const WrapperKey = "_waudit"

// Decode replaces items by what the record holds, and returns the index of the
// dialect that it is of. If the record is not an ordinary one, ok is false and
// items are empty. The strings of items share memory with the record.
func (q *Quick) Decode(record []byte, items *Items) (dialect int, ok bool) {
	items.Reset()
	q.src, q.items, q.meta.items = source(unsafe.String(unsafe.SliceData(record), len(record))), items, items
	if l, end := q.layouts.find(q.src, 0, &q.seen); l != nil {
		if end == len(q.src) && q.fill(l) {
			return l.dialect, true
		}
		items.Reset()
	}
	if !utf8.Valid(record) {
		return 0, false
	}
	q.seen, q.skipped = [numSlots]string{}, q.skipped[:0]
	q.contacts, q.users, q.toGroup = q.contacts[:0], q.users[:0], false
	switch key, _ := q.src.key(q.src.open(0, '{')); key {
	case "object", "entry":
		dialect = q.webhook
		ok = dialect >= 0 && q.readWebhook()
	default:
		dialect = q.flat
		ok = dialect >= 0 && q.readFlat()
	}
	if n := len(items.Events); !ok || n == 0 || n != items.Len() || len(items.Unknown) > 0 {
		items.Reset()
		return 0, false
	}
	q.learn(dialect)
	return dialect, true
}

// addEvent adds an event to be filled in.
func (q *Quick) addEvent() *event.Event {
	q.items.Events = append(q.items.Events, event.Event{})
	return &q.items.Events[len(q.items.Events)-1]
}

// each reads an array with read, which is given where an element begins and
// returns where it ends. It returns the offset behind the array. An empty one
// is a fault, as it is of no use.
func (q *Quick) each(i int, read func(*Quick, int) int) int {
	i = q.src.open(i, '[')
	for more := true; more; {
		i = read(q, i)
		i, more = q.src.next(i, ']')
	}
	return i
}
