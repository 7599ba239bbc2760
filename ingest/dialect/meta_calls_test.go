package dialect

import (
	"testing"

	"waudit/audit/event"
)

func callsOf(members string) string {
	return webhookOf("calls", metadata+`,"contacts":[{"wa_id":"15550177001"}],`+members)
}

func TestUserCallOpensWindow(t *testing.T) {
	want := base(event.Call, "wacid.c")
	want.User = "15550177001"
	for _, call := range []string{
		`{S,"event":"connect","direction":"USER_INITIATED","from":"15550177001","to":"15550100007"}`,
		`{S,"event":"connect","direction":"USER_INITIATED"}`,
		`{S,"event":"connect","from":"15550177001","to":"+1 555-010-0007"}`,
	} {
		wantEvent(t, decodeMeta(t, callsOf(`"calls":[`+replaceS(call, `"id":"wacid.c",`+seconds)+`]`)), want)
	}
}

func TestOtherCallEventsAreIgnored(t *testing.T) {
	for call, reason := range map[string]string{
		`{S,"event":"connect","direction":"BUSINESS_INITIATED"}`:       "call connect, business-initiated",
		`{S,"event":"connect","from":"15550177001"}`:                   "call connect without direction",
		`{S,"event":"terminate","direction":"USER_INITIATED"}`:         "call terminate",
		`{S,"event":"call_created","direction":"USER_INITIATED"}`:      "call call_created",
		`{S,"event":"call_recording_available","from":"15550177001"}`:  "call call_recording_available",
		`{"event":"CALL_STATUS","wacid":"wacid.c","status":"RINGING"}`: "call CALL_STATUS",
		`{S,"from":"15550177001"}`:                                     "call without event",
	} {
		got := decodeMeta(t, callsOf(`"calls":[`+replaceS(call, `"id":"wacid.c",`+seconds)+`]`))
		wantIgnored(t, got, reason)
	}
	withErrors := decodeMeta(t, callsOf(`"calls":[{"event":"terminate"}],"errors":[{"code":138001},{"code":1}]`))
	wantIgnored(t, withErrors, "call terminate", "account error", "account error")
}

func TestCallStatuses(t *testing.T) {
	status := func(id, kind, status string) *Items {
		return decodeMeta(t, callsOf(`"statuses":[{"id":"`+id+`",`+kind+`"status":"`+status+`",`+seconds+`,"recipient_id":"15550177001"}]`))
	}
	want := base(event.AcceptedCall, "wacid.c")
	want.User = "15550177001"
	wantEvent(t, status("wacid.c", "", "ACCEPTED"), want)
	want.Message = "c"
	wantEvent(t, status("c", `"type":"call",`, "ACCEPTED"), want)
	wantIgnored(t, status("wacid.c", "", "RINGING"), "call status RINGING")
	wantIgnored(t, status("wacid.c", "", "REJECTED"), "call status REJECTED")
	wantIgnored(t, status("wacid.c", "", "LOST"), "call status LOST")
}

func TestCallRejected(t *testing.T) {
	webhook := func(list string) string { return webhookOf("calls", metadata+","+list) }
	for list, c := range map[string]struct{ at, word string }{
		`"calls":[{"event":"connect","direction":"USER_INITIATED","from":"15550177001"}]`: {"calls[0]", "has no timestamp"},
		`"calls":[{"event":"connect","direction":"USER_INITIATED",` + seconds + `}]`:      {"calls[0]", "names no user"},
		`"calls":[7]`: {"calls[0]", "no object"},
		`"statuses":[{"id":"wacid.c","status":"ACCEPTED","recipient_id":"1"}]`: {"statuses[0]", "has no timestamp"},
		`"statuses":[{"id":"wacid.c","status":"ACCEPTED",` + seconds + `}]`:    {"statuses[0]", "names no user"},
	} {
		wantRejected(t, decodeMeta(t, webhook(list)), "entry[0].changes[0].value."+c.at, c.word)
	}
}
