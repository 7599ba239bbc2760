package check

import (
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/window"
)

// wa501 is outside-service-window.
var wa501 = Check{
	ID: "WA501", Name: "outside-service-window", Severity: result.Warning, Clause: "5", Daily: true,
	Records: [][]string{{"delivered", "read"}, {"inbound"}},
	Doc: Doc{
		Title: "a message that is not a template was sent with no customer service window open",
		Means: "Free-form messages may only be sent within 24 hours of the user's latest message; Meta blocks others with 131047. A delivered one means that the log lacks the user's message or that a clock is wrong. Numbers whose log lacks the customers' messages, and Direct Send, are left out.",
		Wrong: "a text answer delivered two days after the user's latest message",
		Right: "a template at that time; or a text answer 23 hours after",
		Since: "every era", Source: metaDoc + "messages/send-messages",
	},
	Message: func(c *MessageView) *Hit {
		m := c.Message
		first := m.Sent.Lo - window.ServiceLength
		if m.Template != reading.No || m.App || m.DirectSend || !m.Arrived || m.FreeEntryProof || !c.logCovers(first) {
			return nil
		}
		sent, _, _ := c.Pair.Service.Open(m.Sent, c.Pair.Tolerance)
		delivered, _, _ := c.Pair.Service.Open(m.Delivered, c.Pair.Tolerance)
		if sent != reading.No || delivered != reading.No {
			return nil
		}
		return &Hit{Explanation: OutsideWindow.Say()}
	},
}

// logCovers tells whether the log of the number reaches back to t.
func (c *MessageView) logCovers(t int64) bool {
	return (c.Pair.Coverage.First <= t || c.Pair.Account.CompleteBefore(t) || c.Pair.Account.Complete) && !c.Pair.Coverage.GapIn(t, c.Message.Sent.Hi)
}
