// Package advise drafts a configuration for a log: what the log shows of its
// accounts, and which facts that only their owner can know its verdicts depend on.
package advise

import (
	"context"

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
		a.number(p.Number).see(e.Time)
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
		a.authentication = a.authentication || isAuthentication(category)
		a.ai = a.ai || category == "general_purpose_ai"
	}
}
