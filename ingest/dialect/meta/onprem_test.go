package meta_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestOnPrem(t *testing.T) {
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("meta-on-premises")(), dialecttest.OnPremStatus), event.Event{
		Kind: event.Delivered, Time: dialecttest.Instant, User: "15550177001", Message: "gBEGkYiEB1VX",
		Conversation: "b1", Origin: "business_initiated", Expires: 1790986400_000,
		Billable: event.True, Model: "CBP", Category: "business_initiated",
	})
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("meta-on-premises")(), dialecttest.OnPremInbound), event.Event{
		Kind: event.Inbound, Time: dialecttest.Instant, User: "15550177001", Message: "ABEGFlA5Fpaf", Type: "voice",
	})
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("meta-on-premises")(), dialecttest.OnPremCamel), event.Event{
		Kind: event.Sent, Time: dialecttest.Instant, User: "15550177001", Message: "a1",
		Conversation: "b1", Expires: 1790986400_000, Billable: event.True, Model: "CBP", Category: "utility",
	})
}

// Of a list, each element is an item of its own.
func TestOnPremItems(t *testing.T) {
	status := func(id, status string) string {
		return `{"id":"gBEG` + id + `","status":"` + status + `","recipient_id":"15550177001",` + dialecttest.Seconds + `}`
	}
	got := dialecttest.DecodeOnly(t, dialecttest.Of("meta-on-premises")(), `{"statuses":[`+status("1", "read")+`,`+status("2", "deleted")+`,`+status("3", "warning")+
		`,{"id":"gBEG4","status":"sent"}],"errors":[{"code":470}]}`)
	dialecttest.WantItems(t, got, dialect.Items{
		Events:   []event.Event{{Kind: event.Read, Time: dialecttest.Instant, User: "15550177001", Message: "gBEG1"}},
		Ignored:  []string{"status deleted", "status warning", "account error"},
		Rejected: []dialect.Rejection{{At: "statuses[3]", Reason: "status sent of gBEG4 has no place in time: it has no timestamp; add it"}},
	})
}

// A wrapper may name what the API does not.
func TestOnPremSurroundings(t *testing.T) {
	d := dialecttest.Of("meta-on-premises")()
	d.(dialect.Surrounded).Surround(dialect.Surroundings{WABA: dialecttest.WABA, Number: dialecttest.Number})
	want := dialecttest.Base(event.Delivered, "gBEG1")
	want.User = "15550177001"
	dialecttest.WantEvent(t, dialecttest.Decode(t, d, `{"statuses":[{"id":"gBEG1","status":"delivered","recipient_id":"15550177001",`+dialecttest.Seconds+`}]}`), want)
}

// What the Cloud API may have sent as well is its dialect's.
func TestOnPremLeavesCloud(t *testing.T) {
	for _, record := range []string{
		`{"messaging_product":"whatsapp","statuses":[{"id":"gBEG1","status":"sent",` + dialecttest.Seconds + `}]}`,
		`{"metadata":{},"messages":[{"id":"ABEG1","from":"15550177001",` + dialecttest.Seconds + `}]}`,
		`{"statuses":[{"id":"wamid.a","status":"sent",` + dialecttest.Seconds + `,"recipient_id":"15550177001"}]}`,
		`{"messages":[{"id":"wamid.a","from":"15550177001",` + dialecttest.Seconds + `}]}`,
		`{"statuses":[]}`, `{"statuses":{"id":"gBEG1"}}`,
	} {
		if dialecttest.Of("meta-on-premises")().Recognise(dialecttest.Parse(t, record)) {
			t.Errorf("meta-on-premises claims %s", record)
		}
	}
}
