package check

import (
	amounts "waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/result"
)

// VolumeTier is WA207, volume-tier.
func VolumeTier() Check {
	return Check{
		ID: "WA207", Name: "volume-tier", Severity: result.Error, Clause: "4.5",
		Needs: []Seen{SeenPricing, SeenRate, SeenTiers}, Records: [][]string{toldCharge()},
		Doc: Doc{
			Title:  "the month's amounts do not follow the volume tiers",
			Means:  "Utility and authentication messages are cheaper the more of them a portfolio sends to a market in a month: each costs the rate of the tier that it falls in. The amounts of the month, each of them the rate of some tier, come to more than so many messages can cost. Messages of the portfolio that are not in the log can only make them cheaper.",
			Wrong:  "of 120,000 utility messages to one market all are charged at the rate of the first 100,000",
			Right:  "100,000 at the first rate and 20,000 at the second, in whatever order the bill lists them",
			Since:  "from 2025-07-01, as far as the tiers are known",
			Source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing",
		},
		Log: func(l *Log) []LogHit {
			hits := make([]LogHit, 0, len(l.Tiers))
			for _, t := range l.Tiers {
				excess := t.Charged.Sub(t.Due)
				h := LogHit{
					WABA: t.WABA, Category: t.Category, Subject: []string{t.Portfolio, t.Market, t.Category, t.Month}, Count: t.Messages,
					Explanation: TiersExceeded.Say(counted(t.Messages, t.Category+" message"), t.Market, t.Month,
						t.Currency+" "+amounts.Format(t.Charged, 4), t.Currency+" "+amounts.Format(t.Due, 4)),
					Currency: t.Currency, Money: price.Sums{Reported: t.Charged, Expected: t.Due, Over: excess}, Verdict: result.Overcharge,
				}
				if !t.Sure {
					h.Explanation = h.Explanation.Then(TiersUnverified.Say())
					h.Money, h.Verdict = price.Sums{Reported: t.Charged, Expected: t.Due, Uncertain: excess}, result.Uncertain
				}
				hits = append(hits, h)
			}
			return hits
		},
	}
}
