package dialect

import (
	"testing"

	"waudit/audit/event"
)

func TestNifteem(t *testing.T) { checkProvider(t, of("nifteem"), nifteemCases()) }

func nifteemCases() providerCases {
	read := event.Event{Kind: event.Read, Time: instant, Message: "n7"}
	const ids = `"dispatchId":"d7","messageId":"n7","statusOrder":3`
	return providerCases{
		"read":            {record: `{` + ids + `,"channel":"WHATSAPP","status":"READ","statusDate":` + instantText + `}`, want: Items{Events: []event.Event{read}}},
		"another channel": {record: `{` + ids + `,"channel":"SMS","status":"READ","statusDate":` + instantText + `}`, want: Items{Ignored: []string{"channel sms"}}},
		"no zone":         {record: `{` + ids + `,"channel":"WHATSAPP","status":"READ","statusDate":"2026-10-02T00:13:20"}`, reason: "has no time zone"},
	}
}
