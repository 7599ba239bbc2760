package audit

import (
	"waudit/audit/coverage"
	"waudit/audit/settle"
)

// Survey is what the survey of a whole log found, as plain data: with it a few
// pairs of the log can be replayed without the others. It holds for the facts,
// templates and tolerance with which it was taken, and for no period.
type Survey struct {
	FreeTiers []settle.Units      `json:"free_tiers"`
	Numbers   []coverage.Surveyed `json:"numbers"`
}

// Survey returns what the auditor's own survey found.
func (a *Auditor) Survey() *Survey {
	return &Survey{FreeTiers: a.ledger.Export(), Numbers: a.census.Surveyed()}
}

// adopt takes over an earlier survey instead of taking one. Which ids of
// conversations are on several pairs, it does not tell: no decision needs that.
func (a *Auditor) adopt(s *Survey) {
	a.ledger = settle.Import(s.FreeTiers)
	a.census.AddSurveyed(s.Numbers)
}

// Unread are numbers of events of the log that were not handed over because
// nothing in the period depends on them.
type Unread struct {
	Inbound  int64 // users' messages and calls
	Statuses int64
	Loose    int64 // bill lines that name no message
}
