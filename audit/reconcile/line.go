package reconcile

import (
	"cmp"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/rate"
)

// date returns the day of a line's instant in its account's zone, 0 if it has no
// instant. Of a span of instants it sets the days.
func (s *Scope) date(l *invoice.Line) rate.Day {
	switch {
	case l.At != 0:
		return s.day(l.WABA, l.Number, l.At)
	case l.From != 0 && l.Until > l.From:
		l.First, l.Last = s.day(l.WABA, l.Number, l.From), s.day(l.WABA, l.Number, l.Until-1)
	}
	return 0
}

// event is a line that names a message, as an event of the log: so it is joined to
// the message and judged with it.
func (s *Scope) event(l *invoice.Line) *event.Event {
	amount, _ := l.Amount.Int64() // which a line of one message is within
	e := &event.Event{
		Kind: event.Charge, Time: l.At, Place: l.Place, WABA: s.book.ID(l.WABA), Number: l.Number, User: l.User, UserID: l.UserID, Message: l.Message,
		Line: l.ID, HasAmount: true, Amount: amount, Currency: l.Currency, Category: l.Category.String(),
	}
	if l.Category == category.Other {
		e.Category = event.Word(l.Description) // the bill's own word: it may be a fee
	}
	if s.census.Numbers[e.Number] == nil {
		// A phone, and no id that the log has: the message tells whose it is.
		// In a group, the customer tells whose copy.
		e.Participant = cmp.Or(e.User, e.UserID)
		e.Number, e.User, e.UserID = "", "", ""
	}
	if e.Time == 0 && l.First != 0 {
		e.Time = l.First.Time().UnixMilli() + 12*3_600_000
	}
	if e.Time < event.MinTime || e.Time >= event.MaxTime {
		e.Time = s.undated()
	}
	return e
}

// undated is the time of lines that say none: the end of the log, within the period.
func (s *Scope) undated() int64 {
	from, to := s.period.Bounds(s.book.Find("", ""))
	return max(min(s.census.To, to-1), from, event.MinTime)
}
