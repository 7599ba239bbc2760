package meta

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

// sendLog is a send call of the business as houses log it: what was posted to
// /<phone_number_id>/messages beside what came back, and when. Neither names
// the other, so that both must stand in one object.
type sendLog struct {
	request, answer jsontree.Value
	time            jsontree.Value
	number          string
	strings         int // how many trees of strings are in use
}

// sendCall reads a logged send call into a request event, and reports whether
// v is one.
func (d *Cloud) sendCall(v jsontree.Value) bool {
	s := sendLog{time: d.scope.logged, number: d.scope.Number}
	d.collectSend(&s, v, 0)
	if !s.request.OK() || !s.answer.OK() {
		return false
	}
	id := dialect.Text(s.answer.Get("messages").First().Get("id"))
	e, ok := d.begin(v, event.Request, "send call of", id, s.time)
	if !ok {
		return true
	}
	e.Number = s.number
	contact := s.answer.Get("contacts").First()
	d.scope.Contact, d.scope.Contacts, d.scope.Alone = dialect.NewIdentity(contact.Get("wa_id"), contact.Get("user_id"), jsontree.Value{}), 1, true
	d.sendRequest(&e, s.request, jsontree.Value{})
	d.items.Events = append(d.items.Events, e)
	return true
}

// collectSend gathers the pieces of a send call from v and, as houses wrap
// request and answer in objects and strings of their own, from below.
func (d *Cloud) collectSend(s *sendLog, v jsontree.Value, depth int) {
	const deepest = 3
	switch {
	case isSendRequest(v):
		s.request = v
	case isSendAnswer(v):
		s.answer = v
	}
	for m := v.First(); m.OK(); m = m.Next() {
		s.takeScalar(m)
	}
	for m := v.First(); m.OK() && depth < deepest; m = m.Next() {
		if o := d.open(s, m); o.Kind() == jsontree.Object {
			d.collectSend(s, o, depth+1)
		}
	}
}

// open returns m, or the value that m as a string tells.
func (d *Cloud) open(s *sendLog, m jsontree.Value) jsontree.Value {
	const mostStrings = 4 // request and answer, each escaped twice
	if m.Kind() != jsontree.String || !dialect.MayBeJSON(m) || s.strings == mostStrings {
		return m
	}
	if s.strings == len(d.opened) {
		d.opened = append(d.opened, new(jsontree.Tree))
	}
	tree := d.opened[s.strings]
	if _, err := tree.Parse(m.AppendStr(nil)); err != nil {
		return m
	}
	s.strings++
	return tree.Root()
}

// takeScalar takes the time of the call, the outermost that is one, and the
// number from the address that it was posted to.
func (s *sendLog) takeScalar(m jsontree.Value) {
	switch key := m.Key(); key {
	case "url", "uri", "path", "endpoint":
		if path, ok := strings.CutSuffix(m.Str(), "/messages"); ok {
			if number := path[strings.LastIndexByte(path, '/')+1:]; dialect.PhoneDigits(number) == number && number != "" {
				s.number = number
			}
		}
	default:
		if dialect.IsTimeKey(key) && !dialect.IsTime(s.time) {
			s.time = m
		}
	}
}

func isSendRequest(v jsontree.Value) bool {
	return v.Get("messaging_product").Str() == "whatsapp" && (dialect.Text(v.Get("to")) != "" || dialect.Text(v.Get("recipient")) != "")
}

func isSendAnswer(v jsontree.Value) bool {
	first := v.Get("messages").First()
	return v.Get("messaging_product").Str() == "whatsapp" && dialect.Text(first.Get("id")) != "" && !first.Get("timestamp").OK()
}
