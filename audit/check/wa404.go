package check

import "waudit/audit/result"

// wa404 is clock.
var wa404 = Check{
	ID: "WA404", Name: "clock", Severity: result.Warning, Clause: "5", Daily: true, Mixed: OutOfOrder.Say(),
	Records: [][]string{{"delivered", "read"}, {"sent", "delivered"}},
	Doc: Doc{
		Title: "a message was delivered before it was sent, or read before it was delivered",
		Means: "Statuses out of order by more than the tolerance: a clock is wrong, or times were converted wrongly, and everything that depends on minutes is doubtful.",
		Wrong: "delivered at 09:58, sent at 10:00",
		Right: "delivered in the same second as sent",
		Since: "every era", Source: statusDoc,
	},
	Message: func(c *MessageView) *Hit {
		m, tolerance := c.Message, c.Pair.Tolerance
		before := func(later, earlier int64) bool { return later != 0 && earlier-later > tolerance }
		switch {
		case before(m.DeliveredAt, m.SentAt):
			return &Hit{Explanation: DeliveredBeforeSent.Say()}
		case before(m.ReadAt, m.DeliveredAt):
			return &Hit{Explanation: ReadBeforeDelivered.Say()}
		case before(m.ReadAt, m.SentAt):
			return &Hit{Explanation: ReadBeforeSent.Say()}
		}
		return nil
	},
}
