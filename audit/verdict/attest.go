package verdict

import (
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/message"
	"waudit/audit/reading"
	"waudit/audit/replay"
	"waudit/audit/window"
)

// coverDoubt says why the conversation that covers message j may not have been
// open, or not for it; Certain if it surely was.
func (p *Pair) coverDoubt(j *Judgement) reading.Reason {
	switch {
	case !p.attested(j):
		return reading.LogStart
	case p.liteUnknown(j.Message), p.liteUnknown(p.Decisions[j.Cover].Message):
		return reading.CategoryUnknown
	}
	return reading.Certain
}

// attested tells whether the conversation that covers message j surely was
// open (billing-rules, "A log begins in the middle"): by the configuration,
// because nothing else can have been open when it opened, or because a message
// with its conversation id was delivered at or after the disputed one.
func (p *Pair) attested(j *Judgement) bool {
	by := j.Cover
	if by == window.NoMessage || int(by) >= len(p.Decisions) {
		return false
	}
	opener := p.Decisions[by].Message
	if opener.Delivered.Hi >= j.Message.Delivered.Lo {
		// In one second the log does not tell the first: then the one that is
		// reported to have opened a conversation did, if the other is not.
		if c := claimOf(&p.Decisions[by], p.Facts.Facts, p.opens[by], false); c != Opened && c != Charged {
			return false
		}
	}
	id := opener.Reported.Conversation
	if id == "" && conversational(j.Decision, p.Facts.Facts, j.opens) && !j.Message.Reported.Priced() {
		// The id that seems to be a second one may be the opener's own, which
		// its statuses lost.
		return false
	}
	if id != "" {
		if id == j.Message.Reported.Conversation && !opener.Reported.Priced() {
			return false // one conversation, whose price stands on another of its messages
		}
		if p.ids[id].first != by {
			// Meta has the opening message ride on a conversation that opened
			// earlier: the replay is out of step with it.
			return false
		}
		if int(p.ids[id].last) > j.Index {
			return true
		}
	}
	return p.NothingOpenBefore(opener.Delivered.Lo)
}

// liteUnknown tells whether a marketing template may have been marketing_lite, a
// category of its own from 2024-10-15 to 2025-06-30 (billing-rules 2): only the
// record of the sending or the pricing tells by which API it was sent.
func (p *Pair) liteUnknown(m *message.Message) bool {
	if m.Category != category.Marketing || m.Reported.Category.Base() == category.Marketing {
		return false
	}
	begun, _ := p.Facts.Facts.Calendar.After(era.MarketingLite, m.Delivered, p.Facts.Tolerance)
	over, _ := p.Facts.Facts.Calendar.After(era.PerMessage, m.Delivered, p.Facts.Tolerance)
	return begun != reading.No && over != reading.Yes
}

// NothingOpenBefore tells whether the log shows that no conversation can have
// been open just before t: it is complete, or the pair got no message for as
// long as a conversation may last.
func (p *Pair) NothingOpenBefore(t int64) bool {
	if p.Account.CompleteBefore(t) {
		return !p.unprovenEntryIn(t-window.ConversationLength, t)
	}
	quiet := window.ConversationLength
	if p.freeEntryPossible(t) {
		quiet = window.FreeEntryLength
	}
	from := t - quiet
	if p.Coverage.First > from || p.Coverage.GapIn(from, t) {
		return false
	}
	for i := range p.Decisions {
		m := p.Decisions[i].Message
		switch {
		case m.Arrived && m.Delivered.Hi >= from && m.Delivered.Lo < t:
			return false
		case !m.Arrived && m.FailedAt == 0 && !m.App && m.Sent.Hi >= from && m.Sent.Lo < t:
			return false // its delivered status may be lost
		}
	}
	return true
}

// freeEntryPossible tells whether a free entry conversation may have been open
// just before t: the log does not reach back far enough, or lacks the users'
// side, or shows a referral.
func (p *Pair) freeEntryPossible(t int64) bool {
	from := t - window.FreeEntryLength - window.AnswerWithin
	if p.Coverage.InboundMissing() || p.Coverage.First > from || p.Coverage.GapIn(from, t) {
		return true
	}
	for _, r := range p.Facts.Referrals {
		if r.Time >= from && r.Time <= t {
			return true
		}
	}
	return false
}

// openingSeen tells whether a message that is the first of its conversation id
// in the log is the one that opened it: the log reaches back as far as a
// conversation lasts. Pricing that speaks of messages, and prices, need none.
func (p *Pair) openingSeen(d *replay.Decision) bool {
	m := d.Message
	if m.Reported.Priced() || !conversational(d, p.Facts.Facts, true) {
		return true
	}
	from := m.Delivered.Lo - window.ConversationLength
	return p.Account.CompleteBefore(m.Delivered.Lo) || p.Coverage.First <= from && !p.Coverage.GapIn(from, m.Delivered.Lo)
}

// OpensID reports whether message i is the first delivered one of its
// conversation id.
func (p *Pair) OpensID(i int) bool { return p.opens[i] }
