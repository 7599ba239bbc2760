package audit

import (
	"container/heap"
	"context"
	"errors"
	"iter"
	"slices"
)

// InOrder hands the pairs of all parts of a log to fn in one order. Each part is
// in order itself, so that one pair of each is in memory at a time. A pair is
// valid during the call.
func InOrder(ctx context.Context, log Log, fn func(*Pair) error) error {
	var heads pairHeap
	defer func() {
		for _, h := range heads {
			h.stop()
		}
	}()
	for part := range log.Partitions() {
		h := &pairHead{}
		h.next, h.stop = iter.Pull2(sequence(log, part))
		heads = append(heads, h)
		if err := h.advance(); err != nil {
			return err
		}
	}
	heads = slices.DeleteFunc(heads, func(h *pairHead) bool { return h.over })
	heap.Init(&heads)
	for n := 0; len(heads) > 0; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		h := heads[0]
		if err := fn(&h.pair); err != nil {
			return err
		}
		if err := h.advance(); err != nil {
			return err
		}
		if h.over {
			heap.Pop(&heads)
		} else {
			heap.Fix(&heads, 0)
		}
	}
	return nil
}

// sequence is the pairs of a part, ended by an error if there is one.
func sequence(log Log, part int) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		err := log.Each(part, nil, func(pair Pair) error {
			if !yield(pair, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(Pair{}, err)
		}
	}
}

// errEnough ends the reading of a part that nobody wants more of.
var errEnough = errors.New("enough")

// pairHead is the first pair of a part that was not handed over yet.
type pairHead struct {
	pair Pair
	next func() (Pair, error, bool)
	stop func()
	over bool
}

func (h *pairHead) advance() error {
	pair, err, ok := h.next()
	h.pair, h.over = pair, !ok
	return err
}

// pairHeap implements heap.Interface, the least pair first.
type pairHeap []*pairHead

func (h pairHeap) Len() int           { return len(h) }
func (h pairHeap) Less(i, j int) bool { return comparePairs(&h[i].pair, &h[j].pair) < 0 }
func (h pairHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push is for package heap.
func (h *pairHeap) Push(x any) { *h = append(*h, x.(*pairHead)) }

// Pop is for package heap.
func (h *pairHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// comparePairs orders pairs by number, then by the name of the other side.
func comparePairs(x, y *Pair) int {
	return compareAll([2]string{x.Number, y.Number}, [2]string{x.other(), y.other()}, [2]string{x.User, y.User}, [2]string{x.Group, y.Group})
}

// other names the pair's other side: the phone, else the user id, else the group.
func (p *Pair) other() string {
	switch {
	case p.Group != "":
		return p.Group
	case p.User != "":
		return p.User
	}
	return p.UserID
}
