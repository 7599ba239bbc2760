package group

import (
	"cmp"

	"waudit/audit/event"
)

// compared are the texts that events are compared by first: which message and
// pair, then what it costs. All others follow, in the order of their columns.
var compared = [...]event.Column{
	event.ColMessage, event.ColParticipant, event.ColNumber, event.ColUser, event.ColUserID, event.ColGroup,
	event.ColWABA, event.ColModel, event.ColPricing, event.ColCategory, event.ColType, event.ColConversation, event.ColOrigin,
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
	for _, column := range compared {
		if c := compareTexts(a, b, column); c != 0 {
			return c
		}
	}
	for column := range event.NumColumns {
		if c := compareTexts(a, b, column); c != 0 {
			return c
		}
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

func compareTexts(a, b *event.Event, column event.Column) int {
	text := column.Text(a)
	if text == nil {
		return 0
	}
	return cmp.Compare(*text, *column.Text(b))
}
