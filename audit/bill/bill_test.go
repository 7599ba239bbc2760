package bill

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"waudit/audit/price"
	"waudit/audit/reading"
	"waudit/audit/verdict"
	. "waudit/audit/verdict/verdicttest"
)

// TestLines: what a pair's messages come to on the bill, by Meta's card: in charges, free
// messages by why, and in what is uncertain the least and the most.
func TestLines(t *testing.T) {
	markets, meta := Lists(t)
	const day = "2025-09-01 "
	wrote := Wrote(day + "09:00")
	marketing, utility := Sent("a", day+"10:00", "marketing"), Sent("b", day+"10:05", "utility")
	for name, tt := range map[string]struct {
		pair Pair
		want []string // "category: charges amount, free by reason, uncertain from to"
	}{
		"charged and free":                 {Pair{Events: slices.Concat(wrote, marketing, utility)}, []string{"marketing: 1 at USD 0.0250, 0 uncertain 0.0000 to 0.0000", "utility: 0 at 0.0000, 1 customer_service_window, 0 uncertain 0.0000 to 0.0000"}},
		"two of a kind":                    {Pair{Events: slices.Concat(marketing, Sent("c", day+"11:00", "marketing"))}, []string{"marketing: 2 at USD 0.0500, 0 uncertain 0.0000 to 0.0000"}},
		"another month is another line":    {Pair{Events: slices.Concat(marketing, Sent("c", "2025-10-01 11:00", "marketing"))}, []string{"marketing: 1 at USD 0.0250, 0 uncertain 0.0000 to 0.0000", "marketing: 1 at USD 0.0250, 0 uncertain 0.0000 to 0.0000"}},
		"uncertain, from nothing":          {Pair{Events: utility, Partial: true}, []string{"utility: 0 at USD 0.0000, 1 uncertain 0.0000 to 0.0040"}},
		"the free tier":                    {Pair{Events: Sent("a", "2026-10-05 10:00", "service"), Tier: reading.Yes}, []string{"service: 0 at 0.0000, 1 free_tier, 0 uncertain 0.0000 to 0.0000"}},
		"not delivered, nothing to pay":    {Pair{Events: Sent("a", day+"10:00", "marketing", Failed)}, nil},
		"due, whatever the log says of it": {Pair{Events: Sent("a", day+"10:00", "marketing", Type("regular", "utility"))}, []string{"marketing: 1 at USD 0.0250, 0 uncertain 0.0000 to 0.0000"}},
		"at the log's own price":           {Pair{Events: Sent("a", day+"10:00", "marketing", Type("regular", "marketing"), Priced("0.03"))}, []string{"marketing: 1 at USD 0.0300, 0 uncertain 0.0000 to 0.0000"}},
	} {
		t.Run(name, func(t *testing.T) {
			cards := price.NewCards(markets, meta)
			tally, valuer := NewTally(cards), cards.Valuer()
			tt.pair.Judge(func(p *verdict.JudgedPair, j *verdict.Judgement) {
				var w price.Worth
				w, j.Conclusion = valuer.Judge(p, j)
				tally.See(p, j, &w)
			})
			lines, _, _ := tally.Bill(nil)
			var got []string
			for _, l := range lines {
				text := fmt.Sprintf("%s: %d at %s, ", l.Category, l.Charges, strings.TrimSpace(l.Currency+" "+l.Amount))
				for _, f := range l.Free {
					text += fmt.Sprintf("%d %s, ", f.Messages, f.Reason)
				}
				got = append(got, text+fmt.Sprintf("%d uncertain %s to %s", l.Uncertain, l.Low, l.High))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q\nwant %q", got, tt.want)
			}
		})
	}
}
