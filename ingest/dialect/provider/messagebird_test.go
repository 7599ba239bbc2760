package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestMessageBird(t *testing.T) {
	checkProvider(t, dialecttest.Of("messagebird"), messageBirdCases())
}

// birdMessageOf is an event of the Conversations API about a message with these
// members and times.
func birdMessageOf(name, message string) string {
	return `{"type":"` + name + `","contact":{"id":"c7"},"conversation":{"id":"v7","status":"active"},"message":{"id":"b7",
		"platform":"whatsapp","createdDatetime":"2026-10-02T00:13:19Z","updatedDatetime":` + instantText + `,` + message + `}}`
}

func messageBirdCases() providerCases {
	delivered := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, Number: "15550100007", User: "15550177001", Message: "b7"}
	template := delivered
	template.Type, template.Template, template.Language = "template", "parcel", "en"
	request := delivered
	request.Kind, request.Time = event.Request, dialecttest.Instant-1000
	failed := delivered
	failed.Kind, failed.Error = event.Failed, "470"
	inbound := request
	inbound.Kind, inbound.Type = event.Inbound, "text"
	report := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, User: "15550177001", Message: "r7", HasAmount: true, Amount: 7_000_000, Currency: "EUR"}
	bird := event.Event{Kind: event.Inbound, Time: dialecttest.Instant, Number: "15550100007", User: "15550177001", UserID: "US.7", Message: "d7", Type: "text"}
	birdRead := bird
	birdRead.Kind, birdRead.Type, birdRead.Number = event.Read, "template", "ch7"
	link := []dialect.Link{{UserID: "US.7", Phone: "15550177001"}}
	const ends = `"from":"+15550100007","to":"+15550177001","direction":"sent"`
	return providerCases{
		"delivered": {record: birdMessageOf("message.updated", ends+`,"status":"delivered"`), want: dialect.Items{Events: []event.Event{delivered}}},
		"template": {record: birdMessageOf("message.updated", ends+`,"status":"delivered","type":"hsm",
			"content":{"hsm":{"templateName":"parcel","language":{"policy":"deterministic","code":"en"}}}`),
			want: dialect.Items{Events: []event.Event{template}}},
		"accepted": {record: birdMessageOf("message.created", ends+`,"status":"accepted"`), want: dialect.Items{Events: []event.Event{request}}},
		"failed": {record: birdMessageOf("message.updated", ends+`,"status":"failed","error":{"code":470,"description":"x"}`),
			want: dialect.Items{Events: []event.Event{failed}}},
		"inbound": {record: birdMessageOf("message.created", `"from":"+15550177001","to":"+15550100007","direction":"received","status":"received","type":"text"`),
			want: dialect.Items{Events: []event.Event{inbound}}},
		"inbound, updated": {record: birdMessageOf("message.updated", `"from":"+15550177001","direction":"received","status":"read"`),
			want: dialect.Items{Ignored: []string{"event message.updated"}}},
		"other platform": {record: birdMessageOf("message.updated", ends+`,"platform":"sms","status":"delivered"`),
			want: dialect.Items{Ignored: []string{"channel sms"}}},
		"conversation": {record: `{"type":"conversation.updated","contact":{},"conversation":{"id":"v7"}}`,
			want: dialect.Items{Ignored: []string{"event conversation.updated"}}},
		"no id":     {record: birdMessageOf("message.updated", `"id":"","status":"read"`), at: "message", reason: "has no id"},
		"no status": {record: birdMessageOf("message.updated", ends), at: "message", reason: "says nothing"},
		"no time":   {record: birdMessageOf("message.updated", ends+`,"status":"read","updatedDatetime":null`), at: "message", reason: "it has no updatedDatetime; add it"},
		"report from a form": {record: `{"id":"r7","reference":"x","recipient":"15550177001","status":"delivered","statusDatetime":"2026-10-02T02:13:20+02:00",
			"price[amount]":"0.0070","price[currency]":"eur","mccmnc":"31038"}`, want: dialect.Items{Events: []event.Event{report}}},
		"report with a bad price": {record: `{"id":"r7","recipient":"15550177001","status":"delivered","statusDatetime":` + instantText + `,"price[amount]":"1,234"}`,
			reason: `has the price "1,234", which is not a decimal number`},
		"Bird, inbound": {record: `{"service":"channels","event":"whatsapp.inbound","payload":{"id":"d7","status":"delivered","direction":"incoming",
			"sender":{"contact":{"identifierKey":"phonenumber","identifierValue":"+15550177001"}},"receiver":{"connector":{"identifierValue":"+15550100007"}},
			"body":{"type":"text"},"meta":{"extraInformation":{"timestamp":"1790900000","whatsappbsuid":"US.7"}},"createdAt":"2026-10-02T00:13:25Z"}}`,
			want: dialect.Items{Events: []event.Event{bird}, Links: link}},
		"Bird, read": {record: `{"service":"channels","event":"whatsapp.outbound","payload":{"id":"d7","channelId":"ch7","status":"read","lastStatusAt":` + instantText + `,
			"sender":{"connector":{"identifierValue":"+15550100007"}},"receiver":{"contacts":[{"identifierValue":"+15550177001"}]},
			"body":{"type":"template"},"meta":{"extraInformation":{"whatsappbsuid":"US.7"}}}}`,
			want: dialect.Items{Events: []event.Event{birdRead}, Links: link}},
		"Bird, other channel": {record: `{"service":"channels","event":"sms.outbound","payload":{"id":"d7"}}`,
			want: dialect.Items{Ignored: []string{"event sms.outbound"}}},
	}
}
