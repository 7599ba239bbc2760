package report

import "waudit/audit/result"

// Decisions hands the decisions of a replay to each, one after the other, until it
// returns an error; there may be millions, and each keeps nothing of them.
type Decisions func(each func(*result.Decision) error) error
