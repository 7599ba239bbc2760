package provider

import (
	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// conversationEvents reads events that tell the state of the windows after
// them. They name neither account nor business number nor conversation. Often they
// have no time either: it is worked out from the end of a window, which no mapping
// can do.
type conversationEvents struct{}

func (conversationEvents) Name() string { return "conversation-events" }

func (conversationEvents) Recognise(record jsontree.Value) bool {
	named, customer := false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "event":
			named = conversationEventKinds[m.Str()] != 0
		case "customer":
			customer = m.Kind() == jsontree.Object
		}
	}
	return named && customer
}

var conversationEventKinds = map[string]event.Kind{
	"message_received": event.Inbound, "template_delivered": event.Delivered, "message_send_attempt": event.Request,
}

func (conversationEvents) Decode(record jsontree.Value, items *dialect.Items) {
	name := dialect.Text(record.Get("event"))
	n := dialect.NewNotice("conversation event", record)
	n.Nameless = true // what was refused never got an id
	if n.Event.Kind = conversationEventKinds[name]; n.Event.Kind == 0 {
		items.Foreign("conversation events")
		return
	}
	if code := record.Get("error"); code.Kind() == jsontree.Object && n.Event.Kind == event.Request {
		n.Event.Kind, n.Event.Error = event.Failed, dialect.Text(code.Get("code"))
	}
	message, template := record.Get("message"), record.Get("template")
	n.Event.Message = dialect.Text(message.Get("id"))
	n.Event.Type = items.MessageType(dialect.Text(message.Get("type")))
	n.Event.Template = dialect.Text(template.Get("name"))
	n.Event.Language = dialect.Language(template.Get("language"))
	n.Event.TemplateCategory = items.TemplateCategory(dialect.Text(template.Get("category")))
	customer := record.Get("customer")
	n.User = dialect.NewIdentity(customer.Get("wa_id"), customer.Get("user_id"), jsontree.Value{})
	if n.Event.Kind != event.Inbound {
		conversationState(&n, items, record.Get("conversation"), record.Get("pricing"))
	}
	conversationTime(&n, items, record)
	n.AddTo(items)
}

// conversationState fills in the conversation and whether it was charged. A
// message that rides on an open conversation is part of one that was billed,
// and no charge of its own: either flag can say so.
func conversationState(n *dialect.Notice, items *dialect.Items, conversation, pricing jsontree.Value) {
	n.Event.Category = items.Category("pricing.category", conversationCategory(conversation))
	if at, fault := dialect.ReadTime(conversation.Get("expires_at")); fault == notation.TimeGood {
		n.Event.Expires = at
	}
	n.Event.Billable = items.Flag("pricing.billable", pricing.Get("billable"))
	switch charged := items.Flag("conversation.new_charge", conversation.Get("new_charge")); {
	case n.Event.Billable == event.Absent, charged == event.False:
		n.Event.Billable = charged
	}
}

// conversationCategory is the category of a conversation. Free entry is called
// by its own name or, as Meta does, by that of the referral.
func conversationCategory(conversation jsontree.Value) string {
	category := dialect.Text(conversation.Get("category"))
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
func conversationTime(n *dialect.Notice, items *dialect.Items, record jsontree.Value) {
	n.When(record, "timestamp")
	if dialect.HasContent(n.Time) {
		return
	}
	start := func(end int64) int64 { return end - windowLength }
	window, open := record.Get("service_window"), "open"
	switch n.Event.Kind {
	case event.Inbound:
	case event.Delivered:
		window, open = record.Get("conversation"), "opened"
		if conversationCategory(window) == "referral_conversion" {
			start = freeEntryStart
		}
	default:
		return
	}
	end, fault := dialect.ReadTime(window.Get("expires_at"))
	if fault == notation.TimeGood && items.Flag(open, window.Get(open)) == event.True {
		if at := start(end); at >= event.MinTime {
			n.At = at
		}
	}
}

func (conversationEvents) MayKnow(v jsontree.Value) bool {
	return dialect.HasKeys(v, "event", "customer")
}
