package provider_test

import (
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

const (
	gupshupStatus = `{"app":"parcels","timestamp":1790900005123,"version":2,"type":"message-event","payload":{
		"id":"wamid.g","gsId":"g-1","type":"delivered","destination":"15550177001","userId":"US.1000000001","payload":{"ts":1790900000},
		"conversation":{"id":"c1","expiresAt":1790986400,"type":"utility"},"pricing":{"policy":"PMP","category":"authentication_international"}}}`
	gupshupEnqueued = `{"app":"parcels","timestamp":1790900000000,"version":2,"type":"message-event","payload":{
		"id":"g-1","type":"enqueued","destination":"15550177001","payload":{"whatsappMessageId":"wamid.g","type":"session"}}}`
	gupshupBilling = `{"app":"parcels","timestamp":1790900000000,"version":2,"type":"billing-event","payload":{
		"deductions":{"type":"regular","model":"PMP","source":"whatsapp","billable":"true","category":"marketing_lite"},
		"references":{"id":"u1","gsId":"g-1","destination":"15550177001"}}}`
	gupshupInbound = `{"app":"parcels","timestamp":1790900000000,"version":2,"type":"message","payload":{
		"id":"wamid.i","source":"15550177001","type":"quick_reply","payload":{"text":"Yes"},
		"sender":{"phone":"15550177001","name":"A","country_code":"1","dial_code":"5550177001","userId":"US.1000000001"},"context":{"gsId":"g-1","id":"wamid.g"}}}`
)

var gupshupLink = []dialect.Link{{UserID: "US.1000000001", Phone: "15550177001"}}

// gupshupEvent is an event as the samples' app and user make it.
func gupshupEvent(kind event.Kind, message string) event.Event {
	return event.Event{Kind: kind, Time: dialecttest.Instant, Number: "parcels", User: "15550177001", Message: message}
}

func TestGupshupStatus(t *testing.T) {
	want := gupshupEvent(event.Delivered, "g-1")
	want.UserID = "US.1000000001"
	want.Conversation, want.Origin, want.Expires = "c1", "utility", 1790986400_000
	want.Model, want.Category = "PMP", "authentication_international"
	dialecttest.WantItems(t, dialecttest.DecodeOnly(t, dialecttest.Of("gupshup")(), gupshupStatus), dialect.Items{Events: []event.Event{want}, Links: gupshupLink})
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("gupshup")(), gupshupEnqueued), gupshupEvent(event.Request, "g-1"))

	failed := gupshupEvent(event.Failed, "wamid.g")
	failed.Error = "131026"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("gupshup")(), `{"app":"parcels","timestamp":1790900000000,"type":"message-event","payload":{
		"id":"wamid.g","type":"failed","destination":"+1 (555) 017-7001","payload":{"code":131026,"reason":"no"}}}`), failed)

	id := gupshupEvent(event.Read, "g-1")
	id.User, id.UserID = "", "US.1000000001"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("gupshup")(), `{"app":"parcels","type":"message-event","payload":{
		"gsId":"g-1","type":"read","destination":"US.1000000001","payload":{"ts":"1790900000"}}}`), id)
}

// The codes of the first conversation era say who began the conversation, or
// that it is free.
func TestGupshupConversationCodes(t *testing.T) {
	for code, change := range map[string]func(*event.Event){
		"FEP": func(e *event.Event) { e.Origin, e.Pricing = "referral_conversion", "free_entry_point" },
		"UIC": func(e *event.Event) { e.Origin, e.Category = "user_initiated", "user_initiated" },
		"BIC": func(e *event.Event) { e.Origin, e.Category = "business_initiated", "business_initiated" },
		"FTC": func(e *event.Event) { e.Billable = event.False },
	} {
		want := gupshupEvent(event.Sent, "g-1")
		want.Model, want.Conversation = "CBP", "c1"
		change(&want)
		got := dialecttest.DecodeOnly(t, dialecttest.Of("gupshup")(), `{"app":"parcels","type":"message-event","payload":{"gsId":"g-1","type":"sent","destination":"15550177001",
			"payload":{"ts":1790900000},"conversation":{"id":"c1","type":"`+code+`"},"pricing":{"policy":"CBP","category":"`+code+`"}}}`)
		dialecttest.WantEvent(t, got, want)
	}
}

// A billing event tells the kind of a charge and no amount.
func TestGupshupBilling(t *testing.T) {
	for deductions, change := range map[string]func(*event.Event){
		`"type":"regular","model":"PMP","source":"whatsapp","billable":true,"category":"marketing"`: func(e *event.Event) {
			e.Model, e.Pricing, e.Category, e.Billable = "PMP", "regular", "marketing", event.True
		},
		`"type":"free_customer_service","model":"PMP","source":"whatsapp","billable":false,"category":"utility"`: func(e *event.Event) {
			e.Model, e.Pricing, e.Category, e.Billable = "PMP", "free_customer_service", "utility", event.False
		},
		`"type":"regular","model":"CBP","billable":"true","category":"marketing"`: func(e *event.Event) {
			e.Model, e.Pricing, e.Category, e.Billable = "CBP", "regular", "marketing", event.True
		},
		`"type":"service","model":"CBP","source":"whatsapp","billable":false`: func(e *event.Event) {
			e.Model, e.Category, e.Billable = "CBP", "service", event.False
		},
		`"type":"FEP","model":"CBP","source":"whatsapp","billable":false`: func(e *event.Event) {
			e.Model, e.Pricing, e.Origin, e.Billable = "CBP", "free_entry_point", "referral_conversion", event.False
		},
		`"type":"UIC","model":"CBP","billable":true`: func(e *event.Event) { e.Model, e.Category, e.Billable = "CBP", "user_initiated", event.True },
		`"type":"BIC","model":"CBP","billable":true`: func(e *event.Event) { e.Model, e.Category, e.Billable = "CBP", "business_initiated", event.True },
		`"type":"FTC","model":"CBP","billable":true`: func(e *event.Event) { e.Model, e.Billable = "CBP", event.False },
	} {
		want := gupshupEvent(event.Charge, "g-1")
		want.Conversation = "c1"
		change(&want)
		got := dialecttest.DecodeOnly(t, dialecttest.Of("gupshup")(), `{"app":"parcels","timestamp":1790900000000,"type":"billing-event","payload":{"deductions":{`+deductions+`},
			"references":{"id":"u1","gsId":"g-1","conversationId":"c1","destination":"15550177001"}}}`)
		dialecttest.WantEvent(t, got, want)
	}
}

// What Gupshup takes for itself is no charge of WhatsApp.
func TestGupshupOwnDeductions(t *testing.T) {
	own := strings.Replace(gupshupBilling, `"source":"whatsapp"`, `"source":"gupshup"`, 1)
	dialecttest.WantIgnored(t, dialecttest.DecodeOnly(t, dialecttest.Of("gupshup")(), own), "charge for another service than WhatsApp")
}

func TestGupshupInbound(t *testing.T) {
	want := gupshupEvent(event.Inbound, "wamid.i")
	want.UserID, want.Type = "US.1000000001", "button"
	dialecttest.WantItems(t, dialecttest.DecodeOnly(t, dialecttest.Of("gupshup")(), gupshupInbound), dialect.Items{Events: []event.Event{want}, Links: gupshupLink})
}

func TestGupshupNoTraffic(t *testing.T) {
	for record, reason := range map[string]string{
		`{"app":"a","type":"account-event","payload":{"type":"pricing-tier-update"}}`: "event pricing-tier-update",
		`{"app":"a","type":"template-event","payload":{}}`:                            "event template-event",
		`{"app":"a","type":"user-event","payload":{"type":"opted-in"}}`:               "event opted-in",
		`{"app":"a","type":"message-event","payload":{"id":"g","type":"deleted"}}`:    "status deleted",
	} {
		dialecttest.WantIgnored(t, dialecttest.DecodeOnly(t, dialecttest.Of("gupshup")(), record), reason)
	}
}

func TestGupshupRejected(t *testing.T) {
	for record, words := range map[string][]string{
		`{"app":"a","type":"message-event","payload":{"id":"g","payload":{"ts":1790900000}}}`:               {"status of g says nothing"},
		`{"app":"a","type":"message-event","payload":{"id":"g","type":"read"}}`:                             {"read of g", "it has no ts"},
		`{"app":"a","type":"message-event","payload":{"id":"g","type":"read","payload":{"ts":"soon"}}}`:     {"read of g", `ts "soon" is no time`},
		`{"app":"a","timestamp":1790900000000,"type":"message-event","payload":{"type":"read"}}`:            {"has no id"},
		`{"app":"a","timestamp":1790900000000,"type":"message","payload":{"id":"wamid.i","type":"text"}}`:   {"names no user"},
		`{"app":"a","timestamp":1790900000000,"type":"billing-event","payload":{"deductions":{"type":[]}}}`: {"charge", "has no id"},
	} {
		dialecttest.WantRejected(t, dialecttest.DecodeOnly(t, dialecttest.Of("gupshup")(), record), "", words...)
	}
}

// Version 3 is Meta's body; its statuses are joined on Meta's id, though their
// own is Gupshup's.
func TestGupshupVersion3IsMetas(t *testing.T) {
	record := `{"gs_app_id":"a-1",` + dialecttest.MessagesOf(`"statuses":[{"id":"u-1","gs_id":"g-1","meta_msg_id":"wamid.g","status":"sent",` +
		dialecttest.Seconds + `,"recipient_id":"15550177001"}]`)[1:]
	if dialecttest.Of("gupshup")().Recognise(dialecttest.Parse(t, record)) {
		t.Errorf("gupshup claims %s", record)
	}
	want := dialecttest.Base(event.Sent, "wamid.g")
	want.User = "15550177001"
	dialecttest.WantEvent(t, dialecttest.Decode(t, dialecttest.Of("meta-cloud")(), record), want)

	want.Message = "u-1" // Meta never took it
	dialecttest.WantEvent(t, dialecttest.Decode(t, dialecttest.Of("meta-cloud")(), strings.Replace(record, "wamid.g", "", 1)), want)
}

// Types of messages have Meta's names.
func TestGupshupTypes(t *testing.T) {
	for name, want := range map[string]string{
		"text": "text", "file": "document", "contact": "contacts", "button_reply": "interactive", "list_reply": "interactive", "quick_reply": "button",
	} {
		e := gupshupEvent(event.Inbound, "wamid.i")
		e.Type = want
		dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("gupshup")(), `{"app":"parcels","timestamp":1790900000000,"type":"message","payload":{"id":"wamid.i",
			"source":"","type":"`+name+`","sender":{"phone":"15550177001"}}}`), e)
	}
}
