package check

import (
	"slices"

	"waudit/audit/result"
)

// OfSavings are the checks of avoidable spend, in the order in which package whatif takes
// them one after the other: a message that is not sent first, then what is sent otherwise.
// `waudit savings` runs them, as what each saves is counted by judging the log again.
func OfSavings() []Check {
	return []Check{MarketingPaused, SentAgain, CodeAgain, Unread, SeveralTexts, NearWindow, FreeFormDoes, Recategorised, UnitsElsewhere, International, ClickUnanswered}
}

// IsOfSavings reports whether an id is of a check of avoidable spend.
func IsOfSavings(id string) bool {
	return slices.ContainsFunc(OfSavings(), func(c Check) bool { return c.ID == id })
}

// NearWindow is WA601, near-service-window.
var NearWindow = Check{
	ID: "WA601", Name: "near-service-window", Severity: result.Info, Clause: "4.1.7",
	Doc: Doc{
		Title: "utility was sent shortly after the customer service window closed, or just before the user wrote",
		Means: "A utility template costs nothing in the open window. Counted as sent, and delivered, before the end of a window that had closed less than an hour ago; or else a second after the user's message, where that came within 15 minutes. Only if the user read the template more than the tolerance after writing is it certain that the message was no answer to it. Whether the update was known by then is for the business to say.",
		Wrong: "an order update 20 minutes after the window closed",
		Right: "one two hours after it; one that the user read, and then wrote",
		Since: "2025-07-01 to 2026-09-30", Source: pricingDoc,
	},
}

// FreeFormDoes is WA602, free-form-would-do.
var FreeFormDoes = Check{
	ID: "WA602", Name: "free-form-would-do", Severity: result.Info, Clause: "4.1.6",
	Doc: Doc{
		Title: "a template was charged in the open customer service window, where a free-form message would have done",
		Means: "Whatever is sent free-form in the open window is a service message: free until 2026-09-30, since then free within the free units of the number and else at the service rate. Counted as sent free-form where the window was surely open at the sending and the delivery and a service message is cheaper. One-time codes are left out.",
		Wrong: "a marketing template as the answer to a question about prices",
		Right: "the same outside the window; utility since 2026-10-01 to a market where service costs as much, once the free units are used",
		Since: "from 2025-07-01", Source: metaDoc + "pricing/non-template-messages",
	},
}

// Unread is WA603, marketing-unread.
var Unread = Check{
	ID: "WA603", Name: "marketing-unread", Severity: result.Info, Clause: "4.1.8",
	Doc: Doc{
		Title: "marketing was sent to a user who read none of the last five, or to whom they failed",
		Means: "The five marketing messages before were delivered and not read, or failed, and the user wrote nothing since the first of them. Counted as not sent, unless the user read this one. It is certain where all five failed. Else the user may have turned off receipts, or read without opening the chat, also after having read some; where no message was ever read, it is counted only if the number shows receipts at all.",
		Wrong: "the ninth newsletter to a user who read the first three and none since",
		Right: "a user who answered, or read one of the five",
		Since: "always", Source: metaDoc + "marketing-messages/pricing",
	},
}

// SentAgain is WA604, template-sent-again.
var SentAgain = Check{
	ID: "WA604", Name: "template-sent-again", Severity: result.Info, Clause: "4.1.8",
	Doc: Doc{
		Title: "the same template was sent to the same user again within ten minutes",
		Means: "The template, in the same language, had been delivered to the user before it was sent again: a retry that was not needed, a second run of a job, or two matters that fit in one message. Counted as not sent. What templates are filled with is not in the log: of marketing one in ten minutes is enough whatever it says, but two orders may be two matters, so that of utility it is not certain.",
		Wrong: "an offer that a job sent twice in a minute",
		Right: "sent again because the first had not been delivered by then",
		Since: "always", Source: pricingDoc,
	},
}

// Recategorised is WA605, category-appealable.
var Recategorised = Check{
	ID: "WA605", Name: "category-appealable", Severity: result.Info, Clause: "4.7",
	Doc: Doc{
		Title: "a template was charged in a dearer category that a change brought, and the change can still be appealed",
		Means: "Meta changed the template's category less than 60 days before the log ends (WA502). Counted as sent in the category before. Whether an appeal would be won is not certain, and it changes no charge of before: this is what the change costs while nobody appeals.",
		Wrong: "order updates that are charged as marketing since the 10th",
		Right: "a change that is older than 60 days; one to a cheaper category",
		Since: "from 2025-07-01", Source: metaDoc + "templates/template-categorization",
	},
}

// UnitsElsewhere is WA606, free-units-elsewhere.
var UnitsElsewhere = Check{
	ID: "WA606", Name: "free-units-elsewhere", Severity: result.Info, Clause: "4.2.6",
	Doc: Doc{
		Title: "service messages beyond the free units of one number were charged, while another number of the account had units left",
		Means: "Each business number has 1,000 free service messages a month. Counted as free as far as the other numbers of the account, those that sent anything in the month, surely had units left at its end: the month is over in the log and the period, and nothing about their units is uncertain. That customers would have written to the other number is not certain.",
		Wrong: "1,400 service messages by the support number, 200 by the one for sales",
		Right: "both beyond their units; a month that is not over",
		Since: "from 2026-10-01", Source: metaDoc + "pricing/non-template-messages",
	},
}

// SeveralTexts is WA607, several-texts.
var SeveralTexts = Check{
	ID: "WA607", Name: "several-texts", Severity: result.Info, Clause: "4.2.6",
	Doc: Doc{
		Title: "a charged text followed another within 30 seconds, where one message would have done",
		Means: "Each service message beyond the free units is charged, however short. A text that follows one of the business's within 30 seconds, with nothing by the user between, fits in that. Counted as not sent; the free units that others use up are not given back.",
		Wrong: "\"Hi!\", \"Your order has left\" and \"Anything else?\" in ten seconds, after the 1,000 free units",
		Right: "the same within the free units; a text and a picture",
		Since: "from 2026-10-01", Source: metaDoc + "pricing/non-template-messages",
	},
}

// International is WA608, authentication-location.
var International = Check{
	ID: "WA608", Name: "authentication-location", Severity: result.Info, Clause: "4.6",
	Doc: Doc{
		Title: "authentication was charged at the international rate, where the location of the business decides",
		Means: "An account whose business is located in the user's country pays the domestic rate, which is a fraction. Counted as charged at that, in the countries where it is known for all that was sent. Whether the business has, or could have, an account there is not certain. Only where the rates of the two are known and it is certain that the international one is due.",
		Wrong: "codes to Indonesia from an account whose primary location is Brazil",
		Right: "codes to Indonesia from an account that is located there",
		Since: "from 2024-06-01", Source: metaDoc + "pricing/authentication-international-rates",
	},
}

// CodeAgain is WA609, code-sent-again.
var CodeAgain = Check{
	ID: "WA609", Name: "code-sent-again", Severity: result.Info, Clause: "4.1.8",
	Doc: Doc{
		Title: "a one-time code was sent again within a minute",
		Means: "A code had been delivered to the user before another of the same template was sent, less than a minute after it. Counted as not sent: let users wait a minute before they may ask again. Without the names of templates it is not certain that both were for the same purpose.",
		Wrong: "a second code 20 seconds after the first",
		Right: "a second one because the first had not been delivered; one of another template, to confirm a payment",
		Since: "always", Source: pricingDoc,
	},
}

// ClickUnanswered is WA610, click-unanswered.
var ClickUnanswered = Check{
	ID: "WA610", Name: "click-unanswered", Severity: result.Info, Clause: "4.1.3",
	Doc: Doc{
		Title: "a click on an ad was not answered within 24 hours, so that no free entry point window opened",
		Means: "An answer within 24 hours opens a window of 72 hours in which everything is free. Counted as answered a minute after the click; what was charged until 72 hours after that would have been free. That the click was made on a phone, as it must be, no log shows: it is not certain.",
		Wrong: "templates on the second and third day after a click that nobody answered",
		Right: "a click that was answered after 23 hours; templates a week later",
		Since: "from 2025-07-01", Source: pricingDoc,
	},
}

// MarketingPaused is WA611, marketing-to-us.
var MarketingPaused = Check{
	ID: "WA611", Name: "marketing-to-us", Severity: result.Info, Clause: "4.1.8",
	Doc: Doc{
		Title: "marketing was charged to a number of the United States, for which Meta has paused its delivery since April 2025",
		Means: "Meta has paused marketing templates to users with a number of the United States since 2025-04-01. What failed cost nothing at Meta, though providers may take a fee; what was charged all the same is counted as not sent. As it was delivered, the pause may not have been for it: that is not certain.",
		Wrong: "a newsletter to +1 212 in September 2025 that is charged",
		Right: "one to a number of Canada; a utility template",
		Since: "from 2025-04-01", Source: "https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates",
	},
}
