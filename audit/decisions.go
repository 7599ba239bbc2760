package audit

import (
	"cmp"
	"context"

	"waudit/audit/event"
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
