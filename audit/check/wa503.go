package check

import (
	"waudit/audit/channel"
	"waudit/audit/result"
)

// messengerDoc is where Meta's pages about Messenger and Instagram begin.
const messengerDoc = "https://developers.facebook.com/documentation/business-messaging/messenger-platform/"

// wa503 is outside-messaging-window.
var wa503 = Check{
	ID: "WA503", Name: "outside-messaging-window", Severity: result.Warning, Clause: "8.1", Daily: true,
	Mixed: NoWindowShown.Say().Then(SeveralUnknown.Say()),
	Doc: Doc{
		Title: "a message on Messenger or Instagram was sent with no messaging window open and without a tag",
		Means: "A business may answer within 24 hours of the customer's latest message, postback or reaction; later it needs a message tag, a utility template or the like. What Meta takes all the same can get the account restricted. It is of severity info where something that the log does not have may allow the message: it says what. Accounts whose log lacks the customers' side, and what lies near a gap, are left out.",
		Wrong: "a text with messaging_type UPDATE three days after the customer's latest message",
		Right: "the same with the tag HUMAN_AGENT; or an answer 23 hours after",
		Since: "always", Source: messengerDoc + "policy/",
	},
	Unpaid: func(r *channel.Judgement) *Hit {
		if r.Standing != channel.Outside {
			return nil
		}
		return unpaid(r, JudgementText(r))
	},
}

// unpaid is what was found at a message that costs nothing.
func unpaid(r *channel.Judgement, why Text) *Hit {
	h := &Hit{Explanation: why}
	if !r.IsSure() {
		h.Severity = result.Info
	}
	return h
}

// JudgementText says why a message was not allowed, or may not have been; nothing of one
// that was.
func JudgementText(r *channel.Judgement) Text {
	switch r.Standing {
	case channel.Outside:
		if r.Why == channel.Certain {
			return SentOutside.Say()
		}
		return NoWindowShown.Say().Then(map[channel.Ground]Phrase{
			channel.SentAs: SentAsUnknown, channel.SentLate: SentLateUnknown, channel.AfterAd: AfterAdUnknown, channel.Doubtful: OpeningUnknown, channel.LogStart: AdBeforeUnknown,
		}[r.Why].Say())
	case channel.Misused:
		return misuse(r)
	}
	return Text{}
}
