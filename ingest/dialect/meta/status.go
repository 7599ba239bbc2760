package meta

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// statusParts are the members of an element of "statuses". Keys in camelCase
// are those of a partner's client library for the On-Premises API.
type statusParts struct {
	id, wamid, status, kind, time, templateID, message, group jsontree.Value
	recipient, userID, parent, recipientType                  jsontree.Value
	participant, participantUserID, participantParent         jsontree.Value
	conversation, pricing, errors                             jsontree.Value
}

func statusPartsOf(v jsontree.Value) (p statusParts) {
	for m := v.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "id":
			p.id = m
		case "meta_msg_id": // Gupshup v3, whose id is its own
			p.wamid = m
		case "status":
			p.status = m
		case "type":
			p.kind = m
		case "timestamp":
			p.time = m
		case "template_id":
			p.templateID = m
		case "message":
			p.message = m
		case "group_id":
			p.group = m
		case "recipient_id", "recipientId":
			p.recipient = m
		case "recipient_user_id":
			p.userID = m
		case "recipient_parent_user_id", "parent_recipient_user_id":
			p.parent = m
		case "recipient_type":
			p.recipientType = m
		case "recipient_participant_id", "participant_recipient_id":
			p.participant = m
		case "recipient_participant_user_id":
			p.participantUserID = m
		case "recipient_participant_parent_user_id":
			p.participantParent = m
		case "conversation":
			p.conversation = m
		case "pricing":
			p.pricing = m
		case "errors":
			p.errors = m
		}
	}
	return p
}

func (d *Cloud) status(v jsontree.Value) {
	if v.Kind() != jsontree.Object {
		d.reject(v, "the status is no object; "+exportAgain)
		return
	}
	p := statusPartsOf(v)
	id := dialect.Text(dialect.FirstOf(p.wamid, p.id))
	if id == TestMessage {
		d.items.Ignore(TestPayload)
		return
	}
	if strings.HasPrefix(id, "wacid.") || dialect.Text(p.kind) == "call" {
		d.callStatus(v, p)
		return
	}
	if kind := dialect.Text(p.kind); !ofMessage(kind) {
		d.items.Ignore("status of a " + notation.Clip(kind))
		return
	}
	kind := d.statusKind(v, dialect.Text(p.status), id)
	if kind == 0 {
		return
	}
	at, fault := dialect.ReadTime(p.time)
	switch {
	case fault != notation.TimeGood:
		d.reject(v, "status "+notation.Clip(dialect.Text(p.status))+" of "+dialect.NameOf(id)+" has no place in time: "+dialect.TimeProblem("timestamp", p.time, fault))
		return
	case id == "":
		d.reject(v, "status "+notation.Clip(dialect.Text(p.status))+" has no id, so that no message can be told; "+exportAgain)
		return
	}
	e := event.Event{Kind: kind, Time: at, WABA: d.scope.waba, Number: d.scope.Number, Message: id}
	e.TemplateID = dialect.Text(p.templateID)
	d.recipient(&e, &p)
	d.items.ReadPricing(&e, p.conversation, p.pricing)
	e.Error = dialect.ErrorCode(p.errors)
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
func (d *Cloud) recipient(e *event.Event, p *statusParts) {
	member := dialect.NewIdentity(p.participant, p.participantUserID, p.participantParent)
	recipient := p.recipient
	if dialect.Text(recipient) == "" {
		recipient = p.message.Get("recipient_id") // On-Premises API
	}
	switch {
	case dialect.Text(p.group) != "":
		e.Group = dialect.Text(p.group)
	case event.Word(dialect.Text(p.recipientType)) == "group", member.Known(), strings.HasSuffix(dialect.Text(recipient), "@g.us"):
		e.Group = dialect.Text(recipient)
	}
	if e.Group != "" {
		e.Participant = member.Any()
		d.items.LinkUser(member)
		return
	}
	d.scope.SetUser(d.items, e, dialect.NewIdentity(recipient, p.userID, p.parent))
}
