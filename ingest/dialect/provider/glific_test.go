package provider_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func TestGlific(t *testing.T) { checkProvider(t, dialecttest.Of("glific"), glificCases()) }

// glificOf is a row about a message with that payload.
func glificOf(deduction, billable, payload string) string {
	return `{"id":"7","conversation_id":"c7","conversation_uuid":"x","deduction_type":"` + deduction + `","is_billable":"` + billable + `",
		"inserted_at":"2026-10-02 00:13:24 UTC","updated_at":"2026-10-02 00:13:25 UTC","message_id":"77","payload":` + payload + `}`
}

func glificCases() providerCases {
	charge := event.Event{Kind: event.Charge, Time: dialecttest.Instant, Number: "shop", User: "15550177001", Message: "g7", Conversation: "c8",
		Billable: event.True, Model: "PMP", Pricing: "regular", Category: "utility"}
	row := event.Event{Kind: event.Charge, Time: dialecttest.Instant + 4000, Message: "77", Conversation: "c7", Billable: event.True, Category: "utility"}
	free := row
	free.Billable, free.Category, free.Origin, free.Pricing = event.False, "", "referral_conversion", "free_entry_point"
	const told = `{\"app\":\"shop\",\"timestamp\":1790900000000,\"type\":\"billing-event\",\"version\":2,\"payload\":{\"deductions\":{\"type\":\"regular\",` +
		`\"model\":\"PMP\",\"source\":\"whatsapp\",\"billable\":true,\"category\":\"utility\"},` +
		`\"references\":{\"id\":\"u7\",\"gsId\":\"g7\",\"conversationId\":\"c8\",\"destination\":\"15550177001\"}}}`
	return providerCases{
		"with Gupshup's event": {record: glificOf("regular", "true", `"`+told+`"`), want: dialect.Items{Events: []event.Event{charge}}},
		"columns alone":        {record: glificOf("utility", "true", `""`), want: dialect.Items{Events: []event.Event{row}}},
		"free entry":           {record: glificOf("FEP", "false", `null`), want: dialect.Items{Events: []event.Event{free}}},
		"no time":              {record: `{"deduction_type":"UIC","is_billable":"true","message_id":"77","inserted_at":"2026-10-02T00:13:24"}`, reason: "has no time zone"},
	}
}
