package meta

import (
	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

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
