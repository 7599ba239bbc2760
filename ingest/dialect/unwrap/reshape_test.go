package unwrap_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/unwrap"
	"waudit/ingest/jsontree"
)

// One status in every shape that databases, languages and tables give it.
func TestReshaped(t *testing.T) {
	want := event.Event{
		Kind: event.Delivered, Time: 1790900000_000, User: "15550177001", Message: "wamid.T1",
		Billable: event.True, Model: "PMP", Pricing: "regular", Category: "utility",
	}
	body := want
	body.WABA, body.Number = "7001", "8001"
	ofNumber := want
	ofNumber.Number = "8001"
	for name, tt := range map[string]struct {
		record string
		want   event.Event
	}{
		"DynamoDB": {`{"Item":{"pk":{"S":"1"},"gone":{"NULL":true},"body":{"M":{"entry":{"L":[{"M":{"id":{"S":"7001"},"changes":{"L":[{"M":{"field":{"S":"messages"},"value":{"M":{
			"messaging_product":{"S":"whatsapp"},"metadata":{"M":{"phone_number_id":{"N":"8001"}}},"statuses":{"L":[{"M":{"id":{"S":"wamid.T1"},"status":{"S":"delivered"},"timestamp":{"N":"1790900000"},
			"recipient_id":{"S":"15550177001"},"pricing":{"M":{"billable":{"BOOL":true},"pricing_model":{"S":"PMP"},"type":{"S":"regular"},"category":{"S":"utility"}}}}}]}}}}}]}}}]}}}}}`, body},
		"DynamoDB, columns of a table": {`{"pk":"1","object":"whatsapp_business_account","entry":"[{\"M\":{\"id\":{\"S\":\"7001\"},\"changes\":{\"L\":[{\"M\":{\"field\":{\"S\":\"messages\"},\"value\":{\"M\":{\"metadata\":{\"M\":{\"phone_number_id\":{\"S\":\"8001\"}}},\"statuses\":{\"L\":[{\"M\":{\"id\":{\"S\":\"wamid.T1\"},\"status\":{\"S\":\"delivered\"},\"timestamp\":{\"S\":\"1790900000\"},\"recipient_id\":{\"S\":\"15550177001\"},\"pricing\":{\"M\":{\"billable\":{\"BOOL\":true},\"pricing_model\":{\"S\":\"PMP\"},\"type\":{\"S\":\"regular\"},\"category\":{\"S\":\"utility\"}}}}}]}}}}}]}}}]"}`, body},
		"columns of a table":           {`{"id":1,"object":"whatsapp_business_account","entry":"[{\"id\":\"7001\",\"changes\":[{\"field\":\"messages\",\"value\":{\"metadata\":{\"phone_number_id\":\"8001\"},\"statuses\":[{\"id\":\"wamid.T1\",\"status\":\"delivered\",\"timestamp\":\"1790900000\",\"recipient_id\":\"15550177001\",\"pricing\":{\"billable\":true,\"pricing_model\":\"PMP\",\"type\":\"regular\",\"category\":\"utility\"}}]}}]}]"}`, body},
		"Firestore": {`{"document":{"fields":{"id":{"stringValue":"wamid.T1"},"status":{"stringValue":"delivered"},"timestamp":{"integerValue":"1790900000"},"recipient_id":{"stringValue":"15550177001"},
			"errors":{"arrayValue":{"values":[{"nullValue":null}]}},"pricing":{"mapValue":{"fields":{"billable":{"booleanValue":true},"pricing_model":{"stringValue":"PMP"},"type":{"stringValue":"regular"},"category":{"stringValue":"utility"}}}}}}}`, want},
		"Protobuf": {`{"fields":{"id":{"stringValue":"wamid.T1"},"status":{"stringValue":"delivered"},"timestamp":{"numberValue":1790900000},"recipient_id":{"stringValue":"15550177001"},
			"errors":{"listValue":{"values":[]}},"pricing":{"structValue":{"fields":{"billable":{"boolValue":true},"pricing_model":{"stringValue":"PMP"},"type":{"stringValue":"regular"},"category":{"stringValue":"utility"}}}}}}`, want},
		"hyphens":            {`{"id":"wamid.T1","status":"delivered","timestamp":"1790900000","recipient-id":"15550177001","pricing":{"billable":true,"pricing-model":"PMP","type":"regular","category":"utility"}}`, want},
		"hyphens, in a text": {`{"body":"{\"entry\":[{\"id\":\"7001\",\"changes\":[{\"field\":\"messages\",\"value\":{\"metadata\":{\"phone-number-id\":\"8001\"},\"statuses\":[{\"id\":\"wamid.T1\",\"status\":\"delivered\",\"timestamp\":\"1790900000\",\"recipient-id\":\"15550177001\",\"pricing\":{\"billable\":true,\"pricing-model\":\"PMP\",\"type\":\"regular\",\"category\":\"utility\"}}]}}]}]}"}`, body},
		"C#": {`{"Object":"whatsapp_business_account","Entry":[{"Id":"7001","Changes":[{"Field":"messages","Value":{"MessagingProduct":"whatsapp","Metadata":{"PhoneNumberId":"8001"},
			"Statuses":[{"Id":"wamid.T1","Status":"delivered","Timestamp":"1790900000","RecipientId":"15550177001","Pricing":{"Billable":true,"PricingModel":"PMP","Type":"regular","Category":"utility"}}]}}]}]}`, body},
		"C#, with its classes": {`{"$type":"HookDto","Object":"whatsapp_business_account","Entry":[{"$type":"Entry","Id":"7001","Changes":[{"Field":"messages","Value":{"Metadata":{"PhoneNumberId":"8001"},
			"Statuses":[{"$type":"Status","Id":"wamid.T1","Status":"delivered","Timestamp":"1790900000","RecipientId":"15550177001","Pricing":{"Billable":true,"PricingModel":"PMP","Type":"regular","Category":"utility","$type":"Pricing"}}]}}]}]}`, body},
		"C#, a status": {`{"Id":"wamid.T1","Status":"delivered","Timestamp":"1790900000","RecipientId":"15550177001","Pricing":{"Billable":true,"PricingModel":"PMP","Type":"regular","Category":"utility"}}`, want},
		"paths": {`{"entry.0.id":"7001","entry.0.changes.0.field":"messages","entry.0.changes[0].value.messaging_product":"whatsapp","entry.0.changes.0.value.metadata.phone_number_id":"8001",
			"entry.0.changes.0.value.statuses.0.id":"wamid.T1","entry.0.changes.0.value.statuses.0.status":"delivered","entry.0.changes.0.value.statuses.0.timestamp":"1790900000",
			"entry.0.changes.0.value.statuses.0.recipient_id":"15550177001","entry.0.changes.0.value.statuses.0.pricing":"{\"billable\":true,\"pricing_model\":\"PMP\",\"type\":\"regular\",\"category\":\"utility\"}"}`, body},
		"paths without indexes": {`{"entry__id":"7001","entry__changes__field":"messages","entry__changes__value__messaging_product":"whatsapp","entry__changes__value__metadata__phone_number_id":"8001",
			"entry__changes__value__statuses__id":"wamid.T1","entry__changes__value__statuses__status":"delivered","entry__changes__value__statuses__timestamp":"1790900000","entry__changes__value__statuses__recipient_id":"15550177001",
			"entry__changes__value__statuses__pricing__billable":"True","entry__changes__value__statuses__pricing__pricing_model":"PMP","entry__changes__value__statuses__pricing__type":"regular","entry__changes__value__statuses__pricing__category":"utility"}`, body},
		"a status by columns":            {`{"id":"wamid.T1","status":"delivered","timestamp":"1790900000","recipient_id":"15550177001","pricing_billable":"True","pricing_pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility"}`, want},
		"a status by paths":              {`{"id":"wamid.T1","status":"delivered","timestamp":"1790900000","recipient_id":"15550177001","pricing.billable":"True","pricing.pricing_model":"PMP","pricing.type":"regular","pricing.category":"utility"}`, want},
		"a value in columns":             {`{"id":"7","metadata":"{'phone_number_id': '8001'}","statuses":"[{\"id\":\"wamid.T1\",\"status\":\"delivered\",\"timestamp\":\"1790900000\",\"recipient_id\":\"15550177001\",\"pricing\":{\"billable\":true,\"pricing_model\":\"PMP\",\"type\":\"regular\",\"category\":\"utility\"}}]"}`, ofNumber},
		"a status with a text of JSON":   {`{"id":"wamid.T1","status":"delivered","timestamp":"1790900000","recipient_id":"15550177001","pricing":"{\"billable\": true, \"pricing_model\": \"PMP\", \"type\": \"regular\", \"category\": \"utility\"}"}`, want},
		"a status with a text of Python": {`{"id":"wamid.T1","status":"delivered","timestamp":"1790900000","recipient_id":"15550177001","pricing":"{'billable': True, 'pricing_model': 'PMP', 'type': 'regular', 'category': 'utility'}"}`, want},
		"capitals": {`{"OBJECT":"whatsapp_business_account","ENTRY":[{"ID":"7001","CHANGES":[{"FIELD":"messages","VALUE":{"MESSAGING_PRODUCT":"whatsapp","METADATA":{"PHONE_NUMBER_ID":"8001"},
			"STATUSES":[{"ID":"wamid.T1","STATUS":"delivered","TIMESTAMP":"1790900000","RECIPIENT_ID":"15550177001","PRICING":{"BILLABLE":true,"PRICING_MODEL":"PMP","TYPE":"regular","CATEGORY":"utility"}}]}}]}]}`, body},
		"marks before keys, a status": {`{"@id":"wamid.T1","@status":"delivered","@timestamp":"1790900000","@recipient-id":"15550177001","@pricing":{"@billable":true,"@pricing-model":"PMP","@type":"regular","@category":"utility"}}`, want},
		"a status by camelCase":       {`{"id":"wamid.T1","status":"delivered","timestamp":"1790900000","recipientId":"15550177001","pricingBillable":"True","pricingPricingModel":"PMP","pricingType":"regular","pricingCategory":"utility"}`, want},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := dialecttest.DecodeWrapped(t, tt.record)
			dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{tt.want}})
		})
	}
}

// A webhook's paths are read whatever stands between their steps, and behind whatever
// leads to it.
func TestPaths(t *testing.T) {
	leaves := [][2]string{
		{"object", "whatsapp_business_account"}, {"entry 0 id", "7001"}, {"entry 0 changes 0 field", "messages"}, {"entry 0 changes 0 value metadata phone_number_id", "8001"},
		{"entry 0 changes 0 value statuses 0 id", "wamid.T1"}, {"entry 0 changes 0 value statuses 0 status", "delivered"}, {"entry 0 changes 0 value statuses 0 timestamp", "1790900000"},
		{"entry 0 changes 0 value statuses 0 recipient_id", "15550177001"}, {"entry 0 changes 0 value statuses 0 pricing pricing_model", "PMP"},
	}
	want := event.Event{Kind: event.Delivered, Time: 1790900000_000, WABA: "7001", Number: "8001", User: "15550177001", Message: "wamid.T1", Model: "PMP"}
	for _, form := range []struct{ before, between, zero string }{
		{"", ".", ".0"}, {"", ".", "[0]"}, {"", ".", ".[0]"}, {"", ".", "0"}, {"$.", ".", "[0]"}, {"body.", ".", ".0"}, {"", "_", "_0"}, {"", "__", "__0"},
		{"/", "/", "/0"}, {"", ":", ":0"}, {"", "|", "|0"}, {"", "->", "->0"}, {"", " > ", " > 0"}, {"", "-", "-0"}, {"", "#", "#0"},
	} {
		record := map[string]string{}
		for _, leaf := range leaves {
			record[form.before+strings.NewReplacer(" 0", form.zero, " ", form.between).Replace(leaf[0])] = leaf[1]
		}
		text, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := dialecttest.DecodeWrapped(t, string(text))
		dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{want}})
	}
}

// A history in one column becomes a column for each status; what is none, or a list of
// whole statuses, stays as it is.
func TestHistory(t *testing.T) {
	for text, want := range map[string]string{
		`{"id":1,"message_status_history":[{"status":"read","time":7}]}`: `{"id":1,"read_at":7}`,
		`{"id":1,"status_history":"[{\"status\":\"sent\",\"timestamp\":10},{\"status\":\"queued\"},{\"status\":\"delivered\",\"at\":\"b\"},{\"status\":\"delivered\",\"at\":\"c\"}]"}`: `{"id":1,"sent_at":10,"delivered_at":"b"}`,
		`{"history":[{"state":"READ","time":"2026-10-02"}],"id":1}`:        `{"id":1,"read_at":"2026-10-02"}`,
		`{"timeline":{"sent":"a","failed":"b","read":null},"sent_at":7}`:   `{"sent_at":7,"failed_at":"b"}`,
		`{"Statuses":"sent @ 2026-10-02T10:00:00Z; delivered 2026-10-02"}`: `{"sent_at":"2026-10-02T10:00:00Z","delivered_at":"2026-10-02"}`,
		`{"statuses":[{"id":"wamid.T1","status":"sent","timestamp":"1"}]}`: "", `{"history":"he wrote: hello, then left"}`: "", `{"history":[{"status":"sent"}]}`: "", `{"history":[]}`: "",
	} {
		var tree jsontree.Tree
		if _, err := tree.Parse([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := string(unwrap.Reshaped(tree.Root())); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// A body in an encoding is read as it would be without.
func TestEncodedBodies(t *testing.T) {
	const status = `{"id":"wamid.T1","status":"delivered","timestamp":"1790900000","recipient_id":"15550177001"}`
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	if _, err := w.Write([]byte(status)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"hexadecimal": hex.EncodeToString([]byte(status)), "bytea": `\x` + hex.EncodeToString([]byte(status)),
		"SQL Server": "0x" + strings.ToUpper(hex.EncodeToString([]byte(status))), "in a text": "got <Buffer " + fmt.Sprintf("% x", status) + ">",
		"bytes of Go": fmt.Sprintf("{POST %d}", []byte(status)), "colours": "\x1b[32mgot\x1b[0m { id: \x1b[32m'wamid.T1'\x1b[39m, status: 'delivered', timestamp: '1790900000', recipient_id: '15550177001' }",
		"packed": base64.StdEncoding.EncodeToString(packed.Bytes()), "packed, in digits": hex.EncodeToString(packed.Bytes()),
		"HTML": html.EscapeString(status), "address": url.QueryEscape(status),
	} {
		got, _ := dialecttest.DecodeWrapped(t, `{"payload":`+dialecttest.Quoted(t, text)+`}`)
		if len(got.Events) != 1 || got.Events[0].Message != "wamid.T1" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	list := strings.ReplaceAll(fmt.Sprintf("%d", []byte(status)), " ", ",")
	got, _ := dialecttest.DecodeWrapped(t, `{"body":{"type":"Buffer","data":`+list+`}}`)
	if len(got.Events) != 1 || got.Events[0].Message != "wamid.T1" {
		t.Errorf("a list of bytes: %+v", got)
	}
}

// What is made of a record in another shape is JSON.
func FuzzReshaped(f *testing.F) {
	for _, seed := range []string{
		`{"a":{"M":{"b":{"L":[{"S":"x"},1]}}}}`, `{"fields":{"a":{"mapValue":{"fields":{}}},"b":{"arrayValue":{}}}}`, `{"Entry":[{"PhoneNumberID":1}]}`,
		`{"status_history":"sent: 1, read: 2","a":1}`, `{"history":[{"status":"sent","at":"x"},{"event":"odd"}]}`, `{"timeline":{"sent":1,"read":null}}`,
		`{"a":["x"],"b":["y"]}`, `{"entry.0":1,"entry[1].a":"[1]","entry.0.b":2,"entry__":3}`, `{"id":"wamid.1","status":1,"timestamp":2,"pricing_":"{","conversation_origin_type":3}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var tree jsontree.Tree
		if _, err := tree.Parse(data); err != nil {
			return
		}
		for _, body := range [...][]byte{unwrap.Reshaped(tree.Root()), unwrap.Rebuilt(tree.Root())} {
			if body != nil && !json.Valid(body) {
				t.Fatalf("%s became %s", data, body)
			}
		}
	})
}

// Elements of a list that are the lines of one body are read as that; of elements beside
// others, one with the sign of a record is not passed over.
func TestPieces(t *testing.T) {
	event := func(line string) string { return `{"timestamp":1790900000000,"message":` + line + `}` }
	var events, streams []string
	for _, line := range []string{`"got {"`, `"  \"id\": \"wamid.T1\", \"status\": \"delivered\","`, `"  \"timestamp\": \"1790900000\", \"recipient_id\": \"15550177001\""`, `"}"`} {
		events, streams = append(events, event(line)), append(streams, `["1790900000",`+line+`]`)
	}
	const whole = `"{\"id\":\"wamid.T2\",\"status\":\"sent\",\"timestamp\":\"1790900000\",\"recipient_id\":\"15550177001\"}"`
	for name, tt := range map[string]struct {
		record           string
		events, rejected int
	}{
		"events":            {`{"events":[` + strings.Join(events, ",") + `]}`, 1, 0},
		"streams":           {`{"result":[{"values":[` + strings.Join(streams, ",") + `]}]}`, 1, 0},
		"before a whole":    {`{"events":[` + strings.Join(events, ",") + `,` + event(whole) + `]}`, 2, 0},
		"nothing but texts": {`{"events":[` + event(`"started"`) + `,` + event(whole) + `,` + event(`"done"`) + `]}`, 1, 0},
		"not read":          {`{"events":[` + event(whole) + `,` + event(`"map[id:wamid.T3 status:sent]"`) + `]}`, 1, 1},
	} {
		got, _ := dialecttest.DecodeWrapped(t, tt.record)
		if len(got.Events) != tt.events || len(got.Rejected) != tt.rejected {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
