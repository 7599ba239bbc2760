package provider

import (
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// twilio reads what Twilio tells of WhatsApp messages, in any of its forms:
// status callbacks and inbound webhooks (form fields, as a JSON object), message
// resources (one, a page of them, a line of a BulkExport file, a row of a CSV
// export), and the CloudEvents of Event Streams. They are no mapping file: each form
// spells its names in its own way, addresses say what the channel is, who wrote a
// message is told by what is there, and no message came to its end before it was sent.
//
//	twilio.go          the dialect, and which form a record has
//	twilio_fields.go   the fields, whose names each form spells its own way
//	twilio_message.go  what the fields say of a message
//	twilio_time.go     when it happened
type twilio struct {
	logged jsontree.Value // when what is around the record says that it was written
}

func (*twilio) Name() string { return "twilio" }

func (d *twilio) Surround(s dialect.Surroundings) { d.logged = s.Logged }

// Recognise knows a record by the id of a message and what must stand beside
// it, a page by its messages or the address of the first page, an event by
// its type.
func (*twilio) Recognise(record jsontree.Value) bool {
	var named, told, paged, empty bool
	for m := record.First(); m.OK(); m = m.Next() {
		var name [longestTwilioName]byte
		switch string(twilioName(name[:0], m.Key())) {
		case "messagesid", "smssid", "smsmessagesid":
			named = named || m.Kind() == jsontree.String
		case "sid":
			named = named || isTwilioSid(m.Str())
		case "from", "to", "status", "messagestatus", "smsstatus":
			told = true
		case "type":
			if isTwilioEvent(record) {
				return true
			}
		case "messages":
			if dialect.AnyElement(m, isTwilioResource) {
				return true
			}
			empty = m.Kind() == jsontree.Array && !m.First().OK()
		case "firstpageuri":
			paged = true
		}
	}
	return named && told || paged && empty
}

func (d *twilio) Decode(record jsontree.Value, items *dialect.Items) {
	switch messages := record.Get("messages"); {
	case !d.Recognise(record):
		items.Foreign("Twilio")
	case isTwilioEvent(record):
		d.event(record, items)
	case messages.Kind() != jsontree.Array:
		d.message(record, twilioFieldsOf(record), items)
	case !messages.First().OK():
		items.Ignore("page without messages")
	default:
		items.EachObject("Twilio", messages, func(v jsontree.Value) { d.message(v, twilioFieldsOf(v), items) })
	}
	d.logged = jsontree.Value{}
}

// isTwilioSid tells a message's id from those of Twilio's other things.
func isTwilioSid(id string) bool {
	return strings.HasPrefix(id, "SM") || strings.HasPrefix(id, "MM")
}

func isTwilioResource(v jsontree.Value) bool { return isTwilioSid(v.Get("sid").Str()) }

// twilioEvents begins the type of every event of Event Streams.
const twilioEvents = "com.twilio."

func isTwilioEvent(v jsontree.Value) bool {
	return strings.HasPrefix(v.Get("type").Str(), twilioEvents)
}

// event reads a CloudEvent. Its type says what happened; what its data repeat
// of the message's dates is not when.
func (d *twilio) event(v jsontree.Value, items *dialect.Items) {
	name := v.Get("type").Str()
	topic := strings.TrimPrefix(name, twilioEvents+"messaging.")
	f := twilioFieldsOf(v.Get("data"))
	f.direction, f.created, f.sent, f.updated = jsontree.Value{}, jsontree.Value{}, jsontree.Value{}, jsontree.Value{}
	if !f.logged.OK() {
		f.logged = v.Get("time")
	}
	status, ofMessage := strings.CutPrefix(topic, "message.")
	switch {
	case topic == "inbound-message.received":
		f.word = "received"
	case ofMessage:
		f.word = status
	default:
		items.IgnoreEvent(v, "event "+notation.Clip(name))
		return
	}
	d.message(v, f, items)
}
