package provider

import (
	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/meta"
	"waudit/ingest/jsontree"
)

// kapso reads the webhooks of Kapso, version 2. They hold Meta's own message,
// and of a message of the business the statuses that Meta has sent so far; the
// reading of both is left to the dialect of Meta's webhooks, which no mapping can call.
type kapso struct{ meta meta.Cloud }

func (*kapso) Name() string { return "kapso" }

// Recognise takes single webhooks, and batches of them in "data".
func (*kapso) Recognise(record jsontree.Value) bool {
	return isKapsoEvent(record) || isKapsoEvent(record.Get("data").First())
}

func isKapsoEvent(v jsontree.Value) bool {
	return v.Get("message").Get("kapso").Kind() == jsontree.Object
}

func (d *kapso) Decode(record jsontree.Value, items *dialect.Items) {
	list := record.Get("data")
	switch {
	case isKapsoEvent(record):
		d.event(record, items)
	case isKapsoEvent(list.First()):
		items.EachObject("Kapso", list, func(v jsontree.Value) { d.event(v, items) })
	default:
		items.Foreign("Kapso")
	}
}

func (d *kapso) event(v jsontree.Value, items *dialect.Items) {
	message, conversation := v.Get("message"), v.Get("conversation")
	state := message.Get("kapso")
	if state.Kind() != jsontree.Object {
		items.IgnoreEvent(v, "webhook without a message")
		return
	}
	before, statuses, messages := items.Len(), state.Get("statuses"), jsontree.Value{}
	if event.Word(dialect.Text(state.Get("direction"))) == "inbound" {
		statuses, messages = messages, message
	}
	d.meta.DecodeLists(items, kapsoScope(v, conversation), statuses, messages)
	if items.Len() == before {
		kapsoUntold(message, state, v, items)
	}
}

// kapsoScope is what a webhook says of its message: the number, and who the
// conversation is with.
func kapsoScope(v, conversation jsontree.Value) meta.Envelope {
	with := dialect.NewIdentity(conversation.Get("phone_number"), conversation.Get("business_scoped_user_id"),
		conversation.Get("parent_business_scoped_user_id"))
	number := dialect.Text(dialect.FirstOf(v.Get("phone_number_id"), conversation.Get("phone_number_id")))
	s := meta.Envelope{Number: number, Contact: with, Alone: true}
	if with.Known() {
		s.Contacts = 1
	}
	return s
}

// kapsoUntold ends a message of the business without any of Meta's statuses.
// Its own time is that of its sending.
func kapsoUntold(message, state, v jsontree.Value, items *dialect.Items) {
	n := dialect.NewNotice("Kapso", message)
	n.Event.Message = dialect.Text(message.Get("id"))
	if !n.SetStatus(items, dialect.Text(state.Get("status"))) {
		return
	}
	scope := kapsoScope(v, v.Get("conversation"))
	n.Event.Number, n.User = scope.Number, scope.Contact
	n.Event.Type = items.MessageType(dialect.Text(message.Get("type")))
	if n.Event.Kind == event.Sent || n.Event.Kind == event.Request {
		n.When(message, "timestamp")
	} else {
		n.TimeKey = "element of kapso.statuses"
	}
	n.AddTo(items)
}

func (*kapso) MayKnow(v jsontree.Value) bool {
	return dialect.HasAny(v, "message", "data")
}
