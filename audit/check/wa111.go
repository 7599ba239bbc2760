package check

import (
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/price"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// wa111 is ai-provider.
var wa111 = Check{
	ID: "WA111", Name: "ai-provider", Severity: result.Error, Clause: "5",
	Needs: []Seen{SeenPricing}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "general_purpose_ai charged outside its markets and dates, or to a business that is no AI provider",
		Means: "AI providers pay for each non-template message to Italy (from 2026-02-16), the EU, the EEA and Brazil (from 2026-03-11); since 2026-05-13 only to Brazil. Nobody else pays in that category.",
		Wrong: "a shop (ai_provider: false) is charged general_purpose_ai for an answer to a user in Brazil",
		Right: "the same charge to an AI provider",
		Since: "from 2026-02-16", Source: pricingDoc + "/ai-providers",
	},
	Undue: true,
	Tells: func(c *MessageView) bool {
		return c.Verdict == result.Overcharge && c.Worth.Fault == price.Right && c.undueAI() != (Text{})
	},
	Message: func(c *MessageView) *Hit {
		why := c.undueAI()
		if why == (Text{}) {
			return nil
		}
		return &Hit{Explanation: c.charge().Then(why)}
	},
}

// undueAI says why a message that was charged to an AI provider should not have been,
// nothing if it should, or if that is not known.
func (c *MessageView) undueAI() Text {
	if c.Charging != verdict.Charged || c.Message.Reported.Category != category.GeneralPurposeAI || !c.Message.Arrived {
		return Text{}
	}
	facts := c.Pair.Facts
	switch {
	case !era.AIMarket(c.Pair.Country, facts.Calendar, c.Message.Delivered, c.Pair.Tolerance):
		return NoAIMarket.Say()
	case facts.AIProvider == reading.No:
		return NoAIProvider.Say()
	}
	return Text{}
}
