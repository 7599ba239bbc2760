package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/ingest/notation"
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
	if e.Group = v[slotGroup]; l.dialect == q.flat {
		e.Template, e.Line = v[slotTemplate], v[slotLine]
		return q.readAmount(e, v[slotAmount]) && q.whoOfRow(e, v[slotUser], v[slotUserID], v[slotParticipant])
	}
	q.contacts, q.users = q.contacts[:0], q.users[:0]
	if e.WABA == testWABA || e.Number == testNumber || !q.fillWho(l, e, v) {
		return false
	}
	if l.contacts == 1 {
		q.contacts = append(q.contacts, identityOf(v[slotContact], v[slotContactID], v[slotContactParent]))
	}
	return q.complete(q.items.Events, e.Number, v[slotDisplay])
}

// fillStatus adds the event of one status of several, whose layout is known. It
// reports whether it is an ordinary one.
func (q *Quick) fillStatus(l *layout, v *[numSlots]string) bool {
	e := q.addEvent()
	*e = l.event
	at, why := readTimeText(v[slotTime])
	if e.Time = at; why != timeGood || readExpiration(&e.Expires, v[slotExpires], 0) == fault {
		return false
	}
	e.Message, e.Conversation = v[slotMessage], v[slotConversation]
	return q.fillWho(l, e, v)
}

// fillWho notes who a status or a message of a user is about. It reports whether
// the message is an ordinary one.
func (q *Quick) fillWho(l *layout, e *event.Event, v *[numSlots]string) bool {
	who, member := identityOf(v[slotUser], v[slotUserID], v[slotParent]), identityOf(v[slotParticipant], v[slotMemberID], v[slotMemberParent])
	if e.Kind != event.Inbound {
		e.Group, e.Participant = "", ""
		if l.toGroup || member.known() || strings.HasSuffix(v[slotUser], "@g.us") {
			e.Group = v[slotUser]
		}
		if e.Group != "" {
			who, e.Participant = member, member.any()
		}
	}
	q.users = append(q.users, who)
	return !isOddMessage(e.Message)
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
	amount, err := money.Parse(notation.PlainDecimal(text))
	nano, ok := notation.Price(amount)
	if err != nil || !ok {
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
