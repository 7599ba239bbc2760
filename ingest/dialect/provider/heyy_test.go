package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestHeyy(t *testing.T) { checkProvider(t, dialecttest.Of("heyy"), heyyCases()) }

// heyyOf is a webhook about a message with these members.
func heyyOf(members string) string {
	return `{"id":"w7","tenantId":"t","event":"message.updated","data":{"id":"h7","handle":{"value":"+15550177001"},` + members + `}}`
}

func heyyCases() providerCases {
	sent := event.Event{Kind: event.Sent, Time: dialecttest.Instant - 1000, User: "15550177001", Message: "h7"}
	delivered := sent
	delivered.Kind, delivered.Time = event.Delivered, dialecttest.Instant
	const whatsapp = `"status":"DELIVERED","channel":{"type":"whatsapp"}`
	return providerCases{
		"history": {record: heyyOf(whatsapp + `,"history":[{"event":"message.updated","newStatus":"SENT","timestamp":"2026-10-02T00:13:19Z"},
			{"event":"message.updated","newStatus":"DELIVERED","timestamp":` + instantText + `},{"newStatus":"DELETED"}]`),
			want: dialect.Items{Events: []event.Event{sent, delivered}, Ignored: []string{"status deleted"}}},
		"without a history": {record: heyyOf(whatsapp), at: "data", reason: "heyy.io delivered of h7 has no place in time: it has no timestamp; add it"},
		"another channel":   {record: heyyOf(`"status":"SENT","channel":{"type":"instagram"}`), want: dialect.Items{Ignored: []string{"channel instagram"}}},
	}
}
