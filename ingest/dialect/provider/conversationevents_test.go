package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/notation"
)

func TestConversationEvents(t *testing.T) {
	checkProvider(t, dialecttest.Of("conversation-events"), conversationEventsCases())
}

func conversationEventsCases() providerCases {
	const customer = `"customer":{"wa_id":"+15550177001"}`
	const template = `"message":{"type":"template","id":"m2"},"template":{"name":"parcel","category":"UTILITY"}`
	inbound := event.Event{Kind: event.Inbound, Time: dialecttest.Instant, User: "15550177001", Message: "m1", Type: "text"}
	opening := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, User: "15550177001", Message: "m2", Type: "template", Template: "parcel",
		TemplateCategory: "utility", Category: "utility", Billable: event.True, Expires: dialecttest.Instant + 86400_000}
	reused, unsaid, freeEntry := opening, opening, opening
	reused.Billable = event.False
	unsaid.Time, unsaid.Expires = dialecttest.Instant, 0
	freeEntry.Category, freeEntry.Billable = "referral_conversion", event.False
	freeEntry.Time, freeEntry.Expires = 1709287200_000, 1709287200_000+3*86400_000
	freeEntryOf := func(end string) string {
		return `{"event":"template_delivered",` + customer + `,` + template + `,"conversation":{"category":"FREE_ENTRY_POINT","opened":"true",
			"expires_at":"` + end + `"},"pricing":{"billable":false}}`
	}
	attempt := event.Event{Kind: event.Request, Time: dialecttest.Instant, User: "15550177001", Message: "m3", Type: "text"}
	refused := attempt
	refused.Kind, refused.Message, refused.Error = event.Failed, "", "NON_TEMPLATE_NOT_ALLOWED"
	return providerCases{
		"inbound, by the end of its window": {record: `{"event":"message_received",` + customer + `,"message":{"type":"text","id":"m1"},
			"service_window":{"open":true,"expires_at":"2026-10-03T00:13:20Z"}}`, want: dialect.Items{Events: []event.Event{inbound}}},
		"delivered, opening": {record: `{"event":"template_delivered",` + customer + `,` + template + `,"conversation":{"category":"UTILITY","opened":true,
			"new_charge":true,"expires_at":"2026-10-03T00:13:20Z"},"pricing":{"billable":true}}`, want: dialect.Items{Events: []event.Event{opening}}},
		"delivered, opening free entry":                               {record: freeEntryOf("2024-03-04T10:00:00Z"), want: dialect.Items{Events: []event.Event{freeEntry}}},
		"delivered, opening free entry of a length that nobody tells": {record: freeEntryOf("2026-10-05T00:13:20Z"), reason: "it has no timestamp; add it"},
		"delivered, riding along": {record: `{"event":"template_delivered","timestamp":1790900000,` + customer + `,` + template + `,"conversation":{"category":"UTILITY",
			"opened":false,"window":"REUSED","new_charge":false,"expires_at":"2026-10-03T00:13:20Z"},"pricing":{"billable":true}}`, want: dialect.Items{Events: []event.Event{reused}}},
		"delivered, charge alone": {record: `{"event":"template_delivered","timestamp":` + instantText + `,` + customer + `,` + template + `,
			"conversation":{"category":"UTILITY","new_charge":true}}`, want: dialect.Items{Events: []event.Event{unsaid}}},
		"delivered, riding along at no time": {record: `{"event":"template_delivered",` + customer + `,` + template + `,"conversation":{"category":"UTILITY",
			"opened":false,"window":"REUSED","expires_at":"2026-10-03T00:13:20Z"}}`, reason: "it has no timestamp; add it"},
		"inbound without a window": {record: `{"event":"message_received",` + customer + `,"service_window":{"open":false,"expires_at":"2026-10-03T00:13:20Z"}}`,
			reason: "it has no timestamp; add it"},
		"attempt": {record: `{"event":"message_send_attempt","timestamp":1790900000,` + customer + `,"message":{"type":"text","id":"m3"},"service_window":{"open":true}}`,
			want: dialect.Items{Events: []event.Event{attempt}}},
		"refused": {record: `{"event":"message_send_attempt","timestamp":1790900000,` + customer + `,"message":{"type":"text"},"service_window":{"open":false},
			"error":{"code":"NON_TEMPLATE_NOT_ALLOWED","message":"x"}}`, want: dialect.Items{Events: []event.Event{refused}}},
		"refused at no time": {record: `{"event":"message_send_attempt",` + customer + `,"service_window":{"open":true,"expires_at":"2026-10-03T00:13:20Z"},"error":{"code":"X"}}`,
			reason: "it has no timestamp; add it"},
		"nobody": {record: `{"event":"message_received","timestamp":1790900000,"customer":{}}`, reason: "names no user"},
	}
}

// The length of a free entry conversation changed twice: its end tells its start
// but for the days around a change, and where the length is not published.
func TestFreeEntryStart(t *testing.T) {
	for end, want := range map[string]string{
		"2023-02-20T10:00:00Z": "2023-02-19T10:00:00Z",
		"2023-03-02T11:00:00Z": "2023-03-01T11:00:00Z", // a day that began late, in the west
		"2023-03-03T11:00:00Z": "2023-02-28T11:00:00Z", // a day that began early, in the east
		"2023-03-02T13:00:00Z": "",
		"2024-03-04T10:00:00Z": "2024-03-01T10:00:00Z",
		"2026-09-30T09:00:00Z": "2026-09-27T09:00:00Z",
		"2026-10-01T10:00:00Z": "",
	} {
		at, _ := notation.ReadTime(end)
		start, _ := notation.ReadTime(want)
		if got := provider.FreeEntryStart(at); got != start {
			t.Errorf("what ends at %s began at %d, want %s", end, got, want)
		}
	}
}
