package meta_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestAppEcho(t *testing.T) {
	echo := func(members string) *dialect.Items {
		return dialecttest.DecodeMeta(t, dialecttest.WebhookOf("smb_message_echoes", dialecttest.Metadata+`,"message_echoes":[{"id":"wamid.e","from":"15550100007",`+members+`}]`))
	}
	want := dialecttest.Base(event.Echo, "wamid.e")
	want.User, want.Type = "15550177001", "text"
	dialecttest.WantEvent(t, echo(`"to":"15550177001","type":"text",`+dialecttest.Seconds), want)
	want.User, want.UserID = "", "US.1"
	dialecttest.WantEvent(t, echo(`"to_user_id":"US.1","type":"text",`+dialecttest.Seconds), want)
	dialecttest.WantIgnored(t, echo(`"to":"15550177001","type":"edit","edit":{},`+dialecttest.Seconds), "echo edit")
	dialecttest.WantIgnored(t, echo(`"to":"15550177001","type":"revoke",`+dialecttest.Seconds), "echo revoke")
	dialecttest.WantRejected(t, echo(`"to":"15550177001"`), "entry[0].changes[0].value.message_echoes[0]", "echo wamid.e has no place in time")
	nameless := dialecttest.DecodeMeta(t, dialecttest.WebhookOf("smb_message_echoes", dialecttest.Metadata+`,"message_echoes":[{"to":"1",`+dialecttest.Seconds+`}]`))
	dialecttest.WantRejected(t, nameless, "entry[0].changes[0].value.message_echoes[0]", "has no id")
}

// While Meta's agent holds the thread, the lists of a messages webhook come one
// level down, with their prices and window openings.
func TestStandby(t *testing.T) {
	standby := func(lists string) *dialect.Items {
		return dialecttest.DecodeMeta(t, dialecttest.WebhookOf("standby", dialecttest.Metadata+`,"standby":{`+lists+`}`))
	}
	dialecttest.WantEvent(t, standby(`"statuses":[{"id":"wamid.a","status":"delivered",`+dialecttest.Seconds+`,"recipient_id":"15550177001","pricing":{"billable":true}}]`),
		dialecttest.Delivered(func(e *event.Event) { e.Billable = event.True }))
	dialecttest.WantEvent(t, standby(`"contacts":[{"wa_id":"15550177001"}],"messages":[{"id":"wamid.i",`+dialecttest.Seconds+`,"type":"text"}]`),
		inbound(func(e *event.Event) { e.Type = "text" }))
	dialecttest.WantIgnored(t, standby(``), "field standby without items")
	dialecttest.WantRejected(t, standby(`"statuses":[{"id":"wamid.a","status":"sent"}]`), "entry[0].changes[0].value.standby.statuses[0]", "no timestamp")
}

// Echoes in standby are sends of the API: the only webhooks that name the
// template of a message and its category.
func TestStandbyEcho(t *testing.T) {
	echo := func(members string) *dialect.Items {
		return dialecttest.DecodeMeta(t, dialecttest.WebhookOf("standby", dialecttest.Metadata+`,"standby":{"message_echoes":[{"id":"wamid.a",`+dialecttest.Seconds+`,`+members+`}]}`))
	}
	want := dialecttest.Base(event.Request, "wamid.a")
	want.User = "15550177001"
	for members, change := range map[string]func(e *event.Event){
		`"message":{"to":"15550177001","type":"text","text":{}}`: func(e *event.Event) { e.Type = "text" },
		`"message":{"to":"15550177001","type":"template","template":{"name":"parcel","language":{"code":"en"}}},"template":{"name":"parcel","language":"en_US","category":"MARKETING"}`: func(e *event.Event) {
			e.Type, e.Template, e.Language, e.TemplateCategory = "template", "parcel", "en_US", "marketing"
		},
		`"message":{"to":"15550177001","type":"template","template":{"name":"parcel","language":{"code":"en"}}}`: func(e *event.Event) {
			e.Type, e.Template, e.Language = "template", "parcel", "en"
		},
		`"message":{"to":"15550177001","type":"text","category":"utility"}`: func(e *event.Event) {
			e.Type, e.TemplateCategory = "text", "utility"
		},
		`"message":{"recipient":"US.1","type":"text"}`: func(e *event.Event) {
			e.User, e.UserID, e.Type = "", "US.1", "text"
		},
		`"message":{"to":"g1","recipient_type":"group","type":"text"}`: func(e *event.Event) {
			e.User, e.Group, e.Type = "", "g1", "text"
		},
		`"to":"15550177001","type":"image"`: func(e *event.Event) { e.Type = "image" },
	} {
		e := want
		change(&e)
		dialecttest.WantEvent(t, echo(members), e)
	}
}

func TestHistoryIsIgnored(t *testing.T) {
	const reason = "history is no live event"
	got := dialecttest.DecodeMeta(t, dialecttest.WebhookOf("history", dialecttest.Metadata+`,"history":[{"metadata":{"phase":0},"threads":[
		{"id":"15550177001","messages":[{"id":"wamid.1","from":"15550177001",`+dialecttest.Seconds+`},{"id":"wamid.2","from":"15550100007",`+dialecttest.Seconds+`}]},
		{"context":{"user_id":"US.1"},"messages":[{"id":"wamid.3"}]}]}],
		"message_echoes":[{"id":"wamid.4","to":"15550177001",`+dialecttest.Seconds+`}]`))
	dialecttest.WantIgnored(t, got, reason, reason, reason, reason)
	dialecttest.WantIgnored(t, dialecttest.DecodeMeta(t, dialecttest.WebhookOf("history", dialecttest.Metadata+`,"history":[{"errors":[{"code":2593109}]}]`)), reason)
	dialecttest.WantIgnored(t, dialecttest.DecodeMeta(t, dialecttest.WebhookOf("history", dialecttest.Metadata+`,"history":[{"threads":[]}]`)), reason)
	dialecttest.WantIgnored(t, dialecttest.DecodeMeta(t, dialecttest.WebhookOf("history", dialecttest.Metadata+`,"messages":[{"id":"wamid.1","from":"15550177001",`+dialecttest.Seconds+`}]`)), reason)
}

func TestHandoverIsIgnored(t *testing.T) {
	got := dialecttest.DecodeMeta(t, dialecttest.WebhookOf("messaging_handovers", `"messaging_product":"whatsapp","recipient":{"phone_number_id":"`+dialecttest.Number+`"},"sender":{"phone_number":"15550177001"},"type":"control_passed",`+dialecttest.Seconds))
	dialecttest.WantIgnored(t, got, "field messaging_handovers")
}
