package table_test

import (
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/unwrap"
	"waudit/ingest/jsontree"
	"waudit/ingest/table"
)

// decodeTable decodes a record as it stands among all dialects; read is false
// if none of them knows it.
func decodeTable(t *testing.T, record string) (items *dialect.Items, by string) {
	t.Helper()
	tree, items := new(jsontree.Tree), new(dialect.Items)
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatal(err)
	}
	dialects := append(dialecttest.All(), table.New())
	if i := unwrap.New(dialects).Decode(tree.Root(), items); i >= 0 {
		by = dialects[i].Name()
	}
	return items, by
}

// The names of a table's columns may say enough.
func TestTable(t *testing.T) {
	sent := mappedEvent(nil)
	delivered := mappedEvent(func(e *event.Event) { e.Kind = event.Delivered })
	for _, tt := range []struct {
		name, record string
		want         []event.Event
	}{
		{"a status and its time", `{"wamid":"m1","Status":"SENT","Event Time":"1790900000","to":"15550177001"}`, []event.Event{sent}},
		{"times of their own", `{"message_uuid":"m1","sentAt":"2026-10-02T00:13:20Z","deliveredAt":"2026-10-02T00:13:20Z","to":"15550177001"}`, []event.Event{sent, delivered}},
		{"the time of the status", `{"externalId":"m1","status":"DELIVERED","doneAt":"2026-10-02T00:13:20Z","destination":"15550177001"}`, []event.Event{delivered}},
		{"a status beside a time of its own", `{"externalId":"m1","status":"delivered","sentAt":1790900000,"deliveredAt":1790900000,"to":"15550177001","price":"0.05"}`,
			[]event.Event{sent, mappedEvent(func(e *event.Event) { e.Kind, e.HasAmount, e.Amount = event.Delivered, true, 50_000_000 })}},
		{"the ends of what a user writes", `{"message_id":"m1","direction":"inbound","status":"received","timestamp":1790900000,"from":"+15550177001","to":"+1 555 010 0007"}`,
			[]event.Event{mappedEvent(func(e *event.Event) { e.Kind, e.Number = event.Inbound, "15550100007" })}},
		{"what a user writes, without a status", `{"message_id":"wamid.m1","direction":"in","status":"","timestamp":1790900000,"from":"15550177001"}`,
			[]event.Event{mappedEvent(func(e *event.Event) { e.Kind, e.Message = event.Inbound, "wamid.m1" })}},
		{"the ends of what a business writes", `{"message_id":"m1","direction":"outgoing","status":"sent","timestamp":1790900000,"to":"+15550177001","from":"+1 555 010 0007"}`,
			[]event.Event{mappedEvent(func(e *event.Event) { e.Number = "15550100007" })}},
		{"money and category", `{"message_id":"m1","status":"sent","timestamp":1790900000,"to":"15550177001","deduction_type":"Marketing","total_price":"0.05","currency":"usd"}`,
			[]event.Event{mappedEvent(func(e *event.Event) {
				e.Category, e.HasAmount, e.Amount, e.Currency = "marketing", true, 50_000_000, "USD"
			})}},
		{"a category in the words of bills", `{"message_id":"m1","status":"sent","timestamp":1790900000,"to":"15550177001","category":"Utility message"}`,
			[]event.Event{mappedEvent(func(e *event.Event) { e.Category = "utility" })}},
		{"a pricing and a conversation of its own", `{"wamid":"m1","status":"sent","timestamp":1790900000,"to":"15550177001","pricing":"{\"billable\":true,\"pricing_model\":\"PMP\",\"type\":\"regular\",\"category\":\"utility\"}","conversation":{"id":"c1","origin":{"type":"utility"}}}`,
			[]event.Event{mappedEvent(func(e *event.Event) {
				e.Billable, e.Model, e.Pricing, e.Category, e.Conversation, e.Origin = event.True, "PMP", "regular", "utility", "c1", "utility"
			})}},
		{"an error of its own", `{"wamid":"m1","status":"failed","timestamp":1790900000,"to":"15550177001","errors":[{"code":131049,"title":"x"}]}`,
			[]event.Event{mappedEvent(func(e *event.Event) { e.Kind, e.Error = event.Failed, "131049" })}},
		{"a currency in the name", `{"message_id":"m1","status":"sent","timestamp":1790900000,"to":"15550177001","Status all":"x","Total price (EUR)":"(0,05)"}`,
			[]event.Event{mappedEvent(func(e *event.Event) { e.HasAmount, e.Amount, e.Currency = true, -50_000_000, "EUR" })}},
		{"a currency beside the name", `{"message_id":"m1","status":"sent","timestamp":1790900000,"to":"15550177001","cost_usd":0.05,"currency":"EUR"}`,
			[]event.Event{mappedEvent(func(e *event.Event) { e.HasAmount, e.Amount, e.Currency = true, 50_000_000, "EUR" })}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, by := decodeTable(t, tt.record)
			if by != "table" {
				t.Errorf("read by %q", by)
			}
			dialecttest.WantItems(t, got, dialect.Items{Events: tt.want})
		})
	}
}

// What is known but of no use is said.
func TestTableWithoutUse(t *testing.T) {
	got, _ := decodeTable(t, `{"message_id":"m1","status":"clicked","timestamp":1790900000}`)
	dialecttest.WantIgnored(t, got, "status clicked")
	got, _ = decodeTable(t, `{"message_id":"m1","status":"sent","timestamp":1790900000,"channel":"sms"}`)
	dialecttest.WantIgnored(t, got, "a message on another channel")
	got, _ = decodeTable(t, `{"message_id":"m1","to":"15550177001","status":"Enviado","timestamp":1790900000}`)
	dialecttest.WantItems(t, got, dialect.Items{Ignored: []string{"status enviado"}, Unknown: []dialect.Unknown{{What: "status", Value: "Enviado"}}})
	got, _ = decodeTable(t, `{"message_id":"m1","status":"sent","timestamp":"2026-10-01 10:00:00"}`)
	dialecttest.WantRejected(t, got, "timestamp", `table: sent of m1: column "timestamp" "2026-10-01 10:00:00" has no time zone`)
	got, _ = decodeTable(t, `{"message_id":"m1","status":"failed","done_time":1,"time":"","created_at":1790900000}`)
	dialecttest.WantRejected(t, got, "", `failed of m1: it has no time`, `column "created_at" does not say when it was failed`, "timestamp: created_at")
}

// What a user wrote is no message of the business, and a row that does not say
// who wrote it is neither.
func TestTableDirections(t *testing.T) {
	row := func(direction string) string {
		return `{"message_id":"m1","direction":"` + direction + `","from":"+15550177001","to":"+1 555 010 0007","status":"received","sent_at":1790900000}`
	}
	got, _ := decodeTable(t, row("Incoming"))
	dialecttest.WantRejected(t, got, "", `column "sent_at" does not say when it was inbound`)
	got, _ = decodeTable(t, row("true"))
	dialecttest.WantRejected(t, got, "direction", `its direction "true" says neither inbound nor outbound`)
	got, _ = decodeTable(t, strings.Replace(row("outbound-api"), "received", "sent", 1))
	dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{mappedEvent(func(e *event.Event) { e.Number, e.User = "15550177001", "15550100007" })}})
}

// Houses say in many ways who wrote a message, and that an agent has read what a user
// wrote is no news of a message of the business.
func TestTableWays(t *testing.T) {
	row := func(way string) string {
		return `{"wa_id":"15550177001","message_id":"m1",` + way + `,"status":"read","timestamp":1790900000}`
	}
	for kind, ways := range map[event.Kind][]string{
		event.Inbound: {`"direction":"INBOUND"`, `"message_direction":"incoming"`, `"fromMe":false`, `"from_me":"f"`, `"outgoing":0`, `"is_outgoing":"No"`,
			`"is_inbound":true`, `"isFromCustomer":"1"`, `"message_type":"incoming"`, `"type":"incoming"`, `"sender_type":"Contact"`, `"sender":"customer"`},
		event.Read: {`"direction":"outbound-api"`, `"fromMe":true`, `"outgoing":"yes"`, `"incoming":"0"`, `"type":"outgoing"`, `"sender":"bot"`, `"from_me":""`, `"author":"Ana"`},
	} {
		for _, way := range ways {
			got, _ := decodeTable(t, row(way))
			if len(got.Events) != 1 || got.Events[0].Kind != kind || got.Events[0].Number != "" {
				t.Errorf("%s: got %+v, want %v", way, got, kind)
			}
		}
	}
	got, _ := decodeTable(t, row(`"sender":"user"`))
	dialecttest.WantRejected(t, got, "sender", `its sender "user" says neither inbound nor outbound`)
	got, _ = decodeTable(t, row(`"dirección":"entrante"`))
	dialecttest.WantRejected(t, got, `["dirección"]`, `its dirección "entrante" says neither`)
}

// Where an event says only that there is something new of a message, its status says what.
func TestTableNews(t *testing.T) {
	row := func(news string) string {
		return `{"event":"` + news + `","message_id":"m1","to":"15550177001","status":"sent","timestamp":1790900000}`
	}
	for _, news := range []string{"message.status", "MessageStatus::sent", "status_update", "delivery_report"} {
		got, _ := decodeTable(t, row(news))
		dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{mappedEvent(nil)}})
	}
	got, _ := decodeTable(t, row("payment.status"))
	dialecttest.WantItems(t, got, dialect.Items{Ignored: []string{"status payment.status"}, Unknown: []dialect.Unknown{{What: "status", Value: "payment.status"}}})
}

// Records that are somebody else's are left to them, and so is what may be
// anything.
func TestTableLeavesOthers(t *testing.T) {
	for record, want := range map[string]string{
		dialecttest.FlatRecord: "flat",
		dialecttest.Webhook:    "meta-cloud",
		`{"message_id":"m1","status":"sent","timestamp":1790900000,"body":` + dialecttest.Quoted(t, dialecttest.Body) + `}`: "meta-cloud",
		`{"id":"u1","status":"sent","timestamp":1790900000}`:                                                                "",
		`{"message_id":"m1","status":"200","timestamp":1790900000}`:                                                         "",
		`{"message_id":"m1","status":"delivered","timestamp":1790900000,"to":"a@example.com"}`:                              "",
		`{"message_id":"m1","status":"sent","timestamp":"yesterday"}`:                                                       "",
		`{"message_id":"m1","status":"sent"}`:                                                                               "",
		`{"status":"sent","timestamp":1790900000}`:                                                                          "",
		`{"message_id":"m1","timestamp":1790900000}`:                                                                        "",
	} {
		if _, by := decodeTable(t, record); by != want {
			t.Errorf("read by %q, want %q: %s", by, want, record)
		}
	}
}

// insideID is an id as Meta makes them, with the phone 15550177001 inside.
const insideID = "wamid.HBgLMTU1NTAxNzcwMDEVAgARGBIzRUIwQUM1RDY5RTdBMDAwMDAA"

// No row is a message that does not say which: neither what the house calls a
// message, nor each row of a message's own.
func TestTableIdentity(t *testing.T) {
	sent := func(change func(*event.Event)) []event.Event { return []event.Event{mappedEvent(change)} }
	for name, tt := range map[string]struct {
		record string
		want   dialect.Items
	}{
		"Meta's id before the house's": {`{"message_id":"d3b1","wamid":"wamid.X1","to":"15550177001","status":"sent","timestamp":1790900000}`,
			dialect.Items{Events: sent(func(e *event.Event) { e.Message = "wamid.X1" })}},
		"known by its beginning": {`{"mid":"wamid.X1","reply_to":"wamid.X0","to":"15550177001","status":"sent","timestamp":1790900000}`,
			dialect.Items{Events: sent(func(e *event.Event) { e.Message = "wamid.X1" })}},
		"an operator is no customer": {`{"whatsapp_message_id":"m1","user_id":"9f00-aa","contact_number":"+1 555 017 7001","status":"sent","timestamp":1790900000}`,
			dialect.Items{Events: sent(nil)}},
		"neither is a contact's number in the house": {`{"message_id":"m1","recipient_id":"77","phone":"15550177001","status":"sent","timestamp":1790900000}`,
			dialect.Items{Events: sent(nil)}},
		"a business-scoped id is": {`{"message_id":"m1","user_id":"US.77","status":"sent","timestamp":1790900000}`,
			dialect.Items{Events: sent(func(e *event.Event) { e.User, e.UserID = "", "US.77" })}},
		"the number of the business is no customer": {`{"message_id":"m1","phone_number":"15550100007","status":"sent","timestamp":1790900000}`,
			dialect.Items{Events: sent(func(e *event.Event) { e.User = "" })}},
		"a phone that may be the business's own": {`{"message_id":"m1","direction":"out","phone_number_id":"P","phone_number":"15550177001","status":"sent","timestamp":1790900000}`,
			dialect.Items{Events: sent(func(e *event.Event) { e.Number, e.Guess = "P", true })}},
		"one that is not what the business shows": {`{"message_id":"m1","direction":"out","phone_number_id":"P","display_phone_number":"+1 555 010 0007","phone_number":"15550177001","status":"sent","timestamp":1790900000}`,
			dialect.Items{Events: sent(func(e *event.Event) { e.Number = "P" })}},
		"one that Meta's id has inside": {`{"message_id":"` + insideID + `","direction":"out","phone_number_id":"P","phone_number":"15550177001","status":"sent","timestamp":1790900000}`,
			dialect.Items{Events: sent(func(e *event.Event) { e.Number, e.Message = "P", insideID })}},
		"one beside another in Meta's id": {`{"message_id":"` + insideID + `","direction":"out","phone_number_id":"P","phone_number":"15550100007","status":"sent","timestamp":1790900000}`,
			dialect.Items{Events: sent(func(e *event.Event) { e.Number, e.User, e.Message = "P", "", insideID })}},
		"an address for a phone": {`{"message_id":"m1","to":"whatsapp:+15550177001","status":"sent","timestamp":{"$date":"2026-10-02T00:13:20Z"}}`,
			dialect.Items{Events: sent(nil)}},
		"words for nothing": {`{"message_id":"m1","to":"15550177001","sent_at":1790900000,"delivered_at":"NULL","read_at":"null","failed_at":"-","price":"N/A"}`,
			dialect.Items{Events: sent(nil)}},
		"the status of the delivery, as it was received": {`{"message_id":"m1","to":"15550177001","status":"sent","delivery_status":"failed","received_at":1790900000}`,
			dialect.Items{Events: sent(func(e *event.Event) { e.Kind, e.TimeKind = event.Failed, event.ReceiptTime })}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := decodeTable(t, tt.record)
			dialecttest.WantItems(t, got, tt.want)
		})
	}
	got, _ := decodeTable(t, `{"to":"15550177001","status":"sent","timestamp":1790900000}`)
	dialecttest.WantRejected(t, got, "", "it tells no message", "each status would count as a message of its own")
	got, _ = decodeTable(t, `{"to":"15550177001","status":"sent","sent_at":"26.3.2026, 10:00:00"}`)
	dialecttest.WantRejected(t, got, "sent_at", `column "sent_at" "26.3.2026, 10:00:00" is no time`)
}

// A row with the times of a message is one message, which is the same when it is
// exported again, and another than the next row's.
func TestTableMadeID(t *testing.T) {
	row := func(more string) []event.Event {
		got, _ := decodeTable(t, `{"phone":"15550177001","status":"sent","sent_at":1790900000`+more+`}`)
		if len(got.Events) == 0 || len(got.Rejected) > 0 {
			t.Fatalf("got %+v", got)
		}
		return got.Events
	}
	first, again, other := row(""), row(`,"delivered_at":1790900001`), row(`,"id":7`)
	if !strings.HasPrefix(first[0].Message, "synthetic:") || len(again) != 2 {
		t.Fatalf("got %+v, %+v", first, again)
	}
	if again[0].Message != first[0].Message || again[1].Message != first[0].Message || other[0].Message == first[0].Message {
		t.Errorf("got %q, %q, %q, %q", first[0].Message, again[0].Message, again[1].Message, other[0].Message)
	}
}
