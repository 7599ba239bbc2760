package check

import (
	"waudit/audit/outcome"
	"waudit/audit/result"
)

// wa101 is same-category-window.
var wa101 = Check{
	ID: "WA101", Name: "same-category-window", Severity: result.Error,
	Needs: []Seen{SeenPricing, SeenOwnPricing}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "a conversation was opened while one of its category was open",
		Means: "From June 2023 to June 2025 a conversation of a category covered every template of that category for 24 hours from the first delivery. A second conversation of the same category that opened inside those hours is charged twice.",
		Wrong: "marketing delivered at 10:00 opens a conversation and is charged; marketing delivered at 16:00 carries a new conversation id with billable true",
		Right: "marketing delivered at 10:00, utility at 16:00: another category opens its own conversation; or marketing delivered the next day at 10:00 exactly: the first conversation is over",
		Since: "2023-06-01 to 2025-06-30", Source: pricingDoc + "/conversation-based-pricing",
	},
	Accuses: &Accusation{
		Of: []outcome.Code{outcome.CoveredOpen},
		If: func(c *MessageView) bool { return !c.Era.PerMessage() && !c.anyCovers() },
		Why: func(c *MessageView) Text {
			return CoveredByCategory.Say(c.Category.String(), stamp(c.Window.Start), stamp(c.Window.End))
		},
		Perhaps: func(*MessageView) Text { return MayBeCovered.Say() },
	},
}
