package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestWATI(t *testing.T) { checkProvider(t, dialecttest.Of("wati"), watiCases()) }

func watiCases() providerCases {
	const ids = `"id":"w7","localMessageId":"l7","whatsappMessageId":"wamid.w","conversationId":"c7","ticketId":"t7"`
	sent := event.Event{Kind: event.Sent, Time: dialecttest.Instant, User: "15550177001", Message: "l7", Type: "template", Template: "parcel"}
	delivered := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, Message: "l7"}
	failed := event.Event{Kind: event.Failed, Time: dialecttest.Instant, User: "15550177001", Message: "l7", Error: "131026"}
	inbound := event.Event{Kind: event.Inbound, Time: dialecttest.Instant, User: "15550177001", Message: "wamid.i", Type: "text"}
	own := inbound
	own.Kind, own.Message = event.Sent, "wamid.o"
	return providerCases{
		"sent": {record: `{"eventType":"templateMessageSent_v2",` + ids + `,"waId":"15550177001","type":"template","templateName":"parcel",
			"created":"2026-10-02T00:13:20.0000001Z","statusString":"SENT"}`, want: dialect.Items{Events: []event.Event{sent}}},
		"delivered, without phone or wamid": {record: `{"eventType":"sentMessageDELIVERED_v2","id":"w7","localMessageId":"l7","timestamp":"1790900000","statusString":"Delivered"}`,
			want: dialect.Items{Events: []event.Event{delivered}}},
		"failed": {record: `{"eventType":"templateMessageFAILED","localMessageId":"l7","waId":"15550177001","failedCode":131026,"failedDetail":"x","timestamp":"1790900000"}`,
			want: dialect.Items{Events: []event.Event{failed}}},
		"inbound": {record: `{"eventType":"message","id":"w8","whatsappMessageId":"wamid.i","waId":"15550177001","type":"text","timestamp":"1790900000","owner":"false"}`,
			want: dialect.Items{Events: []event.Event{inbound}}},
		"inbound of a new contact": {record: `{"eventType":"newContactMessageReceived","whatsappMessageId":"wamid.i","waId":"15550177001","type":"text","timestamp":"1790900000"}`,
			want: dialect.Items{Events: []event.Event{inbound}}},
		"message of the business": {record: `{"eventType":"message","whatsappMessageId":"wamid.o","waId":"15550177001","type":"text","timestamp":"1790900000","owner":true,"statusString":"SENT"}`,
			want: dialect.Items{Events: []event.Event{own}}},
		"read": {record: `{"eventType":"sentMessageREAD_v2","localMessageId":"l7","created":"2026-10-02T00:13:20Z"}`,
			reason: "it has no timestamp; add it"},
		"replied":       {record: `{"eventType":"sentMessageREPLIED_v2",` + ids + `}`, want: dialect.Items{Ignored: []string{"event sentMessageREPLIED_v2"}}},
		"thread update": {record: `{"eventType":"threadUpdate",` + ids + `}`, want: dialect.Items{Ignored: []string{"event threadUpdate"}}},
		"no user":       {record: `{"eventType":"message","id":"w8","ticketId":"t7","timestamp":"1790900000"}`, reason: "names no user"},
	}
}
