package dialect

import (
	"strings"

	"waudit/audit/event"
)

// tableMapping is a mapping that names nothing.
func tableMapping() *Mapping {
	s := section{}
	c := columnReader{section: &s}
	c.readColumns(nil, nil, false)
	s.channel = []field{s.newField("channel", false, false)}
	s.finish()
	return &Mapping{name: "table", sections: []section{s}, isTable: true}
}

// NewTable returns the dialect of tables that are no flat records, but whose
// columns have names that say enough: a message id or a user, a status, and a
// time. It takes only what no other dialect knows.
func NewTable() Dialect { return tableMapping().Dialect() }

// isTable reports whether the record is a row of such a table.
func (r *rowReading) isTable() bool {
	columns := &r.section.columns
	return r.hasGoodTime(&columns[event.ColTimestamp]) && r.saysEvent() && r.hasGoodPair()
}

// hasGoodTime reports whether there is a time, with its zone or without, and
// none that is something else.
func (r *rowReading) hasGoodTime(s *columnSource) bool {
	times := 0
	for i := range s.fields {
		text := cellText(r.value(&s.fields[i]))
		if text == "" {
			continue
		}
		if m := s.Times.Read(text); m.Fault == timeJunk {
			return false
		}
		times++
	}
	return times > 0
}

// saysEvent reports whether there is a status, or the time of an event. That a
// status is not known is no reason to leave out the row of a message to a user.
func (r *rowReading) saysEvent() bool {
	columns := &r.section.columns
	status := r.status(&columns[event.ColEvent])
	switch {
	case status.kind != 0 || isIdleStatus(event.Word(status.text)):
		return true
	case status.text != "":
		return r.has(&columns[event.ColMessage]) && r.has(&columns[event.ColUser])
	}
	for _, k := range [...]event.Kind{event.Sent, event.Delivered, event.Read, event.Failed} {
		if r.ownTime(&columns[event.ColTimestamp], k) {
			return true
		}
	}
	return false
}

// hasGoodPair reports whether there is a message or a user, and the user is
// none of e-mail.
func (r *rowReading) hasGoodPair() bool {
	s := &r.section.columns[event.ColUser]
	for i := range s.fields {
		if strings.Contains(cellText(r.value(&s.fields[i])), "@") {
			return false
		}
	}
	return r.hasPair()
}
