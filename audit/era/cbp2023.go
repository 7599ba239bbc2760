package era

import (
	"waudit/audit/category"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/window"
)

func cbp2023Era() *Era {
	return &Era{
		Name: "cbp-2023-06", From: Categories, Unit: ConversationUnit, Source: cbpDoc,
		Model: "CBP", FreeTier: FreeTier{Counts: Service},
		decide: (*Case).cbp2023, Rest: "3.2.3", Undelivered: "3",
		Summary: "a pair may have one open conversation of each category, or one free entry conversation",
		Clauses: []Clause{
			{"3.2.1", "while a free entry conversation is open, everything is covered and nothing else opens", Official, outcome.Of(outcome.CoveredFreeEntry)},
			{"3.2.2", "the answer to a free entry message ends every other conversation and opens a free one of 72 hours", Official, outcome.Of(outcome.FreeEntryPoint)},
			{"3.2.3", "a template is covered by an open conversation of its own category, else it opens one: one charge", Official, 0},
			{"3.2.4", "any other message is covered by any open conversation, else it opens a service conversation: charged until 2024-10-31, unless inside the free tier", Official, outcome.Of(outcome.ChargeOf(category.Service), outcome.FreeService)},
			{"3.3", "1,000 service conversations per account and calendar month are free until 2024-10-31, taken in the order of opening", Official, outcome.Of(outcome.FreeTier)},
		},
	}
}

// cbp2023 decides from 2023-06-01 to 2025-06-30 (rules 3.2).
func (c *Case) cbp2023() RuleResult {
	if c.freeEntryOpen() { // 3.2.1
		return free(outcome.CoveredFreeEntry, c.display(), windowOf(FreeEntryWindow, c.State.FreeEntry))
	}
	if c.pending() { // 3.2.2
		c.State.EndConversations()
		return free(outcome.FreeEntryPoint, c.display(), windowOf(FreeEntryWindow, c.openFreeEntry()))
	}
	if c.proven() {
		c.State.EndConversations()
		return free(outcome.CoveredFreeEntry, c.display(), windowOf(FreeEntryWindow, c.openFromProof()))
	}
	if c.inFlight() {
		return free(outcome.CoveredFreeEntry, c.display(), c.coming())
	}
	cat := c.category()
	if slot, ok := window.SlotOf(cat); ok && cat != category.Service {
		return c.template2023(slot, cat)
	}
	return c.service2023()
}

// template2023 applies 3.2.3.
func (c *Case) template2023(slot window.Slot, cat category.Category) RuleResult {
	iv := &c.State.Slots[slot]
	if open, why := c.State.Open(slot, c.At, c.Tolerance); c.X.Is(open, why) {
		return free(outcome.CoveredOpen, cat, windowOf(Conversation, *iv))
	}
	if c.carriedBusiness() {
		return free(outcome.CoveredOpen, cat, windowOf(Conversation, c.State.Slots[window.SlotSingle]))
	}
	*iv = window.Interval{Start: c.At, End: c.At.Plus(window.ConversationLength), By: c.Index}
	return charge(cat)
}

// carriedBusiness tells whether a business-initiated conversation from before
// 2023-06-01 is open and covers the message; what it covers is open
// (rules 3.2).
func (c *Case) carriedBusiness() bool {
	single := c.State.Slots[window.SlotSingle]
	if !single.Exists() || single.User {
		return false
	}
	open, why := single.Open(c.At, c.Tolerance)
	return c.X.Is(open, why) && c.X.Pick(2, reading.OpenRule) == 0
}

// service2023 applies 3.2.4.
func (c *Case) service2023() RuleResult {
	if iv, ok := c.anyOpen(); ok {
		// Of two deliveries in one second the log does not tell the first.
		if !c.Tied || iv.Start.Lo != c.At.Lo || c.X.Pick(2, reading.Edge) == 0 {
			return free(outcome.CoveredOpen, category.Service, windowOf(Conversation, iv))
		}
	} else if c.Tied && c.X.Pick(2, reading.Edge) == 0 {
		return free(outcome.CoveredOpen, category.Service, noWindow())
	}
	if c.carriedBusiness() {
		return free(outcome.CoveredOpen, category.Service, windowOf(Conversation, c.State.Slots[window.SlotSingle]))
	}
	c.State.Slots[window.SlotService] = window.Interval{Start: c.At, End: c.At.Plus(window.ConversationLength), By: c.Index}
	if c.after(ServiceFree) {
		return free(outcome.FreeService, category.Service, noWindow())
	}
	return RuleResult{Code: outcome.TierService, Category: category.Service, Window: noWindow()}
}

// anyOpen returns an open conversation of any category; a user-initiated one
// from before 2023-06-01 goes on as service (rules 3.2). A conversation
// that is surely open goes before one that may be.
func (c *Case) anyOpen() (window.Interval, bool) {
	counts := func(slot window.Slot) bool { return slot != window.SlotSingle || c.State.Slots[slot].User }
	for slot := range window.NumSlots {
		if open, _ := c.State.Slots[slot].Open(c.At, c.Tolerance); open == reading.Yes && counts(slot) {
			return c.State.Slots[slot], true
		}
	}
	for slot := range window.NumSlots {
		if open, why := c.State.Slots[slot].Open(c.At, c.Tolerance); open == reading.Maybe && counts(slot) && c.X.Is(open, why) {
			return c.State.Slots[slot], true
		}
	}
	if c.At.Lo < c.State.Unknown && c.X.Is(reading.Maybe, c.State.UnknownWhy) {
		return window.Interval{By: window.NoMessage}, true
	}
	return window.Interval{}, false
}
