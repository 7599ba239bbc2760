package replay

import (
	"slices"
	"testing"
	"time"

	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/event/eventtest"
)

// TestReplay: what windows and conversations make of the second of two events, at the
// edges of the hours that rules 3 and 4 give them.
func TestReplay(t *testing.T) {
	const hour = time.Hour
	user := event.Event{Kind: event.Inbound}
	sent := func(category string) event.Event {
		if category == "service" {
			return event.Event{Kind: event.Delivered, Type: "text"}
		}
		return event.Event{Kind: event.Delivered, Type: "template", TemplateCategory: category}
	}
	for name, tt := range map[string]struct {
		start         string
		first, second event.Event
		after         time.Duration
		want          []string
	}{
		"2023: same category, one open conversation": {"2023-08-10", sent("marketing"), sent("marketing"), 24*hour - time.Second, []string{"covered:open_conversation"}},
		"2023: at its end exactly":                   {"2023-08-10", sent("marketing"), sent("marketing"), 24 * hour, []string{"charge:marketing"}},
		"2023: another category":                     {"2023-08-10", sent("marketing"), sent("utility"), hour, []string{"charge:utility"}},
		"2022: any conversation covers":              {"2022-08-10", sent("marketing"), sent("utility"), hour, []string{"covered:open_conversation"}},
		"2025: each message is charged":              {"2025-08-10", sent("marketing"), sent("marketing"), hour, []string{"charge:marketing"}},
		"2025: utility in the service window":        {"2025-08-10", user, sent("utility"), 24*hour - time.Second, []string{"free:customer_service_window"}},
		"2025: utility at the window's end":          {"2025-08-10", user, sent("utility"), 24 * hour, []string{"charge:utility"}},
		"2025: service is free":                      {"2025-08-10", user, sent("service"), hour, []string{"free:service"}},
		"2026: utility in the window is charged":     {"2026-10-10", user, sent("utility"), hour, []string{"charge:utility"}},
	} {
		t.Run(name, func(t *testing.T) {
			at, err := time.Parse(time.DateOnly, tt.start)
			if err != nil {
				t.Fatal(err)
			}
			at = at.Add(12 * hour)
			var events []event.Event
			for i, e := range []event.Event{tt.first, tt.second} {
				e.Time, e.Message = at.Add(time.Duration(i)*tt.after).UnixMilli(), string(rune('a'+i))
				if e.Kind == event.Delivered {
					s := e
					s.Kind = event.Sent
					events = append(events, s)
				}
				events = append(events, e)
			}
			decisions := New(nil, 0).Replay(eventtest.Packed(events...), Params{Profile: &era.Profile{Calendar: era.NewCalendar(time.UTC)}, Country: "DE"})
			if got := decisions[len(decisions)-1].Codes.Strings(); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}
