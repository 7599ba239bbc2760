package provider_test

import (
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

const (
	twilioCallback = `{"SmsSid":"SM1","SmsStatus":"delivered","MessageStatus":"delivered","ChannelToAddress":"+15550177XXX","To":"whatsapp:+15550177001",
		"ChannelPrefix":"whatsapp","MessageSid":"SM1","AccountSid":"AC1","From":"whatsapp:+15550100007","ApiVersion":"2010-04-01","timestamp":1790900000}`
	twilioWebhook = `{"SmsMessageSid":"SM2","NumMedia":"0","ProfileName":"A","MessageType":"text","SmsSid":"SM2","WaId":"15550177001","SmsStatus":"received",
		"Body":"hello","To":"whatsapp:+15550100007","NumSegments":"1","ReferralNumMedia":"0","MessageSid":"SM2","AccountSid":"AC1",
		"ExternalUserId":"whatsapp:US.1000000001","From":"whatsapp:+15550177001","ApiVersion":"2010-04-01","received_at":"2026-10-02T00:13:20Z"}`
	twilioResource = `{"sid":"SM1","account_sid":"AC1","from":"whatsapp:+15550100007","to":"whatsapp:+15550177001","direction":"outbound-api","status":"delivered",
		"date_created":"Fri, 02 Oct 2026 00:13:19 +0000","date_sent":"Fri, 02 Oct 2026 00:13:20 +0000","date_updated":"Fri, 02 Oct 2026 00:13:22 +0000",
		"price":"-0.01900","price_unit":"usd","num_segments":"1","error_code":null,"messaging_service_sid":null,"body":"Parcel 12 left."}`
	twilioPage = `{"first_page_uri":"/x?Page=0","page":0,"page_size":50,"messages":[` + twilioResource + `,{"sid":"SM3","status":"sent"},7]}`
	twilioBulk = `{"sid":"SM1","account_sid":"AC1","from":"whatsapp:+15550100007","to":"whatsapp:+15550177001","direction":"outbound-reply","status":"read",
		"date_created":"2026-10-02T00:13:19Z","date_sent":"2026-10-02T00:13:20Z","date_updated":"2026-10-02T00:13:30Z","price":"-0.005","num_segments":1,"error_code":null}`
	twilioRow = `{"SMS Message SID":"SM1","From":"whatsapp:+15550100007","To":"whatsapp:+15550177001","Date Created":"2026-10-02 00:13:19",
		"Date Sent":"2026-10-02 00:13:20","Date Updated":"2026-10-02 00:13:19","Status":"delivered","Direction":"outbound-api","Message Segments":"1","Price":"-0.005","Body":"x"}`
	twilioConsoleRow = `{"From":"whatsapp:+15550100007","To":"whatsapp:+15550177001","Body":"x","Status":"undelivered","SentDate":"2026-10-02T00:13:20Z",
		"ApiVersion":"2010-04-01","NumSegments":"1","ErrorCode":"63024","AccountSid":"AC1","Sid":"SM1","Direction":"outbound-api","Price":"0","PriceUnit":"USD"}`
	twilioCloudEvent = `{"specversion":"1.0","id":"EZ1","source":"/x","time":"2026-10-02T00:13:20.000Z","type":"com.twilio.messaging.message.read",
		"data":{"accountSid":"AC1","messageSid":"SM1","messageStatus":"READ","dateUpdated":"2026-10-02T00:13:29Z","from":"whatsapp:+15550100007","to":"whatsapp:+15550177001"}}`
	twilioInboundEvent = `{"specversion":"1.0","id":"EZ2","time":"2026-10-02T00:13:29.000Z","type":"com.twilio.messaging.inbound-message.received",
		"data":{"accountSid":"AC1","messageSid":"SM2","from":"whatsapp:US.1000000001","to":"whatsapp:+15550100007","body":"hi","timestamp":"2026-10-02T00:13:20.123456789Z"}}`
)

// twilioEvent is an event of the samples' pair, so many milliseconds after the
// sending.
func twilioEvent(kind event.Kind, message string, after int64) event.Event {
	return event.Event{Kind: kind, Time: dialecttest.Instant + after, Number: "15550100007", User: "15550177001", Message: message}
}

// priced is an event with an amount in billionths.
func priced(e event.Event, amount int64, currency string) event.Event {
	e.HasAmount, e.Amount, e.Currency, e.PriceKind = true, amount, currency, event.WithFee
	return e
}

// A callback has no time but what is logged beside or around it.
func TestTwilioCallback(t *testing.T) {
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), twilioCallback), twilioEvent(event.Delivered, "SM1", 0))

	bare := strings.Replace(twilioCallback, `,"timestamp":1790900000`, "", 1)
	dialecttest.WantRejected(t, dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), bare), "", "Twilio delivered of SM1", "carry no time; log")
	d := dialecttest.Of("twilio")()
	d.(dialect.Surrounded).Surround(dialect.Surroundings{Logged: dialecttest.LoggedAt(t, `"2026-10-02T00:13:20Z"`)})
	dialecttest.WantEvent(t, dialecttest.Decode(t, d, bare), twilioEvent(event.Delivered, "SM1", 0))
	dialecttest.WantRejected(t, dialecttest.Decode(t, d, bare), "", "carry no time") // one wrapper's time is not the next record's
}

func TestTwilioStatuses(t *testing.T) {
	callback := func(status string) *dialect.Items {
		return dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), `{"MessageSid":"SM1","SmsStatus":"`+status+`","ErrorCode":"0","From":"whatsapp:+15550100007","To":"whatsapp:+15550177001","ts":1790900000}`)
	}
	for status, kind := range map[string]event.Kind{
		"queued": event.Request, "accepted": event.Request, "sending": event.Request, "sent": event.Sent,
		"delivered": event.Delivered, "read": event.Read, "failed": event.Failed, "undelivered": event.Failed, "Read": event.Read,
	} {
		dialecttest.WantEvent(t, callback(status), twilioEvent(kind, "SM1", 0))
	}
	for _, status := range []string{"canceled", "scheduled", "deleted"} {
		dialecttest.WantItems(t, callback(status), dialect.Items{Ignored: []string{"status " + status}})
	}
	dialecttest.WantItems(t, callback("pondered"), dialect.Items{Ignored: []string{"status pondered"}, Unknown: []dialect.Unknown{{What: "status", Value: "pondered"}}})
}

func TestTwilioInbound(t *testing.T) {
	want := twilioEvent(event.Inbound, "SM2", 0)
	want.Type, want.UserID = "text", "US.1000000001"
	dialecttest.WantItems(t, dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), twilioWebhook), dialect.Items{
		Events: []event.Event{want}, Links: []dialect.Link{{UserID: "US.1000000001", Phone: "15550177001"}},
	})
	for members, change := range map[string]func(*event.Event){
		`"From":"whatsapp:+15550177001","Body":""`:                                             func(*event.Event) {},
		`"From":"whatsapp:US.1000000001","SmsStatus":"received"`:                               func(e *event.Event) { e.User, e.UserID = "", "US.1000000001" },
		`"From":"whatsapp:+15550177001","NumMedia":1,"ButtonText":"","ButtonPayload":"yes"`:    func(e *event.Event) { e.Type = "button" },
		`"From":"whatsapp:+15550177001","Body":"x","ReferralSourceType":"post"`:                func(e *event.Event) { e.Referral = "post" },
		`"From":"whatsapp:+15550177001","Body":"x","ReferralCtwaClid":"ARx"`:                   func(e *event.Event) { e.Referral = "ad" },
		`"From":"whatsapp:+15550177001","Body":"x","ReferralSourceUrl":"https://example.org/"`: func(e *event.Event) { e.Referral = "unknown" },
	} {
		want := twilioEvent(event.Inbound, "SM2", 0)
		change(&want)
		dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), `{"MessageSid":"SM2","To":"whatsapp:+15550100007",`+members+`,"ts":1790900000}`), want)
	}
}

// A message that came to its end tells of the sending, too. The price, negative
// as what is taken from the balance, is of the end.
func TestTwilioMessages(t *testing.T) {
	sent := twilioEvent(event.Sent, "SM1", 0)
	for record, want := range map[string][]event.Event{
		twilioResource:   {sent, priced(twilioEvent(event.Delivered, "SM1", 2000), 19_000_000, "USD")},
		twilioBulk:       {sent, priced(twilioEvent(event.Read, "SM1", 10_000), 5_000_000, "")},
		twilioRow:        {priced(twilioEvent(event.Delivered, "SM1", 0), 5_000_000, "")},
		twilioCloudEvent: {twilioEvent(event.Read, "SM1", 0)},
	} {
		dialecttest.WantItems(t, dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), record), dialect.Items{Events: want})
	}
	undelivered := priced(twilioEvent(event.Failed, "SM1", 0), 0, "USD")
	undelivered.Error = "63024"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), twilioConsoleRow), undelivered)

	inbound := twilioEvent(event.Inbound, "SM2", 123)
	inbound.User, inbound.UserID = "", "US.1000000001"
	dialecttest.WantEvent(t, dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), twilioInboundEvent), inbound)
}

// Which dates of a message count, by its status.
func TestTwilioDates(t *testing.T) {
	const created, sent, updated = `,"dateCreated":"2026-10-02T00:13:19Z"`, `,"dateSent":"2026-10-02T00:13:20Z"`, `,"dateUpdated":"2026-10-02T00:13:22Z"`
	sending := twilioEvent(event.Sent, "SM1", 0)
	for members, want := range map[string][]event.Event{
		`"status":"undelivered"` + created + sent + updated: {sending, twilioEvent(event.Failed, "SM1", 2000)},
		`"status":"failed"` + created + sent + updated:      {twilioEvent(event.Failed, "SM1", 2000)},
		`"status":"sent"` + created + sent + updated:        {sending},
		`"status":"sent"` + created + updated:               {twilioEvent(event.Sent, "SM1", 2000)},
		`"status":"queued"` + created + updated:             {twilioEvent(event.Request, "SM1", -1000)},
		`"status":"read"` + sent:                            {twilioEvent(event.Read, "SM1", 0)},
		`"status":"read"` + created + `,"dateSent":null`:    {twilioEvent(event.Read, "SM1", -1000)},
	} {
		got := dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), `{"sid":"SM1","direction":"outbound-api","from":"whatsapp:+15550100007","to":"whatsapp:+15550177001",`+members+`}`)
		dialecttest.WantItems(t, got, dialect.Items{Events: want})
	}
	inbound := dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), `{"sid":"SM2","direction":"inbound","status":"received","to":"whatsapp:+15550100007","from":"whatsapp:+15550177001"`+created+sent+updated+`}`)
	dialecttest.WantEvent(t, inbound, twilioEvent(event.Inbound, "SM2", -1000))
}

// Until a service has chosen the number, a message has no pair; its later
// records have.
func TestTwilioRequestWithoutNumber(t *testing.T) {
	got := dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), `{"sid":"SM1","direction":"outbound-api","from":null,"to":"whatsapp:+15550177001","status":"accepted","date_created":"2026-10-02T00:13:20Z"}`)
	dialecttest.WantEvent(t, got, event.Event{Kind: event.Request, Time: dialecttest.Instant, Message: "SM1"})
}

func TestTwilioNoTraffic(t *testing.T) {
	for record, reason := range map[string]string{
		`{"MessageSid":"SM1","From":"+15550100007","To":"+15550177001","MessageStatus":"sent","ts":1790900000}`:       "message of another channel than WhatsApp",
		`{"MessageSid":"SM1","From":"messenger:1","To":"messenger:2","ChannelPrefix":"messenger","SmsStatus":"sent"}`: "message of another channel than WhatsApp",
		`{"messages":[],"first_page_uri":"/x"}`:                                                   "page without messages",
		`{"type":"com.twilio.messaging.compliance.done","time":"2026-10-02T00:13:20Z","data":{}}`: "event com.twilio.messaging.compliance.done",
		`{"type":"com.twilio.error-logs.error.logged","data":{}}`:                                 "event com.twilio.error-logs.error.logged",
	} {
		dialecttest.WantIgnored(t, dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), record), reason)
	}
}

func TestTwilioRejected(t *testing.T) {
	const pair = `"from":"whatsapp:+15550100007","to":"whatsapp:+15550177001",`
	for members, words := range map[string][]string{
		`"sid":"SM1",` + pair + `"status":"sent","date_sent":"Fri, 02 Oct 2009 00:13:20 +0000"`:  {"Twilio sent of SM1", "date_sent", "outside 2016 to 2036"},
		`"sid":"SM1",` + pair + `"status":"sent","date_sent":"bogus"`:                            {`date_sent "bogus" is no time`},
		`"sid":"SM1",` + pair + `"status":"sent","date_sent":"2026-10-02 00:13:20"`:              {"no time zone"},
		`"sid":"SM1",` + pair + `"status":"sent","date_sent":"2026-10-02T00:13:20Z","price":"x"`: {`price "x"`, "not a decimal number"},
		`"sid":"SM1",` + pair + `"date_sent":"2026-10-02T00:13:20Z"`:                             {"status of SM1 says nothing"},
		`"messageSid":"",` + pair + `"status":"sent","ts":1790900000`:                            {"has no id"},
		`"sid":"SM1","to":"whatsapp:+15550100007","direction":"inbound","ts":1790900000`:         {"names no user"},
		`"type":"com.twilio.messaging.message.sent","data":{"messageSid":"SM1"}`:                 {"sent of SM1", "no time"},
		`"type":"com.twilio.messaging.message.sent","time":"now","data":{"messageSid":"SM1"}`:    {`time "now" is no time`},
	} {
		dialecttest.WantRejected(t, dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), `{`+members+`}`), "", words...)
	}
}

// Of a page, each message is an item of its own.
func TestTwilioPage(t *testing.T) {
	got := dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), twilioPage)
	dialecttest.WantItems(t, got, dialect.Items{
		Events: []event.Event{twilioEvent(event.Sent, "SM1", 0), priced(twilioEvent(event.Delivered, "SM1", 2000), 19_000_000, "USD")},
		Rejected: []dialect.Rejection{
			{At: "messages[1]", Reason: "Twilio sent of SM3 has no place in time: webhooks of Twilio carry no time; log beside the fields when each came in, as timestamp"},
			{At: "messages[2]", Reason: "this is no object; export it again as Twilio sends it"},
		},
	})
}

// A junk date of the sending costs the sending alone.
func TestTwilioJunkSending(t *testing.T) {
	got := dialecttest.DecodeOnly(t, dialecttest.Of("twilio")(), strings.Replace(twilioBulk, `"2026-10-02T00:13:20Z"`, `"soon"`, 1))
	dialecttest.WantItems(t, got, dialect.Items{
		Events:   []event.Event{priced(twilioEvent(event.Read, "SM1", 10_000), 5_000_000, "")},
		Rejected: []dialect.Rejection{{At: "", Reason: `Twilio sent of SM1 has no place in time: date_sent "soon" is no time; write Unix seconds, Unix milliseconds or RFC 3339`}},
	})
}
