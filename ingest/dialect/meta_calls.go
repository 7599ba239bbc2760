package dialect

import (
	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// call reads an element of "calls". Of a call's events only the connect of a
// user's call opens a window, whether the business answers or not; what Meta
// tells afterwards (terminate, recording, transcript) opens none.
func (d *metaCloud) call(v jsontree.Value) {
	if v.Kind() != jsontree.Object {
		d.reject(v, "the call is no object; "+exportAgain)
		return
	}
	name := text(v.Get("event"))
	who := newIdentity(v.Get("from"), v.Get("from_user_id"), v.Get("from_parent_user_id"))
	switch {
	case name == "":
		d.items.ignore("call without event")
		return
	case event.Word(name) != "connect":
		d.items.ignore("call " + notation.Clip(name))
		return
	}
	switch direction := event.Word(text(v.Get("direction"))); {
	case direction == "user_initiated":
	case direction != "":
		d.items.ignore("call connect, business-initiated")
		return
	case d.scope.display == "" || phoneDigits(text(v.Get("to"))) != d.scope.display:
		d.items.ignore("call connect without direction")
		return
	}
	id := text(firstOf(v.Get("id"), v.Get("wacid")))
	at, fault := readTime(v.Get("timestamp"))
	if fault != notation.TimeGood {
		d.reject(v, "user call "+nameOf(id)+" has no place in time: "+timeProblem("timestamp", v.Get("timestamp"), fault))
		return
	}
	e := event.Event{Kind: event.Call, Time: at, WABA: d.scope.waba, Number: d.scope.number, Message: id}
	d.scope.user(d.items, &e, who)
	if e.User == "" && e.UserID == "" {
		d.reject(v, "user call "+nameOf(id)+" names no user: it has neither from nor from_user_id, "+
			"and the webhook not one contact; add one of them")
		return
	}
	d.items.Events = append(d.items.Events, e)
}

// callStatus reads the status of a call of the business: only the user's
// acceptance matters.
func (d *metaCloud) callStatus(v jsontree.Value, p statusParts) {
	status, id := text(p.status), text(p.id)
	switch event.Word(status) {
	case "accepted":
	case "ringing", "rejected":
		d.items.ignore("call status " + status)
		return
	default:
		d.items.unknown("call.status", status)
		d.items.ignore("call status " + notation.Clip(status))
		return
	}
	at, fault := readTime(p.time)
	if fault != notation.TimeGood {
		d.reject(v, "accepted call "+nameOf(id)+" has no place in time: "+timeProblem("timestamp", p.time, fault))
		return
	}
	e := event.Event{Kind: event.AcceptedCall, Time: at, WABA: d.scope.waba, Number: d.scope.number, Message: id}
	d.scope.user(d.items, &e, newIdentity(p.recipient, p.userID, p.parent))
	if e.User == "" && e.UserID == "" {
		d.reject(v, "accepted call "+nameOf(id)+" names no user: it has neither recipient_id nor recipient_user_id, "+
			"and the webhook not one contact; add one of them")
		return
	}
	d.items.Events = append(d.items.Events, e)
}
