package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// wati reads the webhooks of WATI.
type wati struct{}

func (wati) Name() string { return "wati" }

// Recognise wants a key of WATI's own beside the event, as others have an
// eventType too.
func (wati) Recognise(record jsontree.Value) bool {
	named, own := false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "eventType":
			named = m.Kind() == jsontree.String && text(m) != ""
		case "localMessageId", "whatsappMessageId", "ticketId", "waId", "statusString":
			own = true
		}
	}
	return named && own
}

// Decode matches the names of events whole: "threadUpdate" holds "read".
func (d wati) Decode(record jsontree.Value, items *Items) {
	name := text(record.Get("eventType"))
	if !d.Recognise(record) {
		items.foreign("WATI")
		return
	}
	n := newNotice("WATI", record)
	switch strings.TrimSuffix(name, "_v2") {
	case "message", "newContactMessageReceived":
		if items.flag("owner", record.Get("owner")) != event.True {
			n.event.Kind = event.Inbound
			break
		}
		n.watiID(record)
		if !n.setStatus(items, text(record.Get("statusString"))) {
			return
		}
	case "sessionMessageSent", "templateMessageSent":
		n.event.Kind = event.Sent
	case "sentMessageDELIVERED":
		n.event.Kind = event.Delivered
	case "sentMessageREAD":
		n.event.Kind = event.Read
	case "templateMessageFAILED":
		n.event.Kind = event.Failed
	default:
		items.ignore("event " + clip(name))
		return
	}
	items.watiMessage(&n, record)
	n.addTo(items)
}

// watiMessage fills in what the events of WATI share. A message's "created" is
// of its beginning, no time of its delivery. The business number, which only
// some events name, is left out: half of a pair's events would be another pair.
func (it *Items) watiMessage(n *notice, record jsontree.Value) {
	n.watiID(record)
	n.when(record, "timestamp")
	if n.event.Kind != event.Delivered && n.event.Kind != event.Read {
		n.when(record, "created")
	}
	n.user = newIdentity(record.Get("waId"), jsontree.Value{}, jsontree.Value{})
	n.event.Type = it.messageType(text(record.Get("type")))
	n.event.Template = text(record.Get("templateName"))
	n.event.Error = text(record.Get("failedCode"))
}

// watiID fills in the id of the message. Statuses of the second version may
// name neither a phone nor a wamid: all that they share with the sending is
// localMessageId. User messages have none.
func (n *notice) watiID(record jsontree.Value) {
	if n.event.Kind != event.Inbound {
		n.event.Message = text(record.Get("localMessageId"))
	}
	setIfEmpty(&n.event.Message, text(record.Get("whatsappMessageId")))
	setIfEmpty(&n.event.Message, text(record.Get("id")))
}
