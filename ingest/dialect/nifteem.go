package dialect

import "waudit/ingest/jsontree"

// nifteem reads the delivery statuses of Nifteem.
type nifteem struct{}

func (nifteem) Name() string { return "nifteem" }

func (nifteem) Recognise(record jsontree.Value) bool {
	columns := 0
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "dispatchId", "messageId", "status", "statusDate":
			columns++
		}
	}
	return columns == 4
}

// Decode reads a status, which names neither number nor user: the message's
// other records tell them.
func (d nifteem) Decode(record jsontree.Value, items *Items) {
	if !d.Recognise(record) {
		items.foreign("Nifteem")
		return
	}
	if channel := text(record.Get("channel")); !IsWhatsApp(channel) {
		items.ignore(otherChannel(channel))
		return
	}
	n := newNotice("Nifteem", record)
	n.event.Message = text(record.Get("messageId"))
	if !n.setStatus(items, text(record.Get("status"))) {
		return
	}
	n.when(record, "statusDate")
	n.addTo(items)
}
