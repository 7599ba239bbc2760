package check

import (
	"waudit/audit/price"
	"waudit/audit/result"
)

// wa204 is wrong-rate.
var wa204 = Check{
	ID: "WA204", Name: "wrong-rate", Severity: result.Error, Clause: "5",
	Needs: []Seen{SeenPricing, SeenRate}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "the amount is not the rate of its market, category and date",
		Means: "A price in the log, or a line of the bill, is compared with the rate card by which the account is billed: a contract, or Meta's list where the account's configuration says rates: meta. What a provider charges is never compared with Meta's list. An amount is right if it is the list rate or that of a volume tier, rounded to at least four decimals; where the tiers are not known, anything up to the list rate is. Where most prices of an account, of two rates or more, are the same number of times what its card says, or the same sum above it, or differ from it by their decimals alone, what they are too high by that is uncertain: it may be a mark-up, a fee, a tax or another unit. A rate that is not verified makes no overcharge, only a warning.",
		Wrong: "a marketing message to Brazil is charged 0.0700 when the contract says 0.0650",
		Right: "0.0065 where the contract has 0.00652; or any price of an account whose rates are not configured",
		Since: "from 2022-02-01", Source: pricingDoc,
	},
	Tells: func(c *MessageView) bool { return c.Worth.Fault == price.WrongRate },
	Message: func(c *MessageView) *Hit {
		if c.Worth.Fault != price.WrongRate {
			return nil
		}
		return c.rateHit(WrongRate.Say(c.chargedOnce(), c.due(), c.dueRate()))
	},
}
