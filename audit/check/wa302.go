package check

import (
	"waudit/audit/category"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// wa302 is free-too-long.
var wa302 = Check{
	ID: "WA302", Name: "free-too-long", Severity: result.Info,
	Needs: []Seen{SeenPricing}, Records: [][]string{toldCharge(), {"inbound"}},
	Doc: Doc{
		Title: "reported free outside the window that would make it so",
		Means: "A utility template is reported free_customer_service after the customer service window closed, or a message free_entry_point after the free entry window. Not reported where the log lacks the customers' messages.",
		Wrong: "the user wrote on Monday at 09:00, and a utility template on Tuesday at 15:00 is reported free_customer_service",
		Right: "the same at 08:00 on Tuesday; or a number that shows no user message at all",
		Since: "2025-07-01 to 2026-09-30 (free entry: from 2025-07-01)", Source: pricingDoc,
	},
	Tells: func(c *MessageView) bool { return c.Verdict == result.Undercharge && c.freeTooLong() },
	Message: func(c *MessageView) *Hit {
		if c.Verdict != result.Undercharge || !c.freeTooLong() || c.Charging == verdict.Charged {
			return nil
		}
		return &Hit{Explanation: c.freeWithout()}
	},
}

// freeTooLong tells whether a due charge is reported free by a window.
func (c *MessageView) freeTooLong() bool {
	r := &c.Message.Reported
	switch r.Type {
	case "free_entry_point":
		return true
	case "free_customer_service":
		return c.Era.UtilityFree && c.Category.Base() == category.Utility
	}
	return false
}

// freeWithout says which window is not there that would make the message free.
func (c *MessageView) freeWithout() Text {
	said, due := c.Message.Reported.Type, c.dueCharge()
	if said == "free_entry_point" {
		return FreeWithoutFreeEntry.Say(said, due)
	}
	if end, ok := c.Pair.Service.LastEnd(c.Message.Delivered.Hi); ok {
		return FreeAfterWindow.Say(said, stamp(end), due)
	}
	return DueButFree.Say(due, said)
}
