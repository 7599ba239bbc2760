// Package dialecttest has what the tests of all dialects share: records, the ways in
// which they are decoded, and what is wanted of the items.
package dialecttest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/dialect/quick"
	"waudit/ingest/dialect/unwrap"
	"waudit/ingest/jsontree"
	"waudit/ingest/row"
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

// WantItems compares all that a record holds with what is wanted; a nil list
// is an empty one.
func WantItems(t *testing.T, got *dialect.Items, want dialect.Items) {
	t.Helper()
	if diff := cmp.Diff(want, *got, EquateEmpty); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

// EquateEmpty compares a nil list with an empty one as equal.
var EquateEmpty = cmpopts.EquateEmpty()

// WantEvent wants one event and nothing else but links.
func WantEvent(t *testing.T, got *dialect.Items, want event.Event) {
	t.Helper()
	WantItems(t, &dialect.Items{Events: got.Events, Changes: got.Changes, Ignored: got.Ignored, Rejected: got.Rejected, Unknown: got.Unknown},
		dialect.Items{Events: []event.Event{want}})
}

// WantIgnored wants nothing but ignored items, with these reasons.
func WantIgnored(t *testing.T, got *dialect.Items, reasons ...string) {
	t.Helper()
	WantItems(t, &dialect.Items{Events: got.Events, Changes: got.Changes, Ignored: got.Ignored, Rejected: got.Rejected},
		dialect.Items{Ignored: reasons})
}

// WantRejected wants one rejected item at that path, with these words in its
// reason.
func WantRejected(t *testing.T, got *dialect.Items, at string, words ...string) {
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

// CheckDecode sees that every item is accounted for, and that what a dialect
// decodes does not depend on what it decoded before. It returns nil for what
// is no JSON.
func CheckDecode(t *testing.T, d dialect.Dialect, data []byte) *dialect.Items {
	t.Helper()
	var tree jsontree.Tree
	if _, err := tree.Parse(data); err != nil {
		return nil
	}
	var once, twice dialect.Items
	d.Decode(tree.Root(), &once)
	d.Decode(tree.Root(), &twice)
	if diff := cmp.Diff(once, twice); diff != "" {
		t.Fatalf("decoding again gives something else:\n%s", diff)
	}
	if once.Len() == 0 {
		t.Fatal("the record holds nothing, not even an ignored item")
	}
	for _, e := range once.Events {
		if e.Kind == 0 || e.Time < event.MinTime || e.Time >= event.MaxTime {
			t.Fatalf("event %+v has no kind or no time", e)
		}
	}
	for _, c := range once.Changes {
		if c.Kind == 0 || c.Time < event.MinTime || c.Time >= event.MaxTime {
			t.Fatalf("change %+v has no kind or no time", c)
		}
	}
	for _, r := range once.Rejected {
		if r.Reason == "" {
			t.Fatalf("rejected without a reason at %q", r.At)
		}
	}
	if slices.Contains(once.Ignored, "") {
		t.Fatal("ignored without a reason")
	}
	return &once
}

// checkSays fails if items hold what their dialect is said not to tell. It is
// called for every record that the tests decode.
func checkSays(t *testing.T, dialect string, items *dialect.Items) {
	t.Helper()
	if more := saidIn(items) &^ provider.SaidBy([]string{dialect}); more != 0 {
		t.Errorf("%s is said not to tell %q", dialect, more.Names())
	}
}

// saidIn is what items tell.
func saidIn(items *dialect.Items) (said provider.Says) {
	add := func(what provider.Says, is bool) {
		if is {
			said |= what
		}
	}
	for i := range items.Events {
		e := &items.Events[i]
		add(provider.SaysAccount, e.WABA != "")
		add(provider.SaysNumber, e.Number != "")
		add(provider.SaysUser, e.User != "" || e.UserID != "")
		add(provider.SaysInbound, e.Kind == event.Inbound)
		add(provider.SaysReferral, e.Referral != "")
		add(provider.SaysSent, e.Kind == event.Sent)
		add(provider.SaysDelivered, e.Kind == event.Delivered)
		add(provider.SaysRead, e.Kind == event.Read)
		add(provider.SaysFailed, e.Kind == event.Failed)
		add(provider.SaysTemplate, e.Template != "")
		add(provider.SaysTemplateCategory, e.TemplateCategory != "")
		add(provider.SaysPricing, e.Billable != event.Absent || e.Model != "" || e.Pricing != "")
		add(provider.SaysCategory, e.Category != "")
		add(provider.SaysConversation, e.Conversation != "")
		add(provider.SaysExpiry, e.Expires != 0)
		add(provider.SaysAmount, e.HasAmount)
	}
	for _, c := range items.Changes {
		add(provider.SaysTemplateChange, c.Kind == event.TemplateCategory)
	}
	return said
}

// Both decodes what is around records both ways: with ordinary ones read quickly, and
// by the dialects alone.
type Both struct {
	Quick              *quick.Reader // what the quick way has learned
	Known              int           // texts that had nothing else around a record than one before
	fast, slow         *unwrap.Finder
	FastTree, slowTree jsontree.Tree
	got, want          dialect.Items
	row                []byte
	bodies             []row.Body
}

// NewBoth returns what has seen no record so far.
func NewBoth() *Both {
	dialects, unkeyed := All(), All()
	for i, d := range unkeyed {
		unkeyed[i] = anyKeys{d}
	}
	u := &Both{Quick: quick.New(dialects), fast: unwrap.New(dialects), slow: unwrap.New(unkeyed)}
	u.fast.Use(u.Quick)
	return u
}

// Compare sees that a text gives the same with quick.Reader and without it.
func (u *Both) Compare(t rapid.TB, text string) {
	t.Helper()
	u.compareKnown(t, []byte(text), nil, text)
	n, err := u.fast.Parse(&u.FastTree, []byte(text))
	m, slowErr := u.slowTree.Parse([]byte(text))
	if (err == nil) != (slowErr == nil) || n != m {
		t.Fatalf("read to %d (%v), want %d (%v)\n%s", n, err, m, slowErr, text)
	}
	if err == nil {
		u.decode(t, text)
	}
}

// compareKnown sees that a text that is not parsed, as what is around the record in it is
// known, gives the same as the JSON that it stands for.
func (u *Both) compareKnown(t rapid.TB, text []byte, bodies []row.Body, json string) {
	t.Helper()
	got, ok := u.fast.DecodeKnown(text, bodies, &u.got)
	if !ok {
		if u.got.Len()+len(u.got.Links) > 0 {
			t.Fatalf("not known, but items are left: %+v\n%s", u.got, json)
		}
		return
	}
	u.Known++
	n, err := u.slowTree.Parse([]byte(json))
	if err != nil || strings.Trim(json[n:], " \t\r\n") != "" {
		t.Fatalf("known, but read to %d: %v\n%s", n, err, json)
	}
	u.want.Reset()
	if want := u.slow.Decode(u.slowTree.Root(), &u.want); got != want {
		t.Fatalf("known as of dialect %d, want %d\n%s", got, want, json)
	}
	if diff := cmp.Diff(u.want, u.got, EquateEmpty); diff != "" {
		t.Fatalf("items (-want +got):\n%s\n%s", diff, json)
	}
}

// decode decodes what was parsed.
func (u *Both) decode(t rapid.TB, text string) {
	t.Helper()
	u.got.Reset()
	u.want.Reset()
	got, want := u.fast.Decode(u.FastTree.Root(), &u.got), u.slow.Decode(u.slowTree.Root(), &u.want)
	if u.FastTree.Misread() {
		return
	}
	if got != want {
		t.Fatalf("taken for dialect %d, want %d\n%s", got, want, text)
	}
	if diff := cmp.Diff(u.want, u.got, EquateEmpty); diff != "" {
		t.Fatalf("items (-want +got):\n%s\n%s", diff, text)
	}
}

// CompareRow is Compare for the cells of a row, also as CSV has them.
func (u *Both) CompareRow(t rapid.TB, cells ...string) {
	t.Helper()
	r := &row.Row{Columns: &row.Columns{Names: []string{"id", "payload", "waba_id", "more", "raw"}}}
	for _, text := range cells {
		r.Cells = append(r.Cells, row.Cell{Kind: row.Text, Text: text})
	}
	text := r.AppendJSON(nil)
	for i := range r.Cells {
		if c := &r.Cells[i]; strings.Contains(c.Text, `"`) {
			c.Kind, c.Text = row.Doubled, strings.ReplaceAll(c.Text, `"`, `""`)
		}
	}
	if asWritten := r.AppendJSON(nil); string(asWritten) != string(text) {
		t.Fatalf("%s\nas CSV has it: %s", text, asWritten)
	}
	for _, asWritten := range []bool{true, false} {
		u.row, u.bodies = r.AppendAround(u.row[:0], u.bodies[:0], asWritten)
		if len(u.bodies) > 0 {
			u.compareKnown(t, u.row, u.bodies, string(text))
		}
	}
	if _, err := u.fast.ParseRow(&u.FastTree, u.row, u.bodies); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if _, err := u.slowTree.Parse(text); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	u.decode(t, string(text))
}

// anyKeys is a dialect to which everything is offered, whatever its keys.
type anyKeys struct{ dialect.Dialect }

func (d anyKeys) Surround(s dialect.Surroundings) {
	if inner, ok := d.Dialect.(dialect.Surrounded); ok {
		inner.Surround(s)
	}
}

func (d anyKeys) Assemble(v jsontree.Value, items *dialect.Items) bool {
	inner, ok := d.Dialect.(dialect.PieceAssembler)
	return ok && inner.Assemble(v, items)
}
