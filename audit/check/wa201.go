package check

import (
	"fmt"

	"waudit/audit/outcome"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// wa201 is category-mismatch.
func wa201() Check {
	return Check{
		ID: "WA201", Name: "category-mismatch", Severity: result.Error,
		Doc: Doc{
			Title:  "charged in another category than the template had when it was sent",
			Means:  "A template is charged in the category it had when it was sent. The category must be known from the send request, the configured templates or a template_category_update webhook: the pricing itself proves nothing. Variants count as their base: marketing_lite and group_marketing as marketing, and so on. A charge in a cheaper category is told as information.",
			Wrong:  "a template sent as utility is charged as marketing, with no change of its category before the sending",
			Right:  "the same after a template_category_update from utility to marketing; or a Direct Send message",
			Since:  "from 2023-06-01",
			Source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-categorization",
		},
		Message: func(c *Case) (Hit, bool) {
			if c.Outcome != outcome.Charge || c.Claim != verdict.Charged || !verdict.MismatchedCategory(c.Judgement) {
				return Hit{}, false
			}
			h := Hit{Explanation: fmt.Sprintf("Charged as %s, but the template was %s when it was sent (%s).",
				c.reported(), c.Category, c.categorySource())}
			switch c.Verdict {
			case result.Undercharge:
				h.Severity = result.Info
			case result.Uncertain:
				h.Severity = result.Warning
				h.Explanation += " Not sure which of the two is dearer in this market."
			}
			return h, true
		},
	}
}
