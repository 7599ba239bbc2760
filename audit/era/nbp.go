package era

import (
	"waudit/audit/category"
	"waudit/audit/outcome"
	"waudit/audit/reading"
)

func nbpEra() *Era {
	return &Era{
		Name: "nbp", From: BeforeAll, Unit: MessageUnit, Source: componentsDoc,
		Model: "NBP", Notifications: true,
		decide: (*Case).nbp, Rest: "2.nbp.3",
		Summary: "a template delivered outside the customer service window is a notification and charged; everything else is free",
		Clauses: []Clause{
			{"2.nbp.1", "a template delivered outside the customer service window is charged as a notification", Official, outcome.Of(outcome.ChargeOf(category.Notification))},
			{"2.nbp.2", "whether a template inside the window is charged is not documented", Open, outcome.Of(outcome.FreeServiceWindow)},
			{"2.nbp.3", "a message that is no template is free", Official, 0},
			{"2.nbp.4", "users in Mexico, from 2021-02-01: charged by conversation as in cbp-2022-02, with its free tier", Official, 0},
		},
	}
}

// mexicoEra is what nbp was for users in Mexico in its last year, where Meta tried
// out the charge by conversation (2.nbp.4). The model is reported as that of all others.
func mexicoEra() *Era {
	e := cbp2022Era()
	e.Name, e.From, e.Country, e.Model, e.Source, e.Clauses, e.Rest = "nbp", MexicoConversations, "MX", "", testDoc, nil, "2.nbp.4"
	return e
}

// nbp decides before 2022-02-01 (rules 2).
func (c *Case) nbp() RuleResult {
	if c.Message.Template != reading.Yes && c.category() == category.Service {
		return free(outcome.FreeService, category.Service, noWindow())
	}
	open, why, by := c.Service.Open(c.At, c.Tolerance)
	if c.X.Is(open, why) && c.X.Pick(2, reading.OpenRule) == 0 {
		return free(outcome.FreeServiceWindow, category.Notification, c.serviceWindow(by))
	}
	return charge(category.Notification)
}
