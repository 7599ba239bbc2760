package unwrap_test

import (
	"strings"
	"testing"

	"waudit/ingest/dialect/dialecttest"
)

// What is around a record is passed over only as long as it cannot be, or hold, another
// record, or say something of this one.
func TestKnownAround(t *testing.T) {
	body := dialecttest.Quoted(t, dialecttest.Webhook)
	gateway := `{"version":"2.0","headers":{"host":"$","more":["a"]},"requestContext":{"timeEpoch":1790900000123},"body":` + body + `,"isBase64Encoded":false}`
	queue := `{"Records":[{"messageId":"$","body":` + body + `,"attributes":{"SentTimestamp":"1790900000123"}}]}`
	object := `{"received_at":"2026-10-01T10:00:00Z","source":"$","body":` + dialecttest.Webhook + `}`
	status := `{"delivered":1,"text":` + body + `,"$":"x"}`
	other := dialecttest.Quoted(t, strings.ReplaceAll(dialecttest.Webhook, "wamid.", "wamid.B"))
	for _, c := range []struct {
		record, text string // what stands for $
		known        bool
	}{
		{gateway, "b.example.com", true},
		{gateway, "", true},
		{gateway, "5f3a9c4e-0b1d-4c2e-9f6a-7d8e9f0a1b2c", true},
		{gateway, "text/html; charset=utf-8, */*", true},
		{gateway, `ü`, false},
		{gateway, `a\/b`, false},
		{gateway, ` {}`, false},
		{gateway, "event=delivered&timestamp=1790900000&wa_id=15550177001&message_id=wamid.c", false},
		{gateway, strings.Trim(other, `"`), false},
		{gateway, "eyJldmVudCI6ImRlbGl2ZXJlZCIsInRpbWVzdGFtcCI6MTc5MDkwMDAwMCwid2FfaWQiOiIxNTU1MDE3NzAwMSIsIm1lc3NhZ2VfaWQiOiJ3YW1pZC5jIn0=", false},
		{gateway, "x\x01", false},
		{queue, "8", true},
		{queue, `8","waba_id":"9`, false},
		{object, "http", true},
		{object, `http","waba_id":"9`, false},
		{object, `http","payload":` + other + `,"a":"`, false},
		{status, "b", false}, // a key
	} {
		u := dialecttest.NewBoth()
		for range 3 {
			u.Compare(t, strings.Replace(c.record, "$", "a", 1))
		}
		if u.Known == 0 {
			t.Fatalf("what is around is not learned: %s", c.record)
		}
		before := u.Known
		record := strings.Replace(c.record, "$", c.text, 1)
		if u.Compare(t, record); u.Known > before != c.known {
			t.Errorf("known: %v: %s", u.Known > before, record)
		}
	}
}

// What a key or a value may make a record, or a part of one, is offered to the dialects
// each time.
func TestNotLearntAround(t *testing.T) {
	body := dialecttest.Quoted(t, dialecttest.Webhook)
	for _, record := range []string{
		`{"waba_id":"7","body":` + body + `}`,
		`{"Id":"7","timestamp":"1790900000","body":` + body + `}`,
		`{"event":"x","timestamp":"1790900000","body":` + body + `}`,
		`{"more":{"messaging_product":"whatsapp"},"body":` + body + `}`,
		`{"more":{"status":"x"},"body":` + body + `}`,
		`{"more":[{"a":1}],"body":` + body + `}`,
		`{"schema":"x","body":` + body + `}`,
		`{"history":"x","body":` + body + `}`,
		`[{"body":` + body + `}]`,
		`{"body":` + body + `,"copy":` + body + `}`,
		`{"body":` + dialecttest.Quoted(t, `{"a":`+body+`}`) + `}`,
	} {
		u := dialecttest.NewBoth()
		for range 4 {
			u.Compare(t, record)
		}
		if u.Known > 0 {
			t.Errorf("learned: %s", record)
		}
	}
}
