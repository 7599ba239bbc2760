// Package merge makes one sequence in order of several.
package merge

import (
	"iter"
	"slices"
)

// head is the first element of a sequence that was not handed on yet.
type head[T any] struct {
	first T
	next  func() (T, error, bool)
}

// advance takes the next element of the sequence, false if there is none.
func (h *head[T]) advance() (ok bool, err error) {
	h.first, err, ok = h.next()
	return ok, err
}

// Sorted yields the elements of sequences, each of which is in order, in one order. The
// first error ends it. An element is valid until the next one is asked for: of each
// sequence one is in memory at a time.
func Sorted[T any](compare func(a, b *T) int, seqs ...iter.Seq2[T, error]) iter.Seq2[*T, error] {
	byFirst := func(a, b *head[T]) int { return compare(&a.first, &b.first) }
	return func(yield func(*T, error) bool) {
		var open []*head[T] // in the order of their first elements
		for _, seq := range seqs {
			next, stop := iter.Pull2(seq)
			defer stop()
			h := &head[T]{next: next}
			ok, err := h.advance()
			if err != nil {
				yield(nil, err)
				return
			}
			if ok {
				open = append(open, h)
			}
		}
		slices.SortStableFunc(open, byFirst)
		for len(open) > 0 {
			h, rest := open[0], open[1:]
			if !yield(&h.first, nil) {
				return
			}
			ok, err := h.advance()
			if err != nil {
				yield(nil, err)
				return
			}
			if !ok {
				open = rest
				continue
			}
			at, _ := slices.BinarySearchFunc(rest, h, byFirst)
			copy(open, rest[:at])
			open[at] = h
		}
	}
}
