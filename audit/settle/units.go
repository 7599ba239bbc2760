package settle

import (
	"cmp"
	"slices"

	"waudit/audit/era"
)

// Units are the instants of one scope as plain data, in Unix milliseconds and
// in order, so that they can be kept. Of each list no more are there than can
// matter: once the free tier is used up, how often is of no account.
type Units struct {
	Number bool      `json:"number,omitempty"` // ID is a phone_number_id, else a WABA id
	ID     string    `json:"id"`
	Month  era.Month `json:"month"`          // counted from January 2015
	Sure   []int64   `json:"sure,omitempty"` // latest instants of the units that were surely used
	Any    []int64   `json:"any,omitempty"`  // earliest instants of all units that may have been used
	Lost   []int64   `json:"lost,omitempty"` // earliest instants of messages whose delivery may be lost
}

// Export returns what the sealed tiers hold, in the order of scopes.
func (f *FreeTiers) Export() []Units {
	all := make([]Units, 0, len(f.scopes))
	for s, u := range f.scopes {
		all = append(all, Units{
			Number: s.Number, ID: s.ID, Month: s.Month,
			Sure: first(u.sure), Any: first(u.any), Lost: first(u.lost),
		})
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
	for _, u := range all {
		f.scopes[Scope{u.Number, u.ID, u.Month}] = &units{sure: u.Sure, any: u.Any, lost: u.Lost}
	}
	f.Seal()
	return f
}
