package check

import (
	"waudit/audit/outcome"
	"waudit/audit/result"
)

// wa106 is service-is-free.
var wa106 = Check{
	ID: "WA106", Name: "service-is-free", Severity: result.Error,
	Needs: []Seen{SeenPricing, SeenOwnPricing}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "a service message was charged while service was free",
		Means: "Service conversations were free from November 2024, and messages that are no templates from July 2025 to September 2026 (and always before February 2022).",
		Wrong: "a text answer of August 2025 is reported regular with category service",
		Right: "the same in October 2026, beyond the first 1,000 of the number's month; or, in the conversation eras, billable true: it is sent for free service conversations too and is no charge",
		Since: "before 2022-02-01, and 2024-11-01 to 2026-09-30", Source: pricingDoc + "/non-template-messages",
	},
	Accuses: &Accusation{
		Of: []outcome.Code{outcome.FreeService},
		Why: func(c *MessageView) Text {
			if c.Era.Notifications {
				return OnlyTemplatesCharged.Say()
			}
			return ServiceFree.Say()
		},
		Perhaps: func(*MessageView) Text { return MayBeServiceFree.Say() },
	},
}
