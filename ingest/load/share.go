package load

import (
	"context"
	"slices"

	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/ingest"
	"waudit/ingest/group"
	"waudit/ingest/resolve"
	"waudit/ingest/source"
)

// TaskFacts are what one task of a run that is shared out has read beside its events, or
// several tasks.
type TaskFacts struct {
	Shares  []ingest.Share
	Told    coverage.CensusData // census of the events that tell their pair by themselves
	Pending coverage.CensusData // of the others
	Links   resolve.Snapshot
	Changes []event.Change
	Numbers map[string][]string // business numbers with the accounts that they are named with
	Many    bool                // there are too many to be told apart
}

// ReadTask does what Fill does with one task of the inputs, and returns what it has read
// beside the events in the set. The error is that of ingest.ReadTask, or wraps a
// *group.SpillError.
func (l *Log) ReadTask(ctx context.Context, o Options, inputs []source.Input, task ingest.Task) (*TaskFacts, error) {
	var share *ingest.Share
	err := l.fill(o, func(sinks func(int) ingest.Sink) (err error) {
		share, err = ingest.ReadTask(ctx, o.Options, inputs, task, sinks)
		return err
	})
	if err != nil {
		return nil, err
	}
	numbers, known := l.Set.Numbers()
	return &TaskFacts{
		Shares: []ingest.Share{*share}, Told: *l.told.Data(), Pending: *l.Census.Data(), Links: l.users.Snapshot(), Changes: l.Changes,
		Numbers: numbers, Many: !known,
	}, nil
}

// Join returns what several tasks have read. The order does not matter.
func Join(all []*TaskFacts) *TaskFacts {
	joined, numbers := &Log{Census: coverage.NewCensus(), told: coverage.NewCensus(), users: resolve.NewLinks()}, map[string][]string{}
	f := &TaskFacts{Numbers: numbers}
	for _, o := range all {
		l := o.log()
		joined.told.Merge(l.told)
		joined.Census.Merge(l.Census)
		joined.users.Add(o.Links)
		f.Shares, f.Changes, f.Many = append(f.Shares, o.Shares...), append(f.Changes, o.Changes...), f.Many || o.Many
		for number, accounts := range o.Numbers {
			numbers[number] = append(numbers[number], accounts...)
			slices.Sort(numbers[number])
			numbers[number] = slices.Compact(numbers[number])
		}
	}
	f.Told, f.Pending, f.Links = *joined.told.Data(), *joined.Census.Data(), joined.users.Snapshot()
	return f
}

// IsDamaged reports whether some of what the tasks were to read is missing.
func (f *TaskFacts) IsDamaged() bool {
	return slices.ContainsFunc(f.Shares, func(s ingest.Share) bool { return s.IsDamaged() })
}

// log returns a log with what the facts say, without a set and what was read.
func (f *TaskFacts) log() *Log {
	l := &Log{Census: f.Pending.Census(), told: f.Told.Census(), users: resolve.NewLinks(), Changes: f.Changes}
	l.users.Add(f.Links)
	return l
}

// Users returns the links between the users of the log.
func (f *TaskFacts) Users() *resolve.Links { return f.log().users }

// Routing is what came of the events whose pair only all of the log tells.
type Routing struct {
	Sealed group.Sealed        // as group.Set.Route has it
	Census coverage.CensusData // of the events, by the numbers of their pairs
}

// Route finds the pairs of the events whose pair is not known, which are in the log's
// set, of what all tasks have read and other sets have answered. The error is that of
// ingest.Gather or group.Set.Route.
func (l *Log) Route(ctx context.Context, o Options, inputs []source.Input, f *TaskFacts, answer *group.Answer) (*Routing, error) {
	var err error
	if l.Read, err = ingest.Gather(ctx, o.Options, inputs, f.Shares); err != nil {
		return nil, err
	}
	if err := l.addUnread(o.Whole); err != nil {
		return nil, err
	}
	l.learnNumbers(f)
	l.users.Add(f.Links)
	collector := l.users.Collector()
	for _, link := range answer.Links {
		collector.Add(link)
	}
	l.users.Merge(collector)
	census := coverage.NewCensus()
	sealed, err := l.Set.Route(ctx, group.SealOptions{Workers: o.Workers, Users: l.users, Joins: answer.Joins, Routed: census.See})
	return &Routing{sealed, *census.Data()}, err
}

// Gather returns the log of which tasks have read the facts, without a set: what is to
// be known of all of it to audit some of its pairs. Duplicates are places that were
// found in all of its pairs, if they are to be counted; damage is what Measure has found
// in them.
func Gather(ctx context.Context, o Options, inputs []source.Input, f *TaskFacts, r *Routing, damage Extents, duplicates []event.Place) (*Log, error) {
	l := f.log()
	var err error
	if l.Read, err = ingest.Gather(ctx, o.Options, inputs, f.Shares); err != nil {
		return nil, err
	}
	l.Census.Merge(l.told)
	if r != nil {
		l.told.Merge(r.Census.Census())
		l.Sealed = r.Sealed
		l.settleNumbers()
	}
	if err := l.addUnread(o.Whole); err != nil {
		return nil, err
	}
	if err := l.settleDamage(damage); err != nil {
		return nil, err
	}
	l.Sealed.Duplicates = duplicates
	l.countSealed()
	return l, nil
}

// Refill does what Fill does with the facts of all tasks, whose events are in the set.
func (l *Log) Refill(ctx context.Context, o Options, inputs []source.Input, f *TaskFacts) error {
	read, err := ingest.Gather(ctx, o.Options, inputs, f.Shares)
	if err != nil {
		return err
	}
	set := l.Set
	*l = *f.log()
	l.Set, l.Read = set, read
	l.learnNumbers(f)
	l.Census.Merge(l.told)
	return l.addUnread(o.Whole)
}

// learnNumbers makes the set know the business numbers of all tasks.
func (l *Log) learnNumbers(f *TaskFacts) {
	for number, accounts := range f.Numbers {
		for _, waba := range accounts {
			l.Set.KnowNumber(number, waba)
		}
	}
	if f.Many {
		l.Set.KnowManyNumbers()
	}
}
