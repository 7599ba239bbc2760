package verdict

import (
	"testing"
	"time"

	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/money"
	"waudit/audit/reading"
	"waudit/audit/replay"
)

// TestClaims: what the log says was charged (rules 5, "What counts as charged").
func TestClaims(t *testing.T) {
	type reported = message.Reported
	const cbp, pmp = "2023-08-10", "2026-10-10"
	for name, tt := range map[string]struct {
		day                            string
		r                              reported
		lost                           bool // it did not arrive
		again                          bool // its conversation id was seen before
		due, template, freeForm, entry bool
		partner                        reading.Tri
		want                           Charging
	}{
		"nothing said":                   {day: pmp, want: Nothing},
		"regular":                        {day: pmp, r: reported{Source: event.Delivered, Model: "PMP", Type: "regular"}, want: Charged},
		"free type":                      {day: pmp, r: reported{Source: event.Delivered, Model: "PMP", Type: "free_customer_service"}, want: Free},
		"billable without type":          {day: pmp, r: reported{Source: event.Delivered, Model: "PMP", Billable: event.True}, want: Charged},
		"not billable":                   {day: pmp, r: reported{Source: event.Delivered, Model: "PMP", Billable: event.False}, want: Free},
		"regular, and it did not arrive": {day: pmp, r: reported{Source: event.Sent, Model: "PMP", Type: "regular"}, lost: true, want: Free},
		"a price above zero":             {day: pmp, r: reported{HasAmount: true, Amount: money.Of(1)}, want: Charged},
		"a price that holds a provider's fee, and nothing is due": {day: pmp, r: reported{PriceKind: event.WithFee, HasAmount: true, Amount: money.Of(1)}, want: Nothing},
		"the same, and a charge is due":                           {day: pmp, due: true, r: reported{PriceKind: event.WithFee, HasAmount: true, Amount: money.Of(1)}, want: Charged},
		"a list price, of service":                                {day: pmp, r: reported{PriceKind: event.ListPrice, HasAmount: true, Amount: money.Of(1)}, want: Opened},
		"a list price, of a template":                             {day: pmp, template: true, r: reported{PriceKind: event.ListPrice, HasAmount: true, Amount: money.Of(1)}, want: Charged},
		"free entry":                                              {day: cbp, entry: true, r: reported{Source: event.Delivered, Model: "CBP", Billable: event.True, Conversation: "F", Origin: "referral_conversion"}, want: Free},
		"free entry, but regular":                                 {day: pmp, entry: true, r: reported{Source: event.Delivered, Model: "PMP", Type: "regular"}, want: Charged},
		"the day after the change, an id as before":               {day: "2025-07-01", again: true, r: reported{Source: event.Delivered, Billable: event.True, Conversation: "A", Category: category.Utility}, want: Free},
		"two days after":                                          {day: "2025-07-03", again: true, r: reported{Source: event.Delivered, Billable: event.True, Conversation: "A", Category: category.Utility}, want: Charged},
		"a free-form message on a template's conversation":        {day: cbp, freeForm: true, r: reported{Source: event.Delivered, Model: "CBP", Billable: event.True, Conversation: "A", Category: category.Marketing}, want: Free},
		"marketing conversation":                                  {day: cbp, r: reported{Source: event.Delivered, Model: "CBP", Billable: event.True, Conversation: "A", Category: category.Marketing}, want: Charged},
		"its second message":                                      {day: cbp, r: reported{Source: event.Delivered, Model: "CBP", Billable: event.True, Conversation: "A", Category: category.Marketing}, again: true, want: Free},
		"conversation without an id":                              {day: cbp, r: reported{Source: event.Delivered, Model: "CBP", Billable: event.True, Category: category.Marketing}, want: Nothing},
		"service: the free tier may pay":                          {day: cbp, r: reported{Source: event.Delivered, Model: "CBP", Billable: event.True, Conversation: "A", Category: category.Service}, want: Opened},
		"service with a price":                                    {day: cbp, r: reported{Source: event.Delivered, Conversation: "A", Category: category.Service, HasAmount: true, Amount: money.Of(1)}, want: Charged},
		"business-initiated, free tier":                           {day: "2022-08-10", r: reported{Source: event.Delivered, Model: "CBP", Billable: event.True, Conversation: "A", Category: category.BusinessInitiated}, want: Opened},
		"business-initiated, own, May 2023":                       {day: "2023-05-10", partner: reading.No, r: reported{Source: event.Delivered, Model: "CBP", Billable: event.True, Conversation: "A", Category: category.BusinessInitiated}, want: Charged},
		"the same through a partner":                              {day: "2023-05-10", partner: reading.Yes, r: reported{Source: event.Delivered, Model: "CBP", Billable: event.True, Conversation: "A", Category: category.BusinessInitiated}, want: Opened},
	} {
		t.Run(name, func(t *testing.T) {
			day, err := time.Parse(time.DateOnly, tt.day)
			if err != nil {
				t.Fatal(err)
			}
			facts := &era.Profile{Calendar: era.NewCalendar(time.UTC), PartnerServed: tt.partner}
			m := &message.Message{Arrived: !tt.lost, Delivered: reading.At(day.UnixMilli()), Reported: tt.r}
			if tt.template || tt.r.Category.Template() {
				m.Template = reading.Yes
			}
			if tt.freeForm {
				m.Template = reading.No
			}
			m.FreeEntryProof = tt.entry
			d := &replay.Decision{Message: m, Era: facts.Calendar.Label(day.UnixMilli(), "")}
			if got := chargingOf(d, facts, !tt.again, tt.due); got != tt.want {
				t.Errorf("claim %d, want %d", got, tt.want)
			}
		})
	}
}
