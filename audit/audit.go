// Package audit replays a log of messages and finds the charges that should
// not have occurred.
//
// A census of what the log shows at all is taken while it is read. Then come two
// passes over its pairs: a survey of what no single pair can know (free tiers,
// signs of missing events), and the judgement of each message. Pairs that need
// nothing of the survey are judged during it.
package audit

import (
	"context"
	"maps"
	"time"

	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/parallel"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/settle"
	"waudit/audit/template"
)

// Log is a log grouped by pair. Its methods are safe for concurrent use.
type Log interface {
	// Partitions is the number of parts that can be read on their own.
	Partitions() int
	// Each calls fn for every pair of a part, in the order of number and user,
	// and stops at its first error. It may be called again. With want only the
	// pairs for which that is true, counted from 0, are handed over: passing
	// over the others costs little.
	Each(partition int, want func(n int) bool, fn func(event.Pair) error) error
}

// Options is how to audit.
type Options struct {
	Book      *account.Book
	Census    *coverage.Census // of the whole log, not finished
	Templates *template.Categories
	Markets   *rate.Markets
	Prices    *price.Cards         // nil: nothing is valued
	Watch     func() price.Watcher // makes one for each worker, if Prices is set; nil: nobody watches
	Bill      uint32               // number of the first input of the bill that is laid beside the log; 0: there is none
	Checks    []check.Check
	// Accepted reports whether somebody accepted a finding: it leaves the report with
	// its money. It is called from several goroutines; nil: nobody accepts any.
	Accepted  func(*result.Finding) bool
	Tolerance time.Duration
	Period    Period
	Workers   int // at least 1
	// Channel is the one that is judged, by its name; "" for all.
	Channel string
	// Survey spares New and Audit the survey, if one of the whole log was kept: the
	// log may be what the judged messages need of it then. The census is of the
	// whole log all the same.
	Survey *Survey
	Unread Unread // events of the log that Audit is to count beside those it sees
	// Assumed reports whether a message is not as the log has it, but as somebody assumes:
	// then nothing was reported of it, which is no sign that events were lost. It is called
	// from several goroutines; nil: all are as they are.
	Assumed func(number, message string) bool
	// Asked chooses the pairs of which Decisions and Examine will be asked, and whose messages
	// the findings of Audit are to name: of the others no more is looked at than those need,
	// and what Audit says of the whole log does not hold. It is called from several
	// goroutines; nil: any.
	Asked func(*event.Pair) bool
}

// Auditor audits one log. Make it with New.
type Auditor struct {
	log       Log
	opts      Options
	census    *coverage.Census
	freeTiers *settle.FreeTiers
	shared    map[uint64]bool // hashes of conversation ids on several pairs
	templates templates
	prices    price.Prices // what the log says was charged of what is due
	scales    map[price.ScaleKey]*price.Scale
	reach     int64    // see reachOf
	asked     pairSets // those of Options.Asked; nil: any
	others    pairSets // all but those; nil: none
	events    int64    // of the log, if some pairs are asked for
	numbers   map[*account.Account][]*coverage.Number
}

// New takes the survey of a log, after which its decisions can be had.
func New(ctx context.Context, log Log, opts Options) (*Auditor, error) {
	a := newAuditor(log, opts)
	if opts.Survey != nil {
		a.adopt(opts.Survey)
		return a, nil
	}
	if opts.Asked != nil {
		return a, a.surveyAsked(ctx)
	}
	_, err := a.survey(ctx, nil)
	return a, err
}

// Audit judges every message of a log and returns what it found. The inputs of
// the run, and what the caller alone knows, are left for the caller to fill in.
func Audit(ctx context.Context, log Log, opts Options) (*Auditor, *Findings, error) {
	if opts.Survey != nil || opts.Asked != nil {
		a, err := New(ctx, log, opts)
		if err != nil {
			return nil, nil, err
		}
		all, err := a.judgeAsked(ctx)
		if err != nil {
			return nil, nil, err
		}
		return a, a.finish(all), nil
	}
	a := newAuditor(log, opts)
	late := newPairSets(log.Partitions())
	judges, err := a.survey(ctx, late)
	if err != nil {
		return nil, nil, err
	}
	all, err := a.judgeLate(ctx, judges, late)
	if err != nil {
		return nil, nil, err
	}
	return a, a.finish(all), nil
}

// judges reports whether the pairs of a number are judged.
func (o *Options) judges(number string) bool {
	c, _ := event.ChannelOf(number)
	return o.Channel == "" || o.Channel == c.String()
}

// accountOf returns the account of a business number. That of a Page is the Page.
func (o *Options) accountOf(n *coverage.Number) *account.Account {
	if c, _ := event.ChannelOf(n.ID); c != event.WhatsApp {
		return o.Book.Find(n.ID, n.ID)
	}
	return o.Book.Find(n.WABA, n.ID)
}

// finish makes the findings of all that was judged, with what was not read.
func (a *Auditor) finish(all *judge) *Findings {
	all.totals.Inbound += a.opts.Unread.Inbound
	all.totals.Statuses += a.opts.Unread.Statuses
	all.totals.Loose += a.opts.Unread.Loose
	return a.assemble(all)
}

func newAuditor(log Log, opts Options) *Auditor {
	opts.Workers = max(opts.Workers, 1)
	a := &Auditor{log: log, opts: opts, census: opts.Census}
	maps.DeleteFunc(a.census.Numbers, func(id string, _ *coverage.Number) bool { return !opts.judges(id) })
	a.census.Finish(func(n *coverage.Number) (int64, bool) {
		acc := opts.accountOf(n)
		return acc.CompleteFrom, acc.Complete
	})
	a.numbers = map[*account.Account][]*coverage.Number{}
	for _, n := range a.census.Numbers {
		acc := opts.accountOf(n)
		a.numbers[acc] = append(a.numbers[acc], n)
	}
	return a
}

// pairIndex says which pair of the log one is: its part, and its number there.
type pairIndex struct{ part, n int }

// overPairs hands the pairs of the log to fn, in parallel over the log's parts,
// each worker with an accumulator of its own, of which there is at least one.
// Only those in want are handed over, all if it is nil.
func overPairs[T any](ctx context.Context, log Log, accs []T, want pairSets, fn func(T, pairIndex, event.Pair) error) error {
	return parallel.Each(ctx, len(accs), log.Partitions(), func(_ context.Context, worker, part int) error {
		return overPart(log, part, want, func(n int, p event.Pair) error { return fn(accs[worker], pairIndex{part, n}, p) })
	})
}

// overPart hands the wanted pairs of one part to fn, with their numbers.
func overPart(log Log, part int, want pairSets, fn func(n int, p event.Pair) error) error {
	n := -1
	if want == nil {
		return log.Each(part, nil, func(p event.Pair) error {
			n++
			return fn(n, p)
		})
	}
	if want[part].empty() {
		return nil
	}
	wanted := func(i int) bool {
		if !want[part].has(i) {
			return false
		}
		n = i
		return true
	}
	return log.Each(part, wanted, func(p event.Pair) error { return fn(n, p) })
}

// pairSets are sets of pairs, one for each part of a log.
type pairSets []pairSet

func newPairSets(parts int) pairSets { return make(pairSets, parts) }

// pairSet is a set of the pairs of one part, a bit each.
type pairSet []uint64

func (s *pairSet) add(n int) {
	for n/64 >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

func (s pairSet) has(n int) bool { return n/64 < len(s) && s[n/64]>>(n%64)&1 != 0 }

func (s pairSet) empty() bool { return len(s) == 0 }
