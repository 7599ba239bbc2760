package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestAlibaba(t *testing.T) { checkProvider(t, dialecttest.Of("alibaba"), alibabaCases()) }

func alibabaCases() providerCases {
	failed := event.Event{Kind: event.Failed, Time: dialecttest.Instant, Number: "15550100007", User: "15550177001", Message: "a7",
		Type: "template", Template: "parcel", Language: "en", Error: "131026"}
	delivered := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, Number: "15550100007", User: "15550177001", Message: "a7",
		Type: "text", Conversation: "c7", Category: "service"}
	inbound := event.Event{Kind: event.Inbound, Time: dialecttest.Instant, WABA: dialecttest.WABA, Number: "15550100007", User: "15550177001", UserID: "US.7", Message: "a8", Type: "text"}
	return providerCases{
		"failed": {record: `{"MessageId":"a7","To":"15550177001","From":"15550100007","Status":"Failed","StatusDescription":"x","Timestamp":"1790900000000",
			"ErrorCode":"131026","ErrorDescription":"x","MsgFrameType":"template","Type":"TEMPLATE","TemplateName":"parcel","Language":"en"}`,
			want: dialect.Items{Events: []event.Event{failed}}},
		"delivered": {record: `{"MessageId":"a7","To":"15550177001","From":"15550100007","Status":"Delivered","StatusDescription":"x","Timestamp":1790900000000,
			"MsgFrameType":"message","Type":"TEXT","ConversationId":"c7","ConversationType":"service"}`, want: dialect.Items{Events: []event.Event{delivered}}},
		"inbound": {record: `{"MessageId":"a8","From":"+15550177001","FromUserId":"US.7","To":"+15550100007","DisplayName":"A","Type":"TEXT","Message":"x",
			"Timestamp":1790900000000,"Name":"A","WabaId":"` + dialecttest.WABA + `"}`,
			want: dialect.Items{Events: []event.Event{inbound}, Links: []dialect.Link{{UserID: "US.7", Phone: "15550177001"}}}},
		"no status": {record: `{"MessageId":"a7","To":"1","From":"2","Timestamp":"1790900000000","StatusDescription":"x"}`, reason: "says nothing"},
	}
}

// SNS writes its keys in the same way.
func TestAlibabaIsNotSNS(t *testing.T) {
	if dialecttest.Of("alibaba")().Recognise(dialecttest.Parse(t, `{"Type":"Notification","MessageId":"x","TopicArn":"x","Message":"x","Timestamp":`+instantText+`}`)) {
		t.Error("Alibaba claims a notification of SNS")
	}
}
