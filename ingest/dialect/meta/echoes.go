package meta

import (
	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
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
	p := messagePartsOf(v)
	id := dialect.Text(p.id)
	kind := event.Echo
	if d.scope.standby || p.message.Kind() == jsontree.Object {
		kind = event.Request
	}
	if word := event.Word(dialect.Text(p.kind)); word == "edit" || word == "revoke" {
		d.items.Ignore("echo " + word)
		return
	}
	at, fault := dialect.ReadTime(p.time)
	switch {
	case fault != notation.TimeGood:
		d.reject(v, "echo "+dialect.NameOf(id)+" has no place in time: "+dialect.TimeProblem("timestamp", p.time, fault))
		return
	case id == "":
		d.reject(v, "the echo has no id, so that no message can be told; "+exportAgain)
		return
	}
	e := event.Event{Kind: kind, Time: at, WABA: d.scope.waba, Number: d.scope.Number, Message: id}
	if p.message.Kind() == jsontree.Object {
		d.sendRequest(&e, p.message, p.template)
	} else {
		e.Type = d.messageType(&p)
		e.Group = dialect.Text(p.group)
		d.scope.SetUser(d.items, &e, dialect.NewIdentity(p.to, p.toID, p.toParent))
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
func (d *Cloud) history(p valueParts) {
	before := d.items.Len()
	for chunk := p.history.First(); chunk.OK(); chunk = chunk.Next() {
		for thread := chunk.Get("threads").First(); thread.OK(); thread = thread.Next() {
			d.each(thread.Get("messages"), (*Cloud).past)
		}
		d.each(chunk.Get("errors"), (*Cloud).past)
	}
	for _, list := range [...]jsontree.Value{p.statuses, p.messages, p.echoes, p.errors} {
		d.each(list, (*Cloud).past)
	}
	if d.items.Len() == before {
		d.items.Ignore(dialect.PastEvent)
	}
}

func (d *Cloud) past(jsontree.Value) { d.items.Ignore(dialect.PastEvent) }
