package dialect

import (
	"strings"

	"waudit/audit/event"
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

func (d gupshup) Decode(record jsontree.Value, items *Items) {
	if !d.Recognise(record) {
		items.foreign("Gupshup")
		return
	}
	payload := record.Get("payload")
	n := newNotice("Gupshup", record)
	n.event.Number = text(record.Get("app")) // no number is named, and an app has one
	switch kind := record.Get("type").Str(); kind {
	case "message-event":
		d.status(&n, payload, items)
	case "billing-event":
		d.billing(&n, payload, items)
	case "message":
		d.inbound(&n, payload, items)
	default:
		items.ignore(strings.TrimSuffix(kind+" "+notation.Clip(text(payload.Get("type"))), " "))
	}
}

// status reads what became of a message of the business.
func (gupshup) status(n *notice, payload jsontree.Value, items *Items) {
	n.event.Message = gupshupID(payload)
	if !n.setStatus(items, text(payload.Get("type"))) {
		return
	}
	detail := payload.Get("payload")
	n.user = newIdentity(payload.Get("destination"), payload.Get("userId"), jsontree.Value{})
	n.when(detail, "ts")
	n.when(n.item, "timestamp")
	if n.event.Kind == event.Failed {
		n.event.Error = text(detail.Get("code"))
	}
	conversation, pricing := payload.Get("conversation"), payload.Get("pricing")
	n.event.Conversation = text(conversation.Get("id"))
	if at, fault := readTime(conversation.Get("expiresAt")); fault == notation.TimeGood {
		n.event.Expires = at
	}
	if origin := text(conversation.Get("type")); !setConversationCode(&n.event, &n.event.Origin, origin) {
		n.event.Origin = items.category("conversation.origin.type", origin)
	}
	n.event.Model = items.pricingModel(text(pricing.Get("policy")))
	if category := text(pricing.Get("category")); !setConversationCode(&n.event, &n.event.Category, category) {
		n.event.Category = items.category("pricing.category", category)
	}
	n.addTo(items)
}

// billing reads what Gupshup took from the wallet for a message: which kind of
// charge, not how much. Only what it passes on from WhatsApp is of interest.
func (gupshup) billing(n *notice, payload jsontree.Value, items *Items) {
	deductions, references := payload.Get("deductions"), payload.Get("references")
	if source := text(deductions.Get("source")); source != "" && !IsWhatsApp(source) {
		items.ignore("billing-event of source " + notation.Clip(source))
		return
	}
	e := &n.event
	e.Kind, e.Message = event.Charge, gupshupID(references)
	e.Conversation = text(references.Get("conversationId"))
	n.user = newIdentity(references.Get("destination"), references.Get("userId"), jsontree.Value{})
	n.when(n.item, "timestamp")
	e.Billable = items.flag("pricing.billable", deductions.Get("billable"))
	e.Model = items.pricingModel(text(deductions.Get("model")))
	setConversationCode(e, &e.Origin, text(deductions.Get("conversationType")))
	setDeductionType(e, text(deductions.Get("type")), items)
	if category := text(deductions.Get("category")); category != "" {
		e.Category = items.category("pricing.category", category)
	}
	n.addTo(items)
}

// setDeductionType reads the type of a deduction: a pricing type or, while
// conversations were charged, a category or the code of one.
func setDeductionType(e *event.Event, name string, items *Items) {
	switch word := event.Word(name); {
	case setConversationCode(e, &e.Category, name):
	case e.Model == "PMP", word == "regular", strings.HasPrefix(word, "free_"):
		e.Pricing = items.pricingType(name)
	default:
		e.Category = items.category("pricing.category", name)
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
func (gupshup) inbound(n *notice, payload jsontree.Value, items *Items) {
	source, sender := payload.Get("source"), payload.Get("sender")
	if !hasContent(source) {
		source = sender.Get("phone")
	}
	n.event.Kind, n.event.Message = event.Inbound, text(payload.Get("id"))
	n.event.Type = items.messageType(gupshupType(text(payload.Get("type"))))
	n.user = newIdentity(source, sender.Get("userId"), jsontree.Value{})
	n.when(n.item, "timestamp")
	n.setReferral(items, firstOf(payload.Get("referral"), payload.Get("payload").Get("referral")))
	n.addTo(items)
}

// gupshupID is the id that joins the records of a message: Gupshup's own, which
// stands under gsId where id is Meta's.
func gupshupID(v jsontree.Value) string {
	if id := text(v.Get("gsId")); id != "" {
		return id
	}
	return text(v.Get("id"))
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

// mayKnow is what Recognise asks for at least.
func (gupshup) mayKnow(v jsontree.Value) bool { return hasKeys(v, "app", "payload", "type") }
