package dialect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// The surroundings that the tests put around an item.
const (
	waba     = "100000000000007"
	number   = "100000000000017"
	metadata = `"messaging_product":"whatsapp","metadata":{"display_phone_number":"+1 555-010-0007","phone_number_id":"100000000000017"}`
	seconds  = `"timestamp":"1790900000"`
	instant  = int64(1790900000_000)
)

// webhookOf wraps the rest of a value into a whole webhook.
func webhookOf(field, value string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"` + waba + `","time":1790900000,"changes":[{"field":"` +
		field + `","value":{` + value + `}}]}]}`
}

// messagesOf is a webhook of the field messages with what follows its metadata.
func messagesOf(lists string) string { return webhookOf("messages", metadata+","+lists) }

// base is an event with what the surroundings say.
func base(kind event.Kind, message string) event.Event {
	return event.Event{Kind: kind, Time: instant, WABA: waba, Number: number, Message: message}
}

func decode(t *testing.T, d Dialect, record string) *Items {
	t.Helper()
	tree, items := new(jsontree.Tree), new(Items)
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	d.Decode(tree.Root(), items)
	checkSays(t, d.Name(), items)
	return items
}

// decodeWrapped decodes a record, or those in it, by the first dialects that
// know them, and names the first of these.
func decodeWrapped(t *testing.T, record string) (items *Items, dialect string) {
	t.Helper()
	tree, items := new(jsontree.Tree), new(Items)
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	u := newUnwrapper()
	u.compare(t, record) // whatever a test decodes, decodes so quickly too
	u.compare(t, record)
	dialects := allDialects()
	if i := NewUnwrap(dialects).Decode(tree.Root(), items); i >= 0 {
		dialect = dialects[i].Name()
	}
	return items, dialect
}

// decodeMeta also sees that the record is one of Meta's, bare or wrapped.
func decodeMeta(t *testing.T, record string) *Items {
	t.Helper()
	items, dialect := decodeWrapped(t, record)
	if dialect != "meta-cloud" {
		t.Errorf("recognised by %q: %s", dialect, record)
	}
	return items
}

// recognisedBy names all dialects that recognise the record, else the one that
// knows what is wrapped in it.
func recognisedBy(t *testing.T, record string) string {
	t.Helper()
	var tree jsontree.Tree
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	var names []string
	for _, dialect := range All() {
		if d := dialect(); d.Recognise(tree.Root()) {
			names = append(names, d.Name())
		}
	}
	if len(names) > 0 {
		return strings.Join(names, ", ")
	}
	_, dialect := decodeWrapped(t, record)
	return dialect
}

// wantItems compares all that a record holds with what is wanted; a nil list
// is an empty one.
func wantItems(t *testing.T, got *Items, want Items) {
	t.Helper()
	if diff := cmp.Diff(want, *got, equateEmpty); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

var equateEmpty = cmp.Options{
	cmp.FilterValues(func(a, b []event.Event) bool { return len(a)+len(b) == 0 }, cmp.Ignore()),
	cmp.FilterValues(func(a, b []event.Change) bool { return len(a)+len(b) == 0 }, cmp.Ignore()),
	cmp.FilterValues(func(a, b []string) bool { return len(a)+len(b) == 0 }, cmp.Ignore()),
	cmp.FilterValues(func(a, b []Rejection) bool { return len(a)+len(b) == 0 }, cmp.Ignore()),
	cmp.FilterValues(func(a, b []Unknown) bool { return len(a)+len(b) == 0 }, cmp.Ignore()),
	cmp.FilterValues(func(a, b []Link) bool { return len(a)+len(b) == 0 }, cmp.Ignore()),
}

// wantEvent wants one event and nothing else but links.
func wantEvent(t *testing.T, got *Items, want event.Event) {
	t.Helper()
	wantItems(t, &Items{Events: got.Events, Changes: got.Changes, Ignored: got.Ignored, Rejected: got.Rejected, Unknown: got.Unknown},
		Items{Events: []event.Event{want}})
}

// wantIgnored wants nothing but ignored items, with these reasons.
func wantIgnored(t *testing.T, got *Items, reasons ...string) {
	t.Helper()
	wantItems(t, &Items{Events: got.Events, Changes: got.Changes, Ignored: got.Ignored, Rejected: got.Rejected},
		Items{Ignored: reasons})
}

// wantRejected wants one rejected item at that path, with these words in its
// reason.
func wantRejected(t *testing.T, got *Items, at string, words ...string) {
	t.Helper()
	if got.Len() != 1 || len(got.Rejected) != 1 {
		t.Errorf("want one rejected item, got %+v", *got)
		return
	}
	if got.Rejected[0].At != at {
		t.Errorf("rejected at %q, want %q", got.Rejected[0].At, at)
	}
	for _, word := range words {
		if !strings.Contains(got.Rejected[0].Reason, word) {
			t.Errorf("the reason %q does not say %q", got.Rejected[0].Reason, word)
		}
	}
}

// Every record is of one dialect, and foreign records are of none.
func TestRecognise(t *testing.T) {
	for record, want := range map[string]string{
		webhook:    "meta-cloud",
		flatRecord: "flat",
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
		`{"object":"instagram","entry":[{"id":"1","messaging":[]}]}`:                           "meta-cloud",
		`{"type":"whatsapp","statuses":[{"message_id":"m","status":"success"}]}`:               "sinch",
	} {
		if got := recognisedBy(t, record); got != want {
			t.Errorf("recognised by %q, want %q: %s", got, want, record)
		}
	}
}

func TestTruthIsIgnored(t *testing.T) {
	wantIgnored(t, decode(t, newOf[truth](), `{"check":"WA101","message_id":"wamid.a"}`), "simulate's truth")
}
