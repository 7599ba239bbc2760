package meta

import (
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
		d.items.Ignore(dialect.PastEvent)
	}
}

func (d *Cloud) past(jsontree.Value) { d.items.Ignore(dialect.PastEvent) }
