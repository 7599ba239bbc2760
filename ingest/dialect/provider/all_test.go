package provider_test

import (
	"testing"

	"waudit/ingest/dialect/dialecttest"
)

// Every record is of one dialect, and foreign records are of none.
func TestRecognise(t *testing.T) {
	for record, want := range map[string]string{
		dialecttest.Webhook:    "meta-cloud",
		dialecttest.FlatRecord: "flat",
		`{"event":"played","timestamp":"2026-10-01T00:00:00Z","group_id":"g"}`:      "flat",
		`{"message_id":"wamid.a","check":"WA101"}`:                                  "simulate-truth",
		`{"message_id":"wamid.a","check":"WA101","more":""}`:                        "",
		`{"event":"sent","timestamp":1790900000}`:                                   "",
		`{"event":"message_received","timestamp":1790900000,"message_id":"m"}`:      "",
		`{"event":"sent","timestamp":1790900000,"message_id":"m","customer":{}}`:    "",
		`{"event":"message.sent","timestamp":1790900000,"data":{"message_id":"m"}}`: "",
		`[]`: "", `{}`: "", `"text"`: "", `null`: "", `1`: "",
		`{"id":"u1","status":"sent","timestamp":1790900000}`:                                   "",
		`{"changes":[{"field":"colour","value":"red"}]}`:                                       "",
		`{"resourceType":"Bundle","entry":[{"resource":{}}]}`:                                  "",
		`{"messages":[{"from":"shop","destinations":[{"to":"15550177001","messageId":"m"}]}]}`: "",
		`{"statuses":[{"id":"m","status":"sent","timestamp":"1790900000"}]}`:                   "meta-cloud",
		`{"messages":[{"id":"m","from":"15550177001","timestamp":"1790900000"}]}`:              "meta-cloud",
		`{"object":"instagram","entry":[{"id":"1","messaging":[]}]}`:                           "meta-instagram",
		`{"object":"page","entry":[{"id":"1","changes":[{"field":"feed","value":{}}]}]}`:       "meta-messenger",
		`{"object":"user","entry":[{"id":"1","changes":[]}]}`:                                  "meta-cloud",
		`{"type":"whatsapp","statuses":[{"message_id":"m","status":"success"}]}`:               "sinch",
	} {
		if got := dialecttest.RecognisedBy(t, record); got != want {
			t.Errorf("recognised by %q, want %q: %s", got, want, record)
		}
	}
}
