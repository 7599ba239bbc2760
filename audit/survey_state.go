package audit

import (
	"maps"
	"slices"

	"waudit/audit/coverage"
	"waudit/audit/price"
	"waudit/audit/settle"
	"waudit/audit/verdict"
	"waudit/audit/window"
)

// Survey is what the survey of a whole log found, as plain data: with it a few
// pairs of the log, or its latest months, can be judged without the rest. It
// holds for the facts, templates, tolerance and rate cards with which it was taken, and
// for every period.
type Survey struct {
	FreeTiers []settle.Units          `json:"free_tiers"`
	Numbers   []coverage.NumberSurvey `json:"numbers"`
	Shared    []uint64                `json:"shared"` // hashes of the conversation ids on several pairs
	Reach     int64                   `json:"reach"`  // see reachOf
	Prices    []price.Counted         `json:"prices,omitempty"`
	Templates []templateCount         `json:"templates,omitempty"` // how they were charged
}

// Survey returns what the auditor's own survey found.
func (a *Auditor) Survey() *Survey {
	return &Survey{
		FreeTiers: a.freeTiers.Export(), Numbers: a.census.Surveys(), Shared: slices.Sorted(maps.Keys(a.shared)), Reach: a.reach, Prices: a.prices.Export(), Templates: a.templates.export(),
	}
}

// adopt takes over an earlier survey instead of taking one.
func (a *Auditor) adopt(s *Survey) {
	a.freeTiers, a.shared, a.reach = settle.Import(s.FreeTiers), map[uint64]bool{}, s.Reach
	a.prices = price.Prices{}
	a.prices.Import(s.Prices)
	a.scales = a.prices.Scales(true)
	a.templates = templates{}
	a.templates.adopt(s.Templates)
	a.census.AddSurveys(slices.DeleteFunc(slices.Clone(s.Numbers), func(n coverage.NumberSurvey) bool { return !a.opts.judges(n.ID) }))
	for _, id := range s.Shared {
		a.shared[id] = true
	}
}

// reachOf tells how long before its charge the events of a message, and the free
// entry messages on whose windows a decision rests, may lie beyond lookBack, in
// milliseconds. A window bears on the next one if it may be open at its click.
func reachOf(v *verdict.JudgedPair) int64 {
	longest, lag := int64(0), int64(0)
	for i := range v.Decisions {
		m := v.Decisions[i].Message
		longest = max(longest, m.Instant()-v.Events.At(int(m.Events[0])).Time)
		if m.Arrived {
			lag = max(lag, m.Delivered.Hi-m.Sent.Lo)
		}
	}
	var entries []int64
	for _, r := range v.Referrals {
		entries = append(entries, r.Time)
	}
	for _, p := range v.Proofs {
		entries = append(entries, p.Time)
	}
	slices.Sort(entries)
	bears := window.FreeEntryLongest + window.AnswerWithin + window.RememberFreeEntry + lag + v.Tolerance
	for i, from := 1, 0; i < len(entries); i++ {
		if entries[i]-entries[i-1] > bears {
			from = i
		}
		longest = max(longest, entries[i]-entries[from])
	}
	return longest
}

// Unread are numbers of events of the log that were not handed over because
// nothing in the period depends on them.
type Unread struct {
	Inbound  int64 // users' messages and calls
	Statuses int64
	Loose    int64 // bill lines that name no message
}
