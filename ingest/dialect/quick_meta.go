package dialect

import "waudit/audit/event"

// once is a set of members that an object has shown. One that it shows again
// is a fault.
type once uint8

// first returns i for a member that was not there before.
func (o *once) first(member once, i int) int {
	if *o&member != 0 {
		return fault
	}
	*o |= member
	return i
}

// readWebhook reads a record that is a whole webhook.
func (q *Quick) readWebhook() bool {
	const entry = once(1)
	var seen once
	var key, object string
	s, i := q.src, q.src.open(0, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch key {
		case "object":
			i = s.field(i, &object)
		case "entry":
			i = q.each(seen.first(entry, i), (*Quick).readEntry)
		case "event": // what has a time and an id too is a flat record
			return false
		default:
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	return object == whatsApp && s.space(i) == len(s)
}

func (q *Quick) readEntry(i int) int {
	const changes = once(1)
	var seen once
	var key, waba string
	s, start := q.src, len(q.items.Events)
	i = s.open(i, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch key {
		case "id":
			i = s.field(i, &waba)
		case "changes":
			i = q.each(seen.first(changes, i), (*Quick).readChange)
		default:
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	if waba == testWABA {
		return fault
	}
	q.seen[slotWABA] = waba
	events := q.items.Events[start:]
	for n := range events {
		events[n].WABA = waba
	}
	if len(events) == 0 {
		return fault
	}
	return i
}

func (q *Quick) readChange(i int) int {
	const value = once(1)
	var seen once
	var key, field string
	s := q.src
	i = s.open(i, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch key {
		case "field":
			i = s.field(i, &field)
		case "value":
			i = q.readValue(seen.first(value, i))
		default:
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	if field != "messages" || seen != value {
		return fault
	}
	return i
}

// The members of a value that are read.
const (
	onceMetadata once = 1 << iota
	onceContacts
	onceStatuses
	onceMessages
)

// readValue reads the members of a value. They may stand in any order: what they
// say of each other is put together when all are read.
func (q *Quick) readValue(i int) int {
	var number, display string
	var seen once
	var key string
	s, start := q.src, len(q.items.Events)
	q.contacts, q.users = q.contacts[:0], q.users[:0]
	i = s.open(i, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch key {
		case "metadata":
			number, display, i = q.readMetadata(seen.first(onceMetadata, i))
		case "contacts":
			i = q.each(seen.first(onceContacts, i), (*Quick).readContact)
		case "statuses":
			if seen&onceMessages != 0 {
				return fault // their events come first
			}
			i = q.each(seen.first(onceStatuses, i), (*Quick).readStatus)
		case "messages":
			i = q.each(seen.first(onceMessages, i), (*Quick).readMessage)
		case "calls", "message_echoes", "history", "standby", "errors":
			return fault
		default:
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	if i == fault || number == testNumber || !q.complete(q.items.Events[start:], number, display) {
		return fault
	}
	q.seen[slotNumber], q.seen[slotDisplay] = number, display
	return i
}

// readMetadata reads which number of the business a value is about.
func (q *Quick) readMetadata(i int) (number, display string, end int) {
	s := q.src
	i = s.open(i, '{')
	for more := true; more; {
		var key string
		key, i = s.key(i)
		switch key {
		case "phone_number_id":
			i = s.field(i, &number)
		case "display_phone_number":
			i = s.field(i, &display)
		case "phoneNumberId", "displayPhoneNumber":
			return "", "", fault
		default:
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	return number, display, i
}

func (q *Quick) readContact(i int) int {
	var key, phone, userID, parent string
	s := q.src
	i = s.open(i, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch key {
		case "wa_id":
			i = s.field(i, &phone)
		case "user_id":
			i = s.field(i, &userID)
		case "parent_user_id":
			i = s.field(i, &parent)
		default:
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	q.seen[slotContact], q.seen[slotContactID], q.seen[slotContactParent] = phone, userID, parent
	q.contacts = append(q.contacts, identityOf(phone, userID, parent))
	return i
}

// complete fills in what the events of a value have from its other parts, and
// notes who is who. It reports whether they are all to be used.
func (q *Quick) complete(events []event.Event, number, display string) bool {
	d := &q.meta
	d.scope.contacts, d.scope.alone, d.scope.contact = len(q.contacts), len(events) == 1, identity{}
	if len(q.contacts) == 1 {
		d.scope.contact = q.contacts[0]
	}
	for _, who := range q.contacts {
		d.linkUser(who)
	}
	for n := range events {
		e, who := &events[n], q.users[n]
		e.Number = number
		if e.Kind != event.Inbound && e.Group != "" {
			d.linkUser(who) // a member of the group
			continue
		}
		d.user(e, who)
		if e.Kind != event.Inbound {
			continue
		}
		d.scope.display = phoneDigits(display)
		if d.isOwn(who) || e.User == "" && e.UserID == "" && e.Group == "" {
			return false
		}
	}
	return len(events) > 0
}
