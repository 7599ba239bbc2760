package group

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/audit/event"
)

// TestBlocks: the pairs of a set are the same when its events went through blocks into
// other sets, and when its pairs are read from blocks, those that are wanted.
func TestBlocks(t *testing.T) {
	tmp, ctx := t.TempDir(), context.Background()
	named := few.Filter(func(e event.Event) bool { return TellsPair(&e) })
	rapid.Check(t, func(t *rapid.T) {
		events := at(rapid.SliceOfN(named, 0, 30).Draw(t, "events"))
		want := grouped(t, plan{}, events)
		parts := rapid.IntRange(1, 2).Draw(t, "parts")
		from := fill(t, plan{options: Options{Partitions: parts}, writers: 1}, events)
		to := plans(t, tmp).options
		to.Of = parts
		sets := make([]*Set, parts)
		writers := make([]*Writer, parts)
		for i := range sets {
			var err error
			if sets[i], err = New(to); err != nil {
				t.Fatal(err)
			}
			writers[i] = sets[i].Writer()
		}
		err := from.Blocks(ctx, func(part int, block []byte) error { return writers[part].AddBlock(ctx, block) })
		if err != nil {
			t.Fatal(err)
		}
		closeSet(t, from)

		odd := rapid.Bool().Draw(t, "odd pairs only")
		var got []event.Pair
		var reader PairReader
		for i, s := range sets {
			if err := writers[i].Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Seal(ctx, SealOptions{}); err != nil {
				t.Fatal(err)
			}
			isLate := func(_, n int) bool { return n%2 == 1 }
			if odd {
				for part := range s.Partitions() {
					err = s.Each(part, func(n int) bool { return !isLate(part, n) }, func(p event.Pair) error {
						got = append(got, clonePair(p))
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
				}
			}
			err = s.BlocksOf(ctx, func(part, n int) bool { return !odd || isLate(part, n) }, func(block []byte) error {
				return reader.Each(block, func(p event.Pair) error {
					got = append(got, clonePair(p))
					return nil
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			closeSet(t, s)
		}
		slices.SortFunc(got, comparePairs)
		if diff := cmp.Diff(want.pairs, got, whole); diff != "" {
			t.Error(diff)
		}
	})
}
