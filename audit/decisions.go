package audit

import (
	"bytes"
	"cmp"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"iter"

	"waudit/audit/event"
	"waudit/audit/merge"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// Decisions hands every judged message to fn as a line of replay, ordered by
// business number, user, charge instant, sending, message and participant. The
// decision is valid during the call. With want, pairs for which that is false are
// not judged; nor are those of channels on which nothing is charged.
func (a *Auditor) Decisions(ctx context.Context, want func(*event.Pair) bool, fn func(*result.Decision) error) error {
	j := a.newJudge(a.newReplayer())
	return inOrder(ctx, a.log, a.asked, func(p *event.Pair) error {
		if p.IsUnpaid() || !a.opts.judges(p.Number) || want != nil && !want(p) {
			return nil
		}
		v := j.decide(*p)
		for d := range v.Messages() {
			if !j.covers(v.Account, d.Message.Instant()) {
				continue
			}
			j.rule(v, d)
			if err := fn(decisionOf(v, &j.one)); err != nil {
				return err
			}
		}
		return nil
	})
}

// decisionOf writes a judgement as a line of replay.
func decisionOf(v *verdict.JudgedPair, j *verdict.Judgement) *result.Decision {
	m := j.Message
	overall, doubt := j.Overall()
	e := expected(j, overall, doubt)
	d := &result.Decision{
		Message: m.ID, Participant: m.Participant, WABA: v.Account.ID, Number: v.Number, User: v.User, UserID: v.UserID, Group: v.Group,
		SentAt: result.Instant(m.SentAt), DeliveredAt: result.Instant(m.DeliveredAt), Era: j.Era.Name,
		Outcome: e.Outcome, Category: e.Category, Reason: e.Reason, Candidates: e.Candidates,
		Window: windowOf(v, j.Window), Reported: *reported(j), Verdict: overall, VerdictWhy: e.Why,
	}
	d.WABA = cmp.Or(d.WABA, m.WABA)
	return d
}

// DecisionBlock is decisions as bytes, for JoinDecisions of the same build. The zero value
// has none.
type DecisionBlock struct {
	Len  int // how many they are
	data bytes.Buffer
	to   *gob.Encoder
}

// decisionData is a decision as bytes have it.
type decisionData struct {
	Decision result.Decision
	Zero     zeroData
}

// Add adds a decision.
func (b *DecisionBlock) Add(d *result.Decision) error {
	if b.Len == 0 {
		b.to = gob.NewEncoder(&b.data)
	}
	b.Len++
	return b.to.Encode(&decisionData{*d, zeroDataOf(&result.Finding{Reported: &d.Reported})})
}

// Take returns the bytes, which are valid until a decision is added, and empties the block.
func (b *DecisionBlock) Take() []byte {
	defer b.data.Reset()
	b.Len = 0
	return b.data.Bytes()
}

// JoinDecisions hands over, in the order of Auditor.Decisions, what that has found in the
// parts of a log: of each the blocks one after the other, of which one is in memory at a time.
// The decision is valid during the call.
func JoinDecisions(ctx context.Context, parts []iter.Seq2[[]byte, error], fn func(*result.Decision) error) error {
	all := make([]iter.Seq2[result.Decision, error], len(parts))
	for i, blocks := range parts {
		all[i] = decisionsOf(blocks)
	}
	n := 0
	for d, err := range merge.Sorted(compareDecisions, all...) {
		if n++; err == nil && n%1024 == 0 {
			err = context.Cause(ctx)
		}
		if err == nil {
			err = fn(d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// decisionsOf is the decisions of blocks, ended by an error if there is one.
func decisionsOf(blocks iter.Seq2[[]byte, error]) iter.Seq2[result.Decision, error] {
	return func(yield func(result.Decision, error) bool) {
		for block, err := range blocks {
			from := gob.NewDecoder(bytes.NewReader(block))
			for err == nil {
				var d decisionData
				if err = from.Decode(&d); err == nil {
					d.Zero.restore(&result.Finding{Reported: &d.Decision.Reported})
					if !yield(d.Decision, nil) {
						return
					}
				}
			}
			if !errors.Is(err, io.EOF) {
				yield(result.Decision{}, fmt.Errorf("what was decided of a part cannot be read: %w", err))
				return
			}
		}
	}
}
