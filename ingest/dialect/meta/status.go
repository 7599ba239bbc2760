package meta

import (
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
	return dialect.FirstOf(v.Get("recipient_id"), v.Get("recipientId"), v.Get("message").Get("recipient_id"))
}

func recipientOf(v jsontree.Value) dialect.Identity {
	return dialect.NewIdentity(recipientID(v), v.Get("recipient_user_id"), dialect.FirstOf(v.Get("recipient_parent_user_id"), v.Get("parent_recipient_user_id")))
}
