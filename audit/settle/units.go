package settle

import (
	"cmp"
	"slices"
)

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
