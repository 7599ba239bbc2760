package quick

import (
	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

// member says what a member of an object is to a layout. What objects hold besides
// is not read: its texts and numbers may be any.
type member struct {
	slot slot
	list list
	in   members // what is read of an object
	kind memberKind
}

type memberKind uint8

const (
	memberSlot  memberKind = iota
	memberWhole            // it is read, and part of the layout as it stands
	memberOdd              // with it, the record is no ordinary one
	memberFirst            // a list, of whose elements the first is read
)

type members map[string]member

var (
	whole = member{kind: memberWhole}
	odd   = member{kind: memberOdd}
)

// listMembers are the members of webhooks and of the elements of their lists.
var listMembers = [numLists]members{
	listRecords: {"object": whole, "entry": {list: listEntries}, "event": odd, dialect.WrapperKey: odd}, // what has a time and an id too is a flat record
	listEntries: {"id": {slot: slotWABA}, "changes": {list: listChanges}},
	listChanges: {"field": whole, "value": {in: members{
		"metadata": {in: members{
			"phone_number_id": {slot: slotNumber}, "display_phone_number": {slot: slotDisplay}, "phoneNumberId": odd, "displayPhoneNumber": odd,
		}},
		"contacts": {list: listContacts}, "statuses": {list: listStatuses}, "messages": {list: listMessages},
		"calls": odd, "message_echoes": odd, "history": odd, "standby": odd, "errors": odd,
	}}},
	listContacts: {"wa_id": {slot: slotUser}, "user_id": {slot: slotUserID}, "parent_user_id": {slot: slotParent}},
	listStatuses: {
		"id": {slot: slotMessage}, "timestamp": {slot: slotTime}, "status": whole, "type": whole, "template_id": whole, "recipient_type": whole,
		"recipient_id": {slot: slotUser}, "recipient_user_id": {slot: slotUserID},
		"recipient_parent_user_id": {slot: slotParent}, "parent_recipient_user_id": {slot: slotParent},
		"recipient_participant_id": {slot: slotParticipant}, "participant_recipient_id": {slot: slotParticipant},
		"recipient_participant_user_id": {slot: slotMemberID}, "recipient_participant_parent_user_id": {slot: slotMemberParent},
		"conversation": {in: members{
			"id": {slot: slotConversation}, "expiration_timestamp": {slot: slotExpires}, "origin": {in: members{"type": whole}},
			"expirationTimestamp": odd, "pricing": odd,
		}},
		"pricing": {in: members{"billable": whole, "pricing_model": whole, "pricingModel": whole, "type": whole, "category": whole, "subtype": whole}},
		"errors":  {kind: memberFirst, in: members{"code": whole}},
		// Shapes of partners.
		"meta_msg_id": odd, "recipientId": odd, "message": odd, "group_id": odd,
	},
	listMessages: {
		"id": {slot: slotMessage}, "timestamp": {slot: slotTime}, "type": whole, "group_id": {slot: slotGroup},
		"from": {slot: slotUser}, "from_user_id": {slot: slotUserID}, "from_parent_user_id": {slot: slotParent},
		"referral":   {in: members{"source_type": whole, "ctwa_clid": {slot: slotClick}}},
		"from_bsuid": odd, "system": odd, "origin": odd,
	},
}

// rowMembers are the members of a flat record.
var rowMembers = func() members {
	all := members{"customer": odd, "data": odd, dialect.WrapperKey: odd}
	for c := range event.NumFlat {
		all[c.String()] = whole
	}
	for slot, c := range map[slot]event.Column{
		slotWABA: event.ColWABA, slotNumber: event.ColNumber, slotMessage: event.ColMessage, slotTime: event.ColTimestamp,
		slotUser: event.ColUser, slotUserID: event.ColUserID, slotConversation: event.ColConversation, slotExpires: event.ColExpires,
		slotGroup: event.ColGroup, slotParticipant: event.ColParticipant, slotAmount: event.ColAmount, slotTemplate: event.ColTemplate,
		slotLine: event.ColLine, slotClick: event.ColClick,
	} {
		all[c.String()] = member{slot: slot}
	}
	return all
}()

// lesson is the learning of one record.
type lesson struct {
	quick  *Reader
	src    source
	base   int           // where the record begins in its tree
	events []event.Event // of the record; those of the elements that are still to come
	made   []learnt

	// Of the record or element.
	holes  []learnedSlot
	values slots
	filled uint32 // set of the slots that have a member
	last   list   // of whose elements the last event was

	depth int  // of what is skipped
	deep  bool // it was too deep
}

// learnt is a layout, and where it was found.
type learnt struct {
	list       list
	start, end int
	holes      []learnedSlot
	layout     layout
}

// learnedSlot is where a slot lies in the record that a layout is learned of.
type learnedSlot struct {
	slot       slot
	list       list
	start, end int
}

// element learns a record, or an element of a list. It reports whether it is an
// ordinary one.
func (l *lesson) element(v jsontree.Value, k list, of members, made layout) bool {
	holes, values, filled := l.holes, l.values, l.filled
	l.holes, l.values, l.filled = nil, slots{}, 0
	start := v.Offset() - l.base
	ok := v.Kind() == jsontree.Object && l.object(v, of)
	switch {
	case !ok:
	case k == listStatuses || k == listMessages:
		ok = !isOddMessage(l.values[slotMessage]) && l.event(&made)
		made.toGroup = event.Word(dialect.Text(v.Get("recipient_type"))) == "group"
		made.card = v.Get("contacts").OK()
	case k == listRecords && made.dialect == l.quick.flat:
		ok = readPrice(new(event.Event), l.values[slotAmount]) && l.event(&made)
	}
	l.made = append(l.made, learnt{k, start, start + len(v.Raw()), l.holes, made})
	l.holes, l.values, l.filled = holes, values, filled
	return ok
}

// event takes the next event for the layout, without what slots say.
func (l *lesson) event(made *layout) bool {
	if len(l.events) == 0 {
		return false
	}
	e := l.events[0].Clone()
	l.events = l.events[1:]
	e.Place, e.Time, e.Expires, e.Amount, e.HasAmount = event.Place{}, 0, 0, 0, false
	for _, text := range [...]*string{&e.WABA, &e.Number, &e.User, &e.UserID, &e.Group, &e.Participant, &e.Message, &e.Conversation} {
		*text = ""
	}
	for _, h := range l.holes {
		switch h.slot {
		case slotTemplate:
			e.Template = ""
		case slotLine:
			e.Line = ""
		}
	}
	made.event, made.clicked = e, l.values[slotClick] != ""
	return true
}

// object notes the slots in the members of an object.
func (l *lesson) object(v jsontree.Value, of members) bool {
	for m := v.First(); m.OK(); m = m.Next() {
		rule, read := of[m.Key()]
		if !read {
			l.skip(m)
			continue
		}
		first := m.First()
		ok := v.Get(m.Key()) == m && rule.kind != memberOdd
		switch {
		case rule.kind == memberFirst && m.Kind() == jsontree.Array:
			ok = ok && (first.Kind() != jsontree.Object || l.object(first, rule.in))
			for e := first.Next(); e.OK(); e = e.Next() {
				l.skip(e)
			}
		case rule.in != nil && m.Kind() == jsontree.Object:
			ok = ok && l.object(m, rule.in)
		case rule.list != noList && m.Kind() > jsontree.Null:
			ok = ok && l.list(m, rule.list)
		case rule.slot != slotNothing:
			ok = ok && l.slot(m, rule.slot)
		}
		if !ok {
			return false
		}
	}
	return true
}

// list learns the elements of a list. Events of statuses come before those of
// messages, and so must they.
func (l *lesson) list(v jsontree.Value, k list) bool {
	if v.Kind() != jsontree.Array || k == listStatuses && l.last == listMessages {
		return false
	}
	if k == listStatuses || k == listMessages {
		l.last = k
	}
	end := 0
	for e := v.First(); e.OK(); e = e.Next() {
		if k == listChanges {
			l.last = noList
		}
		if !l.element(e, k, listMembers[k], layout{}) {
			return false
		}
		end = e.Offset() - l.base + len(e.Raw())
	}
	if end > 0 {
		l.holes = append(l.holes, learnedSlot{slotList, k, v.First().Offset() - l.base, end})
	}
	return true
}

// slot notes a text that is read. It must stand there as it is read, and once.
func (l *lesson) slot(v jsontree.Value, as slot) bool {
	if l.filled&(1<<as) != 0 {
		return false
	}
	l.filled |= 1 << as
	if v.Kind() != jsontree.String && v.Kind() != jsontree.Number {
		return true
	}
	l.values[as] = dialect.Text(v)
	start, end := l.span(v)
	l.holes = append(l.holes, learnedSlot{as, noList, start, end})
	return v.Kind() == jsontree.Number || l.src.plain(start) == end
}

// span is where the text of a string, or a number, stands.
func (l *lesson) span(v jsontree.Value) (start, end int) {
	start = v.Offset() - l.base
	end = start + len(v.Raw())
	if v.Kind() == jsontree.String {
		start, end = start+1, end-1
	}
	return start, end
}

// skip notes the strings and numbers in a value that is not read, but not its keys.
func (l *lesson) skip(v jsontree.Value) {
	if v.Kind() == jsontree.String || v.Kind() == jsontree.Number {
		start, end := l.span(v)
		l.holes = append(l.holes, learnedSlot{slotSkipped, noList, start, end})
	}
	if l.depth++; l.depth > maxLearntDepth {
		l.deep = true
	}
	for m := v.First(); m.OK(); m = m.Next() {
		l.skip(m)
	}
	l.depth--
}
