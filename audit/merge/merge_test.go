package merge

import (
	"cmp"
	"errors"
	"iter"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func ascending(a, b *int) int { return cmp.Compare(*a, *b) }

func seqOf(list []int, end error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for _, n := range list {
			if !yield(n, nil) {
				return
			}
		}
		if end != nil {
			yield(0, end)
		}
	}
}

// TestSorted: what comes out is all that goes in, in order, however it is cut.
func TestSorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all, got []int
		var seqs []iter.Seq2[int, error]
		for _, list := range rapid.SliceOf(rapid.SliceOf(rapid.IntRange(0, 9))).Draw(t, "lists") {
			slices.Sort(list)
			all = append(all, list...)
			seqs = append(seqs, seqOf(list, nil))
		}
		slices.Sort(all)
		for n, err := range Sorted(ascending, seqs...) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, *n)
		}
		if !slices.Equal(got, all) {
			t.Fatalf("%v, want %v", got, all)
		}
	})
}

// TestSortedFails: an error ends the sequence where it comes, be it at once.
func TestSortedFails(t *testing.T) {
	broken := errors.New("broken")
	for want, seqs := range map[int][]iter.Seq2[int, error]{
		0: {seqOf([]int{1}, nil), seqOf(nil, broken)},
		3: {seqOf([]int{2, 4}, nil), seqOf([]int{1, 3}, broken)},
	} {
		var got []int
		var failed error
		for n, err := range Sorted(ascending, seqs...) {
			if failed = err; err == nil {
				got = append(got, *n)
			}
		}
		if len(got) != want || !errors.Is(failed, broken) {
			t.Errorf("%v, %v; want %d and that it is broken", got, failed, want)
		}
	}
}

// TestSortedStops: who wants no more ends all sequences.
func TestSortedStops(t *testing.T) {
	ended := 0
	forever := func(yield func(int, error) bool) {
		for n := 0; yield(n, nil); n++ {
		}
		ended++
	}
	for n := range Sorted(ascending, forever, forever) {
		if *n == 3 {
			break
		}
	}
	if ended != 2 {
		t.Errorf("%d of 2 sequences ended", ended)
	}
}
