package meta_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func callsOf(members string) string {
	return dialecttest.WebhookOf("calls", dialecttest.Metadata+`,"contacts":[{"wa_id":"15550177001"}],`+members)
}

func TestUserCallOpensWindow(t *testing.T) {
	want := dialecttest.Base(event.Call, "wacid.c")
	want.User = "15550177001"
	for _, call := range []string{
		`{S,"event":"connect","direction":"USER_INITIATED","from":"15550177001","to":"15550100007"}`,
		`{S,"event":"connect","direction":"USER_INITIATED"}`,
		`{S,"event":"connect","from":"15550177001","to":"+1 555-010-0007"}`,
	} {
		dialecttest.WantEvent(t, dialecttest.DecodeMeta(t, callsOf(`"calls":[`+replaceS(call, `"id":"wacid.c",`+dialecttest.Seconds)+`]`)), want)
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
		got := dialecttest.DecodeMeta(t, callsOf(`"calls":[`+replaceS(call, `"id":"wacid.c",`+dialecttest.Seconds)+`]`))
		dialecttest.WantIgnored(t, got, reason)
	}
	withErrors := dialecttest.DecodeMeta(t, callsOf(`"calls":[{"event":"terminate"}],"errors":[{"code":138001},{"code":1}]`))
	dialecttest.WantIgnored(t, withErrors, "call terminate", "account error", "account error")
}

func TestCallStatuses(t *testing.T) {
	status := func(id, kind, status string) *dialect.Items {
		return dialecttest.DecodeMeta(t, callsOf(`"statuses":[{"id":"`+id+`",`+kind+`"status":"`+status+`",`+dialecttest.Seconds+`,"recipient_id":"15550177001"}]`))
	}
	want := dialecttest.Base(event.AcceptedCall, "wacid.c")
	want.User = "15550177001"
	dialecttest.WantEvent(t, status("wacid.c", "", "ACCEPTED"), want)
	want.Message = "c"
	dialecttest.WantEvent(t, status("c", `"type":"call",`, "ACCEPTED"), want)
	dialecttest.WantIgnored(t, status("wacid.c", "", "RINGING"), "call status RINGING")
	dialecttest.WantIgnored(t, status("wacid.c", "", "REJECTED"), "call status REJECTED")
	dialecttest.WantIgnored(t, status("wacid.c", "", "LOST"), "call status LOST")
}

func TestCallRejected(t *testing.T) {
	webhook := func(list string) string { return dialecttest.WebhookOf("calls", dialecttest.Metadata+","+list) }
	for list, c := range map[string]struct{ at, word string }{
		`"calls":[{"event":"connect","direction":"USER_INITIATED","from":"15550177001"}]`:        {"calls[0]", "has no timestamp"},
		`"calls":[{"event":"connect","direction":"USER_INITIATED",` + dialecttest.Seconds + `}]`: {"calls[0]", "names no user"},
		`"calls":[7]`: {"calls[0]", "no object"},
		`"statuses":[{"id":"wacid.c","status":"ACCEPTED","recipient_id":"1"}]`:          {"statuses[0]", "has no timestamp"},
		`"statuses":[{"id":"wacid.c","status":"ACCEPTED",` + dialecttest.Seconds + `}]`: {"statuses[0]", "names no user"},
	} {
		dialecttest.WantRejected(t, dialecttest.DecodeMeta(t, webhook(list)), "entry[0].changes[0].value."+c.at, c.word)
	}
}
