package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// interakt reads the webhooks of Interakt (Haptik).
type interakt struct {
	template jsontree.Tree // of the template that a record holds as a text
}

func (*interakt) Name() string { return "interakt" }

func (*interakt) Recognise(record jsontree.Value) bool {
	named, data := false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "type":
			named = isInteraktType(m.Str())
		case "data":
			data = m.Kind() == jsontree.Object
		}
	}
	return named && data
}

func isInteraktType(name string) bool {
	for _, prefix := range [...]string{"message_api_", "message_campaign_", "workflow_response_", "account_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "message_received"
}

func (d *interakt) Decode(record jsontree.Value, items *Items) {
	name, data := record.Get("type").Str(), record.Get("data")
	if !isInteraktType(name) {
		items.foreign("Interakt")
		return
	}
	message := data.Get("message")
	n := newNotice("Interakt", record)
	n.event.Message = text(message.Get("id"))
	status, isStatus := strings.CutPrefix(name, "message_api_")
	if !isStatus {
		status, isStatus = strings.CutPrefix(name, "message_campaign_")
	}
	switch {
	case name == "message_received":
		n.event.Kind = event.Inbound
	case !isStatus:
		items.ignore("event " + notation.Clip(name))
		return
	case !n.setStatus(items, status):
		return
	}
	n.interaktUser(data.Get("customer"))
	n.event.Type = items.messageType(text(message.Get("message_content_type")))
	n.event.Error = text(message.Get("channel_error_code"))
	d.readTemplate(items, &n, message.Get("raw_template"))
	n.interaktTime(record, message)
	n.addTo(items)
}

// interaktUser takes the whole number of the customer, or puts it together.
func (n *notice) interaktUser(customer jsontree.Value) {
	n.user = newIdentity(customer.Get("channel_phone_number"), jsontree.Value{}, jsontree.Value{})
	country, phone := text(customer.Get("country_code")), text(customer.Get("phone_number"))
	if !n.user.known() && country != "" && phone != "" {
		n.user = identityOf(country+phone, "", "")
	}
}

// readTemplate reads the template that was sent, which stands in the record as
// JSON in a string.
func (d *interakt) readTemplate(items *Items, n *notice, v jsontree.Value) {
	if v.Kind() == jsontree.String && mayBeJSON(v) {
		_, _ = d.template.Parse(v.AppendStr(nil)) // what is no JSON leaves the tree empty
		v = d.template.Root()
	}
	n.event.Template = text(v.Get("name"))
	n.event.Language = language(v.Get("language"))
	n.event.TemplateCategory = items.templateCategory(text(v.Get("category")))
}

// interaktTime finds when it happened. The times whose names say UTC need no
// zone. That of the webhook does: whether it is India's or UTC is not
// published. It goes first only where the message has no time for the status
// itself: received_at_utc is when Interakt was asked to send.
func (n *notice) interaktTime(record, message jsontree.Value) {
	n.when(record, "timestamp")
	_, fault := readTime(n.time)
	key := "received_at_utc"
	switch n.event.Kind {
	case event.Delivered:
		key = "delivered_at_utc"
	case event.Read:
		key = "seen_at_utc"
	case event.Sent, event.Failed:
		if fault == notation.TimeGood {
			return
		}
	}
	if at, ok := utcTime(message.Get(key)); ok {
		n.at = at
	}
}

// utcTime reads a time that is known to be in UTC, whether it says so or not.
func utcTime(v jsontree.Value) (ms int64, ok bool) {
	ms, fault := readTime(v)
	if fault == notation.TimeNoZone {
		ms, fault = notation.ReadTime(text(v) + "Z")
	}
	return ms, fault == notation.TimeGood
}

// mayKnow is what Recognise asks for at least.
func (*interakt) mayKnow(v jsontree.Value) bool { return hasKeys(v, "type", "data") }
