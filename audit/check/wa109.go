package check

import (
	"fmt"

	amounts "waudit/audit/money"
	"waudit/audit/reading"
	"waudit/audit/result"
)

// wa109 is charged-twice.
func wa109() Check {
	return Check{
		ID: "WA109", Name: "charged-twice", Severity: result.Error,
		Doc: Doc{
			Title:  "the same message or conversation was charged more than once",
			Means:  "A message is charged once, in one category, and until June 2025 a conversation. Several lines of a bill that name one message charge it several times, unless credits take that back; what they charge beyond the dearest line is too much. A line is known by its own id, else by its file's content and its row: equal rows of one file are two charges, and a file that was read before does not count again. Equal rows without an id in two different files may be one: that is uncertain. A price on a status and a line with the same charge are one charge.",
			Wrong:  "a bill has two lines of USD 0.0068 for one message",
			Right:  "the same, and a third line that credits USD 0.0068; or the same line in two copies of one file",
			Since:  "always",
			Source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing",
		},
		Message: func(c *Case) (Hit, bool) {
			if !c.Doubled {
				return Hit{}, false
			}
			if c.Again {
				return Hit{
					Explanation: "A line of the bill charges this message, and another one an earlier message of the same conversation: a conversation is charged once.",
					Subject:     []string{c.Pair.User, c.Pair.UserID, c.Pair.Group, c.Message.Reported.Conversation, c.Message.ID},
				}, true
			}
			bill := &c.Message.Reported.Bill
			h := Hit{Explanation: fmt.Sprintf("Charged %d times by lines of the bill: %s %s beyond the dearest of them.",
				bill.Charges, bill.Currency, amounts.Format(bill.Excess(), 4))}
			if c.Doubt == reading.EqualLines {
				h.Explanation += " " + c.doubt()
				h.Severity = result.Warning
			}
			return h, true
		},
	}
}
