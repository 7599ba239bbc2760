package check

import (
	"waudit/audit/era"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// wa202 is wrong-pricing-model.
var wa202 = Check{
	ID: "WA202", Name: "wrong-pricing-model", Severity: result.Error, Clause: "5",
	Needs: []Seen{SeenPricing}, Records: [][]string{{"pricing"}},
	Doc: Doc{
		Title: "charged by the pricing model of another era",
		Means: "Until 2025-06-30 conversations were charged (pricing_model CBP), since then messages (PMP). CBP after the change is right only for a utility template in a utility conversation that was open at the change, for a day.",
		Wrong: "a status of September 2025 says pricing_model CBP and billable true",
		Right: "a utility template of 2025-07-01 10:00 in a conversation opened on 2025-06-30",
		Since: "every era; for 26 hours around a change both models may occur", Source: statusDoc,
	},
	Message: func(c *MessageView) *Hit {
		if c.Charging != verdict.Charged && c.Charging != verdict.Opened || !c.Message.Arrived {
			return nil
		}
		before, after := c.eras() // near a change either model may stand there
		model, want := c.Message.Reported.Model, before.Model
		if want != after.Model || want == "" || model == "" || model == want {
			return nil
		}
		return &Hit{Explanation: OtherModel.Say(model, want)}
	},
}

// grace is for how long around a change the fields of both sides may occur
// (rules 5), in milliseconds.
const grace = 26 * era.Hour

// eras returns the first and the last era that the charge instant lies in, the grace
// allowed for.
func (c *MessageView) eras() (before, after *era.Era) {
	return c.Pair.Facts.Calendar.Around(c.wide(), c.Pair.Country)
}

func (c *MessageView) wide() reading.Span {
	at := c.Message.Delivered
	return reading.Span{Lo: at.Lo - grace, Hi: at.Hi + grace, Why: reading.Edge}
}
