package check

import (
	"waudit/audit/result"
)

// wa401 is pricing-missing.
var wa401 = Check{
	ID: "WA401", Name: "pricing-missing", Severity: result.Warning, Clause: "5", Daily: true,
	Needs: []Seen{SeenPricing}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "delivered, but its pricing is missing or only on the sent status",
		Means: "Pricing on the sent status is a forecast. Where the delivered and read statuses lack it, the log cannot tell what the message cost.",
		Wrong: "a message with sent and delivered, of which only sent carries pricing, on a number whose other messages have it on delivered",
		Right: "a log that carries no pricing at all: then the report says that the checks of charges did not run",
		Since: "every era", Source: statusDoc,
	},
	Message: func(c *MessageView) *Hit {
		r := &c.Message.Reported
		if !c.Message.Arrived || c.Message.App || r.Final() || r.Priced() && !r.Forecast() || c.Pair.Coverage.Priced == 0 {
			return nil
		}
		return &Hit{Explanation: NoFinalPricing.Say()}
	},
}
