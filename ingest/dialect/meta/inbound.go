package meta

import (
	"cmp"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

// messageType is the type that the message names, else the one that its
// content has. A message of nothing but errors is of type "errors".
func (d *Cloud) messageType(v jsontree.Value) (named string) {
	if kind := dialect.Text(v.Get("type")); kind != "" {
		return d.items.MessageType(kind)
	}
	for m := v.First(); m.OK(); m = m.Next() {
		if key := m.Key(); m.Kind() > jsontree.Null && key != "errors" && dialect.IsMessageType(key) {
			named = key
		}
	}
	if named == "" && v.Get("errors").First().OK() {
		return "errors"
	}
	return named
}

// inbound reads an element of "messages". All types become events, also those
// that open no window: which do is for the eras to say.
func (d *Cloud) inbound(v jsontree.Value) {
	if v.Kind() != jsontree.Object {
		d.reject(v, "the message is no object; "+exportAgain)
		return
	}
	id := dialect.Text(v.Get("id"))
	if id == TestMessage {
		d.items.Ignore(TestPayload)
		return
	}
	who := dialect.NewIdentity(v.Get("from"), dialect.FirstOf(v.Get("from_user_id"), v.Get("from_bsuid")), v.Get("from_parent_user_id"))
	if d.scope.IsOwn(who) {
		if who = d.scope.Contact; !who.Known() {
			d.items.Ignore("message of the business itself")
			return
		}
	}
	e, ok := d.begin(v, event.Inbound, "user message", id, v.Get("timestamp"))
	if !ok {
		return
	}
	e.Group, e.Type = dialect.Text(v.Get("group_id")), d.messageType(v)
	if system := v.Get("system"); system.Kind() == jsontree.Object {
		who = d.systemUser(who, system)
	}
	if !d.setUser(v, &e, who, "user message", "from, from_user_id nor group_id") {
		return
	}
	if referral := v.Get("referral"); referral.First().OK() {
		e.Referral = d.items.ReferralSource(dialect.Text(referral.Get("source_type")), dialect.Text(referral.Get("ctwa_clid")))
	}
	d.sharedPhone(v, who)
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
func (d *Cloud) sharedPhone(v jsontree.Value, who dialect.Identity) {
	card := v.Get("contacts").First()
	if who.Phone != "" || dialect.Text(dialect.FirstOf(v.Get("origin"), card.Get("origin"))) != "contact_request" {
		return
	}
	shared := card.Get("phones").First()
	who.Phone, _ = dialect.SplitID(dialect.Text(dialect.FirstOf(shared.Get("wa_id"), shared.Get("phone"))))
	d.items.LinkUser(who)
}
