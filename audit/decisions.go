package audit

import (
	"context"
	"errors"
	"iter"

	"waudit/audit/account"
	"waudit/audit/price"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// Decisions hands every judged message to fn as a line of replay, ordered by
// business number, user, charge instant, sending, message and participant. The
// decision is valid during the call.
func (a *Auditor) Decisions(ctx context.Context, fn func(*result.Decision) error) error {
	r, bounds := a.newReplayer(), map[*account.Account][2]int64{}
	var valuer *price.Valuer
	if a.opts.Prices != nil {
		valuer = a.opts.Prices.Valuer()
	}
	return a.inOrder(ctx, func(p Pair) error {
		v := r.decide(p)
		for i := range v.Decisions {
			v.Turn(i)
			if !r.judged(bounds, v.Account, v.Decisions[i].Message.Instant()) {
				continue
			}
			j := v.Judge(i)
			if valuer != nil {
				valuer.Judge(v, &j)
			}
			if err := fn(decisionOf(v, &j)); err != nil {
				return err
			}
		}
		return nil
	})
}

// inOrder hands the pairs of all parts to fn in one order. Each part is in
// order itself, so that one pair of each is in memory at a time.
func (a *Auditor) inOrder(ctx context.Context, fn func(Pair) error) error {
	type head struct {
		pair Pair
		next func() (Pair, error, bool)
		stop func()
	}
	var heads []head
	defer func() {
		for _, h := range heads {
			h.stop()
		}
	}()
	for part := range a.log.Partitions() {
		next, stop := iter.Pull2(a.pairs(part))
		pair, err, ok := next()
		if err != nil {
			stop()
			return err
		}
		if !ok {
			stop()
			continue
		}
		heads = append(heads, head{pair, next, stop})
	}
	for len(heads) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		least := 0
		for i := range heads[1:] {
			if comparePairs(&heads[i+1].pair, &heads[least].pair) < 0 {
				least = i + 1
			}
		}
		h := &heads[least]
		if err := fn(h.pair); err != nil {
			return err
		}
		pair, err, ok := h.next()
		if err != nil {
			return err
		}
		if h.pair = pair; !ok {
			h.stop()
			heads = append(heads[:least], heads[least+1:]...)
		}
	}
	return nil
}

// errStopped ends the reading of a part that nobody wants more of.
var errStopped = errors.New("stopped")

// pairs is the sequence of a part's pairs, ended by an error if there is one.
func (a *Auditor) pairs(part int) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		err := a.log.Each(part, nil, func(p Pair) error {
			if !yield(p, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(Pair{}, err)
		}
	}
}

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

// decisionOf writes a judgement as a line of replay.
func decisionOf(v *verdict.Pair, j *verdict.Judgement) *result.Decision {
	m := j.Message
	overall, doubt := j.Overall()
	e := expected(j, overall, doubt)
	d := &result.Decision{
		Message: m.ID, Participant: m.Participant, WABA: v.Account.ID, Number: v.Number, User: v.User, UserID: v.UserID, Group: v.Group,
		SentAt: instant(m.SentAt), DeliveredAt: instant(m.DeliveredAt), Era: j.Era.String(),
		Outcome: e.Outcome, Category: e.Category, Reason: e.Reason, Candidates: e.Candidates,
		Window: windowOf(v, j.Window), Reported: *reported(j), Verdict: overall, VerdictWhy: e.Why,
	}
	if d.WABA == "" {
		d.WABA = m.WABA
	}
	return d
}
