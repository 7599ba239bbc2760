package check

import (
	"waudit/audit/price"
	"waudit/audit/result"
)

// wa205 is wrong-market.
var wa205 = Check{
	ID: "WA205", Name: "wrong-market", Severity: result.Error, Clause: "5",
	Needs: []Seen{SeenPricing, SeenRate}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "the amount is the rate of another market",
		Means: "The market is that of the customer's country: of the phone's calling code, or of the letters of a business-scoped id. The amount is not the rate of that market, and is exactly that of another one by the account's card.",
		Wrong: "a message to a phone of India is charged at the rate of the rest of Asia Pacific",
		Right: "an amount that is the rate of several markets, the customer's among them",
		Since: "from 2022-02-01", Source: pricingDoc,
	},
	Tells: func(c *MessageView) bool { return c.Worth.Fault == price.WrongMarket },
	Message: func(c *MessageView) *Hit {
		if c.Worth.Fault != price.WrongMarket {
			return nil
		}
		return c.rateHit(WrongMarket.Say(c.chargedOnce(), c.due(), c.Markets.Name(c.Worth.Other), c.dueRate()))
	},
}
