package meta_test

import (
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/jsontree"
)

// The account and the user of these tests. Both channels know the same digits.
const (
	ourPage = "102030405060"
	psid    = "2485012345678901"
	fromHim = `{"sender":{"id":"` + psid + `"},"recipient":{"id":"` + ourPage + `"},"timestamp":1790900000000,`
	fromUs  = `{"sender":{"id":"` + ourPage + `"},"recipient":{"id":"` + psid + `"},"timestamp":1790900000000,`
)

func talkOf(object, items string) string {
	return `{"object":"` + object + `","entry":[{"id":"` + ourPage + `","time":1790900000500,"messaging":[` + items + `]}]}`
}

// talked is the event that an item of the channel must give.
func talked(c event.Channel, kind event.Kind, message, word string) event.Event {
	return event.Event{
		Kind: kind, Time: dialecttest.Instant, WABA: c.ID(ourPage), Number: c.ID(ourPage), UserID: c.ID(psid), Message: message, Type: word,
	}
}

func decodeTalk(t *testing.T, c event.Channel, record string) *dialect.Items {
	t.Helper()
	items, by := dialecttest.DecodeWrapped(t, record)
	if by != "meta-"+c.String() {
		t.Errorf("recognised by %q: %s", by, record)
	}
	return items
}

func TestTalk(t *testing.T) {
	of := func(kind event.Kind, message, word string, change ...func(*event.Event)) []event.Event {
		e := talked(event.WhatsApp, kind, message, word)
		for _, f := range change {
			f(&e)
		}
		return []event.Event{e}
	}
	ad := func(e *event.Event) { e.Referral = "ad" }
	later := func(e *event.Event) { e.Time += 500 }
	earlier := func(e *event.Event) { e.Time -= 1000 }
	for name, x := range map[string]struct {
		item string
		want []event.Event
	}{
		"a text":              {fromHim + `"message":{"mid":"m_1","text":"hello","quick_reply":{"payload":"p"}}}`, of(event.Inbound, "m_1", "text")},
		"an image":            {fromHim + `"message":{"mid":"m_1","attachments":[{"type":"image","payload":{}}]}}`, of(event.Inbound, "m_1", "image")},
		"deleted":             {fromHim + `"message":{"mid":"m_1","is_deleted":true}}`, of(event.Inbound, "m_1", "revoke")},
		"unsupported":         {fromHim + `"message":{"mid":"m_1","is_unsupported":true}}`, of(event.Inbound, "m_1", "unsupported")},
		"after an ad":         {fromHim + `"message":{"mid":"m_1","text":"x","referral":{"ref":"r","ad_id":"6","source":"ADS","type":"OPEN_THREAD"}}}`, of(event.Inbound, "m_1", "text", ad)},
		"a postback":          {fromHim + `"postback":{"mid":"m_2","title":"Start","payload":"S","referral":{"source":"ADS"}}}`, of(event.Inbound, "m_2", "postback", ad)},
		"a reaction":          {fromHim + `"reaction":{"mid":"m_0","action":"react","reaction":"love","emoji":"x"}}`, of(event.Inbound, "", "reaction")},
		"a link":              {fromHim + `"referral":{"ref":"r","source":"SHORTLINK","type":"OPEN_THREAD"}}`, of(event.Inbound, "", "referral", func(e *event.Event) { e.Referral = "shortlink" })},
		"a plugin":            {fromHim + `"optin":{"ref":"r"}}`, of(event.Inbound, "", "optin")},
		"a request for more":  {fromHim + `"optin":{"type":"notification_messages","notification_messages_token":"t"}}`, of(event.Inbound, "", "notification_optin")},
		"an echo":             {fromUs + `"message":{"is_echo":true,"app_id":1517776481860111,"mid":"m_3","text":"hi"}}`, of(event.Sent, "m_3", "text")},
		"of a template":       {fromUs + `"message":{"is_echo":true,"mid":"m_3","attachments":[{"type":"template"}]}}`, of(event.Sent, "m_3", "template")},
		"by a person":         {fromUs + `"message":{"is_echo":true,"app_id":263902037430900,"mid":"m_3","text":"hi"}}`, of(event.Echo, "m_3", "text")},
		"with its tag":        {fromUs + `"message":{"is_echo":true,"mid":"m_3","text":"hi","tag":"HUMAN_AGENT"}}`, of(event.Sent, "m_3", "text", func(e *event.Event) { e.TemplateCategory = "human_agent" })},
		"delivered":           {strings.Replace(fromHim, `"timestamp":1790900000000,`, "", 1) + `"delivery":{"mids":["m_3","m_4"],"watermark":1790899999000}}`, append(of(event.Delivered, "m_3", "", later), of(event.Delivered, "m_4", "", later)...)},
		"all before":          {fromHim + `"delivery":{"watermark":1790899999000}}`, of(event.Delivered, "", "", earlier)},
		"read until":          {fromHim + `"read":{"watermark":1790899999000}}`, of(event.Read, "", "", earlier)},
		"read":                {fromHim + `"read":{"mid":"m_3"}}`, of(event.Read, "m_3", "")},
		"without a time":      {strings.Replace(fromHim, "1790900000000", "null", 1) + `"message":{"mid":"m_1","text":"x"}}`, of(event.Inbound, "m_1", "text", later)},
		"of a form in values": {`{}]},{"id":"` + ourPage + `","changes":[{"field":"messages","value":` + fromHim + `"message":{"mid":"m_1","text":"x"}}}`, of(event.Inbound, "m_1", "text")},
		"of another app":      {`{}],"standby":[` + fromHim + `"message":{"mid":"m_1","text":"x"}}`, of(event.Inbound, "m_1", "text")},
		"a comment":           {`{}]},{"id":"` + ourPage + `","time":1790900000,"changes":[{"field":"comments","value":{"id":"9","from":{"id":"` + psid + `"},"text":"x"}}`, of(event.Inbound, "", "comment")},
		"a post on the page":  {`{}]},{"id":"` + ourPage + `","changes":[{"field":"feed","value":{"item":"post","verb":"add","from":{"id":"` + psid + `"},"created_time":1790900000}}`, of(event.Inbound, "", "comment")},
	} {
		t.Run(name, func(t *testing.T) {
			for object, c := range map[string]event.Channel{"page": event.Messenger, "instagram": event.Instagram} {
				if c == event.Instagram && strings.HasPrefix(name, "delivered") || c == event.Instagram && name == "all before" {
					continue // Instagram tells of no deliveries
				}
				want := append([]event.Event{}, x.want...)
				for i := range want {
					want[i].WABA, want[i].Number, want[i].UserID = c.ID(ourPage), c.ID(ourPage), c.ID(psid)
				}
				got := decodeTalk(t, c, talkOf(object, x.item))
				got.Ignored = nil // the empty item before
				dialecttest.WantItems(t, got, dialect.Items{Events: want})
			}
		})
	}
}

// What tells of no window is ignored by what it is, and what cannot be used is rejected.
func TestTalkOfNothing(t *testing.T) {
	for item, reason := range map[string]string{
		fromHim + `"reaction":{"mid":"m_0","action":"unreact"}}`:                 "unreact",
		fromHim + `"message_edit":{"mid":"m_1","text":"y","num_edit":1}}`:        "message_edit",
		fromHim + `"pass_thread_control":{"new_owner_app_id":"1"}}`:              "pass_thread_control",
		fromHim + `"take_thread_control":{"previous_owner_app_id":"1"}}`:         "take_thread_control",
		fromHim + `"account_linking":{"status":"linked"}}`:                       "account_linking",
		fromUs + `"reaction":{"mid":"m_1","action":"react"}}`:                    "reaction of the business",
		fromUs + `"message":{"is_echo":true,"mid":"m_3","is_deleted":true}}`:     "message deleted",
		`{"recipient":{"id":"1"},"timestamp":1790900000000,"optin":{"ref":"r"}}`: "optin of a user_ref",
		fromHim + `"colour":{}}`: "messaging of another kind",
		`{}],"changes":[{"field":"mention","value":{"from":{"id":"1"}}}`:             "messaging of another kind|field mention",
		`{}]},{"id":"0","changes":[{"field":"messages","value":{"sender":{}}}`:       "messaging of another kind|Meta's test payload",
		`{}],"changes":[{"field":"comments","value":{"from":{"id":"102030405060"}}}`: "messaging of another kind|field comments",
	} {
		dialecttest.WantIgnored(t, decodeTalk(t, event.Messenger, talkOf("page", item)), strings.Split(reason, "|")...)
	}
	dialecttest.WantIgnored(t, decodeTalk(t, event.Instagram, `{"object":"instagram","entry":[]}`), "webhook without entries")
	dialecttest.WantIgnored(t, decodeTalk(t, event.Messenger, talkOf("page", "")), "entry without messaging")

	const at = "entry[0].messaging[0]"
	for item, reason := range map[string]string{
		fromUs + `"message":{"is_echo":true,"text":"x"}}`:                                            "echo without mid",
		`{"timestamp":1790900000000,"message":{"mid":"m"}}`:                                          "names no user",
		strings.Replace(fromHim, "1790900000000", `"soon"`, 1) + `"message":{"mid":"m","text":"x"}}`: `timestamp "soon" is no time`,
		`7`: "this is no object",
		fromHim + `"news":{"status":"delivered"}}`: "messaging of another kind is not known",
	} {
		dialecttest.WantRejected(t, decodeTalk(t, event.Messenger, talkOf("page", item)), at, reason)
	}
}

// The tag stands in the send call, and so does what else allows a message.
func TestTalkSendCall(t *testing.T) {
	call := func(path, request, mid string) string {
		return `{"ts":1790900000,"request":{"url":"https://graph.facebook.com/v25.0/` + path + `/messages","body":` + request + `},"response":{"recipient_id":"` + psid + `","message_id":"` + mid + `"}}`
	}
	body := func(more string) string {
		return `{"recipient":{"id":"` + psid + `"},"message":{"text":"x"}` + more + `}`
	}
	for as, request := range map[string]string{
		"human_agent":          body(`,"messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT"`),
		"account_update":       body(`,"tag":"ACCOUNT_UPDATE"`),
		"response":             body(`,"messaging_type":"RESPONSE"`),
		"update":               body(`,"messaging_type":"UPDATE"`),
		"private_reply":        `{"recipient":{"comment_id":"9"},"message":{"text":"x"}}`,
		"notification_message": `{"recipient":{"notification_messages_token":"t"},"message":{"text":"x"}}`,
	} {
		want := talked(event.Messenger, event.Request, "m_3", "text")
		want.TemplateCategory = as
		dialecttest.WantItems(t, decodeTalk(t, event.Messenger, call(ourPage, request, "m_3")), dialect.Items{Events: []event.Event{want}})
	}
	untagged := talked(event.Messenger, event.Request, "m_3", "text")
	untagged.TemplateCategory = "response"
	dialecttest.WantItems(t, decodeTalk(t, event.Messenger, `{"created_at":"1790900000","page_id":"`+ourPage+`","payload":`+dialecttest.Quoted(t, body(""))+`,"result":{"recipient_id":"`+psid+`","message_id":"m_3"}}`),
		dialect.Items{Events: []event.Event{untagged}})

	utility := talked(event.Messenger, event.Request, "m_3", "text")
	utility.TemplateCategory, utility.Template, utility.Language = "utility", "parcel", "en_US"
	dialecttest.WantItems(t, decodeTalk(t, event.Messenger, call(ourPage, `{"recipient":{"id":"`+psid+`"},"messaging_type":"UTILITY","message":{"template":{"name":"parcel","language":{"code":"en_US"}}}}`, "m_3")),
		dialect.Items{Events: []event.Event{utility}})

	// An id or an address tells Instagram, and what says no account waits for the echo.
	ours := talked(event.Instagram, event.Request, "aWdfZAG1faXRlbToz", "text")
	ours.TemplateCategory = "response"
	dialecttest.WantItems(t, decodeTalk(t, event.Messenger, call(ourPage, body(""), "aWdfZAG1faXRlbToz")), dialect.Items{Events: []event.Event{ours}})
	ours.Message = "x3"
	dialecttest.WantItems(t, decodeTalk(t, event.Messenger, strings.Replace(call(ourPage, body(""), "x3"), "graph.facebook.com", "graph.instagram.com", 1)), dialect.Items{Events: []event.Event{ours}})
	nowhere := event.Event{Kind: event.Request, Time: dialecttest.Instant, Message: "m_3", Type: "text", TemplateCategory: "response"}
	dialecttest.WantItems(t, decodeTalk(t, event.Messenger, call("me", body(""), "m_3")), dialect.Items{Events: []event.Event{nowhere}})

	dialecttest.WantRejected(t, decodeTalk(t, event.Messenger, strings.Replace(call(ourPage, body(""), "m_3"), `"ts":1790900000,`, "", 1)), "", "send call of m_3 has no place in time")
	for _, foreign := range []string{body(""), `{"request":` + body("") + `}`, `{"request":` + body("") + `,"response":{"error":{"code":10,"error_subcode":2018278}}}`} {
		if got := dialecttest.RecognisedBy(t, foreign); got != "" {
			t.Errorf("recognised by %q: %s", got, foreign)
		}
	}
}

func FuzzTalk(f *testing.F) {
	for _, item := range []string{
		fromHim + `"message":{"mid":"m_1","text":"hello","referral":{"source":"ADS"}}}`, fromUs + `"message":{"is_echo":true,"mid":"m_3"}}`,
		fromHim + `"delivery":{"mids":["m_3"],"watermark":1790899999000}}`, fromHim + `"read":{"watermark":1}}`,
		`{}],"changes":[{"field":"comments","value":{"from":{"id":"1"}}}`,
	} {
		f.Add([]byte(talkOf("page", item)))
		f.Add([]byte(talkOf("instagram", item)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"meta-messenger", "meta-instagram"} {
			d := dialecttest.Of(name)()
			items := dialecttest.CheckDecode(t, d, data)
			if items == nil {
				continue
			}
			var tree jsontree.Tree
			_, _ = tree.Parse(data)
			for i := range items.Events {
				if c, _ := event.ChannelOf(items.Events[i].UserID); c == event.WhatsApp || items.Events[i].User != "" {
					t.Fatalf("%s gives a user of WhatsApp: %+v", name, items.Events[i])
				}
			}
			if !d.Recognise(tree.Root()) && len(items.Events) > 0 {
				t.Fatalf("%s gives events of a record that it does not know", name)
			}
		}
	})
}
