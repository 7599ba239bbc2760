package check

import (
	"waudit/audit/outcome"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// wa201 is category-mismatch.
var wa201 = Check{
	ID: "WA201", Name: "category-mismatch", Severity: result.Error, Clause: "5",
	Needs: []Seen{SeenPricing, SeenTemplateCategory}, Records: [][]string{{"category"}, {"template", "template_category"}},
	Doc: Doc{
		Title: "charged in another category than the template had when it was sent",
		Means: "A template is charged in the category it had when it was sent. The category must be known from the send request, the configured templates or a template_category_update webhook: the pricing itself proves nothing. Variants count as their base: marketing_lite and group_marketing as marketing, and so on. It is uncertain where the log, which is not said to be complete, charges the template several times in another category and since then in no other: Meta may have changed it, and the notice may be lacking. A charge in a cheaper category is reported as information.",
		Wrong: "a template sent as utility is charged as marketing, with no change of its category before the sending",
		Right: "the same after a template_category_update from utility to marketing; or a Direct Send message",
		Since: "from 2023-06-01", Source: metaDoc + "templates/template-categorization",
	},
	Tells: func(c *MessageView) bool {
		return c.Charging == verdict.Charged && verdict.MismatchedCategory(c.Decision)
	},
	Message: func(c *MessageView) *Hit {
		if c.Outcome != outcome.Charge || c.Charging != verdict.Charged || !verdict.MismatchedCategory(c.Decision) {
			return nil
		}
		h := &Hit{Explanation: ChargedAs.Say(c.Message.Reported.CategoryWord).Then(TemplateWas.Say(c.Category.String(), c.source()))}
		switch c.Verdict {
		case result.Undercharge:
			h.Severity = result.Info
		case result.Uncertain:
			h.Severity = result.Warning
			h.Explanation = h.Explanation.Then(c.rateDoubt())
		}
		return h
	},
}
