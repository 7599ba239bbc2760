package era

import (
	"waudit/audit/category"
	"waudit/audit/outcome"
	"waudit/audit/reading"
)

func pmp2026Era() *Era {
	return &Era{
		Name: "pmp-2026-10", From: ServiceCharged, Unit: MessageUnit, Source: serviceDoc,
		Model: "PMP", FreeTier: FreeTier{Counts: Service, ByNumber: true}, ServiceCharged: true,
		decide: (*Case).pmp2026, Rest: "4.2.3",
		Summary: "every delivered template is charged; service is free up to 1,000 delivered messages per business number and calendar month, then charged",
		Clauses: []Clause{
			{"4.2.1", "a message that was not delivered is not charged", Official, undelivered},
			{"4.2.2", "in an open free entry point window, and for the answer that opens it, everything is free; beyond 72 hours the window's length is not documented", Official, outcome.Of(outcome.FreeEntryPoint)},
			{"4.2.3", "every template is charged in its category, utility in the customer service window too", Official, 0},
			{"4.2.4", "a reaction is free and does not use the free tier", Official, outcome.Of(outcome.FreeReaction)},
			{"4.2.5", "an AI provider's non-template message to Brazil is charged", Official, outcome.Of(outcome.ChargeOf(category.GeneralPurposeAI))},
			{"4.2.6", "of the service messages delivered in a calendar month, the first 1,000 per business number are free, then each is charged; exempt organisations pay none", Official, outcome.Of(outcome.FreeTier, outcome.FreeExempt, outcome.ChargeOf(category.Service), outcome.ChargeOf(category.GroupService))},
		},
	}
}

// pmp2026 decides from 2026-10-01 on (rules 4.2); the first clause that
// matches wins.
func (c *Case) pmp2026() RuleResult {
	if r, ok := c.freeByEntry(); ok { // 4.2.2
		return r
	}
	cat := c.category()
	if c.Message.Group {
		cat = cat.InGroup()
	}
	switch {
	case cat.Base() != category.Service: // 4.2.3
		return charge(cat)
	case c.reaction(): // 4.2.4
		return free(outcome.FreeReaction, cat, noWindow())
	case c.aiCharged(): // 4.2.5
		return charge(category.GeneralPurposeAI)
	}
	return RuleResult{Code: outcome.TierOf(cat), Category: cat, Window: noWindow()} // 4.2.6
}

// reaction tells whether the message is a reaction. Where the log does not name
// its type it may be one, unless it is reported as charged, as no reaction is.
func (c *Case) reaction() bool {
	m := c.Message
	if m.Type != "" {
		return m.Type == "reaction"
	}
	return m.Reported.Type != "regular" && !m.Reported.Priced() && c.X.Pick(2, reading.CategoryUnknown) == 1
}
