package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestInterakt(t *testing.T) { checkProvider(t, dialecttest.Of("interakt"), interaktCases()) }

// interaktOf is a webhook with that time of its own.
func interaktOf(name, stamp, message string) string {
	return `{"version":"1.0","timestamp":"` + stamp + `","type":"` + name + `","data":{"customer":{"id":"k7","channel_phone_number":"15550177001",
		"phone_number":"5550177001","country_code":"+1","traits":{"name":"A"}},"message":{"id":"i7",` + message + `}}}`
}

func interaktCases() providerCases {
	const naked, zoned = "2026-10-02T00:13:24.000001", "2026-10-02T00:13:20.000Z"
	base := event.Event{Time: dialecttest.Instant, User: "15550177001", Message: "i7"}
	of := func(kind event.Kind, change func(*event.Event)) dialect.Items {
		e := base
		e.Kind = kind
		if change != nil {
			change(&e)
		}
		return dialect.Items{Events: []event.Event{e}}
	}
	return providerCases{
		"delivered, in UTC": {record: interaktOf("message_api_delivered", naked, `"delivered_at_utc":"2026-10-02T00:13:20.000000"`),
			want: of(event.Delivered, nil)},
		"read": {record: interaktOf("message_campaign_read", naked, `"delivered_at_utc":"2026-10-02T00:13:18","seen_at_utc":"2026-10-02T00:13:20"`),
			want: of(event.Read, nil)},
		"sent, when asked for": {record: interaktOf("message_api_sent", naked, `"received_at_utc":"2026-10-02T00:13:20"`),
			want: of(event.Sent, nil)},
		"sent, zoned": {record: interaktOf("message_api_sent", zoned, `"received_at_utc":"2026-10-02T00:13:10"`),
			want: of(event.Sent, nil)},
		"failed": {record: interaktOf("message_api_failed", zoned, `"channel_error_code":"131026","channel_failure_reason":"x"`),
			want: of(event.Failed, func(e *event.Event) { e.Error = "131026" })},
		"template": {record: interaktOf("message_api_delivered", zoned, `"message_content_type":"Template","is_template_message":true,
			"raw_template":"{\"name\":\"parcel\",\"language\":\"en\",\"category\":\"UTILITY\"}"`),
			want: of(event.Delivered, func(e *event.Event) {
				e.Type, e.Template, e.Language, e.TemplateCategory = "template", "parcel", "en", "utility"
			})},
		"template that is no JSON": {record: interaktOf("message_api_delivered", zoned, `"raw_template":"{'name'}"`),
			want: of(event.Delivered, nil)},
		"inbound": {record: interaktOf("message_received", naked, `"chat_message_type":"CustomerMessage","received_at_utc":"2026-10-02T00:13:20","message_content_type":"Text"`),
			want: of(event.Inbound, func(e *event.Event) { e.Type = "text" })},
		"phone in two": {record: `{"type":"message_api_read","timestamp":"` + zoned + `","data":{"customer":{"phone_number":"5550177001","country_code":"+1"},"message":{"id":"i7"}}}`,
			want: of(event.Read, nil)},
		"phone without country": {record: `{"type":"message_received","timestamp":"` + zoned + `","data":{"customer":{"phone_number":"5550177001"},"message":{"id":"i7"}}}`,
			reason: "names no user"},
		"no real year":  {record: interaktOf("message_received", naked, `"chat_message_type":"CustomerMessage","received_at_utc":"2006-10-02T00:13:20","message_content_type":"Text"`), reason: "has no time zone"},
		"no zone":       {record: interaktOf("message_api_delivered", naked, `"received_at_utc":"2026-10-02T00:13:20"`), reason: "has no time zone"},
		"sent, no zone": {record: interaktOf("message_api_sent", naked, `"received_at_utc":null`), reason: "has no time zone"},
		"clicked":       {record: interaktOf("message_api_clicked", zoned, `"x":1`), want: dialect.Items{Ignored: []string{"event message_api_clicked"}}},
		"workflow":      {record: interaktOf("workflow_response_update", naked, `"x":1`), want: dialect.Items{Ignored: []string{"event workflow_response_update"}}},
	}
}
