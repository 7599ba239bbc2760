package unwrap_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/unwrap"
)

// What is around a record is passed over only as long as it cannot be, or hold, another
// record, or say something of this one.
func TestKnownAround(t *testing.T) {
	body := dialecttest.Quoted(t, dialecttest.Webhook)
	gateway := `{"version":"2.0","headers":{"host":"$","more":["a"]},"requestContext":{"timeEpoch":1790900000123},"body":` + body + `,"isBase64Encoded":false}`
	headers := `{"headers":{"Id":"$"},"multiValueHeaders":{"Id":["$"],"Host":["a"]},"body":` + body + `}`
	encoded := `{"host":"$","body":"` + base64.StdEncoding.EncodeToString([]byte(dialecttest.Webhook)) + `","isBase64Encoded":true}`
	queue := `{"Records":[{"messageId":"$","body":` + body + `,"attributes":{"SentTimestamp":"1790900000123"}}]}`
	object := `{"received_at":"2026-10-01T10:00:00Z","source":"$","body":` + dialecttest.Webhook + `}`
	status := `{"delivered":"$","text":` + body + `}`
	other := dialecttest.Quoted(t, strings.ReplaceAll(dialecttest.Webhook, "wamid.", "wamid.B"))
	for _, c := range []struct {
		record, text string // what stands for $
		known        bool
	}{
		{gateway, "b.example.com", true},
		{gateway, "", true},
		{gateway, "5f3a9c4e-0b1d-4c2e-9f6a-7d8e9f0a1b2c", true},
		{gateway, "text/html; charset=utf-8, */*", true},
		{gateway, `ü`, true},
		{gateway, `a\/b`, true},
		{gateway, ` {}`, true},
		{gateway, `{\"a\":[1,\"{}\"]}`, true},
		{gateway, "5f3a9c4e0b1d4c2e9f6a7d8e9f0a1b2c5f3a9c4e0b1d4c2e9f6a7d8e9f0a1b2c", true},
		{gateway, "sha256=7b3a9c4e0b1d4c2e9f6a7d8e9f0a1b2c5f3a9c4e0b1d4c2e9f6a7d8e9f0a1b2c", true},
		{gateway, "event=delivered&timestamp=1790900000&wa_id=15550177001&message_id=wamid.c", false},
		{gateway, strings.Trim(other, `"`), false},
		{gateway, "eyJldmVudCI6ImRlbGl2ZXJlZCIsInRpbWVzdGFtcCI6MTc5MDkwMDAwMCwid2FfaWQiOiIxNTU1MDE3NzAwMSIsIm1lc3NhZ2VfaWQiOiJ3YW1pZC5jIn0=", false},
		{gateway, "id=" + hex.EncodeToString([]byte(dialecttest.FlatRecord)), false},
		{gateway, strings.ReplaceAll(strings.Trim(other, `"`), "{", `\u007b`), false},
		{gateway, "x\x01", false},
		{gateway, `\x`, false},
		{headers, "b", true},
		{headers, "event=delivered&timestamp=1790900000&wa_id=15550177001&message_id=wamid.c", false},
		{headers, `b","c`, false},
		{encoded, "b", true},
		{encoded, strings.Trim(other, `"`), false},
		{encoded, `b","waba_id":"9`, false},
		{queue, "8", true},
		{queue, `8","waba_id":"9`, false},
		{object, "http", true},
		{object, `http","waba_id":"9`, false},
		{object, `http","payload":` + other + `,"a":"`, false},
		{status, `5","b":"x`, false},
	} {
		u := dialecttest.NewBoth()
		for _, text := range [...]string{"1", "2", "3", "4"} {
			u.Compare(t, strings.ReplaceAll(c.record, "$", text))
		}
		if u.Known != 1 {
			t.Fatalf("%d texts are known, the last alone should be: %s", u.Known, c.record)
		}
		record := strings.ReplaceAll(c.record, "$", c.text)
		if u.Compare(t, record); u.Known > 1 != c.known {
			t.Errorf("known: %v: %s", u.Known > 1, record)
		}
	}
}

// Whatever stands in what is known around a record, it gives the same as without it.
func FuzzKnownAround(f *testing.F) {
	for _, text := range [...]string{`ü\/ {}`, "eyJhIjoxfQ==", "a=1&b=2", "7b2261223a317d", "5f3a9c4e-0b1d-4c2e-9f6a-7d8e9f0a1b2c", `\u007b\"event\":\"read\"}`, `b","c":{"d":"`, "1.5"} {
		f.Add(text)
	}
	body := `"` + base64.StdEncoding.EncodeToString([]byte(dialecttest.Webhook)) + `"`
	u := dialecttest.NewBoth()
	f.Fuzz(func(t *testing.T, text string) {
		for _, body := range [...]string{dialecttest.Webhook, dialecttest.Quoted(t, dialecttest.Webhook), body} {
			for _, text := range [...]string{"1", "2", "3", text, strings.Trim(dialecttest.Quoted(t, text), `"`)} {
				u.Compare(t, strings.NewReplacer("$", text, "%", body).Replace(`{"id":"$","a":{"b":["$"],"c":["d"]},"body":%,"f":"$"}`))
			}
		}
	})
}

// When the tries to learn are used up, every text may differ in what was learned.
func TestKnownAroundUntaught(t *testing.T) {
	body := dialecttest.Quoted(t, dialecttest.Webhook)
	u := dialecttest.NewBoth()
	for range 3 {
		u.Compare(t, `{"id":"1","body":`+body+`}`)
	}
	before := u.Known
	for n := range unwrap.MaxAroundTries {
		u.Compare(t, fmt.Sprintf(`{"schema":"%d","body":%s}`, n, body))
	}
	if u.Known != before {
		t.Fatal("what may be a record is known")
	}
	if u.Compare(t, `{"id":"2","body":`+body+`}`); u.Known != before+1 {
		t.Error("another text is not known")
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
		`{"more":{"event":["x"],"timestamp":["1790900000"],"wa_id":["1"]},"body":` + body + `}`,
		`{"more":{"phone-number-id":["1"],"b":["x"]},"body":` + body + `}`,
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
