package meta

import (
	"cmp"

	"waudit/audit/event"
	"waudit/ingest/dialect"
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
	if m.Kind() > jsontree.Null && key != "errors" && dialect.IsMessageType(key) {
		p.named = key
	}
}

// messageType is the type that the message names, else the one that its
// content has. A message of nothing but errors is of type "errors".
func (d *Cloud) messageType(p *messageParts) string {
	if kind := dialect.Text(p.kind); kind != "" {
		return d.items.MessageType(kind)
	}
	if p.named == "" && p.errors.First().OK() {
		return "errors"
	}
	return p.named
}

// inbound reads an element of "messages". All types become events, also those
// that open no window: which do is for the eras to say.
func (d *Cloud) inbound(v jsontree.Value) {
	if v.Kind() != jsontree.Object {
		d.reject(v, "the message is no object; "+exportAgain)
		return
	}
	p := messagePartsOf(v)
	id := dialect.Text(p.id)
	if id == TestMessage {
		d.items.Ignore(TestPayload)
		return
	}
	who := dialect.NewIdentity(p.from, p.fromID, p.fromParent)
	if d.scope.IsOwn(who) {
		if who = d.scope.Contact; !who.Known() {
			d.items.Ignore("message of the business itself")
			return
		}
	}
	at, fault := dialect.ReadTime(p.time)
	if fault != notation.TimeGood {
		d.reject(v, "user message "+dialect.NameOf(id)+" has no place in time: "+dialect.TimeProblem("timestamp", p.time, fault))
		return
	}
	e := event.Event{Kind: event.Inbound, Time: at, WABA: d.scope.waba, Number: d.scope.Number, Message: id}
	e.Group = dialect.Text(p.group)
	e.Type = d.messageType(&p)
	if p.system.Kind() == jsontree.Object {
		who = d.systemUser(who, p.system)
	}
	d.scope.SetUser(d.items, &e, who)
	if e.User == "" && e.UserID == "" && e.Group == "" {
		d.reject(v, "user message "+dialect.NameOf(id)+" names no user: it has neither from, from_user_id nor group_id, "+
			"and the webhook not one contact; add one of them")
		return
	}
	if p.referral.First().OK() {
		e.Referral = d.items.ReferralSource(dialect.Text(p.referral.Get("source_type")), dialect.Text(p.referral.Get("ctwa_clid")))
	}
	d.sharedPhone(&p, who)
	d.items.Events = append(d.items.Events, e)
}

// systemUser reads a notice of a user's new number or id. It links the new id
// to the one before, and returns the user, whom the notice may not name but as a
// contact.
func (d *Cloud) systemUser(who dialect.Identity, system jsontree.Value) dialect.Identity {
	if !who.Known() {
		who = d.scope.Contact
	}
	next := dialect.NewIdentity(dialect.FirstOf(system.Get("wa_id"), system.Get("new_wa_id")), currentID(system.Get("user_id")), currentID(system.Get("parent_user_id")))
	before := cmp.Or(who.UserID, dialect.Text(system.Get("user_id").Get("previous")),
		dialect.Text(system.Get("previous_user_id")), dialect.Text(system.Get("previous_parent_user_id")))
	if next.UserID != "" && next.UserID != before {
		if before == "" {
			next.Phone = cmp.Or(next.Phone, who.Phone) // the number is all that tells whose the id is
		}
		d.items.Link(dialect.Link{UserID: next.UserID, Phone: next.Phone, Previous: before})
	}
	if !who.Known() {
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
func (d *Cloud) sharedPhone(p *messageParts, who dialect.Identity) {
	card := p.contacts.First()
	if who.Phone != "" || dialect.Text(dialect.FirstOf(p.origin, card.Get("origin"))) != "contact_request" {
		return
	}
	shared := card.Get("phones").First()
	who.Phone, _ = dialect.SplitID(dialect.Text(dialect.FirstOf(shared.Get("wa_id"), shared.Get("phone"))))
	d.items.LinkUser(who)
}
