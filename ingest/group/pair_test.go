package group

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/event"
	"waudit/ingest/dialect"
)

// TestForms: events that write one phone in several forms are of one pair, and
// it is shown as the wa_id is.
func TestForms(t *testing.T) {
	const dialled, waID = "5511987654321", "551187654321"
	of := func(user string, k event.Kind) event.Event { return event.Event{Kind: k, Number: "1", User: user} }
	tests := []struct {
		name   string
		links  []dialect.Link
		events []event.Event
		want   []event.Pair // Events are left out
		counts []int
	}{
		{
			name:   "what the user wrote goes before statuses",
			events: []event.Event{of(waID, event.Delivered), of(dialled, event.Inbound)},
			want:   []event.Pair{{Number: "1", User: dialled}},
			counts: []int{2},
		},
		{
			name:   "statuses go before the send log and the bill",
			events: []event.Event{of(dialled, event.Request), of(waID, event.Sent), of(dialled, event.Charge), of(waID, event.Read)},
			want:   []event.Pair{{Number: "1", User: waID}},
			counts: []int{4},
		},
		{
			name:   "the first byte by byte between equals",
			events: []event.Event{of(dialled, event.Sent), of(waID, event.Sent)},
			want:   []event.Pair{{Number: "1", User: waID}},
			counts: []int{2},
		},
		{
			name:   "the prefix 00 is not shown",
			events: []event.Event{of("00"+dialled, event.Sent), of("0015550001", event.Sent)},
			want:   []event.Pair{{Number: "1", User: "15550001"}, {Number: "1", User: dialled}},
			counts: []int{1, 1},
		},
		{
			name:   "a landline is another user",
			events: []event.Event{of("5511932165432", event.Sent), of("551132165432", event.Sent)},
			want:   []event.Pair{{Number: "1", User: "551132165432"}, {Number: "1", User: "5511932165432"}},
			counts: []int{1, 1},
		},
		{
			name:   "pairs stand in the order in which they are shown",
			events: []event.Event{of("549119", event.Sent), of("5491123456789", event.Request), of("541123456789", event.Sent)},
			want:   []event.Pair{{Number: "1", User: "541123456789"}, {Number: "1", User: "549119"}},
			counts: []int{2, 1},
		},
		{
			name:   "by an id that belongs to the phone in another form",
			links:  []dialect.Link{{UserID: "BR.1", Phone: waID}},
			events: []event.Event{{Number: "1", UserID: "BR.1"}, of(dialled, event.Sent)},
			want:   []event.Pair{{Number: "1", User: dialled}},
			counts: []int{2},
		},
		{
			name:   "by an id that belongs to two forms of one phone",
			links:  []dialect.Link{{UserID: "BR.1", Phone: dialled}, {UserID: "BR.1", Phone: waID}},
			events: []event.Event{{Number: "1", UserID: "BR.1"}},
			want:   []event.Pair{{Number: "1", User: waID, UserID: "BR.1"}},
			counts: []int{1},
		},
		{
			name: "by the message",
			events: []event.Event{
				{Number: "1", User: dialled, Message: "m"}, {Number: "1", User: waID, Message: "m"}, {Kind: event.Charge, Message: "m"},
			},
			want:   []event.Pair{{Number: "1", User: waID}},
			counts: []int{3},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkPairs(t, tt.events, tt.links, tt.want, tt.counts) })
	}
}

// checkPairs groups events, in memory and in files, and compares the pairs and
// how many events they have.
func checkPairs(t *testing.T, events []event.Event, links []dialect.Link, want []event.Pair, counts []int) {
	t.Helper()
	for _, memory := range []int64{0, 1} {
		got := grouped(t, plan{options: Options{Memory: memory, Tmp: t.TempDir()}}, at(events), links...)
		var gotCounts []int
		for i := range got.pairs {
			gotCounts = append(gotCounts, got.pairs[i].Events.Len())
			got.pairs[i].Events = event.List{}
			if want[min(i, len(want)-1)].UserID == "" {
				got.pairs[i].UserID = ""
			}
		}
		if diff := cmp.Diff(want, got.pairs, whole); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(counts, gotCounts); diff != "" {
			t.Error(diff)
		}
	}
}
