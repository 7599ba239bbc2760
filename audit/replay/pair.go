package replay

import (
	"cmp"
	"math"
	"slices"

	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/reading"
	"waudit/audit/window"
)

// What is known of the whole pair before its messages are decided one by one.

// survey collects what holds for the whole pair.
func (e *Engine) survey(events event.List, in Params) {
	received := false
	for i := range events.Len() {
		received = received || events.At(i).TimeKind == event.ReceiptTime
	}
	if received {
		in.Tolerance = max(in.Tolerance, receiptDelay)
		e.in.Tolerance = in.Tolerance
	}
	e.openers, e.referrals, e.proofs, e.inAir = e.openers[:0], e.referrals[:0], e.proofs[:0], e.inAir[:0]
	e.sentFrom, e.slow = e.sentFrom[:0], e.slow[:0]
	e.setting.Facts = in.Profile
	for i := range events.Len() {
		ev := events.At(i)
		if sure := window.Opens(ev); sure != reading.No {
			e.openers = append(e.openers, window.Opening{Time: ev.Time, Index: i, Sure: sure})
		}
		if ev.Kind == event.Inbound && ev.Referral != "" && !in.NoEntry {
			e.referrals = append(e.referrals, era.Referral{Time: ev.Time, Index: i, Sure: qualifies(ev, in)})
		}
	}
	for i := range e.messages {
		m := e.messages[i]
		if m.Arrived && !m.Delivered.Exact() {
			e.inAir = append(e.inAir, int32(i))
		}
		if m.FreeEntryProof {
			e.prove(events, m)
		}
	}
	slices.SortFunc(e.proofs, func(a, b era.Proof) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Expires, b.Expires))
	})
	if len(e.referrals)+len(e.proofs) > 0 {
		e.findSent()
	}
	e.airFrom = earliest(e.airFrom, len(e.inAir), func(i int) int64 { return e.messages[e.inAir[i]].Delivered.Lo })
	e.setting = era.Setting{
		Facts: in.Profile, Country: in.Country, CountryOf: in.CountryOf, Tolerance: in.Tolerance, Received: received,
		Service:   window.Service{Openers: e.openers, Missing: in.InboundMissing},
		Referrals: e.referrals, Proofs: e.proofs,
	}
}

// slow is how long a message may take to arrive, in milliseconds, to be looked for among
// those that arrived soon after.
const slow = era.Hour

// findSent finds what looks for answers to clicks need to know of sendings.
func (e *Engine) findSent() {
	e.sentFrom = earliest(e.sentFrom, len(e.messages), func(i int) int64 { return e.messages[i].Sent.Lo })
	for i, m := range e.messages {
		if m.Arrived && m.Instant()-m.Sent.Lo > slow {
			e.slow = append(e.slow, int32(i))
		}
	}
	e.slowFrom = earliest(e.slowFrom, len(e.slow), func(k int) int64 { return e.messages[e.slow[k]].Sent.Lo })
}

// earliest returns, in the memory of the slice, for each of n things the earliest instant
// of it and of those after it.
func earliest(memory []int64, n int, at func(i int) int64) []int64 {
	memory = slices.Grow(memory[:0], n)[:n]
	least := int64(math.MaxInt64)
	for i := n - 1; i >= 0; i-- {
		least = min(least, at(i))
		memory[i] = least
	}
	return memory
}

// prove notes the statuses of a message that prove a free entry window. A sent
// status that a later one contradicts is not among them: it was a forecast.
func (e *Engine) prove(events event.List, m *message.Message) {
	for _, i := range m.Events {
		ev := events.At(int(i))
		if !message.ProvesFreeEntry(ev) {
			continue
		}
		p := era.Proof{Time: ev.Time, From: ev.Time}
		if e.setting.Facts.Calendar.Label(ev.Time, "").PerMessage() {
			p.From = min(ev.Time, m.Sent.Lo)
		}
		if ev.Expires > ev.Time {
			p.Expires = ev.Expires
		}
		e.proofs = append(e.proofs, p)
	}
}

// tied tells whether a template was delivered to the pair in the same second
// as message i.
func (e *Engine) tied(i int32) bool {
	at := e.messages[i].Delivered
	same := func(j int32) bool { return e.messages[j].Arrived && e.messages[j].Delivered == at }
	for j := i - 1; j >= 0 && e.messages[j].Instant() == at.Hi; j-- {
		if same(j) && e.messages[j].Template != reading.No {
			return true
		}
	}
	for j := i + 1; int(j) < len(e.messages) && e.messages[j].Instant() == at.Hi; j++ {
		if same(j) && e.messages[j].Template != reading.No {
			return true
		}
	}
	return false
}

// coming returns the answer to a click that was in flight when message i, sent
// before the click, arrived; nil if there is none.
func (e *Engine) coming(i int32, at reading.Span) *era.Coming {
	clicks := e.referrals.Within(e.messages[i].Sent.Lo+1, at.Hi)
	if len(clicks) == 0 {
		return nil
	}
	var first *era.Coming // the answer to the earliest click, of several the first to arrive
	see := func(j int32) {
		m := e.messages[j]
		if !m.Arrived || m.Sent.Lo > at.Hi {
			return
		}
		answered := clicks.Within(m.Sent.Lo-e.in.Tolerance-window.AnswerWithin+1, m.Sent.Hi)
		if len(answered) == 0 {
			return
		}
		if click := answered[0].Time; first == nil || click < first.Clicked || click == first.Clicked && j < first.Index {
			first = &era.Coming{Message: m, Index: j, Clicked: click}
		}
	}
	soonest := func() bool { return first != nil && first.Clicked == clicks[0].Time }
	for j := i + 1; int(j) < len(e.messages) && e.messages[j].Instant() <= at.Hi+slow && !soonest(); j++ {
		see(j)
	}
	k, _ := slices.BinarySearch(e.slow, i+1)
	for ; k < len(e.slow) && e.slowFrom[k] <= at.Hi && !(soonest() && first.Index < e.slow[k]); k++ {
		see(e.slow[k])
	}
	return first
}

// qualifies tells whether a referral opens a free entry point (rules
// 4.3): ads and page buttons do, of posts, and of page buttons from 2026-09-28
// on, it is not documented.
func qualifies(e *event.Event, in Params) reading.Tri {
	switch e.Referral {
	case "ad":
		return reading.Yes
	case "page_cta":
		if !in.Profile.Calendar.Perhaps(era.FreeEntry7d, reading.At(e.Time), in.Tolerance) {
			return reading.Yes
		}
	}
	return reading.Maybe
}
