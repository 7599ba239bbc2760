package dialect

import "waudit/ingest/jsontree"

// connectly reads the delivery statuses of Connectly.
type connectly struct{}

func (connectly) Name() string { return "connectly" }

func (connectly) Recognise(record jsontree.Value) bool {
	topic, sender, update := false, false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "topic":
			topic = m.Kind() == jsontree.String
		case "sender":
			sender = m.Get("channelType").OK()
		case "statusUpdate":
			update = m.Kind() == jsontree.Object
		}
	}
	return topic && sender && update
}

// Decode takes the sender for the business: a status is of what it sent.
func (d connectly) Decode(record jsontree.Value, items *Items) {
	if !d.Recognise(record) {
		items.foreign("Connectly")
		return
	}
	sender, update := record.Get("sender"), record.Get("statusUpdate")
	if channel := text(sender.Get("channelType")); !IsWhatsApp(channel) {
		items.ignore(otherChannel(channel))
		return
	}
	n := newNotice("Connectly", record)
	n.event.Message = text(update.Get("id"))
	if !n.setStatus(items, text(update.Get("status"))) {
		return
	}
	n.when(record, "timestamp")
	n.parties(sender.Get("id"), record.Get("recipient").Get("id"))
	n.event.Error = firstError(update.Get("error"))
	n.addTo(items)
}
