package check

import "waudit/audit/result"

// wa402 is conflicting-statuses.
var wa402 = Check{
	ID: "WA402", Name: "conflicting-statuses", Severity: result.Warning, Clause: "5", Daily: true, Mixed: BothEndsOrDisagree.Say(),
	Doc: Doc{
		Title: "delivered and failed, or statuses that contradict each other",
		Means: "A message that shows both delivered (or read) and failed, or two statuses of one kind with different pricing: which of them is true cannot be told, so its charge is called neither right nor wrong.",
		Wrong: "delivered at 10:00:05 and failed with 131026 at 10:00:09",
		Right: "the same delivered webhook twice, with identical content: a webhook that was sent again",
		Since: "every era", Source: statusDoc,
	},
	Message: func(c *MessageView) *Hit {
		switch {
		case c.Message.Arrived && c.Message.FailedAt != 0:
			return &Hit{Explanation: BothEnds.Say()}
		case c.Message.Conflict:
			return &Hit{Explanation: StatusesDisagree.Say()}
		}
		return nil
	},
}
