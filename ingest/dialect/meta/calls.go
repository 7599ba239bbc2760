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
