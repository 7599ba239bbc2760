package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestYCloud(t *testing.T) { checkProvider(t, dialecttest.Of("ycloud"), yCloudCases()) }

// yCloudOf is a webhook about a message of the business with these members.
func yCloudOf(members string) string {
	return `{"id":"evt_7","type":"whatsapp.message.updated","apiVersion":"v2","createTime":"2026-10-02T00:13:23.000Z","whatsappMessage":{"id":"y7",
		"wabaId":"100000000000007","from":"+15550100007","to":"+15550177001","type":"template","template":{"name":"parcel","language":{"code":"en"}},
		"createTime":"2026-10-02T00:13:18.000Z","sendTime":"2026-10-02T00:13:19.000Z","pricingCategory":"utility","pricingModel":"PMP","pricingType":"regular",
		"totalPrice":0.0068,"currency":"USD","regionCode":"US",` + members + `}}`
}

func yCloudCases() providerCases {
	base := event.Event{WABA: dialecttest.WABA, Number: "15550100007", User: "15550177001", Message: "wamid.y",
		Type: "template", Template: "parcel", Language: "en", Category: "utility", Model: "PMP", Pricing: "regular"}
	accepted, sent, delivered := base, base, base
	accepted.Kind, accepted.Time, accepted.Message = event.Request, dialecttest.Instant-2000, "y7"
	sent.Kind, sent.Time = event.Sent, dialecttest.Instant-1000
	delivered.Kind, delivered.Time = event.Delivered, dialecttest.Instant
	delivered.HasAmount, delivered.Amount, delivered.Currency = true, 6_800_000, "USD"
	before := sent
	before.Category, before.Model, before.Pricing = "", "", ""
	updated, bid, read, failed := delivered, delivered, delivered, base
	updated.Time += 1000
	read.Kind, read.UserID = event.Read, "US.7"
	bid.PriceKind = event.MaxPrice
	bid.Conversation, bid.Origin, bid.Expires = "c7", "utility", dialecttest.Instant+86400_000
	beforeBid, beforeRead, deliveredRead := before, before, before
	beforeBid.Conversation, beforeBid.Origin, beforeBid.Expires = bid.Conversation, bid.Origin, bid.Expires
	beforeRead.UserID, deliveredRead.UserID = "US.7", "US.7"
	deliveredRead.Kind, deliveredRead.Time = event.Delivered, dialecttest.Instant-500
	failed.Kind, failed.Time, failed.Error = event.Failed, dialecttest.Instant+3000, "131026"
	inbound := event.Event{Kind: event.Inbound, Time: dialecttest.Instant, WABA: dialecttest.WABA, Number: "15550100007", User: "15550177001", Message: "wamid.i",
		Type: "text", Referral: "ad"}
	echo := event.Event{Kind: event.Echo, Time: dialecttest.Instant, WABA: dialecttest.WABA, Number: "15550100007", User: "15550177001", Message: "wamid.e", Type: "text"}
	const atDelivery = `"wamid":"wamid.y","status":"delivered","deliverTime":` + instantText
	return providerCases{
		"accepted, an estimate": {record: yCloudOf(`"wamid":null,"status":"accepted"`), want: dialect.Items{Events: []event.Event{accepted}}},
		"sent, an estimate":     {record: yCloudOf(`"wamid":"wamid.y","status":"sent"`), want: dialect.Items{Events: []event.Event{sent}}},
		"delivered":             {record: yCloudOf(atDelivery), want: dialect.Items{Events: []event.Event{delivered, before}}},
		"delivered, bid": {record: yCloudOf(atDelivery + `,"bidPricingFlag":true,"conversation":{"id":"c7","type":"REGULAR","originType":"utility",
			"expireTime":"2026-10-03T00:13:20.000Z"}`), want: dialect.Items{Events: []event.Event{bid, beforeBid}}},
		"delivered, no time of it": {record: yCloudOf(`"wamid":"wamid.y","status":"delivered","updateTime":"2026-10-02T00:13:21.000Z"`),
			want: dialect.Items{Events: []event.Event{updated, before}}},
		"read, by both ids": {record: yCloudOf(`"wamid":"wamid.y","status":"read","readTime":` + instantText + `,"deliverTime":"2026-10-02T00:13:19.5Z","recipientUserId":"US.7"`),
			want: dialect.Items{Events: []event.Event{read, deliveredRead, beforeRead}, Links: []dialect.Link{{UserID: "US.7", Phone: "15550177001"}}}},
		"failed": {record: yCloudOf(`"wamid":"wamid.y","status":"failed","errorCode":"131026"`), want: dialect.Items{Events: []event.Event{failed}}},
		"bare message": {record: `{"id":"y7","wamid":"wamid.y","wabaId":"100000000000007","from":"+15550100007","to":"+15550177001","type":"template",
			"template":{"name":"parcel","language":{"code":"en"}},"status":"delivered","deliverTime":` + instantText + `,"pricingCategory":"utility",
			"pricingModel":"PMP","pricingType":"regular","totalPrice":"0.0068","currency":"usd"}`, want: dialect.Items{Events: []event.Event{delivered}}},
		"bare, delivery of no time": {record: `{"id":"y7","wabaId":"1","totalPrice":0.1,"status":"delivered","createTime":` + instantText + `}`,
			reason: "it has no deliverTime; add it"},
		"inbound": {record: `{"id":"evt_8","type":"whatsapp.inbound_message.received","apiVersion":"v2","createTime":"2026-10-02T00:13:23Z",
			"whatsappInboundMessage":{"id":"y8","wamid":"wamid.i","wabaId":"100000000000007","from":"+15550177001","to":"+15550100007",
			"sendTime":` + instantText + `,"type":"text","referral":{"source_type":"ad","ctwa_clid":"x"}}}`, want: dialect.Items{Events: []event.Event{inbound}}},
		"app echo": {record: `{"id":"evt_9","type":"whatsapp.smb.message.echoes","apiVersion":"v2","whatsappMessage":{"wamid":"wamid.e",
			"wabaId":"100000000000007","from":"+15550100007","to":"+15550177001","sendTime":` + instantText + `,"type":"text"}}`,
			want: dialect.Items{Events: []event.Event{echo}}},
		"template": {record: `{"id":"evt_6","type":"whatsapp.template.correct_category_detection","apiVersion":"v2","whatsappTemplate":{}}`,
			want: dialect.Items{Ignored: []string{"event whatsapp.template.correct_category_detection"}}},
	}
}
