package audit_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waudit/audit/account"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/event/eventtest"
	"waudit/audit/outcome"
	"waudit/audit/rate"
	"waudit/audit/replay"
	"waudit/audit/template"
	"waudit/audit/window"
)

// randomEvents draws what may happen between a number and a user around a
// change of the rules, in time order.
func randomEvents(t *rapid.T) []event.Event {
	starts := []string{"2022-01-25", "2022-06-01", "2023-02-25", "2023-05-28", "2024-10-28", "2025-06-28", "2025-08-01", "2026-09-26", "2026-10-10"}
	from, err := time.Parse(time.DateOnly, rapid.SampledFrom(starts).Draw(t, "start"))
	if err != nil {
		t.Fatal(err)
	}
	now := from.UnixMilli()
	var events []event.Event
	for i := range rapid.IntRange(1, 25).Draw(t, "events") {
		now += int64(rapid.IntRange(0, 30*3600).Draw(t, "wait")) * 1000
		e := event.Event{WABA: testWABA, Number: testNumber, User: testUser, Time: now, Message: fmt.Sprint(i)}
		if rapid.Bool().Draw(t, "inbound") {
			e.Kind, e.Type = event.Inbound, rapid.SampledFrom([]string{"text", "text", "reaction", "system"}).Draw(t, "type")
			e.Referral = rapid.SampledFrom([]string{"", "", "ad", "post", "page_cta"}).Draw(t, "referral")
			events = append(events, e)
			continue
		}
		e.TemplateCategory = rapid.SampledFrom([]string{"", "marketing", "utility", "authentication"}).Draw(t, "category")
		e.Type = "template"
		if e.TemplateCategory == "" {
			e.Type = rapid.SampledFrom([]string{"text", "reaction", ""}).Draw(t, "type")
		}
		for _, kind := range []event.Kind{event.Sent, event.Delivered, event.Read, event.Failed} {
			if rapid.IntRange(0, 9).Draw(t, kind.String()) > map[event.Kind]int{event.Sent: 8, event.Delivered: 8, event.Read: 4, event.Failed: 1}[kind] {
				continue
			}
			e.Kind = kind
			if kind != event.Sent {
				e.Time += int64(rapid.IntRange(0, 4*3600).Draw(t, "delay")) * 1000
			}
			events = append(events, e)
		}
	}
	sortEvents(events)
	return events
}

// lengths are the longest that each kind of window may last.
var lengths = map[era.WindowKind]int64{
	era.ServiceWindow: window.ServiceLength, era.Conversation: window.ConversationLength, era.FreeEntryWindow: window.FreeEntryLongest,
}

// TestWindowsEnd: a window never lasts past its length, and what it makes free
// or covers lies inside it; what is uncertain names at least two outcomes.
func TestWindowsEnd(t *testing.T) {
	book, err := account.Build(map[string]account.Config{testWABA: {Timezone: "UTC"}})
	if err != nil {
		t.Fatal(err)
	}
	facts := &book.Find(testWABA, testNumber).Facts
	rapid.Check(t, func(t *rapid.T) {
		events := randomEvents(t)
		for _, d := range replay.New(template.New(nil, nil, 0), 0).Replay(eventtest.Packed(events...), replay.Params{Profile: facts, Country: "US"}) {
			if d.Codes == 0 {
				t.Fatalf("message %s has no outcome", d.Message.ID)
			}
			w := d.Window
			if w.Kind == era.NoWindow {
				continue
			}
			if w.End-w.Start > lengths[w.Kind] || w.Kind == era.FreeEntryWindow && w.Start < facts.Calendar.Start(era.FreeEntry7d)-era.Day && w.End-w.Start > window.FreeEntryLength {
				t.Fatalf("message %s: a %s window of %s", d.Message.ID, w.Kind, time.Duration(w.End-w.Start)*time.Millisecond)
			}
			code, certain := d.Codes.Only()
			inside := certain && (code.Outcome() == outcome.Covered || code == outcome.FreeServiceWindow || code == outcome.FreeEntryPoint)
			if at := d.Message.Delivered; inside && (at.Lo >= w.End || at.Hi < w.Start && w.Kind != era.FreeEntryWindow) {
				t.Fatalf("message %s: %s at %d, outside the window %d to %d", d.Message.ID, code, at.Lo, w.Start, w.End)
			}
		}
	})
}

// TestReplayIsPure: the same events give the same decisions, whatever the
// engine replayed before.
func TestReplayIsPure(t *testing.T) {
	book, err := account.Build(map[string]account.Config{testWABA: {}})
	if err != nil {
		t.Fatal(err)
	}
	facts := &book.Find(testWABA, testNumber).Facts
	used := replay.New(template.New(nil, nil, 0), 0)
	rapid.Check(t, func(t *rapid.T) {
		events := randomEvents(t)
		in := replay.Params{Profile: facts, Country: "BR", Tolerance: 60_000}
		first := fmt.Sprintf("%+v", summary(used.Replay(eventtest.Packed(events...), in)))
		if second := fmt.Sprintf("%+v", summary(replay.New(template.New(nil, nil, 0), 0).Replay(eventtest.Packed(events...), in))); first != second {
			t.Fatalf("first  %s\nsecond %s", first, second)
		}
	})
}

func summary(decisions []replay.Decision) (lines []string) {
	for _, d := range decisions {
		lines = append(lines, fmt.Sprint(d.Message.ID, d.Codes, d.Reasons, d.Facts, d.Window))
	}
	return lines
}

// addPrices adds what statuses may report of prices, right or wrong.
func addPrices(t *rapid.T, events []event.Event) {
	for i := range events {
		e := &events[i]
		if e.Kind != event.Delivered && e.Kind != event.Read || rapid.IntRange(0, 9).Draw(t, "silent") == 0 {
			continue
		}
		e.Template, e.Language = "t", rapid.SampledFrom([]string{"", "en", "es"}).Draw(t, "language")
		e.Category = rapid.SampledFrom([]string{"marketing", "utility", "authentication", "service", "marketing_lite", "referral_conversion", "business_initiated"}).Draw(t, "reported")
		e.Billable = rapid.SampledFrom([]event.Flag{event.True, event.True, event.False, event.Absent}).Draw(t, "billable")
		if e.Time < time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC).UnixMilli() {
			e.Model, e.Conversation = "CBP", rapid.SampledFrom([]string{"", "c1", "c2", "c3"}).Draw(t, "conversation")
		} else {
			e.Model, e.Pricing = "PMP", rapid.SampledFrom([]string{"regular", "regular", "free_customer_service", "free_entry_point"}).Draw(t, "pricing")
		}
		if amount := rapid.SampledFrom([]int64{-1, -1, -1, 0, 3_400_000, 50_000_000}).Draw(t, "amount"); amount >= 0 {
			e.HasAmount, e.Amount, e.Currency = true, amount, "USD"
		}
	}
}

// TestMoneyHasFindings: what the totals call over- or undercharged is told by
// findings, to the last unit.
func TestMoneyHasFindings(t *testing.T) {
	tl := timeline{Timezone: "UTC", Card: rate.MetaName, Account: account.Config{Currency: "USD", PrimaryLocation: "US", AuthInternational: map[string]string{}}}
	rapid.Check(t, func(rt *rapid.T) {
		events := randomEvents(rt)
		if len(events) == 0 {
			return
		}
		addPrices(rt, events)
		tl.Blind = rapid.Bool().Draw(rt, "blind")
		tl.Events = []moment{{At: time.UnixMilli(events[0].Time)}}
		_, found := tl.auditEvents(t, events, []event.Change{{
			Kind: event.TemplateCategory, Time: events[len(events)/2].Time, Template: "t", Language: "en", Previous: "utility", New: "marketing",
		}})
		if total, told := wrong(t, found); total != told {
			rt.Fatalf("over- and undercharged are %d, told are %d", total, told)
		}
	})
}
