package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// alibaba reads the receipts and user messages of Alibaba Cloud's Chat App
// Message Service.
type alibaba struct{}

func (alibaba) Name() string { return "alibaba" }

func (alibaba) Recognise(record jsontree.Value) bool {
	columns, content := 0, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "MessageId", "From", "To", "Timestamp":
			columns++
		case "StatusDescription", "MsgFrameType", "Message":
			content = true
		}
	}
	return columns == 4 && content
}

func (d alibaba) Decode(record jsontree.Value, items *Items) {
	if !d.Recognise(record) {
		items.foreign("Alibaba")
		return
	}
	n := newNotice("Alibaba", record)
	n.event.Message, n.event.WABA = text(record.Get("MessageId")), text(record.Get("WabaId"))
	n.when(record, "Timestamp")
	if status := text(record.Get("Status")); status == "" && record.Get("Message").OK() {
		n.event.Kind = event.Inbound
		n.parties(record.Get("From"), record.Get("To"))
		user := identityOf("", text(record.Get("FromUserId")), text(record.Get("FromParentUserId")))
		n.user = n.user.complete(user, true)
		n.event.Type = items.messageType(text(record.Get("Type")))
	} else {
		if !n.setStatus(items, status) {
			return
		}
		n.parties(record.Get("From"), record.Get("To"))
		items.alibabaContent(&n, record)
	}
	n.addTo(items)
}

// alibabaContent fills in what the receipt says of the message. Its frame says
// whether it is a template.
func (it *Items) alibabaContent(n *notice, record jsontree.Value) {
	kind := text(record.Get("Type"))
	if strings.EqualFold(text(record.Get("MsgFrameType")), "template") {
		kind = "template"
	}
	n.event.Type = it.messageType(kind)
	n.event.Template, n.event.Language = text(record.Get("TemplateName")), text(record.Get("Language"))
	n.event.Conversation = text(record.Get("ConversationId"))
	n.event.Category = it.category("pricing.category", text(record.Get("ConversationType")))
	n.event.Error = text(firstOf(record.Get("ErrorCode"), record.Get("Error")))
}
