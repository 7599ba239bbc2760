// Package audit replays a log of messages and finds the charges that should
// not have occurred.
//
// A census of what the log shows at all is taken while it is read. Then come two
// passes over its pairs: a survey of what no single pair can know (free tiers,
// signs of missing events), and the judgement of each message.
package audit

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/rate"
	"waudit/audit/settle"
	"waudit/audit/template"
)

// Log is a log grouped by pair. Its methods are safe for concurrent use.
type Log interface {
	// Partitions is the number of parts that can be read on their own.
	Partitions() int
	// Each calls fn for every pair of a part, in the order of number and user,
	// and stops at its first error. It may be called again.
	Each(partition int, fn func(Pair) error) error
}

// Pair is everything between a business number and a user or group. It is
// valid during the call that hands it over.
type Pair struct {
	Number string
	User   string // wa_id
	UserID string // business-scoped user id
	Group  string
	Events []event.Event // in time order, without duplicates
}

// Options is how to audit.
type Options struct {
	Book      *account.Book
	Census    *coverage.Census // of the whole log, not finished
	Templates *template.Book
	Markets   *rate.Markets
	Checks    []check.Check
	Tolerance time.Duration
	Period    Period
	Workers   int // at least 1
}

// Auditor audits one log. Make it with New.
type Auditor struct {
	log    Log
	opts   Options
	census *coverage.Census
	ledger *settle.Ledger
	shared map[uint64]bool // hashes of conversation ids on several pairs
	// firstEvents is the earliest event of each account, Unix milliseconds.
	firstEvents map[*account.Account]int64
}

// New takes the survey of a log, after which its messages can be judged.
func New(ctx context.Context, log Log, opts Options) (*Auditor, error) {
	a := &Auditor{log: log, opts: opts, census: opts.Census}
	a.census.Finish(func(n *coverage.Number) (int64, bool) {
		acc := a.opts.Book.Find(n.WABA, n.ID)
		return acc.CompleteFrom, acc.Complete
	})
	a.findFirstEvents()
	if err := a.survey(ctx); err != nil {
		return nil, err
	}
	return a, nil
}

// overPairs hands every pair of the log to fn, in parallel over the log's
// parts, each worker with its own accumulator.
func overPairs[T any](ctx context.Context, log Log, workers int, newT func() T, fn func(T, Pair) error) ([]T, error) {
	var (
		next  atomic.Int64
		wg    sync.WaitGroup
		accs  = make([]T, max(workers, 1))
		errs  = make([]error, len(accs))
		parts = int64(log.Partitions())
	)
	for w := range accs {
		accs[w] = newT()
		wg.Go(func() {
			for errs[w] == nil {
				part := next.Add(1) - 1
				if part >= parts {
					return
				}
				if errs[w] = ctx.Err(); errs[w] == nil {
					errs[w] = log.Each(int(part), func(p Pair) error { return fn(accs[w], p) })
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return accs, nil
}
