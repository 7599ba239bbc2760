package parallel

import (
	"context"
	"errors"
	"io"
)

// Pipeline is work that is cut into jobs one after the other, done by several, and
// taken in the order in which it was cut. Two jobs for each worker go round and are
// used again, so that no more than those are in memory.
type Pipeline[J any] struct {
	// Next makes the next job of one that was taken, or is new. io.EOF ends the
	// line; any other error does too, and is returned when all jobs before it are
	// taken.
	Next func(*J) error
	// Worker is called once for each worker, and returns what does a job. What goes
	// wrong in a job is kept in it, so that Take sees it in the order of the line.
	Worker func() func(*J)
	// Take gets the jobs that are done, in order, on the goroutine of the caller.
	Take func(*J) error
}

// job is a J on its way.
type job[J any] struct {
	J    J
	done chan struct{} // holds one
}

// Run runs the line on so many workers. When it returns, nothing of it runs any
// more.
func (l *Pipeline[J]) Run(ctx context.Context, workers int) error {
	g, ctx := New(ctx)
	defer g.running.Wait()
	defer g.Stop()
	workers = max(workers, 1)
	free := make(chan *job[J], 2*workers)
	for range cap(free) {
		free <- &job[J]{done: make(chan struct{}, 1)}
	}
	todo, order := make(chan *job[J], cap(free)), make(chan *job[J], cap(free)) // there is room for all
	var end error
	g.Go(func() error {
		defer close(order)
		defer close(todo)
		for {
			select {
			case <-ctx.Done():
				return nil
			case j := <-free:
				if end = l.Next(&j.J); end != nil {
					return nil
				}
				order <- j
				todo <- j
			}
		}
	})
	for range workers {
		g.Go(func() error {
			do := l.Worker()
			for j := range todo {
				do(&j.J)
				j.done <- struct{}{}
			}
			return nil
		})
	}
	for j := range order {
		select {
		case <-j.done:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := l.Take(&j.J); err != nil {
			return err
		}
		free <- j
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if errors.Is(end, io.EOF) {
		return nil
	}
	return end
}
