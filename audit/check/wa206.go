package check

import (
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/price"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// wa206 is auth-international.
var wa206 = Check{
	ID: "WA206", Name: "auth-international", Severity: result.Error, Clause: "5",
	Needs: []Seen{SeenPricing, SeenRate | SeenAuthCharge}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "the international rate where the domestic one applies, or the reverse",
		Means: "Authentication costs the international rate only where the customer's market has one, the business is eligible and its start time has passed, and its primary location is another country. The charge names the other of the two categories, or its amount is the other rate.",
		Wrong: "a business in India sends one-time codes to phones of India, and each is charged 0.0304",
		Right: "the same for a business whose primary location is another country, after its start time",
		Since: "from 2024-06-01", Source: pricingDoc + "/authentication-international-rates",
	},
	Tells: func(c *MessageView) bool { return c.Worth.Fault == price.WrongAuth },
	Message: func(c *MessageView) *Hit {
		if c.Worth.Fault != price.WrongAuth {
			return nil
		}
		if verdict.WrongAuth(c.Judgement) {
			return c.rateHit(c.charge().Then(c.authDuty()))
		}
		said, due := "international", "domestic"
		if category.Category(c.Code) == category.AuthInternational {
			said, due = due, said
		}
		return c.rateHit(WrongAuth.Say(c.chargedOnce(), said, due, c.dueRate()))
	},
}

// authDuty says which of the two rates of authentication applies, and why
// (4.6).
func (c *MessageView) authDuty() Text {
	pair := c.Pair
	country := pair.Recipient(c.Message)
	switch {
	case category.Category(c.Code) == category.AuthInternational:
		return AuthAbroad.Say()
	case !era.AuthMarket(country, pair.Facts.Calendar, c.Message.Delivered, pair.Tolerance):
		return AuthNoRate.Say()
	case pair.Facts.PrimaryLocation == country:
		return AuthAtHome.Say()
	}
	return AuthNotBegun.Say()
}
