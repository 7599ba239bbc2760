package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestPlivo(t *testing.T) { checkProvider(t, dialecttest.Of("plivo"), plivoCases()) }

// plivoOf is a message in that state with these members.
func plivoOf(state, members string) string {
	return `{"message_uuid":"p7","message_direction":"outbound","message_state":"` + state + `","message_time":"2026-10-02 05:43:20+05:30",
		"message_type":"whatsapp","total_amount":"0.00680","total_rate":"0.00680","units":1,"to_number":"15550177001","from_number":"15550100007",
		"error_code":null,"conversation_id":"","conversation_origin":"","conversation_expiration_timestamp":"",` + members + `}`
}

func plivoCases() providerCases {
	delivered := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, Number: "15550100007", User: "15550177001", Message: "p7", HasAmount: true, Amount: 6_800_000}
	full, failed := delivered, delivered
	full.Time += 1957
	full.Conversation, full.Origin, full.Expires = "c7", "utility", dialecttest.Instant+86400_000
	before := full
	before.Kind, before.Time, before.HasAmount, before.Amount = event.Sent, dialecttest.Instant+1244, false, 0
	failed.Kind, failed.Error = event.Failed, "900"
	sent := delivered
	sent.Kind, sent.Time = event.Sent, dialecttest.Instant+1244
	inbound := event.Event{Kind: event.Inbound, Time: dialecttest.Instant, Number: "15550100007", User: "15550177001", Message: "p8"}
	const times = `"message_sent_time":"2026-10-02 05:43:21.244057+05:30","message_updated_time":"2026-10-02 05:43:21.957720+05:30"`
	return providerCases{
		"delivered": {record: plivoOf("delivered", `"x":1`), want: dialect.Items{Events: []event.Event{delivered}}},
		"delivered, in full": {record: plivoOf("delivered", times+`,"conversation_id":"c7","conversation_origin":"utility",
			"conversation_expiration_timestamp":"2026-10-03 05:43:20+05:30"`), want: dialect.Items{Events: []event.Event{full, before}}},
		"sent":   {record: plivoOf("sent", times), want: dialect.Items{Events: []event.Event{sent}}},
		"failed": {record: plivoOf("undelivered", `"error_code":"900"`), want: dialect.Items{Events: []event.Event{failed}}},
		"inbound": {record: `{"message_uuid":"p8","message_direction":"inbound","message_state":"received","message_time":"2026-10-02 05:43:20+05:30",
			"message_type":"whatsapp","total_amount":"0.00000","to_number":"15550100007","from_number":"15550177001"}`, want: dialect.Items{Events: []event.Event{inbound}}},
		"list": {
			record: `{"api_id":"x","meta":{"limit":20},"objects":[` + plivoOf("delivered", `"x":1`) + `,` + plivoOf("delivered", `"message_type":"sms"`) + `,
				` + plivoOf("read", `"message_uuid":""`) + `,null]}`,
			want: dialect.Items{
				Events:  []event.Event{delivered},
				Ignored: []string{"channel sms"},
				Rejected: []dialect.Rejection{
					{At: "objects[2]", Reason: "Plivo read of a message without id has no id, so that no message can be told; export it again as Plivo sends it"},
					{At: "objects[3]", Reason: "plivo, listed messages of users: this item of objects is no object; export it again"},
				},
			},
		},
		"no time": {record: `{"message_uuid":"p7","message_state":"delivered","message_time":"2026-10-02 05:43:20"}`, reason: "has no time zone"},
	}
}
