package provider

import (
	"cmp"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// wasapFlow reads the flat envelopes of WasapFlow Bridge, which carries Meta's
// pricing through.
type wasapFlow struct{}

func (wasapFlow) Name() string { return "wasapflow" }

func (wasapFlow) Recognise(record jsontree.Value) bool {
	named, account, timed, data := false, false, false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "event":
			named = isWasapFlowEvent(m.Str())
		case "waba_id":
			account = true
		case "timestamp":
			timed = true
		case "data":
			data = m.Kind() == jsontree.Object
		}
	}
	return named && account && timed && data
}

// isWasapFlowEvent knows the events by what stands before the dot.
func isWasapFlowEvent(name string) bool {
	subject, _, dotted := strings.Cut(name, ".")
	switch subject {
	case "message", "standby", "waba", "template", "contact", "phone", "call", "handover":
		return dotted
	}
	return false
}

func (wasapFlow) Decode(record jsontree.Value, items *dialect.Items) {
	name, data := dialect.Text(record.Get("event")), record.Get("data")
	n := dialect.NewNotice("WasapFlow", data)
	n.Event.WABA, n.Event.Number = dialect.Text(record.Get("waba_id")), dialect.Text(record.Get("phone_number_id"))
	n.Event.Message = dialect.Text(data.Get("message_id"))
	n.When(data, "timestamp")
	switch name {
	case "message.received", "standby.message_received":
		n.Event.Kind = event.Inbound
		wasapFlowMessage(items, &n, data, data.Get("from"), data.Get("from_bsuid"))
	case "message.echo":
		n.Event.Kind = event.Echo
		wasapFlowMessage(items, &n, data, dialect.FirstOf(data.Get("to"), data.Get("recipient")), data.Get("recipient_bsuid"))
	case "standby.message_echo": // sent by Meta's agent
		n.Event.Kind = event.Request
		wasapFlowMessage(items, &n, data, dialect.FirstOf(data.Get("to"), data.Get("recipient")), data.Get("recipient_bsuid"))
	case "message.sent", "message.delivered", "message.read", "message.failed":
		wasapFlowStatus(items, &n, data, strings.TrimPrefix(name, "message."))
	case "standby.message_status":
		wasapFlowStatus(items, &n, data, "")
	case "message.history":
		items.Ignore(dialect.PastEvent)
	case "template.category_updated":
		wasapFlowCategory(items, record, data)
	default:
		if !isWasapFlowEvent(name) {
			items.Foreign("WasapFlow")
			return
		}
		items.IgnoreEvent(record, "event "+notation.Clip(name))
	}
}

// wasapFlowMessage ends a message that is no status. What the Bridge leaves out
// of it stands in Meta's own, which it passes on as raw.
func wasapFlowMessage(items *dialect.Items, n *dialect.Notice, data, user, userID jsontree.Value) {
	raw := data.Get("raw")
	n.User = dialect.NewIdentity(dialect.FirstOf(user, data.Get("contact_wa_id")), dialect.FirstOf(userID, raw.Get("from_user_id"), raw.Get("to_user_id")), jsontree.Value{})
	n.Event.Type = items.MessageType(dialect.Text(data.Get("type")))
	n.Event.Group = dialect.Text(dialect.FirstOf(data.Get("group_id"), raw.Get("group_id")))
	n.SetReferral(items, dialect.FirstOf(data.Get("referral"), raw.Get("referral")))
	if template := dialect.FirstOf(data.Get("template"), raw.Get("template")); n.Event.Kind != event.Inbound {
		n.Event.Template = dialect.Text(template.Get("name"))
		n.Event.Language = dialect.Language(template.Get("language"))
		n.Event.TemplateCategory = items.TemplateCategory(dialect.Text(template.Get("category")))
	}
	n.AddTo(items)
}

// wasapFlowStatus ends a status: its own, else the one after which the event is
// named.
func wasapFlowStatus(items *dialect.Items, n *dialect.Notice, data jsontree.Value, named string) {
	status := dialect.Text(data.Get("status"))
	status = cmp.Or(status, named)
	if !n.SetStatus(items, status) {
		return
	}
	n.User = dialect.NewIdentity(data.Get("recipient"), data.Get("recipient_bsuid"), jsontree.Value{})
	items.ReadPricing(&n.Event, data.Get("conversation"), data.Get("pricing"))
	n.Event.Error = dialect.ErrorCode(data.Get("errors"))
	n.AddTo(items)
}

// wasapFlowCategory reads the change of a template's category.
func wasapFlowCategory(items *dialect.Items, record, data jsontree.Value) {
	at, fault := dialect.ReadTime(record.Get("timestamp"))
	if fault != notation.TimeGood {
		items.Reject("", "template.category_updated has no place in time: "+dialect.TimeProblem("timestamp", record.Get("timestamp"), fault))
		return
	}
	c := event.Change{
		Kind: event.TemplateCategory, Time: at, WABA: dialect.Text(record.Get("waba_id")),
		Template: dialect.Text(data.Get("template_name")), Language: dialect.Text(data.Get("language")),
		Previous: items.TemplateCategory(dialect.Text(data.Get("previous_category"))),
		New:      items.TemplateCategory(dialect.Text(data.Get("new_category"))),
	}
	if c.Template == "" || c.New == "" {
		items.Reject(data.Path(), "template.category_updated lacks template_name or new_category; export it again as WasapFlow sends it")
		return
	}
	items.AddTemplateChange(c, data)
}

// MayKnow is what Recognise asks for at least.
func (wasapFlow) MayKnow(v jsontree.Value) bool { return dialect.HasKeys(v, "event", "data") }
