package dialect

import (
	"testing"

	"waudit/audit/event"
)

func TestAppEcho(t *testing.T) {
	echo := func(members string) *Items {
		return decodeMeta(t, webhookOf("smb_message_echoes", metadata+`,"message_echoes":[{"id":"wamid.e","from":"15550100007",`+members+`}]`))
	}
	want := base(event.Echo, "wamid.e")
	want.User, want.Type = "15550177001", "text"
	wantEvent(t, echo(`"to":"15550177001","type":"text",`+seconds), want)
	want.User, want.UserID = "", "US.1"
	wantEvent(t, echo(`"to_user_id":"US.1","type":"text",`+seconds), want)
	wantIgnored(t, echo(`"to":"15550177001","type":"edit","edit":{},`+seconds), "echo edit")
	wantIgnored(t, echo(`"to":"15550177001","type":"revoke",`+seconds), "echo revoke")
	wantRejected(t, echo(`"to":"15550177001"`), "entry[0].changes[0].value.message_echoes[0]", "echo wamid.e has no place in time")
	nameless := decodeMeta(t, webhookOf("smb_message_echoes", metadata+`,"message_echoes":[{"to":"1",`+seconds+`}]`))
	wantRejected(t, nameless, "entry[0].changes[0].value.message_echoes[0]", "has no id")
}

// While Meta's agent holds the thread, the lists of a messages webhook come one
// level down, with their prices and window openings.
func TestStandby(t *testing.T) {
	standby := func(lists string) *Items {
		return decodeMeta(t, webhookOf("standby", metadata+`,"standby":{`+lists+`}`))
	}
	wantEvent(t, standby(`"statuses":[{"id":"wamid.a","status":"delivered",`+seconds+`,"recipient_id":"15550177001","pricing":{"billable":true}}]`),
		delivered(func(e *event.Event) { e.Billable = event.True }))
	wantEvent(t, standby(`"contacts":[{"wa_id":"15550177001"}],"messages":[{"id":"wamid.i",`+seconds+`,"type":"text"}]`),
		inbound(func(e *event.Event) { e.Type = "text" }))
	wantIgnored(t, standby(``), "field standby without items")
	wantRejected(t, standby(`"statuses":[{"id":"wamid.a","status":"sent"}]`), "entry[0].changes[0].value.standby.statuses[0]", "no timestamp")
}

// Echoes in standby are sends of the API: the only webhooks that name the
// template of a message and its category.
func TestStandbyEcho(t *testing.T) {
	echo := func(members string) *Items {
		return decodeMeta(t, webhookOf("standby", metadata+`,"standby":{"message_echoes":[{"id":"wamid.a",`+seconds+`,`+members+`}]}`))
	}
	want := base(event.Request, "wamid.a")
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
		wantEvent(t, echo(members), e)
	}
}

func TestHistoryIsIgnored(t *testing.T) {
	const reason = "history is no live event"
	got := decodeMeta(t, webhookOf("history", metadata+`,"history":[{"metadata":{"phase":0},"threads":[
		{"id":"15550177001","messages":[{"id":"wamid.1","from":"15550177001",`+seconds+`},{"id":"wamid.2","from":"15550100007",`+seconds+`}]},
		{"context":{"user_id":"US.1"},"messages":[{"id":"wamid.3"}]}]}],
		"message_echoes":[{"id":"wamid.4","to":"15550177001",`+seconds+`}]`))
	wantIgnored(t, got, reason, reason, reason, reason)
	wantIgnored(t, decodeMeta(t, webhookOf("history", metadata+`,"history":[{"errors":[{"code":2593109}]}]`)), reason)
	wantIgnored(t, decodeMeta(t, webhookOf("history", metadata+`,"history":[{"threads":[]}]`)), reason)
	wantIgnored(t, decodeMeta(t, webhookOf("history", metadata+`,"messages":[{"id":"wamid.1","from":"15550177001",`+seconds+`}]`)), reason)
}

func TestHandoverIsIgnored(t *testing.T) {
	got := decodeMeta(t, webhookOf("messaging_handovers", `"messaging_product":"whatsapp","recipient":{"phone_number_id":"`+number+`"},"sender":{"phone_number":"15550177001"},"type":"control_passed",`+seconds))
	wantIgnored(t, got, "field messaging_handovers")
}
