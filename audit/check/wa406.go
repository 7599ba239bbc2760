package check

import (
	"waudit/audit/era"
	"waudit/audit/outcome"
	"waudit/audit/result"
	"waudit/audit/window"
)

// wa406 is expiry-mismatch.
var wa406 = Check{
	ID: "WA406", Name: "expiry-mismatch", Severity: result.Warning, Clause: "5", Daily: true,
	Needs: []Seen{SeenPricing, SeenExpiry}, Records: [][]string{{"expiry"}},
	Doc: Doc{
		Title: "the published expiry is not the one the rules give",
		Means: "The sent status of the message that opens a conversation publishes its expiry: 24 hours after the delivery, rounded up to the next minute; of a free entry window 72 hours. Another expiry means that Meta counted another window. Compared only where the delivery took less than a minute, since the expiry is forecast at the sending.",
		Wrong: "a conversation delivered at 10:00:05 expires the next day at 13:00",
		Right: "one that expires the next day at 10:01",
		Since: "2022-02-01 to 2025-06-30, and free entry windows", Source: statusDoc,
	},
	Message: func(c *MessageView) *Hit {
		end, ok := c.expectedExpiry()
		if !ok {
			return nil
		}
		got := c.Message.Expires
		if slack := era.Hour/60 + c.Pair.Tolerance; got >= end-slack && got <= end+slack {
			return nil
		}
		return &Hit{Explanation: OtherExpiry.Say(stamp(got), stamp(end))}
	},
}

// expectedExpiry returns when the window that this message opened expires, if
// it surely opened one and publishes an expiry that can be compared.
func (c *MessageView) expectedExpiry() (end int64, ok bool) {
	m := c.Message
	if m.Expires == 0 || m.SentAt == 0 || m.DeliveredAt == 0 || m.DeliveredAt-m.SentAt > era.Hour/60 || !c.Pair.NothingOpenBefore(m.DeliveredAt) {
		return 0, false
	}
	longer := c.Pair.Facts.Calendar.Perhaps(era.FreeEntry7d, c.wide(), 0) // the window may last longer than 72 hours
	switch {
	case c.Code == outcome.FreeEntryPoint && c.Outcome == outcome.Free && c.Window.ByMessage == int32(c.Index) && m.FreeEntryProof:
		return c.Window.End, c.Window.End-c.Window.Start <= window.FreeEntryLength && !longer
	case c.Era.Conversational() && c.Pair.OpensID(c.Index) && (c.Outcome == outcome.Charge || c.Code == outcome.FreeTier || c.Code == outcome.FreeService) && !m.FreeEntryProof:
		return m.DeliveredAt + window.ConversationLength, true
	}
	return 0, false
}
