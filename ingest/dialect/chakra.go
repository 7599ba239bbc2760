package dialect

import "waudit/ingest/jsontree"

// chakra reads the delivery statuses of Chakra. What it passes through is
// Meta's body.
type chakra struct{}

func (chakra) Name() string { return "chakra" }

func (chakra) Recognise(record jsontree.Value) bool {
	return record.Get("event").Str() == "deliveryStatus" && record.Get("payload").Kind() == jsontree.Object
}

func (d chakra) Decode(record jsontree.Value, items *Items) {
	if !d.Recognise(record) {
		items.foreign("Chakra")
		return
	}
	payload := record.Get("payload")
	n := newNotice("Chakra", payload)
	n.event.Message = text(payload.Get("externalId"))
	setIfEmpty(&n.event.Message, text(payload.Get("id")))
	if !n.setStatus(items, text(payload.Get("deliveryStatus"))) {
		return
	}
	n.when(payload, "timestamp")
	n.parties(jsontree.Value{}, payload.Get("recipientId"))
	n.addTo(items)
}
