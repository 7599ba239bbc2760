package unwrap_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/unwrap"
	"waudit/ingest/jsontree"
)

// wrapper is one way in which people store a body: what they make of its text.
type wrapper struct {
	name string
	wrap func(t *testing.T, body string) string
}

// quotedIn puts the body, as a string, where a record has a $.
func quotedIn(record string) func(*testing.T, string) string {
	return func(t *testing.T, body string) string {
		return strings.ReplaceAll(record, "$", dialecttest.Quoted(t, body))
	}
}

// objectIn puts the body itself there.
func objectIn(record string) func(*testing.T, string) string {
	return func(_ *testing.T, body string) string { return strings.ReplaceAll(record, "$", body) }
}

// base64In puts the base64 of the body there.
func base64In(record string, encoding *base64.Encoding) func(*testing.T, string) string {
	return func(_ *testing.T, body string) string {
		return strings.ReplaceAll(record, "$", `"`+encoding.EncodeToString([]byte(body))+`"`)
	}
}

// wrappers are those that formats of the wild name, each of which takes any
// JSON.
func wrappers() []wrapper {
	return []wrapper{
		{"house-made", objectIn(`{"received_at":"2026-10-01T10:00:00Z","headers":{"host":"x"},"body":$}`)},
		{"house-made, text", quotedIn(`{"received_at":"2026-10-01T10:00:00Z","headers":{"host":"x"},"body":$}`)},
		{"with query", objectIn(`{"query_params":[],"body_params":$}`)},
		{"n8n", objectIn(`[{"json":$}]`)},
		{"trace", objectIn(`{"envelopes":[{"request":{"rawBodyBase64":"e30=","decodedBody":$}}]}`)},
		{"trace, base64", base64In(`{"envelopes":[{"request":{"rawBodyBase64":$}}]}`, base64.StdEncoding)},
		{"gateway", quotedIn(`{"requestContext":{"timeEpoch":1790900000000},"headers":{},"body":$,"isBase64Encoded":false}`)},
		{"gateway, base64", base64In(`{"requestContext":{"timeEpoch":1790900000000},"body":$,"isBase64Encoded":true}`, base64.StdEncoding)},
		{"SNS", quotedIn(`{"Type":"Notification","MessageId":"5","Message":$,"Timestamp":"2026-10-01T10:00:00Z"}`)},
		{"SQS", quotedIn(`{"Records":[{"messageId":"5","eventSource":"aws:sqs","body":$}]}`)},
		{"CloudWatch", quotedIn(`{"@timestamp":"2026-10-01 10:00:00.000","@message":$}`)},
		{"CloudWatch events", quotedIn(`{"logGroup":"g","logEvents":[{"id":"5","timestamp":1790900000000,"message":$}]}`)},
		{"Kafka", quotedIn(`{"topic":"t","partition":0,"offset":7,"key":null,"value":$}`)},
		{"Pub/Sub", base64In(`{"message":{"data":$,"messageId":"7"},"subscription":"s"}`, base64.StdEncoding)},
		{"Pub/Sub, other alphabet", base64In(`{"message":{"data":$,"messageId":"7"}}`, base64.RawURLEncoding)},
		{"Kinesis", base64In(`{"Records":[{"kinesis":{"data":$,"sequenceNumber":"7"}}]}`, base64.StdEncoding)},
		{"column", quotedIn(`{"payload":$,"publish_time":"2026-10-01 10:00:00 UTC"}`)},
		{"row of a dump", quotedIn(`{"column1":"3","column2":$,"column3":"2026-03-14 07:38:44"}`)},
		{"line of a log", func(t *testing.T, body string) string {
			return `{"log":` + dialecttest.Quoted(t, "2026-03-14 07:38:44 - INFO - payload: "+body+" done") + `,"stream":"stdout"}`
		}},
		{"a string", quotedIn(`$`)},
		{"a list", objectIn(`[$]`)},
	}
}

// providerRecord is a record of another dialect than Meta's.
const providerRecord = `{"event":"delivered","timestamp":1790900000,"waba_id":"` + dialecttest.WABA + `","phone_number_id":"` + dialecttest.Number +
	`","wa_id":"15550177001","message_id":"wamid.a"}`

// Whatever is wrapped around a record, up to three times over, its event comes
// out, be it of Meta or of another dialect.
func TestEveryWrapper(t *testing.T) {
	records := map[string]string{"meta-cloud": dialecttest.Body, "flat": providerRecord}
	all := wrappers()
	for dialect, record := range records {
		for i, w := range all {
			once := w.wrap(t, record)
			checkWrapped(t, dialect, w.name, once)
			for j, v := range all {
				u := all[(i+7*j)%len(all)]
				twice := v.wrap(t, once)
				checkWrapped(t, dialect, w.name+" in "+v.name, twice)
				checkWrapped(t, dialect, w.name+" in "+v.name+" in "+u.name, u.wrap(t, twice))
			}
		}
	}
}

func checkWrapped(t *testing.T, dialect, name, record string) {
	t.Helper()
	got, by := dialecttest.DecodeWrapped(t, record)
	want := dialecttest.Delivered(func(*event.Event) {})
	if by != dialect || len(got.Events) != 1 || got.Len() != 1 || got.Events[0] != want {
		t.Errorf("%s: by %q: %+v, want %+v: %s", name, by, *got, want, record)
	}
}

// Of a body, any part may be what is wrapped.
func TestWrappedParts(t *testing.T) {
	merged := dialecttest.BareValue[:len(dialecttest.BareValue)-1] + `,"field":"messages"}`
	for name, part := range map[string]string{
		"entry": dialecttest.BareEntry, "change": dialecttest.BareChange, "value": dialecttest.BareValue, "value and field": merged, "status": dialecttest.BareStatus,
	} {
		for _, w := range wrappers() {
			got, by := dialecttest.DecodeWrapped(t, w.wrap(t, part))
			if by != "meta-cloud" || len(got.Events) != 1 || got.Events[0].Message != "wamid.a" || got.Len() != 1 {
				t.Errorf("%s in %s: by %q: %+v", name, w.name, by, *got)
			}
		}
	}
}

// What stands around a record says what it leaves out, through strings too, and
// only of what is inside.
func TestSurroundings(t *testing.T) {
	status := func(id string) string { return strings.Replace(dialecttest.BareStatus, "wamid.a", id, 1) }
	record := `{"records":[{"waba_id":"` + dialecttest.WABA + `","data":` + dialecttest.Quoted(t, `{"phone_number_id":`+dialecttest.Number+`,"status":`+status("wamid.1")+`}`) + `},{"data":` + status("wamid.2") + `}]}`
	got, _ := dialecttest.DecodeWrapped(t, record)
	if len(got.Events) != 2 {
		t.Fatalf("got %+v", *got)
	}
	if e := got.Events[0]; e.WABA != dialecttest.WABA || e.Number != dialecttest.Number {
		t.Errorf("got %q, %q", e.WABA, e.Number)
	}
	if e := got.Events[1]; e.WABA != "" || e.Number != "" {
		t.Errorf("got %q, %q of a record that stands beside", e.WABA, e.Number)
	}
}

// A record that a dialect knows is not searched, whatever is in it.
func TestKnownIsNotUnwrapped(t *testing.T) {
	record := strings.TrimSuffix(providerRecord, "}") + `,"raw":` + dialecttest.Body + `}`
	if got, by := dialecttest.DecodeWrapped(t, record); by != "flat" || got.Len() != 1 {
		t.Errorf("by %q: %+v", by, *got)
	}
	got, by := dialecttest.DecodeWrapped(t, `{"json":`+strings.Replace(dialecttest.Body, `"field"`, `"more":{"json":`+strings.ReplaceAll(providerRecord, "wamid.a", "wamid.b")+`},"field"`, 1)+`}`)
	if by != "meta-cloud" || got.Len() != 1 {
		t.Errorf("by %q: %+v", by, *got)
	}
}

// The place of what is rejected is its path in the record, also through
// strings, whatever dialect rejects it.
func TestWrappedRejections(t *testing.T) {
	timeless := strings.Replace(dialecttest.Body, dialecttest.Seconds+",", "", 1)
	junk := strings.Replace(providerRecord, "1790900000", `"never"`, 1)
	for record, at := range map[string]string{
		`{"json":` + timeless + `}`: "json.entry[0].changes[0].value.statuses[0]",
		`{"Records":[{"body":` + dialecttest.Quoted(t, `{"Message":`+dialecttest.Quoted(t, timeless)+`}`) + `}]}`: "Records[0].body.Message.entry[0].changes[0].value.statuses[0]",
		`{"@message":` + dialecttest.Quoted(t, timeless) + `}`:                                                    `["@message"].entry[0].changes[0].value.statuses[0]`,
		junk:                    "",
		`{"json":` + junk + `}`: "json",
		`[` + dialecttest.Quoted(t, `[`+junk+`]`) + `]`: "[0][0]",
		`{"body":` + dialecttest.Quoted(t, junk) + `}`:  "body",
		`{"a":[{"b":1},{"json":` + junk + `}]}`:         "a[1].json",
	} {
		got, _ := dialecttest.DecodeWrapped(t, record)
		if len(got.Rejected) != 1 || got.Len() != 1 || got.Rejected[0].At != at {
			t.Errorf("got %+v, want one rejected at %q: %s", *got, at, record)
		}
	}
}

// A form is an object of strings to whoever reads it.
func TestWrappedForm(t *testing.T) {
	form := "event=delivered&timestamp=1790900000&waba_id=" + dialecttest.WABA + "&phone_number_id=" + dialecttest.Number + "&wa_id=%2B15550177001&message_id=wamid.a"
	for name, record := range map[string]string{
		"gateway":         quotedIn(`{"body":$,"isBase64Encoded":false}`)(t, form),
		"gateway, base64": base64In(`{"body":$,"isBase64Encoded":true}`, base64.StdEncoding)(t, form),
		"query":           `{"requestContext":{},"rawQueryString":` + dialecttest.Quoted(t, form) + `}`,
		"access log":      `{"message":` + dialecttest.Quoted(t, `192.0.2.7 - - [01/Oct/2026:10:00:00 +0000] "GET /hook?`+form+` HTTP/1.1" 200 2`) + `}`,
		"Python":          `{"msg":` + dialecttest.Quoted(t, `form: {'event': 'delivered', 'timestamp': 1790900000, 'waba_id': '`+dialecttest.WABA+`', 'phone_number_id': '`+dialecttest.Number+`', 'wa_id': '15550177001', 'message_id': 'wamid.a'}`) + `}`,
	} {
		checkWrapped(t, "flat", name, record)
	}
}

// Records that hold what is no record, in forms that look like it, hold nothing.
func TestNothingWrapped(t *testing.T) {
	for _, record := range []string{
		`{"url":"https://example.com/?a=1&b=2","token":"YWJjZGVmZ2hpag=="}`,
		`{"message":"user {\"a\": 1} did {'b': 2} and {","list":[[],{},"{}","[]",""]}`,
		`{"level":"info","msg":"started","n":[1,2,{"a":{"b":{"c":null}}}]}`,
	} {
		if items, by := dialecttest.DecodeWrapped(t, record); by != "" || items.Len() > 0 {
			t.Errorf("by %q: %+v: %s", by, *items, record)
		}
	}
}

// However strange a record is, unwrapping it does not fail, gives the same
// again, and accounts for what it finds.
func FuzzUnwrap(f *testing.F) {
	f.Add([]byte(`{"message":{"data":"eyJhIjoxfQ=="},"body":"a=1&b=2","log":"x {'a': 1}\n{\"b\":2}"}`))
	f.Add([]byte(`["\"{\\\"statuses\\\":[{\\\"id\\\":\\\"wamid.a\\\",\\\"status\\\":\\\"sent\\\",\\\"timestamp\\\":\\\"1790900000\\\"}]}\""]`))
	f.Add([]byte(`{"ts":1790900000,"request":{"messaging_product":"whatsapp","to":"1"},"response":"{\"messaging_product\":\"whatsapp\",\"messages\":[{\"id\":\"a\"}]}"}`))
	f.Add([]byte(`{"waba_id":1,"a":[` + providerRecord + `,` + dialecttest.Body + `]}`))
	u := unwrapped{unwrap.New(dialecttest.All())}
	f.Fuzz(func(t *testing.T, data []byte) {
		if items := dialecttest.CheckDecode(t, u, data); items != nil && u.Open() > 0 {
			t.Fatalf("%d strings are left open", u.Open())
		}
	})
}

// unwrapped makes a dialect of a Finder: what it does not find is ignored.
type unwrapped struct{ *unwrap.Finder }

func (unwrapped) Name() string { return "any" }

func (u unwrapped) Recognise(jsontree.Value) bool { return true }

func (u unwrapped) Decode(v jsontree.Value, items *dialect.Items) {
	switch found := u.Finder.Decode(v, items) >= 0; {
	case found && items.Len() == 0:
		items.Ignore("an empty record")
	case !found && items.Len() > 0:
		items.Ignore("") // which is an error to whoever checks
	case !found:
		items.Ignore("nothing")
	}
}

// In every wrapper a record is read the same by quick.Reader and without it.
func TestWrappersQuickly(t *testing.T) {
	u := dialecttest.NewBoth()
	for range 2 {
		for _, w := range wrappers() {
			u.Compare(t, w.wrap(t, dialecttest.Webhook))
		}
	}
}
