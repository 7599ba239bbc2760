package meta_test

import (
	"strings"
	"testing"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/meta"
)

func TestEnvelopeWithoutItems(t *testing.T) {
	const envelope = `{"object":"whatsapp_business_account","entry":`
	for record, reasons := range map[string]string{
		`{"object":"whatsapp_business_account"}`:                           "webhook without entries",
		`{"id":"700100200300","changes":[]}`:                               "entry without changes",
		envelope + `[]}`:                                                   "webhook without entries",
		envelope + `[{"id":"1","changes":[]}]}`:                            "entry without changes",
		envelope + `[{"id":"1"},{"changes":null}]}`:                        "entry without changes|entry without changes",
		envelope + `[{"changes":[{"field":"messages","value":{}}]}]}`:      "field messages without items",
		envelope + `[{"changes":[{"field":"messages"}]}]}`:                 "field messages without items",
		envelope + `[{"changes":[{"field":"calls","value":null}]}]}`:       "field calls without items",
		envelope + `[{"changes":[{}]}]}`:                                   "value without items",
		dialecttest.MessagesOf(`"contacts":[{"wa_id":"1"}],"statuses":[]`): "field messages without items",
		dialecttest.MessagesOf(`"statuses":null,"messages":null`):          "field messages without items",
		dialecttest.MessagesOf(`"errors":[{"code":1},{"code":2}]`):         "account error|account error",
		`{"object":"user","entry":[{"id":"1","changes":[{},{}]}]}`:         "object user",
	} {
		dialecttest.WantIgnored(t, dialecttest.DecodeMeta(t, record), strings.Split(reasons, "|")...)
	}
}

// What has no list, and ids of messages elsewhere, has its keys written in a way that is
// not read: it is missed.
func TestEnvelopeWithoutListHasMessages(t *testing.T) {
	for record, at := range map[string]string{
		`{"object":"whatsapp_business_account","first":{"status":{"id":"wamid.a"}}}`:   "",
		`{"object":"whatsapp_business_account","entry":[{"id":"1","Wert":"wamid.a"}]}`: "entry[0]",
	} {
		items := dialecttest.DecodeMeta(t, record)
		if items.Len() != 1 || len(items.Rejected) != 1 || items.Rejected[0].At != at {
			t.Errorf("%s: %+v", record, items)
		}
	}
}

// A wrong type costs the part that has it, never the parts beside it.
func TestEnvelopeOfWrongTypes(t *testing.T) {
	const envelope = `{"object":"whatsapp_business_account","entry":`
	for record, at := range map[string]string{
		envelope + `"x"}`:                                    "entry",
		envelope + `["x"]}`:                                  "entry[0]",
		envelope + `[{"changes":"x"}]}`:                      "entry[0].changes",
		envelope + `[{"changes":["x"]}]}`:                    "entry[0].changes[0]",
		envelope + `[{"changes":[{"value":"x"}]}]}`:          "entry[0].changes[0]",
		envelope + `[{"changes":[{"field":7,"value":[]}]}]}`: "entry[0].changes[0]",
		dialecttest.MessagesOf(`"statuses":"x"`):             "entry[0].changes[0].value.statuses",
		dialecttest.MessagesOf(`"messages":true`):            "entry[0].changes[0].value.messages",
	} {
		dialecttest.WantRejected(t, dialecttest.DecodeMeta(t, record), at, "export it again")
	}
	mixed := dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"statuses":["x",{"id":"wamid.a","status":"sent",`+dialecttest.Seconds+`}],"messages":7`))
	if len(mixed.Events) != 1 || len(mixed.Rejected) != 2 {
		t.Errorf("want one event and two rejected items, got %+v", *mixed)
	}
}

// Ids may be numbers or missing, lists single objects, and one body hold
// entries of several accounts.
func TestEnvelopeVariants(t *testing.T) {
	got := dialecttest.DecodeMeta(t, `{"entry":[
		{"changes":{"value":{"metadata":{"phone_number_id":100000000000018},"statuses":{"id":"wamid.1","status":"sent",`+dialecttest.Seconds+`}}},"id":100000000000008},
		{"changes":[{"value":{"statuses":[{"id":"wamid.2","status":"sent",`+dialecttest.Seconds+`}]}}]},
		{"id":"100000000000009","changes":[
			{"value":{"metadata":{"phoneNumberId":"100000000000019"},"statuses":[{"id":"wamid.3","status":"sent",`+dialecttest.Seconds+`}]},"field":"in_orbit"},
			{"field":"account_alerts","value":{}}]}],"object":"whatsapp_business_account"}`)
	want := [][3]string{{"wamid.1", "100000000000008", "100000000000018"}, {"wamid.2", "", ""}, {"wamid.3", "100000000000009", "100000000000019"}}
	for i, e := range got.Events {
		if have := [3]string{e.Message, e.WABA, e.Number}; i < len(want) && have != want[i] {
			t.Errorf("event %d is %v, want %v", i, have, want[i])
		}
	}
	dialecttest.WantItems(t, &dialect.Items{Ignored: got.Ignored, Unknown: got.Unknown}, dialect.Items{
		Ignored: []string{"field account_alerts"}, Unknown: []dialect.Unknown{{What: "field", Value: "in_orbit"}},
	})
	if len(got.Events) != len(want) {
		t.Errorf("%d events, want %d", len(got.Events), len(want))
	}
}

func TestTestButtonIsNoTraffic(t *testing.T) {
	const status = `"statuses":[{"id":"wamid.a","status":"sent",` + dialecttest.Seconds + `},{"id":"wamid.b","status":"sent",` + dialecttest.Seconds + `}]`
	for _, record := range []string{
		strings.Replace(dialecttest.MessagesOf(status), dialecttest.WABA, "0", 1),
		strings.Replace(dialecttest.MessagesOf(status), dialecttest.Number, "123456123", 1),
		`{"field":"messages","value":{"metadata":{"phone_number_id":"123456123"},` + status + `}}`,
	} {
		dialecttest.WantIgnored(t, dialecttest.DecodeMeta(t, record), meta.TestPayload, meta.TestPayload)
	}
	dialecttest.WantIgnored(t, dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"messages":[{"id":"ABGGFlA5Fpa","from":"15550177001","timestamp":"1504902988"}]`)), meta.TestPayload)
	dialecttest.WantIgnored(t, dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"statuses":[{"id":"ABGGFlA5Fpa","status":"sent","timestamp":"1504902988"}]`)), meta.TestPayload)
	account := strings.Replace(dialecttest.WebhookOf("template_category_update", `"message_template_name":"t","new_category":"UTILITY"`), dialecttest.WABA, "0", 1)
	dialecttest.WantIgnored(t, dialecttest.DecodeMeta(t, account), meta.TestPayload)
}
