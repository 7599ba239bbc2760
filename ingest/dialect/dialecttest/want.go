package dialecttest

import (
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
	n, err := u.fast.Parse(&u.FastTree, []byte(text))
	m, slowErr := u.slowTree.Parse([]byte(text))
	if (err == nil) != (slowErr == nil) || n != m {
		t.Fatalf("read to %d (%v), want %d (%v)\n%s", n, err, m, slowErr, text)
	}
	if err == nil {
		u.decode(t, text)
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

// CompareRow is Compare for the cells of a row.
func (u *Both) CompareRow(t rapid.TB, cells ...string) {
	t.Helper()
	r := &row.Row{Columns: &row.Columns{Names: []string{"id", "payload", "waba_id", "more", "raw"}}}
	for _, text := range cells {
		r.Cells = append(r.Cells, row.Cell{Kind: row.Text, Text: text})
	}
	text := r.AppendJSON(nil)
	u.row, u.bodies = r.AppendAround(u.row[:0], u.bodies[:0])
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
	inner, ok := d.Dialect.(dialect.Assembler)
	return ok && inner.Assemble(v, items)
}
