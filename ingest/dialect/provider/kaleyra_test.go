package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestKaleyra(t *testing.T) { checkProvider(t, dialecttest.Of("kaleyra"), kaleyraCases()) }

// Callbacks have no time but that of whoever logged them.
func TestKaleyraLogged(t *testing.T) {
	for _, log := range []string{
		`{"received_at":"2026-10-02T00:13:20Z","query":{"id":"5f0c:0","status":"read"}}`,
		`{"requestContext":{"timeEpoch":1790900000000},"isBase64Encoded":false,"body":"id=5f0c:0&status=read"}`,
	} {
		items, _ := dialecttest.DecodeWrapped(t, log)
		dialecttest.WantEvent(t, items, event.Event{Kind: event.Read, Time: dialecttest.Instant, Message: "5f0c:0"})
	}
}

func kaleyraCases() providerCases {
	delivered := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, Message: "5f0c:0", HasAmount: true, Amount: 6_800_000, PriceKind: event.ListPrice}
	failed := event.Event{Kind: event.Failed, Time: dialecttest.Instant, Message: "5f0c:0"}
	inbound := event.Event{Kind: event.Inbound, Time: dialecttest.Instant, User: "15550177001", Type: "text"}
	return providerCases{
		"delivered": {record: `{"id":"5f0c:0","status":"delivered","price":"0.0068","created_at":"1790900000"}`,
			want: dialect.Items{Events: []event.Event{delivered}}},
		"not sent": {record: `{"id":"5f0c:0","status":"not-sent","price":"","timestamp":` + instantText + `}`,
			want: dialect.Items{Events: []event.Event{failed}}},
		"without a time": {record: `{"id":"5f0c:0","status":"delivered","price":"0.0068"}`,
			reason: "Kaleyra delivered of 5f0c:0 has no place in time: it has no timestamp, neither of its own nor of when it was logged; add it"},
		"inbound": {record: `{"created_at":"1790900000","type":"text","from":"15550177001","name":"A","body":"x"}`,
			want: dialect.Items{Events: []event.Event{inbound}}},
	}
}
