package dialect

import (
	"strings"
	"testing"
)

func TestEnvelopeWithoutItems(t *testing.T) {
	const envelope = `{"object":"whatsapp_business_account","entry":`
	for record, reasons := range map[string]string{
		`{"object":"whatsapp_business_account"}`:                          "webhook without entries",
		`{"id":"700100200300","changes":[]}`:                              "entry without changes",
		envelope + `[]}`:                                                  "webhook without entries",
		envelope + `[{"id":"1","changes":[]}]}`:                           "entry without changes",
		envelope + `[{"id":"1"},{"changes":null}]}`:                       "entry without changes|entry without changes",
		envelope + `[{"changes":[{"field":"messages","value":{}}]}]}`:     "field messages without items",
		envelope + `[{"changes":[{"field":"messages"}]}]}`:                "field messages without items",
		envelope + `[{"changes":[{"field":"calls","value":null}]}]}`:      "field calls without items",
		envelope + `[{"changes":[{}]}]}`:                                  "value without items",
		messagesOf(`"contacts":[{"wa_id":"1"}],"statuses":[]`):            "field messages without items",
		messagesOf(`"statuses":null,"messages":null`):                     "field messages without items",
		messagesOf(`"errors":[{"code":1},{"code":2}]`):                    "account error|account error",
		`{"object":"instagram","entry":[{"id":"1","messaging":[{},{}]}]}`: "object instagram",
	} {
		wantIgnored(t, decodeMeta(t, record), strings.Split(reasons, "|")...)
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
		messagesOf(`"statuses":"x"`):                         "entry[0].changes[0].value.statuses",
		messagesOf(`"messages":true`):                        "entry[0].changes[0].value.messages",
	} {
		wantRejected(t, decodeMeta(t, record), at, "export it again")
	}
	mixed := decodeMeta(t, messagesOf(`"statuses":["x",{"id":"wamid.a","status":"sent",`+seconds+`}],"messages":7`))
	if len(mixed.Events) != 1 || len(mixed.Rejected) != 2 {
		t.Errorf("want one event and two rejected items, got %+v", *mixed)
	}
}

// Ids may be numbers or missing, lists single objects, and one body hold
// entries of several accounts.
func TestEnvelopeVariants(t *testing.T) {
	got := decodeMeta(t, `{"entry":[
		{"changes":{"value":{"metadata":{"phone_number_id":100000000000018},"statuses":{"id":"wamid.1","status":"sent",`+seconds+`}}},"id":100000000000008},
		{"changes":[{"value":{"statuses":[{"id":"wamid.2","status":"sent",`+seconds+`}]}}]},
		{"id":"100000000000009","changes":[
			{"value":{"metadata":{"phoneNumberId":"100000000000019"},"statuses":[{"id":"wamid.3","status":"sent",`+seconds+`}]},"field":"in_orbit"},
			{"field":"account_alerts","value":{}}]}],"object":"whatsapp_business_account"}`)
	want := [][3]string{{"wamid.1", "100000000000008", "100000000000018"}, {"wamid.2", "", ""}, {"wamid.3", "100000000000009", "100000000000019"}}
	for i, e := range got.Events {
		if have := [3]string{e.Message, e.WABA, e.Number}; i < len(want) && have != want[i] {
			t.Errorf("event %d is %v, want %v", i, have, want[i])
		}
	}
	wantItems(t, &Items{Ignored: got.Ignored, Unknown: got.Unknown}, Items{
		Ignored: []string{"field account_alerts"}, Unknown: []Unknown{{"field", "in_orbit"}},
	})
	if len(got.Events) != len(want) {
		t.Errorf("%d events, want %d", len(got.Events), len(want))
	}
}

func TestTestButtonIsNoTraffic(t *testing.T) {
	const status = `"statuses":[{"id":"wamid.a","status":"sent",` + seconds + `},{"id":"wamid.b","status":"sent",` + seconds + `}]`
	for _, record := range []string{
		strings.Replace(messagesOf(status), waba, "0", 1),
		strings.Replace(messagesOf(status), number, "123456123", 1),
		`{"field":"messages","value":{"metadata":{"phone_number_id":"123456123"},` + status + `}}`,
	} {
		wantIgnored(t, decodeMeta(t, record), testPayload, testPayload)
	}
	wantIgnored(t, decodeMeta(t, messagesOf(`"messages":[{"id":"ABGGFlA5Fpa","from":"15550177001","timestamp":"1504902988"}]`)), testPayload)
	wantIgnored(t, decodeMeta(t, messagesOf(`"statuses":[{"id":"ABGGFlA5Fpa","status":"sent","timestamp":"1504902988"}]`)), testPayload)
	account := strings.Replace(webhookOf("template_category_update", `"message_template_name":"t","new_category":"UTILITY"`), waba, "0", 1)
	wantIgnored(t, decodeMeta(t, account), testPayload)
}
