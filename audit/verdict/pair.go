package verdict

import (
	"iter"

	"waudit/audit/account"
	"waudit/audit/coverage"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/replay"
)

// Replayed is a pair with what should have become of its messages.
type Replayed struct {
	*era.Setting
	Number  string
	User    string
	UserID  string
	Group   string
	Account *account.Account // of the message at hand
	// AccountOf finds the account of a message where the pair has several; nil where
	// it has one.
	AccountOf func(waba string) *account.Account
	Coverage  *coverage.Number
	Events    event.List
	Decisions []replay.Decision
	Settle    Settler
	// WithoutEntry replays the pair as if no click of the user had qualified for a
	// free entry point, and returns the codes of the decisions in the same order; the empty
	// set for one that is forced.
	WithoutEntry func() []outcome.Set
}

// JudgedPair is the pair that a judged message belongs to. Open it before all else; its
// memory is used again by the next one.
type JudgedPair struct {
	Replayed

	own   era.Setting // with the account of the message at hand, if there are several
	opens []bool
	ids   map[string]idSpan
	// keepers are, by the id of a conversation that is charged on several messages,
	// the one whose charge is not too much.
	keepers map[string]int32
	// noEntry is what WithoutEntry returned, nil before it was called.
	noEntry []outcome.Set
	// order is that of the messages in time, and signs those that speak of lost events;
	// empty before they were asked for.
	order order
	signs signs
}

// idSpan is where a conversation id occurs first and last among the delivered
// messages of a pair, and how many of them lines of bills charge.
type idSpan struct {
	first, last, billed int32
	ends                int64 // the earliest end that a message of that id publishes, in Unix milliseconds; 0: none
	// unarrived is set if a message that was sent before the first one names the id
	// too, and the log shows no end of it: its delivery, lost, may have opened the
	// conversation.
	unarrived bool
}

// Settler resolves what waits for the count of the free tier.
type Settler interface {
	// Settle returns the outcomes that are possible once the free tier is
	// counted, with the reasons and unset facts that keep them apart.
	Settle(p *JudgedPair, d *replay.Decision) (outcome.Set, reading.Reasons, reading.Facts)
	// Accusable reports whether the free tier surely paid: the log has the month
	// from its beginning, no signs of lost events, and not so many messages of
	// unknown fate that they could have used the tier up.
	Accusable(p *JudgedPair, d *replay.Decision) bool
	// Whole reports whether the log surely has all events of the pair's account from
	// one instant to another, Unix milliseconds, and goes on for as long.
	Whole(p *JudgedPair, from, to int64) bool
	// Hides reports whether the log may have events of a message that could not be read.
	Hides(message string) bool
	// HidesTemplates reports whether a record that could not be read may have changed the
	// category of a template.
	HidesTemplates() bool
	// Recategorised reports whether the charges of a template of an account look as if Meta had
	// changed its category, of which the log says nothing.
	Recategorised(waba, template string) bool
	// Shared reports whether a conversation id occurs in several pairs.
	Shared(conversation string) bool
}

// Open begins with another pair, and finds out what its conversation ids say.
func (p *JudgedPair) Open(r Replayed) {
	p.Replayed = r
	if p.ids == nil {
		p.ids = map[string]idSpan{}
	}
	clear(p.ids)
	clear(p.keepers)
	p.noEntry = nil
	p.order, p.signs = p.order[:0], signs{p.signs.unended[:0], p.signs.nameless[:0], p.signs.orphaned[:0]}
	p.opens = p.opens[:0]
	for i := range p.Decisions {
		m := p.Decisions[i].Message
		opens := false
		if id := m.Reported.Conversation; id != "" && m.Arrived {
			span, seen := p.ids[id]
			if !seen {
				span.first, opens = int32(i), true
			}
			span.last = int32(i)
			if m.Reported.Bill().Amount.Sign() > 0 {
				span.billed++
			}
			p.ids[id] = span
		}
		p.opens = append(p.opens, opens)
	}
	for i := range p.Decisions {
		m := p.Decisions[i].Message
		span, arrived := p.ids[m.Reported.Conversation]
		if !arrived {
			continue
		}
		before := span
		if neverEnds(m) && m.Sent.Lo < p.Decisions[span.first].Message.Delivered.Lo {
			span.unarrived = true
		}
		if m.Expires != 0 && (span.ends == 0 || m.Expires < span.ends) {
			span.ends = m.Expires
		}
		if span != before {
			p.ids[m.Reported.Conversation] = span
		}
	}
}

// Decided is a message of a pair at its turn.
type Decided struct {
	*replay.Decision
	Index int
	pair  *JudgedPair
}

// Messages returns the messages of the pair in the order of their decisions. At a
// message's turn the pair has the facts of the account that sent it.
func (p *JudgedPair) Messages() iter.Seq[Decided] {
	return func(yield func(Decided) bool) {
		for i := range p.Decisions {
			p.turn(i)
			if !yield(Decided{&p.Decisions[i], i, p}) {
				return
			}
		}
	}
}

// turn gives the pair the facts of the account that sent message i.
func (p *JudgedPair) turn(i int) {
	if p.AccountOf == nil {
		return
	}
	p.Account = p.AccountOf(p.Decisions[i].Message.WABA)
	p.own = *p.Setting
	p.own.Facts = &p.Account.Facts
	p.Setting = &p.own
}

// Judge gives the verdict on the message.
func (d Decided) Judge() Judgement {
	j := d.pair.judge(d.Index)
	j.Extra = d.pair.extra(&j)
	return j
}

// Paid reports whether the log charges the message, were no charge due.
func (d Decided) Paid() bool {
	c := chargingOf(d.Decision, d.pair.Facts, d.pair.opens[d.Index], false)
	return c == Charged || c == Opened
}
