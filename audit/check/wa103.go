package check

import (
	"waudit/audit/outcome"
	"waudit/audit/result"
)

// wa103 is covered-by-earlier-era.
var wa103 = Check{
	ID: "WA103", Name: "covered-by-earlier-era", Severity: result.Error,
	Needs: []Seen{SeenPricing, SeenOwnPricing}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "charged though a utility conversation from before July 2025 covered it",
		Means: "When per-message pricing began on 2025-07-01, utility conversations that were open went on to their end and covered utility templates. Only utility; the status says pricing_model CBP and the id of that conversation.",
		Wrong: "a utility conversation opens on 2025-06-30 at 20:00; a utility template on 2025-07-01 at 10:00 is charged as PMP regular",
		Right: "a marketing template at that time: open marketing conversations covered nothing after the change",
		Since: "2025-07-01, for 24 hours", Source: pricingDoc,
	},
	Accuses: &Accusation{
		Of:      []outcome.Code{outcome.CoveredOpen},
		If:      func(c *MessageView) bool { return c.Era.PerMessage() },
		Why:     func(c *MessageView) Text { return CoveredByUtility.Say(stamp(c.Window.End)) },
		Perhaps: func(*MessageView) Text { return MayBeCovered.Say() },
	},
}
