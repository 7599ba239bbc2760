package check

import (
	"waudit/audit/outcome"
	"waudit/audit/result"
)

// wa110 is exempt.
var wa110 = Check{
	ID: "WA110", Name: "exempt", Severity: result.Error,
	Needs: []Seen{SeenPricing, SeenOwnPricing}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "a reaction, an app message or an exempt organisation was charged",
		Means: "Reactions are free and do not use the free tier, messages written in the WhatsApp Business app are free, and governments and non-profits that Meta exempts do not pay for service messages until the end of 2027.",
		Wrong: "a reaction of November 2026 is reported regular",
		Right: "a service message of an organisation that is not exempt, beyond the free tier",
		Since: "from 2026-10-01 (app messages: always)", Source: pricingDoc + "/non-template-messages",
	},
	Accuses: &Accusation{
		Of:      []outcome.Code{outcome.FreeReaction, outcome.FreeExempt, outcome.FreeAppEcho},
		Why:     (*MessageView).exemption,
		Perhaps: (*MessageView).exemption,
	},
}
