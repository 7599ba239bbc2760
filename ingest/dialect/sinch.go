package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// sinch reads the callbacks of Sinch's WhatsApp API, which ended in 2023, and
// of its Conversation API.
type sinch struct{}

func (sinch) Name() string { return "sinch" }

func (sinch) Recognise(record jsontree.Value) bool {
	return isSinchWhatsApp(record) || isSinchConversation(record)
}

// isSinchWhatsApp knows {"type": "whatsapp", "statuses": [...]}.
func isSinchWhatsApp(record jsontree.Value) bool {
	named, listed := false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "type":
			named = m.Str() == "whatsapp"
		case "statuses", "notifications":
			listed = listed || m.Kind() == jsontree.Array
		}
	}
	return named && listed
}

// isSinchConversation knows {"app_id", "accepted_time", "project_id", ...}.
func isSinchConversation(record jsontree.Value) bool {
	app, others := false, 0
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "app_id":
			app = m.Kind() == jsontree.String
		case "accepted_time", "event_time", "project_id", "message_delivery_report":
			others++
		}
	}
	return app && others >= 2
}

func (sinch) Decode(record jsontree.Value, items *Items) {
	before := items.Len()
	switch {
	case isSinchWhatsApp(record):
		items.eachObject("Sinch", record.Get("statuses"), items.sinchStatus)
		items.eachObject("Sinch", record.Get("notifications"), items.sinchNotification)
		if items.Len() == before {
			items.ignore("callback without items")
		}
	case isSinchConversation(record):
		items.sinchConversation(record)
	default:
		items.foreign("Sinch")
	}
}

// sinchStatus reads a status of the WhatsApp API. Its "status" only says
// whether the call that it answers went well; what happened is the "state".
func (it *Items) sinchStatus(v jsontree.Value) {
	n := newNotice("Sinch", v)
	n.event.Message = text(v.Get("message_id"))
	state := event.Word(text(v.Get("state")))
	switch {
	case state == "no_opt_in", state == "no_capability", state == "" && event.Word(text(v.Get("status"))) == "failure":
		n.event.Kind = event.Failed
	case !n.setStatus(it, state):
		return
	}
	n.when(v, "timestamp")
	n.parties(jsontree.Value{}, v.Get("recipient"))
	conversation := v.Get("conversation")
	n.event.Conversation = text(conversation.Get("conversation_id"))
	n.event.Category = it.category("pricing.category", text(conversation.Get("pricing_category")))
	if at, fault := readTime(conversation.Get("expiration_timestamp")); fault == notation.TimeGood {
		n.event.Expires = at
	}
	n.event.Error = firstError(v.Get("errors"))
	n.addTo(it)
}

// sinchNotification reads a message of a user in the WhatsApp API. Its "to" is
// left alone: statuses do not name the business number, and a pair must not
// fall apart.
func (it *Items) sinchNotification(v jsontree.Value) {
	n := newNotice("Sinch", v)
	n.event.Kind, n.event.Message = event.Inbound, text(v.Get("message_id"))
	n.when(v, "timestamp")
	n.parties(v.Get("from"), jsontree.Value{})
	message := v.Get("message")
	n.event.Type = it.messageType(text(message.Get("type")))
	n.setReferral(it, firstOf(v.Get("referral"), message.Get("referral")))
	n.addTo(it)
}

// sinchConversation reads a callback of the Conversation API.
func (it *Items) sinchConversation(record jsontree.Value) {
	report, message := record.Get("message_delivery_report"), record.Get("message")
	switch {
	case report.Kind() == jsontree.Object:
		it.sinchReport(record, report)
	case message.Kind() == jsontree.Object && message.Get("contact_message").OK():
		it.sinchMessage(record, message)
	default:
		it.ignore("callback " + notation.Clip(sinchTrigger(record)))
	}
}

// sinchTrigger names a callback that is about no message: by its trigger, or
// by the key of what it tells.
func sinchTrigger(record jsontree.Value) string {
	if trigger := text(record.Get("trigger")); trigger != "" {
		return trigger
	}
	for m := record.First(); m.OK(); m = m.Next() {
		if m.Kind() == jsontree.Object {
			return m.Key()
		}
	}
	return "of no message"
}

func (it *Items) sinchReport(record, v jsontree.Value) {
	n := newNotice("Sinch", v)
	n.event.Message = text(v.Get("message_id"))
	identity := v.Get("channel_identity")
	if channel := text(firstOf(identity.Get("channel"), v.Get("channel"))); !IsWhatsApp(channel) {
		it.ignore(otherChannel(channel))
		return
	}
	if !n.setStatus(it, text(v.Get("status"))) {
		return
	}
	n.sinchScope(record)
	n.user = newIdentity(identity.Get("identity"), jsontree.Value{}, jsontree.Value{})
	if reason := v.Get("reason"); n.event.Kind == event.Failed {
		n.event.Error = strings.ToLower(text(reason.Get("code")))
	}
	n.addTo(it)
}

func (it *Items) sinchMessage(record, v jsontree.Value) {
	n := newNotice("Sinch", v)
	n.event.Kind, n.event.Message = event.Inbound, text(v.Get("id"))
	identity := v.Get("channel_identity")
	if channel := text(identity.Get("channel")); !IsWhatsApp(channel) {
		it.ignore(otherChannel(channel))
		return
	}
	n.sinchScope(record)
	n.when(v, "accept_time")
	n.user = newIdentity(identity.Get("identity"), jsontree.Value{}, jsontree.Value{})
	n.addTo(it)
}

// sinchScope takes the app for the business number, which reports do not name:
// an app has one. The time is that which the channel gave, else when Sinch took
// the channel's word.
func (n *notice) sinchScope(record jsontree.Value) {
	n.event.Number = text(record.Get("app_id"))
	n.when(record, "event_time", "accepted_time")
}
