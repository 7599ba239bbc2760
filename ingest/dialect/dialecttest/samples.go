package dialecttest

import (
	"encoding/json"
	"testing"

	"waudit/audit/event"
)

// The surroundings that the tests put around an item.
const (
	WABA     = "100000000000007"
	Number   = "100000000000017"
	Metadata = `"messaging_product":"whatsapp","metadata":{"display_phone_number":"+1 555-010-0007","phone_number_id":"100000000000017"}`
	Seconds  = `"timestamp":"1790900000"`
	Instant  = int64(1790900000_000)
)

// WebhookOf wraps the rest of a value into a whole webhook.
func WebhookOf(field, value string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"` + WABA + `","time":1790900000,"changes":[{"field":"` +
		field + `","value":{` + value + `}}]}]}`
}

// MessagesOf is a webhook of the field messages with what follows its metadata.
func MessagesOf(lists string) string { return WebhookOf("messages", Metadata+","+lists) }

// Base is an event with what the surroundings say.
func Base(kind event.Kind, message string) event.Event {
	return event.Event{Kind: kind, Time: Instant, WABA: WABA, Number: Number, Message: message}
}

// Delivered is the event of BareStatus with these surroundings.
func Delivered(change func(*event.Event)) event.Event {
	e := Base(event.Delivered, "wamid.a")
	e.User = "15550177001"
	if change != nil {
		change(&e)
	}
	return e
}

// A webhook, and its parts down to the status.
const (
	BareStatus = `{"id":"wamid.a","status":"delivered",` + Seconds + `,"recipient_id":"15550177001"}`
	BareValue  = `{` + Metadata + `,"statuses":[` + BareStatus + `]}`
	BareChange = `{"field":"messages","value":` + BareValue + `}`
	BareEntry  = `{"id":"` + WABA + `","changes":[` + BareChange + `]}`
	Body       = `{"object":"whatsapp_business_account","entry":[` + BareEntry + `]}`
)

// Quoted is a text as a JSON string.
func Quoted(t *testing.T, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}

// Webhook is a status webhook as Meta sends it since July 2026.
const Webhook = `{"object":"whatsapp_business_account","entry":[{"id":"100000000000007","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100007","phone_number_id":"100000000000017"},"contacts":[{"wa_id":"15550177001","user_id":"US.1000000001"}],"statuses":[{"id":"wamid.HBgLMTU1NTAxNzcwMDEVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA","status":"delivered","timestamp":"1790900000","recipient_id":"15550177001","recipient_user_id":"US.1000000001","pricing":{"billable":true,"pricing_model":"PMP","category":"utility","type":"regular"}}]},"field":"messages"}]}]}`

// FlatRecord is a delivered status as a flat record.
const FlatRecord = `{"event":"delivered","timestamp":1790900000,"waba_id":"100000000000007","phone_number_id":"100000000000017","wa_id":"15550177001","message_id":"wamid.b","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility"}`

// What the On-Premises API sends, and a client library in its own spelling.
const (
	OnPremStatus = `{"statuses":[{"id":"gBEGkYiEB1VX","recipient_id":"15550177001","status":"delivered",` + Seconds + `,"type":"message",
		"message":{"recipient_id":"15550177001"},"conversation":{"id":"b1","origin":{"type":"business_initiated"},"expiration_timestamp":1790986400},
		"pricing":{"billable":true,"pricing_model":"CBP","category":"business_initiated"}}]}`
	OnPremInbound = `{"contacts":[{"profile":{"name":"A"},"wa_id":"15550177001"}],
		"messages":[{"from":"15550177001","id":"ABEGFlA5Fpaf",` + Seconds + `,"type":"voice","voice":{"id":"v"}}]}`
	OnPremCamel = `{"statuses":[{"id":"a1","status":"sent",` + Seconds + `,"recipientId":"15550177001",
		"conversation":{"id":"b1","expirationTimestamp":1790986400},"pricing":{"billable":true,"pricingModel":"CBP","category":"utility"}}]}`
)
