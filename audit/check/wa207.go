package check

import (
	"waudit/audit/price"
	"waudit/audit/result"
)

// VolumeTier is WA207, volume-tier.
var VolumeTier = Check{
	ID: "WA207", Name: "volume-tier", Severity: result.Error, Clause: "4.5",
	Needs: []Seen{SeenPricing, SeenRate, SeenTiers}, Records: [][]string{toldCharge()}, Monthly: true,
	Doc: Doc{
		Title: "the month's amounts do not follow the volume tiers",
		Means: "Utility and authentication messages are cheaper the more of them a portfolio sends to a market in a month: each costs the rate of the tier that it falls in. The amounts of the month, each of them the rate of some tier, come to more than so many messages can cost. Messages of the portfolio that are not in the log can only make them cheaper.",
		Wrong: "of 120,000 utility messages to one market all are charged at the rate of the first 100,000",
		Right: "100,000 at the first rate and 20,000 at the second, in whatever order the bill lists them",
		Since: "from 2025-07-01, as far as the tiers are known", Source: pricingDoc,
	},
	Log: func(l *LogView) []LogHit {
		hits := make([]LogHit, 0, len(l.Tiers))
		for _, t := range l.Tiers {
			category, month, due := t.Shown.String(), t.Month.String(), t.Due()
			h := LogHit{
				WABA: t.WABA, Category: category, Subject: []string{t.Portfolio, t.Market, category, month}, Count: t.N,
				Explanation: TiersExceeded.Say(Counted(t.N, category+" message"), t.Market, month,
					t.Currency+" "+t.Charged.String(), t.Currency+" "+due.String()),
				Currency: t.Currency, Money: price.Between(t.Charged, due), Verdict: result.Overcharge,
			}
			if !t.Sure() {
				why := TiersUnverified
				if t.Corrupt {
					why = DamageMayTell
				}
				h.Explanation = h.Explanation.Then(why.Say())
				h.Money.Doubt(h.Money.Over)
				h.Verdict = result.Uncertain
			}
			hits = append(hits, h)
		}
		return hits
	},
}
