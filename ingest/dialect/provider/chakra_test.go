package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestChakra(t *testing.T) { checkProvider(t, dialecttest.Of("chakra"), chakraCases()) }

func chakraCases() providerCases {
	read := event.Event{Kind: event.Read, Time: dialecttest.Instant, User: "15550177001", Message: "wamid.c"}
	return providerCases{
		"read": {record: `{"event":"deliveryStatus","payload":{"id":"k7","externalId":"wamid.c","deliveryStatus":"read","timestamp":1790900000000,"recipientId":"15550177001"}}`,
			want: dialect.Items{Events: []event.Event{read}}},
		"nothing": {record: `{"event":"deliveryStatus","payload":{"externalId":"wamid.c"}}`, at: "payload", reason: "status of wamid.c says nothing"},
	}
}
