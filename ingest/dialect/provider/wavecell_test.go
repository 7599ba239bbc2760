package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestWavecell(t *testing.T) { checkProvider(t, dialecttest.Of("8x8"), wavecellCases()) }

// wavecellOf is a delivery receipt with these members.
func wavecellOf(members string) string {
	return `{"eventType":"outboundMessageDelivery","channel":"whatsapp","umid":"u7","subAccountId":"sub","clientMessageId":null,"timestamp":` + instantText + `,
		"error":null,"version":9,` + members + `}`
}

func wavecellCases() providerCases {
	delivered := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, User: "15550177001", Message: "u7"}
	priced, scoped := delivered, delivered
	priced.Kind, priced.HasAmount, priced.Amount, priced.Currency = event.Read, true, 6_800_000, "USD"
	scoped.UserID = "US.7"
	link := []dialect.Link{{UserID: "US.7", Phone: "15550177001"}}
	inbound := scoped
	inbound.Kind, inbound.Type = event.Inbound, "text"
	return providerCases{
		"delivered": {record: wavecellOf(`"user":{"msisdn":"+15550177001","channelUserId":"15550177001"},"status":"DELIVERED TO DEVICE","price":null,"currency":null`),
			want: dialect.Items{Events: []event.Event{delivered}}},
		"read, priced": {record: wavecellOf(`"user":{"msisdn":"+15550177001"},"status":"READ","price":0.0068,"currency":"usd"`),
			want: dialect.Items{Events: []event.Event{priced}}},
		"business-scoped": {record: wavecellOf(`"user":{"msisdn":"+15550177001","channelUserId":"US.7"},"status":"DELIVERED TO DEVICE"`),
			want: dialect.Items{Events: []event.Event{scoped}, Links: link}},
		"unknown status": {record: wavecellOf(`"status":"LOST AT SEA"`),
			want: dialect.Items{Ignored: []string{"status lost_at_sea"}, Unknown: []dialect.Unknown{{What: "status", Value: "LOST AT SEA"}}}},
		"inbound": {record: `{"namespace":"ChatApps","eventType":"inbound_message_received","payload":{"umid":"u7","timestamp":` + instantText + `,
			"user":{"msisdn":"+15550177001","channelUserId":"US.7"},"recipient":{"channel":"whatsapp"},"type":"text"}}`,
			want: dialect.Items{Events: []event.Event{inbound}, Links: link}},
		"other channel": {record: `{"eventType":"outboundMessageDelivery","channel":"viber","umid":"u7","status":"READ"}`,
			want: dialect.Items{Ignored: []string{"channel viber"}}},
		"no time": {record: `{"eventType":"outboundMessageDelivery","umid":"u7","status":"READ","timestamp":null}`, reason: "it has no timestamp"},
	}
}

// What Meta sent is read as Meta's, wherever 8x8 puts it.
func TestWavecellBusinessEvent(t *testing.T) {
	record := `{"eventType":"business_event","eventDetails":{"rawEvent":` + dialecttest.BareChange + `}}`
	if dialecttest.Of("8x8")().Recognise(dialecttest.Parse(t, record)) {
		t.Error("8x8 claims Meta's change")
	}
	if got := dialecttest.DecodeMeta(t, record); len(got.Events) != 1 {
		t.Errorf("want the one status, got %+v", *got)
	}
}
