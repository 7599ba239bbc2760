package explain

import (
	"waudit/audit"
	"waudit/audit/check"
	"waudit/audit/outcome"
	"waudit/audit/reading"
)

// doubts are why a charge is uncertain, and what would settle it, by the reason. They
// stand for themselves: a finding tells more.
var doubts = map[reading.Reason]struct{ why, settles string }{
	reading.ConflictingStatuses: {"its statuses, or those of a message that it depends on, contradict each other", "the provider's own record of the delivery would settle it"},
	reading.PricingOnSentOnly:   {"only its sent status carries a price, which is a forecast", "the log of the delivered statuses, with their pricing, would settle it"},
	reading.CategoryUnknown:     {"the log does not say for certain what kind of message it is", "the template's category (templates in waudit.yaml) would settle it"},
	reading.InboundMissing:      {"the log has nothing of what the customer wrote, so that nobody can tell whether a window was open", "the log of what the customer wrote (inbound webhooks) would settle it"},
	reading.FactUnknown:         {"it depends on facts about the account that waudit.yaml does not say", ""},
	reading.ZoneUnknown:         {"it depends on the account's time zone, which is not known", "the account's time zone in waudit.yaml would settle it"},
	reading.DeliveryTimeUnknown: {"the log does not say when it was delivered", "the log of the delivered statuses would settle it"},
	reading.SentTimeUnknown:     {"the log does not say when it was sent", "the log of the sent statuses would settle it"},
	reading.Edge:                {"it came too close to the end of a window, or to a change, to tell", "only Meta's own record of the exact time would settle it"},
	reading.OpenRule:            {"Meta does not document this case", "only Meta can settle it"},
	reading.FreeTierCount:       {"it is not known how much of the month's free units was left", "the log of the whole month, or free_used in waudit.yaml, would settle it"},
	reading.LogStart:            {"the log does not show what was open before", "the log of the days before would settle it (or complete_from in waudit.yaml, if nothing is missing)"},
	reading.FreeEntryUnproven:   {"the log does not prove that a click of the customer opened a free window", "a status that says free_entry_point, or Meta's record of the click, would settle it"},
	reading.EqualLines:          {"lines of the bill may be one line stated twice", "line ids on the bill would settle it"},
	reading.LogDamaged:          {"a file of the log is damaged", "the log in a whole copy would settle it"},
}

// doubtful says what an uncertain message may be, where no finding tells it.
func doubtful(j *audit.Judged, doubt reading.Reason) string {
	if doubt == reading.Certain {
		doubt = j.Why
	}
	text := doubts[doubt].why
	if j.Outcome == outcome.Undelivered && text == "" {
		return "the log shows no delivery"
	}
	return text
}

// settles says what would settle an uncertain charge.
func settles(why reading.Reason, unset reading.Facts) string {
	if keys := unset.Keys(); why == reading.FactUnknown && len(keys) > 0 {
		return "setting " + check.List(keys, "and") + " of the account in waudit.yaml would settle it"
	}
	return doubts[why].settles
}
