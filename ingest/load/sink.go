package load

import (
	"strings"

	"waudit/audit/account"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/ingest"
	"waudit/ingest/dialect"
	"waudit/ingest/group"
	"waudit/ingest/resolve"
)

// sink is one worker's way from records to the grouped set.
type sink struct {
	writer  *group.Writer
	links   *resolve.Collector
	book    *account.Book    // replaces aliases; nil: ids stay as they are
	census  *coverage.Census // of the events that tell their pair
	pending *coverage.Census // of the others
	changes []event.Change
	rename  func(*dialect.Items) // nil: ids stay
	also    ingest.Sink          // nil: none
	err     error
}

// Record implements ingest.Sink.
func (s *sink) Record(items *dialect.Items) {
	if s.rename != nil {
		s.rename(items)
	}
	for i := range items.Events {
		items.Events[i].WABA = s.book.ID(items.Events[i].WABA)
		if group.TellsPair(&items.Events[i]) {
			s.census.See(&items.Events[i])
		} else {
			s.pending.See(&items.Events[i])
		}
		if err := s.writer.Add(&items.Events[i]); err != nil && s.err == nil {
			s.err = err
		}
	}
	for _, c := range items.Changes {
		c.WABA = s.book.ID(c.WABA)
		s.changes = append(s.changes, cloneChange(c))
	}
	for _, l := range items.Links {
		if !ToldByEvent(items.Events, l) {
			s.links.Add(l)
		}
	}
	if s.also != nil {
		s.also.Record(items)
	}
}

// ToldByEvent reports whether an event gives the link's phone to its id: the
// set knows that without being told.
func ToldByEvent(events []event.Event, l dialect.Link) bool {
	if l.Previous != "" {
		return false
	}
	for i := range events {
		if e := &events[i]; e.User == l.Phone && e.UserID == l.UserID && e.Group == "" {
			return true
		}
	}
	return false
}

func cloneChange(c event.Change) event.Change {
	for _, field := range []*string{&c.WABA, &c.Template, &c.Language, &c.Previous, &c.New, &c.Country} {
		*field = strings.Clone(*field)
	}
	return c
}
