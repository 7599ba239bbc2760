package meta_test

import (
	"slices"
	"testing"

	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/jsontree"
)

func FuzzMeta(f *testing.F) {
	for _, seed := range []string{
		dialecttest.Webhook, dialecttest.Body, dialecttest.BareValue, dialecttest.BareStatus, dialecttest.FlatRecord,
		dialecttest.MessagesOf(`"messages":[{"id":"wamid.i","from":"15550177001",` + dialecttest.Seconds + `,"referral":{"source_type":"ad"},"type":"system","system":{"user_id":"US.2"}}]`),
		dialecttest.WebhookOf("calls", dialecttest.Metadata+`,"calls":[{"id":"wacid.c","event":"connect","direction":"USER_INITIATED","from":"15550177001",`+dialecttest.Seconds+`}]`),
		dialecttest.WebhookOf("standby", dialecttest.Metadata+`,"standby":{"message_echoes":[{"id":"wamid.a",`+dialecttest.Seconds+`,"message":{"to":"1"},"template":{"category":"UTILITY"}}]}`),
		dialecttest.WebhookOf("history", dialecttest.Metadata+`,"history":[{"threads":[{"messages":[{}]}]}]`),
		dialecttest.WebhookOf("account_update", `"event":"AUTH_INTL_PRICE_ELIGIBILITY_UPDATE","auth_international_rate_eligibility":{"start_time":1748780624}`),
		dialecttest.WebhookOf("user_id_update", `"user_id_update":[{"wa_id":"1","user_id":{"previous":"US.1","current":"US.2"}}]`),
		`{"body":"{\"statuses\":[{\"id\":\"wamid.a\",\"status\":\"sent\",\"timestamp\":\"1790900000\"}]}","data":"eyJlbnRyeSI6W119"}`,
		`{"ts":1790900000,"request":{"messaging_product":"whatsapp","to":"1"},"response":{"messaging_product":"whatsapp","messages":[{"id":"a"}]}}`,
	} {
		f.Add([]byte(seed))
	}
	d := dialecttest.Of("meta-cloud")()
	f.Fuzz(func(t *testing.T, data []byte) {
		items := dialecttest.CheckDecode(t, d, data)
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
