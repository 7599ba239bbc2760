package check

import (
	"waudit/audit/era"
	"waudit/audit/outcome"
	"waudit/audit/result"
)

// wa104 is free-entry-window.
var wa104 = Check{
	ID: "WA104", Name: "free-entry-window", Severity: result.Error,
	Needs: []Seen{SeenPricing, SeenOwnPricing}, Records: [][]string{toldCharge()},
	Doc: Doc{
		Title: "charged inside a proven free entry point window",
		Means: "A user who writes through a click-to-WhatsApp ad or a page button, and is answered within 24 hours, opens a window of 72 hours (24 before March 2023) in which every message is free. It is an error where a status of the pair proves the window, and a warning where only the user's referral speaks for it: a click on a desktop does not qualify.",
		Wrong: "the ad is answered on Monday at 10:00, the answer is reported free_entry_point, and a marketing template on Tuesday at 10:00 is charged",
		Right: "the same template on Thursday at 10:00, when the 72 hours are over; or the ad was answered after more than 24 hours",
		Since: "every era; the length is 72 hours since 2023-03-01", Source: pricingDoc,
	},
	Accuses: &Accusation{
		Of:             []outcome.Code{outcome.FreeEntryPoint, outcome.CoveredFreeEntry},
		WithoutInbound: true,
		Why: func(c *MessageView) Text {
			w, at := &c.Window, c.Message.Delivered
			switch {
			case w.ByMessage == int32(c.Index):
				return AnswersFreeEntry.Say()
			case w.Kind == era.FreeEntryWindow && w.Start <= at.Lo && at.Hi < w.End:
				return InFreeEntry.Say(stamp(w.Start), stamp(w.End))
			case c.Message.FreeEntryProof:
				return SaidFreeEntry.Say()
			}
			return FreeEitherWay.Say(c.outcomes())
		},
		Perhaps: func(*MessageView) Text { return MayBeFreeEntry.Say() },
	},
}
