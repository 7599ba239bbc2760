package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// zenvia reads the webhooks of Zenvia: statuses of messages, and messages.
type zenvia struct{}

func (zenvia) Name() string { return "zenvia" }

func (zenvia) Recognise(record jsontree.Value) bool {
	switch record.Get("type").Str() {
	case "MESSAGE_STATUS":
		return record.Get("messageStatus").Kind() == jsontree.Object
	case "MESSAGE":
		return record.Get("message").Get("direction").OK()
	}
	return false
}

func (d zenvia) Decode(record jsontree.Value, items *Items) {
	n := newNotice("Zenvia", record)
	message, status := record.Get("message"), record.Get("messageStatus")
	switch channel := text(record.Get("channel")); {
	case !d.Recognise(record):
		items.foreign("Zenvia")
	case !IsWhatsApp(channel):
		items.ignore(otherChannel(channel))
	case status.OK():
		n.zenviaStatus(items, status)
	case event.Word(text(message.Get("direction"))) == "in":
		n.event.Kind, n.event.Message = event.Inbound, text(firstOf(message.Get("id"), record.Get("id")))
		n.zenviaMessage(items, message)
	default:
		n.event.Kind, n.event.Message = event.Request, text(message.Get("id"))
		n.zenviaMessage(items, message)
	}
}

// zenviaStatus ends a status, which names neither number nor user: the message's
// other records tell them.
func (n *notice) zenviaStatus(items *Items, status jsontree.Value) {
	n.event.Message = text(n.item.Get("messageId"))
	code := text(status.Get("code"))
	if strings.EqualFold(code, "NOT_DELIVERED") {
		code = "failed"
	}
	if !n.setStatus(items, code) {
		return
	}
	n.when(status, "timestamp")
	n.event.Error = firstError(status.Get("causes"))
	n.addTo(items)
}

// zenviaMessage ends a message, of either direction.
func (n *notice) zenviaMessage(items *Items, message jsontree.Value) {
	n.when(message, "timestamp")
	n.when(n.item, "timestamp")
	n.parties(message.Get("from"), message.Get("to"))
	content := message.Get("contents").First()
	kind := text(content.Get("type"))
	if kind == "file" {
		kind = "document"
	}
	n.event.Type, n.event.Template = items.messageType(kind), text(content.Get("templateId"))
	n.addTo(items)
}
