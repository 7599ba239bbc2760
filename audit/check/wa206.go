package check

import (
	"waudit/audit/category"
	"waudit/audit/price"
	"waudit/audit/result"
)

// wa206 is auth-international.
func wa206() Check {
	return Check{
		ID: "WA206", Name: "auth-international", Severity: result.Error,
		Doc: Doc{
			Title:  "the international rate where the domestic one applies, or the reverse",
			Means:  "Authentication costs the international rate only where the customer's market has one, the business is eligible and its start time has passed, and its primary location is another country. The amount is the other of the two rates.",
			Wrong:  "a business in India sends one-time codes to phones of India, and each is charged 0.0304",
			Right:  "the same for a business whose primary location is another country, after its start time",
			Since:  "from 2024-06-01",
			Source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing/authentication-international-rates",
		},
		Message: func(c *Case) (Hit, bool) {
			if c.Worth.Fault != price.WrongAuth {
				return Hit{}, false
			}
			said, due := "international", "domestic"
			if category.Category(c.Code) == category.AuthInternational {
				said, due = due, said
			}
			return c.rateHit(say(WrongAuth, c.chargedOnce(), said, due, c.dueRate())), true
		},
	}
}
