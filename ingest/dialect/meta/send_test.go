package meta_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect/dialecttest"
)

func TestSendCall(t *testing.T) {
	const (
		request = `{"messaging_product":"whatsapp","to":"+15550177001","type":"template","template":{"name":"parcel","language":{"code":"en"},"components":[]}}`
		answer  = `{"messaging_product":"whatsapp","contacts":[{"input":"+15550177001","wa_id":"15550177001"}],"messages":[{"id":"wamid.a","message_status":"accepted"}]}`
	)
	want := dialecttest.Base(event.Request, "wamid.a")
	want.User, want.Type, want.Template, want.Language = "15550177001", "template", "parcel", "en"
	want.WABA = ""
	for name, record := range map[string]string{
		"side by side":   `{"timestamp":1790900000,"phone_number_id":"` + dialecttest.Number + `","request":` + request + `,"response":` + answer + `}`,
		"with addresses": `{"ts":"2026-10-02T00:13:20Z","request":{"url":"https://graph.facebook.com/v24.0/` + dialecttest.Number + `/messages","body":` + request + `},"response":{"status":200,"body":` + answer + `}}`,
		"as text":        `{"created_at":"1790900000","path":"/v24.0/` + dialecttest.Number + `/messages","payload":` + dialecttest.Quoted(t, request) + `,"result":` + dialecttest.Quoted(t, answer) + `}`,
		"answer inside":  `{"logged":"x","phone_number_id":"` + dialecttest.Number + `","timestamp":1790900000,"response":` + answer + `,` + request[1:],
		"time outside":   `{"ts":1790900000,"call":{"phone_number_id":"` + dialecttest.Number + `","request":` + request + `,"response":` + answer + `}}`,
		"received":       `{"received_at":"2026-10-02T00:13:20Z","headers":{"host":"x"},"body":{"phone_number_id":"` + dialecttest.Number + `","request":` + request + `,"response":` + answer + `}}`,
		"in a list":      `[{"time":1790900000000,"phone_number_id":"` + dialecttest.Number + `","request":` + request + `,"response":` + answer + `}]`,
	} {
		t.Run(name, func(t *testing.T) { dialecttest.WantEvent(t, dialecttest.DecodeMeta(t, record), want) })
	}
	dialecttest.WantRejected(t, dialecttest.DecodeMeta(t, `{"request":`+request+`,"response":`+answer+`}`), "", "send call of wamid.a has no place in time")
	for _, alone := range []string{request, answer, `{"request":` + request + `}`} {
		if got := dialecttest.RecognisedBy(t, alone); got != "" {
			t.Errorf("recognised by %q: %s", got, alone)
		}
	}
}
