package verdict

import (
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/message"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/replay"
	"waudit/audit/window"
)

// coverDoubt says why the conversation that covers message j may not have been
// open, or not for it; Certain if it surely was.
func (p *JudgedPair) coverDoubt(j *Judgement) reading.Reason {
	switch {
	case !p.attested(j):
		return reading.LogStart
	case p.liteUnknown(j.Message), p.liteUnknown(p.Decisions[j.Cover].Message):
		return reading.CategoryUnknown
	}
	return reading.Certain
}

// attested tells whether the conversation that covers message j surely was
// open (rules, "A log begins in the middle"): by the configuration,
// because nothing else can have been open when it opened, or because a message
// with its conversation id was delivered at or after the disputed one; and
// nothing in the log speaks against it.
func (p *JudgedPair) attested(j *Judgement) bool {
	by := j.Cover
	if by == window.NoMessage || int(by) >= len(p.Decisions) || p.deniedOpener(by) || !p.mayOpen(j.Message) {
		return false
	}
	if j.Message.Reported.Foretold() {
		return false // it may have arrived in the conversation that covers it
	}
	opener := p.Decisions[by].Message
	if opener.Delivered.Hi >= j.Message.Delivered.Lo {
		// In one second the log does not tell the first: then the one that is
		// reported to have opened a conversation did, if the other is not.
		if c := chargingOf(&p.Decisions[by], p.Facts, p.opens[by], false); c != Opened && c != Charged {
			return false
		}
	}
	if p.lossBetween(opener.Delivered.Lo, j.Message) || p.expired(opener, j.Message.Delivered.Lo) {
		return false
	}
	id := opener.Reported.Conversation
	if id == "" && conversational(j.Decision, p.Facts, j.opens) && !j.Message.Reported.Priced() {
		// The id that seems to be a second one may be the opener's own, which
		// its statuses lost.
		return false
	}
	if id != "" {
		if id == j.Message.Reported.Conversation && !opener.Reported.Priced() {
			return false // one conversation, whose price stands on another of its messages
		}
		if p.ids[id].first != by || p.ids[id].unarrived {
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
// category of its own from 2024-10-15 to 2025-06-30 (rules 2): only the
// record of the sending or the pricing tells by which API it was sent.
func (p *JudgedPair) liteUnknown(m *message.Message) bool {
	if m.Category != category.Marketing || m.Reported.Category.Base() == category.Marketing {
		return false
	}
	c := p.Facts.Calendar
	return c.Perhaps(era.MarketingLite, m.Delivered, p.Tolerance) && !c.Surely(era.PerMessage, m.Delivered, p.Tolerance)
}

// deniedOpener tells whether the log speaks against that a message opened the
// conversation that it opens by the rules: it costs nothing where no allowance
// pays, it is not said to cost anything where others are, or its expiry is that
// of a conversation which was open before, or the conversation is of another kind, or its
// template may have been in another category.
func (p *JudgedPair) deniedOpener(i int32) bool {
	d := &p.Decisions[i]
	m := d.Message
	if !p.mayOpen(m) || p.otherKind(d) || p.shakenCategory(d) != reading.Certain {
		return true
	}
	charge := d.Codes.Charges()
	switch chargingOf(d, p.Facts, p.opens[i], charge) {
	case Opened, Charged:
		return charge && m.Reported.HasAmount && m.Reported.Amount.Sign() <= 0
	case Nothing:
		return p.Coverage.Priced > 0
	}
	return charge
}

// otherKind tells whether, before June 2023, the conversation that a message opens by
// the rules is of the other kind by what is reported: business-initiated, not
// user-initiated, or the reverse. Then Meta may have it ride on one that the log, if
// it is not said to be complete, lacks.
func (p *JudgedPair) otherKind(d *replay.Decision) bool {
	r := &d.Message.Reported
	kind := r.Category
	if kind == category.None {
		kind = category.Of(r.Origin)
	}
	if kind != category.UserInitiated && kind != category.BusinessInitiated || !d.Era.OneConversation {
		return false
	}
	return !d.Codes.Has(outcome.ChargeOf(kind)) && !d.Codes.Has(outcome.TierOf(kind)) && !p.completeUntil(d.Message.Delivered.Lo)
}

// mayOpen tells whether the expiry that a message publishes, if any, is that of a
// conversation which it opened: counted from its sending, as a forecast, or from
// its delivery, and rounded up to the minute.
func (p *JudgedPair) mayOpen(m *message.Message) bool {
	slack := era.Hour/60 + p.Tolerance
	return m.Expires == 0 || m.Expires >= m.Sent.Lo+window.ConversationLength-slack && m.Expires <= m.Delivered.Hi+window.ConversationLength+slack
}

// Orphaned tells whether message i is the first of its conversation in the log
// while, by the expiry that it publishes, an earlier one opened that: it was lost,
// unless it lies before the log begins.
func (p *JudgedPair) Orphaned(i int) bool {
	m := p.Decisions[i].Message
	if !p.opens[i] || m.Expires == 0 || m.FreeEntryProof || m.Expires > m.Delivered.Lo+window.ConversationLength || p.mayOpen(m) {
		return false
	}
	return p.Account.CompleteBefore(m.Expires-window.ConversationLength) || p.Coverage.First < m.Expires-window.ConversationLength
}

// expired tells whether the conversation that a message opened is over at t by
// the word of one of its messages.
func (p *JudgedPair) expired(opener *message.Message, t int64) bool {
	ends := opener.Expires
	if id := opener.Reported.Conversation; id != "" {
		ends = p.ids[id].ends
	}
	return ends != 0 && ends <= t
}

// completeUntil tells whether the log surely has everything before t.
func (p *JudgedPair) completeUntil(t int64) bool {
	return p.Account.CompleteBefore(t) && !p.Coverage.DamagedBefore(t)
}

// NothingOpenBefore tells whether the log shows that no conversation can have
// been open just before t: it is complete, or the pair got no message for as
// long as a conversation may last.
func (p *JudgedPair) NothingOpenBefore(t int64) bool {
	if p.completeUntil(t) {
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
	for i := range p.near(from, t) {
		if m := p.Decisions[i].Message; m.Arrived && m.Delivered.Hi >= from && m.Delivered.Lo < t {
			return false
		}
	}
	return !p.unended(from, t)
}

// freeEntryPossible tells whether a free entry conversation may have been open
// just before t: the log does not reach back far enough, or lacks the users'
// side, or shows a referral.
func (p *JudgedPair) freeEntryPossible(t int64) bool {
	from := t - window.FreeEntryLength - window.AnswerWithin
	return p.Coverage.InboundMissing() || p.Coverage.First > from || p.Coverage.GapIn(from, t) || len(p.Referrals.Within(from, t)) > 0
}

// openingSeen tells whether a message that is the first of its conversation id
// in the log is the one that opened it: the log reaches back as far as a
// conversation lasts. Pricing that speaks of messages, and prices, need none.
func (p *JudgedPair) openingSeen(d *replay.Decision) bool {
	m := d.Message
	if m.Reported.Priced() || !conversational(d, p.Facts, true) {
		return true
	}
	from := m.Delivered.Lo - window.ConversationLength
	return p.completeUntil(m.Delivered.Lo) || p.Coverage.First <= from && !p.Coverage.GapIn(from, m.Delivered.Lo)
}

// openingLost tells whether such a message may ride on a conversation whose opening
// the log has lost.
func (p *JudgedPair) openingLost(d *replay.Decision) bool {
	m := d.Message
	return !m.Reported.Priced() && conversational(d, p.Facts, true) && (!p.mayOpen(m) || p.lossBetween(m.Delivered.Lo, m))
}

// OpensID reports whether message i is the first delivered one of its
// conversation id.
func (p *JudgedPair) OpensID(i int) bool { return p.opens[i] }

// entryDoubt says why the free entry window that decided may not have been open
// for the charge: Certain if a status of the pair proves that it was (rules
// 4.3).
func (p *JudgedPair) entryDoubt(j *Judgement) reading.Reason {
	switch {
	case !p.Proven(j):
		return reading.FreeEntryUnproven
	case p.begunUnseen(j):
		return reading.LogStart
	}
	return reading.Certain
}

// Proven tells whether a status of the pair proves the free entry window that
// decided. A status that may speak of another window proves nothing: the click
// that the log shows may not have qualified.
func (p *JudgedPair) Proven(j *Judgement) bool {
	w := j.Window
	if w.Kind != era.FreeEntryWindow {
		return j.Message.FreeEntryProof
	}
	charged := j.Message.Delivered.Lo
	var opener *message.Message
	if w.ByMessage != window.NoMessage {
		opener = p.Decisions[w.ByMessage].Message
	}
	proven := false
	from, to, click := w.Start, w.End-1, int64(0)
	if opener != nil {
		click = p.lastClick(opener.Sent.Hi)
		from, to = min(from, click), max(to, opener.Sent.Lo)
	}
	for _, proof := range p.Proofs.Within(from, to) {
		switch {
		case opener != nil && proof.Time < opener.Sent.Lo && proof.Time >= click:
			return false // the window was open before the answer that the log shows
		case proof.Time < w.Start || proof.Time >= w.End:
		case proof.Expires != 0 && proof.Expires <= charged:
			return false // by its own word the window was over
		case proof.Time < charged, j.Message.FreeEntryProof: // of two in one second the other may be the first
			proven = true
		case p.lastClick(proof.Time) > w.Start: // it may prove the window of a later click
		case opener != nil && opener.Reported.Source != 0 && !opener.FreeEntryProof: // the answer opened none
		default:
			proven = true
		}
	}
	return proven
}

// lastClick returns the time of the user's latest free entry message up to t,
// 0 if there is none.
func (p *JudgedPair) lastClick(t int64) int64 {
	last, _ := p.Referrals.Last(t)
	return last.Time
}

// begunUnseen tells whether the window that decided may have begun before the
// answer that the log shows, and been over by the charge. A log that is not said
// to be complete, or shows that it lost events, may lack an earlier answer, or begin
// inside a window, in which the click was a second one.
func (p *JudgedPair) begunUnseen(j *Judgement) bool {
	w := &j.Window
	if w.Kind != era.FreeEntryWindow || w.ByMessage == window.NoMessage {
		return false
	}
	opener := p.Decisions[w.ByMessage].Message
	click := p.lastClick(opener.Sent.Hi)
	charged := j.Message.Delivered.Hi
	lost := p.Coverage.LossIn(click, charged)
	if p.Account.CompleteBefore(click) && !lost {
		return false
	}
	blind := p.Coverage.BlindUntil(click)
	over := blind + p.entryLength(blind)
	second := click-p.Tolerance < over
	lost = lost || p.unanswered(w.ByMessage, click, charged-(w.End-w.Start))
	if !second && !lost {
		return false
	}
	for _, proof := range p.Proofs.Within(w.Start, w.End-1) {
		switch {
		case p.lastClick(proof.Time) > w.Start:
		case proof.From >= charged || proof.Expires > charged:
			return false // it was open at the charge
		case proof.From >= over && !lost:
			return false // no window from before is open as late
		}
	}
	return true
}

// unanswered tells whether a window that a lost answer to a click opened may have been
// open at the click that message by answers, and over at the charge, if it opened by begun:
// how much longer than it surely is open a window may be is not documented.
func (p *JudgedPair) unanswered(by int32, click, begun int64) bool {
	for _, r := range p.Referrals.Within(click-window.AnswerWithin-window.FreeEntryLongest, click) {
		length := p.entryLength(r.Time)
		if r.Time+window.AnswerWithin+length <= click || r.Time > begun+p.Tolerance {
			continue
		}
		answered := false
		for i := int(by) - 1; i >= 0 && !answered && p.Decisions[i].Message.Instant() >= r.Time; i-- {
			m := p.Decisions[i].Message
			answered = m.Arrived && m.Sent.Lo >= r.Time
		}
		if !answered {
			return true
		}
	}
	return false
}

// entryLength is how long a free entry window that opened before t may be open.
func (p *JudgedPair) entryLength(t int64) int64 {
	after := func(change era.RuleChange) bool { return p.Facts.Calendar.Perhaps(change, reading.At(t), p.Tolerance) }
	switch {
	case after(era.FreeEntry7d):
		return window.FreeEntryLongest
	case after(era.FreeEntry72h):
		return window.FreeEntryLength
	}
	return window.FreeEntryLength2022
}

// withoutEntry returns what the message may have been if no click of the user
// qualified; the empty set if there are too many readings to tell.
func (p *JudgedPair) withoutEntry(j *Judgement) outcome.Set {
	if p.noEntry == nil {
		p.noEntry = p.WithoutEntry()
	}
	codes := p.noEntry[j.Index]
	if codes.HasTier() {
		d := *j.Decision
		d.Codes = codes
		codes, _, _ = p.Settle.Settle(p, &d)
	}
	return codes
}

// unprovenEntryIn tells whether a message that was delivered in [from, to) lies in
// a free entry window that nothing proves: it may have opened a conversation.
func (p *JudgedPair) unprovenEntryIn(from, to int64) bool {
	if len(p.Referrals) == 0 {
		return false
	}
	for i := range p.near(from, to) {
		d := &p.Decisions[i]
		if d.Message.Arrived && d.Message.Delivered.Hi >= from && d.Message.Delivered.Lo < to &&
			d.Codes.FreeEntry() && !d.Message.FreeEntryProof {
			return true
		}
	}
	return false
}
