package dialect

import (
	"cmp"
	"strings"

	"waudit/audit/event"
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

func (wasapFlow) Decode(record jsontree.Value, items *Items) {
	name, data := text(record.Get("event")), record.Get("data")
	n := newNotice("WasapFlow", data)
	n.event.WABA, n.event.Number = text(record.Get("waba_id")), text(record.Get("phone_number_id"))
	n.event.Message = text(data.Get("message_id"))
	n.when(data, "timestamp")
	switch name {
	case "message.received", "standby.message_received":
		n.event.Kind = event.Inbound
		wasapFlowMessage(items, &n, data, data.Get("from"), data.Get("from_bsuid"))
	case "message.echo":
		n.event.Kind = event.Echo
		wasapFlowMessage(items, &n, data, firstOf(data.Get("to"), data.Get("recipient")), data.Get("recipient_bsuid"))
	case "standby.message_echo": // sent by Meta's agent
		n.event.Kind = event.Request
		wasapFlowMessage(items, &n, data, firstOf(data.Get("to"), data.Get("recipient")), data.Get("recipient_bsuid"))
	case "message.sent", "message.delivered", "message.read", "message.failed":
		wasapFlowStatus(items, &n, data, strings.TrimPrefix(name, "message."))
	case "standby.message_status":
		wasapFlowStatus(items, &n, data, "")
	case "message.history":
		items.ignore(pastEvent)
	case "template.category_updated":
		wasapFlowCategory(items, record, data)
	default:
		if !isWasapFlowEvent(name) {
			items.foreign("WasapFlow")
			return
		}
		items.ignore("event " + notation.Clip(name))
	}
}

// wasapFlowMessage ends a message that is no status. What the Bridge leaves out
// of it stands in Meta's own, which it passes on as raw.
func wasapFlowMessage(items *Items, n *notice, data, user, userID jsontree.Value) {
	raw := data.Get("raw")
	n.user = newIdentity(firstOf(user, data.Get("contact_wa_id")), firstOf(userID, raw.Get("from_user_id"), raw.Get("to_user_id")), jsontree.Value{})
	n.event.Type = items.messageType(text(data.Get("type")))
	n.event.Group = text(firstOf(data.Get("group_id"), raw.Get("group_id")))
	n.setReferral(items, firstOf(data.Get("referral"), raw.Get("referral")))
	if template := firstOf(data.Get("template"), raw.Get("template")); n.event.Kind != event.Inbound {
		n.event.Template = text(template.Get("name"))
		n.event.Language = language(template.Get("language"))
		n.event.TemplateCategory = items.templateCategory(text(template.Get("category")))
	}
	n.addTo(items)
}

// wasapFlowStatus ends a status: its own, else the one after which the event is
// named.
func wasapFlowStatus(items *Items, n *notice, data jsontree.Value, named string) {
	status := text(data.Get("status"))
	status = cmp.Or(status, named)
	if !n.setStatus(items, status) {
		return
	}
	n.user = newIdentity(data.Get("recipient"), data.Get("recipient_bsuid"), jsontree.Value{})
	items.charged(&n.event, data.Get("conversation"), data.Get("pricing"))
	n.event.Error = firstError(data.Get("errors"))
	n.addTo(items)
}

// wasapFlowCategory reads the change of a template's category.
func wasapFlowCategory(items *Items, record, data jsontree.Value) {
	at, fault := readTime(record.Get("timestamp"))
	if fault != notation.TimeGood {
		items.reject("", "template.category_updated has no place in time: "+timeProblem("timestamp", record.Get("timestamp"), fault))
		return
	}
	c := event.Change{
		Kind: event.TemplateCategory, Time: at, WABA: text(record.Get("waba_id")),
		Template: text(data.Get("template_name")), Language: text(data.Get("language")),
		Previous: items.templateCategory(text(data.Get("previous_category"))),
		New:      items.templateCategory(text(data.Get("new_category"))),
	}
	if c.Template == "" || c.New == "" {
		items.reject(data.Path(), "template.category_updated lacks template_name or new_category; export it again as WasapFlow sends it")
		return
	}
	items.templateChange(c, data)
}

// mayKnow is what Recognise asks for at least.
func (wasapFlow) mayKnow(v jsontree.Value) bool { return hasKeys(v, "event", "data") }
