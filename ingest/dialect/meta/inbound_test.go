package meta_test

import (
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

// replaceS puts members in the place of a lone S in an object.
func replaceS(lists, members string) string { return strings.ReplaceAll(lists, "{S", "{"+members) }

func inbound(change func(*event.Event)) event.Event {
	e := dialecttest.Base(event.Inbound, "wamid.i")
	e.User = "15550177001"
	if change != nil {
		change(&e)
	}
	return e
}

const inboundIDs = `"id":"wamid.i","from":"15550177001",` + dialecttest.Seconds

func TestInboundTypes(t *testing.T) {
	for message, kind := range map[string]string{
		`{S,"type":"text","text":{"body":"hello"}}`:                 "text",
		`{S,"type":"TEXT"}`:                                         "text",
		`{S,"text":"hello"}`:                                        "text",
		`{S,"location":{"latitude":1}}`:                             "location",
		`{S,"type":"reaction","reaction":{"message_id":"wamid.a"}}`: "reaction",
		`{S,"type":"system","system":{"type":"user_changed_number","wa_id":"15550177002"}}`: "system",
		`{S,"type":"edit","edit":{}}`:  "edit",
		`{S,"type":"revoke"}`:          "revoke",
		`{S,"type":"request_welcome"}`: "request_welcome",
		`{S,"type":"interactive","interactive":{"type":"call_permission_reply"}}`: "interactive",
		`{S,"type":"unsupported","errors":[{"code":131051}]}`:                     "unsupported",
		`{S,"type":"unknown","errors":[{"code":131051}]}`:                         "unknown",
		`{S,"errors":[{"code":131051}]}`:                                          "errors",
		`{S}`:                                                                     "",
	} {
		dialecttest.WantEvent(t, dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"messages":[`+replaceS(message, inboundIDs)+`]`)), inbound(func(e *event.Event) { e.Type = kind }))
	}
	future := dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"messages":[{`+inboundIDs+`,"type":"hologram"}]`))
	dialecttest.WantItems(t, future, dialect.Items{
		Events:  []event.Event{inbound(func(e *event.Event) { e.Type = "hologram" })},
		Unknown: []dialect.Unknown{{What: "message.type", Value: "hologram"}},
	})
}

func TestInboundReferral(t *testing.T) {
	for referral, want := range map[string]string{
		`{"source_type":"ad","ctwa_clid":"ARx"}`: "ad",
		`{"source_type":"AD"}`:                   "ad",
		`{"ctwa_clid":"ARx"}`:                    "ad",
		`{"source_type":"post"}`:                 "post",
		`{"source_type":"Page-CTA"}`:             "page_cta",
		`{"source_url":"https://example.org"}`:   "unknown",
		`{}`:                                     "", `null`: "",
	} {
		got := dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"messages":[{`+inboundIDs+`,"type":"text","referral":`+referral+`}]`))
		dialecttest.WantEvent(t, got, inbound(func(e *event.Event) { e.Type, e.Referral = "text", want }))
	}
	placeholder := dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"messages":[{`+inboundIDs+`,"referral":{"source_type":"ad or post"}}]`))
	dialecttest.WantItems(t, placeholder, dialect.Items{
		Events:  []event.Event{inbound(func(e *event.Event) { e.Referral = "unknown" })},
		Unknown: []dialect.Unknown{{What: "referral.source_type", Value: "ad or post"}},
	})
}

func TestInboundUser(t *testing.T) {
	const us1 = "US.1000000001"
	both := []dialect.Link{{UserID: us1, Phone: "15550177001"}}
	for name, c := range map[string]struct {
		lists           string
		user, id, group string
		links           []dialect.Link
	}{
		"phone":        {`"messages":[{S,"from":"15550177001"}]`, "15550177001", "", "", nil},
		"phone and id": {`"messages":[{S,"from":"15550177001","from_user_id":"US.1000000001"}]`, "15550177001", us1, "", both},
		"id alone":     {`"messages":[{S,"from_user_id":"US.1000000001"}]`, "", us1, "", nil},
		"id for phone": {`"messages":[{S,"from":"US.1000000001"}]`, "", us1, "", nil},
		"parent alone": {`"messages":[{S,"from_parent_user_id":"US.ENT.1"}]`, "", "US.ENT.1", "", nil},
		"contact":      {`"contacts":[{"wa_id":"15550177001","user_id":"US.1000000001"}],"messages":[{S,"from":""}]`, "15550177001", us1, "", both},
		"a lone contact object": {
			`"contacts":{"wa_id":"15550177001"},"messages":[{S}]`, "15550177001", "", "", nil,
		},
		"group":      {`"messages":[{S,"from":"15550177001","group_id":"g1"}]`, "15550177001", "", "g1", nil},
		"group only": {`"messages":[{S,"group_id":"g1"}]`, "", "", "g1", nil},
		"shared phone": {
			`"messages":[{S,"from_user_id":"US.1000000001","type":"contacts","contacts":[{"origin":"contact_request","phones":[{"phone":"+1 555 017 7001"}]}]}]`,
			"", us1, "", both,
		},
		"shared phone of somebody else": {
			`"messages":[{S,"from_user_id":"US.1000000001","type":"contacts","contacts":[{"origin":"other","phones":[{"phone":"15550177001"}]}]}]`,
			"", us1, "", nil,
		},
		"new id": {
			`"messages":[{S,"from":"15550177001","from_user_id":"US.1000000001","type":"system","system":{"type":"user_changed_user_id","user_id":"US.2"}}]`,
			"15550177001", us1, "", []dialect.Link{{UserID: "US.2", Previous: us1}, {UserID: us1, Phone: "15550177001"}},
		},
		"new number": {
			`"messages":[{S,"from":"15550177001","from_user_id":"US.1000000001","type":"system","system":{"type":"user_changed_number","wa_id":"15550177002","user_id":"US.2"}}]`,
			"15550177001", us1, "", []dialect.Link{{UserID: "US.2", Phone: "15550177002", Previous: us1}, {UserID: us1, Phone: "15550177001"}},
		},
		"new id of a phone": {
			`"messages":[{S,"from":"15550177001","type":"system","system":{"type":"user_changed_user_id","user_id":"US.2"}}]`,
			"15550177001", "", "", []dialect.Link{{UserID: "US.2", Phone: "15550177001"}},
		},
		"new id of the contact": {
			`"contacts":[{"user_id":"US.1000000001"}],"messages":[{S,"type":"system","system":{"type":"user_changed_user_id","user_id":"US.2"}}]`,
			"", us1, "", []dialect.Link{{UserID: "US.2", Previous: us1}},
		},
		"new id beside the old": {
			`"messages":[{S,"type":"system","system":{"type":"user_changed_user_id","user_id":{"previous":"US.1000000001","current":"US.2"}}}]`,
			"", "US.2", "", []dialect.Link{{UserID: "US.2", Previous: us1}},
		},
		"new id, and the old under its own key": {
			`"messages":[{S,"type":"system","system":{"type":"user_changed_user_id","user_id":"US.2","previous_user_id":"US.1000000001","previous_parent_user_id":"US.ENT.1"}}]`,
			"", "US.2", "", []dialect.Link{{UserID: "US.2", Previous: us1}},
		},
		"new id without the old": {
			`"messages":[{S,"type":"system","system":{"type":"user_changed_user_id","user_id":"US.2"}}]`, "", "US.2", "", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := dialecttest.DecodeMeta(t, dialecttest.MessagesOf(replaceS(c.lists, `"id":"wamid.i",`+dialecttest.Seconds)))
			for i := range got.Events {
				got.Events[i].Type = ""
			}
			dialecttest.WantItems(t, got, dialect.Items{
				Events: []event.Event{inbound(func(e *event.Event) { e.User, e.UserID, e.Group = c.user, c.id, c.group })},
				Links:  c.links,
			})
		})
	}
}

// An inbound message without an id still opens a window.
func TestInboundWithoutID(t *testing.T) {
	got := dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"messages":[{"from":"15550177001",`+dialecttest.Seconds+`}]`))
	dialecttest.WantEvent(t, got, inbound(func(e *event.Event) { e.Message = "" }))
}

// Some partners name the business as the sender of what its users sent: then it
// is the contact's. Without one it is the business' own, and opens none.
func TestInboundOfBusiness(t *testing.T) {
	const own = `"messages":[{"id":"wamid.i","from":"15550100007",` + dialecttest.Seconds + `}]`
	dialecttest.WantIgnored(t, dialecttest.DecodeMeta(t, dialecttest.MessagesOf(own)), "message of the business itself")
	dialecttest.WantEvent(t, dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"contacts":[{"wa_id":"15550177001"}],`+own)), inbound(func(e *event.Event) { e.User = "15550177001" }))
	test := dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"contacts":[{"wa_id":"15550100007"}],`+own))
	dialecttest.WantEvent(t, test, inbound(func(e *event.Event) { e.User = "15550100007" }))
}

func TestInboundRejected(t *testing.T) {
	const at = "entry[0].changes[0].value.messages[0]"
	for message, word := range map[string]string{
		`{"id":"wamid.i",` + dialecttest.Seconds + `}`:                      "user message wamid.i names no user",
		`{` + dialecttest.Seconds + `}`:                                     "a message without id names no user",
		`{"id":"wamid.i","from":"15550177001"}`:                             "it has no timestamp",
		`{"id":"wamid.i","from":"15550177001","timestamp":"notatimestamp"}`: `timestamp "notatimestamp" is no time`,
		`{"id":"wamid.i","from":"15550177001","timestamp":{}}`:              "timestamp {} is no time",
		`[]`: "the message is no object",
	} {
		dialecttest.WantRejected(t, dialecttest.DecodeMeta(t, dialecttest.MessagesOf(`"messages":[`+message+`]`)), at, word)
	}
}
