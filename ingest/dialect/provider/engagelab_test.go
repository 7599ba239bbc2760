package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestEngageLab(t *testing.T) { checkProvider(t, dialecttest.Of("engagelab"), engageLabCases()) }

func engageLabCases() providerCases {
	const row = `"message_id":"e7","from":"","to":"15550177001","server":"whatsapp","channel":"whatsapp","itime":1790900009,"custom_args":{}`
	delivered := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, WABA: dialecttest.WABA, Number: dialecttest.Number, User: "15550177001", Message: "wamid.g",
		Conversation: "c7", Origin: "utility", Model: "CBP", Category: "utility"}
	failed := event.Event{Kind: event.Failed, Time: dialecttest.Instant + 9000, User: "15550177001", Message: "e7", Error: "5002"}
	inbound := event.Event{Kind: event.Inbound, Time: dialecttest.Instant + 9000, WABA: dialecttest.WABA, User: "15550177001", Message: "wamid.h", Type: "text"}
	return providerCases{
		"rows": {
			record: `{"total":5,"rows":[
				{` + row + `,"status":{"message_status":"delivered","status_data":{"msg_time":1790900000,"channel_message_id":"wamid.g",
					"whatsapp_business_account_id":"` + dialecttest.WABA + `","country_code":"US","from_phone_id":"` + dialecttest.Number + `",
					"conversation":{"id":"c7","origin":{"type":"utility"}},"pricing":{"pricing_model":"CBP","category":"utility"}},"error_code":0}},
				{` + row + `,"status":{"message_status":"sent_failed","status_data":{},"error_code":5002}},
				{"message_id":"e8","to":"15550100007","server":"whatsapp","itime":"bogus","status":{"message_status":"read","status_data":{}}},
				{` + row + `,"status":{"message_status":"plan","status_data":{}}},
				{"message_id":"e9","from":"","to":"","server":"whatsapp","itime":1790900009,"response":{"event":"received","response_data":{
					"channel_message_id":"wamid.h","whatsapp_business_account_id":"` + dialecttest.WABA + `",
					"contact":{"wa_id":"15550177001"},"message":{"type":"text","text":{"body":"x"}}}}}]}`,
			want: dialect.Items{
				Events:  []event.Event{delivered, failed, inbound},
				Ignored: []string{"status plan"},
				Unknown: []dialect.Unknown{{What: "status", Value: "plan"}},
				Rejected: []dialect.Rejection{{At: "rows[2]", Reason: `EngageLab read of e8 has no place in time: itime "bogus" is no time; ` +
					"write Unix seconds, Unix milliseconds or RFC 3339"}},
			},
		},
		"other channel": {record: `{"total":1,"rows":[{"message_id":"e7","server":"sms","itime":1790900009}]}`, want: dialect.Items{Ignored: []string{"channel sms"}}},
		"notice":        {record: `{"total":1,"rows":[{"server":"whatsapp","notification":{}}]}`, want: dialect.Items{Ignored: []string{"nothing of a message"}}},
		"other event":   {record: `{"total":1,"rows":[{"server":"whatsapp","response":{"event":"typing"}}]}`, want: dialect.Items{Ignored: []string{"event typing"}}},
	}
}
