package dialect

import (
	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// conversationEvents reads events that tell the state of the windows after
// them. They name neither account nor business number nor conversation.
type conversationEvents struct{}

func (conversationEvents) Name() string { return "conversation-events" }

func (conversationEvents) Recognise(record jsontree.Value) bool {
	named, customer := false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "event":
			named = conversationEventKind(m.Str()) != 0
		case "customer":
			customer = m.Kind() == jsontree.Object
		}
	}
	return named && customer
}

func conversationEventKind(name string) event.Kind {
	switch name {
	case "message_received":
		return event.Inbound
	case "template_delivered":
		return event.Delivered
	case "message_send_attempt":
		return event.Request
	}
	return 0
}

func (conversationEvents) Decode(record jsontree.Value, items *Items) {
	name := text(record.Get("event"))
	n := newNotice("conversation event", record)
	n.nameless = true // what was refused never got an id
	if n.event.Kind = conversationEventKind(name); n.event.Kind == 0 {
		items.foreign("conversation events")
		return
	}
	if code := record.Get("error"); code.Kind() == jsontree.Object && n.event.Kind == event.Request {
		n.event.Kind, n.event.Error = event.Failed, text(code.Get("code"))
	}
	message, template := record.Get("message"), record.Get("template")
	n.event.Message = text(message.Get("id"))
	n.event.Type = items.messageType(text(message.Get("type")))
	n.event.Template = text(template.Get("name"))
	n.event.Language = language(template.Get("language"))
	n.event.TemplateCategory = items.templateCategory(text(template.Get("category")))
	customer := record.Get("customer")
	n.user = newIdentity(customer.Get("wa_id"), customer.Get("user_id"), jsontree.Value{})
	if n.event.Kind != event.Inbound {
		n.conversationState(items, record.Get("conversation"), record.Get("pricing"))
	}
	n.conversationTime(items, record)
	n.addTo(items)
}

// conversationState fills in the conversation and whether it was charged. A
// message that rides on an open conversation is part of one that was billed,
// and no charge of its own: either flag can say so.
func (n *notice) conversationState(it *Items, conversation, pricing jsontree.Value) {
	n.event.Category = it.category("pricing.category", conversationCategory(conversation))
	if at, fault := readTime(conversation.Get("expires_at")); fault == notation.TimeGood {
		n.event.Expires = at
	}
	n.event.Billable = it.flag("pricing.billable", pricing.Get("billable"))
	switch charged := it.flag("conversation.new_charge", conversation.Get("new_charge")); {
	case n.event.Billable == event.Absent, charged == event.False:
		n.event.Billable = charged
	}
}

// conversationCategory is the category of a conversation. Free entry is called
// by its own name or, as Meta does, by that of the referral.
func conversationCategory(conversation jsontree.Value) string {
	category := text(conversation.Get("category"))
	switch event.Word(category) {
	case "free_entry_point", "free_entry":
		return "referral_conversion"
	}
	return category
}

// How long windows are open, in milliseconds.
const (
	hour         = int64(60 * 60 * 1000)
	windowLength = 24 * hour
)

// freeEntryStart is when a free entry conversation began that ends at the
// instant, 0 where that cannot be known. It lasted 24 hours before 2023-03-01 and
// 72 from then on; since 2026-09-28 what decides its length is not published. The
// days are those of an account whose zone is not known.
func freeEntryStart(end int64) int64 {
	const (
		longer = 1677628800_000 // 2023-03-01T00:00:00Z
		open   = 1790553600_000 // 2026-09-28T00:00:00Z
		east   = 14 * hour      // how much earlier a day begins somewhere
		west   = 12 * hour      // how much later
	)
	switch long, short := end-72*hour, end-24*hour; {
	case long >= longer-east && long < open-east:
		return long
	case short < longer+west:
		return short
	}
	return 0
}

// conversationTime finds when it happened. Without a timestamp that can be told
// only of an event that opens a window: it is the window's length before its
// end.
func (n *notice) conversationTime(it *Items, record jsontree.Value) {
	n.when(record, "timestamp")
	if hasContent(n.time) {
		return
	}
	start := func(end int64) int64 { return end - windowLength }
	window, open := record.Get("service_window"), "open"
	switch n.event.Kind {
	case event.Inbound:
	case event.Delivered:
		window, open = record.Get("conversation"), "opened"
		if conversationCategory(window) == "referral_conversion" {
			start = freeEntryStart
		}
	default:
		return
	}
	end, fault := readTime(window.Get("expires_at"))
	if fault == notation.TimeGood && it.flag(open, window.Get(open)) == event.True {
		n.at = max(start(end), 0)
		if n.at < event.MinTime {
			n.at = 0
		}
	}
}

// mayKnow is what Recognise asks for at least.
func (conversationEvents) mayKnow(v jsontree.Value) bool {
	return hasKeys(v, "event", "customer")
}
