package check

import (
	"cmp"
	"strings"

	"waudit/audit/reading"
	"waudit/audit/verdict"
)

// Unset names the key of an account's configuration that may settle what is
// uncertain for a reason, "" if it is set or none does.
func Unset(why reading.Reason, v *verdict.Pair, j *verdict.Judgement) string {
	a := v.Account
	switch {
	case why == reading.ZoneUnknown && !a.Facts.Calendar.ZoneKnown():
		return "timezone"
	case (why == reading.LogStart || why == reading.InboundMissing) && !a.Complete:
		return "complete_from"
	case why == reading.SentTimeUnknown && a.AssumeSentWithin == 0:
		return "assume_sent_within"
	case why == reading.FreeTierCount:
		return freeUsedKey(v, j)
	}
	return ""
}

// freeUsedKey names the key of the free tier's units that the log lacks: of the
// number since October 2026, of the account before (rules 3.3, 4.2.6).
// Where the log has the month from its beginning, it lacks none.
func freeUsedKey(v *verdict.Pair, j *verdict.Judgement) string {
	a := v.Account
	month := a.Facts.Calendar.Month(j.Message.Instant())
	if a.CompleteBefore(a.Facts.Calendar.MonthStart(month)) {
		return ""
	}
	if j.Era.FreeTier.ByNumber {
		if _, ok := a.NumberFreeUsed(v.Number, month); !ok {
			return "numbers." + strings.Clone(v.Number) + ".free_used"
		}
	} else if _, ok := a.FreeUsed(month); !ok {
		return "free_used"
	}
	return ""
}

// settle names the key that may settle a doubt.
func (c *Case) settle(why reading.Reason) Text {
	key := Unset(why, c.Pair, c.Judgement)
	if key == "" {
		return Text{}
	}
	return MaySettle.Say("accounts." + cmp.Or(c.Pair.Account.ID, "ID") + "." + key)
}
