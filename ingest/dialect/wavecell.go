package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// wavecell reads the webhooks of 8x8, formerly Wavecell. Its business events
// hold Meta's own and are read as such.
type wavecell struct{}

func (wavecell) Name() string { return "8x8" }

// Recognise wants the id that 8x8 gives every message, umid, in the record or
// in its payload.
func (wavecell) Recognise(record jsontree.Value) bool {
	named, id := false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "eventType":
			named = m.Kind() == jsontree.String && text(m) != ""
		case "umid":
			id = true
		case "payload":
			id = id || m.Get("umid").OK()
		}
	}
	return named && id
}

func (d wavecell) Decode(record jsontree.Value, items *Items) {
	name, body := text(record.Get("eventType")), record
	if payload := record.Get("payload"); payload.Kind() == jsontree.Object {
		body = payload
	}
	n := newNotice("8x8", body)
	n.event.Message = text(body.Get("umid"))
	channel := text(firstOf(body.Get("channel"), body.Get("recipient").Get("channel")))
	switch {
	case !d.Recognise(record):
		items.foreign("8x8")
		return
	case !IsWhatsApp(channel):
		items.ignore(otherChannel(channel))
		return
	case strings.HasPrefix(name, "inbound"):
		n.event.Kind = event.Inbound
		n.event.Type = items.messageType(text(body.Get("type")))
	case !strings.HasPrefix(name, "outbound"):
		items.ignore("event " + clip(name))
		return
	case !n.setStatus(items, wavecellState(body.Get("status"))):
		return
	}
	n.wavecellUser(body.Get("user"))
	n.when(body, "timestamp")
	n.price(body.Get("price"), body.Get("currency"))
	n.event.Error = wavecellError(body.Get("error"))
	n.addTo(items)
}

// wavecellState is the status, which some versions put into an object.
func wavecellState(status jsontree.Value) string {
	return text(firstOf(status.Get("state"), status))
}

func wavecellError(v jsontree.Value) string { return text(firstOf(v.Get("code"), v)) }

// wavecellUser reads the user: channelUserId is the business-scoped id in newer
// versions, the phone once more in older ones.
func (n *notice) wavecellUser(v jsontree.Value) {
	n.user = newIdentity(v.Get("msisdn"), jsontree.Value{}, jsontree.Value{})
	channelUser := newIdentity(v.Get("channelUserId"), jsontree.Value{}, jsontree.Value{})
	n.user = n.user.complete(channelUser, true)
}
