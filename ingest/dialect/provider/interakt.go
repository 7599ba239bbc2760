package provider

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
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

func (d *interakt) Decode(record jsontree.Value, items *dialect.Items) {
	name, data := record.Get("type").Str(), record.Get("data")
	if !isInteraktType(name) {
		items.Foreign("Interakt")
		return
	}
	message := data.Get("message")
	n := dialect.NewNotice("Interakt", record)
	n.Event.Message = dialect.Text(message.Get("id"))
	status, isStatus := strings.CutPrefix(name, "message_api_")
	if !isStatus {
		status, isStatus = strings.CutPrefix(name, "message_campaign_")
	}
	switch {
	case name == "message_received":
		n.Event.Kind = event.Inbound
	case !isStatus:
		items.IgnoreEvent(record, "event "+notation.Clip(name))
		return
	case !n.SetStatus(items, status):
		return
	}
	interaktUser(&n, data.Get("customer"))
	n.Event.Type = items.MessageType(dialect.Text(message.Get("message_content_type")))
	n.Event.Error = dialect.Text(message.Get("channel_error_code"))
	d.readTemplate(items, &n, message.Get("raw_template"))
	interaktTime(&n, record, message)
	n.AddTo(items)
}

// interaktUser takes the whole number of the customer, or puts it together.
func interaktUser(n *dialect.Notice, customer jsontree.Value) {
	n.User = dialect.NewIdentity(customer.Get("channel_phone_number"), jsontree.Value{}, jsontree.Value{})
	country, phone := dialect.Text(customer.Get("country_code")), dialect.Text(customer.Get("phone_number"))
	if !n.User.Known() && country != "" && phone != "" {
		n.User = dialect.IdentityOf(country+phone, "", "")
	}
}

// readTemplate reads the template that was sent, which stands in the record as
// JSON in a string.
func (d *interakt) readTemplate(items *dialect.Items, n *dialect.Notice, v jsontree.Value) {
	if v.Kind() == jsontree.String && dialect.MayBeJSON(v) {
		_, _ = d.template.Parse(v.AppendStr(nil)) // what is no JSON leaves the tree empty
		v = d.template.Root()
	}
	n.Event.Template = dialect.Text(v.Get("name"))
	n.Event.Language = dialect.Language(v.Get("language"))
	n.Event.TemplateCategory = items.TemplateCategory(dialect.Text(v.Get("category")))
}

// interaktTime finds when it happened. The times whose names say UTC need no
// zone. That of the webhook does: whether it is India's or UTC is not
// published. It goes first only where the message has no time for the status
// itself: received_at_utc is when Interakt was asked to send.
func interaktTime(n *dialect.Notice, record, message jsontree.Value) {
	n.When(record, "timestamp")
	_, fault := dialect.ReadTime(n.Time)
	key := "received_at_utc"
	switch n.Event.Kind {
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
		n.At = at
	}
}

// utcTime reads a time that is known to be in UTC, whether it says so or not.
func utcTime(v jsontree.Value) (ms int64, ok bool) {
	ms, fault := dialect.ReadTime(v)
	if fault == notation.TimeNoZone {
		ms, fault = notation.ReadTime(dialect.Text(v) + "Z")
	}
	return ms, fault == notation.TimeGood
}

// MayKnow is what Recognise asks for at least.
func (*interakt) MayKnow(v jsontree.Value) bool { return dialect.HasKeys(v, "type", "data") }
