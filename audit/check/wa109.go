package check

import (
	"fmt"

	amounts "waudit/audit/money"
	"waudit/audit/result"
)

// wa109 is charged-twice.
func wa109() Check {
	return Check{
		ID: "WA109", Name: "charged-twice", Severity: result.Error,
		Doc: Doc{
			Title:  "the same message or conversation was charged more than once",
			Means:  "A message is charged once, in one category, and until June 2025 so is a conversation, whichever of its messages a line names. Several lines of a bill that name one message, or messages of one conversation, charge it several times, unless credits take that back; what they charge beyond the dearest is too much. A line is known by its own id, else by its file's content and its row: equal rows of one file are two charges, and a file that was read before does not count again. Lines without ids in different files may be one line that is stated twice: that is uncertain. So are lines of one id that say different things, and a line whose category is none of WhatsApp's: it may be a fee. A price on a status and a line with the same charge are one charge. Where the message should have cost nothing, the check that says so tells all of its money.",
			Wrong:  "a bill has two lines of USD 0.0068 for one message",
			Right:  "the same, and a third line that credits USD 0.0068; or the same line in two copies of one file",
			Since:  "always",
			Source: pricingDoc,
		},
		Message: func(c *Case) (Hit, bool) {
			if !c.Extra.Any() {
				return Hit{}, false
			}
			h := Hit{Explanation: c.extraLines()}
			if c.Extra.Again {
				h.Subject = []string{c.Pair.User + c.Pair.UserID + c.Pair.Group, c.Message.Reported.Conversation}
				h.Gather, h.Evidence = true, c.keptLines()
			}
			if h.Verdict, h.Doubt = c.Extra.Verdict(); h.Verdict == result.Uncertain {
				h.Severity = result.Warning
			}
			if c.Extra.Sure.Cmp(c.Extra.Amount) < 0 {
				h.Explanation += " " + c.notSure(c.Extra.Doubt)
			}
			return h, true
		},
	}
}

// keptLines are the lines that charge the conversation on another message. Where
// that opened the window that decided, they are evidence already.
func (c *Case) keptLines() (lines []int32) {
	if c.Window.ByMessage == c.Extra.Keeper {
		return nil
	}
	for _, i := range c.Pair.Decisions[c.Extra.Keeper].Message.Events {
		if c.Pair.Events[i].BillLine() {
			lines = append(lines, i)
		}
	}
	return lines
}

// extraLines says what lines of the bill charge beyond one charge.
func (c *Case) extraLines() string {
	if c.Extra.Again {
		return "Its conversation is charged by lines of the bill that name another of its messages, and a conversation is charged once."
	}
	bill := &c.Message.Reported.Bill
	text := fmt.Sprintf("Charged %d times by lines of the bill: %s %s beyond the dearest of them", bill.Charges, bill.Currency, amounts.Format(c.Extra.Amount, 4))
	if c.Extra.Sure.Sign() > 0 && c.Extra.Sure.Cmp(c.Extra.Amount) < 0 {
		text += fmt.Sprintf(", %s of it for sure", amounts.Format(c.Extra.Sure, 4))
	}
	return text + "."
}
