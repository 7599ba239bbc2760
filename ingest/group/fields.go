package group

import (
	"cmp"

	"waudit/audit/event"
)

// The strings of an event are in two lists, whose order is that in which events
// are compared: the head tells the pair and the message.
const (
	headLen = 5
	restLen = 17
)

func headOf(e *event.Event) [headLen]*string {
	return [...]*string{&e.Number, &e.User, &e.UserID, &e.Group, &e.Message}
}

func restOf(e *event.Event) [restLen]*string {
	return [...]*string{
		&e.WABA, &e.Model, &e.Pricing, &e.Category, &e.Type, &e.Conversation, &e.Origin, &e.Template,
		&e.TemplateCategory, &e.Language, &e.Participant, &e.TemplateID, &e.Subtype, &e.Currency, &e.Referral, &e.Error, &e.Line,
	}
}

// compareEvents orders the events of a pair: by time; those of the user before those
// of the business; by kind, message and participant; then by what else they
// say. It is 0 only for events that are equal but for their places.
func compareEvents(a, b *event.Event) int {
	if c := cmp.Compare(a.Time, b.Time); c != 0 {
		return c
	}
	// The kinds of the user come first in the order of kinds.
	if c := cmp.Compare(a.Kind, b.Kind); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Message, b.Message); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Participant, b.Participant); c != 0 {
		return c
	}
	ah, bh := headOf(a), headOf(b)
	if c := compareTexts(ah[:], bh[:]); c != 0 {
		return c
	}
	ar, br := restOf(a), restOf(b)
	if c := compareTexts(ar[:], br[:]); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Expires, b.Expires); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Billable, b.Billable); c != 0 {
		return c
	}
	if a.HasAmount != b.HasAmount {
		if b.HasAmount {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.Amount, b.Amount)
}

func compareTexts(a, b []*string) int {
	for i := range a {
		if c := cmp.Compare(*a[i], *b[i]); c != 0 {
			return c
		}
	}
	return 0
}
