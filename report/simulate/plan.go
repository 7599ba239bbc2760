package simulate

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// planned are the errors to hide, by pair, each pair's by place.
type planned[K any] map[int][]plannedError[K]

type plannedError[K any] struct {
	kind  K
	index int // of the message, or of the line of a bill
	at    int64
}

// countsOf counts errors by their names, in the order of the names; those that could not
// be hidden count zero.
func countsOf[K any](names []string, pl planned[K], nameOf func(K) string) []ErrorCount {
	all := make([]ErrorCount, len(names))
	for i, name := range names {
		all[i].Name = name
	}
	for _, list := range pl {
		for _, e := range list {
			all[slices.Index(names, nameOf(e.kind))].Count++
		}
	}
	return all
}

// candidate is a place that could carry an error. The lot decides which do.
type candidate[K any] struct {
	lot  uint64
	pair int
	plannedError[K]
}

func (c candidate[K]) compare(d candidate[K]) int {
	return cmp.Or(cmp.Compare(c.lot, d.lot), cmp.Compare(c.pair, d.pair), cmp.Compare(c.index, d.index))
}

// draw keeps the candidates with the lowest lots, so that memory is bounded and
// every candidate has the same chance.
type draw[K any] = lowest[candidate[K]]

// newDraws returns a draw for each of so many kinds. Each keeps some more candidates
// than are wanted: some will be too near to others.
func newDraws[K any](kinds, wanted int) []draw[K] {
	draws := make([]draw[K], kinds)
	for i := range draws {
		draws[i] = draw[K]{keep: 4*wanted/max(kinds, 1) + 64, compare: candidate[K].compare}
	}
	return draws
}

// plan chooses the errors: as many of each kind as of the others, as far as
// there are places, and never two near each other in one pair.
func (w *world) plan(ctx context.Context, t *tiers, delivered int) (planned[*fault], error) {
	wanted := int(math.Ceil(w.opt.ErrorShare * float64(delivered)))
	if wanted == 0 {
		return planned[*fault]{}, nil
	}
	kinds := slices.DeleteFunc(faults(), func(f fault) bool { return !w.opt.hides(f.check) })
	draws := newDraws[*fault](len(kinds), wanted)
	err := w.each(ctx, func(p *pair, bills []bill) error {
		for i := range bills {
			t.settle(p, i, &bills[i].decision)
		}
		sites(p, bills, t, func(s *site) {
			for k := range kinds {
				if f := &kinds[k]; f.where == s.place && f.fits(s) {
					lot := mix(w.hash("lot", p.index, s.index) ^ uint64(k))
					at := p.out[s.index].sent
					draws[k].add(candidate[*fault]{lot, p.index, plannedError[*fault]{f, s.index, at}})
				}
			}
		})
		return nil
	})
	return choose(draws, wanted), err
}

// choose takes one candidate of each kind in turn.
func choose[K any](draws []draw[K], wanted int) planned[K] {
	chosen := planned[K]{}
	drawn := make([][]candidate[K], len(draws))
	for k := range draws {
		drawn[k] = draws[k].sorted()
	}
	for left, dry := wanted, false; left > 0 && !dry; {
		dry = true
		for k := range drawn {
			if left > 0 && chosen.take(&drawn[k]) {
				left, dry = left-1, false
			}
		}
	}
	for pair := range chosen {
		slices.SortFunc(chosen[pair], func(a, b plannedError[K]) int { return cmp.Compare(a.index, b.index) })
	}
	return chosen
}

// take moves the first candidate that has its pair to itself for some days
// to the plan, and reports whether there was one.
func (pl planned[K]) take(d *[]candidate[K]) bool {
	for len(*d) > 0 {
		c := (*d)[0]
		*d = (*d)[1:]
		alone := !slices.ContainsFunc(pl[c.pair], func(f plannedError[K]) bool {
			return distance(f.at, c.at) < 10*day
		})
		if alone {
			pl[c.pair] = append(pl[c.pair], c.plannedError)
			return true
		}
	}
	return false
}
