package dialect

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"

	"waudit/audit/event"
)

// Of a webhook people keep whatever part they think they need.
func TestInnerParts(t *testing.T) {
	for name, c := range map[string]struct {
		record       string
		waba, number string
	}{
		"body":                 {body, waba, number},
		"without object":       {`{"entry":[` + bareEntry + `]}`, waba, number},
		"entry":                {bareEntry, waba, number},
		"change":               {bareChange, "", number},
		"change, no field":     {`{"value":` + bareValue + `}`, "", number},
		"value":                {bareValue, "", number},
		"value and field":      {bareValue[:len(bareValue)-1] + `,"field":"messages"}`, "", number},
		"On-Premises":          {`{"statuses":[` + bareStatus + `]}`, "", ""},
		"status":               {bareStatus, "", ""},
		"list of bodies":       {`[` + body + `]`, waba, number},
		"list of statuses":     {`[` + bareStatus + `]`, "", ""},
		"value with its ids":   {`{"waba_id":"` + waba + `","phone_number_id":"` + number + `","event":{"statuses":[` + bareStatus + `]}}`, waba, number},
		"raw status of others": {`{"event":"message.delivered","waba_id":"` + waba + `","phone_number_id":"` + number + `","data":{"message_id":"x","raw":` + bareStatus + `}}`, waba, number},
	} {
		t.Run(name, func(t *testing.T) {
			wantEvent(t, decodeMeta(t, c.record), delivered(func(e *event.Event) { e.WABA, e.Number = c.waba, c.number }))
		})
	}
}

func TestWrappers(t *testing.T) {
	text := quoted(t, body)
	entryText := quoted(t, bareEntry)
	sns := `{"Type":"Notification","Message":` + quoted(t, `{"context":{"MetaWabaIds":[]},"whatsAppWebhookEntry":`+entryText+`}`) + `}`
	base64Body := base64.StdEncoding.EncodeToString([]byte(body))
	for name, record := range map[string]string{
		"house-made":           `{"received_at":"2026-10-01T10:00:00Z","headers":{"host":"x"},"body":` + body + `}`,
		"house-made, text":     `{"received_at":"2026-10-01T10:00:00Z","body":` + text + `}`,
		"n8n":                  `[{"json":` + body + `}]`,
		"n8n, merged":          `[{"json":` + bareValue[:len(bareValue)-1] + `,"field":"messages"}}]`,
		"trace":                `{"envelopes":[{"request":{"rawBodyBase64":"` + base64Body + `","decodedBody":` + body + `}}]}`,
		"trace, base64 alone":  `{"envelopes":[{"request":{"rawBodyBase64":"` + base64Body + `"}}]}`,
		"gateway":              `{"requestContext":{"timeEpoch":1790900000000},"body":` + text + `,"isBase64Encoded":false}`,
		"gateway, base64":      `{"body":"` + base64Body + `","isBase64Encoded":true}`,
		"parsed and as text":   `{"rawBody":` + text + `,"body":` + body + `}`,
		"text and base64":      `{"rawBody":` + text + `,"body64":"` + base64Body + `"}`,
		"SNS":                  sns,
		"SNS to queue to code": `{"Records":[{"eventSource":"aws:sqs","body":` + quoted(t, sns) + `}]}`,
		"entry alone":          `{"context":{"MetaWabaIds":[]},"whatsAppWebhookEntry":` + entryText + `}`,
		"CloudWatch":           `{"@timestamp":"2026-10-01 10:00:00.000","@message":` + text + `}`,
		"CloudWatch events":    `{"logEvents":[{"timestamp":1790900000000,"message":` + text + `}]}`,
		"CloudWatch to code":   `{"awslogs":{"data":"` + base64.StdEncoding.EncodeToString(gzipped(t, `{"logEvents":[{"id":"1","message":`+text+`}]}`)) + `"}}`,
		"Kafka":                `{"topic":"t","offset":7,"key":null,"value":` + text + `}`,
		"Pub/Sub":              `{"message":{"data":"` + base64Body + `","messageId":"7"}}`,
		"BigQuery":             `{"payload":` + text + `,"publish_time":"2026-10-01 10:00:00 UTC"}`,
		"escaped twice":        `{"payload":` + quoted(t, text) + `}`,
		"with query":           `{"query_params":[],"body_params":` + body + `}`,
		"a string":             text,
	} {
		t.Run(name, func(t *testing.T) {
			got := decodeMeta(t, record)
			for i := range got.Events {
				got.Events[i].WABA = "" // the merged form has none
			}
			wantEvent(t, got, delivered(func(e *event.Event) { e.WABA = "" }))
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
		return `{"message":` + quoted(t, strings.ReplaceAll(body, "wamid.a", id)) + `}`
	}
	got := decodeMeta(t, `{"logEvents":[`+message("wamid.1")+`,`+message("wamid.2")+`,`+message("wamid.3")+`]}`)
	for i, want := range []string{"wamid.1", "wamid.2", "wamid.3"} {
		if len(got.Events) != 3 || got.Events[i].Message != want || got.Events[i].WABA != waba {
			t.Fatalf("event %d of %+v is not %s", i, got.Events, want)
		}
	}
}

// The place of an item in a wrapper leads through the strings.
func TestWrappedPath(t *testing.T) {
	timeless := strings.Replace(bareEntry, seconds+",", "", 1)
	record := `{"Records":[{"body":` + quoted(t, `{"whatsAppWebhookEntry":`+quoted(t, timeless)+`}`) + `}]}`
	wantRejected(t, decodeMeta(t, record), "Records[0].body.whatsAppWebhookEntry.changes[0].value.statuses[0]", "has no timestamp")
	list := `[` + quoted(t, `[`+strings.Replace(bareStatus, seconds, `"timestamp":"bogus"`, 1)+`]`) + `]`
	wantRejected(t, decodeMeta(t, list), "[0][0]", "is no time")
}

func TestWrappersAreBounded(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 40) + body + strings.Repeat(`}`, 40)
	if got := recognisedBy(t, deep); got != "" {
		t.Errorf("recognised by %q", got)
	}
	for _, record := range []string{`{"payload":"{not json","data":"eyJub3QganNvbg=="}`, `"eyJhIjoxfQ"`, `["\\",""]`} {
		if items, dialect := decodeWrapped(t, record); dialect != "" || items.Len() > 0 {
			t.Errorf("recognised by %q: %s: %+v", dialect, record, *items)
		}
	}
	wantIgnored(t, decode(t, of("meta-cloud")(), deep), "no part of a webhook")
}
