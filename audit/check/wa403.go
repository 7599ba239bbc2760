package check

import (
	"fmt"

	"waudit/audit/result"
)

// wa403 is log-gap.
var wa403 = Check{
	ID: "WA403", Name: "log-gap", Severity: result.Warning, Clause: "5",
	Doc: Doc{
		Title: "the log lacks the time, or the side, in which the deciding event would lie",
		Means: "A business number has no user message at all in the log, or a status shows a window that the log does not, or its traffic falls silent for a day on which it always has some: what would decide a charge may be missing. Outcomes that depend on it are uncertain.",
		Wrong: "a number with 10,000 statuses and not one inbound message",
		Right: "a quiet night; or an account with complete_from set before the silence",
		Since: "every era", Source: statusDoc,
	},
	Log: func(l *LogView) (hits []LogHit) {
		for _, n := range l.Numbers {
			if n.InboundMissing() {
				why := NoUserSide.Say()
				if n.Inbound {
					why = WindowNotShown.Say()
				}
				hits = append(hits, LogHit{Number: n.ID, WABA: n.WABA, Subject: []string{"inbound"}, At: n.First, Explanation: why, Count: n.Depends})
			}
			for _, g := range n.Gaps {
				hits = append(hits, LogHit{
					Number: n.ID, WABA: n.WABA, Subject: []string{fmt.Sprint(g.From / 1000)}, At: g.From,
					Explanation: Silent.Say(stamp(g.From), stamp(g.To)),
				})
			}
		}
		return hits
	},
}
