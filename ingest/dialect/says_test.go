package dialect

import (
	"slices"
	"testing"

	"waudit/audit/event"
)

// Every dialect says what it can tell.
func TestCapabilities(t *testing.T) {
	var names []string
	for _, c := range Capabilities() {
		names = append(names, c.Dialect)
	}
	var want []string
	for _, d := range allDialects() {
		want = append(want, d.Name())
	}
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	if got := SaysAll.Names(); len(got) != len(Sayings()) || SaysAll != SaysAmount<<1-1 {
		t.Errorf("all that can be told is %q", got)
	}
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
