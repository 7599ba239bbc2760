package audit

import (
	"cmp"
	"context"
	"errors"
	"iter"

	"waudit/audit/event"
	"waudit/audit/merge"
	"waudit/audit/result"
)

// InOrder hands the pairs of all parts of a log to fn in one order. Each part is
// in order itself, so that one pair of each is in memory at a time. A pair is
// valid during the call.
func InOrder(ctx context.Context, log Log, fn func(*event.Pair) error) error {
	return inOrder(ctx, log, nil, fn)
}

// inOrder is InOrder for the pairs in want, all if it is nil.
func inOrder(ctx context.Context, log Log, want pairSets, fn func(*event.Pair) error) error {
	parts := make([]iter.Seq2[event.Pair, error], log.Partitions())
	for part := range parts {
		parts[part] = sequence(log, part, want)
	}
	n := 0
	for p, err := range merge.Sorted(comparePairs, parts...) {
		if err != nil {
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := fn(p); err != nil {
			return err
		}
		n++
	}
	return nil
}

// sequence is the wanted pairs of a part, ended by an error if there is one.
func sequence(log Log, part int, want pairSets) iter.Seq2[event.Pair, error] {
	return func(yield func(event.Pair, error) bool) {
		err := overPart(log, part, want, func(_ int, pair event.Pair) error {
			if !yield(pair, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(event.Pair{}, err)
		}
	}
}

// errEnough ends the reading of a part that nobody wants more of.
var errEnough = errors.New("enough")

// comparePairs orders pairs.
func comparePairs(x, y *event.Pair) int {
	return pairKey{x.Number, x.User, x.UserID, x.Group}.compare(pairKey{y.Number, y.User, y.UserID, y.Group})
}

// compareDecisions orders decisions by their pairs.
func compareDecisions(x, y *result.Decision) int {
	return pairKey{x.Number, x.User, x.UserID, x.Group}.compare(pairKey{y.Number, y.User, y.UserID, y.Group})
}

type pairKey struct{ number, user, userID, group string }

// compare orders pairs by number, then by the other side: the group, else the phone, else
// the user id.
func (k pairKey) compare(o pairKey) int {
	return compareAll(
		[2]string{k.number, o.number}, [2]string{cmp.Or(k.group, k.user, k.userID), cmp.Or(o.group, o.user, o.userID)},
		[2]string{k.user, o.user}, [2]string{k.group, o.group},
	)
}
