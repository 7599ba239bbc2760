package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// plivo reads the messages of Plivo's API, one by one or as the list of an
// answer.
type plivo struct{}

func (plivo) Name() string { return "plivo" }

func (plivo) Recognise(record jsontree.Value) bool {
	return isPlivoMessage(record) || isPlivoMessage(record.Get("objects").First())
}

func isPlivoMessage(v jsontree.Value) bool {
	id, state := false, false
	for m := v.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "message_uuid":
			id = true
		case "message_state", "message_direction":
			state = true
		}
	}
	return id && state
}

func (plivo) Decode(record jsontree.Value, items *Items) {
	list := record.Get("objects")
	switch {
	case isPlivoMessage(record):
		items.plivoMessage(record)
	case list.First().OK():
		items.eachObject("Plivo", list, items.plivoMessage)
	default:
		items.foreign("Plivo")
	}
}

// plivoMessage reads a message, whose state is the last that it reached. The
// time of that state is the one of the update; that of the sending, else
// message_time, when the message began, stands in where Plivo tells no other. Amounts have no currency.
func (it *Items) plivoMessage(v jsontree.Value) {
	n := newNotice("Plivo", v)
	n.event.Message = text(v.Get("message_uuid"))
	if channel := text(v.Get("message_type")); !IsWhatsApp(channel) {
		it.ignore(otherChannel(channel))
		return
	}
	if event.Word(text(v.Get("message_direction"))) == "inbound" {
		n.event.Kind = event.Inbound
	} else if !n.setStatus(it, text(v.Get("message_state"))) {
		return
	}
	switch n.event.Kind {
	case event.Sent:
		n.when(v, "message_sent_time")
	case event.Delivered, event.Read, event.Failed:
		n.when(v, "message_updated_time", "message_sent_time")
	}
	n.when(v, "message_time")
	n.parties(v.Get("from_number"), v.Get("to_number"))
	if n.event.Kind.Outbound() {
		n.price(v.Get("total_amount"), jsontree.Value{})
		n.plivoConversation(it, v)
	}
	if code := text(v.Get("error_code")); strings.Trim(code, "0") != "" {
		n.event.Error = code
	}
	switch n.event.Kind {
	case event.Delivered, event.Read:
		n.addWith(it, event.Sent, v, "message_sent_time")
	default:
		n.addTo(it)
	}
}

func (n *notice) plivoConversation(it *Items, v jsontree.Value) {
	n.event.Conversation = text(v.Get("conversation_id"))
	n.event.Origin = it.category("conversation.origin.type", text(v.Get("conversation_origin")))
	if at, fault := readTime(v.Get("conversation_expiration_timestamp")); fault == timeGood {
		n.event.Expires = at
	}
}
