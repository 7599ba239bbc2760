package check

import (
	"waudit/audit/outcome"
	"waudit/audit/result"
)

// wa105 is utility-in-service-window.
var wa105 = Check{
	ID: "WA105", Name: "utility-in-service-window", Severity: result.Error,
	Needs: []Seen{SeenPricing, SeenOwnPricing}, Records: [][]string{toldCharge(), {"inbound"}},
	Doc: Doc{
		Title: "utility was charged inside the open customer service window",
		Means: "From July 2025 to September 2026 a utility template was free if it was sent and delivered while the customer service window was open: 24 hours from the user's latest message or call.",
		Wrong: "the user writes at 09:00, a utility template is sent and delivered at 10:00 and reported regular",
		Right: "the same in October 2026, when utility is charged in the window too; or a marketing or authentication template, which always is",
		Since: "2025-07-01 to 2026-09-30", Source: pricingDoc,
	},
	Accuses: &Accusation{
		Of:      []outcome.Code{outcome.FreeServiceWindow},
		Why:     func(*MessageView) Text { return InServiceWindow.Say() },
		Perhaps: func(*MessageView) Text { return MayBeInServiceWindow.Say() },
	},
}
