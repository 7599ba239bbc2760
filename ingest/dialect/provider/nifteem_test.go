package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestNifteem(t *testing.T) { checkProvider(t, dialecttest.Of("nifteem"), nifteemCases()) }

func nifteemCases() providerCases {
	read := event.Event{Kind: event.Read, Time: dialecttest.Instant, Message: "n7"}
	const ids = `"dispatchId":"d7","messageId":"n7","statusOrder":3`
	return providerCases{
		"read":            {record: `{` + ids + `,"channel":"WHATSAPP","status":"READ","statusDate":` + instantText + `}`, want: dialect.Items{Events: []event.Event{read}}},
		"another channel": {record: `{` + ids + `,"channel":"SMS","status":"READ","statusDate":` + instantText + `}`, want: dialect.Items{Ignored: []string{"channel sms"}}},
		"no zone":         {record: `{` + ids + `,"channel":"WHATSAPP","status":"READ","statusDate":"2026-10-02T00:13:20"}`, reason: "has no time zone"},
	}
}
