package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestZenvia(t *testing.T) { checkProvider(t, dialecttest.Of("zenvia"), zenviaCases()) }

// zenviaStatusOf is a status with these members in messageStatus.
func zenviaStatusOf(members string) string {
	return `{"id":"s7","timestamp":"2026-10-02T00:13:25Z","type":"MESSAGE_STATUS","subscriptionId":"x","channel":"whatsapp","messageId":"z7","messageStatus":{` + members + `}}`
}

func zenviaCases() providerCases {
	delivered := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, Message: "z7"}
	failed := event.Event{Kind: event.Failed, Time: dialecttest.Instant, Message: "z7", Error: "131026"}
	inbound := event.Event{Kind: event.Inbound, Time: dialecttest.Instant, Number: "15550100007", User: "15550177001", Message: "z8", Type: "text"}
	sending := inbound
	sending.Kind, sending.Type, sending.Template = event.Request, "template", "t1"
	message := func(direction, ends, content string) string {
		return `{"id":"e8","timestamp":` + instantText + `,"type":"MESSAGE","channel":"whatsapp","message":{"id":"z8",` + ends +
			`,"direction":"` + direction + `","contents":[` + content + `],"visitor":{"name":"A"}}}`
	}
	return providerCases{
		"delivered": {record: zenviaStatusOf(`"timestamp":` + instantText + `,"code":"DELIVERED","causes":[]`), want: dialect.Items{Events: []event.Event{delivered}}},
		"not delivered": {record: zenviaStatusOf(`"timestamp":` + instantText + `,"code":"NOT_DELIVERED","causes":[{"code":131026,"reason":"x"}]`),
			want: dialect.Items{Events: []event.Event{failed}}},
		"without its time": {record: zenviaStatusOf(`"code":"READ"`), reason: "Zenvia read of z7 has no place in time: it has no timestamp; add it"},
		"inbound":          {record: message("IN", `"from":"15550177001","to":"15550100007"`, `{"type":"text","text":"hi"}`), want: dialect.Items{Events: []event.Event{inbound}}},
		"sending": {record: message("OUT", `"from":"15550100007","to":"15550177001"`, `{"type":"template","templateId":"t1"}`),
			want: dialect.Items{Events: []event.Event{sending}}},
		"another channel": {record: `{"type":"MESSAGE_STATUS","channel":"sms","messageId":"z9","messageStatus":{"code":"SENT"}}`, want: dialect.Items{Ignored: []string{"channel sms"}}},
	}
}
