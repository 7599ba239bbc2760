package dialect

import (
	"strings"

	"waudit/audit/event"
)

// The members of a status that are objects or lists, for once.
const (
	onceConversation once = 1 << iota
	oncePricing
	onceErrors
)

// quickStatus is what a status says that needs a second look.
type quickStatus struct {
	status, kind, time, recipientType string
	recipient, userID, parent         string
	member, memberID, memberParent    string // of a group
}

func (q *Quick) readStatus(i int) int {
	if l, end := q.statuses.find(q.src, i, &q.part); l != nil && (len(q.items.Events) > 0 || end < len(q.src) && q.src[end] == ',') {
		if !q.fillStatus(l, &q.part) {
			return fault
		}
		return end
	}
	start, before := i, len(q.items.Events)
	q.seen[slotExpires], q.toGroup = "", false
	i = q.readNewStatus(i)
	if i < len(q.src) && (before > 0 || q.src[i] == ',') && len(q.items.Unknown) == 0 {
		q.statuses.learn(q, start, i, &layout{event: q.items.Events[before], toGroup: q.toGroup})
	}
	return i
}

// readNewStatus reads a status member by member.
func (q *Quick) readNewStatus(i int) int {
	var p quickStatus
	var seen once
	var key string
	s, e := q.src, q.addEvent()
	i = s.open(i, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch key {
		case "id":
			i = s.field(i, &e.Message)
		case "status":
			i = s.field(i, &p.status)
		case "type":
			i = s.field(i, &p.kind)
		case "timestamp":
			i = s.field(i, &p.time)
		case "template_id":
			i = s.field(i, &e.TemplateID)
		case "recipient_id":
			i = s.field(i, &p.recipient)
		case "recipient_user_id":
			i = s.field(i, &p.userID)
		case "recipient_parent_user_id", "parent_recipient_user_id":
			i = s.field(i, &p.parent)
		case "recipient_type":
			i = s.field(i, &p.recipientType)
		case "conversation":
			i = q.readConversation(e, seen.first(onceConversation, i))
		case "pricing":
			i = q.readPricing(e, seen.first(oncePricing, i))
		case "errors":
			i = q.readErrors(e, seen.first(onceErrors, i))
		case "recipient_participant_id", "participant_recipient_id":
			i = s.field(i, &p.member)
		case "recipient_participant_user_id":
			i = s.field(i, &p.memberID)
		case "recipient_participant_parent_user_id":
			i = s.field(i, &p.memberParent)
		case "meta_msg_id", "recipientId", "message", "group_id":
			return fault // shapes of partners
		default:
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	if i == fault || !q.useStatus(e, &p) {
		return fault
	}
	return i
}

// useStatus makes the event of the status. It reports whether it is one.
func (q *Quick) useStatus(e *event.Event, p *quickStatus) bool {
	e.Kind = ordinaryStatus(p.status)
	if e.Kind == 0 || isOddMessage(e.Message) || !ofMessage(p.kind) {
		return false
	}
	q.seen[slotMessage], q.seen[slotTime], q.seen[slotConversation] = e.Message, p.time, e.Conversation
	q.seen[slotUser], q.seen[slotUserID], q.seen[slotParent] = p.recipient, p.userID, p.parent
	q.seen[slotParticipant], q.seen[slotMemberID], q.seen[slotMemberParent] = p.member, p.memberID, p.memberParent
	who, member := identityOf(p.recipient, p.userID, p.parent), identityOf(p.member, p.memberID, p.memberParent)
	q.toGroup = event.Word(p.recipientType) == "group"
	if q.toGroup || member.known() || strings.HasSuffix(p.recipient, "@g.us") {
		e.Group = p.recipient
	}
	if e.Group != "" {
		who, e.Participant = member, member.any()
	}
	q.users = append(q.users, who)
	at, why := readTimeText(p.time)
	e.Time = at
	return why == timeGood
}

// ordinaryStatus says what a status means, 0 if it is an unusual one.
func ordinaryStatus(status string) event.Kind {
	switch status {
	case "sent":
		return event.Sent
	case "delivered":
		return event.Delivered
	case "read":
		return event.Read
	case "failed":
		return event.Failed
	}
	return 0
}

func (q *Quick) readConversation(e *event.Event, i int) int {
	s := q.src
	if s.isNull(i) {
		return s.literal(i)
	}
	const origin = once(1)
	var seen once
	var key, expires, what string
	i = s.open(i, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch key {
		case "id":
			i = s.field(i, &e.Conversation)
		case "origin":
			what, i = q.readOrigin(seen.first(origin, i))
			e.Origin = q.items.category("conversation.origin.type", what)
		case "expiration_timestamp":
			i = s.field(i, &expires)
		case "expirationTimestamp", "pricing":
			return fault
		default:
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	q.seen[slotExpires] = expires
	return readExpiration(&e.Expires, expires, i)
}

// readExpiration reads the end of a conversation, if there is one. It returns
// i, for a time that is none a fault.
func readExpiration(at *int64, text string, i int) int {
	if text == "" {
		return i
	}
	ms, why := readTimeText(text)
	if why != timeGood {
		return fault
	}
	*at = ms
	return i
}

// readOrigin reads what a conversation began with, {"type": "utility"}.
func (q *Quick) readOrigin(i int) (origin string, end int) {
	s := q.src
	i = s.open(i, '{')
	for more := true; more; {
		var key string
		if key, i = s.key(i); key == "type" {
			i = s.field(i, &origin)
		} else {
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	return origin, i
}

// readErrors reads the code of the first error.
func (q *Quick) readErrors(e *event.Event, i int) int {
	s := q.src
	if s.isNull(i) {
		return s.literal(i)
	}
	i = s.open(s.open(i, '['), '{')
	for more := true; more; {
		var key string
		if key, i = s.key(i); key == "code" {
			i = s.field(i, &e.Error)
		} else {
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	i, more := s.next(i, ']')
	for more {
		i = q.skip(i)
		i, more = s.next(i, ']')
	}
	return i
}
