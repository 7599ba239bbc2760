package dialect

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

func FuzzMeta(f *testing.F) {
	for _, seed := range []string{
		webhook, body, bareValue, bareStatus, flatRecord,
		messagesOf(`"messages":[{"id":"wamid.i","from":"15550177001",` + seconds + `,"referral":{"source_type":"ad"},"type":"system","system":{"user_id":"US.2"}}]`),
		webhookOf("calls", metadata+`,"calls":[{"id":"wacid.c","event":"connect","direction":"USER_INITIATED","from":"15550177001",`+seconds+`}]`),
		webhookOf("standby", metadata+`,"standby":{"message_echoes":[{"id":"wamid.a",`+seconds+`,"message":{"to":"1"},"template":{"category":"UTILITY"}}]}`),
		webhookOf("history", metadata+`,"history":[{"threads":[{"messages":[{}]}]}]`),
		webhookOf("account_update", `"event":"AUTH_INTL_PRICE_ELIGIBILITY_UPDATE","auth_international_rate_eligibility":{"start_time":1748780624}`),
		webhookOf("user_id_update", `"user_id_update":[{"wa_id":"1","user_id":{"previous":"US.1","current":"US.2"}}]`),
		`{"body":"{\"statuses\":[{\"id\":\"wamid.a\",\"status\":\"sent\",\"timestamp\":\"1790900000\"}]}","data":"eyJlbnRyeSI6W119"}`,
		`{"ts":1790900000,"request":{"messaging_product":"whatsapp","to":"1"},"response":{"messaging_product":"whatsapp","messages":[{"id":"a"}]}}`,
	} {
		f.Add([]byte(seed))
	}
	d := newOf[metaCloud]()
	f.Fuzz(func(t *testing.T, data []byte) {
		items := checkDecode(t, d, data)
		if items == nil {
			return
		}
		var tree jsontree.Tree
		_, _ = tree.Parse(data)
		if found := !slices.Contains(items.Ignored, "no part of a webhook"); d.Recognise(tree.Root()) != found {
			t.Fatalf("recognised: %v, but %+v", !found, *items)
		}
	})
}

func FuzzFlat(f *testing.F) {
	for _, seed := range []string{
		flatRecord,
		`{"event":"inbound","timestamp":"2026-10-01T10:00:00Z","user_id":"US.1","ctwa_clid":"ARx","referral_source_type":"post"}`,
		`{"event":"charge","timestamp":1790900000123,"message_id":"wamid.a","amount":1.5e-3,"currency":"usd","billable":"true"}`,
	} {
		f.Add([]byte(seed))
	}
	d := newOf[flat]()
	f.Fuzz(func(t *testing.T, data []byte) {
		if items := checkDecode(t, d, data); items != nil && items.Len() != 1 {
			t.Fatalf("a flat record is one item, got %+v", *items)
		}
	})
}

// checkDecode sees that every item is accounted for, and that what a dialect
// decodes does not depend on what it decoded before. It returns nil for what
// is no JSON.
func checkDecode(t *testing.T, d Dialect, data []byte) *Items {
	t.Helper()
	var tree jsontree.Tree
	if _, err := tree.Parse(data); err != nil {
		return nil
	}
	var once, twice Items
	d.Decode(tree.Root(), &once)
	d.Decode(tree.Root(), &twice)
	if diff := cmp.Diff(once, twice); diff != "" {
		t.Fatalf("decoding again gives something else:\n%s", diff)
	}
	if once.Len() == 0 {
		t.Fatal("the record holds nothing, not even an ignored item")
	}
	for _, e := range once.Events {
		if e.Kind == 0 || e.Time < event.MinTime || e.Time >= event.MaxTime {
			t.Fatalf("event %+v has no kind or no time", e)
		}
	}
	for _, c := range once.Changes {
		if c.Kind == 0 || c.Time < event.MinTime || c.Time >= event.MaxTime {
			t.Fatalf("change %+v has no kind or no time", c)
		}
	}
	for _, r := range once.Rejected {
		if r.Reason == "" {
			t.Fatalf("rejected without a reason at %q", r.At)
		}
	}
	if slices.Contains(once.Ignored, "") {
		t.Fatal("ignored without a reason")
	}
	return &once
}
