package table

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
	"waudit/ingest/phone"
)

// tableMapping is a mapping that names nothing.
func tableMapping() *Mapping {
	s := section{}
	c := columnParser{section: &s}
	c.readColumns(nil, nil)
	for i := range s.columns {
		col := &s.columns[i]
		col.fields = slices.Concat(s.fieldsOf(col.column, tableFirst), col.fields, s.fieldsOf(col.column, tableLast))
	}
	s.channel = s.fieldsAt([]string{keyChannel})
	s.numberID = s.item.slot("phone_number_id", false)
	s.finish()
	return &Mapping{name: "table", sections: []section{s}, isTable: true}
}

// fieldsOf are the fields in which a column may be.
func (s *section) fieldsOf(c event.Column, of use) (fields []field) {
	for _, other := range synonymsOf(c, of) {
		f := s.newField(other.name, false, false)
		f.kinds, f.party = other.kinds, other.party
		fields = append(fields, f)
	}
	return fields
}

// businessPhone may be the name of the business's number or of the customer's.
const businessPhone = "phone_number"

// New returns the dialect of tables that are no flat records, but whose
// columns have names that say enough: a message id or a user, a status, and a
// time. It takes only what no other dialect knows.
func New() dialect.Dialect { return tableMapping().Dialect() }

// isTable reports whether the record is a row of such a table.
func (r *rowReading) isTable() bool {
	columns := &r.section.columns
	return r.hasGoodTime(&columns[event.ColTimestamp]) && r.saysEvent() && r.hasGoodPair()
}

// hasGoodTime reports whether there is a time, and none that is something else.
// One in a form that is not known is still a time: what is missing is said.
func (r *rowReading) hasGoodTime(s *columnSource) bool {
	times := 0
	for i := range s.fields {
		text := r.text(&s.fields[i])
		if text == "" {
			continue
		}
		if m := s.Times.Read(text); m.Fault == notation.TimeJunk && !looksLikeTime(text) {
			return false
		}
		times++
	}
	return times > 0
}

// looksLikeTime reports whether a text has the digits of a year, a month and a day.
func looksLikeTime(text string) bool {
	digits := 0
	for i := range len(text) {
		if text[i]-'0' <= 9 {
			digits++
		}
	}
	return digits >= 6
}

// saysEvent reports whether there is a status, or the time of an event. That a
// status is not known is no reason to leave out the row of a message to a user.
func (r *rowReading) saysEvent() bool {
	columns := &r.section.columns
	status := r.status(&columns[event.ColEvent])
	switch {
	case status.kind != 0 || dialect.IsIdleStatus(event.Word(status.text)):
		return true
	case status.text != "":
		return r.cell(&columns[event.ColMessage], 0).text != "" && r.cell(&columns[event.ColUser], 0).text != ""
	case r.inbound() && strings.HasPrefix(r.cell(&columns[event.ColMessage], 0).text, dialect.MessageIDPrefix):
		return true // of what users write many a house keeps no status
	}
	return r.isSpread()
}

// isSpread reports whether the row has the time of an event, and so is a message
// rather than one thing that happened to it.
func (r *rowReading) isSpread() bool {
	return slices.ContainsFunc(spreadKinds, func(k event.Kind) bool { return r.ownTime(&r.section.columns[event.ColTimestamp], k) })
}

// hasGoodPair reports whether there is a message or a user, and the user is
// none of e-mail.
func (r *rowReading) hasGoodPair() bool {
	s := &r.section.columns[event.ColUser]
	for i := range s.fields {
		if strings.Contains(r.text(&s.fields[i]), "@") {
			return false
		}
	}
	return slices.ContainsFunc(pairColumns, func(c event.Column) bool { return r.cell(&r.section.columns[c], 0).text != "" })
}

// text is the text of a field. Tables are full of words for a value that is not
// there.
func (r *rowReading) text(f *field) string {
	text := cellText(r.value(f))
	if r.mapping.isTable && dialect.IsNoID(text) {
		return ""
	}
	return text
}

// isCell reports whether the text of a field can be what the column of a table
// is for. An operator has a "user_id" as well, and customers have one in the
// house's own counting: taken for a user of WhatsApp, all would be one.
func (r *rowReading) isCell(c event.Column, f *field, text string) bool {
	switch c {
	case event.ColUser:
		return isUser(text) && (f.text != businessPhone || r.isCustomers(text))
	case event.ColUserID:
		return dialect.IsUserID(text)
	case event.ColNumber:
		isRole := false
		if text[0]|0x20 >= 'a' { // no phone
			_, isRole = ofPerson[event.Word(text)]
		}
		return !isRole
	}
	return true
}

// isCustomers reports whether a "phone_number" can be the customer's: beside the id of
// the business's, in a row that says who wrote, and neither what the business's shows
// nor another than the one in Meta's id of the message.
func (r *rowReading) isCustomers(number string) bool {
	if _, said := r.direction(); !said.OK() || !r.item.values[r.section.numberID].OK() {
		return false
	}
	shown, inside := r.shownPhone(), r.phoneInside()
	number = dialect.PhoneDigits(number)
	return shown != number && (inside == "" || phone.Same(inside, number))
}

// isGuess reports whether an event's user is a "phone_number" of which the row does not
// say whose it is.
func (r *rowReading) isGuess(columns *columnSources, k event.Kind) bool {
	c := r.cell(&columns[event.ColUser], k)
	return c.field != nil && c.field.text == businessPhone && r.shownPhone() == "" && r.phoneInside() == ""
}

// shownPhone is the phone that the business's number shows, "" if the row does not say.
func (r *rowReading) shownPhone() string {
	return dialect.PhoneDigits(cellText(r.root.Get("display_phone_number")))
}

// phoneInside is the customer's phone in Meta's id of the row's message, "" if there is
// none.
func (r *rowReading) phoneInside() string {
	return phoneInside(r.cell(&r.section.columns[event.ColMessage], 0).text)
}

// phoneInside returns the customer's phone that Meta's id of a message holds, "" if it
// holds none: in base64, behind two bytes and its length.
func phoneInside(id string) string {
	text, ok := strings.CutPrefix(id, dialect.MessageIDPrefix)
	if !ok {
		return ""
	}
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil || len(data) < 3 || data[0] != 0x1c || data[1] != 0x18 || len(data)-3 < int(data[2]) {
		return ""
	}
	digits := string(data[3 : 3+int(data[2])])
	if dialect.PhoneDigits(digits) != digits {
		return ""
	}
	return digits
}

// isUser reports whether the text looks like a phone or a business-scoped id.
func isUser(text string) bool {
	const shortest, longest = 7, 15 // digits of a phone with its country
	digits := dialect.PhoneDigits(text)
	return shortest <= len(digits) && len(digits) <= longest || dialect.IsUserID(text) || dialect.IsPowerOfTen(text)
}

// findMessage finds the message id in a row. Meta's own goes before what else is
// called one, as houses count their messages too; it is known by its beginning
// also where the column is called something else, unless it may be of the
// message that was replied to.
func (r *rowReading) findMessage(s *columnSource, first columnText) columnText {
	if strings.HasPrefix(first.text, dialect.MessageIDPrefix) {
		return first
	}
	for i := range s.fields {
		if text := r.text(&s.fields[i]); strings.HasPrefix(text, dialect.MessageIDPrefix) {
			return columnText{text: text, value: r.value(&s.fields[i]), field: &s.fields[i]}
		}
	}
	var found jsontree.Value
	for m := r.root.First(); m.OK(); m = m.Next() {
		if !strings.HasPrefix(cellText(m), dialect.MessageIDPrefix) || namesOther(m.Key()) {
			continue
		}
		if found.OK() {
			return first
		}
		found = m
	}
	if found.OK() {
		return columnText{text: cellText(found), value: found}
	}
	return first
}

// namesOther reports whether the name of a column may be of the id of another
// message than the row's.
func namesOther(name string) bool {
	name = strings.ToLower(name)
	others := []string{"context", "repl", "quot", "parent", "orig", "react", "prev", "last", "forward"}
	return slices.ContainsFunc(others, func(word string) bool { return strings.Contains(name, word) })
}

// madeID is the id of a message whose row has none, but the times of what
// happened to it. It is made of what stays the same when the row is exported
// again.
func (r *rowReading) madeID(e *event.Event) string {
	columns := &r.section.columns
	h := sha256.New()
	fmt.Fprintf(h, "%q", [...]string{e.User, e.UserID, e.Group, e.Number, r.cell(&columns[event.ColTimestamp], event.Sent).text})
	if id := cellText(r.root.Get("id")); id != "" {
		fmt.Fprintf(h, "%q", id)
	}
	return "synthetic:" + hex.EncodeToString(h.Sum(nil)[:8])
}

// nameMessage gives the message of a row a name where it has none. It returns
// why that cannot be done, "" if it is.
func (r *rowReading) nameMessage(e *event.Event) (problem string) {
	switch {
	case e.Message != "" || !e.Kind.Outbound():
		return ""
	case r.isSpread():
		e.Message = r.madeID(e)
		return ""
	}
	return "it tells no message: " + r.describe(&r.section.columns[event.ColMessage], columnText{}) +
		" is empty or not there, and each status would count as a message of its own; export the message id, or name its column in a mapping"
}
