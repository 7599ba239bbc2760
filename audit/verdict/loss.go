package verdict

import (
	"iter"
	"math"
	"slices"
	"sort"

	"waudit/audit/message"
	"waudit/audit/window"
)

// order is, by message, when it or one of those after it was sent or delivered at the
// earliest, in Unix milliseconds.
type order []int64

// signs are the messages of a pair, by their indexes, that speak of events which the log
// lost. A pair may have a million messages, and each asks for those about its time.
type signs struct {
	unended  []int32 // their delivery may be lost
	nameless []int32 // they name no conversation where they should
	orphaned []int32 // the opening of their conversation is lost
}

// findSigns finds the order of the messages, and the signs, unless they are known.
func (p *JudgedPair) findSigns() {
	n := len(p.Decisions)
	if len(p.order) == n {
		return
	}
	p.order = slices.Grow(p.order, n)[:n]
	least := int64(math.MaxInt64)
	for i := n - 1; i >= 0; i-- {
		m := p.Decisions[i].Message
		at := m.Sent.Lo
		if m.Arrived {
			at = m.Delivered.Lo
		}
		least = min(least, at)
		p.order[i] = least
	}
	for i := range p.Decisions {
		d := &p.Decisions[i]
		m := d.Message
		switch {
		case neverEnds(m):
			p.signs.unended = append(p.signs.unended, int32(i))
		case !m.Arrived:
		case p.Orphaned(i):
			p.signs.orphaned = append(p.signs.orphaned, int32(i))
		case !m.App && m.Reported.Conversation == "" && (!m.Reported.Any() || d.Era.Conversational()):
			p.signs.nameless = append(p.signs.nameless, int32(i))
		}
	}
}

// near returns the messages, by their indexes, among which are all that were delivered,
// or sent if they never arrived, anywhere in [from, to]. There may be very many others.
func (p *JudgedPair) near(from, to int64) iter.Seq[int] {
	p.findSigns()
	first := sort.Search(len(p.Decisions), func(i int) bool { return p.Decisions[i].Message.Instant() >= from })
	return func(yield func(int) bool) {
		for i := first; i < len(p.order) && p.order[i] <= to && yield(i); i++ {
		}
	}
}

// someNear tells whether one of the messages that near returns is in a list, and is so.
func (p *JudgedPair) someNear(list []int32, from, to int64, is func(*message.Message) bool) bool {
	first := sort.Search(len(list), func(i int) bool { return p.Decisions[list[i]].Message.Instant() >= from })
	for _, i := range list[first:] {
		if p.order[i] > to {
			break
		}
		if is(p.Decisions[i].Message) {
			return true
		}
	}
	return false
}

// lossBetween tells whether the log shows signs that it lost events which may
// have opened a conversation that was open at from, or the one of message m: on the
// number; or a message of the pair that never ends, whose delivery it may be, that
// names no conversation where m does, or that is of one whose opening is lost.
func (p *JudgedPair) lossBetween(from int64, m *message.Message) bool {
	from -= window.ConversationLength
	to := m.Delivered.Hi
	if p.Coverage.LossIn(from, to+window.ConversationLength) || p.unended(from, to) {
		return true
	}
	within := func(o *message.Message) bool { return o.Delivered.Hi >= from && o.Delivered.Lo <= to }
	return p.someNear(p.signs.orphaned, from, to, within) || m.Reported.Conversation != "" && p.someNear(p.signs.nameless, from, to, within)
}

// unended tells whether a message was sent in [from, to) of which the log shows
// no end.
func (p *JudgedPair) unended(from, to int64) bool {
	p.findSigns()
	return p.someNear(p.signs.unended, from, to, func(m *message.Message) bool { return m.Sent.Hi >= from && m.Sent.Lo < to })
}

// neverEnds tells whether the log shows a message being sent, and neither that it
// arrived nor that it failed.
func neverEnds(m *message.Message) bool { return !m.Arrived && m.FailedAt == 0 && !m.App }
