package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

const (
	infobipDelivery = `{"results":[{"bulkId":"b","messageId":"m1","to":"15550177001","from":"15550100007",
		"sentAt":"2026-10-02T00:13:20.000+0000","doneAt":"2026-10-02T00:13:22.500+0000","messageCount":1,
		"price":{"pricePerMessage":0.0068,"currency":"eur"},"status":{"groupId":3,"groupName":"DELIVERED","id":5,"name":"DELIVERED_TO_HANDSET"},
		"error":{"groupId":0,"groupName":"OK","id":0,"permanent":false},"platform":{"entityId":"e"}}]}`
	infobipSeen    = `{"results":[{"messageId":"m1","from":"15550177001","to":"15550100007","sentAt":"2026-10-02T00:13:20.000+0000","seenAt":"2026-10-02T00:13:30.000+0000"}]}`
	infobipInbound = `{"results":[{"from":"15550177001","to":"15550100007","integrationType":"WHATSAPP","receivedAt":"2026-10-02T00:13:20.000+0000",
		"messageId":"i1","pairedMessageId":null,"message":{"type":"INTERACTIVE_BUTTON_REPLY","referral":{"sourceType":"POST"}},
		"contact":{"name":"A"},"price":{"pricePerMessage":0,"currency":"EUR"}}],"messageCount":1,"pendingMessageCount":0}`
	infobipMessages = `{"results":[{"event":"SEEN","channel":"WHATSAPP","sender":"15550100007","destination":"15550177001","seenAt":"2026-10-02T00:13:20.000+0000","messageId":"m1"}]}`
	infobipRequest  = `{"messages":[{"from":"15550100007","to":"15550177001","messageId":"m1","content":{"templateName":"parcel","language":"en"}}]}`
	infobipAnswer   = `{"messages":[{"to":"15550177001","messageCount":1,"messageId":"m1","status":{"groupId":1,"groupName":"PENDING","id":7}}],"bulkId":"b"}`
)

// infobipEvent is an event of the samples' pair, so many milliseconds after the
// first.
func infobipEvent(kind event.Kind, message string, after int64) event.Event {
	return event.Event{Kind: kind, Time: dialecttest.Instant + after, Number: "15550100007", User: "15550177001", Message: message}
}

// A report has the times of two events; the price is the last one's.
func TestInfobipDelivery(t *testing.T) {
	delivered := infobipEvent(event.Delivered, "m1", 2500)
	delivered.HasAmount, delivered.Amount, delivered.Currency = true, 6_800_000, "EUR"
	got := dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), infobipDelivery)
	dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{delivered, infobipEvent(event.Sent, "m1", 0)}})
}

func TestInfobipStatuses(t *testing.T) {
	for status, want := range map[string][]event.Event{
		`{"groupName":"DELIVERED"}`:     {infobipEvent(event.Delivered, "m1", 1000), infobipEvent(event.Sent, "m1", 0)},
		`{"groupId":3}`:                 {infobipEvent(event.Delivered, "m1", 1000), infobipEvent(event.Sent, "m1", 0)},
		`{"groupName":"PENDING"}`:       {infobipEvent(event.Request, "m1", 0)},
		`{"groupId":0}`:                 {infobipEvent(event.Request, "m1", 0)},
		`{"groupName":"OK"}`:            {infobipEvent(event.Request, "m1", 0)},
		`{"groupId":"1"}`:               {infobipEvent(event.Request, "m1", 0)},
		`{"groupId":2}`:                 {infobipEvent(event.Failed, "m1", 1000)},
		`{"groupId":4}`:                 {infobipEvent(event.Failed, "m1", 1000)},
		`{"groupId":5}`:                 {infobipEvent(event.Failed, "m1", 1000)},
		`{"groupName":"UNDELIVERABLE"}`: {infobipEvent(event.Failed, "m1", 1000)},
		`{"groupName":"EXPIRED"}`:       {infobipEvent(event.Failed, "m1", 1000)},
		`{"groupName":"REJECTED"}`:      {infobipEvent(event.Failed, "m1", 1000)},
	} {
		got := dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), `{"results":[{"messageId":"m1","from":"15550100007","to":"15550177001",
			"sentAt":"2026-10-02T00:13:20Z","doneAt":"2026-10-02T00:13:21Z","status":`+status+`}]}`)
		dialecttest.WantItems(t, got, dialect.Items{Events: want})
	}
	unknown := dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), `{"results":[{"messageId":"m1","status":{"groupName":"PONDERED"}}]}`)
	dialecttest.WantItems(t, unknown, dialect.Items{Ignored: []string{"status pondered"}, Unknown: []dialect.Unknown{{What: "status", Value: "PONDERED"}}})
}

// One time is one event.
func TestInfobipOneTime(t *testing.T) {
	got := dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), `{"results":[{"messageId":"m1","from":"15550100007","to":"15550177001",
		"sentAt":"2026-10-02T00:13:20Z","doneAt":null,"status":{"groupName":"DELIVERED"}}]}`)
	dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{infobipEvent(event.Delivered, "m1", 0)}})
}

func TestInfobipError(t *testing.T) {
	want := infobipEvent(event.Failed, "m1", 0)
	want.Error = "7032"
	got := dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), `{"results":[{"messageId":"m1","from":"15550100007","to":"15550177001",
		"doneAt":"2026-10-02T00:13:20Z","status":{"groupName":"REJECTED"},"error":{"id":7032,"permanent":true}}]}`)
	dialecttest.WantEvent(t, got, want)
}

// Seen reports leave open which of their ends is the user's, but for those of
// the Messages API.
func TestInfobipSeen(t *testing.T) {
	got := dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), infobipSeen)
	dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{
		{Kind: event.Read, Time: dialecttest.Instant + 10_000, Message: "m1"}, {Kind: event.Sent, Time: dialecttest.Instant, Message: "m1"},
	}})
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), infobipMessages), infobipEvent(event.Read, "m1", 0))
}

func TestInfobipInbound(t *testing.T) {
	want := infobipEvent(event.Inbound, "i1", 0)
	want.Type, want.Referral, want.HasAmount, want.Currency = "interactive", "post", true, "EUR"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), infobipInbound), want)

	want = infobipEvent(event.Inbound, "i1", 0)
	want.Type, want.User, want.UserID, want.Referral = "text", "", "US.1000000001", "ad"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), `{"results":[{"event":"MO","channel":"WHATSAPP","sender":"US.1000000001","destination":"15550100007",
		"receivedAt":"2026-10-02T00:13:20Z","messageId":"i1","content":[{"type":"TEXT","text":"hi","referral":{"ctwaClickId":"ARx"}}]}]}`), want)
}

// Requests and their answers have no time but that of whoever logged them. An
// answer does not name the number, so that the others tell the pair.
func TestInfobipRequest(t *testing.T) {
	request := infobipEvent(event.Request, "m1", 0)
	request.Type, request.Template, request.Language = "template", "parcel", "en"
	for record, want := range map[string]event.Event{
		infobipRequest: request,
		infobipAnswer:  {Kind: event.Request, Time: dialecttest.Instant, Message: "m1"},
	} {
		dialecttest.WantRejected(t, dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), record), "messages[0]", "request of m1", "it has no timestamp, neither of its own nor of when it was logged; add it")
		d := dialecttest.Of("infobip")()
		d.(dialect.Surrounded).Surround(dialect.Surroundings{Logged: dialecttest.LoggedAt(t, "1790900000")})
		dialecttest.WantEvent(t, dialecttest.Decode(t, d, record), want)
		dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), `{"logged_at":1790900000,`+record[1:]), want)
	}
}

func TestInfobipNoTraffic(t *testing.T) {
	for record, reason := range map[string]string{
		`{"results":[],"messageCount":0,"pendingMessageCount":0}`:                          "report without results",
		`{"results":[{"messageId":"m1","smsCount":1,"status":{"groupName":"DELIVERED"}}]}`: "channel sms",
		`{"results":[{"messageId":"m1","channel":"VIBER_BM","status":{"groupId":3}}]}`:     "channel viber_bm",
		`{"results":[{"messageId":"m1","deletedAt":"2026-10-02T00:13:20Z"}]}`:              "message deleted by the user",
		`{"results":[{"event":"TYPING_STARTED","messageId":"m1","pairedMessageId":"m0"}]}`: "event TYPING_STARTED",
	} {
		dialecttest.WantIgnored(t, dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), record), reason)
	}
}

// A bad element costs itself.
func TestInfobipRejected(t *testing.T) {
	got := dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), `{"results":[
		7,
		{"messageId":"m1","status":{"groupName":"DELIVERED"}},
		{"messageId":"m2","doneAt":"2026-10-02T00:13:20","status":{"groupName":"DELIVERED"}},
		{"messageId":"m3","doneAt":"2026-10-02T00:13:20Z","status":{"groupName":"DELIVERED"},"price":{"pricePerMessage":"free"}},
		{"messageId":"m4","from":"15550100007","to":"15550177001","sentAt":[],"doneAt":"2026-10-02T00:13:20Z","status":{"groupName":"DELIVERED"}},
		{"doneAt":"2026-10-02T00:13:20Z","status":{"groupName":"DELIVERED"}},
		{"messageId":"m6","to":"15550100007","receivedAt":"2026-10-02T00:13:20Z"}]}`)
	dialecttest.WantItems(t, got, dialect.Items{
		Events: []event.Event{infobipEvent(event.Delivered, "m4", 0)},
		Rejected: []dialect.Rejection{
			{At: "results[0]", Reason: "this is no object; export it again as Infobip sends it"},
			{At: "results[1]", Reason: "Infobip delivered of m1 has no place in time: it has no doneAt; add it"},
			{At: "results[2]", Reason: `Infobip delivered of m2 has no place in time: doneAt "2026-10-02T00:13:20" has no time zone; write it with its offset or a Z`},
			{At: "results[3]", Reason: `Infobip delivered of m3 has the price "free", which is not a decimal number; write a decimal number with a dot`},
			{At: "results[4]", Reason: "Infobip sent of m4 has no place in time: sentAt [] is no time; write Unix seconds, Unix milliseconds or RFC 3339"},
			{At: "results[5]", Reason: "Infobip delivered of a message without id has no id, so that no message can be told; export it again as Infobip sends it"},
			{At: "results[6]", Reason: "Infobip inbound of m6 names no user; export it again as Infobip sends it"},
		},
	})
}

// Elements are read alone, too, as tables hold them.
func TestInfobipElement(t *testing.T) {
	want := infobipEvent(event.Inbound, "i1", 0)
	want.Type = "contacts"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("infobip")(), `{"from":"15550177001","to":"15550100007","integrationType":"WHATSAPP",
		"receivedAt":"2026-10-02T00:13:20Z","messageId":"i1","message":{"type":"CONTACT"}}`), want)
}
