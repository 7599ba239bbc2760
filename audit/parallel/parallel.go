// Package parallel runs work on several goroutines: the one way in which this
// program does. What is started ends together: the first error or panic cancels
// the context of all, and is what the caller gets.
//
// It lies in audit because every room may import audit's vocabulary, and audit
// itself imports no other room.
package parallel

import (
	"context"
	"sync"
	"sync/atomic"
)

// Group is the goroutines of one piece of work. Make it with New.
//
// It differs from an errgroup in two ways: a panic becomes an *InternalError, and
// a goroutine that stops because the parent's context ended does not hide why it
// did: Wait returns the cause.
type Group struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	running sync.WaitGroup
}

// New returns a group and the context of its goroutines, which ends with the
// first error of one of them, with ctx, or with Stop. Whoever calls New calls Stop.
func New(ctx context.Context) (*Group, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	return &Group{ctx: ctx, cancel: cancel}, ctx
}

// Go calls f in a goroutine of its own.
func (g *Group) Go(f func() error) {
	g.running.Go(func() {
		if err := Call(f); err != nil {
			g.cancel(err)
		}
	})
}

// Wait waits for all goroutines. It returns the first error of one, or why the
// context ended.
func (g *Group) Wait() error {
	g.running.Wait()
	return context.Cause(g.ctx)
}

// WaitOrLeave is Wait, but for one thing: when the context ends it calls leave and
// returns. A goroutine may wait for bytes that never come: it is left behind, and
// leave sees to it that it touches nothing any more.
func (g *Group) WaitOrLeave(leave func()) error {
	ended := make(chan struct{})
	go func() {
		g.running.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-g.ctx.Done():
		leave()
	}
	return context.Cause(g.ctx)
}

// Stop ends the context of the goroutines, and does not wait for them.
func (g *Group) Stop() { g.cancel(nil) }

// Each calls do for every i below n, on up to so many workers, which are
// counted from 0. After the first error, or when ctx ends, it begins nothing
// more; it returns that error, or why ctx ended.
func Each(ctx context.Context, workers, n int, do func(ctx context.Context, worker, i int) error) error {
	g, ctx := New(ctx)
	defer g.Stop()
	var next atomic.Int64
	for worker := range max(1, min(workers, n)) {
		g.Go(func() error {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return nil
				}
				if err := do(ctx, worker, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}
