package era

import (
	"waudit/audit/category"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/window"
)

func cbp2022Era() *Era {
	return &Era{
		Name: "cbp-2022-02", From: Conversations, Unit: ConversationUnit, Source: cbpDoc,
		Model: "CBP", FreeTier: FreeTier{Counts: Everything}, OneConversation: true,
		decide: (*Case).cbp2022, Rest: "3",
		Summary: "a pair has one open conversation at a time, user- or business-initiated; it covers everything delivered inside it",
		Clauses: []Clause{
			{"3.1.1", "while a conversation is open, whatever is delivered is covered, templates included", Official, outcome.Of(outcome.CoveredOpen)},
			{"3.1.2", "the answer to a free entry message opens a free conversation of 24 hours, of 72 hours from 2023-03-01", Official, outcome.Of(outcome.FreeEntryPoint, outcome.CoveredFreeEntry)},
			{"3.1.3", "a message sent less than 24 hours after the user's latest opens a user-initiated conversation: one charge", Official, outcome.Of(outcome.ChargeOf(category.UserInitiated))},
			{"3.1.4", "any other delivered message opens a business-initiated conversation: one charge", Official, outcome.Of(outcome.ChargeOf(category.BusinessInitiated))},
			{"3.3", "1,000 conversations per account and calendar month are free, taken in the order of opening", Official, outcome.Of(outcome.FreeTier)},
		},
	}
}

// cbp2022 decides from 2022-02-01 to 2023-05-31 (rules 3.1).
func (c *Case) cbp2022() RuleResult {
	single := &c.State.Slots[window.SlotSingle]
	pending := c.pending()
	if c.proven() && !pending {
		c.State.EndConversations()
		return free(outcome.CoveredFreeEntry, c.display(), windowOf(FreeEntryWindow, c.openFromProof()))
	}
	// 3.1.1: an open conversation covers whatever comes.
	if open, why := c.State.Open(window.SlotSingle, c.At, c.Tolerance); c.X.Is(open, why) {
		w := windowOf(Conversation, *single)
		// What the answered free entry message opens after this conversation
		// ends, nobody says.
		if pending && c.X.Pick(2, reading.OpenRule) == 1 {
			c.openFreeEntry()
		}
		return free(outcome.CoveredOpen, c.display(), w)
	}
	if c.freeEntryOpen() {
		return free(outcome.CoveredFreeEntry, c.display(), windowOf(FreeEntryWindow, c.State.FreeEntry))
	}
	if pending { // 3.1.2
		return free(outcome.FreeEntryPoint, c.display(), windowOf(FreeEntryWindow, c.openFreeEntry()))
	}
	if c.inFlight() {
		return free(outcome.CoveredFreeEntry, c.display(), c.coming())
	}
	open, why, by := c.Service.Open(c.Message.Sent, c.Tolerance)
	user := c.X.Is(open, why)
	*single = window.Interval{Start: c.At, End: c.At.Plus(window.ConversationLength), By: c.Index, User: user}
	if user { // 3.1.3
		return RuleResult{Code: outcome.TierUserInitiated, Category: category.UserInitiated, Window: c.serviceWindow(by)}
	}
	if !c.after(BusinessLeavesFreeTier) || c.X.IsFact(c.Facts.PartnerServed, reading.PartnerServed) { // 3.1.4, 3.3
		return RuleResult{Code: outcome.TierBusinessInitiated, Category: category.BusinessInitiated, Window: noWindow()}
	}
	return charge(category.BusinessInitiated)
}

// serviceWindow describes the customer service window that the given opener
// opened.
func (c *Case) serviceWindow(by int) Window {
	if by < 0 {
		return noWindow()
	}
	o := c.Service.Openers[by]
	return Window{Kind: ServiceWindow, ByMessage: window.NoMessage, ByEvent: int32(o.Index), Start: o.Time, End: o.Time + window.ServiceLength}
}
