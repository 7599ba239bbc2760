package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// vonage reads Vonage's status and inbound webhooks, of the Messages API's
// versions 1 and 0.1, and the rows of its reports.
type vonage struct{}

func (vonage) Name() string { return "vonage" }

// Recognise knows a webhook by its id, time and channel, a row of a report by
// its columns.
func (vonage) Recognise(record jsontree.Value) bool {
	var id, time, channel, row, received, directed bool
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "message_uuid":
			id = true
		case "timestamp":
			time = true
		case "channel":
			channel = true
		case "to", "from":
			channel = channel || m.Kind() == jsontree.Object
		case "message_id":
			row = true
		case "date_received":
			received = true
		case "direction":
			directed = true
		}
	}
	return id && time && channel || row && received && directed
}

func (d vonage) Decode(record jsontree.Value, items *Items) {
	channel := vonageChannel(record)
	switch {
	case !d.Recognise(record):
		items.foreign("Vonage")
	case !IsWhatsApp(channel):
		items.ignore(otherChannel(channel))
	case record.Get("message_uuid").OK():
		d.webhook(record, items)
	default:
		d.row(record, items)
	}
}

// vonageChannel is the channel that the record names. In reports it is the
// provider, unless that is something else again.
func vonageChannel(v jsontree.Value) string {
	if channel := text(firstOf(v.Get("channel"), v.Get("from").Get("type"), v.Get("to").Get("type"))); channel != "" {
		return channel
	}
	switch provider := strings.ToLower(text(v.Get("provider"))); provider {
	case "sms", "mms", "rcs", "messenger", "instagram", "viber", "viber_service", "viber_service_msg":
		return provider
	}
	return ""
}

// webhook reads a status or, if there is none, a message of the user.
func (vonage) webhook(v jsontree.Value, items *Items) {
	n := newNotice("Vonage", v)
	n.event.Message = text(v.Get("message_uuid"))
	n.event.Kind = event.Inbound
	if !isVonageInbound(v) && !n.setStatus(items, text(v.Get("status"))) {
		return
	}
	n.parties(vonageParty(v.Get("from")), vonageParty(v.Get("to")))
	n.when(v, "timestamp")
	n.price(v.Get("usage").Get("price"), v.Get("usage").Get("currency"))
	whatsApp := v.Get("whatsapp")
	n.event.WABA = text(whatsApp.Get("waba_id"))
	if n.event.Kind == event.Inbound {
		message := v.Get("message").Get("content") // version 0.1
		n.event.Type = items.messageType(vonageType(text(firstOf(v.Get("message_type"), message.Get("type")))))
		n.setReferral(items, whatsApp.Get("referral"))
	} else {
		n.metaPricing(items, whatsApp.Get("conversation"), whatsApp.Get("pricing"))
		n.event.Error = vonageError(v.Get("error"))
		if r := whatsApp.Get("recipient"); r.OK() {
			n.user = n.user.complete(newIdentity(r.Get("wa_id"), r.Get("user_id"), r.Get("parent_user_id")), true)
		}
	}
	n.addTo(items)
}

// isVonageInbound reports whether the webhook has a message in it, and does not
// say what became of it.
func isVonageInbound(v jsontree.Value) bool {
	return !hasContent(v.Get("status")) && (hasContent(v.Get("message_type")) || v.Get("message").OK())
}

// vonageParty is the number of one end, which version 0.1 puts into an object.
func vonageParty(v jsontree.Value) jsontree.Value {
	if v.Kind() == jsontree.Object {
		return firstOf(v.Get("number"), v.Get("id"))
	}
	return v
}

// vonageError is the code of an error, which version 1 calls its title.
func vonageError(v jsontree.Value) string { return text(firstOf(v.Get("code"), v.Get("title"))) }

// vonageType is Meta's word for a type of message.
func vonageType(name string) string {
	switch name {
	case "file":
		return "document"
	case "vcard":
		return "contacts"
	case "reply":
		return "interactive"
	}
	return name
}

// row reads a row of a report: the send call, and what became of the message.
// Inbound messages have no status.
func (vonage) row(v jsontree.Value, items *Items) {
	n := newNotice("Vonage", v)
	n.event.Message = text(v.Get("message_id"))
	n.event.Kind = event.Inbound
	if !strings.EqualFold(text(v.Get("direction")), "inbound") {
		if !n.setStatus(items, text(v.Get("status"))) {
			return
		}
		if code := text(v.Get("error_code")); code != "0" {
			n.event.Error = code
		}
	}
	n.parties(v.Get("from"), v.Get("to"))
	n.price(v.Get("total_price"), v.Get("currency"))
	const received = "date_received" // the send call, too
	if n.event.Kind == event.Inbound || n.event.Kind == event.Request {
		n.when(v, received)
		n.addTo(items)
		return
	}
	n.when(v, "date_finalized", received)
	n.addWith(items, event.Request, v, received)
}
