package dialect

import "waudit/audit/event"

// readFlat reads a record that is a flat record.
func (q *Quick) readFlat() bool {
	var row flatTexts
	var key string
	s, e := q.src, q.addEvent()
	i := s.open(0, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch c, ok := flatColumn(key); {
		case c == event.ColBillable && ok:
			i = q.readFlag(&e.Billable, i)
		case ok:
			i = s.field(i, &row[c])
		case isForeign(key):
			return false
		default:
			i = q.skip(i)
		}
		i, more = s.next(i, '}')
	}
	for slot, c := range rowSlots {
		if c != event.ColEvent {
			q.seen[slot] = row[c]
		}
	}
	return i != fault && s.space(i) == len(s) && q.useRow(e, &row)
}

// isForeign reports whether a record with that key is no flat record, or is one
// in the wrapper of a rejection.
func isForeign(key string) bool { return key == "customer" || key == "data" || key == WrapperKey }

// useRow makes the event of the row. It reports whether it is one.
func (q *Quick) useRow(e *event.Event, row *flatTexts) bool {
	e.Kind = flatKind(row[event.ColEvent])
	at, why := readTimeText(row[event.ColTimestamp])
	e.Time = at
	if e.Kind == 0 || why != timeGood || readExpiration(&e.Expires, row[event.ColExpires], 0) == fault {
		return false
	}
	q.items.takeWords(e, row)
	if !q.readAmount(e, row[event.ColAmount]) {
		return false
	}
	q.items.takeUser(e, row)
	return namesUser(e)
}
