package meta

import (
	"cmp"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

func (d *Cloud) status(v jsontree.Value) {
	if v.Kind() != jsontree.Object {
		d.reject(v, "the status is no object; "+exportAgain)
		return
	}
	id := dialect.Text(dialect.FirstOf(v.Get("meta_msg_id"), v.Get("id"))) // the id of Gupshup v3 is its own
	if id == TestMessage {
		d.items.Ignore(TestPayload)
		return
	}
	of, status := dialect.Text(v.Get("type")), dialect.Text(v.Get("status"))
	if strings.HasPrefix(id, "wacid.") || of == "call" {
		d.callStatus(v)
		return
	}
	if !ofMessage(of) {
		d.items.Ignore("status of a " + notation.Clip(of))
		return
	}
	kind := d.statusKind(v, status, id)
	if kind == 0 {
		return
	}
	what := "status " + notation.Clip(status)
	e, ok := d.begin(v, kind, what+" of", id, v.Get("timestamp"))
	switch {
	case !ok:
		return
	case id == "":
		d.reject(v, what+" has no id, so that no message can be told; "+exportAgain)
		return
	}
	e.TemplateID = dialect.Text(v.Get("template_id"))
	d.recipient(&e, v)
	d.items.ReadPricing(&e, v.Get("conversation"), v.Get("pricing"))
	e.Error = dialect.ErrorCode(v.Get("errors"))
	d.items.Events = append(d.items.Events, e)
}

// ofMessage reports whether a status with that type is one of a message, and so
// says something about its delivery.
func ofMessage(kind string) bool { return kind == "" || kind == "message" || kind == "group" }

// statusKind says what a status means, 0 if the item is done with.
func (d *Cloud) statusKind(v jsontree.Value, status, id string) event.Kind {
	switch word := strings.ToLower(status); word {
	case "sent":
		return event.Sent
	case "delivered":
		return event.Delivered
	case "read", "played": // played: a voice message was listened to
		return event.Read
	case "failed":
		return event.Failed
	case "accepted": // some partners: Meta took the send call
		return event.Request
	case "":
		d.reject(v, "the status of "+dialect.NameOf(id)+" says nothing; "+exportAgain)
	case "deleted", "warning":
		d.items.Ignore("status " + word)
	default:
		d.items.ReportUnknown("status", status)
		d.items.Ignore("status " + notation.Clip(status))
	}
	return 0
}

// recipient fills in who the status is about: a user, or a group and perhaps
// its member.
func (d *Cloud) recipient(e *event.Event, v jsontree.Value) {
	member := dialect.NewIdentity(dialect.FirstOf(v.Get("recipient_participant_id"), v.Get("participant_recipient_id")),
		v.Get("recipient_participant_user_id"), v.Get("recipient_participant_parent_user_id"))
	id := dialect.Text(recipientID(v))
	e.Group = dialect.Text(v.Get("group_id"))
	if e.Group == "" && (event.Word(dialect.Text(v.Get("recipient_type"))) == "group" || member.Known() || strings.HasSuffix(id, "@g.us")) {
		e.Group = id
	}
	if e.Group != "" {
		e.Participant = member.Any()
		d.items.LinkUser(member)
		return
	}
	d.scope.SetUser(d.items, e, recipientOf(v))
}

// recipientID is the id in a status of whom it is about. Keys in camelCase are those of
// a partner's client library for the On-Premises API.
func recipientID(v jsontree.Value) jsontree.Value {
	id := dialect.FirstOf(v.Get("recipient_id"), v.Get("recipientId"))
	if dialect.Text(id) == "" {
		return v.Get("message").Get("recipient_id")
	}
	return id
}

func recipientOf(v jsontree.Value) dialect.Identity {
	return dialect.NewIdentity(recipientID(v), v.Get("recipient_user_id"), dialect.FirstOf(v.Get("recipient_parent_user_id"), v.Get("parent_recipient_user_id")))
}

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
