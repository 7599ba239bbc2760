package unwrap_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect/dialecttest"
)

// Of a webhook people keep whatever part they think they need.
func TestInnerParts(t *testing.T) {
	for name, c := range map[string]struct {
		record       string
		waba, number string
	}{
		"body":                 {dialecttest.Body, dialecttest.WABA, dialecttest.Number},
		"without object":       {`{"entry":[` + dialecttest.BareEntry + `]}`, dialecttest.WABA, dialecttest.Number},
		"entry":                {dialecttest.BareEntry, dialecttest.WABA, dialecttest.Number},
		"change":               {dialecttest.BareChange, "", dialecttest.Number},
		"change, no field":     {`{"value":` + dialecttest.BareValue + `}`, "", dialecttest.Number},
		"value":                {dialecttest.BareValue, "", dialecttest.Number},
		"value and field":      {dialecttest.BareValue[:len(dialecttest.BareValue)-1] + `,"field":"messages"}`, "", dialecttest.Number},
		"On-Premises":          {`{"statuses":[` + dialecttest.BareStatus + `]}`, "", ""},
		"status":               {dialecttest.BareStatus, "", ""},
		"list of bodies":       {`[` + dialecttest.Body + `]`, dialecttest.WABA, dialecttest.Number},
		"list of statuses":     {`[` + dialecttest.BareStatus + `]`, "", ""},
		"value with its ids":   {`{"waba_id":"` + dialecttest.WABA + `","phone_number_id":"` + dialecttest.Number + `","event":{"statuses":[` + dialecttest.BareStatus + `]}}`, dialecttest.WABA, dialecttest.Number},
		"ids in camel case":    {`{"wabaId":"` + dialecttest.WABA + `","phoneNumberId":"` + dialecttest.Number + `","status":` + dialecttest.BareStatus + `}`, dialecttest.WABA, dialecttest.Number},
		"raw status of others": {`{"event":"message.delivered","waba_id":"` + dialecttest.WABA + `","phone_number_id":"` + dialecttest.Number + `","data":{"message_id":"x","raw":` + dialecttest.BareStatus + `}}`, dialecttest.WABA, dialecttest.Number},
	} {
		t.Run(name, func(t *testing.T) {
			dialecttest.WantEvent(t, dialecttest.DecodeMeta(t, c.record), dialecttest.Delivered(func(e *event.Event) { e.WABA, e.Number = c.waba, c.number }))
		})
	}
}

func TestWrappers(t *testing.T) {
	text := dialecttest.Quoted(t, dialecttest.Body)
	entryText := dialecttest.Quoted(t, dialecttest.BareEntry)
	sns := `{"Type":"Notification","Message":` + dialecttest.Quoted(t, `{"context":{"MetaWabaIds":[]},"whatsAppWebhookEntry":`+entryText+`}`) + `}`
	base64Body := base64.StdEncoding.EncodeToString([]byte(dialecttest.Body))
	for name, record := range map[string]string{
		"house-made":           `{"received_at":"2026-10-01T10:00:00Z","headers":{"host":"x"},"body":` + dialecttest.Body + `}`,
		"house-made, text":     `{"received_at":"2026-10-01T10:00:00Z","body":` + text + `}`,
		"n8n":                  `[{"json":` + dialecttest.Body + `}]`,
		"n8n, merged":          `[{"json":` + dialecttest.BareValue[:len(dialecttest.BareValue)-1] + `,"field":"messages"}}]`,
		"trace":                `{"envelopes":[{"request":{"rawBodyBase64":"` + base64Body + `","decodedBody":` + dialecttest.Body + `}}]}`,
		"trace, base64 alone":  `{"envelopes":[{"request":{"rawBodyBase64":"` + base64Body + `"}}]}`,
		"gateway":              `{"requestContext":{"timeEpoch":1790900000000},"body":` + text + `,"isBase64Encoded":false}`,
		"gateway, base64":      `{"body":"` + base64Body + `","isBase64Encoded":true}`,
		"parsed and as text":   `{"rawBody":` + text + `,"body":` + dialecttest.Body + `}`,
		"text and base64":      `{"rawBody":` + text + `,"body64":"` + base64Body + `"}`,
		"SNS":                  sns,
		"SNS to queue to code": `{"Records":[{"eventSource":"aws:sqs","body":` + dialecttest.Quoted(t, sns) + `}]}`,
		"entry alone":          `{"context":{"MetaWabaIds":[]},"whatsAppWebhookEntry":` + entryText + `}`,
		"CloudWatch":           `{"@timestamp":"2026-10-01 10:00:00.000","@message":` + text + `}`,
		"CloudWatch events":    `{"logEvents":[{"timestamp":1790900000000,"message":` + text + `}]}`,
		"CloudWatch to code":   `{"awslogs":{"data":"` + base64.StdEncoding.EncodeToString(gzipped(t, `{"logEvents":[{"id":"1","message":`+text+`}]}`)) + `"}}`,
		"Kafka":                `{"topic":"t","offset":7,"key":null,"value":` + text + `}`,
		"Pub/Sub":              `{"message":{"data":"` + base64Body + `","messageId":"7"}}`,
		"BigQuery":             `{"payload":` + text + `,"publish_time":"2026-10-01 10:00:00 UTC"}`,
		"escaped twice":        `{"payload":` + dialecttest.Quoted(t, text) + `}`,
		"with query":           `{"query_params":[],"body_params":` + dialecttest.Body + `}`,
		"a string":             text,
	} {
		t.Run(name, func(t *testing.T) {
			got := dialecttest.DecodeMeta(t, record)
			for i := range got.Events {
				got.Events[i].WABA = "" // the merged form has none
			}
			dialecttest.WantEvent(t, got, dialecttest.Delivered(func(e *event.Event) { e.WABA = "" }))
		})
	}
}

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Several bodies in one record are all read, though they use the same tree.
func TestWrappedBodiesKeepTheirStrings(t *testing.T) {
	message := func(id string) string {
		return `{"message":` + dialecttest.Quoted(t, strings.ReplaceAll(dialecttest.Body, "wamid.a", id)) + `}`
	}
	got := dialecttest.DecodeMeta(t, `{"logEvents":[`+message("wamid.1")+`,`+message("wamid.2")+`,`+message("wamid.3")+`]}`)
	for i, want := range []string{"wamid.1", "wamid.2", "wamid.3"} {
		if len(got.Events) != 3 || got.Events[i].Message != want || got.Events[i].WABA != dialecttest.WABA {
			t.Fatalf("event %d of %+v is not %s", i, got.Events, want)
		}
	}
}

// The place of an item in a wrapper leads through the strings.
func TestWrappedPath(t *testing.T) {
	timeless := strings.Replace(dialecttest.BareEntry, dialecttest.Seconds+",", "", 1)
	record := `{"Records":[{"body":` + dialecttest.Quoted(t, `{"whatsAppWebhookEntry":`+dialecttest.Quoted(t, timeless)+`}`) + `}]}`
	dialecttest.WantRejected(t, dialecttest.DecodeMeta(t, record), "Records[0].body.whatsAppWebhookEntry.changes[0].value.statuses[0]", "has no timestamp")
	list := `[` + dialecttest.Quoted(t, `[`+strings.Replace(dialecttest.BareStatus, dialecttest.Seconds, `"timestamp":"bogus"`, 1)+`]`) + `]`
	dialecttest.WantRejected(t, dialecttest.DecodeMeta(t, list), "[0][0]", "is no time")
}

func TestWrappersAreBounded(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 40) + dialecttest.Body + strings.Repeat(`}`, 40)
	if got := dialecttest.RecognisedBy(t, deep); got != "" {
		t.Errorf("recognised by %q", got)
	}
	for _, record := range []string{`{"payload":"{not json","data":"eyJub3QganNvbg=="}`, `"eyJhIjoxfQ"`, `["\\",""]`} {
		if items, dialect := dialecttest.DecodeWrapped(t, record); dialect != "" || items.Len() > 0 {
			t.Errorf("recognised by %q: %s: %+v", dialect, record, *items)
		}
	}
	dialecttest.WantIgnored(t, dialecttest.Decode(t, dialecttest.Of("meta-cloud")(), deep), "no part of a webhook")
}
