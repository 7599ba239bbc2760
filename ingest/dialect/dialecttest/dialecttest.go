// Package dialecttest has what the tests of all dialects share: records, the ways in
// which they are decoded, and what is wanted of the items.
package dialecttest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/dialect/unwrap"
	"waudit/ingest/jsontree"
)

// Of returns the constructor of the dialect of that name.
func Of(name string) func() dialect.Dialect {
	for _, construct := range provider.All() {
		if construct().Name() == name {
			return construct
		}
	}
	panic("no dialect " + name)
}

// All are all dialects, in their order.
func All() (all []dialect.Dialect) {
	for _, construct := range provider.All() {
		all = append(all, construct())
	}
	return all
}

// Decode decodes a record by the dialect, and sees that it tells nothing that its
// dialect is said not to tell.
func Decode(t *testing.T, d dialect.Dialect, record string) *dialect.Items {
	t.Helper()
	items := new(dialect.Items)
	d.Decode(Parse(t, record), items)
	checkSays(t, d.Name(), items)
	return items
}

// DecodeWrapped decodes a record, or those in it, by the first dialects that
// know them, and names the first of these.
func DecodeWrapped(t *testing.T, record string) (items *dialect.Items, by string) {
	t.Helper()
	items = new(dialect.Items)
	u := NewBoth()
	u.Compare(t, record) // whatever a test decodes, decodes so quickly too
	u.Compare(t, record)
	dialects := All()
	if i := unwrap.New(dialects).Decode(Parse(t, record), items); i >= 0 {
		by = dialects[i].Name()
	}
	return items, by
}

// DecodeMeta also sees that the record is one of Meta's, bare or wrapped.
func DecodeMeta(t *testing.T, record string) *dialect.Items {
	t.Helper()
	items, by := DecodeWrapped(t, record)
	if by != "meta-cloud" {
		t.Errorf("recognised by %q: %s", by, record)
	}
	return items
}

// RecognisedBy names all dialects that recognise the record, else the one that
// knows what is wrapped in it.
func RecognisedBy(t *testing.T, record string) string {
	t.Helper()
	if names := RecognisedOf(t, All(), record); len(names) > 0 {
		return strings.Join(names, ", ")
	}
	_, by := DecodeWrapped(t, record)
	return by
}

// DecodeOnly decodes a record of the dialect, and sees that no other takes it for
// its own, but for Meta's, which looks into all that is like a webhook.
func DecodeOnly(t *testing.T, d dialect.Dialect, record string) *dialect.Items {
	t.Helper()
	others := slices.DeleteFunc(All(), func(d dialect.Dialect) bool { return d.Name() == "meta-cloud" })
	if got := RecognisedOf(t, others, record); !slices.Equal(got, []string{d.Name()}) {
		t.Errorf("recognised by %q: %s", got, record)
	}
	return Decode(t, d, record)
}

// RecognisedOf names those of the dialects that recognise the record.
func RecognisedOf(t *testing.T, dialects []dialect.Dialect, record string) (names []string) {
	t.Helper()
	root := Parse(t, record)
	for _, d := range dialects {
		if d.Recognise(root) {
			names = append(names, d.Name())
		}
	}
	return names
}

// Parse reads a JSON value.
func Parse(t *testing.T, text string) jsontree.Value {
	t.Helper()
	tree := new(jsontree.Tree)
	if _, err := tree.Parse([]byte(text)); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return tree.Root()
}

// The surroundings that the tests put around an item.
const (
	WABA     = "100000000000007"
	Number   = "100000000000017"
	Metadata = `"messaging_product":"whatsapp","metadata":{"display_phone_number":"+1 555-010-0007","phone_number_id":"100000000000017"}`
	Seconds  = `"timestamp":"1790900000"`
	Instant  = int64(1790900000_000)
)

// WebhookOf wraps the rest of a value into a whole webhook.
func WebhookOf(field, value string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"` + WABA + `","time":1790900000,"changes":[{"field":"` +
		field + `","value":{` + value + `}}]}]}`
}

// MessagesOf is a webhook of the field messages with what follows its metadata.
func MessagesOf(lists string) string { return WebhookOf("messages", Metadata+","+lists) }

// Base is an event with what the surroundings say.
func Base(kind event.Kind, message string) event.Event {
	return event.Event{Kind: kind, Time: Instant, WABA: WABA, Number: Number, Message: message}
}

// Delivered is the event of BareStatus with these surroundings.
func Delivered(change func(*event.Event)) event.Event {
	e := Base(event.Delivered, "wamid.a")
	e.User = "15550177001"
	if change != nil {
		change(&e)
	}
	return e
}

// A webhook, and its parts down to the status.
const (
	BareStatus = `{"id":"wamid.a","status":"delivered",` + Seconds + `,"recipient_id":"15550177001"}`
	BareValue  = `{` + Metadata + `,"statuses":[` + BareStatus + `]}`
	BareChange = `{"field":"messages","value":` + BareValue + `}`
	BareEntry  = `{"id":"` + WABA + `","changes":[` + BareChange + `]}`
	Body       = `{"object":"whatsapp_business_account","entry":[` + BareEntry + `]}`
)

// Quoted is a text as a JSON string.
func Quoted(t *testing.T, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}

// Webhook is a status webhook as Meta sends it since July 2026.
const Webhook = `{"object":"whatsapp_business_account","entry":[{"id":"100000000000007","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100007","phone_number_id":"100000000000017"},"contacts":[{"wa_id":"15550177001","user_id":"US.1000000001"}],"statuses":[{"id":"wamid.HBgLMTU1NTAxNzcwMDEVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA","status":"delivered","timestamp":"1790900000","recipient_id":"15550177001","recipient_user_id":"US.1000000001","pricing":{"billable":true,"pricing_model":"PMP","category":"utility","type":"regular"}}]},"field":"messages"}]}]}`

// FlatRecord is a delivered status as a flat record.
const FlatRecord = `{"event":"delivered","timestamp":1790900000,"waba_id":"100000000000007","phone_number_id":"100000000000017","wa_id":"15550177001","message_id":"wamid.b","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"utility"}`

// What the On-Premises API sends, and a client library in its own spelling.
const (
	OnPremStatus = `{"statuses":[{"id":"gBEGkYiEB1VX","recipient_id":"15550177001","status":"delivered",` + Seconds + `,"type":"message",
		"message":{"recipient_id":"15550177001"},"conversation":{"id":"b1","origin":{"type":"business_initiated"},"expiration_timestamp":1790986400},
		"pricing":{"billable":true,"pricing_model":"CBP","category":"business_initiated"}}]}`
	OnPremInbound = `{"contacts":[{"profile":{"name":"A"},"wa_id":"15550177001"}],
		"messages":[{"from":"15550177001","id":"ABEGFlA5Fpaf",` + Seconds + `,"type":"voice","voice":{"id":"v"}}]}`
	OnPremCamel = `{"statuses":[{"id":"a1","status":"sent",` + Seconds + `,"recipientId":"15550177001",
		"conversation":{"id":"b1","expirationTimestamp":1790986400},"pricing":{"billable":true,"pricingModel":"CBP","category":"utility"}}]}`
)
