package check

import (
	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/result"
)

// wa203 is pricing-contradiction.
var wa203 = Check{
	ID: "WA203", Name: "pricing-contradiction", Severity: result.Error, Clause: "5",
	Needs: []Seen{SeenPricing}, Records: [][]string{{"pricing"}},
	Doc: Doc{
		Title: "type, category and billable contradict each other",
		Means: "billable is true exactly when the type is regular; free_customer_service never goes with marketing or authentication, nor with utility from October 2026 on; regular never goes with service before October 2026. Reported only where no other check explains the charge.",
		Wrong: "type regular with billable false",
		Right: "type free_customer_service with category utility in August 2025",
		Since: "from 2025-07-01; for 26 hours around a change both sides may occur", Source: statusDoc,
	},
	Message: func(c *MessageView) *Hit {
		why := c.contradiction()
		if why == (Text{}) || !c.Message.Arrived || c.Accused() != nil || c.Verdict == result.Overcharge || c.Verdict == result.Undercharge {
			return nil
		}
		return &Hit{Explanation: why}
	},
}

// contradiction puts into words which invariant of rules 5 the pricing
// breaks, no text if none.
func (c *MessageView) contradiction() Text {
	r := &c.Message.Reported
	if r.Model != "PMP" && r.Model != "" || r.Type == "" {
		return Text{}
	}
	base := r.Category.Base()
	switch {
	case r.Type == "regular" && r.Billable == event.False:
		return RegularNotBillable.Say()
	case r.Type != "regular" && r.Billable == event.True:
		return BillableNotRegular.Say(r.Type)
	case r.Type == "free_customer_service" && (base == category.Marketing || base == category.Authentication):
		return FreeServiceNever.Say(r.CategoryWord)
	case r.Type == "free_customer_service" && base == category.Utility:
		if before, after := c.eras(); before.PerMessage() && !before.UtilityFree && !after.UtilityFree {
			return FreeServiceNoUtility.Say()
		}
	case r.Type == "regular" && base == category.Service:
		if before, after := c.eras(); !before.ServiceCharged && !after.ServiceCharged {
			return RegularService.Say()
		}
	}
	return Text{}
}
