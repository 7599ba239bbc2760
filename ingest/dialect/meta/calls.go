package meta

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// call reads an element of "calls". Of a call's events only the connect of a
// user's call opens a window, whether the business answers or not; what Meta
// tells afterwards (terminate, recording, transcript) opens none.
func (d *Cloud) call(v jsontree.Value) {
	if v.Kind() != jsontree.Object {
		d.reject(v, "the call is no object; "+exportAgain)
		return
	}
	name := dialect.Text(v.Get("event"))
	who := dialect.NewIdentity(v.Get("from"), v.Get("from_user_id"), v.Get("from_parent_user_id"))
	switch {
	case name == "":
		d.items.Ignore("call without event")
		return
	case event.Word(name) != "connect":
		d.items.Ignore("call " + notation.Clip(name))
		return
	}
	switch direction := event.Word(dialect.Text(v.Get("direction"))); {
	case direction == "user_initiated":
	case direction != "":
		d.items.Ignore("call connect, business-initiated")
		return
	case d.scope.Display == "" || dialect.PhoneDigits(dialect.Text(v.Get("to"))) != d.scope.Display:
		d.items.Ignore("call connect without direction")
		return
	}
	id := dialect.Text(dialect.FirstOf(v.Get("id"), v.Get("wacid")))
	e, ok := d.begin(v, event.Call, "user call", id, v.Get("timestamp"))
	if ok && d.setUser(v, &e, who, "user call", "from nor from_user_id") {
		d.items.Events = append(d.items.Events, e)
	}
}

// callStatus reads the status of a call of the business: only the user's
// acceptance matters.
func (d *Cloud) callStatus(v jsontree.Value) {
	status := dialect.Text(v.Get("status"))
	switch event.Word(status) {
	case "accepted":
	case "ringing", "rejected":
		d.items.Ignore("call status " + status)
		return
	default:
		d.items.ReportUnknown("call.status", status)
		d.items.Ignore("call status " + notation.Clip(status))
		return
	}
	e, ok := d.begin(v, event.AcceptedCall, "accepted call", dialect.Text(v.Get("id")), v.Get("timestamp"))
	if ok && d.setUser(v, &e, recipientOf(v), "accepted call", "recipient_id nor recipient_user_id") {
		d.items.Events = append(d.items.Events, e)
	}
}

// echo reads an element of "message_echoes". In coexistence these are messages
// sent from the WhatsApp Business app. While Meta's agent holds the thread
// (standby) they are messages sent by the API, told by the send request that
// they repeat.
func (d *Cloud) echo(v jsontree.Value) {
	if v.Kind() != jsontree.Object {
		d.reject(v, "the echo is no object; "+exportAgain)
		return
	}
	id, message := dialect.Text(v.Get("id")), v.Get("message")
	kind := event.Echo
	if d.scope.standby || message.Kind() == jsontree.Object {
		kind = event.Request
	}
	if word := event.Word(dialect.Text(v.Get("type"))); word == "edit" || word == "revoke" {
		d.items.Ignore("echo " + word)
		return
	}
	e, ok := d.begin(v, kind, "echo", id, v.Get("timestamp"))
	switch {
	case !ok:
		return
	case id == "":
		d.reject(v, "the echo has no id, so that no message can be told; "+exportAgain)
		return
	case message.Kind() == jsontree.Object:
		d.sendRequest(&e, message, v.Get("template"))
	default:
		e.Type, e.Group = d.messageType(v), dialect.Text(v.Get("group_id"))
		d.scope.SetUser(d.items, &e, dialect.NewIdentity(v.Get("to"), v.Get("to_user_id"), v.Get("to_parent_user_id")))
	}
	d.items.Events = append(d.items.Events, e)
}

// sendRequest fills in what a send request says, and Meta of the template that
// was sent. A request that is no template's may name a category as well: it is
// a Direct Send, charged in that category.
func (d *Cloud) sendRequest(e *event.Event, request, template jsontree.Value) {
	if kind := dialect.Text(request.Get("type")); kind != "" {
		e.Type = d.items.MessageType(kind)
	}
	named := request.Get("template")
	e.Template = dialect.Text(dialect.FirstOf(template.Get("name"), named.Get("name")))
	e.Language = dialect.Language(dialect.FirstOf(template.Get("language"), named.Get("language")))
	e.TemplateCategory = d.items.TemplateCategory(dialect.Text(dialect.FirstOf(template.Get("category"), request.Get("category"))))
	if event.Word(dialect.Text(request.Get("recipient_type"))) == "group" {
		e.Group = dialect.Text(request.Get("to"))
		return
	}
	d.scope.SetUser(d.items, e, dialect.NewIdentity(request.Get("to"), request.Get("recipient"), jsontree.Value{}))
}

// pastEvent is why what a business shares of its past is ignored.
const pastEvent = "history is no live event"

// history reads what a business shares when it connects its app: the past 180
// days, told once more and long after. None of it opens a window now, and the
// log of its time has it or has a gap.
func (d *Cloud) history(v jsontree.Value) {
	before := d.items.Len()
	for chunk := v.Get("history").First(); chunk.OK(); chunk = chunk.Next() {
		for thread := chunk.Get("threads").First(); thread.OK(); thread = thread.Next() {
			d.each(thread.Get("messages"), (*Cloud).past)
		}
		d.each(chunk.Get("errors"), (*Cloud).past)
	}
	for _, key := range [...]string{"statuses", "messages", "message_echoes", "errors"} {
		d.each(v.Get(key), (*Cloud).past)
	}
	if d.items.Len() == before {
		d.items.Ignore(pastEvent)
	}
}

func (d *Cloud) past(jsontree.Value) { d.items.Ignore(pastEvent) }

// sendLog is a send call of the business as houses log it: what was posted to
// /<phone_number_id>/messages beside what came back, and when. Neither names
// the other, so that both must stand in one object.
type sendLog struct {
	request, answer jsontree.Value
	time            jsontree.Value
	number          string
	page            string // the account of another channel, where a key names it
	instagram       bool   // so says the address
	strings         int    // how many trees of strings are in use

	isRequest, isAnswer func(jsontree.Value) bool
}

// sendCall reads a logged send call into a request event, and reports whether
// v is one.
func (d *Cloud) sendCall(v jsontree.Value) bool {
	s := sendLog{time: d.scope.logged, number: d.scope.Number, isRequest: isSendRequest, isAnswer: isSendAnswer}
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
	case s.isRequest(v):
		s.request = v
	case s.isAnswer(v):
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
	case "page_id", "pageId", "ig_id", "ig_user_id", "instagram_account_id":
		s.page, s.instagram = dialect.Text(m), s.instagram || key[0] == 'i'
	case "url", "uri", "path", "endpoint":
		s.instagram = s.instagram || strings.Contains(m.Str(), "graph.instagram.com")
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
