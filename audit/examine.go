package audit

import (
	"context"
	"iter"

	"waudit/audit/channel"
	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/price"
	"waudit/audit/replay"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// Examined is a pair of the log, to be looked at message by message. It is valid
// during the call that hands it over.
type Examined struct {
	*verdict.JudgedPair
	// Unpaid is set for a pair of a channel on which nothing is charged: it has no messages
	// to be judged.
	Unpaid *channel.Conversation
	judge  *judge
}

// Covers reports whether the period covers an instant, Unix milliseconds.
func (x *Examined) Covers(t int64) bool { return x.judge.covers(x.Account, t) }

// Examine hands the pairs that want chooses to fn, ordered by business number and
// customer.
func (a *Auditor) Examine(ctx context.Context, want func(*event.Pair) bool, fn func(*Examined) error) error {
	j := a.newJudge(a.newReplayer())
	return inOrder(ctx, a.log, a.asked, func(p *event.Pair) error {
		if !a.opts.judges(p.Number) || !want(p) {
			return nil
		}
		if p.IsUnpaid() {
			c := a.conversation(p)
			v := &verdict.JudgedPair{Replayed: verdict.Replayed{
				Setting: &era.Setting{Facts: &c.Account.Facts}, Number: p.Number, UserID: p.UserID, Account: c.Account, Coverage: c.Coverage, Events: p.Events,
			}}
			return fn(&Examined{v, c, j})
		}
		return fn(&Examined{j.decide(*p), nil, j})
	})
}

// Judged is a judged message at its turn.
type Judged struct {
	*verdict.Judgement
	Worth    *price.Worth
	Line     *result.Decision // as replay writes it
	Rule     result.Rule
	InPeriod bool // the period covers it
	Valuer   *price.Valuer
}

// Judged returns the messages of the pair in the order of replay, judged as Audit
// judges them. What it returns is valid until the next one.
func (x *Examined) Judged() iter.Seq[*Judged] {
	return func(yield func(*Judged) bool) {
		j := x.judge
		for d := range x.Messages() {
			j.rule(x.JudgedPair, d)
			out := &Judged{
				Judgement: &j.one, Worth: &j.worth, Line: decisionOf(x.JudgedPair, &j.one), InPeriod: j.covers(x.Account, d.Message.Instant()), Valuer: j.valuer,
				Rule: ruleOf(&check.MessageView{Judgement: &j.one, Pair: x.JudgedPair, Worth: &j.worth}, &check.Check{}),
			}
			if !yield(out) {
				return
			}
		}
	}
}

// FreeTierUse is what is known of the free tier that a message may use.
type FreeTierUse struct {
	ByNumber bool // it is the business number's, else the account's
	Month    era.Month
	Used     int   // units of it that were surely used before the message, 1,000 at most
	UsedUp   int64 // instant of the last unit, Unix milliseconds; 0: not used up, or not known when
	Sure     bool  // the log has the month from its beginning, and no unit before is in doubt
}

// FreeTier returns what is known of the free tier at a message's delivery.
func (x *Examined) FreeTier(d *replay.Decision) FreeTierUse {
	a, at := x.judge.a, d.Message.Delivered.Hi
	month := x.Facts.Calendar.Month(at)
	allowance := allowanceOf(x.JudgedPair, d, month)
	base := a.base(x.JudgedPair, allowance, at)
	used, usedUp, sure := a.freeTiers.Used(allowance, at, base)
	return FreeTierUse{ByNumber: allowance.Number, Month: month, Used: used, UsedUp: usedUp, Sure: sure && (base.Covered || base.Stated)}
}
