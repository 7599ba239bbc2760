package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// heyy reads the webhooks of heyy.io, which repeat the history of a message.
type heyy struct{}

func (heyy) Name() string { return "heyy" }

func (heyy) Recognise(record jsontree.Value) bool {
	tenant, named, told := false, false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "tenantId":
			tenant = true
		case "event":
			named = strings.HasPrefix(m.Str(), "message.")
		case "data":
			told = m.Get("id").OK() && m.Get("status").OK()
		}
	}
	return tenant && named && told
}

// Decode reads each state of the history. Where there is none, the state of the
// message has no time.
func (d heyy) Decode(record jsontree.Value, items *Items) {
	data := record.Get("data")
	history := data.Get("history")
	switch channel := text(data.Get("channel").Get("type")); {
	case !d.Recognise(record):
		items.foreign("heyy.io")
	case !IsWhatsApp(channel):
		items.ignore(otherChannel(channel))
	case history.First().OK():
		items.eachObject("heyy.io", history, func(v jsontree.Value) { items.heyyState(v, data, v.Get("newStatus")) })
	default:
		items.heyyState(data, data, data.Get("status"))
	}
}

// heyyState reads a state of the message data, which v tells.
func (it *Items) heyyState(v, data, status jsontree.Value) {
	n := newNotice("heyy.io", v)
	n.event.Message = text(data.Get("id"))
	if event.Word(text(status)) == "received" {
		n.event.Kind = event.Inbound
	} else if !n.setStatus(it, text(status)) {
		return
	}
	n.when(v, "timestamp")
	n.user = newIdentity(data.Get("handle").Get("value"), jsontree.Value{}, jsontree.Value{})
	n.addTo(it)
}
