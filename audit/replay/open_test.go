package replay_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/event/eventtest"
	"waudit/audit/reading"
	"waudit/audit/replay"
	. "waudit/audit/verdict/verdicttest"
)

// read is a message of which the log has the sending and, so long after it, that it was
// read: when it was delivered lies between.
func read(id, at, category string, after time.Duration) []event.Event {
	return Sent(id, at, category, Late(after), func(e *event.Event) { e.Kind = event.Read })
}

// edit changes what a fixture made.
func edit(events []event.Event, change func(e *event.Event)) []event.Event {
	for i := range events {
		change(&events[i])
	}
	return events
}

// TestWholePairs: what becomes of each message of a pair, in the order of charges, where
// the free entry point (rules 4.3), what did not arrive, an account of another zone or
// the order of deliveries decides.
func TestWholePairs(t *testing.T) {
	const august, july, october = "2023-08-07 ", "2025-07-07 ", "2026-10-05 "
	ofAccount := func(waba string, events []event.Event) []event.Event {
		return edit(events, func(e *event.Event) { e.WABA = waba })
	}
	byPage := func(e *event.Event) { e.Referral = "page_cta" }
	overlapping := func(n int) (events []event.Event) {
		for i := range n {
			at := fmt.Sprintf(august+"10:%02d", i)
			events = append(events, read(string(rune('a'+i)), at, "marketing", 3*time.Hour+time.Duration(i)*time.Minute)...)
		}
		return append(events, Sent("z", august+"12:00", "marketing")...)
	}
	all := func(outcome string, ids ...string) string {
		return strings.Join(ids, " "+outcome+", ") + " " + outcome
	}
	for name, tt := range map[string]struct {
		events  [][]event.Event
		without bool // no click qualifies
		want    string
	}{
		"the answer to a click opens 72 hours": {
			events: [][]event.Event{Clicked(july + "09:00"), Sent("a", "2025-07-08 08:59", "service"), Sent("b", "2025-07-11 08:58", "marketing"), Sent("c", "2025-07-11 09:00", "marketing")},
			want:   "a free:free_entry_point, b free:free_entry_point, c charge:marketing",
		},
		"an answer after 24 hours opens nothing": {
			events: [][]event.Event{Clicked(july + "09:00"), Sent("a", "2025-07-08 09:00", "marketing"), Sent("b", "2025-07-08 10:00", "marketing")},
			want:   "a charge:marketing, b charge:marketing",
		},
		"a click that does not qualify": {
			events: [][]event.Event{Clicked(july + "09:00"), Sent("a", july+"10:00", "marketing")}, without: true,
			want: "a charge:marketing",
		},
		"a page button does": {
			events: [][]event.Event{edit(Wrote(july+"09:00"), byPage), Sent("a", july+"10:00", "marketing")},
			want:   "a free:free_entry_point",
		},
		"since windows last up to 7 days, whether a page button does is open": {
			events: [][]event.Event{edit(Wrote(october+"09:00"), byPage), Sent("a", october+"10:00", "marketing")},
			want:   "a charge:marketing|free:free_entry_point (open_rule)",
		},
		"the last status proves a window that the log does not show": {
			events: [][]event.Event{Sent("a", july+"10:00", "marketing", FreeEntry("f")), Sent("b", july+"11:00", "marketing"), Sent("c", "2025-07-10 12:00", "marketing")},
			want:   "a free:free_entry_point, b charge:marketing|free:free_entry_point (inbound_missing), c charge:marketing",
		},
		"a proof that says when its window ends": {
			events: [][]event.Event{Sent("a", july+"10:00", "marketing", FreeEntry("f"), Expires("2025-07-08 10:00")), Sent("b", "2025-07-07 11:00", "marketing"), Sent("c", "2025-07-08 10:00", "marketing")},
			want:   "a free:free_entry_point, b free:free_entry_point, c charge:marketing",
		},
		"a message that was under way when the user clicked, and its answer too": {
			events: [][]event.Event{Sent("a", july+"08:50", "marketing", Late(20*time.Minute)), Clicked(july + "09:00"), Sent("b", july+"09:05", "service", Late(30*time.Minute))},
			want:   "a charge:marketing|free:free_entry_point (open_rule), b free:free_entry_point",
		},
		"what failed, what never arrived, and what a person wrote in the app": {
			events: [][]event.Event{Sent("a", july+"10:00", "marketing", Failed), Sent("b", july+"11:00", "marketing")[:1], edit(Sent("c", july+"12:00", "service")[:1], func(e *event.Event) { e.Kind = event.Echo })},
			want:   "a undelivered:failed, b undelivered:never_delivered, c free:app_echo",
		},
		"delivered, and failed": {
			events: [][]event.Event{Sent("a", july+"10:00", "marketing"), Sent("a", july+"10:10", "marketing", Failed)[1:]},
			want:   "a charge:marketing|undelivered:failed (conflicting_statuses)",
		},
		"each account has its own zone": {
			events: [][]event.Event{ofAccount("utc", Sent("a", "2025-07-01 02:00", "utility")), ofAccount("west", Sent("b", "2025-07-01 03:00", "utility")), ofAccount("west", Sent("c", "2025-07-01 08:00", "utility"))},
			want:   "a charge:utility, b charge:utility, c covered:open_conversation",
		},
		"of messages that overlap, any may have opened the conversation": {
			events: [][]event.Event{overlapping(2)},
			want:   all("charge:marketing|covered:open_conversation (delivery_time_unknown)", "z", "a", "b"),
		},
		"of too many that overlap, anything may be open": {
			events: [][]event.Event{overlapping(5)},
			want:   all("charge:marketing|covered:free_entry_point|covered:open_conversation (delivery_time_unknown)", "z", "a", "b", "c", "d", "e"),
		},
		"by receipt, the end of a window is an hour wide": {
			events: [][]event.Event{Wrote(july + "09:00"), edit(Sent("a", "2025-07-08 09:30", "utility"), func(e *event.Event) { e.TimeKind = event.ReceiptTime })},
			want:   "a charge:utility|free:customer_service_window (edge)",
		},
		"two in the same second": {
			events: [][]event.Event{Wrote(august + "09:00"), Sent("a", august+"10:00", "marketing"), Sent("b", august+"10:00", "service")},
			want:   "a charge:marketing, b covered:open_conversation|uncertain: (edge)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			events := slices.Concat(tt.events...)
			slices.SortStableFunc(events, func(a, b event.Event) int { return cmp.Compare(a.Time, b.Time) })
			west := &era.Profile{Calendar: era.NewCalendar(time.FixedZone("", -6*3600)), PartnerServed: reading.No}
			utc := &era.Profile{Calendar: era.NewCalendar(time.UTC), PartnerServed: reading.No}
			in := replay.Params{Profile: utc, Country: "DE", NoEntry: tt.without, AssumeSentWithin: 0}
			if events[0].WABA != "" {
				in.ProfileOf = func(waba string) *era.Profile { return map[string]*era.Profile{"utc": utc, "west": west}[waba] }
			}
			var got []string
			for _, d := range replay.New(nil, 0).Replay(eventtest.Packed(events...), in) {
				text := d.Message.ID + " " + strings.Join(d.Codes.Strings(), "|")
				if d.Codes.Len() > 1 {
					text += " (" + d.Reasons.First().String() + ")"
				}
				got = append(got, text)
			}
			if text := strings.Join(got, ", "); text != tt.want {
				t.Errorf("\n got %s\nwant %s", text, tt.want)
			}
		})
	}
}
