package check

import (
	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// wa301 is unbilled.
var wa301 = Check{
	ID: "WA301", Name: "unbilled", Severity: result.Info,
	Needs: []Seen{SeenPricing}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "should have been charged and was not",
		Means: "A message that the rules charge is reported free, or carries no pricing though its siblings do. A later bill may ask for it.",
		Wrong: "a marketing template with billable false",
		Right: "a utility template in the open customer service window of 2025",
		Since: "every era", Source: pricingDoc,
	},
	Tells: func(c *MessageView) bool { return c.Verdict == result.Undercharge && !c.freeTooLong() },
	Message: func(c *MessageView) *Hit {
		if c.Verdict != result.Undercharge || c.freeTooLong() || c.Charging == verdict.Charged {
			return nil
		}
		return &Hit{Explanation: c.notCharged()}
	},
}

// notCharged says what the log reports instead of the charge that is due.
func (c *MessageView) notCharged() Text {
	r, due := &c.Message.Reported, c.dueCharge()
	switch {
	case r.Type != "" && r.Type != "regular":
		return DueButFree.Say(due, r.Type)
	case c.Message.FreeEntryProof:
		return DueButFree.Say(due, category.ReferralConversion.String())
	case r.Source == 0 && r.HasAmount:
		return DueButZero.Say(due)
	case r.Source == 0:
		return DueButUnpriced.Say(due)
	case r.Billable != event.False && r.Conversation != "":
		return DueButRides.Say(due)
	}
	return DueButNotBillable.Say(due)
}
