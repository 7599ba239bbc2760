// Package advise drafts a configuration for a log: what the log shows of its
// accounts, and which facts that only their owner can know its verdicts depend on.
package advise

import (
	"context"
	"strings"

	"waudit/audit"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/reading"
	"waudit/audit/result"
)

// Log drafts a configuration for a log. The options are those of an audit for
// which nothing is configured; aliases are the ids of accounts that were replaced
// when the log was read. It returns what reading the log returned.
func Log(ctx context.Context, log audit.Log, opts audit.Options, aliases map[string][]string) (*Draft, error) {
	g := newDraft()
	g.aliases = aliases
	if err := g.seeAll(log); err != nil {
		return nil, err
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

// seeAll takes note of all events.
func (g *Draft) seeAll(log audit.Log) error {
	for part := range log.Partitions() {
		err := log.Each(part, nil, func(p audit.Pair) error {
			g.see(&p)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// see takes note of a pair.
func (g *Draft) see(p *audit.Pair) {
	waba := ""
	for i := range p.Events {
		if waba = p.Events[i].WABA; waba != "" {
			break
		}
	}
	if waba == "" {
		g.loose[clone(p.Number)] = true
	}
	a := g.account(waba)
	for i := range p.Events {
		e := &p.Events[i]
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
		a.currencies[clone(e.Currency)] = true
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
		waba = clone(waba)
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
		a.numbers[clone(id)] = n
	}
	return n
}

// clone copies what shares memory with a pair at hand.
func clone(s string) string { return strings.Clone(s) }

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
		a.freeTier(d, (*d.DeliveredAt)[:len("2026-10")])
	}
}

// freeTier counts a message that may be in the free tier of a month: of the
// number since October 2026, of the account before.
func (a *seenAccount) freeTier(d *result.Decision, month string) {
	if e := era.Named(d.Era); e != nil && e.FreeTier.ByNumber {
		a.number(d.Number).months[month]++
		return
	}
	a.months[month]++
}
