package check

import (
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/result"
)

// wa102 is covered-by-open-conversation.
var wa102 = Check{
	ID: "WA102", Name: "covered-by-open-conversation", Severity: result.Error,
	Needs: []Seen{SeenPricing, SeenOwnPricing}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "a conversation was opened though an open one covered the message",
		Means: "Until May 2023 a pair had one open conversation, and it covered whatever was delivered in it, templates included. From June 2023 to October 2024 any open conversation covered messages that are no templates. A conversation opened in that time is one too many.",
		Wrong: "in 2022, the user writes, an answer opens a user-initiated conversation, and a template two hours later opens a business-initiated one",
		Right: "from June 2023, a template inside an open service conversation: it opens a conversation of its own category and is charged",
		Since: "2022-02-01 to 2024-10-31", Source: pricingDoc + "/conversation-based-pricing",
	},
	Accuses: &Accusation{
		Of: []outcome.Code{outcome.CoveredOpen},
		If: func(c *MessageView) bool { return !c.Era.PerMessage() && c.anyCovers() },
		Why: func(c *MessageView) Text {
			return CoveredByAny.Say(stamp(c.Window.Start), stamp(c.Window.End))
		},
		Perhaps: func(*MessageView) Text { return MayBeCovered.Say() },
	},
}

// anyCovers tells whether any open conversation covers the message, whatever its
// category.
func (c *MessageView) anyCovers() bool {
	return c.Era.OneConversation || c.Message.Template == reading.No
}
