package era

import (
	"math"
	"slices"

	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/window"
)

// pending tells whether the message answers a free entry message (rules
// 3, "Pending free entry"): the user wrote with a referral at r, no message
// sent since r has been delivered, and this one was sent in [r, r+24h).
func (c *Case) pending() bool {
	s := c.Message.Sent
	for _, r := range slices.Backward(c.Referrals.Within(math.MinInt64, s.Hi)) {
		if s.Lo-c.Tolerance >= r.Time+window.AnswerWithin {
			break
		}
		if r.Time > s.Lo && !c.X.Is(reading.Maybe, s.Why) {
			continue
		}
		if c.answered(r.Time) {
			break
		}
		within, why := reading.Before(s, reading.At(r.Time+window.AnswerWithin), c.Tolerance)
		if c.X.Is(within, why) && c.X.Is(c.qualifies(&r), reading.OpenRule) {
			return true
		}
	}
	return false
}

// qualifies tells whether the message, as the answer to a click, opens a window.
// It is open where the click does not surely qualify, and where an earlier window
// was open at the click; then a status that calls a later message free entry
// proves that it did (rules 4.3).
func (c *Case) qualifies(r *Referral) reading.Tri {
	over := int64(0)
	iv := &c.State.FreeEntry
	second := iv.Exists() && iv.Start.Lo <= r.Time && r.Time-c.Tolerance < iv.End.Hi
	if second {
		over = iv.End.Hi + c.Tolerance
	}
	if !second && r.Sure == reading.Yes {
		return reading.Yes
	}
	for _, p := range c.Proofs.Within(c.At.Lo, c.At.Lo+window.FreeEntryLength-1) {
		if p.From >= over && !c.clickedBetween(r.Time+1, p.Time) {
			return reading.Yes
		}
	}
	return reading.Maybe
}

// inFlight tells whether the answer to a click was on its way when the message,
// sent before the click, arrived. Meta's pages name the answer's sending and its
// delivery as the window's beginning: which it is for the message is open
// (rules 4.3).
func (c *Case) inFlight() bool {
	return c.Coming != nil && !c.answered(c.Coming.Clicked) && c.X.Pick(2, reading.OpenRule) == 1
}

// coming describes the window that the answer in flight opens.
func (c *Case) coming() Window {
	s := c.Coming.Message.Sent.Lo
	return Window{Kind: FreeEntryWindow, ByMessage: c.Coming.Index, ByEvent: -1, Start: s, End: s + window.FreeEntryLength}
}

// answered tells whether a message sent at or after r has been delivered.
func (c *Case) answered(r int64) bool {
	last := c.State.LastSent
	switch {
	case last.Hi < r:
		return false
	case last.Lo >= r:
		return true
	}
	return c.X.Is(reading.Maybe, last.Why)
}

// proven tells whether the message's own statuses prove a free entry window
// that the log does not show. Just after the end of a window that it does show
// they prove nothing: that message was free too long.
func (c *Case) proven() bool {
	if !c.Message.FreeEntryProof {
		return false
	}
	iv := &c.State.FreeEntry
	// Where the first click did not qualify, a second one has opened the window.
	return !iv.Exists() || iv.By == window.NoMessage || c.At.Lo >= iv.End.Hi+window.RememberFreeEntry || c.clickedBetween(iv.Start.Hi+1, c.At.Hi)
}

func (c *Case) clickedBetween(from, to int64) bool {
	return len(c.Referrals.Within(from, to)) > 0
}

// openFromProof puts a window of unknown start into the state: it is open at
// the charge instant, and ends at most its length after it (rules 4.3).
func (c *Case) openFromProof() window.Interval {
	length := window.FreeEntryLength
	if !c.after(FreeEntry72h) {
		length = window.FreeEntryLength2022
	}
	iv := window.Interval{
		Start: reading.Span{Lo: c.At.Lo - length, Hi: c.At.Hi, Why: reading.InboundMissing},
		End:   reading.Span{Lo: c.At.Hi + 1, Hi: c.At.Hi + length, Why: reading.InboundMissing},
		By:    window.NoMessage,
	}
	if m := c.Message; m.Expires > c.At.Hi {
		iv.End = reading.At(m.Expires)
	}
	c.State.FreeEntry = iv
	return iv
}

// freeEntryOpen tells whether a free entry conversation is open at the charge
// instant (conversation eras).
func (c *Case) freeEntryOpen() bool {
	open, why := c.State.FreeEntryOpen(c.At, c.Tolerance)
	if open == reading.Maybe && c.Message.FreeEntryProof {
		c.confirmFreeEntry(c.At.Hi)
		return true
	}
	return c.X.Is(open, why)
}

// openFreeEntry opens a free entry conversation at the delivery (rules
// 3.1.2, 3.2.2).
func (c *Case) openFreeEntry() window.Interval {
	length := window.FreeEntryLength2022
	if c.after(FreeEntry72h) {
		length = window.FreeEntryLength
	}
	iv := window.Interval{Start: c.At, End: c.At.Plus(length), By: c.Index}
	c.State.FreeEntry = iv
	return iv
}

// freeByEntry applies the free entry clauses of the message eras
// (rules 4.1.2 and 3, 4.2.2); ok is false if none matches.
func (c *Case) freeByEntry() (r RuleResult, ok bool) {
	if c.insideFreeEntry() {
		iv := c.State.FreeEntry
		if !iv.Exists() {
			iv.By = window.NoMessage
		}
		return free(outcome.FreeEntryPoint, c.display(), windowOf(FreeEntryWindow, iv)), true
	}
	if c.pending() {
		s := c.Message.Sent
		iv := window.Interval{Start: s, End: c.freeEntryEnd(), By: c.Index}
		c.State.FreeEntry = iv
		return free(outcome.FreeEntryPoint, c.display(), windowOf(FreeEntryWindow, iv)), true
	}
	if c.proven() {
		return free(outcome.FreeEntryPoint, c.display(), windowOf(FreeEntryWindow, c.openFromProof())), true
	}
	if c.inFlight() {
		return free(outcome.FreeEntryPoint, c.display(), c.coming()), true
	}
	return RuleResult{}, false
}

// freeEntryEnd is the end of a window whose answer this message is: 72 hours
// after the sending; for answers since 2026-09-28 anywhere up to 7 days, unless
// a status in the window tells.
func (c *Case) freeEntryEnd() reading.Span {
	s := c.Message.Sent
	end := s.Plus(window.FreeEntryLength)
	if !c.X.Is(c.Facts.Calendar.After(FreeEntry7d, s, c.Tolerance)) {
		return end
	}
	longest := s.Hi + window.FreeEntryLongest
	lo := end.Lo
	for _, p := range c.Proofs.Within(s.Lo, longest-1) {
		if c.clickedBetween(end.Lo, p.Time) {
			continue // or it may speak of a later window
		}
		// Meta counts from the delivery and rounds up to the minute.
		if late := longest + Hour/60 + max(0, p.Time-s.Lo); p.Expires >= end.Lo && p.Expires <= late {
			return reading.At(min(p.Expires, longest))
		}
		lo = max(lo, p.From+1)
	}
	return reading.Span{Lo: lo, Hi: longest, Why: reading.OpenRule}
}

// insideFreeEntry tells whether the message lies in the open free entry window.
// Sent and delivered on different sides of one of its edges is open.
func (c *Case) insideFreeEntry() bool {
	iv := c.State.FreeEntry
	if !iv.Exists() {
		open, why := c.State.FreeEntryOpen(c.At, c.Tolerance)
		return c.X.Is(open, why)
	}
	if c.Message.FreeEntryProof && c.At.Lo < iv.End.Hi+c.Tolerance {
		c.confirmFreeEntry(c.Message.Sent.Lo)
		return true
	}
	if c.Message.Reported.Type == "regular" && iv.End.Why == reading.OpenRule && c.At.Lo >= iv.End.Lo {
		return false // it proves the window closed for its own message
	}
	if iv.End.Why == reading.OpenRule && c.At.Lo >= iv.End.Lo && c.clickedBetween(iv.End.Lo, c.At.Hi) && c.X.Pick(2, reading.OpenRule) == 1 {
		return false // the window was over, and the later click opened another
	}
	delivered := c.before(c.At, iv.End)
	started, why := notBefore(c.Message.Sent, iv.Start)
	sent := c.X.Is(started, why) && (delivered || c.before(c.Message.Sent, iv.End))
	if sent == delivered {
		return sent
	}
	return c.X.Pick(2, reading.OpenRule) == 0
}

// confirmFreeEntry notes that the window is open at t.
func (c *Case) confirmFreeEntry(t int64) {
	end := &c.State.FreeEntry.End
	if end.Lo <= t && t < end.Hi {
		end.Lo = t + 1
	}
}

func (c *Case) before(t, end reading.Span) bool {
	b, why := reading.Before(t, end, c.Tolerance)
	return c.X.Is(b, why)
}

// notBefore tells whether t lies at or after start; the order of events
// decides, without tolerance.
func notBefore(t, start reading.Span) (reading.Tri, reading.Reason) {
	switch {
	case t.Lo >= start.Hi:
		return reading.Yes, reading.Certain
	case t.Hi < start.Lo:
		return reading.No, reading.Certain
	case !t.Exact():
		return reading.Maybe, t.Why
	}
	return reading.Maybe, start.Why
}
