package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestWasapFlow(t *testing.T) { checkProvider(t, dialecttest.Of("wasapflow"), wasapFlowCases()) }

// wasapFlowOf is an envelope with that data.
func wasapFlowOf(name, data string) string {
	return `{"event":"` + name + `","waba_id":"` + dialecttest.WABA + `","phone_number_id":"` + dialecttest.Number + `","timestamp":1790900003,"data":{` + data + `},
		"meta":{"api_version":"v25","notices":[]}}`
}

func wasapFlowCases() providerCases {
	delivered := dialecttest.Base(event.Delivered, "wamid.b")
	delivered.User, delivered.UserID = "15550177001", "US.7"
	delivered.Conversation, delivered.Origin = "c7", "referral_conversion"
	delivered.Billable, delivered.Model, delivered.Pricing, delivered.Category = event.False, "PMP", "free_entry_point", "marketing"
	failed, inbound, standby, echo, agent := dialecttest.Base(event.Failed, "wamid.b"), dialecttest.Base(event.Inbound, "wamid.i"), dialecttest.Base(event.Read, "wamid.b"),
		dialecttest.Base(event.Echo, "wamid.e"), dialecttest.Base(event.Request, "wamid.a")
	for _, e := range []*event.Event{&failed, &inbound, &standby, &echo, &agent} {
		e.User = "15550177001"
	}
	failed.Error = "131026"
	inbound.Type, inbound.Referral = "text", "ad"
	echo.Type, agent.Type = "text", "template"
	agent.Template, agent.TemplateCategory, agent.Language = "parcel", "utility", "en"
	return providerCases{
		"delivered": {record: wasapFlowOf("message.delivered", `"message_id":"wamid.b","status":"delivered","recipient":"15550177001","recipient_bsuid":"US.7",
			"timestamp":1790900000,"errors":null,"pricing":{"billable":false,"pricing_model":"PMP","type":"free_entry_point","category":"marketing"},
			"conversation":{"id":"c7","origin":"referral_conversion"},"raw":{}`),
			want: dialect.Items{Events: []event.Event{delivered}, Links: []dialect.Link{{UserID: "US.7", Phone: "15550177001"}}}},
		"failed": {record: wasapFlowOf("message.failed", `"message_id":"wamid.b","recipient":"15550177001","timestamp":1790900000,"errors":[{"code":131026}],
			"pricing":null,"conversation":null`), want: dialect.Items{Events: []event.Event{failed}}},
		"inbound": {record: wasapFlowOf("message.received", `"message_id":"wamid.i","from":"15550177001","contact_wa_id":"15550177001","type":"text","timestamp":1790900000,
			"raw":{"referral":{"source_type":"ad"}}`), want: dialect.Items{Events: []event.Event{inbound}}},
		"echo": {record: wasapFlowOf("message.echo", `"message_id":"wamid.e","to":"15550177001","type":"text","timestamp":1790900000`),
			want: dialect.Items{Events: []event.Event{echo}}},
		"standby status": {record: wasapFlowOf("standby.message_status", `"message_id":"wamid.b","status":"read","recipient":"15550177001","timestamp":1790900000`),
			want: dialect.Items{Events: []event.Event{standby}}},
		"standby echo": {record: wasapFlowOf("standby.message_echo", `"message_id":"wamid.a","recipient":"15550177001","type":"template","timestamp":1790900000,
			"template":{"name":"parcel","language":"en","category":"UTILITY"}`), want: dialect.Items{Events: []event.Event{agent}}},
		"history": {record: wasapFlowOf("message.history", `"messages":[]`), want: dialect.Items{Ignored: []string{"history is no live event"}}},
		"tier":    {record: wasapFlowOf("waba.pricing_tier_updated", `"tier":"x"`), want: dialect.Items{Ignored: []string{"event waba.pricing_tier_updated"}}},
		"category": {record: wasapFlowOf("template.category_updated", `"template_id":7,"template_name":"parcel","language":"en","previous_category":"UTILITY","new_category":"MARKETING"`),
			want: dialect.Items{Changes: []event.Change{{Kind: event.TemplateCategory, Time: dialecttest.Instant + 3000, WABA: dialecttest.WABA, Template: "parcel", Language: "en", Previous: "utility", New: "marketing"}}}},
		"category of nothing": {record: wasapFlowOf("template.category_updated", `"template_id":7`), at: "data", reason: "lacks template_name or new_category"},
		"no time":             {record: wasapFlowOf("message.read", `"message_id":"wamid.b"`), at: "data", reason: "it has no timestamp"},
		"no status":           {record: wasapFlowOf("standby.message_status", `"message_id":"wamid.b","timestamp":1790900000`), at: "data", reason: "says nothing"},
	}
}
