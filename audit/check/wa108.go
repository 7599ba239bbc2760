package check

import (
	"waudit/audit/outcome"
	"waudit/audit/result"
)

// wa108 is not-delivered.
var wa108 = Check{
	ID: "WA108", Name: "not-delivered", Severity: result.Error,
	Needs: []Seen{SeenPricing, SeenOwnPricing}, Records: [][]string{{"amount"}, {"failed"}},
	Doc: Doc{
		Title: "charged though it was never delivered",
		Means: "Only delivered messages are charged. A message that failed, with no delivered or read status, costs nothing; an explicit price or a bill line for it is an error. So it is for a message of which a complete log (complete_from) shows neither, and that goes on for 30 days after the sending: the platform delivers no later. Pricing on the failed status itself is not yet a charge.",
		Wrong: "a template fails with 131026, and the bill has a line for it",
		Right: "a message that shows both delivered and failed: which of the two is true cannot be told",
		Since: "every era", Source: pricingDoc,
	},
	Accuses: &Accusation{
		Of:      []outcome.Code{outcome.UndeliveredFailed, outcome.UndeliveredNever},
		Why:     (*MessageView).undelivered,
		Perhaps: func(*MessageView) Text { return MayBeUndelivered.Say() },
	},
}
