package check

import (
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// wa111 is ai-provider.
func wa111() Check {
	return Check{
		ID: "WA111", Name: "ai-provider", Severity: result.Error, Clause: "5",
		Needs: []Seen{SeenPricing}, Records: [][]string{toldCharge()},
		Doc: Doc{
			Title:  "general_purpose_ai charged outside its markets and dates, or to a business that is no AI provider",
			Means:  "AI providers pay for each non-template message to Italy (from 2026-02-16), the EU, the EEA and Brazil (from 2026-03-11); since 2026-05-13 only to Brazil. Nobody else pays in that category.",
			Wrong:  "a shop (ai_provider: false) is charged general_purpose_ai for an answer to a user in Brazil",
			Right:  "the same charge to an AI provider",
			Since:  "from 2026-02-16",
			Source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing/ai-providers",
		},
		Undue: true,
		Tells: func(c *Case) bool {
			return c.Claim == verdict.Charged && c.Outcome == outcome.Charge && c.Message.Reported.Category == category.GeneralPurposeAI && c.Verdict == result.Overcharge && c.Worth.Fault == price.Right
		},
		Message: func(c *Case) (Hit, bool) {
			if c.Claim != verdict.Charged || c.Message.Reported.Category != category.GeneralPurposeAI || !c.Message.Arrived {
				return Hit{}, false
			}
			facts := c.Pair.Facts
			market := era.AIMarket(c.Pair.Country, facts.Calendar, c.Message.Delivered, c.Pair.Tolerance)
			switch {
			case !market:
				return Hit{Explanation: c.charge().Then(NoAIMarket.Say())}, true
			case facts.AIProvider == reading.No:
				return Hit{Explanation: c.charge().Then(NoAIProvider.Say())}, true
			}
			return Hit{}, false
		},
	}
}
