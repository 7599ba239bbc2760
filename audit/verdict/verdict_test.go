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

// TestVerdicts: the verdict on message "b" of a pair, or else the last, and where it is uncertain why
// (rules 4.7 and 5).
func TestVerdicts(t *testing.T) {
	const day = "2025-09-01 "
	regular := Type("regular", "utility")
	wrote, hourLater := Wrote(day+"09:00"), Sent("a", day+"10:00", "utility", regular)
	opened := Sent("a", "2023-08-10 10:00", "marketing", Conversation("A", "marketing"))
	const then = "2023-08-10 "
	clicked, answer, proof := Clicked(day+"09:00"), Sent("a", day+"09:30", "service"), Sent("a", day+"09:30", "service", Type("free_entry_point", "service"))
	marketing, other := Sent("b", day+"10:00", "marketing", Type("regular", "marketing")), Sent("b", then+"11:00", "marketing", Conversation("B", "marketing"))
	posted := func(at string) []event.Event {
		e := Wrote(at)
		e[0].Referral = "post"
		return e
	}
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

		// Free entry (4.3, 3.2).
		"after a click that nothing proves":                        {Pair{Events: slices.Concat(clicked, answer, marketing)}, result.Uncertain, reading.FreeEntryUnproven},
		"after a click that the answer proves":                     {Pair{Events: slices.Concat(clicked, proof, marketing)}, result.Overcharge, 0},
		"the same, 72 hours after the answer":                      {Pair{Events: slices.Concat(clicked, proof, Sent("b", "2025-09-04 09:31", "marketing", Type("regular", "marketing")))}, result.OK, 0},
		"answered after a day":                                     {Pair{Events: slices.Concat(clicked, Sent("a", "2025-09-02 09:01", "marketing", Type("regular", "marketing")))}, result.OK, 0},
		"a click that may be the second":                           {Pair{Events: slices.Concat(clicked, proof, marketing), Partial: true}, result.Uncertain, reading.LogStart},
		"in a proven free entry conversation":                      {Pair{Events: slices.Concat(Clicked(then+"09:00"), Sent("a", then+"09:30", "service", FreeEntry("F")), other)}, result.Overcharge, 0},
		"in one that nothing proves":                               {Pair{Events: slices.Concat(Clicked(then+"09:00"), Sent("a", then+"09:30", "service", Conversation("F", "service")), other)}, result.Uncertain, reading.FreeEntryUnproven},
		"free, as a conversation opened where the click may count": {Pair{Events: slices.Concat(Clicked(then+"09:00"), opened, Sent("b", then+"10:30", "utility", Conversation("A", "marketing")))}, result.OK, 0},

		// The category of a charge (4.6, 4.7).
		"a utility template charged as marketing":       {Pair{Events: Sent("a", day+"10:00", "utility", Type("regular", "marketing"))}, result.Overcharge, 0},
		"a marketing template charged as utility":       {Pair{Events: Sent("a", day+"10:00", "marketing", regular)}, result.Undercharge, 0},
		"a utility template charged as authentication":  {Pair{Events: Sent("a", day+"10:00", "utility", Type("regular", "authentication"))}, result.Uncertain, reading.FactUnknown},
		"at the international rate, at home":            {Pair{Events: Sent("a", day+"10:00", "authentication", Type("regular", "authentication_international"))}, result.Overcharge, 0},
		"as an AI provider's, which the account is not": {Pair{Events: slices.Concat(wrote, Sent("a", day+"10:00", "utility", Type("regular", "general_purpose_ai")))}, result.Overcharge, 0},

		// What speaks against an open conversation (rules, "A log begins in the middle").
		"covered, but the opener's hours are over":      {Pair{Events: slices.Concat(Sent("a", then+"10:00", "marketing", Conversation("A", "marketing"), Expires(then+"10:30")), other)}, result.Uncertain, reading.LogStart},
		"covered, but the opener cost nothing":          {Pair{Events: slices.Concat(Sent("a", then+"10:00", "marketing", Conversation("A", "marketing"), Priced("0")), other)}, result.Uncertain, reading.LogStart},
		"covered, but the opener rode on another":       {Pair{Events: slices.Concat(Sent("a", then+"10:00", "marketing", Conversation("A", "marketing"), Expires("2023-08-11 02:00")), other)}, result.Uncertain, reading.LogStart},
		"covered, and a message has no end":             {Pair{Events: slices.Concat(opened, Sent("c", then+"10:10", "marketing")[:1], other)}, result.Uncertain, reading.LogStart},
		"covered, and a delivery names no conversation": {Pair{Events: slices.Concat(opened, Sent("c", then+"10:10", "marketing"), other)}, result.Uncertain, reading.LogStart},
		"covered, and a priced delivery names none":     {Pair{Events: slices.Concat(opened, Sent("c", then+"10:10", "marketing", Conversation("", "marketing")), other)}, result.Uncertain, reading.LogStart},
		"covered, and only its sending names the second": {Pair{Events: slices.Concat(opened, func() []event.Event {
			e := Sent("b", then+"11:00", "marketing", Conversation("", "marketing"))
			e[0].Conversation = "B"
			return e
		}())}, result.Uncertain, reading.LogStart},
		"covered in the middle of a log, and its id goes on": {Pair{Events: slices.Concat(opened, other, Sent("c", then+"12:00", "marketing", Conversation("A", "marketing"))), Partial: true}, result.Overcharge, 0},
		"a service conversation opened in an open one":       {Pair{Events: slices.Concat(opened, Wrote(then+"10:30"), Sent("b", then+"11:00", "service", Conversation("B", "service")))}, result.Overcharge, 0},
		"a service conversation opened":                      {Pair{Events: slices.Concat(Wrote(then+"10:30"), Sent("b", then+"11:00", "service", Conversation("B", "service"))), Tier: reading.No}, result.OK, 0},
		"marketing, or marketing lite":                       {Pair{Events: slices.Concat(Sent("a", "2024-12-02 10:00", "marketing", Conversation("A", "")), Sent("b", "2024-12-02 11:00", "marketing", Conversation("B", ""), Priced("0.01")))}, result.Uncertain, reading.CategoryUnknown},

		"the same, after three quiet days": {Pair{Events: slices.Concat(Sent("0", "2023-08-07 09:59", "utility", Conversation("0", "utility")), opened, other), Partial: true}, result.Overcharge, 0},
		"the same, after two":              {Pair{Events: slices.Concat(Sent("0", "2023-08-08 10:00", "utility", Conversation("0", "utility")), opened, other), Partial: true}, result.Uncertain, reading.LogStart},

		// It costs nothing in each of several readings.
		"in a window, and after a click that may not count":       {Pair{Events: slices.Concat(posted(day+"09:00"), answer, Sent("b", day+"10:00", "utility", regular))}, result.Overcharge, 0},
		"after a click that may not count":                        {Pair{Events: slices.Concat(posted(day+"09:00"), answer, marketing)}, result.Uncertain, reading.OpenRule},
		"in a conversation, and after a click that may not count": {Pair{Events: slices.Concat(posted(then+"09:00"), opened, other)}, result.Overcharge, 0},
		"the same, of a log that begins in the middle":            {Pair{Events: slices.Concat(posted(then+"09:00"), opened, other), Partial: true}, result.Uncertain, reading.LogStart},

		// It should have been charged (5).
		"without pricing, as others have it": {Pair{Events: slices.Concat(Sent("0", day+"08:00", "marketing", Type("regular", "marketing")), Sent("b", day+"10:00", "marketing"))}, result.Undercharge, 0},
		"free, and its conversation is not in the log": {Pair{Events: Sent("b", then+"11:00", "marketing", Conversation("A", "marketing"), func(e *event.Event) { e.Billable = event.False }), Partial: true},
			result.Uncertain, reading.LogStart},
		"free, after the hours of a conversation": {Pair{Events: slices.Concat(opened, Sent("b", "2023-08-11 10:30", "marketing", Conversation("A", "marketing")))}, result.Undercharge, 0},
		"free, on a conversation that a click may have made longer": {Pair{Events: slices.Concat(Clicked(then+"09:30"), opened, Sent("b", "2023-08-13 11:00", "marketing", Conversation("A", "marketing")))},
			result.Uncertain, reading.FreeEntryUnproven},

		// Without a delivery (4.7).
		"sent a month ago, never delivered, and billed": {Pair{Events: slices.Concat(Sent("a", day+"10:00", "utility")[:1], Billed("a", day+"12:00", "1", "0.01"), Wrote("2025-11-01 10:00"))}, result.Overcharge, 0},
		"sent, billed, and the log may not have it all": {Pair{Events: slices.Concat(Sent("a", day+"10:00", "utility")[:1], Billed("a", day+"12:00", "1", "0.01")), Partial: true}, result.Uncertain, reading.ConflictingStatuses},
		"priced at the sending, and then failed":        {Pair{Events: slices.Concat(Sent("a", day+"10:00", "utility", regular)[:1], Sent("a", day+"10:01", "utility", Failed)[1:])}, result.OK, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var got verdict.Conclusion
			tt.pair.Judge(func(_ *verdict.JudgedPair, j *verdict.Judgement) {
				if j.Message.ID < "c" {
					got.Verdict, got.Doubt = j.Overall()
				}
			})
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
	last := Sent("c", at+"12:00", "marketing", Conversation("A", "marketing"))
	line := func(of, id string) []event.Event { return Billed(of, at+"12:00", id, "0.01") }
	for name, tt := range map[string]struct {
		pair Pair
		want []string // by message the verdict, and what is surely beyond one charge
	}{
		"one line":                            {Pair{Events: slices.Concat(sent, line("a", "1"))}, []string{"ok 0.0000"}},
		"two lines":                           {Pair{Events: slices.Concat(sent, line("a", "1"), line("a", "2"))}, []string{"overcharge 0.0100"}},
		"two lines, and the log is damaged":   {Pair{Events: slices.Concat(sent, line("a", "1"), line("a", "2")), Corrupt: true}, []string{"uncertain 0.0000"}},
		"each message of a conversation":      {Pair{Events: slices.Concat(sent, rides, line("a", "1"), line("b", "2"))}, []string{"ok 0.0000", "overcharge 0.0000"}},
		"the conversation, on a rider's line": {Pair{Events: slices.Concat(sent, rides, line("b", "2"))}, []string{"ok 0.0000", "uncertain 0.0000"}}, // its price may stand on any of its messages
		// Whatever was open before, no two lines charge one conversation.
		"each message, and the log begins in the middle": {Pair{Events: slices.Concat(rides, last, line("b", "1"), line("c", "2")), Partial: true}, []string{"ok 0.0000", "overcharge 0.0100"}},
		"the same, and one line twice":                   {Pair{Events: slices.Concat(rides, last, line("b", "1"), line("c", "2"), line("c", "3")), Partial: true}, []string{"ok 0.0000", "overcharge 0.0200"}},
		"the same, and one costs more":                   {Pair{Events: slices.Concat(rides, last, line("b", "1"), Billed("c", at+"12:30", "2", "0.02")), Partial: true}, []string{"ok 0.0000", "overcharge 0.0200"}},
		"the same id two days later":                     {Pair{Events: slices.Concat(rides, Sent("c", "2023-08-12 12:00", "marketing", Conversation("A", "marketing")), line("b", "1"), line("c", "2")), Partial: true}, []string{"ok 0.0000", "ok 0.0000"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			tt.pair.Judge(func(_ *verdict.JudgedPair, j *verdict.Judgement) {
				overall, _ := j.Overall()
				got = append(got, string(overall)+" "+j.Extra.Sure.String())
			})
			if !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}
