package dialect

import "waudit/audit/event"

// readMessage reads a message of a user.
func (q *Quick) readMessage(i int) int {
	const referral = once(1)
	var seen once
	var key, kind, time, from, fromID, fromParent string
	s, e, hasCard := q.src, q.addEvent(), false
	i = s.open(i, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch key {
		case "from":
			i = s.field(i, &from)
		case "from_user_id":
			i = s.field(i, &fromID)
		case "from_parent_user_id":
			i = s.field(i, &fromParent)
		case "id":
			i = s.field(i, &e.Message)
		case "timestamp":
			i = s.field(i, &time)
		case "type":
			i = s.field(i, &kind)
		case "referral":
			i = q.readReferral(e, seen.first(referral, i))
		case "contacts":
			hasCard = true
			i = q.skip(i)
		case "group_id":
			i = s.field(i, &e.Group)
		case "from_bsuid", "system", "origin":
			return fault
		default:
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	who := identityOf(from, fromID, fromParent)
	if i == fault || isOddMessage(e.Message) || kind == "" ||
		hasCard && who.phone == "" { // the card may hold the sender's phone
		return fault
	}
	at, why := readTimeText(time)
	if why != timeGood {
		return fault
	}
	q.seen[slotMessage], q.seen[slotTime], q.seen[slotGroup] = e.Message, time, e.Group
	q.seen[slotUser], q.seen[slotUserID], q.seen[slotParent] = from, fromID, fromParent
	q.users = append(q.users, who)
	e.Kind, e.Time, e.Type = event.Inbound, at, q.items.messageType(kind)
	return i
}

// readReferral reads which ad or button a message came through.
func (q *Quick) readReferral(e *event.Event, i int) int {
	s := q.src
	if s.isNull(i) {
		return s.literal(i)
	}
	var key, source, click string
	i = s.open(i, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch key {
		case "source_type":
			i = s.field(i, &source)
		case "ctwa_clid":
			i = s.field(i, &click)
		default:
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	q.seen[slotClick] = click
	e.Referral = q.items.referralSource(source, click)
	return i
}
