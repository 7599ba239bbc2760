// Package settle answers what no single pair can know: whether the free tier
// of a month still paid for a message, over all customers of an account or a
// business number.
package settle

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"waudit/audit/era"
	"waudit/audit/reading"
)

// FreeUnits is the size of the free tier: conversations per account and month
// until 2024-10-31, service messages per business number and month from
// 2026-10-01 (rules 3.3, 4.2.6).
const FreeUnits = 1000

// Allowance is the free tier of one month.
type Allowance struct {
	Number bool      `json:"number,omitempty"` // a business number, else an account
	ID     string    `json:"id"`               // phone_number_id or WABA id
	Month  era.Month `json:"month"`            // counted from January 2015
}

// FreeTiers holds, for each allowance, the deliveries that use or may use its free
// tier. Fill one per worker, Merge them, then Seal.
type FreeTiers struct {
	allowances map[Allowance]*Units
	sealed     bool
}

// Units are the instants of one allowance, in Unix milliseconds; once sealed, in order. A
// unit whose instant is a span is surely used by its end and perhaps from its beginning.
type Units struct {
	Allowance
	Sure []int64 `json:"sure,omitempty"` // latest instants of the units that were surely used
	Any  []int64 `json:"any,omitempty"`  // earliest instants of all units that may have been used
	Lost []int64 `json:"lost,omitempty"` // earliest instants of messages whose delivery the log may have lost
}

// New returns an empty set.
func New() *FreeTiers { return &FreeTiers{allowances: map[Allowance]*Units{}} }

// at returns the units of an allowance, making them if need be.
func (f *FreeTiers) at(s Allowance) *Units {
	u := f.allowances[s]
	if u == nil {
		s.ID = strings.Clone(s.ID) // that of a number lives as long as its pair is looked at
		u = &Units{Allowance: s}
		f.allowances[s] = u
	}
	return u
}

// Add enters one unit. sure tells whether it surely used the tier of this allowance.
func (f *FreeTiers) Add(s Allowance, at reading.Span, sure bool) {
	u := f.at(s)
	u.Any = append(u.Any, at.Lo)
	if sure {
		u.Sure = append(u.Sure, at.Hi)
	}
}

// AddLost enters a message that was sent and of which the log shows no end: it
// counts for nothing but Margin.
func (f *FreeTiers) AddLost(s Allowance, at reading.Span) {
	u := f.at(s)
	u.Lost = append(u.Lost, at.Lo)
}

// Margin reports whether the free tier paid for a unit even if every message
// whose delivery the log may have lost used a unit before it.
func (f *FreeTiers) Margin(s Allowance, at reading.Span, base Base, tolerance int64) bool {
	u := f.allowances[s]
	until := at.Hi + tolerance + 1
	return u != nil && base.Used+below(u.Any, until)+below(u.Lost, until) <= FreeUnits
}

// Merge adds the units of other.
func (f *FreeTiers) Merge(other *FreeTiers) {
	for s, u := range other.allowances {
		mine := f.at(s)
		mine.Sure, mine.Any, mine.Lost = append(mine.Sure, u.Sure...), append(mine.Any, u.Any...), append(mine.Lost, u.Lost...)
	}
}

// Seal puts the units in order; it must come before Paid.
func (f *FreeTiers) Seal() {
	for _, u := range f.allowances {
		slices.Sort(u.Sure)
		slices.Sort(u.Any)
		slices.Sort(u.Lost)
	}
	f.sealed = true
}

// Base is what is known of an allowance's month beside the log.
type Base struct {
	Used    int  // units that are not in the log
	Stated  bool // the configuration says so, whether or not the month is covered
	Covered bool // the log has the month from its beginning until the unit
}

// Paid tells whether the free tier paid for a unit delivered at the given
// instant, which is itself among them. Units whose order the log does not
// tell, and those within the tolerance (milliseconds), count either way.
func (f *FreeTiers) Paid(s Allowance, at reading.Span, base Base, tolerance int64) (reading.Tri, reading.Reason) {
	u := f.allowances[s]
	if u == nil || !f.sealed {
		return reading.Maybe, reading.FreeTierCount
	}
	fewest := base.Used + below(u.Sure, at.Lo-tolerance)
	most := base.Used + below(u.Any, at.Hi+tolerance+1) - 1
	switch {
	case fewest >= FreeUnits:
		return reading.No, reading.Certain
	case !base.Covered && !base.Stated:
		return reading.Maybe, reading.FreeTierCount
	case most < FreeUnits:
		return reading.Yes, reading.Certain
	case below(u.Any, at.Lo-tolerance)+base.Used >= FreeUnits:
		// Even in order they are too many: some of them are uncertain.
		return reading.Maybe, reading.FreeTierCount
	case !at.Exact():
		return reading.Maybe, at.Why
	}
	return reading.Maybe, reading.Edge
}

// Used returns how many units of an allowance were surely used before an instant, FreeUnits
// at most, and when the last of those was, 0 if they were not all used or that is not
// known. sure is false if further ones may have been used by then.
func (f *FreeTiers) Used(s Allowance, at int64, base Base) (used int, usedUp int64, sure bool) {
	u := f.allowances[s]
	if u == nil {
		return min(base.Used, FreeUnits), 0, true
	}
	n := below(u.Sure, at)
	if last := FreeUnits - base.Used - 1; last >= 0 && last < n {
		usedUp = u.Sure[last]
	}
	return min(base.Used+n, FreeUnits), usedUp, n == below(u.Any, at)
}

// below counts the instants before t in an ordered list.
func below(instants []int64, t int64) int {
	return sort.Search(len(instants), func(i int) bool { return instants[i] >= t })
}

// Export returns what the sealed tiers hold, in the order of allowances, so that it can be
// kept. Of each list no more are there than can matter: once the free tier is used up,
// how often is of no account.
func (f *FreeTiers) Export() []Units {
	all := make([]Units, 0, len(f.allowances))
	for s, u := range f.allowances {
		all = append(all, Units{Allowance: s, Sure: first(u.Sure), Any: first(u.Any), Lost: first(u.Lost)})
	}
	slices.SortFunc(all, func(a, b Units) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Month, b.Month), compareBools(a.Number, b.Number))
	})
	return all
}

// first returns the instants that can matter: one more than there are free units.
func first(instants []int64) []int64 { return instants[:min(len(instants), FreeUnits+1)] }

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Import makes sealed tiers of what Export returned.
func Import(all []Units) *FreeTiers {
	f := New()
	for i := range all {
		f.allowances[all[i].Allowance] = &all[i]
	}
	f.Seal()
	return f
}
