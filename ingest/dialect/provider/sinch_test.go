package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestSinch(t *testing.T) { checkProvider(t, dialecttest.Of("sinch"), sinchCases()) }

// sinchReportOf is a delivery report of the Conversation API.
func sinchReportOf(status, channel string) string {
	return `{"app_id":"a7","accepted_time":"2026-10-02T00:13:22Z","event_time":"2026-10-02T00:13:20.000000001Z","project_id":"p7","message_metadata":"",
		"message_delivery_report":{"message_id":"s7","conversation_id":"own","status":"` + status + `",
		"channel_identity":{"channel":"` + channel + `","identity":"15550177001"},"reason":{"code":"RECIPIENT_NOT_REACHABLE"}}}`
}

func sinchCases() providerCases {
	first := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, User: "15550177001", Message: "s7", Conversation: "c7",
		Category: "user_initiated", Expires: 1790986400_000}
	second := event.Event{Kind: event.Failed, Time: dialecttest.Instant, User: "15550177002", Message: "s8", Error: "470"}
	inbound := event.Event{Kind: event.Inbound, Time: dialecttest.Instant, User: "15550177001", Message: "s9", Type: "text", Referral: "ad"}
	report := event.Event{Kind: event.Read, Time: dialecttest.Instant, Number: "a7", User: "15550177001", Message: "s7"}
	queued, failed := report, report
	queued.Kind = event.Request
	failed.Kind, failed.Error = event.Failed, "recipient_not_reachable"
	message := event.Event{Kind: event.Inbound, Time: dialecttest.Instant, Number: "a7", User: "15550177001", Message: "s9"}
	return providerCases{
		"statuses and messages": {
			record: `{"type":"whatsapp","statuses":[
				{"status":"success","state":"delivered","message_id":"s7","recipient":"+15550177001","timestamp":` + instantText + `,
					"conversation":{"conversation_id":"c7","expiration_timestamp":1790986400,"pricing_category":"user_initiated"}},
				{"status":"failure","state":"no_capability","message_id":"s8","recipient":"+15550177002","timestamp":` + instantText + `,
					"conversation":{},"errors":[{"code":470}]},
				{"status":"success","state":"sent","message_id":"s9"},
				{"status":"success","state":"deleted","message_id":"s7","timestamp":` + instantText + `}],
				"contacts":[{"wa_id":"15550177001"}],
				"notifications":[{"from":"15550177001","to":"15550100007","message_id":"s9","message":{"type":"text"},"timestamp":` + instantText + `,
					"referral":{"source_type":"ad"}}]}`,
			want: dialect.Items{
				Events:  []event.Event{first, second, inbound},
				Ignored: []string{"status deleted"},
				Rejected: []dialect.Rejection{{At: "statuses[2]",
					Reason: "Sinch sent of s9 has no place in time: it has no timestamp; add it"}},
			},
		},
		"empty":         {record: `{"type":"whatsapp","statuses":[],"notifications":[]}`, want: dialect.Items{Ignored: []string{"callback without items"}}},
		"read":          {record: sinchReportOf("READ", "WHATSAPP"), want: dialect.Items{Events: []event.Event{report}}},
		"queued":        {record: sinchReportOf("QUEUED_ON_CHANNEL", "WHATSAPP"), want: dialect.Items{Events: []event.Event{queued}}},
		"failed":        {record: sinchReportOf("FAILED", "WHATSAPP"), want: dialect.Items{Events: []event.Event{failed}}},
		"other channel": {record: sinchReportOf("DELIVERED", "SMS"), want: dialect.Items{Ignored: []string{"channel sms"}}},
		"switching":     {record: sinchReportOf("SWITCHING_CHANNEL", "WHATSAPP"), want: dialect.Items{Ignored: []string{"status switching_channel"}}},
		"message": {record: `{"app_id":"a7","project_id":"p7","event_time":` + instantText + `,"message":{"id":"s9","direction":"TO_APP",
			"contact_message":{"text_message":{"text":"x"}},"channel_identity":{"channel":"WHATSAPP","identity":"15550177001"},"sender_id":"15550100007"}}`,
			want: dialect.Items{Events: []event.Event{message}}},
		"template": {record: `{"app_id":"a7","project_id":"p7","event_time":` + instantText + `,"trigger":"WHATSAPP_TEMPLATE_CATEGORY_UPDATED","channel_event_notification":{}}`,
			want: dialect.Items{Ignored: []string{"callback WHATSAPP_TEMPLATE_CATEGORY_UPDATED"}}},
		"no trigger": {record: `{"app_id":"a7","project_id":"p7","accepted_time":"x","contact_create_notification":{}}`,
			want: dialect.Items{Ignored: []string{"callback contact_create_notification"}}},
		"no time": {record: `{"app_id":"a7","project_id":"p7","event_time":null,"message_delivery_report":{"message_id":"s7","status":"READ"}}`,
			at: "message_delivery_report", reason: "it has no event_time"},
	}
}
