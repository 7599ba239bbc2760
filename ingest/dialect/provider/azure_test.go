package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestAzure(t *testing.T) { checkProvider(t, dialecttest.Of("azure"), azureCases()) }

// azureOf is an event in the form of Event Grid.
func azureOf(name, data string) string {
	return `{"id":"g7","topic":"/subscriptions/x","subject":"advancedMessage/x","eventType":"Microsoft.Communication.` + name + `",
		"eventTime":"2026-10-02T00:13:24Z","data":{` + data + `}}`
}

func azureCases() providerCases {
	const channel = "9d2f5b1c-0a3e-4f7b-8c6d-1e2f3a4b5c6d"
	delivered := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, Number: channel, User: "15550177001", Message: "z7"}
	failed, phone, inbound := delivered, delivered, delivered
	failed.Kind, failed.Error = event.Failed, "131047"
	phone.Number, phone.Time = "880011", dialecttest.Instant+4000
	inbound.Kind, inbound.Message = event.Inbound, "g7"
	const at = `"receivedTimestamp":"2026-10-02T00:13:20+00:00","channelType":"whatsapp"`
	const ends = `"from":"` + channel + `","to":"15550177001"`
	return providerCases{
		"delivered": {record: azureOf("AdvancedMessageDeliveryStatusUpdated", `"messageId":"z7","status":"delivered",`+ends+`,`+at),
			want: dialect.Items{Events: []event.Event{delivered}}},
		"failed": {record: azureOf("AdvancedMessageDeliveryStatusUpdated", `"messageId":"z7","status":"failed","error":{"channelCode":"131047","channelMessage":"x"},`+ends+`,`+at),
			want: dialect.Items{Events: []event.Event{failed}}},
		"CloudEvents": {record: `{"specversion":"1.0","id":"g7","type":"Microsoft.Communication.AdvancedMessageDeliveryStatusUpdated","time":"2026-10-02T00:13:24Z",
			"data":{"messageId":"z7","status":"Delivered","channelKind":"whatsapp","from":"880011","to":"15550177001"}}`, want: dialect.Items{Events: []event.Event{phone}}},
		"inbound": {record: azureOf("AdvancedMessageReceived", `"content":"x","from":"15550177001","to":"`+channel+`",`+at), want: dialect.Items{Events: []event.Event{inbound}}},
		"warning": {record: azureOf("AdvancedMessageDeliveryStatusUpdated", `"messageId":"z7","status":"warning",`+at), want: dialect.Items{Ignored: []string{"status warning"}}},
		"other channel": {record: azureOf("AdvancedMessageReceived", `"channelType":"sms"`),
			want: dialect.Items{Ignored: []string{"channel sms"}}},
		"other event": {record: azureOf("SMSReceived", `"from":"x"`), want: dialect.Items{Ignored: []string{"event Microsoft.Communication.SMSReceived"}}},
		"no message":  {record: azureOf("AdvancedMessageDeliveryStatusUpdated", `"status":"read",`+at), reason: "has no id"},
		"no user":     {record: azureOf("AdvancedMessageReceived", at), reason: "names no user"},
	}
}
