package parallel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var errBroken = errors.New("broken")

// TestEach: every number is done once, by no more workers than there are.
func TestEach(t *testing.T) {
	for _, workers := range []int{0, 1, 3, 200} {
		var done [100]atomic.Int64
		err := Each(t.Context(), workers, len(done), func(_ context.Context, worker, i int) error {
			if worker >= max(workers, 1) {
				t.Errorf("worker %d of %d", worker, workers)
			}
			done[i].Add(1)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range done {
			if n := done[i].Load(); n != 1 {
				t.Errorf("%d workers do %d %d times", workers, i, n)
			}
		}
	}
}

// TestFirstErrorWins: the others are told to stop, and what they say then is
// not what went wrong.
func TestFirstErrorWins(t *testing.T) {
	err := Each(t.Context(), 3, 3, func(ctx context.Context, _, i int) error {
		if i == 0 {
			return errBroken
		}
		<-ctx.Done()
		return fmt.Errorf("stopped: %w", ctx.Err())
	})
	if !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

// TestCause: who ended the work says why.
func TestCause(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	err := Each(ctx, 2, 1000, func(ctx context.Context, _, i int) error {
		if i == 10 {
			cancel(errBroken)
		}
		return ctx.Err()
	})
	if !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

func TestPanic(t *testing.T) {
	err := Each(t.Context(), 2, 2, func(_ context.Context, _, i int) error {
		return []error{}[i]
	})
	internal, ok := errors.AsType[*InternalError](err)
	if !ok || !strings.Contains(internal.Where, "parallel.TestPanic") {
		t.Fatalf("got %v", err)
	}
	if text := internal.Error(); strings.Contains(text, "\n") || !strings.Contains(text, "out of range") {
		t.Errorf("it says %q", text)
	}
}

// TestLeave: a goroutine that never comes back is left behind.
func TestLeave(t *testing.T) {
	g, _ := New(t.Context())
	defer g.Stop()
	never := make(chan struct{})
	defer close(never)
	g.Go(func() error {
		<-never
		return nil
	})
	g.Go(func() error { return errBroken })
	left := false
	if err := g.WaitOrLeave(func() { left = true }); !errors.Is(err, errBroken) || !left {
		t.Errorf("got %v, left: %v", err, left)
	}
}

// numbers is a line of squares, of which the slower ones are cut first.
func numbers(n int, taken *[]int) Pipeline[[2]int] {
	next := 0
	return Pipeline[[2]int]{
		Next: func(j *[2]int) error {
			if next == n {
				return io.EOF
			}
			j[0] = next
			next++
			return nil
		},
		Worker: func() func(*[2]int) {
			return func(j *[2]int) {
				time.Sleep(time.Duration(7-j[0]%7) * time.Millisecond)
				j[1] = j[0] * j[0]
			}
		},
		Take: func(j *[2]int) error {
			*taken = append(*taken, j[1])
			return nil
		},
	}
}

func TestLine(t *testing.T) {
	want := make([]int, 100)
	for i := range want {
		want[i] = i * i
	}
	for _, workers := range []int{0, 1, 4} {
		synctest.Test(t, func(t *testing.T) {
			var got []int
			line := numbers(len(want), &got)
			if err := line.Run(t.Context(), workers); err != nil || !slices.Equal(got, want) {
				t.Errorf("%d workers: %v, %v", workers, got, err)
			}
		})
	}
}

// TestLineEnds: whatever ends a line, what went before is taken if it went wrong
// where the line was cut, and nothing runs any more.
func TestLineEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(l *Pipeline[[2]int], cancel context.CancelCauseFunc)
		want   error // nil: an internal error
		taken  int   // -1: any number
	}{
		"the end of the input": {func(l *Pipeline[[2]int], _ context.CancelCauseFunc) {
			next := l.Next
			l.Next = func(j *[2]int) error {
				if err := next(j); err != nil || j[0] == 20 {
					return errBroken
				}
				return nil
			}
		}, errBroken, 20},
		"what takes": {func(l *Pipeline[[2]int], _ context.CancelCauseFunc) {
			take := l.Take
			l.Take = func(j *[2]int) error {
				if j[0] == 20 {
					return errBroken
				}
				return take(j)
			}
		}, errBroken, 20},
		"the context": {func(l *Pipeline[[2]int], cancel context.CancelCauseFunc) {
			next := l.Next
			l.Next = func(j *[2]int) error {
				if err := next(j); err != nil || j[0] < 20 {
					return err
				}
				cancel(errBroken)
				return nil
			}
		}, errBroken, -1},
		"a panic of what cuts": {func(l *Pipeline[[2]int], _ context.CancelCauseFunc) {
			l.Next = func(*[2]int) error { panic("torn") }
		}, nil, 0},
		"a panic of a worker": {func(l *Pipeline[[2]int], _ context.CancelCauseFunc) {
			l.Worker = func() func(*[2]int) { return func(*[2]int) { panic("torn") } }
		}, nil, 0},
		"a panic of every worker at once": {func(l *Pipeline[[2]int], _ context.CancelCauseFunc) {
			l.Worker = func() func(*[2]int) { panic("torn") }
		}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				var got []int
				line := numbers(100, &got)
				tt.change(&line, cancel)
				err := line.Run(ctx, 3)
				if _, internal := errors.AsType[*InternalError](err); tt.want != nil && !errors.Is(err, tt.want) || tt.want == nil && !internal {
					t.Errorf("got %v", err)
				}
				if tt.taken >= 0 && len(got) != tt.taken {
					t.Errorf("%d were taken", len(got))
				}
			})
		})
	}
}
