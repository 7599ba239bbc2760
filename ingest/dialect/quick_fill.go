package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/audit/money"
)

// fill makes the event of a record whose layout is known. It reports whether
// the record is an ordinary one.
func (q *Quick) fill(l *layout) bool {
	v := &q.seen
	q.items.Events = append(q.items.Events[:0], l.event)
	e := &q.items.Events[0]
	at, why := readTimeText(v[slotTime])
	if e.Time = at; why != timeGood || l.clicked != (v[slotClick] != "") || readExpiration(&e.Expires, v[slotExpires], 0) == fault {
		return false
	}
	e.WABA, e.Number, e.Message, e.Conversation = v[slotWABA], v[slotNumber], v[slotMessage], v[slotConversation]
	if l.dialect == q.flat {
		e.Group, e.Template = v[slotGroup], v[slotTemplate]
		return q.readAmount(e, v[slotAmount]) && q.whoOfRow(e, v[slotUser], v[slotUserID], v[slotParticipant])
	}
	if e.WABA == testWABA || e.Number == testNumber || isOddMessage(e.Message) || strings.HasSuffix(v[slotUser], "@g.us") {
		return false
	}
	q.contacts, q.users = q.contacts[:0], append(q.users[:0], identityOf(v[slotUser], v[slotUserID], v[slotParent]))
	if l.contacts == 1 {
		q.contacts = append(q.contacts, identityOf(v[slotContact], v[slotContactID], v[slotContactParent]))
	}
	return q.complete(q.items.Events, e.Number, v[slotDisplay])
}

// isOddMessage reports whether the id is that of a call or of a test, or none.
func isOddMessage(id string) bool {
	return id == "" || id == testMessage || strings.HasPrefix(id, "wacid.")
}

// readAmount reads the price on a row, if there is one. It reports whether it
// can be used.
func (q *Quick) readAmount(e *event.Event, text string) bool {
	if text == "" {
		return true
	}
	nano, err := money.Parse(plainDecimal(text))
	if err != nil {
		return false
	}
	e.HasAmount, e.Amount = true, nano
	return true
}

// whoOfRow fills in who a row is about. It reports whether it says.
func (q *Quick) whoOfRow(e *event.Event, user, userID, participant string) bool {
	who := identityOf(user, userID, "")
	e.User, e.UserID = who.phone, who.userID
	q.meta.linkUser(who)
	e.Participant = identityOf(participant, "", "").any()
	return who.known() || e.Group != "" || e.Kind.Outbound() && e.Message != ""
}
