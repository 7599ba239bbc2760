package era

import (
	"waudit/audit/category"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/window"
)

func pmp2025Era() *Era {
	return &Era{
		Name: "pmp-2025-07", From: PerMessage, Unit: MessageUnit, Source: pricingDoc,
		Model: "PMP", FreeTier: FreeTier{ByNumber: true}, UtilityFree: true,
		decide: (*Case).pmp2025, Rest: "4.1.8", Answer: "4.1.3",
		Summary: "each delivered template message is charged; utility in an open customer service window and service are free",
		Clauses: []Clause{
			{"4.1.1", "a message that was not delivered is not charged", Official, undelivered},
			{"4.1.2", "in an open free entry point window everything is free", Official, outcome.Of(outcome.FreeEntryPoint)},
			{"4.1.3", "the answer to a free entry message is free and opens the window: 72 hours from its sending", Official, 0},
			{"4.1.4", "a utility template is covered by a utility conversation opened before 2025-07-01 while that is open", Official, outcome.Of(outcome.CoveredOpen)},
			{"4.1.5", "an AI provider's non-template message is charged in the listed markets and times", Official, outcome.Of(outcome.ChargeOf(category.GeneralPurposeAI))},
			{"4.1.6", "any other message that is no template is free", Official, outcome.Of(outcome.FreeService)},
			{"4.1.7", "a utility template sent and delivered in an open customer service window is free; one of the two alone is not documented", Official, outcome.Of(outcome.FreeServiceWindow)},
			{"4.1.8", "every other template is charged in its category", Official, 0},
		},
	}
}

// pmp2025 decides from 2025-07-01 to 2026-09-30 (rules 4.1); the first
// clause that matches wins.
func (c *Case) pmp2025() RuleResult {
	if r, ok := c.freeByEntry(); ok { // 4.1.2, 4.1.3
		return r
	}
	cat := c.category()
	if c.Message.Group {
		cat = cat.InGroup()
	}
	if cat.Base() == category.Service {
		if c.aiCharged() { // 4.1.5
			return charge(category.GeneralPurposeAI)
		}
		return free(outcome.FreeService, cat, noWindow()) // 4.1.6
	}
	if cat.Base() == category.Utility {
		// 4.1.4
		if open, why := c.State.Open(window.SlotUtility, c.At, c.Tolerance); c.X.Is(open, why) {
			return free(outcome.CoveredOpen, cat, windowOf(Conversation, c.State.Slots[window.SlotUtility]))
		}
		if r, ok := c.utilityInWindow(cat); ok { // 4.1.7
			return r
		}
	}
	return charge(cat) // 4.1.8
}

// utilityInWindow applies 4.1.7: Meta's pages say both "sent" and "delivered",
// so only both or none are sure.
func (c *Case) utilityInWindow(cat category.Category) (RuleResult, bool) {
	openD, whyD, by := c.Service.Open(c.At, c.Tolerance)
	delivered := c.X.Is(openD, whyD)
	openS, whyS, bySent := c.Service.Open(c.Message.Sent, c.Tolerance)
	sent := c.X.Is(openS, whyS)
	if sent != delivered && c.X.Pick(2, reading.OpenRule) == 1 || !sent && !delivered {
		return RuleResult{}, false
	}
	if by < 0 {
		by = bySent
	}
	return free(outcome.FreeServiceWindow, cat, c.serviceWindow(by)), true
}
