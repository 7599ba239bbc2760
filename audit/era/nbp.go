package era

import (
	"waudit/audit/category"
	"waudit/audit/outcome"
	"waudit/audit/reading"
)

func nbpEra() Era {
	return Era{
		ID: NBP, Name: NBP.String(), From: BeforeAll, Unit: "message", Source: componentsDoc,
		Summary: "a template delivered outside the customer service window is a notification and charged; everything else is free",
		Clauses: []Clause{
			{"2.nbp.1", "a template delivered outside the customer service window is charged as a notification", Official},
			{"2.nbp.2", "whether a template inside the window is charged is not documented", Open},
			{"2.nbp.3", "a message that is no template is free", Official},
			{"2.nbp.4", "users in Mexico, from 2021-02-01: charged by conversation as in cbp-2022-02, with its free tier", Official},
		},
	}
}

// mexico is the country in which Meta tried out the charge by conversation.
const mexico = "MX"

// nbp decides before 2022-02-01 (billing-rules 2).
func (c *Case) nbp() Result {
	if c.Country == mexico && c.after(MexicoConversations) { // 2.nbp.4
		return c.cbp2022()
	}
	if c.Message.Template != reading.Yes && c.category() == category.Service {
		return free(outcome.FreeService, category.Service, noWindow())
	}
	open, why, by := c.Service.Open(c.At, c.Tolerance)
	if c.X.Is(open, why) && c.X.Pick(2, reading.OpenRule) == 0 {
		return free(outcome.FreeServiceWindow, category.Notification, c.serviceWindow(by))
	}
	return charge(category.Notification)
}
