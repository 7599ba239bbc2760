package provider

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// gupshup reads Gupshup's own webhooks, version 2. Those of version 3 are
// Meta's bodies and read as such.
type gupshup struct{}

func (gupshup) Name() string { return "gupshup" }

// Recognise wants an app, the type of a webhook and its payload.
func (gupshup) Recognise(record jsontree.Value) bool {
	var app, payload, known bool
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "app":
			app = m.Kind() == jsontree.String
		case "payload":
			payload = m.Kind() == jsontree.Object
		case "type":
			known = m.Str() == "message" || strings.HasSuffix(m.Str(), "-event")
		}
	}
	return app && payload && known
}

func (d gupshup) Decode(record jsontree.Value, items *dialect.Items) {
	if !d.Recognise(record) {
		items.Foreign("Gupshup")
		return
	}
	payload := record.Get("payload")
	n := dialect.NewNotice("Gupshup", record)
	n.Event.Number = dialect.Text(record.Get("app")) // no number is named, and an app has one
	switch kind := record.Get("type").Str(); kind {
	case "message-event":
		d.status(&n, payload, items)
	case "billing-event":
		d.billing(&n, payload, items)
	case "message":
		d.inbound(&n, payload, items)
	default:
		items.IgnoreEvent(payload, strings.TrimSuffix(kind+" "+notation.Clip(dialect.Text(payload.Get("type"))), " "))
	}
}

// status reads what became of a message of the business.
func (gupshup) status(n *dialect.Notice, payload jsontree.Value, items *dialect.Items) {
	n.Event.Message = gupshupID(payload)
	if !n.SetStatus(items, dialect.Text(payload.Get("type"))) {
		return
	}
	detail := payload.Get("payload")
	n.User = dialect.NewIdentity(payload.Get("destination"), payload.Get("userId"), jsontree.Value{})
	n.When(detail, "ts")
	n.When(n.Item, "timestamp")
	if n.Event.Kind == event.Failed {
		n.Event.Error = dialect.Text(detail.Get("code"))
	}
	conversation, pricing := payload.Get("conversation"), payload.Get("pricing")
	n.Event.Conversation = dialect.Text(conversation.Get("id"))
	if at, fault := dialect.ReadTime(conversation.Get("expiresAt")); fault == notation.TimeGood {
		n.Event.Expires = at
	}
	if origin := dialect.Text(conversation.Get("type")); !setConversationCode(&n.Event, &n.Event.Origin, origin) {
		n.Event.Origin = items.Category("conversation.origin.type", origin)
	}
	n.Event.Model = items.PricingModel(dialect.Text(pricing.Get("policy")))
	if category := dialect.Text(pricing.Get("category")); !setConversationCode(&n.Event, &n.Event.Category, category) {
		n.Event.Category = items.Category("pricing.category", category)
	}
	n.AddTo(items)
}

// billing reads what Gupshup took from the wallet for a message: which kind of
// charge, not how much. Only what it passes on from WhatsApp is of interest.
func (gupshup) billing(n *dialect.Notice, payload jsontree.Value, items *dialect.Items) {
	deductions, references := payload.Get("deductions"), payload.Get("references")
	if source := dialect.Text(deductions.Get("source")); source != "" && !dialect.IsWhatsApp(source) {
		items.Ignore("billing-event of source " + notation.Clip(source))
		return
	}
	e := &n.Event
	e.Kind, e.Message = event.Charge, gupshupID(references)
	e.Conversation = dialect.Text(references.Get("conversationId"))
	n.User = dialect.NewIdentity(references.Get("destination"), references.Get("userId"), jsontree.Value{})
	n.When(n.Item, "timestamp")
	e.Billable = items.Flag("pricing.billable", deductions.Get("billable"))
	e.Model = items.PricingModel(dialect.Text(deductions.Get("model")))
	setConversationCode(e, &e.Origin, dialect.Text(deductions.Get("conversationType")))
	setDeductionType(e, dialect.Text(deductions.Get("type")), items)
	if category := dialect.Text(deductions.Get("category")); category != "" {
		e.Category = items.Category("pricing.category", category)
	}
	n.AddTo(items)
}

// setDeductionType reads the type of a deduction: a pricing type or, while
// conversations were charged, a category or the code of one.
func setDeductionType(e *event.Event, name string, items *dialect.Items) {
	switch word := event.Word(name); {
	case setConversationCode(e, &e.Category, name):
	case e.Model == "PMP", word == "regular", strings.HasPrefix(word, "free_"):
		e.Pricing = items.PricingType(name)
	default:
		e.Category = items.Category("pricing.category", name)
	}
}

// setConversationCode reads the codes of the first conversation era into the
// event; who began the conversation goes into began. It reports whether s is
// one of them.
func setConversationCode(e *event.Event, began *string, s string) bool {
	switch strings.ToUpper(s) {
	case "FEP": // free entry point
		e.Pricing, e.Origin = "free_entry_point", "referral_conversion"
	case "UIC": // user-initiated conversation
		*began = "user_initiated"
	case "BIC": // business-initiated conversation
		*began = "business_initiated"
	case "FTC": // free tier conversation
		e.Billable = event.False
	default:
		return false
	}
	return true
}

// inbound reads a message of the user.
func (gupshup) inbound(n *dialect.Notice, payload jsontree.Value, items *dialect.Items) {
	source, sender := payload.Get("source"), payload.Get("sender")
	if !dialect.HasContent(source) {
		source = sender.Get("phone")
	}
	n.Event.Kind, n.Event.Message = event.Inbound, dialect.Text(payload.Get("id"))
	n.Event.Type = items.MessageType(gupshupType(dialect.Text(payload.Get("type"))))
	n.User = dialect.NewIdentity(source, sender.Get("userId"), jsontree.Value{})
	n.When(n.Item, "timestamp")
	n.SetReferral(items, dialect.FirstOf(payload.Get("referral"), payload.Get("payload").Get("referral")))
	n.AddTo(items)
}

// gupshupID is the id that joins the records of a message: Gupshup's own, which
// stands under gsId where id is Meta's.
func gupshupID(v jsontree.Value) string {
	if id := dialect.Text(v.Get("gsId")); id != "" {
		return id
	}
	return dialect.Text(v.Get("id"))
}

// gupshupType is Meta's word for a type of message.
func gupshupType(name string) string {
	switch name {
	case "file":
		return "document"
	case "contact":
		return "contacts"
	case "button_reply", "list_reply":
		return "interactive"
	case "quick_reply":
		return "button"
	}
	return name
}

// MayKnow is what Recognise asks for at least.
func (gupshup) MayKnow(v jsontree.Value) bool { return dialect.HasKeys(v, "app", "payload", "type") }
