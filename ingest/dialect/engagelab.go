package dialect

import (
	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// engageLab reads the callbacks of EngageLab, a list of rows each.
type engageLab struct{}

func (engageLab) Name() string { return "engagelab" }

func (engageLab) Recognise(record jsontree.Value) bool {
	total, rows := false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "total":
			total = true
		case "rows":
			first := m.First()
			rows = m.Kind() == jsontree.Array && (first.Get("server").OK() || first.Get("itime").OK())
		}
	}
	return total && rows
}

func (engageLab) Decode(record jsontree.Value, items *Items) {
	before := items.Len()
	items.eachObject("EngageLab", record.Get("rows"), items.engageLabRow)
	if items.Len() == before {
		items.ignore("callback without rows")
	}
}

func (it *Items) engageLabRow(row jsontree.Value) {
	status, response := row.Get("status"), row.Get("response")
	channel := text(firstOf(row.Get("channel"), row.Get("server")))
	switch {
	case !IsWhatsApp(channel):
		it.ignore(otherChannel(channel))
	case status.Kind() == jsontree.Object:
		it.engageLabStatus(row, status)
	case response.Kind() != jsontree.Object:
		it.ignore("row without status or message")
	case text(response.Get("event")) != "received":
		it.ignore("event " + clip(text(response.Get("event"))))
	default:
		it.engageLabMessage(row, response.Get("response_data"))
	}
}

// engageLabNotice begins a notice with what statuses and messages share. Where
// the message has no time, there is that of the callback.
func engageLabNotice(row, data jsontree.Value) notice {
	n := newNotice("EngageLab", row)
	n.event.Message = text(data.Get("channel_message_id"))
	setIfEmpty(&n.event.Message, text(row.Get("message_id")))
	n.event.WABA = text(data.Get("whatsapp_business_account_id"))
	n.when(data, "msg_time")
	n.when(row, "itime")
	return n
}

func (it *Items) engageLabStatus(row, status jsontree.Value) {
	data := status.Get("status_data")
	n := engageLabNotice(row, data)
	if !n.setStatus(it, text(status.Get("message_status"))) {
		return
	}
	n.parties(row.Get("from"), row.Get("to"))
	n.takeNumber(data.Get("from_phone_id"))
	n.metaPricing(it, data.Get("conversation"), data.Get("pricing"))
	if code := text(status.Get("error_code")); code != "0" {
		n.event.Error = code
	}
	n.addTo(it)
}

func (it *Items) engageLabMessage(row, data jsontree.Value) {
	n := engageLabNotice(row, data)
	n.event.Kind = event.Inbound
	n.parties(row.Get("from"), row.Get("to"))
	n.takeNumber(data.Get("from_phone_id"))
	contact, message := data.Get("contact"), data.Get("message")
	n.user = newIdentity(contact.Get("wa_id"), contact.Get("user_id"), contact.Get("parent_user_id")).complete(n.user, true)
	n.event.Type = it.messageType(text(message.Get("type")))
	n.setReferral(it, message.Get("referral"))
	n.addTo(it)
}
