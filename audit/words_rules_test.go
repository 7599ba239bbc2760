package audit_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/result"
	"waudit/audit/window"
)

// facts are what the explanation of a finding may speak of.
type facts struct {
	*world
	*result.Finding
	values                   []string // what the phrase at hand names
	account                  account.Config
	own, pair                []*event.Event // of the message, of its customer
	examples                 [][]*event.Event
	charged, opened, expires time.Time
}

const (
	day      = 24 * time.Hour
	anywhere = 14 * time.Hour // how far midnight may lie from 00:00Z
)

// first returns the time of the earliest event of a kind, false if there is none.
func first(events []*event.Event, kind event.Kind) (at time.Time, ok bool) {
	for _, e := range events {
		if t := time.UnixMilli(e.Time).UTC(); e.Kind == kind && (!ok || t.Before(at)) {
			at, ok = t, true
		}
	}
	return at, ok
}

func has(events []*event.Event, is func(*event.Event) bool) bool {
	return slices.ContainsFunc(events, is)
}

func kinds(events []*event.Event, kinds ...event.Kind) bool {
	return has(events, func(e *event.Event) bool { return slices.Contains(kinds, e.Kind) })
}

func arrived(events []*event.Event) bool { return kinds(events, event.Delivered, event.Read) }
func failed(events []*event.Event) bool  { return kinds(events, event.Failed) }

// disagree reports whether two statuses of one kind say different things of the price.
func disagree(events []*event.Event) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	for i, a := range events {
		for _, b := range events[i+1:] {
			if a.Kind == b.Kind && (a.Billable != b.Billable && a.Billable != event.Absent && b.Billable != event.Absent || differ(a.Pricing, b.Pricing) ||
				differ(a.Category, b.Category) || differ(a.Model, b.Model) || differ(a.Conversation, b.Conversation) || differ(a.Subtype, b.Subtype)) {
				return true
			}
		}
	}
	return false
}

func priced(e *event.Event) bool { return e.HasPricing() || e.HasAmount }

// inWindow reports whether the customer service window was open, by acts of the
// customer that surely open it.
func (x *facts) inWindow(t time.Time) bool {
	return has(x.pair, func(e *event.Event) bool {
		at := time.UnixMilli(e.Time)
		return window.Opens(e) == 1 && !at.After(t) && t.Before(at.Add(day))
	})
}

func (x *facts) sent() (time.Time, bool) { return first(x.own, event.Sent) }

func (x *facts) within(t time.Time) bool { return !t.Before(x.opened) && t.Before(x.expires) }

// names reports whether a window is named as the finding has it, and the charge
// lies in it.
func (x *facts) names(from, to string) string {
	return cmp.Or(
		fail(x.Window != nil, "no window"),
		fail(from == "" || from == stamped(x.opened), "window opened at %s", stamped(x.opened)),
		fail(to == stamped(x.expires), "window expires at %s", stamped(x.expires)),
		fail(x.within(x.charged), "charged at %s, outside", x.charged),
	)
}

func stamped(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// candidates are all outcomes that are possible.
func (x *facts) candidates() []string {
	if x.Expected.Outcome != "uncertain" {
		return []string{x.Expected.Outcome + ":" + x.Expected.Reason}
	}
	return x.Expected.Candidates
}

// may reports whether the verdict is open and one of the outcomes is possible.
func may(outcomes ...string) rule {
	return func(x *facts) string {
		return fail(x.Verdict == result.Uncertain && slices.ContainsFunc(x.candidates(), func(c string) bool { return slices.Contains(outcomes, c) }),
			"verdict %s, possible %v", x.Verdict, x.candidates())
	}
}

// because holds for what is uncertain for a reason.
func because(reason string) rule {
	return func(x *facts) string {
		return fail(x.Verdict == result.Uncertain && (x.Expected.Reason == reason || x.Expected.Why == reason), "reason %s, %s", x.Expected.Reason, x.Expected.Why)
	}
}

func and(all ...rule) rule {
	return func(x *facts) string {
		for _, r := range all {
			if why := r(x); why != "" {
				return why
			}
		}
		return ""
	}
}

// is holds where a condition does.
func is(what string, ok func(*facts) bool) rule {
	return func(x *facts) string { return fail(ok(x), "not so: %s", what) }
}

// each holds where a condition does for every example.
func each(what string, ok func(own []*event.Event) bool) rule {
	return is(what, func(x *facts) bool {
		return len(x.examples) > 0 && !slices.ContainsFunc(x.examples, func(own []*event.Event) bool { return !ok(own) })
	})
}

// another holds where another message to the customer is so.
func another(what string, ok func(own []*event.Event) bool) rule {
	return is("another message "+what, func(x *facts) bool {
		return has(x.pair, func(e *event.Event) bool {
			return e.Kind.Outbound() && e.Message != x.Message && ok(x.messages[e.Message])
		})
	})
}

// what holds if the message is named by what the log says of it.
func what(x *facts) string {
	name := x.values[0]
	kind, isTemplate := strings.CutSuffix(name, "template")
	kind = strings.TrimSpace(kind)
	switch {
	case isTemplate && kind != "":
		return fail(kind == x.Category || has(x.own, func(e *event.Event) bool {
			return e.TemplateCategory == kind || category.Of(e.Category).Base().String() == kind
		}) || kind == x.configured() || kind == x.announced(), "the category is not %s", kind)
	case isTemplate:
		return fail(has(x.own, func(e *event.Event) bool { return e.Type == "template" || e.Template != "" }), "no template")
	case name == "message" || name == "service message":
		return fail(!has(x.own, func(e *event.Event) bool { return e.Type != "" }), "the log knows a type")
	}
	word := strings.TrimSuffix(name, " message")
	return fail(has(x.own, func(e *event.Event) bool { return e.Type == word }), "no type %s", word)
}

func (x *facts) configured() string {
	for _, c := range x.templates {
		if c.Name == x.Template {
			return c.Category
		}
	}
	return ""
}

// mayHaveBeen reports whether anything says that the template was of a category.
func (x *facts) mayHaveBeen(cat string) bool {
	return slices.ContainsFunc(x.changes, func(c event.Change) bool { return c.Template == x.Template && (c.Previous == cat || c.New == cat) }) ||
		slices.ContainsFunc(x.templates, func(c account.TemplateConfig) bool { return c.Name == x.Template && c.Category == cat }) ||
		has(x.own, func(e *event.Event) bool { return e.TemplateCategory == cat })
}

// announced is the category that announcements gave the template last.
func (x *facts) announced() (last string) {
	for _, c := range x.changes {
		if c.Template == x.Template && c.Template != "" {
			last = c.New
		}
	}
	return last
}

func saysFreeEntry(e *event.Event) bool {
	return e.Pricing == "free_entry_point" || e.Category == "referral_conversion" || e.Origin == "referral_conversion"
}

func hasLine(e *event.Event) bool { return e.BillLine() }

func lineSays(word string) func(*event.Event) bool {
	return func(e *event.Event) bool { return e.BillLine() && e.Category == word }
}

// outcomes holds where the words are those of what is possible.
func outcomes(x *facts) string {
	words := map[string]string{
		"free:free_entry_point": "free in a free entry point window", "covered:free_entry_point": "free in a free entry point window", "free:free_tier": "free within the free tier",
		"free:service": "free as service", "free:customer_service_window": "free in the customer service window", "free:reaction": "free as a reaction", "free:exempt": "free for an exempt account",
		"free:app_echo": "free as a message of the WhatsApp Business app", "covered:open_conversation": "covered by an open conversation", "undelivered:failed": "not delivered", "undelivered:never_delivered": "not delivered",
	}
	want := map[string]bool{}
	for _, c := range x.Expected.Candidates {
		if cat, charged := strings.CutPrefix(c, "charge:"); charged {
			c = "chargeable as " + cat
		}
		want[cmp.Or(words[c], c)] = true
	}
	got := strings.Split(strings.ReplaceAll(x.values[0], " or ", ", "), ", ")
	return fail(len(got) == len(want) && !slices.ContainsFunc(got, func(g string) bool { return !want[g] }), "possible are %v", x.Expected.Candidates)
}

// unset holds where the named key of the account is not configured.
func unset(x *facts) string {
	key, ok := strings.CutPrefix(x.values[0], "accounts."+cmp.Or(x.WABA, "ID")+".")
	c, set := x.account, true
	zone, _ := time.LoadLocation(c.Timezone)
	month := x.charged.In(zone).Format("2006-01")
	switch {
	case key == "timezone":
		set = c.Timezone != ""
	case key == "complete_from":
		set = c.CompleteFrom != nil
	case key == "assume_sent_within":
		set = c.AssumeSentWithin != ""
	case key == "free_used":
		_, set = c.FreeUsed[month]
	case key == "numbers."+x.Number+".free_used":
		_, set = c.Numbers[x.Number].FreeUsed[month]
	}
	return fail(ok && !set, "%s is set, or no key of account %s", x.values[0], x.WABA)
}

// due holds where the charge that is due is named.
func due(at int) rule {
	return func(x *facts) string {
		_, rest, _ := strings.Cut(x.values[at], " ")
		cat, unit, _ := strings.Cut(rest, " ")
		return fail(cat == x.Expected.Category && (unit == "conversation") == strings.HasPrefix(x.Era, "cbp"), "due is %s in %s", x.Expected.Category, x.Era)
	}
}

func (x *facts) amount() result.Amount {
	if x.Amount == nil {
		return result.Amount{}
	}
	return *x.Amount
}

// wrongRate holds where the amounts and the category are those of the finding.
func wrongRate(cat, due int) rule {
	return func(x *facts) string {
		a := x.amount()
		return cmp.Or(
			fail(x.values[0] == a.Currency+" "+a.Reported, "reported %s", a.Reported),
			fail(strings.TrimPrefix(x.values[due], "at most ") == a.Currency+" "+a.Expected, "expected %s", a.Expected),
			fail(cat == 0 || x.values[cat] == x.Expected.Category, "due is %s", x.Expected.Category),
		)
	}
}

// between holds where the charge lies in a time, give or take a time zone.
func between(from, to string) rule {
	return is("charged from "+from+" to "+to, func(x *facts) bool {
		a, _ := time.Parse(time.DateOnly, from)
		b, _ := time.Parse(time.DateOnly, to)
		return !x.charged.Before(a.Add(-anywhere)) && x.charged.Before(b.Add(anywhere))
	})
}

// expectedAs holds where a charge in that category is due.
func expectedAs(cat string) rule {
	return is("due as "+cat, func(x *facts) bool {
		return x.Expected.Outcome == "charge" && x.Expected.Category == cat && x.Reported.Category != cat
	})
}

// inMonth holds where the charge lies in the named month.
func inMonth(x *facts) string {
	zone, err := time.LoadLocation(x.account.Timezone)
	got := x.charged.In(zone).Format("2006-01")
	return fail(err == nil && got == x.values[0], "charged in %s", got)
}

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
		return has(x.own, func(e *event.Event) bool { return e.Subtype == event.ListPrice && e.HasAmount })
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
	check.ServiceFree:          and(what, between("2024-11-01", "2026-10-01")),
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
		return x.Verdict == result.Overcharge && !slices.ContainsFunc(x.Expected.Candidates, func(c string) bool { return strings.HasPrefix(c, "charge") })
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
	check.PricingDisagrees:   is("disagreeing statuses", func(x *facts) bool { return disagree(x.own) }),
	check.DeliveredAndFailed: is("both", func(x *facts) bool { return arrived(x.own) && failed(x.own) }),
	check.OtherContradicts:   another("contradicts itself", func(own []*event.Event) bool { return arrived(own) && failed(own) || disagree(own) }),
	check.SentPricingOnly: is("pricing on sent alone", func(x *facts) bool {
		return has(x.own, func(e *event.Event) bool { return e.Kind == event.Sent && priced(e) }) && !has(x.own, func(e *event.Event) bool { return e.Kind != event.Sent && priced(e) })
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
	check.WindowBeginUnknown:  because("inbound_missing"),
	check.ZoneNotSet:          and(because("zone_unknown"), is("not configured", func(x *facts) bool { return x.account.Timezone == "" })),
	check.ZoneNotStated:       and(because("zone_unknown"), is("configured", func(x *facts) bool { return x.account.Timezone != "" })),
	check.DeliveryTimeUnknown: is("read, and not delivered", func(x *facts) bool { return kinds(x.own, event.Read) && !kinds(x.own, event.Delivered) }),
	check.OtherDeliveryUnknown: and(because("delivery_time_unknown"), another("is read, and not delivered", func(own []*event.Event) bool {
		return kinds(own, event.Read) && !kinds(own, event.Delivered)
	})),
	check.SentTimeUnknown: is("no sending", func(x *facts) bool { return !kinds(x.own, event.Sent) }),
	check.SentAfterDelivery: is("sent after it arrived", func(x *facts) bool {
		at, ok := x.sent()
		return ok && at.After(x.charged)
	}),
	check.OtherSendingUnknown: and(because("sent_time_unknown"), another("has no sending", func(own []*event.Event) bool { return !kinds(own, event.Sent) })),
	check.NearWindowEnd: func(x *facts) string {
		at, _ := x.sent()
		near := func(t time.Time) bool { return t.Sub(x.expires).Abs() <= x.tolerance }
		kind := map[string]string{"customer_service": "customer service window", "conversation": "conversation", "free_entry": "free entry point window"}[x.Window.Kind]
		return fail(x.values[0] == kind && x.values[1] == stamped(x.expires) && (near(at) || near(x.charged)), "charged at %s, %s to %s", x.charged, x.Window.Kind, x.expires)
	},
	check.NearSomeEdge:      because("edge"),
	check.Undocumented:      because("open_rule"),
	check.TierMayBeUsed:     because("free_tier_count"),
	check.OpenBeforeUnknown: because("log_start"),
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
		for id := range strings.FieldsFuncSeq(x.values[2], func(r rune) bool { return strings.ContainsRune(" (,)", r) }) {
			if !slices.Contains(append(lines, "line", "lines", "and"), id) {
				return "no line " + id
			}
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
	check.AuthAbroad:     expectedAs("authentication_international"),
	check.AuthNoRate:     expectedAs("authentication"),
	check.AuthAtHome:     and(expectedAs("authentication"), is("the country of the business is known", func(x *facts) bool { return x.account.PrimaryLocation != "" })),
	check.AuthNotBegun:   expectedAs("authentication"),
	check.RateUnverified: is("uncertain", func(x *facts) bool { return x.Verdict == result.Uncertain }),
	check.TiersExceeded: is("the amounts", func(x *facts) bool {
		a := x.amount()
		return strings.HasPrefix(x.values[0], fmt.Sprint(x.Count, " ", x.Category, " message")) && x.values[3] == a.Currency+" "+a.Reported && x.values[4] == a.Currency+" "+a.Expected
	}),
	check.TiersUnverified: is("uncertain", func(x *facts) bool { return x.Verdict == result.Uncertain }),

	check.DueButFree: and(due(0), is("reported so", func(x *facts) bool {
		return !*x.Reported.Charged && (x.Reported.Type == x.values[1] || x.values[1] == "referral_conversion" && has(x.own, saysFreeEntry))
	})),
	check.DueButRides: and(due(0), is("an earlier message of that conversation", func(x *facts) bool {
		return has(x.pair, func(e *event.Event) bool { return e.Conversation == x.Conversation && e.Message != x.Message })
	})),
	check.DueButNotBillable: and(due(0), is("not billable", func(x *facts) bool { return !*x.Reported.Billable })),
	check.DueButZero: and(due(0), is("a price of zero", func(x *facts) bool {
		return has(x.own, func(e *event.Event) bool { return e.HasAmount && e.Amount <= 0 })
	})),
	check.DueButUnpriced: and(due(0), is("no pricing", func(x *facts) bool { return !has(x.own, priced) })),
	check.DueButUnstated: and(due(0), is("pricing that says nothing of a charge", func(x *facts) bool { return has(x.own, priced) && x.Reported.Charged == nil })),
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
	check.Appealable:    is("60 days", func(x *facts) bool { return x.values[0] == x.charged.Add(60*day).Format(time.DateOnly) }),
}

// opens reports whether the message is the first delivered one of its conversation.
func (x *facts) opens() bool {
	return x.Conversation != "" && !has(x.pair, func(e *event.Event) bool {
		return e.Kind == event.Delivered && e.Conversation == x.Conversation && e.Message != x.Message && time.UnixMilli(e.Time).Before(x.charged)
	})
}

// before reports whether one status is earlier than another that it should follow.
func before(later, earlier event.Kind) func([]*event.Event) bool {
	return func(own []*event.Event) bool {
		a, ok := first(own, later)
		b, also := first(own, earlier)
		return ok && also && a.Before(b)
	}
}

func sharesID(events []*event.Event) bool {
	ids := map[string]bool{}
	for _, e := range events {
		if e.BillLine() && e.Line != "" && ids[e.Line] {
			return true
		}
		ids[e.Line] = true
	}
	return false
}

// sum adds up two amounts.
func sum(a, b string) string {
	x, _ := money.Parse(a)
	y, _ := money.Parse(b)
	return money.Format(x.Add(y), 4)
}
