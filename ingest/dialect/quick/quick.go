// Package quick reads ordinary records straight from their bytes or cells, by the
// layouts of the records before.
//
//	quick.go   records of a known layout
//	layout.go  the layouts, and strings and numbers in JSON
//	learn.go   what is a slot in records that the dialects have read
//	row.go     flat records that are rows of a table
package quick

import (
	"strings"
	"unicode/utf8"
	"unsafe"

	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/dialect/meta"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// Reader decodes ordinary records straight from their bytes: webhooks with
// statuses and user messages, and flat records, which nearly all records of a log
// are. A log repeats itself: from one record to the next differ the ids, the times
// and the texts, while all around them, down to the categories, is one of a few
// dozen layouts. So of what the dialects have read, the Reader learns the layouts:
// literal text with slots between, and the event that it gave. To compare a text
// that is expected is several times faster than to parse it.
//
// A record that has a layout differs from the one it was learned of in its slots
// alone. Its structure is therefore sound, and what it says is the same but for the
// slots; whatever depends on these is worked out anew, by the functions of the
// dialects. Of a record that it accepts, the Reader gives the very items that they give.
// Only into strings that nobody reads it does not look, unless it is to be strict, so
// that a control character there, or an escape that JSON does not have, goes unnoticed.
//
// A Reader is for one goroutine at a time.
type Reader struct {
	flat, webhook int // indexes of their dialects, -1 if they are not to be read

	src   source
	items *dialect.Items

	// Of the value that is read.
	scope    meta.Envelope      // for the rules that both share
	contacts []dialect.Identity // its contacts
	users    []dialect.Identity // who its events are about, before a contact helps

	rows rowReader // the rows of tables

	layouts [numLists]layouts
	tries   int  // of learning
	found   int  // records of a known layout
	strict  bool // texts that nobody reads are looked at in all records
	exact   bool // and in the one that is read

	spelling spelling // of the record that is read
}

// New returns a decoder for those of the dialects that it can stand in
// for. They are tried in their order: behind one that may take anything for
// its own, nothing is left to stand in for.
func New(dialects []dialect.Dialect) *Reader {
	q := &Reader{flat: -1, webhook: -1}
	for i, d := range dialects {
		switch d.(type) {
		case *flat.Dialect:
			q.flat = i
		case *flat.Truth, *meta.OnPremises: // never claims a record with an event or an entry
		case *meta.Cloud:
			q.webhook = i
			return q
		default:
			return q
		}
	}
	return q
}

// BeStrict makes Decode look at every byte, as DecodeInner does.
func (q *Reader) BeStrict() { q.strict, q.exact = true, true }

// Decode replaces items by what the record holds, and returns the index of the
// dialect that it is of. If the record has no layout that was learned, ok is false
// and items are empty. The strings of items share memory with the record.
func (q *Reader) Decode(record []byte, items *dialect.Items) (dialect int, ok bool) {
	items.Reset()
	q.src, q.items = source(unsafe.String(unsafe.SliceData(record), len(record))), items
	var v slots
	l, end := q.match(listRecords, 0, &v)
	if l == nil || q.src.space(end) != len(q.src) || l.dialect == q.flat && !q.fillRow(l, &v) {
		items.Reset()
		return 0, false
	}
	q.found++
	return l.dialect, true
}

// elements reads the elements of a list from i on. It returns where the last one
// ends, or fault.
func (q *Reader) elements(k list, i int) int {
	for {
		var v slots
		first := len(q.items.Events)
		if k == listChanges {
			q.contacts, q.users = q.contacts[:0], q.users[:0]
		}
		l, end := q.match(k, i, &v)
		if l == nil || !q.fill(k, l, &v, first) {
			return fault
		}
		comma := q.space(end)
		if comma >= len(q.src) || q.src[comma] != ',' {
			return end
		}
		i = q.space(comma + 1)
	}
}

// space is source.space for the spelling of the record: in a string there is none but
// blanks.
func (q *Reader) space(i int) int {
	if q.spelling == inString {
		for i < len(q.src) && q.src[i] == ' ' {
			i++
		}
		return i
	}
	return q.src.space(i)
}

// fill takes what the slots of an element say; the events from first on are of its
// inner elements. It reports whether the element is an ordinary one.
func (q *Reader) fill(k list, l *layout, v *slots, first int) bool {
	switch k {
	case listEntries:
		for n := first; n < len(q.items.Events); n++ {
			q.items.Events[n].WABA = v[slotWABA]
		}
		return v[slotWABA] != meta.TestWABA
	case listChanges:
		return v[slotNumber] != meta.TestNumber && q.complete(q.items.Events[first:], v[slotNumber], v[slotDisplay])
	case listContacts:
		q.contacts = append(q.contacts, dialect.IdentityOf(v[slotUser], v[slotUserID], v[slotParent]))
		return true
	}
	return q.fillEvent(l, v)
}

// fillEvent adds the event of a status or a message of a user. It reports whether
// it is an ordinary one.
func (q *Reader) fillEvent(l *layout, v *slots) bool {
	e := q.addEvent(l)
	if !readTimes(e, v[slotTime], v[slotExpires]) || isOddMessage(v[slotMessage]) || l.clicked != (v[slotClick] != "") {
		return false
	}
	e.Message, e.Conversation, e.Group = v[slotMessage], v[slotConversation], v[slotGroup]
	who, member := dialect.IdentityOf(v[slotUser], v[slotUserID], v[slotParent]), dialect.IdentityOf(v[slotParticipant], v[slotMemberID], v[slotMemberParent])
	if e.Kind != event.Inbound && (l.toGroup || member.Known() || strings.HasSuffix(v[slotUser], "@g.us")) {
		e.Group = v[slotUser]
		if e.Group != "" {
			who, e.Participant = member, member.Any()
		}
	}
	q.users = append(q.users, who)
	return !l.card || who.Phone != "" // a card may hold the sender's phone
}

// isOddMessage reports whether the id is that of a call or of a test, or none.
func isOddMessage(id string) bool {
	return id == "" || id == meta.TestMessage || strings.HasPrefix(id, "wacid.")
}

// fillRow adds the event of a flat record. It reports whether it is an ordinary one.
func (q *Reader) fillRow(l *layout, v *slots) bool {
	e := q.addEvent(l)
	if !readTimes(e, v[slotTime], v[slotExpires]) || l.clicked != (v[slotClick] != "") {
		return false
	}
	e.WABA, e.Number, e.Message, e.Conversation = v[slotWABA], v[slotNumber], v[slotMessage], v[slotConversation]
	e.Group, e.Template, e.Line = v[slotGroup], v[slotTemplate], v[slotLine]
	who := dialect.IdentityOf(v[slotUser], v[slotUserID], "")
	e.User, e.UserID = who.Phone, who.UserID
	q.items.LinkUser(who)
	e.Participant = dialect.IdentityOf(v[slotParticipant], "", "").Any()
	return flat.NamesUser(e) && readPrice(e, v[slotAmount])
}

// addEvent adds an event of the layout to be filled in.
func (q *Reader) addEvent(l *layout) *event.Event {
	q.items.Events = append(q.items.Events, l.event)
	return &q.items.Events[len(q.items.Events)-1]
}

// readTimes reads when it happened, unless that is known, and if it says so when the
// conversation ends.
func readTimes(e *event.Event, at, expires string) bool {
	return readTime(&e.Expires, expires) && readTime(&e.Time, at) && e.Time != 0
}

func readTime(at *int64, text string) bool {
	if text == "" {
		return true
	}
	ms, why := notation.ReadTime(text)
	*at = ms
	return why == notation.TimeGood
}

// readPrice reads the price on a row, if there is one. It reports whether it can be
// used, and has no currency with it.
func readPrice(e *event.Event, text string) bool {
	if text == "" {
		return true
	}
	amount, err := money.Parse(notation.PlainDecimal(text))
	nano, ok := notation.Price(amount)
	if err != nil || !ok {
		return false
	}
	e.HasAmount, e.Amount = true, nano
	return true
}

// complete fills in what the events of a value have from its other parts, and
// notes who is who. It reports whether they are all to be used.
func (q *Reader) complete(events []event.Event, number, display string) bool {
	s := &q.scope
	s.Contacts, s.Alone, s.Contact = len(q.contacts), len(events) == 1, dialect.Identity{}
	if len(q.contacts) == 1 {
		s.Contact = q.contacts[0]
	}
	for _, who := range q.contacts {
		q.items.LinkUser(who)
	}
	for n := range events {
		e, who := &events[n], q.users[n]
		e.Number = number
		if e.Kind != event.Inbound && e.Group != "" {
			q.items.LinkUser(who) // a member of the group
			continue
		}
		s.SetUser(q.items, e, who)
		if e.Kind != event.Inbound {
			continue
		}
		s.Display = dialect.PhoneDigits(display)
		if s.IsOwn(who) || e.User == "" && e.UserID == "" && e.Group == "" {
			return false
		}
	}
	return len(events) > 0
}

// Learn remembers the layout of a record that the dialect has read into items, if
// it is one that the Reader can stand in for.
func (q *Reader) Learn(record jsontree.Value, dialect int, items *dialect.Items) {
	n := len(items.Events)
	if q.tries > maxTries+q.found/perTry || n == 0 || n != items.Len() || len(items.Unknown) > 0 || record.Rough() {
		return
	}
	l := lesson{quick: q, src: source(record.Raw()), base: record.Offset(), events: items.Events}
	members := rowMembers
	switch {
	case dialect == q.flat && (flat.Dialect{}).Recognise(record):
	case dialect == q.webhook && record.Get("object").Str() == meta.WhatsApp:
		members = listMembers[listRecords]
	default:
		return
	}
	q.tries++
	if !utf8.Valid(record.Raw()) || !l.element(record, listRecords, members, layout{dialect: dialect}) || len(l.events) > 0 || l.deep {
		return
	}
	for _, made := range l.made {
		q.layouts[made.list].add(l.src, made)
	}
}

// DecodeInner is Decode for a record that lies in another, whose text goes on
// behind it: it adds to items and returns how long the record is. It looks at every
// byte, as a fault in the record is one of what is around it.
func (q *Reader) DecodeInner(text []byte, items *dialect.Items) (dialect, n int, ok bool) {
	return q.decodeInner(text, items, bare)
}

// DecodeInString is DecodeInner for a record that is written as a string of JSON, from
// behind its quote on.
func (q *Reader) DecodeInString(text []byte, items *dialect.Items) (dialect, n int, ok bool) {
	return q.decodeInner(text, items, inString)
}

// DecodeDoubled is DecodeInner for a record in which each quote stands twice, as in a
// cell of CSV.
func (q *Reader) DecodeDoubled(text []byte, items *dialect.Items) (dialect, n int, ok bool) {
	return q.decodeInner(text, items, doubled)
}

func (q *Reader) decodeInner(text []byte, items *dialect.Items, as spelling) (dialect, n int, ok bool) {
	events, links := len(items.Events), len(items.Links)
	q.src, q.items, q.exact, q.spelling = source(unsafe.String(unsafe.SliceData(text), len(text))), items, true, as
	var v slots
	l, n := q.match(listRecords, 0, &v)
	q.exact, q.spelling = q.strict, bare
	if l == nil || n > len(text) || l.dialect == q.flat && !q.fillRow(l, &v) {
		items.Events, items.Links = items.Events[:events], items.Links[:links]
		return 0, 0, false
	}
	q.found++
	return l.dialect, n, true
}
