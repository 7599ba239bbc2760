package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestMSG91(t *testing.T)  { checkProvider(t, dialecttest.Of("msg91"), msg91Cases()) }
func TestTelnyx(t *testing.T) { checkProvider(t, dialecttest.Of("telnyx"), telnyxCases()) }
func TestBrevo(t *testing.T)  { checkProvider(t, dialecttest.Of("brevo"), brevoCases()) }

func msg91Cases() providerCases {
	const ids = `"uuid":"u7","requestId":"r7","integratedNumber":"15550100007","customerNumber":"15550177001","messageType":"template"`
	delivered := event.Event{
		Kind: event.Delivered, Time: dialecttest.Instant, Message: "u7", Number: "15550100007", User: "15550177001", Type: "template",
		Template: "order_update", Origin: "utility", HasAmount: true, Amount: 6_800_000,
	}
	return providerCases{
		"delivered": {record: `{` + ids + `,"direction":"outbound","templateName":"order_update","status":"delivered","price":"0.0068","origin":"utility","statusUpdatedAt":` + instantText + `}`,
			want: dialect.Items{Events: []event.Event{delivered}}},
		"no time": {record: `{` + ids + `,"status":"read"}`, reason: "has no place in time"},
	}
}

func telnyxCases() providerCases {
	record := func(name, status string) string {
		return `{"data":{"event_type":"` + name + `","occurred_at":` + instantText + `,"payload":{"id":"t7","type":"WhatsApp","from":{"phone_number":"+15550100007"},
			"to":[{"phone_number":"+15550177001","status":"` + status + `"}],"cost":{"amount":"0.0068","currency":"USD"}}}}`
	}
	sent := event.Event{Kind: event.Sent, Time: dialecttest.Instant, Message: "t7", Number: "15550100007", User: "15550177001", HasAmount: true, Amount: 6_800_000, Currency: "USD"}
	failed := sent
	failed.Kind = event.Failed
	return providerCases{
		"sent":   {record: record("message.sent", "sent"), want: dialect.Items{Events: []event.Event{sent}}},
		"failed": {record: record("message.finalized", "delivery_failed"), want: dialect.Items{Events: []event.Event{failed}}},
		"inbound": {record: record("message.received", "webhook_delivered"),
			want: dialect.Items{Events: []event.Event{{Kind: event.Inbound, Time: dialecttest.Instant, Message: "t7", Number: "15550177001", User: "15550100007"}}}},
	}
}

func brevoCases() providerCases {
	record := func(name string) string {
		return `{"contactNumber":"15550177001","date":` + instantText + `,"messageId":"b7","event":"` + name + `","senderNumber":"15550100007"}`
	}
	read := event.Event{Kind: event.Read, Time: dialecttest.Instant, Message: "b7", Number: "15550100007", User: "15550177001"}
	reply := read
	reply.Kind = event.Inbound
	return providerCases{
		"read":  {record: record("read"), want: dialect.Items{Events: []event.Event{read}}},
		"reply": {record: record("reply"), want: dialect.Items{Events: []event.Event{reply}}},
	}
}

// A message to a group is charged for each member that it is delivered to.
func TestYCloudGroup(t *testing.T) {
	record := func(status, more string) string {
		return `{"type":"whatsapp.group.message.updated","apiVersion":"v2","whatsappGroupMessage":{"id":"g7","wamid":"wamid.G7","wabaId":"7001","phoneNumberId":"8001","groupId":"G1",
			"status":"` + status + `","statusTime":` + instantText + more + `}}`
	}
	want := event.Event{
		Kind: event.Delivered, Time: dialecttest.Instant, Message: "wamid.G7", WABA: "7001", Number: "8001", Group: "G1", Participant: "US.77",
		Pricing: "regular", Category: "group_marketing", HasAmount: true, Amount: 25_000_000, Currency: "USD",
	}
	got := dialecttest.Decode(t, dialecttest.Of("ycloud")(), record("delivered", `,"recipientUserId":"US.77","pricingType":"regular","pricingCategory":"group_marketing","totalPrice":0.025,"currency":"USD"`))
	dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{want}})
	got = dialecttest.Decode(t, dialecttest.Of("ycloud")(), record("expired", `,"to":"+15550177003"`))
	dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{{Kind: event.Failed, Time: dialecttest.Instant, Message: "wamid.G7", WABA: "7001", Number: "8001", Group: "G1", Participant: "15550177003"}}})
}
