// Package advise drafts a configuration for a log: what the log shows of its
// accounts, and which facts that only their owner can know its verdicts depend on.
package advise

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"waudit/audit"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/reading"
	"waudit/audit/result"
)

// Log drafts a configuration for a log. The options are those of an audit for
// which nothing is configured; aliases are the ids of accounts that were replaced
// when the log was read. It returns what reading the log returned.
func Log(ctx context.Context, log audit.Log, opts audit.Options, aliases map[string][]string) (*Draft, error) {
	g := newDraft()
	g.aliases = aliases
	for part := range log.Partitions() {
		err := log.Each(part, nil, func(p event.Pair) error {
			if !p.IsUnpaid() { // nothing of it needs to be configured
				g.see(&p)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	a, findings, err := audit.Audit(ctx, log, opts)
	if err != nil {
		return nil, err
	}
	for _, f := range findings.Unset {
		g.account(f.WABA).stakes[f.Key] += f.Messages
	}
	return g, a.Decisions(ctx, nil, func(d *result.Decision) error {
		g.decide(d)
		return nil
	})
}

// see takes note of a pair.
func (g *Draft) see(p *event.Pair) {
	waba := ""
	for i := 0; i < p.Events.Len() && waba == ""; i++ {
		waba = p.Events.At(i).WABA
	}
	if waba == "" {
		g.loose[strings.Clone(p.Number)] = true
	}
	a := g.account(waba)
	for i := range p.Events.Len() {
		e := p.Events.At(i)
		if e.WABA != "" {
			a = g.account(e.WABA)
		}
		a.see(e)
		a.partnerMonths = a.partnerMonths || g.partnerDecides(e.Time)
		a.number(p.Number).span.see(e.Time)
	}
}

// partnerDecides reports whether an instant may be in the months in which the free
// tier asks whether a partner serves the account (3.1.4).
func (g *Draft) partnerDecides(ms int64) bool {
	at := reading.At(ms)
	return g.calendar.Perhaps(era.BusinessLeavesFreeTier, at, 0) && !g.calendar.Surely(era.Categories, at, 0)
}

// see takes note of an event of the account.
func (a *seenAccount) see(e *event.Event) {
	a.span.see(e.Time)
	if e.HasAmount && e.Currency != "" {
		a.currencies[strings.Clone(e.Currency)] = true
	}
	for _, category := range [...]string{e.Category, e.TemplateCategory, e.Origin} {
		a.authentication = a.authentication || strings.HasPrefix(category, "authentication")
		a.ai = a.ai || category == "general_purpose_ai"
	}
}

// Draft is a configuration in the making: what a log shows of its accounts.
type Draft struct {
	accounts map[string]*seenAccount // by WABA id; "" for what names none
	loose    map[string]bool         // numbers that occur without an account
	aliases  map[string][]string     // of accounts, by which the log was read
	calendar *era.Calendar           // of a zone that nobody knows
}

// seenAccount is what a log shows of one account.
type seenAccount struct {
	id         string
	span       span
	numbers    map[string]*seenNumber
	currencies map[string]bool

	partnerMonths  bool // there are events in the months that partner_served decides
	authentication bool
	ai             bool

	messages, charges, uncertain int64
	stakes                       map[string]int64 // messages that depend on a key of the configuration
	months                       map[string]int64 // uncertain messages by month of the account's free tier
}

// seenNumber is what a log shows of one business number of an account.
type seenNumber struct {
	span   span
	months map[string]int64 // uncertain messages by month of its free tier
}

// span is a time from the first to the last event, Unix milliseconds.
type span struct{ first, last int64 }

func (s *span) see(t int64) {
	if s.first == 0 || t < s.first {
		s.first = t
	}
	s.last = max(s.last, t)
}

func newDraft() *Draft {
	return &Draft{accounts: map[string]*seenAccount{}, loose: map[string]bool{}, calendar: era.NewCalendar(nil)}
}

// account returns what is known of an account, making it if need be.
func (g *Draft) account(waba string) *seenAccount {
	a := g.accounts[waba]
	if a == nil {
		waba = strings.Clone(waba)
		a = &seenAccount{
			id: waba, numbers: map[string]*seenNumber{}, currencies: map[string]bool{},
			stakes: map[string]int64{}, months: map[string]int64{},
		}
		g.accounts[waba] = a
	}
	return a
}

func (a *seenAccount) number(id string) *seenNumber {
	n := a.numbers[id]
	if n == nil {
		n = &seenNumber{months: map[string]int64{}}
		a.numbers[strings.Clone(id)] = n
	}
	return n
}

// decide counts a decision, and what it depends on.
func (g *Draft) decide(d *result.Decision) {
	a := g.account(d.WABA)
	a.messages++
	if d.Reported.Charged != nil && *d.Reported.Charged {
		a.charges++
	}
	if d.Verdict != result.Uncertain {
		return
	}
	a.uncertain++
	reason := d.VerdictWhy
	if d.Outcome == "uncertain" {
		reason = d.Reason
	}
	switch {
	case reason == reading.CategoryUnknown.String():
		a.stakes["templates"]++ // no key of the account's
	case reason == reading.FreeTierCount.String() && d.DeliveredAt != nil:
		months := a.months // of the free tier of the number since October 2026, of the account before
		if e := era.Named(d.Era); e != nil && e.FreeTier.ByNumber {
			months = a.number(d.Number).months
		}
		months[(*d.DeliveredAt)[:len("2026-10")]]++
	}
}

// question is a fact that a log cannot tell: what it decides, and what
// happens if it is not set.
type question struct {
	key   string // as in the configuration
	value string // what the log shows, "" if it does not
	what  string
	unset string
	stake int64 // messages of the log that depend on it

	unasked bool // this log does not ask for it
}

// facts lists what only the owner of the account can know and this log asks
// for, the most decisive first.
func (g *Draft) facts(a *seenAccount) []question {
	authentication := a.authentication || a.stakes["auth_international"] > 0
	all := []question{
		{
			key:   "timezone",
			what:  "Days, months and changes of the rules begin at midnight in this zone, such as America/Sao_Paulo; WhatsApp Manager shows it.",
			unset: "UTC, and anything near one of these midnights is uncertain",
		},
		{
			key:   "complete_from",
			what:  "Nothing was open before this instant, and the log has everything since, the users' messages too. The first event is from " + time.UnixMilli(a.span.first).UTC().Format(time.RFC3339) + ": was it the account's very first?",
			unset: "what depends on windows that may have been open before is uncertain, and silence may be a gap",
		},
		{
			key:   "exempt",
			what:  "true or false. Governments and non-profits do not pay for service messages beyond the free tier (since 2026-10).",
			unset: "service messages beyond the free tier are uncertain",
		},
		{
			key: "currency", value: a.currency(),
			what:  "The currency in which the account is billed: charges that the log does not price are valued in it, by a rate card.",
			unset: "audit and bill estimate them, at Meta's list rates in USD",
		},
		{
			key:   "rates",
			what:  "By what the account is billed: meta is Meta's own list, a file is a provider's contract (waudit rates import). Prices in the log are checked against it.",
			unset: "they are not checked against any card",
		},
		{
			key:   "portfolio",
			what:  "Volume tiers are counted over all accounts of one business portfolio: give them the same name.",
			unset: "the account is a portfolio of its own",
		},
		{
			key: "partner_served", unasked: !a.partnerMonths && a.stakes["partner_served"] == 0,
			what:  "true or false. In April and May 2023 the free tier still paid for business-initiated conversations of accounts served by a partner.",
			unset: "charges of these months that it may have paid for are uncertain",
		},
		{
			key: "assume_sent_within", unasked: a.stakes["assume_sent_within"] == 0,
			what:  `The log lacks "sent" for some messages; delivery took at most this long, such as 2m.`,
			unset: "they may have been sent up to 30 days before they were delivered",
		},
		{
			key: "primary_location", unasked: !authentication,
			what:  "The country of the business, as an ISO code such as BR: at home there is no international rate for authentication.",
			unset: "no country is home, unless a webhook names it",
		},
		{
			key: "auth_international", unasked: !authentication,
			what:  "From when the international rate for authentication holds, by country: {IN: 2024-07-01}; {} for nowhere.",
			unset: "whether authentication is international is uncertain, unless a webhook says so",
		},
		{
			key: "ai_provider", unasked: !a.ai && a.stakes["ai_provider"] == 0,
			what:  "true or false. Providers of AI assistants pay for what they answer as general_purpose_ai, in some markets.",
			unset: "such charges, and service messages in these markets, are uncertain",
		},
		{
			key: "free_used", unasked: len(a.months) == 0,
			what:  "Conversations of the month that the free tier of 1,000 had paid for and that are not in the log, as " + usedIn(a.months) + ".",
			unset: "what the rest of the tier may have paid for is uncertain",
		},
		g.sharing(a),
	}
	all = slices.DeleteFunc(all, func(q question) bool { return q.unasked })
	for i := range all {
		all[i].stake = a.stakes[all[i].key]
	}
	slices.SortStableFunc(all, func(x, y question) int { return int(y.stake - x.stake) })
	return all
}

// currency is the only one that the log has amounts in, "" if it does not tell one.
func (a *seenAccount) currency() string {
	if seen := slices.Collect(maps.Keys(a.currencies)); len(seen) == 1 && money.IsCurrency(seen[0]) {
		return seen[0]
	}
	return ""
}

// usedIn is the form of free_used for these months.
func usedIn(months map[string]int64) string {
	var used []string
	for _, month := range slices.Sorted(maps.Keys(months)) {
		used = append(used, fmt.Sprintf("%q: N", month))
	}
	return "{" + strings.Join(used, ", ") + "}"
}

// sharing asks whether accounts that share a number are one, of that of
// them which used the number last.
func (g *Draft) sharing(a *seenAccount) question {
	shared := map[string]string{} // the other account to a number
	for id, n := range a.numbers {
		for _, other := range g.accounts {
			o := other.numbers[id]
			later := o != nil && (n.span.last > o.span.last || n.span.last == o.span.last && a.id > other.id)
			if other == a || other.id == "" || !later {
				continue
			}
			if known, ok := shared[other.id]; !ok || id < known {
				shared[other.id] = id
			}
		}
	}
	var ids, why []string
	for _, other := range slices.Sorted(maps.Keys(shared)) {
		ids = append(ids, quoteYAML(other))
		why = append(why, fmt.Sprintf("number %s belonged to account %s before", quoteYAML(shared[other]), quoteYAML(other)))
	}
	return question{
		key: "aliases", unasked: len(shared) == 0, value: "[" + strings.Join(ids, ", ") + "]",
		what:  "Ids that this same account had before a migration: " + strings.Join(why, ", ") + ". If they are the same account, leave out the other entry.",
		unset: "they are separate accounts, each with its own zone, facts and free tiers",
	}
}
