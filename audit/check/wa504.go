package check

import (
	"strings"

	"waudit/audit/channel"
	"waudit/audit/result"
)

// wa504 is tag-misused.
var wa504 = Check{
	ID: "WA504", Name: "tag-misused", Severity: result.Warning, Clause: "8.2", Daily: true,
	Mixed: TagsMisused.Say(),
	Doc: Doc{
		Title: "a message tag was used outside its window, or on Instagram, which does not have it",
		Means: "HUMAN_AGENT allows a person's answer within 7 days of the customer's latest message. CONFIRMED_EVENT_UPDATE, POST_PURCHASE_UPDATE and ACCOUNT_UPDATE were for Messenger alone, and are said to be refused since 2026-04-27, which is of severity info. Tags stand in the send requests: where the log has none, nothing is found.",
		Wrong: "HUMAN_AGENT eight days after the customer's latest message; ACCOUNT_UPDATE on Instagram",
		Right: "HUMAN_AGENT six days after it",
		Since: "always", Source: messengerDoc + "send-messages",
	},
	Unpaid: func(r *channel.Judgement) *Hit {
		if r.Standing != channel.Misused {
			return nil
		}
		return unpaid(r, misuse(r))
	},
}

// misuse says what is wrong with the tag of a message.
func misuse(r *channel.Judgement) Text {
	tag := strings.ToUpper(r.As)
	switch r.Why {
	case channel.NotThere:
		return TagNotThere.Say(tag)
	case channel.Retired:
		return TagRetired.Say(tag)
	}
	return HumanAgentLate.Say()
}
