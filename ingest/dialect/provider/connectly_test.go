package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestConnectly(t *testing.T) { checkProvider(t, dialecttest.Of("connectly"), connectlyCases()) }

func connectlyCases() providerCases {
	delivered := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, Number: "15550100007", User: "15550177001", Message: "n7"}
	return providerCases{
		"delivered": {record: `{"topic":"delivery_status","timestamp":"1790900000","sender":{"id":"+15550100007","channelType":"whatsapp"},"recipient":{"id":"+15550177001"},
			"statusUpdate":{"id":"n7","status":"delivered","error":null},"metadata":{}}`, want: dialect.Items{Events: []event.Event{delivered}}},
		"other channel": {record: `{"topic":"delivery_status","sender":{"channelType":"sms"},"statusUpdate":{"id":"n7","status":"delivered"}}`,
			want: dialect.Items{Ignored: []string{"channel sms"}}},
	}
}
