package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestKapso(t *testing.T) { checkProvider(t, dialecttest.Of("kapso"), kapsoCases()) }

// kapsoOf is a webhook about a message with these members.
func kapsoOf(message string) string {
	return `{"message":{"type":"text",` + dialecttest.Seconds + `,` + message + `},"conversation":{"id":"v7","phone_number":"+15550177001","phone_number_id":"` + dialecttest.Number + `",
		"business_scoped_user_id":"US.7"},"is_new_conversation":false,"phone_number_id":"` + dialecttest.Number + `"}`
}

func kapsoCases() providerCases {
	of := func(kind event.Kind, id string, change func(*event.Event)) event.Event {
		e := dialecttest.Base(kind, id)
		e.WABA, e.User, e.UserID = "", "15550177001", "US.7"
		if change != nil {
			change(&e)
		}
		return e
	}
	link := []dialect.Link{{UserID: "US.7", Phone: "15550177001"}}
	sent := of(event.Sent, "wamid.k", func(e *event.Event) { e.Time -= 1000 })
	delivered := of(event.Delivered, "wamid.k", func(e *event.Event) {
		e.Billable, e.Model, e.Pricing, e.Category = event.True, "PMP", "regular", "utility"
	})
	inbound := of(event.Inbound, "wamid.i", func(e *event.Event) { e.Type = "text" })
	untold := of(event.Sent, "wamid.k", func(e *event.Event) { e.Type = "text" })
	history := `"id":"wamid.k","kapso":{"direction":"outbound","status":"delivered","statuses":[
		{"id":"wamid.k","status":"sent","timestamp":"1790899999","recipient_id":"15550177001"},
		{"id":"wamid.k","status":"delivered","timestamp":"1790900000","recipient_id":"15550177001",
			"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"utility"}},
		{"id":"wamid.k","status":"read","recipient_id":"15550177001"}]}`
	received := kapsoOf(`"id":"wamid.i","from":"15550177001","kapso":{"direction":"inbound","status":"received","has_media":false}`)
	return providerCases{
		"statuses": {record: kapsoOf(history), want: dialect.Items{
			Events: []event.Event{sent, delivered}, Links: link,
			Rejected: []dialect.Rejection{{At: "message.kapso.statuses[2]", Reason: "status read of wamid.k has no place in time: it has no timestamp; add it"}},
		}},
		"inbound": {record: received, want: dialect.Items{Events: []event.Event{inbound}, Links: link}},
		"inbound, by its conversation": {record: kapsoOf(`"id":"wamid.i","kapso":{"direction":"inbound"}`),
			want: dialect.Items{Events: []event.Event{inbound}, Links: link}},
		"batch": {record: `{"type":"whatsapp.message.received","batch":true,"data":[` + received + `,` + received + `,{"message":null}]}`,
			want: dialect.Items{Events: []event.Event{inbound, inbound}, Ignored: []string{"webhook without a message"}, Links: link}},
		"sent, no status of Meta": {record: kapsoOf(`"id":"wamid.k","kapso":{"direction":"outbound","status":"sent","statuses":[]}`),
			want: dialect.Items{Events: []event.Event{untold}, Links: link}},
		"read, no status of Meta": {record: kapsoOf(`"id":"wamid.k","kapso":{"direction":"outbound","status":"read"}`),
			at: "message", reason: "it has no element of kapso.statuses"},
	}
}
