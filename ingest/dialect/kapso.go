package dialect

import (
	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// kapso reads the webhooks of Kapso, version 2. They hold Meta's own message,
// and of a message of the business the statuses that Meta has sent so far; the
// reading of both is left to the dialect of Meta's webhooks.
type kapso struct{ meta metaCloud }

func (*kapso) Name() string { return "kapso" }

// Recognise takes single webhooks, and batches of them in "data".
func (*kapso) Recognise(record jsontree.Value) bool {
	return isKapsoEvent(record) || isKapsoEvent(record.Get("data").First())
}

func isKapsoEvent(v jsontree.Value) bool {
	return v.Get("message").Get("kapso").Kind() == jsontree.Object
}

func (d *kapso) Decode(record jsontree.Value, items *Items) {
	list := record.Get("data")
	switch {
	case isKapsoEvent(record):
		d.event(record, items)
	case isKapsoEvent(list.First()):
		items.eachObject("Kapso", list, func(v jsontree.Value) { d.event(v, items) })
	default:
		items.foreign("Kapso")
	}
}

func (d *kapso) event(v jsontree.Value, items *Items) {
	message, conversation := v.Get("message"), v.Get("conversation")
	state := message.Get("kapso")
	if state.Kind() != jsontree.Object {
		items.ignore("webhook without a message")
		return
	}
	before, statuses, messages := items.Len(), state.Get("statuses"), jsontree.Value{}
	if event.Word(text(state.Get("direction"))) == "inbound" {
		statuses, messages = messages, message
	}
	d.meta.decodeLists(items, kapsoScope(v, conversation), statuses, messages)
	if items.Len() == before {
		kapsoUntold(message, state, v, items)
	}
}

// kapsoScope is what a webhook says of its message: the number, and who the
// conversation is with.
func kapsoScope(v, conversation jsontree.Value) scope {
	with := newIdentity(conversation.Get("phone_number"), conversation.Get("business_scoped_user_id"),
		conversation.Get("parent_business_scoped_user_id"))
	number := text(firstOf(v.Get("phone_number_id"), conversation.Get("phone_number_id")))
	s := scope{number: number, contact: with, alone: true}
	if with.known() {
		s.contacts = 1
	}
	return s
}

// kapsoUntold ends a message of the business without any of Meta's statuses.
// Its own time is that of its sending.
func kapsoUntold(message, state, v jsontree.Value, items *Items) {
	n := newNotice("Kapso", message)
	n.event.Message = text(message.Get("id"))
	if !n.setStatus(items, text(state.Get("status"))) {
		return
	}
	scope := kapsoScope(v, v.Get("conversation"))
	n.event.Number, n.user = scope.number, scope.contact
	n.event.Type = items.messageType(text(message.Get("type")))
	if n.event.Kind == event.Sent || n.event.Kind == event.Request {
		n.when(message, "timestamp")
	} else {
		n.timeKey = "element of kapso.statuses"
	}
	n.addTo(items)
}

// mayKnow is what Recognise asks for at least.
func (*kapso) mayKnow(v jsontree.Value) bool { return hasKeys(v, "message") || hasKeys(v, "data") }
