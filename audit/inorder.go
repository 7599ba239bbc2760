package audit

import (
	"context"
	"errors"
	"iter"

	"waudit/audit/merge"
)

// InOrder hands the pairs of all parts of a log to fn in one order. Each part is
// in order itself, so that one pair of each is in memory at a time. A pair is
// valid during the call.
func InOrder(ctx context.Context, log Log, fn func(*Pair) error) error {
	parts := make([]iter.Seq2[Pair, error], log.Partitions())
	for part := range parts {
		parts[part] = sequence(log, part)
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

// sequence is the pairs of a part, ended by an error if there is one.
func sequence(log Log, part int) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		err := log.Each(part, nil, func(pair Pair) error {
			if !yield(pair, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(Pair{}, err)
		}
	}
}

// errEnough ends the reading of a part that nobody wants more of.
var errEnough = errors.New("enough")

// comparePairs orders pairs by number, then by the name of the other side.
func comparePairs(x, y *Pair) int {
	return compareAll([2]string{x.Number, y.Number}, [2]string{x.other(), y.other()}, [2]string{x.User, y.User}, [2]string{x.Group, y.Group})
}

// other names the pair's other side: the phone, else the user id, else the group.
func (p *Pair) other() string {
	switch {
	case p.Group != "":
		return p.Group
	case p.User != "":
		return p.User
	}
	return p.UserID
}
