package channel

import "waudit/audit/era"

// Rule is a rule of messages on channels on which nothing is charged.
type Rule struct {
	Clause string // "8.1"
	Text   string
	Sure   era.Sureness
	Source string
}

const (
	platformDoc = "https://developers.facebook.com/documentation/business-messaging/messenger-platform/"
	policyDoc   = platformDoc + "policy/"
	sendDoc     = platformDoc + "send-messages"
	utilityDoc  = platformDoc + "send-messages/utility-messages"
	retiredDoc  = "https://github.com/chatwoot/chatwoot/issues/14674"
)

// Rules are the rules of Messenger and Instagram.
func Rules() []Rule {
	return []Rule{
		{"8.1", "the messaging window is open for 24 hours from the user's latest message, postback, reaction, m.me or ig.me link into the conversation, or start by a plugin", era.Official, policyDoc},
		{"8.1", "from 2026-09-28 the window may last up to 7 days from the first message after a click on a Click-to-Messenger or Click-to-Direct ad; when it does is not documented", era.Open, policyDoc},
		{"8.1", "what the user takes back or edits opens no window", era.Derived, policyDoc},
		{"8.1", "whether a comment, a post on the Page, an opt-in to notification messages, a mention in a story or a call opens the window is not certain; a comment may be answered by one private reply within 7 days", era.Open, sendDoc},
		{"8.2", "outside the window HUMAN_AGENT allows a person's answer within 7 days of the user's message", era.Official, policyDoc},
		{"8.2", "CONFIRMED_EVENT_UPDATE, POST_PURCHASE_UPDATE and ACCOUNT_UPDATE are not available on Instagram", era.Official, policyDoc},
		{"8.2", "from 2026-04-27 Messenger takes these three no longer", era.Provider, retiredDoc},
		{"8.3", "utility messages by template, notification messages by opt-in and private replies may be sent outside the window", era.Official, utilityDoc},
		{"8.4", "no message is charged as such, so that no charge is judged", era.Derived, platformDoc},
	}
}

// RuleOf returns the first rule of a clause.
func RuleOf(clause string) Rule {
	for _, r := range Rules() {
		if r.Clause == clause {
			return r
		}
	}
	return Rule{}
}

// Clause is that of the rule by which a message is ruled on.
func (r *Judgement) Clause() string {
	switch {
	case r.Standing == Misused, r.Standing == Allowed && r.Why != ByTemplate:
		return "8.2"
	case r.Standing == Allowed:
		return "8.3"
	}
	return "8.1"
}
