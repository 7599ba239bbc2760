package dialect

import (
	"testing"

	"waudit/audit/event"
)

func TestOnPrem(t *testing.T) {
	wantEvent(t, decodeOnly(t, of("meta-on-premises")(), onPremStatus), event.Event{
		Kind: event.Delivered, Time: instant, User: "15550177001", Message: "gBEGkYiEB1VX",
		Conversation: "b1", Origin: "business_initiated", Expires: 1790986400_000,
		Billable: event.True, Model: "CBP", Category: "business_initiated",
	})
	wantEvent(t, decodeOnly(t, of("meta-on-premises")(), onPremInbound), event.Event{
		Kind: event.Inbound, Time: instant, User: "15550177001", Message: "ABEGFlA5Fpaf", Type: "voice",
	})
	wantEvent(t, decodeOnly(t, of("meta-on-premises")(), onPremCamel), event.Event{
		Kind: event.Sent, Time: instant, User: "15550177001", Message: "a1",
		Conversation: "b1", Expires: 1790986400_000, Billable: event.True, Model: "CBP", Category: "utility",
	})
}

// Of a list, each element is an item of its own.
func TestOnPremItems(t *testing.T) {
	status := func(id, status string) string {
		return `{"id":"gBEG` + id + `","status":"` + status + `","recipient_id":"15550177001",` + seconds + `}`
	}
	got := decodeOnly(t, of("meta-on-premises")(), `{"statuses":[`+status("1", "read")+`,`+status("2", "deleted")+`,`+status("3", "warning")+
		`,{"id":"gBEG4","status":"sent"}],"errors":[{"code":470}]}`)
	wantItems(t, got, Items{
		Events:   []event.Event{{Kind: event.Read, Time: instant, User: "15550177001", Message: "gBEG1"}},
		Ignored:  []string{"status deleted", "status warning", "account error"},
		Rejected: []Rejection{{At: "statuses[3]", Reason: "status sent of gBEG4 has no place in time: it has no timestamp; add it"}},
	})
}

// A wrapper may name what the API does not.
func TestOnPremSurroundings(t *testing.T) {
	d := of("meta-on-premises")()
	d.(surrounded).surround(surroundings{waba: waba, number: number})
	want := base(event.Delivered, "gBEG1")
	want.User = "15550177001"
	wantEvent(t, decode(t, d, `{"statuses":[{"id":"gBEG1","status":"delivered","recipient_id":"15550177001",`+seconds+`}]}`), want)
}

// What the Cloud API may have sent as well is its dialect's.
func TestOnPremLeavesCloud(t *testing.T) {
	for _, record := range []string{
		`{"messaging_product":"whatsapp","statuses":[{"id":"gBEG1","status":"sent",` + seconds + `}]}`,
		`{"metadata":{},"messages":[{"id":"ABEG1","from":"15550177001",` + seconds + `}]}`,
		`{"statuses":[{"id":"wamid.a","status":"sent",` + seconds + `,"recipient_id":"15550177001"}]}`,
		`{"messages":[{"id":"wamid.a","from":"15550177001",` + seconds + `}]}`,
		`{"statuses":[]}`, `{"statuses":{"id":"gBEG1"}}`,
	} {
		wantForeign(t, of("meta-on-premises")(), record)
	}
}
