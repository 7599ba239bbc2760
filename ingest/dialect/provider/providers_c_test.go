package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestMSG91(t *testing.T)  { checkProvider(t, dialecttest.Of("msg91"), msg91Cases()) }
func TestTelnyx(t *testing.T) { checkProvider(t, dialecttest.Of("telnyx"), telnyxCases()) }
func TestBrevo(t *testing.T)  { checkProvider(t, dialecttest.Of("brevo"), brevoCases()) }

func msg91Cases() providerCases {
	const ids = `"uuid":"u7","requestId":"r7","integratedNumber":"15550100007","customerNumber":"15550177001","messageType":"template"`
	delivered := event.Event{
		Kind: event.Delivered, Time: dialecttest.Instant, Message: "u7", Number: "15550100007", User: "15550177001", Type: "template",
		Template: "order_update", Origin: "utility", HasAmount: true, Amount: 6_800_000,
	}
	return providerCases{
		"delivered": {record: `{` + ids + `,"direction":"outbound","templateName":"order_update","status":"delivered","price":"0.0068","origin":"utility","statusUpdatedAt":` + instantText + `}`,
			want: dialect.Items{Events: []event.Event{delivered}}},
		"no time": {record: `{` + ids + `,"status":"read"}`, reason: "has no place in time"},
	}
}

func telnyxCases() providerCases {
	record := func(name, status string) string {
		return `{"data":{"event_type":"` + name + `","occurred_at":` + instantText + `,"payload":{"id":"t7","type":"WhatsApp","from":{"phone_number":"+15550100007"},
			"to":[{"phone_number":"+15550177001","status":"` + status + `"}],"cost":{"amount":"0.0068","currency":"USD"}}}}`
	}
	sent := event.Event{Kind: event.Sent, Time: dialecttest.Instant, Message: "t7", Number: "15550100007", User: "15550177001", HasAmount: true, Amount: 6_800_000, Currency: "USD"}
	failed := sent
	failed.Kind = event.Failed
	return providerCases{
		"sent":   {record: record("message.sent", "sent"), want: dialect.Items{Events: []event.Event{sent}}},
		"failed": {record: record("message.finalized", "delivery_failed"), want: dialect.Items{Events: []event.Event{failed}}},
		"inbound": {record: record("message.received", "webhook_delivered"),
			want: dialect.Items{Events: []event.Event{{Kind: event.Inbound, Time: dialecttest.Instant, Message: "t7", Number: "15550177001", User: "15550100007"}}}},
	}
}

func brevoCases() providerCases {
	record := func(name string) string {
		return `{"contactNumber":"15550177001","date":` + instantText + `,"messageId":"b7","event":"` + name + `","senderNumber":"15550100007"}`
	}
	read := event.Event{Kind: event.Read, Time: dialecttest.Instant, Message: "b7", Number: "15550100007", User: "15550177001"}
	reply := read
	reply.Kind = event.Inbound
	return providerCases{
		"read":  {record: record("read"), want: dialect.Items{Events: []event.Event{read}}},
		"reply": {record: record("reply"), want: dialect.Items{Events: []event.Event{reply}}},
	}
}

// A message to a group is charged for each member that it is delivered to.
func TestYCloudGroup(t *testing.T) {
	record := func(status, more string) string {
		return `{"type":"whatsapp.group.message.updated","apiVersion":"v2","whatsappGroupMessage":{"id":"g7","wamid":"wamid.G7","wabaId":"7001","phoneNumberId":"8001","groupId":"G1",
			"status":"` + status + `","statusTime":` + instantText + more + `}}`
	}
	want := event.Event{
		Kind: event.Delivered, Time: dialecttest.Instant, Message: "wamid.G7", WABA: "7001", Number: "8001", Group: "G1", Participant: "US.77",
		Pricing: "regular", Category: "group_marketing", HasAmount: true, Amount: 25_000_000, Currency: "USD",
	}
	got := dialecttest.Decode(t, dialecttest.Of("ycloud")(), record("delivered", `,"recipientUserId":"US.77","pricingType":"regular","pricingCategory":"group_marketing","totalPrice":0.025,"currency":"USD"`))
	dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{want}})
	got = dialecttest.Decode(t, dialecttest.Of("ycloud")(), record("expired", `,"to":"+15550177003"`))
	dialecttest.WantItems(t, got, dialect.Items{Events: []event.Event{{Kind: event.Failed, Time: dialecttest.Instant, Message: "wamid.G7", WABA: "7001", Number: "8001", Group: "G1", Participant: "15550177003"}}})
}

func TestAWSEvents(t *testing.T) { checkProvider(t, dialecttest.Of("aws"), awsCases()) }
func TestExotel(t *testing.T)    { checkProvider(t, dialecttest.Of("exotel"), exotelCases()) }
func TestKaleyraReport(t *testing.T) {
	checkProvider(t, dialecttest.Of("kaleyra-report"), kaleyraReportCases())
}

func awsCases() providerCases {
	record := func(name, more string) string {
		return `{"source":"aws.social-messaging","detail-type":"` + name + `","time":"2026-10-02T00:13:24Z","detail":{"wabaId":"7001","originationPhoneNumberId":"8001","messageId":"a7","eventTimestamp":` + instantText + more + `}}`
	}
	return providerCases{
		"failed": {record: record("WhatsApp Message Failed", `,"status":"failed","errors":[{"code":131026}]`),
			want: dialect.Items{Events: []event.Event{{Kind: event.Failed, Time: dialecttest.Instant, Message: "a7", WABA: "7001", Number: "8001", Error: "131026"}}}},
		"inbound":   {record: record("WhatsApp Message Received", ""), reason: "names no user"},
		"other":     {record: record("WhatsApp Template Approved", ""), want: dialect.Items{Ignored: []string{"event WhatsApp Template Approved"}}},
		"a new one": {record: record("WhatsApp Message Priced", `,"pricing":{"billable":true}`), reason: "is not known, and has a price of a message"},
	}
}

func exotelCases() providerCases {
	record := func(more string) string {
		return `{"whatsapp":{"messages":[{"sid":"x7","timestamp":` + instantText + `,` + more + `}]}}`
	}
	return providerCases{
		"read": {record: record(`"callback_type":"dlr","to":"+15550177001","exo_status_code":30003,"exo_detailed_status":"EX_MESSAGE_SEEN"`),
			want: dialect.Items{Events: []event.Event{{Kind: event.Read, Time: dialecttest.Instant, Message: "x7", User: "15550177001", Error: "30003"}}}},
		"inbound": {record: record(`"callback_type":"icm","from":"+15550177001","to":"+15550100007","content":{"type":"text"}`),
			want: dialect.Items{Events: []event.Event{{Kind: event.Inbound, Time: dialecttest.Instant, Message: "x7", Number: "15550100007", User: "15550177001", Type: "text"}}}},
		"another": {record: record(`"callback_type":"call"`), want: dialect.Items{Ignored: []string{"event call"}}},
	}
}

func kaleyraReportCases() providerCases {
	const row = `"WABA ID":"7001","WHATSAPP_ID":"k7:0","FROM":"+15550100007","TO":"+15550177001","FORMAT":"template","TEMPLATE_NAME":"order_update",`
	read := event.Event{Kind: event.Read, Time: dialecttest.Instant, Message: "k7:0", WABA: "7001", Number: "15550100007", User: "15550177001", Type: "template", Template: "order_update"}
	sent := read
	sent.Kind, sent.Time = event.Sent, dialecttest.Instant-1000
	return providerCases{
		"read": {record: `{` + row + `"MESSAGE_DIRECTION":"false","SENT_AT":` + `"2026-10-02T00:13:19Z"` + `,"SEEN_AT":` + instantText + `}`,
			want: dialect.Items{Events: []event.Event{read, sent}}},
		"inbound": {record: `{"WHATSAPP_ID":"k8:0","FROM":"+15550177001","TO":"+15550100007","MESSAGE_DIRECTION":"true","CREATED_AT":` + instantText + `}`,
			want: dialect.Items{Events: []event.Event{{Kind: event.Inbound, Time: dialecttest.Instant, Message: "k8:0", Number: "15550100007", User: "15550177001"}}}},
	}
}

// What is known and of no use is told by name, and never misread.
func TestOfNoUse(t *testing.T) {
	for name, records := range map[string][]string{
		"braze":           {`{"event_type":"users.messages.whatsapp.Delivery","dispatch_id":"d7","time":1790900000}`, `{"DISPATCH_ID":"d7","TO_PHONE_NUMBER":"+15550177001","BSUID":"US.7","TIME":"1790900000"}`},
		"frappe":          {`{"ID":"f7","Type":"Outgoing","To":"15550177001","Message ID":"wamid.f","Use Template":"1","Status":"delivered","Creation":"2026-10-02 00:13:20.1"}`},
		"twilio-usage":    {`{"usage_records":[{"category":"channels-whatsapp","count_unit":"messages","usage_unit":"messages","price":"0.06"}]}`, `{"Category":"channels-whatsapp","CountUnit":"messages","UsageUnit":"messages","Price":"0.06"}`},
		"360dialog-usage": {`{"balance":12.3,"usage":[{"period_date":"2026-10-01T00:00:00Z","paid_quantity":7,"total_price":0.62}]}`},
		"aws-cost":        {`{"lineItem/ProductCode":"AWSEndUserMessagingSocial","lineItem/UsageAmount":"120","lineItem/UnblendedCost":"0.816"}`},
	} {
		for _, record := range records {
			got := dialecttest.Decode(t, dialecttest.Of(name)(), record)
			if len(got.Events) > 0 || len(got.Ignored)+len(got.Rejected) != 1 {
				t.Errorf("%s: %+v", name, got)
			}
			if unusable := name == "braze" || name == "frappe"; unusable != (len(got.Rejected) == 1) {
				t.Errorf("%s: %+v", name, got)
			}
		}
	}
}
