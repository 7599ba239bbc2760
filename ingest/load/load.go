// Package load reads inputs into a grouped set: it is the way from paths to a log
// that can be audited.
package load

import (
	"context"
	"errors"
	"slices"

	"waudit/audit/account"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/ingest"
	"waudit/ingest/dialect"
	"waudit/ingest/group"
	"waudit/ingest/ledger"
	"waudit/ingest/resolve"
)

// Log is what was read: first it is filled by Read, then sealed.
type Log struct {
	Read    *ingest.Result
	Set     *group.Set
	Sealed  group.Sealed
	Changes []event.Change
	Census  *coverage.Census
	Unread  ledger.Counts // what lies in the parts of a ledger that nothing was read of

	users *resolve.Table
}

// Options says what to read and how.
type Options struct {
	ingest.Options
	Book  *account.Book    // replaces aliases; nil: ids stay as they are
	Whole *coverage.Census // of a ledger that Options.Select asks only a part of
	// Rename makes, for each worker, what replaces ids in a record before anything else
	// sees them; nil: they stay.
	Rename func() func(*dialect.Items)
	// Also gets every record after the log has it, a sink for each worker; nil: nothing.
	Also func() ingest.Sink
}

// New returns an empty log, and removes what runs that crashed left in o.Tmp. Where
// nothing can be written there, the error wraps a *group.SpillError. Whoever calls
// New calls Close.
func New(o group.Options) (*Log, error) {
	if err := group.ClearStale(o.Tmp); err != nil {
		return nil, err
	}
	set, err := group.New(o)
	if err != nil {
		return nil, err
	}
	return &Log{Set: set, Census: coverage.NewCensus(), users: resolve.NewTable()}, nil
}

// Close frees the grouped events.
func (l *Log) Close() error { return l.Set.Close() }

// Fill reads the inputs. The error is that of ingest.Read, or wraps a
// *group.SpillError.
func (l *Log) Fill(ctx context.Context, o Options) error {
	var sinks []*sink
	var err error
	l.Read, err = ingest.Read(ctx, o.Options, func(int) ingest.Sink {
		k := &sink{book: o.Book, writer: l.Set.Writer(), links: l.users.Collector(), census: coverage.NewCensus()}
		if o.Rename != nil {
			k.rename = o.Rename()
		}
		if o.Also != nil {
			k.also = o.Also()
		}
		sinks = append(sinks, k)
		return k
	})
	for _, k := range sinks {
		err = errors.Join(err, k.err, k.writer.Close())
		l.users.Merge(k.links)
		l.Census.Merge(k.census)
		l.Changes = append(l.Changes, k.changes...)
	}
	if err != nil {
		return err
	}
	l.addUnread(o.Whole)
	return nil
}

// addUnread takes note of what lies in a ledger and was not read: when a number's log
// begins, and whether it has gaps, does not depend on the period.
func (l *Log) addUnread(whole *coverage.Census) {
	for _, part := range l.Read.Ledgers {
		if !part.Partial {
			continue
		}
		l.Unread, l.Census = part.Unread, whole
		for number := range whole.Numbers {
			l.Set.KnowNumber(number, "")
		}
		for number, accounts := range part.Manifest.Accounts {
			for _, waba := range accounts {
				l.Set.KnowNumber(number, waba)
			}
		}
	}
}

// Why events are rejected that nobody's log can have.
const (
	ofNobody = "names no user or group, and no other event of its message does: add the log that has the message's other statuses"
	ofSome   = `names no user: its "phone_number" may be the business's own, as it is the same in all such rows; if it is the customer's, ` +
		"say so in a mapping (wa_id: phone_number), else name the column that has the customer's phone, or add the log that has the message's other statuses"
)

// whyOrphan is why an event that belongs to nobody is rejected.
func whyOrphan(o group.Orphan) string {
	if o.Guess {
		return ofSome
	}
	return ofNobody
}

// Seal makes the log readable. Of the options it sets Users and Twins. The error is
// that of group.Set.Seal.
func (l *Log) Seal(ctx context.Context, o group.SealOptions) (err error) {
	o.Users, o.Twins = l.users, l.Read.SameContent
	if l.Sealed, err = l.Set.Seal(ctx, o); err != nil {
		return err
	}
	if err := l.settleNumbers(o.Bill); err != nil {
		return err
	}
	if err := l.settleDamage(o.Bill); err != nil {
		return err
	}
	duplicates := l.Sealed.Duplicates
	l.Changes, duplicates = dropRepeated(l.Changes, duplicates)
	l.Read.DuplicateItems(duplicates)
	for _, isGuess := range [...]bool{false, true} {
		var places []event.Place
		for _, o := range l.Sealed.Orphans {
			if o.Guess == isGuess {
				places = append(places, o.Place)
			}
		}
		l.Read.RejectItems(places, whyOrphan(group.Orphan{Guess: isGuess}))
	}
	return nil
}

// settleNumbers takes the census again, by the numbers of the pairs, if some events
// named no business number where others do, or belong to nobody though they seemed to.
// The lines of a bill are no events of the log.
func (l *Log) settleNumbers(bill uint32) error {
	partial := slices.ContainsFunc(l.Read.Ledgers, func(l *ingest.Ledger) bool { return l.Partial })
	isGuess := func(o group.Orphan) bool { return o.Guess }
	if bare := l.Census.Numbers[""]; partial || (bare == nil || len(l.Census.Numbers) == 1) && !slices.ContainsFunc(l.Sealed.Orphans, isGuess) {
		return nil
	}
	l.Census = coverage.NewCensus()
	for part := range l.Set.Partitions() {
		err := l.Set.Each(part, nil, func(p group.Pair) error {
			for i := range p.Events {
				if bill != 0 && p.Events[i].Place.Input >= bill {
					continue
				}
				p.Events[i].Number = p.Number
				l.Census.See(&p.Events[i])
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// dropRepeated leaves of equal changes the one at the lowest place, and adds
// the places of the others to duplicates.
func dropRepeated(changes []event.Change, duplicates []event.Place) ([]event.Change, []event.Place) {
	bare := func(c event.Change) event.Change {
		c.Place = event.Place{}
		return c
	}
	slices.SortFunc(changes, func(a, b event.Change) int { return a.Place.Compare(b.Place) })
	seen := map[event.Change]bool{}
	kept := changes[:0]
	for _, c := range changes {
		if seen[bare(c)] {
			duplicates = append(duplicates, c.Place)
			continue
		}
		seen[bare(c)] = true
		kept = append(kept, c)
	}
	return kept, duplicates
}
