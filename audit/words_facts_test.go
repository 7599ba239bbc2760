package audit_test

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"waudit/audit/account"
	"waudit/audit/category"
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
				differ(a.Category, b.Category) || differ(a.Model, b.Model) || differ(a.Conversation, b.Conversation) || differ(a.Subtype, b.Subtype) || differ(a.PriceKind, b.PriceKind)) {
				return true
			}
		}
	}
	return false
}

func saysPrice(e *event.Event) bool { return e.HasPricing() || e.HasAmount }

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
	for _, c := range x.candidates() {
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
	switch key {
	case "timezone":
		set = c.Timezone != ""
	case "complete_from":
		set = c.CompleteFrom != nil
	case "assume_sent_within":
		set = c.AssumeSentWithin != ""
	case "free_used":
		_, set = c.FreeUsed[month]
	case "numbers." + x.Number + ".free_used":
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

func (x *facts) amount() result.FindingAmount {
	if x.Amount == nil {
		return result.FindingAmount{}
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

// beside holds where the amount is so many times what is due, and a fee.
func beside(x *facts) string {
	a := x.amount()
	reported, _ := strconv.ParseFloat(a.Reported, 64)
	expected, _ := strconv.ParseFloat(a.Expected, 64)
	times, fee := 1.0, 0.0
	if text, _, ok := strings.Cut(x.values[0], " times"); ok {
		times, _ = strconv.ParseFloat(text, 64)
	}
	if _, text, ok := strings.Cut(x.values[0], " and "+a.Currency+" "); ok {
		fee, _ = strconv.ParseFloat(strings.Fields(text)[0], 64)
	}
	return fail(math.Abs((expected*times+fee)/reported-1) < 0.05, "%s for %s", a.Reported, a.Expected)
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
