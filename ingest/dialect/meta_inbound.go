package dialect

import (
	"cmp"
	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// messageParts are the members of an element of "messages" or of
// "message_echoes".
type messageParts struct {
	id, kind, time, group, errors, referral, system, message, template jsontree.Value
	contacts, origin                                                   jsontree.Value
	from, fromID, fromParent, to, toID, toParent                       jsontree.Value
	named                                                              string // a member that is named as a type of message
}

func messagePartsOf(v jsontree.Value) (p messageParts) {
	for m := v.First(); m.OK(); m = m.Next() {
		switch key := m.Key(); key {
		case "id":
			p.id = m
		case "type":
			p.kind = m
		case "timestamp":
			p.time = m
		case "group_id":
			p.group = m
		case "origin":
			p.origin = m
		case "referral":
			p.referral = m
		case "from":
			p.from = m
		case "from_user_id", "from_bsuid":
			p.fromID = m
		case "from_parent_user_id":
			p.fromParent = m
		case "to":
			p.to = m
		case "to_user_id":
			p.toID = m
		case "to_parent_user_id":
			p.toParent = m
		case "message":
			p.message = m
		default:
			p.takeContent(key, m)
		}
	}
	return p
}

// takeContent takes the member that holds a message's content, which is named
// after the type.
func (p *messageParts) takeContent(key string, m jsontree.Value) {
	switch key {
	case "errors":
		p.errors = m
	case "system":
		p.system = m
	case "contacts":
		p.contacts = m
	case "template":
		p.template = m
	}
	if m.Kind() > jsontree.Null && key != "errors" && isMessageType(key) {
		p.named = key
	}
}

// messageType is the type that the message names, else the one that its
// content has. A message of nothing but errors is of type "errors".
func (d *metaCloud) messageType(p *messageParts) string {
	if kind := text(p.kind); kind != "" {
		return d.items.messageType(kind)
	}
	if p.named == "" && p.errors.First().OK() {
		return "errors"
	}
	return p.named
}

// inbound reads an element of "messages". All types become events, also those
// that open no window: which do is for the eras to say.
func (d *metaCloud) inbound(v jsontree.Value) {
	if v.Kind() != jsontree.Object {
		d.reject(v, "the message is no object; "+exportAgain)
		return
	}
	p := messagePartsOf(v)
	id := text(p.id)
	if id == testMessage {
		d.items.ignore(testPayload)
		return
	}
	who := newIdentity(p.from, p.fromID, p.fromParent)
	if d.scope.isOwn(who) {
		if who = d.scope.contact; !who.known() {
			d.items.ignore("message of the business itself")
			return
		}
	}
	at, fault := readTime(p.time)
	if fault != notation.TimeGood {
		d.reject(v, "user message "+nameOf(id)+" has no place in time: "+timeProblem("timestamp", p.time, fault))
		return
	}
	e := event.Event{Kind: event.Inbound, Time: at, WABA: d.scope.waba, Number: d.scope.number, Message: id}
	e.Group = text(p.group)
	e.Type = d.messageType(&p)
	if p.system.Kind() == jsontree.Object {
		who = d.systemUser(who, p.system)
	}
	d.scope.user(d.items, &e, who)
	if e.User == "" && e.UserID == "" && e.Group == "" {
		d.reject(v, "user message "+nameOf(id)+" names no user: it has neither from, from_user_id nor group_id, "+
			"and the webhook not one contact; add one of them")
		return
	}
	if p.referral.First().OK() {
		e.Referral = d.items.referralSource(text(p.referral.Get("source_type")), text(p.referral.Get("ctwa_clid")))
	}
	d.sharedPhone(&p, who)
	d.items.Events = append(d.items.Events, e)
}

// systemUser reads a notice of a user's new number or id. It links the new id
// to the one before, and returns the user, whom the notice may not name but as a
// contact.
func (d *metaCloud) systemUser(who identity, system jsontree.Value) identity {
	if !who.known() {
		who = d.scope.contact
	}
	next := newIdentity(firstOf(system.Get("wa_id"), system.Get("new_wa_id")), currentID(system.Get("user_id")), currentID(system.Get("parent_user_id")))
	before := who.userID
	before = cmp.Or(before, text(system.Get("user_id").Get("previous")))
	if next.userID != "" && next.userID != before {
		if before == "" {
			next.phone = cmp.Or(next.phone, who.phone) // the number is all that tells whose the id is
		}
		d.items.link(Link{UserID: next.userID, Phone: next.phone, Previous: before})
	}
	if !who.known() {
		return next
	}
	return who
}

// currentID is the id that a user has now, of one that may stand beside the one
// before: {"previous", "current"}.
func currentID(v jsontree.Value) jsontree.Value {
	if v.Kind() == jsontree.Object {
		return v.Get("current")
	}
	return v
}

// sharedPhone links a user known by id alone to the phone that the user shared
// when asked for it.
func (d *metaCloud) sharedPhone(p *messageParts, who identity) {
	card := p.contacts.First()
	if who.phone != "" || text(firstOf(p.origin, card.Get("origin"))) != "contact_request" {
		return
	}
	shared := card.Get("phones").First()
	who.phone, _ = splitID(text(firstOf(shared.Get("wa_id"), shared.Get("phone"))))
	d.items.linkUser(who)
}
