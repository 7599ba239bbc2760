package verdict

import (
	"waudit/audit/era"
	"waudit/audit/message"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/window"
)

// entryDoubt says why the free entry window that decided may not have been open
// for the charge: Certain if a status of the pair proves that it was (rules
// 4.3).
func (p *Pair) entryDoubt(j *Judgement) reading.Reason {
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
func (p *Pair) Proven(j *Judgement) bool {
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
	for _, proof := range p.Proofs {
		switch {
		case opener != nil && proof.Time < opener.Sent.Lo && proof.Time >= p.lastClick(opener.Sent.Hi):
			return false // the window was open before the answer that the log shows
		case proof.Time < w.Start || proof.Time >= w.End:
		case proof.Expires != 0 && proof.Expires <= charged:
			return false // by its own word the window was over
		case proof.Time <= charged:
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
func (p *Pair) lastClick(t int64) int64 {
	last := int64(0)
	for _, r := range p.Referrals {
		if r.Time <= t {
			last = r.Time
		}
	}
	return last
}

// begunUnseen tells whether the window that decided may have begun before the
// answer that the log shows, and been over by the charge. A log that is not said
// to be complete, or shows that it lost events, may lack an earlier answer, or begin
// inside a window, in which the click was a second one.
func (p *Pair) begunUnseen(j *Judgement) bool {
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
	lost = lost || p.unanswered(w.ByMessage, click, charged)
	if !second && !lost {
		return false
	}
	for _, proof := range p.Proofs {
		switch {
		case proof.Time < w.Start || proof.Time >= w.End || p.lastClick(proof.Time) > w.Start:
		case proof.From >= charged || proof.Expires > charged:
			return false // it was open at the charge
		case proof.From >= over && !lost:
			return false // no window from before is open as late
		}
	}
	return true
}

// unanswered tells whether a window that a lost answer to a click opened would
// have been open at the click that message by answers, and over at the charge.
func (p *Pair) unanswered(by int32, click, charged int64) bool {
	for _, r := range p.Referrals {
		length := p.entryLength(r.Time)
		if r.Time > click || r.Time+window.AnswerWithin+length <= click || r.Time+length > charged+p.Tolerance {
			continue
		}
		answered := false
		for i := range p.Decisions[:by] {
			m := p.Decisions[i].Message
			answered = answered || m.Arrived && m.Sent.Lo >= r.Time
		}
		if !answered {
			return true
		}
	}
	return false
}

// entryLength is how long a free entry window that opened before t may be open.
func (p *Pair) entryLength(t int64) int64 {
	after := func(change era.Change) bool { return p.Facts.Calendar.Perhaps(change, reading.At(t), p.Tolerance) }
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
func (p *Pair) withoutEntry(j *Judgement) outcome.Set {
	if p.noEntry == nil {
		p.noEntry = p.WithoutEntry()
	}
	d := &p.noEntry[j.Index]
	if d.Forced {
		return 0
	}
	if d.Codes.HasTier() {
		final, _, _ := p.Settle.Settle(p, d)
		return final
	}
	return d.Codes
}

// unprovenEntryIn tells whether a message that was delivered in [from, to) lies in
// a free entry window that nothing proves: it may have opened a conversation.
func (p *Pair) unprovenEntryIn(from, to int64) bool {
	if len(p.Referrals) == 0 {
		return false
	}
	for i := range p.Decisions {
		d := &p.Decisions[i]
		if d.Message.Arrived && d.Message.Delivered.Hi >= from && d.Message.Delivered.Lo < to &&
			d.Codes.FreeEntry() && !d.Message.FreeEntryProof {
			return true
		}
	}
	return false
}
