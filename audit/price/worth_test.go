package price

import (
	"fmt"
	"slices"
	"testing"

	"waudit/audit/event"
	"waudit/audit/verdict"
	. "waudit/audit/verdict/verdicttest"
)

// TestWorth: what the last message of a pair comes to by Meta's card of its day, of which
// marketing to the United States costs 0.025 and utility 0.0040, and the verdict by it
// (rules 6).
func TestWorth(t *testing.T) {
	cards := newCards(t)
	const day = "2025-09-01 "
	sent := func(category string, says ...Said) []event.Event { return Sent("a", day+"10:00", category, says...) }
	marketing, utility := Type("regular", "marketing"), Type("regular", "utility")
	inWindow := func(says ...Said) []event.Event {
		return slices.Concat(Wrote(day+"09:00"), sent("utility", append([]Said{utility}, says...)...))
	}
	euros := Known()
	euros.Currency = "EUR"
	for name, tt := range map[string]struct {
		pair   Pair
		billed bool // the account is billed by Meta's card
		want   string
	}{
		"right, not priced":           {Pair{Events: sent("marketing", marketing)}, false, "ok: USD 0.0250 = 0.0250 + 0.0000 - 0.0000 + 0.0000 (rate_card)"},
		"wrong, not priced":           {Pair{Events: inWindow()}, false, "overcharge: USD 0.0040 = 0.0000 + 0.0040 - 0.0000 + 0.0000 (rate_card)"},
		"another category, dearer":    {Pair{Events: sent("utility", marketing)}, false, "overcharge: USD 0.0250 = 0.0040 + 0.0210 - 0.0000 + 0.0000 (rate_card)"},
		"another category, cheaper":   {Pair{Events: sent("marketing", utility)}, false, "undercharge: USD 0.0040 = 0.0250 + 0.0000 - 0.0210 + 0.0000 (rate_card)"},
		"uncertain, not priced":       {Pair{Events: sent("utility", utility), Partial: true}, false, "uncertain: USD 0.0040 = 0.0000 + 0.0000 - 0.0000 + 0.0040 (rate_card)"},
		"wrong, and priced":           {Pair{Events: inWindow(Priced("0.01"))}, false, "overcharge: USD 0.0100 = 0.0000 + 0.0100 - 0.0000 + 0.0000 (reported)"},
		"due, at any price":           {Pair{Events: sent("marketing", marketing, Priced("0.09"))}, false, "ok: USD 0.0900 = 0.0900 + 0.0000 - 0.0000 + 0.0000 (reported)"},
		"due, dearer than the card":   {Pair{Events: sent("marketing", marketing, Priced("0.09"))}, true, "overcharge: USD 0.0900 = 0.0250 + 0.0650 - 0.0000 + 0.0000 (reported)"},
		"due, cheaper than the card":  {Pair{Events: sent("marketing", marketing, Priced("0.02"))}, true, "undercharge: USD 0.0200 = 0.0250 + 0.0000 - 0.0050 + 0.0000 (reported)"},
		"due, rounded":                {Pair{Events: sent("utility", utility, Priced("0.0040"))}, true, "ok: USD 0.0040 = 0.0040 + 0.0000 - 0.0000 + 0.0000 (reported)"},
		"no card in that currency":    {Pair{Events: sent("marketing", marketing), Account: euros, User: "999"}, false, "ok: no amount (market)"},
		"nothing is said":             {Pair{Events: sent("marketing")}, false, "unreported: no amount ()"},
		"the log is damaged, priced":  {Pair{Events: inWindow(Priced("0.01")), Corrupt: true}, true, "uncertain: USD 0.0100 = 0.0000 + 0.0000 - 0.0000 + 0.0100 (reported)"},
		"damaged, dearer than a card": {Pair{Events: sent("marketing", marketing, Priced("0.09")), Corrupt: true}, true, "uncertain: USD 0.0900 = 0.0250 + 0.0000 - 0.0000 + 0.0650 (reported)"},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.pair.Account == nil {
				tt.pair.Account = Known()
			}
			if tt.billed {
				tt.pair.Account.Rates = cards.Meta
			}
			got := ""
			tt.pair.Judge(func(p *verdict.JudgedPair, j *verdict.Judgement) {
				w, conclusion := cards.Valuer().Judge(p, j)
				if w.Basis == "" {
					got = fmt.Sprintf("%s: no amount (%s)", conclusion.Verdict, w.Lacks(p.Account))
					return
				}
				got = fmt.Sprintf("%s: %s %s = %s + %s - %s + %s (%s)", conclusion.Verdict, w.Currency, w.Reported, w.Expected, w.Over, w.Under, w.Uncertain, w.Basis)
			})
			if got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}
