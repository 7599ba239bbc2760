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
	Unread  ledger.EventCounts // what lies in the parts of a ledger that nothing was read of

	users *resolve.Links
	told  *coverage.Census // of the events that tell their pair by themselves
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
	return &Log{Set: set, Census: coverage.NewCensus(), users: resolve.NewLinks(), told: coverage.NewCensus()}, nil
}

// Close frees the grouped events.
func (l *Log) Close() error { return l.Set.Close() }

// Fill reads the inputs. The error is that of ingest.Read, or wraps a
// *group.SpillError.
func (l *Log) Fill(ctx context.Context, o Options) error {
	err := l.fill(o, func(sinks func(int) ingest.Sink) (err error) {
		l.Read, err = ingest.Read(ctx, o.Options, sinks)
		return err
	})
	if err != nil {
		return err
	}
	l.Census.Merge(l.told)
	return l.addUnread(o.Whole)
}

// fill takes up what is read into the sinks.
func (l *Log) fill(o Options, read func(sinks func(int) ingest.Sink) error) error {
	var sinks []*sink
	err := read(func(int) ingest.Sink {
		k := &sink{book: o.Book, writer: l.Set.Writer(), links: l.users.Collector(), census: coverage.NewCensus(), pending: coverage.NewCensus()}
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
		l.told.Merge(k.census)
		l.Census.Merge(k.pending)
		l.Changes = append(l.Changes, k.changes...)
	}
	return err
}

// addUnread takes note of what lies in a ledger and was not read: when a number's log
// begins, and whether it has gaps, does not depend on the period; and of what nobody can
// read.
func (l *Log) addUnread(whole *coverage.Census) error {
	for _, part := range l.Read.Ledgers {
		if !part.Partial {
			if err := l.takeHidden(part); err != nil {
				return err
			}
			continue
		}
		l.Unread, l.Census = part.Unread, whole
		if l.Set == nil {
			continue // its events are elsewhere
		}
		for number := range whole.Numbers {
			l.Set.KnowNumber(number, "")
		}
		for number, accounts := range part.Manifest.Accounts {
			for _, waba := range accounts {
				l.Set.KnowNumber(number, waba)
			}
		}
	}
	l.Census.Hidden.Merge(&l.Read.Hidden)
	return nil
}

// takeHidden takes over from a ledger what was rejected when it was packed.
func (l *Log) takeHidden(part *ingest.LedgerInput) error {
	if !slices.ContainsFunc(part.Manifest.Inputs, func(in ledger.PackedInput) bool { return in.Rejected > 0 || in.Events < in.Items }) {
		return nil
	}
	state, err := packedCensus(part)
	if err == nil {
		l.Census.Hidden.Merge(&state.Hidden)
	}
	return err
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

// Seal makes the log readable. Of the options it sets Users, Twins and Routed. The error
// is that of group.Set.Seal.
func (l *Log) Seal(ctx context.Context, o group.SealOptions) (err error) {
	o.Users, o.Twins = l.users, l.Read.SameContent
	if l.isBare() || l.Set.HasGuesses() {
		o.Routed = func(e *event.Event) {
			if o.Bill == 0 || e.Place.Input < o.Bill {
				l.told.See(e)
			}
		}
	}
	if l.Sealed, err = l.Set.Seal(ctx, o); err != nil {
		return err
	}
	l.settleNumbers()
	extents, err := l.Measure(l.Set, o.Bill)
	if err == nil {
		err = l.settleDamage(extents)
	}
	if err != nil {
		return err
	}
	l.countSealed()
	return nil
}

// countSealed counts what was found when the log was sealed.
func (l *Log) countSealed() {
	duplicates := l.Sealed.Duplicates
	l.Changes, duplicates = dropRepeated(l.Changes, duplicates)
	l.Read.DuplicateItems(duplicates)
	for _, isGuess := range [...]bool{false, true} {
		var places []event.Place
		for _, o := range l.Sealed.Orphans {
			if o.Guess == isGuess {
				places = append(places, o.Place)
				l.Census.Hidden.Name(o.Message)
			}
		}
		l.Read.RejectItems(places, whyOrphan(group.Orphan{Guess: isGuess}))
	}
}

// settleNumbers takes the census, by the numbers of the pairs, of the events that are in
// one, if some named no business number where others do, or belong to nobody though they
// seemed to. The lines of a bill are no events of the log.
func (l *Log) settleNumbers() {
	if l.isBare() || slices.ContainsFunc(l.Sealed.Orphans, func(o group.Orphan) bool { return o.Guess }) && !l.isPartial() {
		l.told.Hidden = l.Census.Hidden
		l.Census = l.told
	}
}

// isBare reports whether some events name no business number where others do.
func (l *Log) isBare() bool {
	return l.Census.Numbers[""] != nil && len(l.Census.Numbers) > 1 && !l.isPartial()
}

// isPartial reports whether of some ledger only a part was read.
func (l *Log) isPartial() bool {
	return slices.ContainsFunc(l.Read.Ledgers, func(l *ingest.LedgerInput) bool { return l.Partial })
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
