// Package window holds what may be open between a business number and a user:
// the customer service window, conversations and free entry point windows.
package window

import (
	"slices"
	"sort"

	"waudit/audit/event"
	"waudit/audit/reading"
)

// Lengths in milliseconds.
const (
	hour int64 = 3_600_000

	// ServiceLength is how long the customer service window stays open after
	// the user's latest message.
	ServiceLength = 24 * hour
	// ConversationLength is the fixed length of a conversation.
	ConversationLength = 24 * hour
	// FreeEntryLength and FreeEntryLength2022 are the lengths of a free entry
	// point window since 2023-03-01 and before.
	FreeEntryLength     = 72 * hour
	FreeEntryLength2022 = 24 * hour
	// FreeEntryLongest is how long a window answered on or after 2026-09-28 may
	// stay open.
	FreeEntryLongest = 7 * 24 * hour
	// AnswerWithin is how soon a free entry message must be answered.
	AnswerWithin = 24 * hour
)

// Opening is a user's act that opens or restarts the customer service window.
type Opening struct {
	Time  int64
	Index int         // of the event among the pair's events
	Sure  reading.Tri // Maybe for an act whose effect nobody documents
}

// Opens tells whether an inbound event opens the customer service window
// (rules 1, 4.4): the user's messages and calls do,
// system notices, edits and revocations do not, and of reactions and
// unsupported messages it is not documented.
func Opens(e *event.Event) reading.Tri {
	switch e.Kind {
	case event.Call, event.AcceptedCall:
		return reading.Yes
	case event.Inbound:
		switch e.Type {
		case "system", "edit", "revoke", "errors":
			return reading.No
		case "reaction", "unsupported", "unknown", "request_welcome":
			return reading.Maybe
		}
		return reading.Yes
	}
	return reading.No
}

// Service answers whether the customer service window of a pair is open.
type Service struct {
	Openers []Opening // in time order
	// Missing is set where the log lacks the user's side: then a window that
	// it does not show may have been open all the same.
	Missing bool
}

// Open tells whether the window is open at t, and by which opener (an index
// into Openers, -1 for none). The start is taken by the order of events, the
// end with the tolerance (milliseconds).
func (s *Service) Open(t reading.Span, tolerance int64) (reading.Tri, reading.Reason, int) {
	state, why, by := s.at(t.Lo, tolerance)
	if !t.Exact() && state != reading.Maybe {
		if !s.sameUntil(t, state, by, tolerance) {
			state, why = reading.Maybe, t.Why
		}
	}
	if state == reading.No && s.Missing {
		state, why = reading.Maybe, reading.InboundMissing
	}
	return state, why, by
}

// at answers for one instant.
func (s *Service) at(t, tolerance int64) (reading.Tri, reading.Reason, int) {
	n := sort.Search(len(s.Openers), func(i int) bool { return s.Openers[i].Time > t })
	state, why, by := reading.No, reading.Certain, -1
	for i := n - 1; i >= 0; i-- {
		before, r := reading.Before(reading.At(t), reading.At(s.Openers[i].Time+ServiceLength), tolerance)
		if before == reading.No {
			break
		}
		if by < 0 {
			by = i
		}
		if before == reading.Yes && s.Openers[i].Sure == reading.Yes {
			return reading.Yes, reading.Certain, i
		}
		if before == reading.Yes {
			r = reading.OpenRule
		}
		if why == reading.Certain {
			state, why = reading.Maybe, r
		}
	}
	return state, why, by
}

// sameUntil tells whether the state that holds at t.Lo, if it is open by that opener,
// holds until t.Hi.
func (s *Service) sameUntil(t reading.Span, state reading.Tri, by int, tolerance int64) bool {
	first := sort.Search(len(s.Openers), func(i int) bool { return s.Openers[i].Time > t.Lo })
	last := first + sort.Search(len(s.Openers)-first, func(i int) bool { return s.Openers[first+i].Time > t.Hi })
	if state == reading.No {
		return first == last
	}
	// Open throughout: no opener's window may run out before the next begins. Those
	// between an opener and the last one inside its window need no look.
	for by < last-1 {
		over := by + 1 + sort.Search(last-by-1, func(i int) bool {
			before, _ := reading.Before(reading.At(s.Openers[by+1+i].Time-1), reading.At(s.Openers[by].Time+ServiceLength), tolerance)
			return before != reading.Yes
		})
		next := over - 1
		for next > by && s.Openers[next].Sure != reading.Yes {
			next--
		}
		if next == by {
			if slices.ContainsFunc(s.Openers[over:last], func(o Opening) bool { return o.Sure == reading.Yes }) {
				return false
			}
			break
		}
		by = next
	}
	end, _, _ := s.at(t.Hi, tolerance)
	return end == reading.Yes
}

// LastEnd returns the end of the latest window that opened at or before t and
// is over by then, and whether there is one.
func (s *Service) LastEnd(t int64) (end int64, ok bool) {
	n := sort.Search(len(s.Openers), func(i int) bool { return s.Openers[i].Time > t })
	for i := n - 1; i >= 0; i-- {
		if s.Openers[i].Sure == reading.Yes {
			return s.Openers[i].Time + ServiceLength, s.Openers[i].Time+ServiceLength <= t
		}
	}
	return 0, false
}
