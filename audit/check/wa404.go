package check

import "waudit/audit/result"

// wa404 is clock.
func wa404() Check {
	return Check{
		ID: "WA404", Name: "clock", Severity: result.Warning, Daily: true,
		Doc: Doc{
			Title:  "a message was delivered before it was sent, or read before it was delivered",
			Means:  "Statuses out of order by more than the tolerance: a clock is wrong, or times were converted wrongly, and everything that depends on minutes is doubtful.",
			Wrong:  "delivered at 09:58, sent at 10:00",
			Right:  "delivered in the same second as sent",
			Since:  "every era",
			Source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status",
		},
		Message: func(c *Case) (Hit, bool) {
			m, tolerance := c.Message, c.Pair.Facts.Tolerance
			early := m.DeliveredAt != 0 && m.SentAt-m.DeliveredAt > tolerance
			if m.ReadAt != 0 {
				early = early || m.DeliveredAt-m.ReadAt > tolerance || m.SentAt-m.ReadAt > tolerance
			}
			if !early {
				return Hit{}, false
			}
			return Hit{Explanation: "Messages are delivered before they are sent, or read before they are delivered, by more than the tolerance. Check the clocks and time zones of the log."}, true
		},
	}
}
