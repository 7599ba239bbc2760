package check

import (
	"waudit/audit/outcome"
	"waudit/audit/result"
)

// wa107 is free-tier.
var wa107 = Check{
	ID: "WA107", Name: "free-tier", Severity: result.Error,
	Needs: []Seen{SeenPricing, SeenOwnPricing}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "charged inside the free tier of the month",
		Means: "The first 1,000 service messages that a business number delivers in a calendar month are free since October 2026; until October 2024 it was 1,000 conversations per account. A charge is called an overcharge only in a month that the log covers from its beginning, without signs of lost events on the number.",
		Wrong: "the 400th service message of October 2026 of a number is reported regular",
		Right: "the 1,001st; or a message of a month whose beginning is not in the log and for which free_used is not set",
		Since: "2022-02-01 to 2024-10-31, and from 2026-10-01", Source: pricingDoc + "/non-template-messages",
	},
	Accuses: &Accusation{
		Of: []outcome.Code{outcome.FreeTier},
		Why: func(c *MessageView) Text {
			if c.Era.FreeTier.ByNumber {
				return InNumberTier.Say(c.month().String())
			}
			return InAccountTier.Say(c.month().String())
		},
		Perhaps: func(c *MessageView) Text { return MayBeInTier.Say(c.month().String()) },
	},
}
