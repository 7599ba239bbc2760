package check_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/reading"
	"waudit/audit/verdict"
	. "waudit/audit/verdict/verdicttest"
)

// spoken returns what the checks of single messages say of a pair, as "CHECK message
// verdict".
func spoken(t *testing.T, pair Pair) (said []string) {
	speak(t, pair, func(c *check.MessageView, of *check.Check, hit check.Hit) {
		if hit.Explanation.String() == "" {
			t.Errorf("%s says nothing of %s", of.ID, c.Message.ID)
		}
		if hit.Verdict == "" {
			hit.Verdict, _ = c.Overall()
		}
		said = append(said, of.ID+" "+c.Message.ID+" "+string(hit.Verdict))
	})
	return said
}

// speak has the checks of single messages speak of a pair, by Meta's card. What is
// charged too much they tell once.
func speak(t *testing.T, pair Pair, heard func(*check.MessageView, *check.Check, check.Hit)) {
	t.Helper()
	markets, meta := Lists(t)
	all, set, valuer := check.All(), check.NewSet(), price.NewCards(markets, meta).Valuer()
	if pair.Account == nil {
		pair.Account = Known()
	}
	pair.Account.Rates = meta
	pair.Judge(func(p *verdict.JudgedPair, j *verdict.Judgement) {
		w, conclusion := valuer.Judge(p, j)
		j.Conclusion = conclusion
		c := &check.MessageView{Judgement: j, Pair: p, Worth: &w, Checks: set, Markets: markets}
		told := money.Amount{}
		for i := range all {
			if sums, tells := c.MoneyOf(&all[i]); tells {
				told = told.Add(sums.Over)
			}
			var hit *check.Hit
			switch of := &all[i]; {
			case of.Message != nil:
				hit = of.Message(c)
			case of.Accuses != nil && c.Accused() != nil && c.Accused().ID == of.ID:
				hit = new(of.Accuses.Hit(c))
			}
			if hit != nil {
				heard(c, &all[i], *hit)
			}
		}
		if told.Cmp(w.Over) != 0 {
			t.Errorf("of message %s %s is charged too much, and the checks tell %s of it", j.Message.ID, w.Over, told)
		}
	})
}

// TestMessages: each check of a single message at one that it speaks of. What it must
// leave alone, and the edges, are in testdata/checks.
func TestMessages(t *testing.T) {
	const day = "2025-09-01 "
	utility, marketing := Type("regular", "utility"), Type("regular", "marketing")
	conversation := func(id, at, category string) []event.Event {
		return Sent(id, at, category, Conversation("of "+id, category))
	}
	with := func(of []event.Event, status int, says ...Said) []event.Event {
		for _, say := range says {
			say(&of[status])
		}
		return of
	}
	reaction := func(e *event.Event) { e.Type = "reaction" }
	service := Type("regular", "service")
	tests := map[string]struct {
		pair Pair
		want []string
	}{
		"right":            {Pair{Events: Sent("a", day+"10:00", "marketing", marketing)}, nil},
		"WA101":            {Pair{Events: slices.Concat(conversation("a", "2023-08-10 10:00", "marketing"), conversation("b", "2023-08-10 11:00", "marketing"))}, []string{"WA101 b overcharge"}},
		"WA102":            {Pair{Events: slices.Concat(conversation("a", "2022-08-10 10:00", "business_initiated"), conversation("b", "2022-08-10 11:00", "business_initiated"))}, []string{"WA102 b overcharge"}},
		"WA103":            {Pair{Events: slices.Concat(conversation("a", "2025-06-30 20:00", "utility"), Sent("b", "2025-07-01 10:00", "utility", utility))}, []string{"WA103 b overcharge"}},
		"WA104":            {Pair{Events: slices.Concat(Clicked(day+"09:00"), Sent("a", day+"09:30", "service", Type("free_entry_point", "service")), Sent("b", day+"10:00", "marketing", marketing))}, []string{"WA104 b overcharge"}},
		"WA105":            {Pair{Events: slices.Concat(Wrote(day+"09:00"), Sent("a", day+"10:00", "utility", utility))}, []string{"WA105 a overcharge"}},
		"WA105, uncertain": {Pair{Events: slices.Concat(Wrote(day+"09:00"), Sent("a", "2025-09-02 08:59", "utility", utility, Late(2*time.Minute)))}, []string{"WA105 a uncertain"}},
		"WA106":            {Pair{Events: slices.Concat(Wrote(day+"09:00"), Sent("a", day+"10:00", "service", service))}, []string{"WA106 a overcharge"}},
		"WA107":            {Pair{Events: slices.Concat(Wrote("2026-10-05 09:00"), Sent("a", "2026-10-05 10:00", "service", service)), Tier: reading.Yes}, []string{"WA107 a overcharge"}},
		"WA108":            {Pair{Events: slices.Concat(Sent("a", day+"10:00", "utility", Failed), Billed("a", day+"12:00", "1", "0.004"))}, []string{"WA108 a overcharge"}},
		"WA109":            {Pair{Events: slices.Concat(Sent("a", day+"10:00", "marketing", marketing), Billed("a", day+"12:00", "1", "0.025"), Billed("a", day+"12:00", "2", "0.025"))}, []string{"WA109 a overcharge"}},
		"WA110":            {Pair{Events: slices.Concat(Wrote("2026-10-05 09:00"), with(with(Sent("a", "2026-10-05 10:00", "service", service), 0, reaction), 1, reaction))}, []string{"WA110 a overcharge"}},
		"WA111":            {Pair{Events: slices.Concat(Wrote("2026-10-05 09:00"), Sent("a", "2026-10-05 10:00", "service", Type("regular", "general_purpose_ai")))}, []string{"WA111 a overcharge"}},
		"WA201":            {Pair{Events: Sent("a", day+"10:00", "utility", marketing)}, []string{"WA201 a overcharge"}},
		"WA202":            {Pair{Events: Sent("a", day+"10:00", "marketing", Conversation("A", "marketing"))}, []string{"WA202 a ok"}},
		"WA203":            {Pair{Events: Sent("a", day+"10:00", "marketing", marketing, func(e *event.Event) { e.Billable = event.False })}, []string{"WA203 a ok"}},
		"WA204":            {Pair{Events: Sent("a", day+"10:00", "marketing", marketing, Priced("0.07"))}, []string{"WA204 a overcharge"}},
		"WA205":            {Pair{Events: Sent("a", day+"10:00", "marketing", marketing, Priced("0.1365"))}, []string{"WA205 a overcharge"}},
		"WA206":            {Pair{Events: Sent("a", day+"10:00", "authentication", Type("regular", "authentication_international"))}, []string{"WA206 a overcharge"}},
		"WA301":            {Pair{Events: Sent("a", day+"10:00", "marketing", Type("free_customer_service", "marketing"))}, []string{"WA301 a undercharge"}},
		"WA302":            {Pair{Events: Sent("a", day+"10:00", "utility", Type("free_customer_service", "utility"))}, []string{"WA302 a undercharge"}},
		"WA401":            {Pair{Events: slices.Concat(with(Sent("a", day+"10:00", "marketing"), 0, marketing), Sent("b", day+"11:00", "marketing", marketing))}, []string{"WA401 a uncertain"}},
		"WA402":            {Pair{Events: slices.Concat(Sent("a", day+"10:00", "marketing", marketing), Sent("a", day+"10:01", "marketing", Failed)[1:])}, []string{"WA108 a uncertain", "WA402 a uncertain"}},
		"WA404":            {Pair{Events: Sent("a", day+"10:00", "marketing", marketing, Late(-time.Hour))}, []string{"WA404 a ok"}},
		"WA406":            {Pair{Events: Sent("a", "2023-08-10 10:00", "marketing", Conversation("A", "marketing"), func(e *event.Event) { e.Expires = e.Time + 30*time.Hour.Milliseconds() })}, []string{"WA406 a ok"}},
		"WA501":            {Pair{Events: Sent("a", day+"10:00", "service")}, []string{"WA501 a ok"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := spoken(t, tt.pair); !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	for _, c := range check.All() {
		if _, has := tests[c.ID]; !has && c.Log == nil && c.Unpaid == nil {
			t.Errorf("%s has no message here that it speaks of", c.ID)
		}
	}
}

// TestDoubts: why a charge may have been none, and what keeps that open (rules 1, 3.3 and
// 4).
func TestDoubts(t *testing.T) {
	const day, then = "2025-09-01 ", "2023-08-10 "
	utility, marketing := Type("regular", "utility"), Type("regular", "marketing")
	wrote, answer := Wrote(day+"09:00"), Sent("a", day+"09:30", "service")
	opened := Sent("a", then+"10:00", "marketing", Conversation("A", "marketing"))
	second := Sent("b", then+"11:00", "marketing", Conversation("B", "marketing"))
	nowhere := Known()
	nowhere.Facts.Calendar = era.NewCalendar(nil)
	for name, tt := range map[string]struct {
		pair Pair
		want []check.Phrase
	}{
		"sent in the window":               {Pair{Events: slices.Concat(wrote, Sent("a", "2025-09-02 08:59", "utility", utility, Late(2*time.Minute)))}, []check.Phrase{check.SentInServiceWindow}},
		"delivered in the window":          {Pair{Events: slices.Concat(Sent("a", day+"08:59", "utility", utility, Late(2*time.Minute)), wrote)}, []check.Phrase{check.DeliveredInServiceWindow}},
		"no click is proven":               {Pair{Events: slices.Concat(Clicked(day+"09:00"), answer, Sent("b", day+"10:00", "marketing", marketing))}, []check.Phrase{check.MayBeFreeEntry, check.ClickUnproven}},
		"after 72 hours of free entry":     {Pair{Events: slices.Concat(Clicked("2026-10-05 09:00"), Sent("a", "2026-10-05 09:30", "service", Type("free_entry_point", "service")), Sent("b", "2026-10-08 10:00", "marketing", Priced("0.025")))}, []check.Phrase{check.LateFreeEntry}},
		"the statuses disagree":            {Pair{Events: slices.Concat(wrote, Sent("a", day+"10:00", "utility", utility), Sent("a", day+"10:00", "utility", Type("free_customer_service", "utility"))[1:])}, []check.Phrase{check.InServiceWindow, check.PricingDisagrees}},
		"the log is damaged":               {Pair{Events: slices.Concat(wrote, Sent("a", day+"10:00", "utility", utility)), Corrupt: true}, []check.Phrase{check.InServiceWindow, check.DamageMayTell}},
		"the log begins in the middle":     {Pair{Events: slices.Concat(opened, second), Partial: true}, []check.Phrase{check.CoveredByCategory, check.OpenBeforeUnknown, check.MaySettle}},
		"the count of the tier":            {Pair{Events: slices.Concat(Wrote("2026-10-05 09:00"), Sent("a", "2026-10-05 10:00", "service", Type("regular", "service"))), Tier: reading.Maybe}, []check.Phrase{check.MayBeInTier, check.TierMayBeUsed}},
		"read, and no delivery in the log": {Pair{Events: slices.Concat(wrote, Sent("a", "2025-09-02 08:59", "utility", utility, func(e *event.Event) { e.Kind, e.Time = event.Read, e.Time+time.Hour.Milliseconds() }))}, []check.Phrase{check.MayBeInServiceWindow, check.DeliveryTimeUnknown}},
		"no sending in the log":            {Pair{Events: slices.Concat(wrote, Sent("a", day+"10:00", "utility", utility)[1:])}, []check.Phrase{check.MayBeInServiceWindow, check.SentTimeUnknown, check.MaySettle}},
		"no zone":                          {Pair{Events: slices.Concat(Wrote("2026-09-30 12:00"), Sent("a", "2026-09-30 20:00", "utility", utility)), Account: nowhere}, []check.Phrase{check.MayBeInServiceWindow, check.ZoneNotSet, check.MaySettle}},
		"only a reaction before":           {Pair{Events: slices.Concat(reacted(day+"09:00"), Sent("a", day+"10:00", "utility", utility))}, []check.Phrase{check.DoubtfulOpener}},
		"neither delivered nor failed":     {Pair{Events: slices.Concat(Sent("a", day+"10:00", "utility")[:1], Billed("a", day+"12:00", "1", "0.004")), Partial: true}, []check.Phrase{check.MayBeUndelivered, check.ShowsNoEnd}},
		"free in both readings":            {Pair{Events: slices.Concat(posted(day+"09:00"), answer, Sent("b", day+"10:00", "utility", utility))}, []check.Phrase{check.FreeEitherWay}},
	} {
		t.Run(name, func(t *testing.T) {
			said := ""
			speak(t, tt.pair, func(_ *check.MessageView, of *check.Check, hit check.Hit) {
				if of.Accuses != nil {
					said = hit.Explanation.String()
				}
			})
			for _, phrase := range tt.want {
				if beginning, _, _ := strings.Cut(string(phrase), "{"); !strings.Contains(said, beginning) {
					t.Errorf("%q, want %q", said, phrase)
				}
			}
		})
	}
}

// reacted is a reaction of the user, posted a message that came in by a post.
func reacted(at string) []event.Event {
	e := Wrote(at)
	e[0].Type = "reaction"
	return e
}

func posted(at string) []event.Event {
	e := Wrote(at)
	e[0].Referral = "post"
	return e
}
