package group

import (
	"context"
	"errors"
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
		add := func(part int, block []byte) error { return writers[part].AddBlock(ctx, block) }
		from, err := New(Options{Partitions: parts})
		if err != nil {
			t.Fatal(err)
		}
		early := rapid.Bool().Draw(t, "early")
		if early {
			from.BlocksEarly(add)
			for _, b := range from.early {
				b.size = rapid.IntRange(1, 1000).Draw(t, "size")
			}
		}
		addAll(t, from, 1, events)
		if early {
			if _, err := from.Seal(ctx, SealOptions{}); !errors.Is(err, errHandedOver) {
				t.Fatal(err)
			}
		}
		if err := from.Blocks(ctx, add); err != nil {
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

// TestBlocksEarly: which blocks a set hands over is told by the events alone, not by the
// memory that it has: a task that is run again elsewhere writes the same.
func TestBlocksEarly(t *testing.T) {
	events := messages(2000)
	blocks := func(memory int64) (all [4][][]byte, early int) {
		s, err := New(Options{Partitions: len(all), Memory: memory, Tmp: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		defer closeSet(t, s)
		take := func(part int, block []byte) error {
			all[part] = append(all[part], slices.Clone(block))
			return nil
		}
		s.BlocksEarly(take)
		for _, b := range s.early {
			b.size = 8 << 10
		}
		addAll(t, s, 1, events)
		early = len(all[0])
		if err := s.Blocks(context.Background(), take); err != nil {
			t.Fatal(err)
		}
		return all, early
	}
	want, early := blocks(0)
	got, _ := blocks(1 << 20)
	if early < 2 {
		t.Errorf("%d blocks before the end", early)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("blocks differ by memory")
	}
}
