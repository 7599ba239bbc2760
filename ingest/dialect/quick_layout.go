package dialect

import (
	"strings"

	"waudit/audit/event"
)

// The layout in which Meta sends a webhook with one change, and a status, around what differs
// from one to the next. To compare a text that is expected is several times
// faster than to find out where its keys and values end.
const (
	layoutWABA    = `{"object":"whatsapp_business_account","entry":[{"id":"`
	layoutDisplay = `","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"`
	layoutNumber  = `","phone_number_id":"`
	layoutLists   = `"},`
	layoutEnd     = `,"field":"messages"}]}]}`

	layoutStatus    = `"id":"`
	layoutWord      = `","status":"`
	layoutTime      = `","timestamp":"`
	layoutRecipient = `","recipient_id":"`
	layoutMore      = `",`
)

// readLaidOut reads a webhook that is laid out as Meta sends it. It reports
// whether the record is one.
func (q *Quick) readLaidOut() bool {
	waba, i := q.src.between(0, layoutWABA)
	display, i := q.src.between(i, layoutDisplay)
	number, i := q.src.between(i, layoutNumber)
	if i = q.src.expect(i, layoutLists); i == fault || waba == testWABA {
		return false
	}
	if i = q.readLists(i, valueHead{number: number, display: display, seen: onceMetadata}); i == fault {
		return false
	}
	for n := range q.items.Events {
		q.items.Events[n].WABA = waba
	}
	return string(q.src[i:]) == layoutEnd
}

// statusHead reads the members with which Meta begins a status. One that begins
// otherwise is left to be read from i on.
func (s source) statusHead(i int, e *event.Event, p *quickStatus) int {
	id, end := s.between(i, layoutStatus)
	status, end := s.between(end, layoutWord)
	at, end := s.between(end, layoutTime)
	recipient, end := s.between(end, layoutRecipient)
	if end = s.expect(end, layoutMore); end == fault {
		return i
	}
	e.Message, p.status, p.time, p.recipient = id, status, at, recipient
	return end
}

// expect reads a text that is known beforehand.
func (s source) expect(i int, text string) int {
	if i >= len(s) || !strings.HasPrefix(string(s[i:]), text) {
		return fault
	}
	return i + len(text)
}

// between reads a text that is known beforehand, then a string up to the quote
// that ends it.
func (s source) between(i int, before string) (text string, end int) {
	start := s.expect(i, before)
	if end = s.plain(start); end == fault {
		return "", fault
	}
	return string(s[start:end]), end
}
