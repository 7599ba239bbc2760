package audit_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/result"
	"waudit/audit/window"
)

// rule says why what a phrase claims is not true of a finding, "" if it is.
type rule func(*facts) string

var rules = map[check.Phrase]rule{
	check.ChargedAs: func(x *facts) string {
		return fail(x.Reported.Category == x.values[0] && (x.Check == "WA201" || !has(x.own, hasLine)), "reported as %q", x.Reported.Category)
	},
	check.Charged: and(what, is("no category is reported", func(x *facts) bool { return x.Reported.Category == "" && !has(x.own, hasLine) })),
	check.BilledAs: and(what, is("the bill names it", func(x *facts) bool {
		return has(x.own, lineSays(x.values[1])) || has(x.own, hasLine) && x.Reported.Category == x.values[1] &&
			!has(x.own, func(e *event.Event) bool { return e.BillLine() && e.Category != "" })
	})),
	check.Billed: and(what, is("the bill names no category", func(x *facts) bool {
		return has(x.own, hasLine) && !has(x.own, func(e *event.Event) bool { return e.BillLine() && e.Category != "" })
	})),
	check.OpenedAs: is("it carries a new conversation id", func(x *facts) bool { return x.opens() && x.Reported.Category == x.values[0] }),
	check.Opened:   is("it carries a new conversation id", func(x *facts) bool { return x.opens() && x.Reported.Category == "" }),
	check.ListPrice: and(what, is("a list price is stated", func(x *facts) bool {
		return has(x.own, func(e *event.Event) bool { return e.PriceKind == event.ListPrice && e.HasAmount })
	})),

	check.CoveredByCategory: func(x *facts) string {
		return cmp.Or(fail(x.values[0] == x.Category, "category %s", x.Category), x.names(x.values[1], x.values[2]))
	},
	check.CoveredByAny: func(x *facts) string { return x.names(x.values[0], x.values[1]) },
	check.CoveredByUtility: func(x *facts) string {
		change := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
		return cmp.Or(x.names("", x.values[0]), fail(x.opened.Before(change.Add(anywhere)), "opened at %s", x.opened))
	},
	check.InFreeEntry: func(x *facts) string { return x.names(x.values[0], x.values[1]) },
	check.AnswersFreeEntry: is("it opened the window, after a click", func(x *facts) bool {
		return x.Window.OpenedBy == x.Message && has(x.pair, func(e *event.Event) bool { return e.Referral != "" && !time.UnixMilli(e.Time).After(x.charged) })
	}),
	check.SaidFreeEntry: is("so says a status", func(x *facts) bool { return has(x.own, saysFreeEntry) }),
	check.InServiceWindow: is("sent and delivered inside", func(x *facts) bool {
		at, ok := x.sent()
		return x.inWindow(x.charged) && (!ok || x.inWindow(at))
	}),
	check.ServiceFree:          and(is("no template", func(x *facts) bool { return x.Category == "service" || x.Category == "group_service" }), between("2024-11-01", "2026-10-01")),
	check.OnlyTemplatesCharged: between("2000-01-01", "2022-02-01"),
	check.InNumberTier:         and(inMonth, is("a message of the tier", func(x *facts) bool { return x.Expected.Reason == "free_tier" && strings.HasPrefix(x.Era, "pmp") })),
	check.InAccountTier:        and(inMonth, is("a conversation of the tier", func(x *facts) bool { return x.Expected.Reason == "free_tier" && strings.HasPrefix(x.Era, "cbp") })),
	check.Failed:               is("failed", func(x *facts) bool { return failed(x.own) && !arrived(x.own) }),
	check.FailedWith: is("failed with it", func(x *facts) bool {
		return !arrived(x.own) && has(x.own, func(e *event.Event) bool { return e.Kind == event.Failed && e.Error == x.values[0] })
	}),
	check.NeverDelivered: is("complete, and no end", func(x *facts) bool { return !failed(x.own) && !arrived(x.own) && x.account.CompleteFrom != nil }),
	check.Reaction:       is("a reaction", func(x *facts) bool { return has(x.own, func(e *event.Event) bool { return e.Type == "reaction" }) }),
	check.AppMessage:     is("an app message", func(x *facts) bool { return kinds(x.own, event.Echo) }),
	check.ExemptAccount:  is("exempt", func(x *facts) bool { return x.account.Exempt != nil && *x.account.Exempt }),
	check.FreeEitherWay: and(outcomes, is("none is a charge", func(x *facts) bool {
		return x.Verdict == result.Overcharge && !slices.ContainsFunc(x.candidates(), func(c string) bool { return strings.HasPrefix(c, "charge") })
	})),

	check.MayBeCovered:         may("covered:open_conversation"),
	check.MayBeFreeEntry:       may("free:free_entry_point", "covered:free_entry_point"),
	check.MayBeInServiceWindow: may("free:customer_service_window"),
	check.MayBeServiceFree:     may("free:service"),
	check.MayBeInTier:          and(may("free:free_tier"), inMonth),
	check.MayBeUndelivered:     may("undelivered:failed", "undelivered:never_delivered"),
	check.SentInServiceWindow: is("sent inside, delivered outside", func(x *facts) bool {
		at, ok := x.sent()
		return ok && x.inWindow(at) && !x.inWindow(x.charged)
	}),
	check.DeliveredInServiceWindow: is("sent outside, delivered inside", func(x *facts) bool {
		at, ok := x.sent()
		return ok && !x.inWindow(at) && x.inWindow(x.charged)
	}),
	check.SentInFreeEntry: is("sent inside, delivered after", func(x *facts) bool {
		at, ok := x.sent()
		return ok && x.within(at) && !x.charged.Before(x.expires)
	}),
	check.DeliveredInFreeEntry: is("sent before, delivered inside", func(x *facts) bool {
		at, ok := x.sent()
		return ok && at.Before(x.opened) && x.within(x.charged)
	}),
	check.LateFreeEntry: is("so long after 72 hours of a window from the change on", func(x *facts) bool {
		change := time.Date(2026, 9, 28, 0, 0, 0, 0, time.UTC)
		late, unit := x.charged.Sub(x.opened)-3*day, time.Hour
		if late < time.Hour {
			unit = time.Minute
		}
		return !x.opened.Before(change.Add(-anywhere)) && late >= 0 && !x.charged.Before(x.expires) && strings.HasPrefix(x.values[0], fmt.Sprint(int64(late/unit), " "))
	}),
	check.DoubtfulOpener: is("only that in the day before", func(x *facts) bool {
		at, _ := x.sent()
		return !x.inWindow(at) && !x.inWindow(x.charged) && has(x.pair, func(e *event.Event) bool {
			return e.Kind == event.Inbound && e.Type == x.values[0] && x.charged.Sub(time.UnixMilli(e.Time)) < 2*day
		})
	}),
	check.TemplateInWindow2022: and(because("open_rule"), between("2000-01-01", "2022-02-01")),

	check.ShowsNoEnd: is("no end", func(x *facts) bool { return !arrived(x.own) && !failed(x.own) }),
	check.PricedBeforeFailure: is("failed after a price at the sending", func(x *facts) bool {
		return failed(x.own) && !arrived(x.own) && has(x.own, func(e *event.Event) bool { return e.Kind == event.Sent && e.HasAmount })
	}),
	check.NoDeliveriesInLog: is("failed, and nothing was delivered", func(x *facts) bool {
		return failed(x.own) && !arrived(x.own) && !has(x.pair, func(e *event.Event) bool { return e.Kind == event.Delivered })
	}),
	check.PricingDisagrees:   is("disagreeing statuses", func(x *facts) bool { return disagree(x.own) }),
	check.DeliveredAndFailed: is("both", func(x *facts) bool { return arrived(x.own) && failed(x.own) }),
	check.OtherContradicts:   another("contradicts itself", func(own []*event.Event) bool { return arrived(own) && failed(own) || disagree(own) }),
	check.SentPricingOnly: is("pricing on sent alone", func(x *facts) bool {
		return has(x.own, func(e *event.Event) bool { return e.Kind == event.Sent && saysPrice(e) }) && !has(x.own, func(e *event.Event) bool { return e.Kind != event.Sent && saysPrice(e) })
	}),
	check.KindUnknown: is("no type, or a template of no category", func(x *facts) bool {
		return !has(x.own, func(e *event.Event) bool { return e.Type != "" && e.Type != "template" || e.TemplateCategory != "" })
	}),
	check.TemplateMayBe: is("a change or a list that names each", func(x *facts) bool {
		for _, cat := range strings.Split(strings.ReplaceAll(x.values[0], " or ", ", "), ", ") {
			if !x.mayHaveBeen(cat) {
				return false
			}
		}
		return x.Template != ""
	}),
	check.MayBeLite: and(because("category_unknown"), between("2024-10-15", "2025-07-01"), is("marketing", func(x *facts) bool {
		return has(x.pair, func(e *event.Event) bool { return e.TemplateCategory == "marketing" || e.Category == "marketing" })
	})),
	check.MayBeDirectSend: is("a type, and that category", func(x *facts) bool {
		return x.Reported.Category == x.values[0] && has(x.own, func(e *event.Event) bool { return e.Type != "" && e.Type != "template" })
	}),
	check.CountryUnknown: because("category_unknown"),
	check.OtherCategoryUnknown: and(because("category_unknown"), another("has no category, or one that its type does not have", func(own []*event.Event) bool {
		isFreeForm := has(own, func(e *event.Event) bool { return e.Type != "" && e.Type != "template" })
		asTemplate := has(own, func(e *event.Event) bool { return category.Of(e.Category).Template() })
		return !isFreeForm && !has(own, func(e *event.Event) bool { return e.TemplateCategory != "" }) || isFreeForm && asTemplate
	})),
	check.WindowBeginUnknown:   because("inbound_missing"),
	check.ZoneNotSet:           and(because("zone_unknown"), is("not configured", func(x *facts) bool { return x.account.Timezone == "" })),
	check.ZoneNotStated:        and(because("zone_unknown"), is("configured", func(x *facts) bool { return x.account.Timezone != "" })),
	check.DeliveryTimeUnknown:  is("read, and not delivered", func(x *facts) bool { return kinds(x.own, event.Read) && !kinds(x.own, event.Delivered) }),
	check.OtherDeliveryUnknown: and(because("delivery_time_unknown"), another("exists", func([]*event.Event) bool { return true })),
	check.SentTimeUnknown:      is("no sending", func(x *facts) bool { return !kinds(x.own, event.Sent) }),
	check.SentAfterDelivery: is("sent after it arrived", func(x *facts) bool {
		at, ok := x.sent()
		return ok && at.After(x.charged)
	}),
	check.OtherSendingUnknown: and(because("sent_time_unknown"), another("has no sending", func(own []*event.Event) bool { return !kinds(own, event.Sent) })),
	check.NearWindowEnd: func(x *facts) string {
		at, _ := x.sent()
		tolerance := x.tolerance
		if has(x.own, byReceipt) {
			tolerance = time.Hour
		}
		near := func(t time.Time) bool { return t.Sub(x.expires).Abs() <= tolerance }
		kind := map[string]string{"customer_service": "customer service window", "conversation": "conversation", "free_entry": "free entry point window"}[x.Window.Kind]
		return fail(x.values[0] == kind && x.values[1] == stamped(x.expires) && (near(at) || near(x.charged)), "charged at %s, %s to %s", x.charged, x.Window.Kind, x.expires)
	},
	check.NearSomeEdge:      because("edge"),
	check.ReceiptTimes:      and(because("edge"), is("an event is known by its receipt", func(x *facts) bool { return has(x.own, byReceipt) })),
	check.Undocumented:      because("open_rule"),
	check.TierMayBeUsed:     because("free_tier_count"),
	check.OpenBeforeUnknown: because("log_start"),
	check.DamageMayTell:     because("log_damaged"),
	check.ChangeUnseen:      because("change_unseen"),
	check.LineOfSomeMember:  because("member_unknown"),
	check.ClickUnproven:     because("free_entry_unproven"),
	check.TierMayHavePaid:   because("free_entry_unproven"),
	check.OneOf:             outcomes,
	check.MaySettle:         unset,

	check.SeveralLines: and(what, func(x *facts) string {
		var lines []string
		a := x.amount()
		for _, e := range x.own {
			if e.BillLine() && e.Amount > 0 {
				lines = append(lines, e.Line)
			}
		}
		ids := slices.DeleteFunc(strings.FieldsFunc(x.values[2], func(r rune) bool { return strings.ContainsRune(" (,)", r) }), func(word string) bool {
			return slices.Contains([]string{"line", "lines", "and"}, word)
		})
		for _, id := range ids {
			if !slices.Contains(lines, id) {
				return "no line " + id
			}
		}
		if x.Group != "" { // the others charge other members
			lines = ids
		}
		n := strings.Replace(fmt.Sprint(len(lines), " times"), "2 times", "twice", 1)
		return fail(n == x.values[1] && x.values[3] == a.Currency+" "+sum(a.Overcharged, a.Uncertain), "%d lines, %+v", len(lines), a)
	}),
	check.PartCertain: is("that much is overcharged", func(x *facts) bool { a := x.amount(); return x.values[0] == a.Currency+" "+a.Overcharged }),
	check.ConversationAgain: is("a line of another message of the conversation", func(x *facts) bool {
		return has(x.pair, func(e *event.Event) bool {
			return e.BillLine() && e.Message != x.Message && has(x.messages[e.Message], func(o *event.Event) bool { return o.Conversation == x.Conversation })
		})
	}),
	check.SameLineID: is("two lines of one id", func(x *facts) bool { return sharesID(x.own) }),
	check.LinesWithoutIDs: is("lines of several files, some without an id", func(x *facts) bool {
		var inputs []uint32
		for _, e := range x.own {
			if e.BillLine() {
				inputs = append(inputs, e.Place.Input)
			}
		}
		return len(inputs) > 1 && slices.Min(inputs) != slices.Max(inputs) && has(x.own, func(e *event.Event) bool { return e.BillLine() && e.Line == "" })
	}),
	check.LineMayBeFee: is("a line of that category, which nobody knows", func(x *facts) bool {
		return has(x.own, lineSays(x.values[0])) && category.Of(x.values[0]) == category.Other
	}),

	check.NoAIMarket:   is("charged so", func(x *facts) bool { return x.Reported.Category == "general_purpose_ai" }),
	check.NoAIProvider: is("no AI provider", func(x *facts) bool { return x.account.AIProvider != nil && !*x.account.AIProvider }),
	check.TemplateWas: is("the category, and its source", func(x *facts) bool {
		known := map[string]bool{
			"the record of its sending":             has(x.own, func(e *event.Event) bool { return e.TemplateCategory != "" }),
			"the configuration":                     x.configured() != "",
			"the announced changes of its category": x.announced() != "",
		}
		return x.values[0] == x.Category && known[x.values[1]]
	}),
	check.DearerUnknown: is("uncertain", func(x *facts) bool { return x.Verdict == result.Uncertain && x.Reported.Category != x.Category }),
	check.OtherModel: is("the models", func(x *facts) bool {
		in := map[string]string{"nbp": "NBP", "cbp": "CBP", "pmp": "PMP"}[x.Era[:3]]
		return x.Reported.PricingModel == x.values[0] && in == x.values[1] && in != x.values[0]
	}),
	check.RegularNotBillable: is("so", func(x *facts) bool { return x.Reported.Type == "regular" && !*x.Reported.Billable }),
	check.BillableNotRegular: is("so", func(x *facts) bool {
		return x.Reported.Type == x.values[0] && x.values[0] != "regular" && *x.Reported.Billable
	}),
	check.FreeServiceNever: is("so", func(x *facts) bool {
		return x.Reported.Type == "free_customer_service" && x.Reported.Category == x.values[0]
	}),
	check.FreeServiceNoUtility: and(between("2026-10-01", "2100-01-01"), is("so", func(x *facts) bool { return x.Reported.Type == "free_customer_service" })),
	check.RegularService:       and(between("2000-01-01", "2026-10-01"), is("so", func(x *facts) bool { return x.Reported.Type == "regular" })),
	check.WrongRate:            wrongRate(1, 2),
	check.WrongMarket:          wrongRate(1, 3),
	check.WrongAuth: and(wrongRate(0, 3), is("the scopes", func(x *facts) bool {
		return x.values[1] != x.values[2] && (x.values[2] == "international") == (x.Expected.Category == "authentication_international")
	})),
	check.AuthAbroad:        expectedAs("authentication_international"),
	check.AuthNoRate:        expectedAs("authentication"),
	check.AuthAtHome:        and(expectedAs("authentication"), is("the country of the business is known", func(x *facts) bool { return x.account.PrimaryLocation != "" })),
	check.AuthNotBegun:      expectedAs("authentication"),
	check.RateUnverified:    is("uncertain", func(x *facts) bool { return x.Verdict == result.Uncertain }),
	check.PricesRounded:     because("prices_differ"),
	check.PricesScaled:      and(because("prices_differ"), beside),
	check.PricesTaxed:       and(because("prices_differ"), beside),
	check.PricesInOtherUnit: and(because("prices_differ"), beside),
	check.TiersExceeded: is("the amounts", func(x *facts) bool {
		a := x.amount()
		return strings.HasPrefix(x.values[0], fmt.Sprint(x.Count, " ", x.Category, " message")) && x.values[3] == a.Currency+" "+a.Reported && x.values[4] == a.Currency+" "+a.Expected
	}),
	check.TiersUnverified: is("uncertain", func(x *facts) bool { return x.Verdict == result.Uncertain }),

	check.DueButFree: and(due(0), is("reported so", func(x *facts) bool {
		return !*x.Reported.Charged && (x.Reported.Type == x.values[1] || x.values[1] == "referral_conversion" && has(x.own, saysFreeEntry))
	})),
	check.DueButRides: and(due(0), is("an earlier message of that conversation, or a template's category on what is none", func(x *facts) bool {
		return has(x.pair, func(e *event.Event) bool { return e.Conversation == x.Conversation && e.Message != x.Message }) ||
			category.Of(x.Reported.Category).Template() && !has(x.own, func(e *event.Event) bool { return e.Type == "template" })
	})),
	check.DueButNotBillable: and(due(0), is("not billable", func(x *facts) bool { return !*x.Reported.Billable })),
	check.DueButZero: and(due(0), is("a price of zero", func(x *facts) bool {
		return has(x.own, func(e *event.Event) bool { return e.HasAmount && e.Amount <= 0 })
	})),
	check.DueButUnpriced: and(due(0), is("no pricing", func(x *facts) bool { return !has(x.own, saysPrice) })),
	check.FreeAfterWindow: and(due(2), is("a window that ended so", func(x *facts) bool {
		return x.Reported.Type == x.values[0] && x.values[1] <= stamped(x.charged) && !x.inWindow(x.charged) && has(x.pair, func(e *event.Event) bool {
			return window.Opens(e) == 1 && stamped(time.UnixMilli(e.Time).Add(day)) == x.values[1]
		})
	})),
	check.FreeWithoutFreeEntry: and(due(1), is("no window", func(x *facts) bool {
		return x.Reported.Type == x.values[0] && (x.Window == nil || !x.within(x.charged))
	})),

	check.NoFinalPricing: each("no pricing on delivered or read", func(own []*event.Event) bool {
		return arrived(own) && !has(own, func(e *event.Event) bool {
			return (e.Kind == event.Delivered || e.Kind == event.Read) && e.HasPricing()
		})
	}),
	check.BothEnds:            each("both", func(own []*event.Event) bool { return arrived(own) && failed(own) }),
	check.StatusesDisagree:    each("disagree", disagree),
	check.BothEndsOrDisagree:  each("one of them", func(own []*event.Event) bool { return arrived(own) && failed(own) || disagree(own) }),
	check.DeliveredBeforeSent: each("so", before(event.Delivered, event.Sent)),
	check.ReadBeforeDelivered: each("so", before(event.Read, event.Delivered)),
	check.ReadBeforeSent:      each("so", before(event.Read, event.Sent)),
	check.OutOfOrder: each("one of them", func(own []*event.Event) bool {
		return before(event.Delivered, event.Sent)(own) || before(event.Read, event.Delivered)(own) || before(event.Read, event.Sent)(own)
	}),
	check.NoUserSide:     is("none", func(x *facts) bool { return !kinds(x.numbers[x.Number], event.Inbound, event.Call, event.AcceptedCall) }),
	check.WindowNotShown: is("some", func(x *facts) bool { return kinds(x.numbers[x.Number], event.Inbound, event.Call, event.AcceptedCall) }),
	check.Silent: is("nothing", func(x *facts) bool {
		return !has(x.numbers[x.Number], func(e *event.Event) bool {
			at := stamped(time.UnixMilli(e.Time))
			return x.values[0] < at && at < x.values[1]
		})
	}),
	check.IDShared: is("elsewhere too", func(x *facts) bool {
		return slices.ContainsFunc(x.events, func(e event.Event) bool {
			return e.Conversation == x.Conversation && pairKey(e.Number, e.User, e.UserID, e.Group) != pairKey(x.Number, x.User, x.UserID, x.Group)
		})
	}),
	check.IDTooLong: is("so long", func(x *facts) bool {
		return has(x.pair, func(e *event.Event) bool {
			return time.UnixMilli(e.Time).Sub(x.charged) >= day && has(x.messages[e.Message], func(o *event.Event) bool { return o.Conversation == x.Conversation })
		})
	}),
	check.OtherExpiry: is("the first publishes it", func(x *facts) bool {
		return x.values[0] != x.values[1] && has(x.examples[0], func(e *event.Event) bool { return stamped(time.UnixMilli(e.Expires)) == x.values[0] })
	}),
	check.OutsideWindow: each("no template", func(own []*event.Event) bool {
		return !has(own, func(e *event.Event) bool { return e.Type == "template" })
	}),
	check.CategoryChanged: is("such a change", func(x *facts) bool {
		return x.values[0] == x.Template && x.values[3] == stamped(x.charged) && strings.HasPrefix(x.values[4], fmt.Sprint(x.Count, " message")) &&
			slices.ContainsFunc(x.changes, func(c event.Change) bool {
				return c.Template == x.Template && cmp.Or(c.Previous, "an unnamed category") == x.values[1] && cmp.Or(c.New, "an unnamed category") == x.values[2]
			})
	}),
	check.CategoryCosts: is("messages since", func(x *facts) bool { return x.Count > 0 && x.values[0][:3] == x.values[2][:3] }),
	check.SentOutside: each("nothing allows it", func(own []*event.Event) bool {
		return has(own, func(e *event.Event) bool { return e.TemplateCategory == "response" || e.TemplateCategory == "update" })
	}),
	check.NoWindowShown: func(x *facts) string { return fail(x.Severity == result.Info, "it is of severity %s", x.Severity) },
	check.SentAsUnknown: each("echoes alone", func(own []*event.Event) bool {
		return !has(own, func(e *event.Event) bool { return e.TemplateCategory != "" })
	}),
	check.SentLateUnknown: each("echoes alone, and late", func(own []*event.Event) bool {
		return !has(own, func(e *event.Event) bool { return e.TemplateCategory != "" })
	}),
	check.AfterAdUnknown: is("by an ad", func(x *facts) bool {
		return has(x.numbers[x.Number], func(e *event.Event) bool { return e.Referral == "ad" })
	}),
	check.OpeningUnknown: is("some act", func(x *facts) bool { return kinds(x.numbers[x.Number], event.Inbound) }),
	check.AdBeforeUnknown: is("the log begins so late", func(x *facts) bool {
		return !has(x.numbers[x.Number], func(e *event.Event) bool { return x.charged.Sub(time.UnixMilli(e.Time)) >= 7*day })
	}),
	check.SeveralUnknown: is("several", func(x *facts) bool { return x.Count > 1 }),
	check.HumanAgentLate: each("so tagged", func(own []*event.Event) bool {
		return has(own, func(e *event.Event) bool { return e.TemplateCategory == "human_agent" })
	}),
	check.TagNotThere: is("so tagged, on Instagram", func(x *facts) bool {
		return strings.HasPrefix(x.Number, "instagram:") && has(x.examples[0], tagged(x.values[0]))
	}),
	check.TagRetired: is("so tagged, and so late", func(x *facts) bool {
		return x.charged.After(time.Date(2026, 4, 26, 0, 0, 0, 0, time.UTC)) && has(x.examples[0], tagged(x.values[0]))
	}),
	check.TagsMisused: is("several", func(x *facts) bool { return x.Count > 1 }),
	check.Appealable:  is("60 days", func(x *facts) bool { return x.values[0] == x.charged.Add(60*day).Format(time.DateOnly) }),
}

// tagged tells whether an event is of a message with that tag.
func tagged(tag string) func(*event.Event) bool {
	return func(e *event.Event) bool { return strings.EqualFold(e.TemplateCategory, tag) }
}

func byReceipt(e *event.Event) bool { return e.TimeKind == event.ReceiptTime }
