package dialect

import (
	"slices"
	"strings"
	"testing"
	"waudit/audit/event"
	"waudit/ingest/jsontree"

	"github.com/google/go-cmp/cmp"
)

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

// checkDecode sees that every item is accounted for, and that what a dialect
// decodes does not depend on what it decoded before. It returns nil for what
// is no JSON.
func checkDecode(t *testing.T, d Dialect, data []byte) *Items {
	t.Helper()
	var tree jsontree.Tree
	if _, err := tree.Parse(data); err != nil {
		return nil
	}
	var once, twice Items
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
func checkSays(t *testing.T, dialect string, items *Items) {
	t.Helper()
	if more := saidIn(items) &^ SaidBy([]string{dialect}); more != 0 {
		t.Errorf("%s is said not to tell %q", dialect, more.Names())
	}
}

// saidIn is what items tell.
func saidIn(items *Items) (said Says) {
	add := func(what Says, is bool) {
		if is {
			said |= what
		}
	}
	for i := range items.Events {
		e := &items.Events[i]
		add(SaysAccount, e.WABA != "")
		add(SaysNumber, e.Number != "")
		add(SaysUser, e.User != "" || e.UserID != "")
		add(SaysInbound, e.Kind == event.Inbound)
		add(SaysReferral, e.Referral != "")
		add(SaysSent, e.Kind == event.Sent)
		add(SaysDelivered, e.Kind == event.Delivered)
		add(SaysRead, e.Kind == event.Read)
		add(SaysFailed, e.Kind == event.Failed)
		add(SaysTemplate, e.Template != "")
		add(SaysTemplateCategory, e.TemplateCategory != "")
		add(SaysPricing, e.Billable != event.Absent || e.Model != "" || e.Pricing != "")
		add(SaysCategory, e.Category != "")
		add(SaysConversation, e.Conversation != "")
		add(SaysExpiry, e.Expires != 0)
		add(SaysAmount, e.HasAmount)
	}
	for _, c := range items.Changes {
		add(SaysTemplateChange, c.Kind == event.TemplateCategory)
	}
	return said
}
