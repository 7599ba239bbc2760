package verdict_test

import (
	"slices"
	"testing"
	"time"

	"waudit/audit/event"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
	. "waudit/audit/verdict/verdicttest"
)

// TestVerdicts: the verdict on the last message of a pair, and where it is uncertain why
// (rules 4.7 and 5).
func TestVerdicts(t *testing.T) {
	const day = "2025-09-01 "
	regular := Type("regular", "utility")
	wrote, hourLater := Wrote(day+"09:00"), Sent("a", day+"10:00", "utility", regular)
	opened := Sent("a", "2023-08-10 10:00", "marketing", Conversation("A", "marketing"))
	for name, tt := range map[string]struct {
		pair Pair
		want result.Verdict
		why  reading.Reason
	}{
		"nothing is said of a charge":          {Pair{Events: Sent("a", day+"10:00", "marketing")}, result.Unreported, 0},
		"charged, and due":                     {Pair{Events: Sent("a", day+"10:00", "marketing", Type("regular", "marketing"))}, result.OK, 0},
		"free, and due":                        {Pair{Events: Sent("a", day+"10:00", "marketing", Type("free_customer_service", "marketing"))}, result.Undercharge, 0},
		"charged in the open window":           {Pair{Events: slices.Concat(wrote, hourLater)}, result.Overcharge, 0},
		"free in the open window":              {Pair{Events: slices.Concat(wrote, Sent("a", day+"10:00", "utility", Type("free_customer_service", "utility")))}, result.OK, 0},
		"charged after the window":             {Pair{Events: slices.Concat(wrote, Sent("a", "2025-09-02 09:01", "utility", regular))}, result.OK, 0},
		"sent in the window, delivered behind": {Pair{Events: slices.Concat(wrote, Sent("a", "2025-09-02 08:59", "utility", regular, Late(2*time.Minute)))}, result.Uncertain, reading.OpenRule},
		"the users' side is not in the log":    {Pair{Events: hourLater, Partial: true}, result.Uncertain, reading.InboundMissing},
		"the log is damaged":                   {Pair{Events: slices.Concat(wrote, hourLater), Corrupt: true}, result.Uncertain, reading.LogDamaged},
		"charged in another category":          {Pair{Events: Sent("a", day+"10:00", "utility", Type("regular", "marketing"))}, result.Overcharge, 0},
		"the same, and a change may be hidden": {Pair{Events: Sent("a", day+"10:00", "utility", Type("regular", "marketing")), Hidden: true}, result.Uncertain, reading.LogDamaged},
		"free in its own category, the same":   {Pair{Events: slices.Concat(wrote, Sent("a", day+"10:00", "utility", Type("regular", "marketing"))), Hidden: true}, result.Uncertain, reading.LogDamaged},
		"charged in its own category":          {Pair{Events: slices.Concat(wrote, hourLater), Hidden: true}, result.Overcharge, 0},
		"failed, and said to be charged":       {Pair{Events: Sent("a", day+"10:00", "utility", regular, Failed)}, result.OK, 0},
		"failed, and on the bill":              {Pair{Events: slices.Concat(Sent("a", day+"10:00", "utility", Failed), Billed("a", day+"12:00", "1", "0.01"))}, result.Overcharge, 0},
		"delivered twice, with other prices": {Pair{Events: slices.Concat(wrote, hourLater, Sent("a", day+"10:00", "utility", Type("free_customer_service", "utility"))[1:])},
			result.Uncertain, reading.ConflictingStatuses},
		"priced at the sending only": {Pair{Events: slices.Concat(wrote, func() []event.Event {
			e := Sent("a", day+"10:00", "utility")
			regular(&e[0])
			return e
		}())}, result.Uncertain, reading.PricingOnSentOnly},
		"a second id in an open conversation": {Pair{Events: slices.Concat(opened, Sent("b", "2023-08-10 11:00", "marketing", Conversation("B", "marketing")))}, result.Overcharge, 0},
		"the same, in another category":       {Pair{Events: slices.Concat(opened, Sent("b", "2023-08-10 11:00", "utility", Conversation("B", "utility")))}, result.OK, 0},
		"the same, a day later":               {Pair{Events: slices.Concat(opened, Sent("b", "2023-08-11 10:01", "marketing", Conversation("B", "marketing")))}, result.OK, 0},
		"the same, and the log begins in the middle": {Pair{Events: slices.Concat(opened, Sent("b", "2023-08-10 11:00", "marketing", Conversation("B", "marketing"))), Partial: true},
			result.Uncertain, reading.LogStart},
		"service that the free tier paid":          {Pair{Events: Sent("a", "2026-10-05 10:00", "service", Type("regular", "service")), Tier: reading.Yes}, result.Overcharge, 0},
		"service that the free tier did not pay":   {Pair{Events: Sent("a", "2026-10-05 10:00", "service", Type("regular", "service")), Tier: reading.No}, result.OK, 0},
		"service, and the count is not known":      {Pair{Events: Sent("a", "2026-10-05 10:00", "service", Type("regular", "service")), Tier: reading.Maybe}, result.Uncertain, reading.FreeTierCount},
		"utility in the window, charged from 2026": {Pair{Events: slices.Concat(Wrote("2026-10-05 09:00"), Sent("a", "2026-10-05 10:00", "utility", regular))}, result.OK, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var got verdict.Conclusion
			tt.pair.Judge(func(_ *verdict.JudgedPair, j *verdict.Judgement) { got.Verdict, got.Doubt = j.Overall() })
			if want := (verdict.Conclusion{Verdict: tt.want, Doubt: tt.why}); got != want {
				t.Errorf("%s %s, want %s %s", got.Verdict, got.Doubt, want.Verdict, want.Doubt)
			}
		})
	}
}

// TestExtraLines: what lines of bills charge a message, or its conversation, more than
// once (rules 5, double billing).
func TestExtraLines(t *testing.T) {
	const at = "2023-08-10 "
	sent := Sent("a", at+"10:00", "marketing", Conversation("A", "marketing"))
	rides := Sent("b", at+"11:00", "marketing", Conversation("A", "marketing"))
	line := func(of, id string) []event.Event { return Billed(of, at+"12:00", id, "0.01") }
	for name, tt := range map[string]struct {
		events []event.Event
		want   []string // by message the verdict, and what is surely beyond one charge
	}{
		"one line":                            {slices.Concat(sent, line("a", "1")), []string{"ok 0.0000"}},
		"two lines":                           {slices.Concat(sent, line("a", "1"), line("a", "2")), []string{"overcharge 0.0100"}},
		"each message of a conversation":      {slices.Concat(sent, rides, line("a", "1"), line("b", "2")), []string{"ok 0.0000", "overcharge 0.0000"}},
		"the conversation, on a rider's line": {slices.Concat(sent, rides, line("b", "2")), []string{"ok 0.0000", "uncertain 0.0000"}}, // its price may stand on any of its messages
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			Pair{Events: tt.events}.Judge(func(_ *verdict.JudgedPair, j *verdict.Judgement) {
				overall, _ := j.Overall()
				got = append(got, string(overall)+" "+j.Extra.Sure.String())
			})
			if !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}
