package check

import "waudit/audit/result"

// wa102 is covered-by-open-conversation.
func wa102() Check {
	return Check{
		ID: "WA102", Name: "covered-by-open-conversation", Severity: result.Error, Money: true,
		Doc: Doc{
			Title:  "a conversation was opened though an open one covered the message",
			Means:  "Until May 2023 a pair had one open conversation, and it covered whatever was delivered in it, templates included. From June 2023 to October 2024 any open conversation covered messages that are no templates. A conversation opened in that time is one too many.",
			Wrong:  "in 2022, the user writes, an answer opens a user-initiated conversation, and a template two hours later opens a business-initiated one",
			Right:  "from June 2023, a template inside an open service conversation: it opens a conversation of its own category and is charged",
			Since:  "2022-02-01 to 2024-10-31",
			Source: "https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing/conversation-based-pricing",
		},
		Message: money("WA102", func(c *Case) Text {
			return say(CoveredByAny, stamp(c.Window.Start), stamp(c.Window.End))
		}),
	}
}
