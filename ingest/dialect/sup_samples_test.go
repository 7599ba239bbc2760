package dialect

import (
	"encoding/json"
	"testing"
	"waudit/audit/event"
)

// The surroundings that the tests put around an item.
const (
	waba     = "100000000000007"
	number   = "100000000000017"
	metadata = `"messaging_product":"whatsapp","metadata":{"display_phone_number":"+1 555-010-0007","phone_number_id":"100000000000017"}`
	seconds  = `"timestamp":"1790900000"`
	instant  = int64(1790900000_000)
)

// webhookOf wraps the rest of a value into a whole webhook.
func webhookOf(field, value string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"` + waba + `","time":1790900000,"changes":[{"field":"` +
		field + `","value":{` + value + `}}]}]}`
}

// messagesOf is a webhook of the field messages with what follows its metadata.
func messagesOf(lists string) string { return webhookOf("messages", metadata+","+lists) }

// base is an event with what the surroundings say.
func base(kind event.Kind, message string) event.Event {
	return event.Event{Kind: kind, Time: instant, WABA: waba, Number: number, Message: message}
}

func delivered(change func(*event.Event)) event.Event {
	e := base(event.Delivered, "wamid.a")
	e.User = "15550177001"
	if change != nil {
		change(&e)
	}
	return e
}

const (
	bareStatus = `{"id":"wamid.a","status":"delivered",` + seconds + `,"recipient_id":"15550177001"}`
	bareValue  = `{` + metadata + `,"statuses":[` + bareStatus + `]}`
	bareChange = `{"field":"messages","value":` + bareValue + `}`
	bareEntry  = `{"id":"` + waba + `","changes":[` + bareChange + `]}`
	body       = `{"object":"whatsapp_business_account","entry":[` + bareEntry + `]}`
)

// quoted is a text as a JSON string.
func quoted(t *testing.T, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}

// webhook is a status webhook as Meta sends it since July 2026.
const webhook = `{"object":"whatsapp_business_account","entry":[{"id":"100000000000007","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100007","phone_number_id":"100000000000017"},"contacts":[{"wa_id":"15550177001","user_id":"US.1000000001"}],"statuses":[{"id":"wamid.HBgLMTU1NTAxNzcwMDEVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA","status":"delivered","timestamp":"1790900000","recipient_id":"15550177001","recipient_user_id":"US.1000000001","pricing":{"billable":true,"pricing_model":"PMP","category":"utility","type":"regular"}}]},"field":"messages"}]}]}`

const flatRecord = `{"event":"delivered","timestamp":1790900000,"waba_id":"100000000000007","phone_number_id":"100000000000017","wa_id":"15550177001","message_id":"wamid.b","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility"}`

const (
	onPremStatus = `{"statuses":[{"id":"gBEGkYiEB1VX","recipient_id":"15550177001","status":"delivered",` + seconds + `,"type":"message",
		"message":{"recipient_id":"15550177001"},"conversation":{"id":"b1","origin":{"type":"business_initiated"},"expiration_timestamp":1790986400},
		"pricing":{"billable":true,"pricing_model":"CBP","category":"business_initiated"}}]}`
	onPremInbound = `{"contacts":[{"profile":{"name":"A"},"wa_id":"15550177001"}],
		"messages":[{"from":"15550177001","id":"ABEGFlA5Fpaf",` + seconds + `,"type":"voice","voice":{"id":"v"}}]}`
	onPremCamel = `{"statuses":[{"id":"a1","status":"sent",` + seconds + `,"recipientId":"15550177001",
		"conversation":{"id":"b1","expirationTimestamp":1790986400},"pricing":{"billable":true,"pricingModel":"CBP","category":"utility"}}]}`
)
