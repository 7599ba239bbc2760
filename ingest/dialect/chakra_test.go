package dialect

import (
	"testing"

	"waudit/audit/event"
)

func TestChakra(t *testing.T) { checkProvider(t, of("chakra"), chakraCases()) }

func chakraCases() providerCases {
	read := event.Event{Kind: event.Read, Time: instant, User: "15550177001", Message: "wamid.c"}
	return providerCases{
		"read": {record: `{"event":"deliveryStatus","payload":{"id":"k7","externalId":"wamid.c","deliveryStatus":"read","timestamp":1790900000000,"recipientId":"15550177001"}}`,
			want: Items{Events: []event.Event{read}}},
		"nothing": {record: `{"event":"deliveryStatus","payload":{"externalId":"wamid.c"}}`, at: "payload", reason: "status of wamid.c says nothing"},
	}
}
