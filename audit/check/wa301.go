package check

import (
	"fmt"

	"waudit/audit/result"
	"waudit/audit/verdict"
)

// wa301 is unbilled.
func wa301() Check {
	return Check{
		ID: "WA301", Name: "unbilled", Severity: result.Info,
		Doc: Doc{
			Title:  "should have been charged and was not",
			Means:  "A message that the rules charge is reported free, or carries no pricing though its siblings do. A later bill may ask for it.",
			Wrong:  "a marketing template with billable false",
			Right:  "a utility template in the open customer service window of 2025",
			Since:  "every era",
			Source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing",
		},
		Message: func(c *Case) (Hit, bool) {
			if c.Verdict != result.Undercharge || c.freeTooLong() || c.Claim == verdict.Charged {
				return Hit{}, false
			}
			return Hit{Explanation: fmt.Sprintf("Should have been charged as %s, and %s.", c.Category, c.howFree())}, true
		},
	}
}

// howFree says what the log reports instead of a charge.
func (c *Case) howFree() string {
	r := &c.Message.Reported
	switch {
	case r.Type != "":
		return "is reported " + r.Type
	case r.Source == 0:
		return "carries no pricing, though other messages of the number do"
	case r.Conversation != "":
		return "is reported as part of a conversation that was open"
	}
	return "is reported as not billable"
}
