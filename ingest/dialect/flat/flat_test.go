package flat_test

import (
	"testing"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
)

func decodeFlat(t *testing.T, record string) *dialect.Items {
	t.Helper()
	if got := dialecttest.RecognisedBy(t, record); got != "flat" {
		t.Errorf("recognised by %q: %s", got, record)
	}
	return dialecttest.Decode(t, dialecttest.Of("flat")(), record)
}

func TestFlatColumns(t *testing.T) {
	got := decodeFlat(t, `{"event":"delivered","timestamp":1790900000,"waba_id":"1","phone_number_id":2,"wa_id":"+15550177001",
		"user_id":"US.1","message_id":"wamid.a","message_type":"Template","template_name":"parcel","template_category":"UTILITY",
		"template_language":"en","conversation_id":"c1","conversation_origin":"Customer-Initiated","conversation_expiration":"1790986400",
		"billable":true,"pricing_model":"pmp","pricing_type":"REGULAR","pricing_category":"authentication-international",
		"pricing_subtype":"paid_exempt","amount":"0.0034","currency":"usd","error_code":131026,"colour":"blue"}`)
	dialecttest.WantItems(t, got, dialect.Items{
		Events: []event.Event{{
			Kind: event.Delivered, Time: dialecttest.Instant, WABA: "1", Number: "2", User: "15550177001", UserID: "US.1", Message: "wamid.a",
			Type: "template", Template: "parcel", TemplateCategory: "utility", Language: "en",
			Conversation: "c1", Origin: "user_initiated", Expires: 1790986400_000,
			Billable: event.True, Model: "PMP", Pricing: "regular", Category: "authentication_international", Subtype: "paid_exempt",
			HasAmount: true, Amount: 3_400_000, Currency: "USD", Error: "131026",
		}},
		Links: []dialect.Link{{UserID: "US.1", Phone: "15550177001"}},
	})
}

// Absent is an empty cell, a missing key, or null.
func TestFlatAbsent(t *testing.T) {
	got := decodeFlat(t, `{"event":"sent","timestamp":"1790900000","wa_id":"15550177001","message_id":"","user_id":null,"billable":"",
		"pricing_category":null,"amount":"","conversation_expiration":"","message_type":"","referral_source_type":""}`)
	dialecttest.WantEvent(t, got, event.Event{Kind: event.Sent, Time: dialecttest.Instant, User: "15550177001"})
}

func TestFlatEvents(t *testing.T) {
	for name, kind := range map[string]event.Kind{
		"inbound": event.Inbound, "call": event.Call, "accepted_call": event.AcceptedCall, "request": event.Request,
		"sent": event.Sent, "delivered": event.Delivered, "read": event.Read, "failed": event.Failed,
		"echo": event.Echo, "charge": event.Charge, "played": event.Read, "accepted": event.Request,
	} {
		got := decodeFlat(t, `{"event":"`+name+`","timestamp":1790900000,"user_id":"US.1"}`)
		dialecttest.WantEvent(t, got, event.Event{Kind: kind, Time: dialecttest.Instant, UserID: "US.1"})
	}
	unknown := dialecttest.Decode(t, dialecttest.Of("flat")(), `{"event":"sneezed","timestamp":1790900000,"user_id":"US.1"}`)
	dialecttest.WantItems(t, unknown, dialect.Items{Ignored: []string{"event sneezed"}, Unknown: []dialect.Unknown{{What: "event", Value: "sneezed"}}})
}

func TestFlatValues(t *testing.T) {
	for members, change := range map[string]func(*event.Event){
		`"billable":false`:   func(e *event.Event) { e.Billable = event.False },
		`"billable":"TRUE"`:  func(e *event.Event) { e.Billable = event.True },
		`"amount":0.0034`:    func(e *event.Event) { e.HasAmount, e.Amount = true, 3_400_000 },
		`"amount":-1.5e-3`:   func(e *event.Event) { e.HasAmount, e.Amount = true, -1_500_000 },
		`"amount":12E2`:      func(e *event.Event) { e.HasAmount, e.Amount = true, 1200_000_000_000 },
		`"amount":"1.234,5"`: func(e *event.Event) { e.HasAmount, e.Amount = true, 1234_500_000_000 },
		`"amount":0`:         func(e *event.Event) { e.HasAmount = true },
		`"group_id":"g1","participant_id":"+15550177002"`:                func(e *event.Event) { e.Group, e.Participant = "g1", "15550177002" },
		`"group_id":"g1","participant_id":"US.2"`:                        func(e *event.Event) { e.Group, e.Participant = "g1", "US.2" },
		`"event":"inbound","referral_source_type":"page_cta"`:            func(e *event.Event) { e.Kind, e.Referral = event.Inbound, "page_cta" },
		`"event":"inbound","ctwa_clid":"ARx"`:                            func(e *event.Event) { e.Kind, e.Referral = event.Inbound, "ad" },
		`"event":"inbound","referral_source_type":"post","ctwa_clid":""`: func(e *event.Event) { e.Kind, e.Referral = event.Inbound, "post" },
		`"referral_source_type":"ad"`:                                    func(*event.Event) {},
		`"timestamp":"2026-10-02T02:13:20.5+02:00"`:                      func(e *event.Event) { e.Time += 500 },
		`"timestamp":1790900000123`:                                      func(e *event.Event) { e.Time += 123 },
		`"wa_id":"MY.2035"`:                                              func(e *event.Event) { e.User, e.UserID = "", "MY.2035" },
	} {
		want := event.Event{Kind: event.Delivered, Time: dialecttest.Instant, User: "15550177001", Message: "wamid.a"}
		change(&want)
		got := decodeFlat(t, `{"event":"delivered","timestamp":1790900000,"wa_id":"15550177001","message_id":"wamid.a",`+members+`}`)
		dialecttest.WantEvent(t, got, want)
	}
}

// A message of the business is joined by its id; what a user does needs a user.
func TestFlatPair(t *testing.T) {
	dialecttest.WantEvent(t, decodeFlat(t, `{"event":"read","timestamp":1790900000,"message_id":"wamid.a"}`),
		event.Event{Kind: event.Read, Time: dialecttest.Instant, Message: "wamid.a"})
	dialecttest.WantRejected(t, decodeFlat(t, `{"event":"inbound","timestamp":1790900000,"message_id":"wamid.a"}`), "",
		"flat record inbound of wamid.a", "add wa_id, user_id or group_id")
}

func TestFlatRejected(t *testing.T) {
	for members, word := range map[string]string{
		`"timestamp":"2026-10-01T10:00:00"`: "has no time zone",
		`"timestamp":"bogus"`:               "no time; write Unix seconds",
		`"timestamp":7`:                     "outside 2016 to 2036",
		`"amount":"1,234"`:                  `amount "1,234" is not a decimal number; write a decimal number with a dot`,
		`"amount":1e-10`:                    "more than nine decimals",
		`"amount":1e99`:                     "not a decimal number",
	} {
		got := decodeFlat(t, `{"event":"charge","timestamp":1790900000,"message_id":"wamid.a",`+members+`}`)
		dialecttest.WantRejected(t, got, "", "flat record charge of wamid.a", word)
	}
	dialecttest.WantRejected(t, dialecttest.Decode(t, dialecttest.Of("flat")(), `{"timestamp":1790900000}`), "", "has no event")
	dialecttest.WantRejected(t, dialecttest.Decode(t, dialecttest.Of("flat")(), `[]`), "", "a flat record is an object")
}

func TestFlatUnknownValues(t *testing.T) {
	got := decodeFlat(t, `{"event":"sent","timestamp":1790900000,"message_id":"m","billable":"maybe","pricing_category":"new_thing"}`)
	dialecttest.WantItems(t, got, dialect.Items{
		Events:  []event.Event{{Kind: event.Sent, Time: dialecttest.Instant, Message: "m", Category: "new_thing"}},
		Unknown: []dialect.Unknown{{What: "pricing.billable", Value: "maybe"}, {What: "pricing.category", Value: "new_thing"}},
	})
}

func TestTruthIsIgnored(t *testing.T) {
	dialecttest.WantIgnored(t, dialecttest.Decode(t, dialecttest.Of("simulate-truth")(), `{"check":"WA101","message_id":"wamid.a"}`), "simulate's truth")
}

// The currency that is written with an amount is the amount's.
func TestAmountInItsCurrency(t *testing.T) {
	for amount, want := range map[string]string{
		"0.05": "", "€ 0,05": "EUR", "0.05 USD": "USD", "-£1.50": "GBP", "₹0.115": "INR", "R$ 0,05": "BRL", "US$1": "USD", "$1": "", "6.8e-3": "",
	} {
		record := `{"event":"sent","timestamp":1790900000,"wa_id":"15550177001","message_id":"m1","amount":"` + amount + `"`
		got := dialecttest.DecodeOnly(t, dialecttest.Of("flat")(), record+`}`)
		if len(got.Events) != 1 || !got.Events[0].HasAmount || got.Events[0].Currency != want {
			t.Errorf("%s: %+v, %v, want %q", amount, got.Events, got.Rejected, want)
		}
		got = dialecttest.DecodeOnly(t, dialecttest.Of("flat")(), record+`,"currency":"CHF"}`)
		if want == "" {
			if len(got.Events) != 1 || got.Events[0].Currency != "CHF" {
				t.Errorf("%s in CHF: %+v, %v", amount, got.Events, got.Rejected)
			}
			continue
		}
		dialecttest.WantRejected(t, got, "", "is in "+want+" beside the currency CHF; correct one of them")
	}
}
