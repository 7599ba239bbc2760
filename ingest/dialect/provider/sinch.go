package provider

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
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

func (sinch) Decode(record jsontree.Value, items *dialect.Items) {
	before := items.Len()
	switch {
	case isSinchWhatsApp(record):
		items.EachObject("Sinch", record.Get("statuses"), func(v jsontree.Value) { sinchStatus(items, v) })
		items.EachObject("Sinch", record.Get("notifications"), func(v jsontree.Value) { sinchNotification(items, v) })
		if items.Len() == before {
			items.Ignore("callback without items")
		}
	case isSinchConversation(record):
		sinchConversation(items, record)
	default:
		items.Foreign("Sinch")
	}
}

// sinchStatus reads a status of the WhatsApp API. Its "status" only says
// whether the call that it answers went well; what happened is the "state".
func sinchStatus(items *dialect.Items, v jsontree.Value) {
	n := dialect.NewNotice("Sinch", v)
	n.Event.Message = dialect.Text(v.Get("message_id"))
	state := event.Word(dialect.Text(v.Get("state")))
	switch {
	case state == "no_opt_in", state == "no_capability", state == "" && event.Word(dialect.Text(v.Get("status"))) == "failure":
		n.Event.Kind = event.Failed
	case !n.SetStatus(items, state):
		return
	}
	n.When(v, "timestamp")
	n.SetParties(jsontree.Value{}, v.Get("recipient"))
	conversation := v.Get("conversation")
	n.Event.Conversation = dialect.Text(conversation.Get("conversation_id"))
	n.Event.Category = items.Category("pricing.category", dialect.Text(conversation.Get("pricing_category")))
	if at, fault := dialect.ReadTime(conversation.Get("expiration_timestamp")); fault == notation.TimeGood {
		n.Event.Expires = at
	}
	n.Event.Error = dialect.ErrorCode(v.Get("errors"))
	n.AddTo(items)
}

// sinchNotification reads a message of a user in the WhatsApp API. Its "to" is
// left alone: statuses do not name the business number, and a pair must not
// fall apart.
func sinchNotification(items *dialect.Items, v jsontree.Value) {
	n := dialect.NewNotice("Sinch", v)
	n.Event.Kind, n.Event.Message = event.Inbound, dialect.Text(v.Get("message_id"))
	n.When(v, "timestamp")
	n.SetParties(v.Get("from"), jsontree.Value{})
	message := v.Get("message")
	n.Event.Type = items.MessageType(dialect.Text(message.Get("type")))
	n.SetReferral(items, dialect.FirstOf(v.Get("referral"), message.Get("referral")))
	n.AddTo(items)
}

// sinchConversation reads a callback of the Conversation API.
func sinchConversation(items *dialect.Items, record jsontree.Value) {
	report, message := record.Get("message_delivery_report"), record.Get("message")
	switch {
	case report.Kind() == jsontree.Object:
		sinchReport(items, record, report)
	case message.Kind() == jsontree.Object && message.Get("contact_message").OK():
		sinchMessage(items, record, message)
	default:
		items.IgnoreEvent(record, "callback "+notation.Clip(sinchTrigger(record)))
	}
}

// sinchTrigger names a callback that is about no message: by its trigger, or
// by the key of what it tells.
func sinchTrigger(record jsontree.Value) string {
	if trigger := dialect.Text(record.Get("trigger")); trigger != "" {
		return trigger
	}
	for m := record.First(); m.OK(); m = m.Next() {
		if m.Kind() == jsontree.Object {
			return m.Key()
		}
	}
	return "of no message"
}

func sinchReport(items *dialect.Items, record, v jsontree.Value) {
	n := dialect.NewNotice("Sinch", v)
	n.Event.Message = dialect.Text(v.Get("message_id"))
	identity := v.Get("channel_identity")
	if channel := dialect.Text(dialect.FirstOf(identity.Get("channel"), v.Get("channel"))); !dialect.IsWhatsApp(channel) {
		items.Ignore(dialect.OtherChannel(channel))
		return
	}
	if !n.SetStatus(items, dialect.Text(v.Get("status"))) {
		return
	}
	sinchScope(&n, record)
	n.User = dialect.NewIdentity(identity.Get("identity"), jsontree.Value{}, jsontree.Value{})
	if reason := v.Get("reason"); n.Event.Kind == event.Failed {
		n.Event.Error = strings.ToLower(dialect.Text(reason.Get("code")))
	}
	n.AddTo(items)
}

func sinchMessage(items *dialect.Items, record, v jsontree.Value) {
	n := dialect.NewNotice("Sinch", v)
	n.Event.Kind, n.Event.Message = event.Inbound, dialect.Text(v.Get("id"))
	identity := v.Get("channel_identity")
	if channel := dialect.Text(identity.Get("channel")); !dialect.IsWhatsApp(channel) {
		items.Ignore(dialect.OtherChannel(channel))
		return
	}
	sinchScope(&n, record)
	n.When(v, "accept_time")
	n.User = dialect.NewIdentity(identity.Get("identity"), jsontree.Value{}, jsontree.Value{})
	n.AddTo(items)
}

// sinchScope takes the app for the business number, which reports do not name:
// an app has one. The time is that which the channel gave, else when Sinch took
// the channel's word.
func sinchScope(n *dialect.Notice, record jsontree.Value) {
	n.Event.Number = dialect.Text(record.Get("app_id"))
	n.When(record, "event_time", "accepted_time")
}
