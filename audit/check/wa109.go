package check

import (
	"slices"

	"waudit/audit/category"
	"waudit/audit/reading"
	"waudit/audit/result"
)

// ChargedTwice is WA109, charged-twice.
var ChargedTwice = Check{
	ID: "WA109", Name: "charged-twice", Severity: result.Error, Clause: "5",
	Needs: []Seen{SeenPricing, SeenBillLines}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "the same message or conversation was charged more than once",
		Means: "A message is charged once, in one category; until June 2025 so is a conversation, whichever of its messages a line names. Several bill lines for one message, or for messages of one conversation, charge it several times unless credits take that back: all beyond the dearest charge is too much. A line is known by its own id, or else by its file's content and its row: equal rows of one file are two charges, and a file that was read before does not count again. It is uncertain where lines without ids in different files may be one line stated twice, where lines with one id say different things, where a line's category is not one of WhatsApp's, since it may be a fee, and where a message may have been delivered only after the conversation had ended that its sent status names. A price on a status and a bill line for the same message are one charge. Where the message should have cost nothing, the check that says so reports all of its money.",
		Wrong: "a bill has two lines of USD 0.0068 for one message",
		Right: "the same, and a third line that credits USD 0.0068; or the same line in two copies of one file, which is read once",
		Since: "always", Source: pricingDoc,
	},
	TellsLines: true, Undue: true,
	Message: func(c *MessageView) *Hit {
		if !c.Extra.Any() {
			return nil
		}
		h := &Hit{Explanation: c.extraLines()}
		if c.Extra.Again {
			h.Subject = []string{c.Pair.User + c.Pair.UserID + c.Pair.Group, c.Message.Reported.Conversation}
			h.Gather, h.Evidence = true, c.keptLines()
		}
		if h.Verdict, h.Doubt = c.Extra.Verdict(); h.Verdict == result.Uncertain {
			h.Severity = result.Warning
		}
		if c.Extra.Sure.Cmp(c.Extra.Amount) < 0 {
			h.Explanation = h.Explanation.Then(c.linesDoubt())
		}
		return h
	},
}

// keptLines are the lines that charge the conversation on another message. Where
// that opened the window that decided, they are evidence already.
func (c *MessageView) keptLines() (lines []int32) {
	if c.Window.ByMessage == c.Extra.Keeper {
		return nil
	}
	for _, i := range c.Pair.Decisions[c.Extra.Keeper].Message.Events {
		if c.Pair.Events.At(int(i)).BillLine() {
			lines = append(lines, i)
		}
	}
	return lines
}

// extraLines says what lines of the bill charge beyond one charge.
func (c *MessageView) extraLines() Text {
	if c.Extra.Again {
		return ConversationAgain.Say()
	}
	bill := c.Message.Reported.Bill()
	text := SeveralLines.Say(c.what(), Times(bill.Charges), c.lineIDs(), Cash(bill.Currency, c.Extra.Amount))
	if c.Extra.Sure.Sign() > 0 && c.Extra.Sure.Cmp(c.Extra.Amount) < 0 {
		text = text.Then(PartCertain.Say(Cash(bill.Currency, c.Extra.Sure)))
	}
	return text
}

// lineIDs names the lines that have ids of their own: " (lines L1 and L2)".
func (c *MessageView) lineIDs() string {
	var ids []string
	for _, l := range c.billLines() {
		if l.Line != "" && !slices.Contains(ids, l.Line) {
			ids = append(ids, l.Line)
		}
	}
	switch n := len(ids); {
	case n == 0 || n > maxLineIDs:
		return ""
	case n == 1:
		return " (line " + ids[0] + ")"
	}
	return " (lines " + List(ids, "and") + ")"
}

// maxLineIDs is how many lines an explanation names.
const maxLineIDs = 4

// linesDoubt says why some of the lines may be no charges of their own.
func (c *MessageView) linesDoubt() Text {
	switch c.Extra.Doubt {
	case reading.ConflictingStatuses, reading.LogDamaged, reading.MemberUnknown, reading.DeliveryTimeUnknown:
		return c.doubt(c.Extra.Doubt)
	}
	seen := map[string]bool{}
	for _, l := range c.billLines() {
		if c.Extra.Doubt == reading.EqualLines && l.Line != "" && seen[l.Line] {
			return SameLineID.Say()
		}
		if c.Extra.Doubt == reading.CategoryUnknown && category.Of(l.Category) == category.Other {
			return LineMayBeFee.Say(l.Category)
		}
		seen[l.Line] = true
	}
	return LinesWithoutIDs.Say()
}
