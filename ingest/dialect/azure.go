package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// azure reads the events of Azure Communication Services, in the form of Event
// Grid or of CloudEvents.
type azure struct{}

func (azure) Name() string { return "azure" }

// Recognise takes all events of the service, and the notice by which Event Grid
// checks an address.
func (azure) Recognise(record jsontree.Value) bool {
	named, data := false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "eventType", "type":
			named = named || isAzureEvent(m.Str())
		case "data":
			data = m.Kind() == jsontree.Object
		}
	}
	return named && data
}

func isAzureEvent(name string) bool {
	return strings.HasPrefix(name, "Microsoft.Communication.") || strings.HasPrefix(name, "Microsoft.EventGrid.")
}

func (azure) Decode(record jsontree.Value, items *Items) {
	name, data := text(firstOf(record.Get("eventType"), record.Get("type"))), record.Get("data")
	n := newNotice("Azure", record)
	n.event.Message = text(data.Get("messageId"))
	switch strings.TrimPrefix(name, "Microsoft.Communication.") {
	case "AdvancedMessageDeliveryStatusUpdated":
	case "AdvancedMessageReceived":
		n.event.Kind = event.Inbound
		setIfEmpty(&n.event.Message, text(record.Get("id")))
	default:
		if isAzureEvent(name) {
			items.ignore("event " + clip(name))
			return
		}
		items.foreign("Azure")
		return
	}
	if channel := text(firstOf(data.Get("channelType"), data.Get("channelKind"))); !IsWhatsApp(channel) {
		items.ignore(otherChannel(channel))
		return
	}
	if n.event.Kind == 0 && !n.setStatus(items, text(data.Get("status"))) {
		return
	}
	n.when(data, "receivedTimestamp", "receivedTimeStamp")
	n.when(record, "eventTime", "time")
	// The business' end is the id of its channel, often no phone, on both ways.
	n.parties(data.Get("from"), data.Get("to"))
	n.event.Error = text(data.Get("error").Get("channelCode"))
	n.addTo(items)
}
