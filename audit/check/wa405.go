package check

import "waudit/audit/result"

// wa405 is conversation-id-reused.
var wa405 = Check{
	ID: "WA405", Name: "conversation-id-reused", Severity: result.Warning, Clause: "5",
	Needs: []Seen{SeenPricing, SeenConversation}, Records: [][]string{{"conversation"}},
	Doc: Doc{
		Title: "one conversation id on two pairs, or over more than its hours",
		Means: "Until June 2025, and for free entry windows since, an id names one conversation of one customer, for 24 hours (free entry 72). The same id elsewhere, or later, means that ids were mixed up, and with them the charges.",
		Wrong: "an id on deliveries of Monday 10:00 and Wednesday 10:00",
		Right: "since July 2025: an id of its own on each message; those are no conversations",
		Since: "2022-02-01 to 2025-06-30, and free entry windows", Source: statusDoc,
	},
	Log: func(l *LogView) []LogHit {
		hits := make([]LogHit, 0, len(l.Shared))
		for _, s := range l.Shared {
			why := IDShared.Say()
			if s.Long {
				why = IDTooLong.Say()
			}
			hits = append(hits, LogHit{
				Number: s.Number, WABA: s.WABA, User: s.User, UserID: s.UserID, Group: s.Group, Conversation: s.ID, At: s.At,
				Subject:     []string{s.User + s.UserID + s.Group, s.ID},
				Explanation: why,
			})
		}
		return hits
	},
}
