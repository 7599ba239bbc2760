package provider_test

import (
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

const (
	vonageStatus = `{"message_uuid":"u-1","to":"15550177001","from":"15550100007","timestamp":"2026-10-02T00:13:20Z","status":"delivered",
		"channel":"whatsapp","client_ref":"r","usage":{"currency":"EUR","price":"0.0068"},"workflow":{"id":"w"},
		"whatsapp":{"pricing":{"type":"regular","pricing_model":"PMP","category":"authentication-international"},
		"conversation":{"id":"c1","origin":{"type":"utility"}},"waba_id":"100000000000007",
		"recipient":{"wa_id":"15550177001","user_id":"US.1000000001"}}}`
	vonageOldStatus = `{"message_uuid":"u-1","to":{"type":"whatsapp","number":"15550177001"},"from":{"type":"whatsapp","number":"15550100007"},
		"timestamp":"2026-10-02T00:13:20.000Z","status":"rejected","error":{"code":1300,"reason":"no"},"usage":{"price":"0","currency":"EUR"}}`
	vonageInbound = `{"channel":"whatsapp","message_uuid":"i-1","from":"15550177001","to":"15550100007","timestamp":"2026-10-02T00:13:20Z",
		"profile":{"name":"A"},"message_type":"reply","reply":{"id":"1"},"context":{"message_uuid":"u-1"},
		"whatsapp":{"referral":{"source_type":"post","source_id":"12"}},"usage":{"currency":"EUR","price":"0.0001"}}`
	vonageOldInbound = `{"message_uuid":"i-1","from":{"type":"whatsapp","number":"15550177001"},"to":{"type":"whatsapp","number":"15550100007"},
		"timestamp":"2026-10-02T00:13:20Z","direction":"inbound","message":{"content":{"type":"text","text":"hi"}}}`
	vonageRow = `{"account_id":"a","message_id":"u-1","direction":"outbound","from":"15550100007","to":"15550177001","message_body":"","country":"US",
		"country_name":"United States","provider":"whatsapp","date_received":"2026-10-02T00:13:20+0000","date_finalized":"2026-10-02T00:13:22+0000",
		"latency":"2000","status":"delivered","error_code":"0","currency":"EUR","total_price":"0.00680000"}`
	vonageInboundRow = `{"account_id":"a","message_id":"i-1","direction":"inbound","from":"15550177001","to":"15550100007","message_body":"hi",
		"provider":"","date_received":"2026-10-02T00:13:20+0000","currency":"EUR","total_price":"0.00010000"}`
)

// vonageEvent is an event of the samples' pair.
func vonageEvent(kind event.Kind, message string) event.Event {
	return event.Event{Kind: kind, Time: dialecttest.Instant, Number: "15550100007", User: "15550177001", Message: message}
}

func TestVonageStatus(t *testing.T) {
	want := vonageEvent(event.Delivered, "u-1")
	want.WABA, want.UserID = dialecttest.WABA, "US.1000000001"
	want.Model, want.Pricing, want.Category = "PMP", "regular", "authentication_international"
	want.Conversation, want.Origin = "c1", "utility"
	want.HasAmount, want.Amount, want.Currency, want.PriceKind = true, 6_800_000, "EUR", event.WithFee
	dialecttest.WantItems(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), vonageStatus), dialect.Items{
		Events: []event.Event{want}, Links: []dialect.Link{{UserID: "US.1000000001", Phone: "15550177001"}},
	})

	want = vonageEvent(event.Failed, "u-1")
	want.HasAmount, want.Currency, want.PriceKind, want.Error = true, "EUR", event.WithFee, "1300"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), vonageOldStatus), want)
}

func TestVonageStatuses(t *testing.T) {
	for status, kind := range map[string]event.Kind{
		"submitted": event.Request, "delivered": event.Delivered, "read": event.Read,
		"rejected": event.Failed, "undeliverable": event.Failed,
	} {
		got := dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), `{"message_uuid":"u-1","to":"15550177001","from":"15550100007","timestamp":"2026-10-02T00:13:20Z","status":"`+status+`","channel":"whatsapp"}`)
		dialecttest.WantEvent(t, got, vonageEvent(kind, "u-1"))
	}
}

func TestVonageErrorTitle(t *testing.T) {
	want := vonageEvent(event.Failed, "u-1")
	want.Error = "1330"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), `{"message_uuid":"u-1","to":"15550177001","from":"15550100007","timestamp":"2026-10-02T00:13:20Z",
		"status":"undeliverable","channel":"whatsapp","error":{"type":"https://example.org/1330","title":1330,"detail":"no","instance":"x"}}`), want)
}

func TestVonageInbound(t *testing.T) {
	want := vonageEvent(event.Inbound, "i-1")
	want.Type, want.Referral = "interactive", "post"
	want.HasAmount, want.Amount, want.Currency = true, 100_000, "EUR"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), vonageInbound), want)

	want = vonageEvent(event.Inbound, "i-1")
	want.Type = "text"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), vonageOldInbound), want)

	want.User, want.UserID = "", "US.1000000001"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), strings.Replace(vonageOldInbound, `"15550177001"`, `"US.1000000001"`, 1)), want)
}

// A row tells of the send call, too; the price is the last event's.
func TestVonageRow(t *testing.T) {
	want := vonageEvent(event.Delivered, "u-1")
	want.Time += 2000
	want.HasAmount, want.Amount, want.Currency, want.PriceKind = true, 6_800_000, "EUR", event.WithFee
	dialecttest.WantItems(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), vonageRow), dialect.Items{Events: []event.Event{want, vonageEvent(event.Request, "u-1")}})

	want.Time -= 2000
	oneTime := strings.Replace(vonageRow, `"2026-10-02T00:13:22+0000"`, `""`, 1)
	dialecttest.WantItems(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), oneTime), dialect.Items{Events: []event.Event{want}})

	want = vonageEvent(event.Inbound, "i-1")
	want.HasAmount, want.Amount, want.Currency = true, 100_000, "EUR"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), vonageInboundRow), want)
}

func TestVonageRowStatuses(t *testing.T) {
	row := func(status string) *dialect.Items {
		return dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), `{"message_id":"u-1","direction":"outbound","from":"15550100007","to":"15550177001",
			"date_received":"2026-10-02T00:13:20+0000","date_finalized":"2026-10-02T00:13:20+0000","status":"`+status+`","error_code":"1320"}`)
	}
	failed, request := vonageEvent(event.Failed, "u-1"), vonageEvent(event.Request, "u-1")
	failed.Error = "1320"
	dialecttest.WantItems(t, row("rejected"), dialect.Items{Events: []event.Event{failed, request}})
	request.Error = "1320"
	dialecttest.WantEvent(t, row("submitted"), request)
	dialecttest.WantIgnored(t, row("deleted"), "status deleted")
}

// Types of messages have Meta's names.
func TestVonageTypes(t *testing.T) {
	for name, want := range map[string]string{"image": "image", "file": "document", "vcard": "contacts", "reply": "interactive"} {
		e := vonageEvent(event.Inbound, "i-1")
		e.Type = want
		dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), `{"channel":"whatsapp","message_uuid":"i-1","from":"15550177001","to":"15550100007",
			"timestamp":"2026-10-02T00:13:20Z","message_type":"`+name+`"}`), e)
	}
}

func TestVonageNoTraffic(t *testing.T) {
	for record, reason := range map[string]string{
		`{"message_uuid":"u","channel":"sms","timestamp":"2026-10-02T00:13:20Z","status":"delivered"}`:                        "channel sms",
		`{"message_uuid":"u","to":{"type":"messenger","id":"1"},"timestamp":"2026-10-02T00:13:20Z","status":"delivered"}`:     "channel messenger",
		`{"message_id":"u","direction":"outbound","date_received":"2026-10-02T00:13:20Z","status":"read","provider":"Viber"}`: "channel viber",
	} {
		dialecttest.WantIgnored(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), record), reason)
	}
	unknown := dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), `{"message_uuid":"u","channel":"whatsapp","timestamp":"2026-10-02T00:13:20Z","status":"in_orbit"}`)
	dialecttest.WantItems(t, unknown, dialect.Items{Ignored: []string{"status in_orbit"}, Unknown: []dialect.Unknown{{What: "status", Value: "in_orbit"}}})
}

func TestVonageRejected(t *testing.T) {
	for members, words := range map[string][]string{
		`"message_uuid":"u","timestamp":null,"status":"read"`:                                             {"read of u", "no timestamp"},
		`"message_uuid":"u","timestamp":"2026-10-02 00:13:20","status":"read"`:                            {"read of u", "no time zone"},
		`"message_uuid":"u","timestamp":"2026-10-02T00:13:20Z"`:                                           {"status of u says nothing"},
		`"message_uuid":[],"timestamp":"2026-10-02T00:13:20Z","status":"read"`:                            {"has no id"},
		`"message_uuid":"u","timestamp":"2026-10-02T00:13:20Z","message_type":"text"`:                     {"inbound of u", "names no user"},
		`"message_uuid":"u","timestamp":"2026-10-02T00:13:20Z","status":"read","usage":{"price":"1,234"}`: {`price "1,234"`},
	} {
		dialecttest.WantRejected(t, dialecttest.DecodeOnly(t, dialecttest.Of("vonage")(), `{"channel":"whatsapp",`+members+`}`), "", words...)
	}
}
