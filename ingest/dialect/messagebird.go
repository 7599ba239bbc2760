package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// messageBird reads what MessageBird, now Bird, sends: events of its
// Conversations API, status reports of its older REST API as they come in a
// form, and events of Bird's channels.
type messageBird struct{}

func (messageBird) Name() string { return "messagebird" }

// birdShape is what a record is of all that MessageBird has sent over the years.
type birdShape uint8

const (
	noBird         birdShape = iota
	birdMessage              // {"type": "message.updated", "message": {...}, "conversation": {...}}
	birdReport               // {"id", "recipient", "status", "statusDatetime", "price[amount]"}
	birdChannel              // {"service": "channels", "event": "whatsapp.outbound", "payload": {...}}
	birdOtherEvent           // an event of the Conversations API that is about no message
)

func (messageBird) Recognise(record jsontree.Value) bool { return birdShapeOf(record) != noBird }

func birdShapeOf(record jsontree.Value) birdShape {
	var kind, service string
	var message, conversation, recipient, at, payload jsontree.Value
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "type":
			kind = m.Str()
		case "service":
			service = m.Str()
		case "message":
			message = m
		case "conversation":
			conversation = m
		case "recipient":
			recipient = m
		case "statusDatetime":
			at = m
		case "payload":
			payload = m
		}
	}
	switch {
	case strings.HasPrefix(kind, "message.") && message.Kind() == jsontree.Object && conversation.Kind() == jsontree.Object:
		return birdMessage
	case strings.HasPrefix(kind, "conversation.") && conversation.Kind() == jsontree.Object:
		return birdOtherEvent
	case recipient.OK() && at.OK():
		return birdReport
	case service == "channels" && payload.Kind() == jsontree.Object:
		return birdChannel
	}
	return noBird
}

func (messageBird) Decode(record jsontree.Value, items *Items) {
	switch birdShapeOf(record) {
	case birdMessage:
		items.birdMessage(record.Get("message"), record.Get("type").Str())
	case birdReport:
		items.birdReport(record)
	case birdChannel:
		items.birdChannel(record.Get("payload"), record.Get("event").Str())
	case birdOtherEvent:
		items.ignore("event " + clip(record.Get("type").Str()))
	default:
		items.foreign("MessageBird")
	}
}

// birdMessage reads the message of an event of the Conversations API. Of a
// user's message, only its creation is one; updates say that it was read.
func (it *Items) birdMessage(v jsontree.Value, name string) {
	n := newNotice("MessageBird", v)
	n.event.Message = text(v.Get("id"))
	if platform := text(v.Get("platform")); !IsWhatsApp(platform) {
		it.ignore(otherChannel(platform))
		return
	}
	switch direction := event.Word(text(v.Get("direction"))); {
	case direction != "received":
		if !n.setStatus(it, text(v.Get("status"))) {
			return
		}
	case name == "message.created":
		n.event.Kind = event.Inbound
	default:
		it.ignore("event " + clip(name) + " of a user's message")
		return
	}
	if n.event.Kind == event.Inbound || n.event.Kind == event.Request {
		n.when(v, "createdDatetime")
	} else {
		n.when(v, "updatedDatetime")
	}
	n.parties(v.Get("from"), v.Get("to"))
	n.event.Type = it.birdType(text(v.Get("type")))
	template := v.Get("content").Get("hsm")
	n.event.Template = text(template.Get("templateName"))
	n.event.Language = language(template.Get("language"))
	n.event.Error = text(v.Get("error").Get("code"))
	n.addTo(it)
}

// birdType reads the type of a message: templates are called by their old name.
func (it *Items) birdType(kind string) string {
	if kind == "hsm" {
		return "template"
	}
	return it.messageType(kind)
}

// birdReport reads a status report of the REST API. The price stands under
// keys with brackets, as they are in the form.
func (it *Items) birdReport(v jsontree.Value) {
	n := newNotice("MessageBird", v)
	n.event.Message = text(v.Get("id"))
	if !n.setStatus(it, text(v.Get("status"))) {
		return
	}
	n.when(v, "statusDatetime")
	n.parties(v.Get("originator"), v.Get("recipient"))
	price := v.Get("price")
	n.price(firstOf(v.Get("price[amount]"), price.Get("amount")), firstOf(v.Get("price[currency]"), price.Get("currency")))
	n.event.Error = text(v.Get("statusErrorCode"))
	n.addTo(it)
}

// birdChannel reads an event of Bird's channels. The end that is the user is a
// contact or a list of contacts. That of the business is a connector, whose
// number may be left out on one way: the channel stands for it on both.
func (it *Items) birdChannel(v jsontree.Value, name string) {
	n := newNotice("Bird", v)
	n.event.Message = text(v.Get("id"))
	extra := v.Get("meta").Get("extraInformation")
	sender, receiver := v.Get("sender"), v.Get("receiver")
	switch name {
	case "whatsapp.inbound":
		n.event.Kind = event.Inbound
		n.when(extra, "timestamp")
		n.when(v, "createdAt")
	case "whatsapp.outbound":
		if !n.setStatus(it, text(v.Get("status"))) {
			return
		}
		n.when(v, "lastStatusAt")
	default:
		it.ignore("event " + clip(name))
		return
	}
	n.parties(birdParty(sender), birdParty(receiver))
	n.takeNumber(v.Get("channelId"))
	if id := text(extra.Get("whatsappbsuid")); id != "" {
		n.user.userID = id
	}
	n.event.Type = it.messageType(text(v.Get("body").Get("type")))
	n.addTo(it)
}

// birdParty is the id of an end of a message in Bird's channels.
func birdParty(v jsontree.Value) jsontree.Value {
	if contact := firstOf(v.Get("contact"), v.Get("contacts").First()); contact.OK() {
		return contact.Get("identifierValue")
	}
	return v.Get("connector").Get("identifierValue")
}
