package window

import (
	"slices"

	"waudit/audit/category"
	"waudit/audit/reading"
)

// Slot is a place for one open conversation. Since June 2023 each category
// has one; before, a pair has a single conversation.
type Slot uint8

// The slots. Single is the one conversation of cbp-2022-02.
const (
	SlotMarketing Slot = iota
	SlotMarketingLite
	SlotUtility
	SlotAuthentication
	SlotAuthInternational
	SlotService
	SlotSingle
	NumSlots
)

// SlotOf returns the slot of a category's conversations; ok is false for a
// category that opens none.
func SlotOf(c category.Category) (slot Slot, ok bool) {
	i := slices.Index(slots[:], c)
	return Slot(max(i, 0)), i >= 0
}

var slots = [...]category.Category{
	SlotMarketing: category.Marketing, SlotMarketingLite: category.MarketingLite, SlotUtility: category.Utility,
	SlotAuthentication: category.Authentication, SlotAuthInternational: category.AuthInternational, SlotService: category.Service,
}

// NoMessage is the index of no message.
const NoMessage int32 = -1

// Interval is an open conversation or free entry window. The zero value is
// none. Start and end may be known only as spans.
type Interval struct {
	Start, End reading.Span
	By         int32 // index of the message that opened it, NoMessage if the log does not show it
	User       bool  // Single slot: user-initiated
}

// Exists reports whether there is an interval at all, open or over.
func (iv *Interval) Exists() bool { return iv.End.Hi != 0 }

// Open tells whether t lies before the interval's end.
func (iv *Interval) Open(t reading.Span, tolerance int64) (reading.Tri, reading.Reason) {
	if !iv.Exists() {
		return reading.No, reading.Certain
	}
	return reading.Before(t, iv.End, tolerance)
}

// State is all that may be open for a pair at one moment of the replay, in one
// reading of what happened before. It is comparable: two readings that lead to
// the same state go on as one.
type State struct {
	Slots     [NumSlots]Interval
	FreeEntry Interval
	// LastSent is the latest sending instant among the delivered messages:
	// a free entry message from before it has been answered.
	LastSent reading.Span
	// Unknown is the instant until which anything may be open, because the
	// readings became too many to keep apart; 0 if they did not.
	Unknown    int64
	UnknownWhy reading.Reason
	// Applied has a bit for each message of unknown delivery time that this
	// reading takes as delivered already.
	Applied uint64
}

// Open tells whether the slot's conversation is open at t.
func (s *State) Open(slot Slot, t reading.Span, tolerance int64) (reading.Tri, reading.Reason) {
	open, why := s.Slots[slot].Open(t, tolerance)
	return s.orUnknown(open, why, t)
}

// FreeEntryOpen tells whether a free entry window is open at t.
func (s *State) FreeEntryOpen(t reading.Span, tolerance int64) (reading.Tri, reading.Reason) {
	open, why := s.FreeEntry.Open(t, tolerance)
	return s.orUnknown(open, why, t)
}

func (s *State) orUnknown(open reading.Tri, why reading.Reason, t reading.Span) (reading.Tri, reading.Reason) {
	if open == reading.No && t.Lo < s.Unknown {
		return reading.Maybe, s.UnknownWhy
	}
	return open, why
}

// RememberFreeEntry is how long, in milliseconds, a free entry window that is
// over stays in the state: a message that calls itself free entry so soon after
// was free too long, and proves no other window.
const RememberFreeEntry = 24 * hour

// Drop removes what is over at t, so that states that differ only in the past
// become equal. No message that is still to come was sent before sent: a free
// entry window is remembered as long as one of them may be from inside it, or
// answer a click inside it.
func (s *State) Drop(t, sent, tolerance int64) {
	for i := range s.Slots {
		if s.Slots[i].Exists() && s.Slots[i].End.Hi+tolerance <= t {
			s.Slots[i] = Interval{}
		}
	}
	if s.FreeEntry.Exists() && s.FreeEntry.End.Hi+RememberFreeEntry <= min(t, sent) {
		s.FreeEntry = Interval{}
	}
	if s.Unknown+tolerance <= t {
		s.Unknown, s.UnknownWhy = 0, reading.Certain
	}
}

// EndConversations closes every conversation, as an opening free entry
// conversation does.
func (s *State) EndConversations() { s.Slots = [NumSlots]Interval{} }
