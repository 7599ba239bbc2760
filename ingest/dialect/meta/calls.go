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
	at, fault := dialect.ReadTime(v.Get("timestamp"))
	if fault != notation.TimeGood {
		d.reject(v, "user call "+dialect.NameOf(id)+" has no place in time: "+dialect.TimeProblem("timestamp", v.Get("timestamp"), fault))
		return
	}
	e := event.Event{Kind: event.Call, Time: at, WABA: d.scope.waba, Number: d.scope.Number, Message: id}
	d.scope.SetUser(d.items, &e, who)
	if e.User == "" && e.UserID == "" {
		d.reject(v, "user call "+dialect.NameOf(id)+" names no user: it has neither from nor from_user_id, "+
			"and the webhook not one contact; add one of them")
		return
	}
	d.items.Events = append(d.items.Events, e)
}

// callStatus reads the status of a call of the business: only the user's
// acceptance matters.
func (d *Cloud) callStatus(v jsontree.Value, p statusParts) {
	status, id := dialect.Text(p.status), dialect.Text(p.id)
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
	at, fault := dialect.ReadTime(p.time)
	if fault != notation.TimeGood {
		d.reject(v, "accepted call "+dialect.NameOf(id)+" has no place in time: "+dialect.TimeProblem("timestamp", p.time, fault))
		return
	}
	e := event.Event{Kind: event.AcceptedCall, Time: at, WABA: d.scope.waba, Number: d.scope.Number, Message: id}
	d.scope.SetUser(d.items, &e, dialect.NewIdentity(p.recipient, p.userID, p.parent))
	if e.User == "" && e.UserID == "" {
		d.reject(v, "accepted call "+dialect.NameOf(id)+" names no user: it has neither recipient_id nor recipient_user_id, "+
			"and the webhook not one contact; add one of them")
		return
	}
	d.items.Events = append(d.items.Events, e)
}
