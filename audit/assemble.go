package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waudit/audit/check"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/result"
)

// assemble makes the findings of the whole log from all that was judged.
func (a *Auditor) assemble(j *judge) *Findings {
	scopes := j.totals.buckets.shown().scopes()
	tiers, excess := excesses(j.totals.buckets.billed(), a.opts.Markets)
	drafts := j.findings
	drafts = append(drafts, j.unignored(j.dailyFindings())...)
	drafts = append(drafts, j.unignored(a.logFindings(j, tiers))...)
	off := append(lowerings(scopes), slices.DeleteFunc(slices.Clone(excess), func(l price.Lowered) bool { return j.totals.ignored.findings[a.excessID(l)] })...)
	all := append(lowerings(j.totals.buckets.scopes()), excess...)
	inReportOrder(drafts)
	reprice(drafts, scopes)
	f := &Findings{
		Totals:   j.totals.report(byCheck(drafts), off, all, a.opts.Markets),
		Coverage: a.coverage(&j.totals),
		Unset:    j.unsetFacts(),
		Missing:  j.missingRates(a.opts.Markets),
		Priced:   j.totals.seen.Seen&check.SeenPricing != 0,
		NotRun:   []result.NotRun{},
		Lowered:  off,
		Watched:  j.watcher,
	}
	f.Totals.Claim = claim(drafts)
	f.Totals.OfFindings, f.Totals.Dated = a.dated(drafts)
	for i := range a.opts.Checks {
		c := &a.opts.Checks[i]
		if why := j.totals.seen.lacking(c); why != "" {
			f.NotRun = append(f.NotRun, result.NotRun{Check: c.ID, Why: why})
		}
	}
	if n := j.totals.Loose; n > 0 {
		f.NotRun = append(f.NotRun, result.NotRun{
			Check: check.BilledNotSeen.ID, Why: fmt.Sprintf("bill lines that name no message: %d; waudit reconcile --invoice matches those of a bill", n),
		})
	}
	j.findings = nil // of a log with systematic errors there are millions: one copy is enough
	f.Findings = make([]Finding, len(drafts))
	for i, d := range drafts {
		f.Findings[i] = d.Finding
		drafts[i] = nil
	}
	return f
}

// excessID is the id of the finding that tells an excess over the volume tiers.
func (a *Auditor) excessID(l price.Lowered) string {
	return result.FindingID(check.VolumeTier.ID, "", l.Portfolio, a.opts.Markets.Name(l.Market), l.Shown.String(), l.Month.String())
}

// ruleOf names the rule by which a finding was decided.
func ruleOf(c *check.MessageView, of *check.Check) result.Rule {
	code := c.Code
	if c.Outcome == outcome.Uncertain {
		code = c.Final.Codes()[0]
	}
	r := result.Rule{Era: c.Era.Name, Clause: of.Clause, Source: of.Doc.Source}
	if of.Clause == "" {
		r.Clause = c.Era.ClauseOf(code, c.Window.ByMessage == int32(c.Index))
		r.Source = c.Era.Source
	}
	return r
}

func (j *judge) dailyFindings() []*draft {
	drafts := make([]*draft, 0, len(j.daily))
	for key, d := range j.daily {
		subject := []string{key.Day.String()}
		if key.Severity != "" {
			subject = append(subject, string(key.Severity))
		}
		f := Finding{Finding: d.check.Finding(key.Number, d.explanation(), subject...)}
		f.Severity = cmp.Or(key.Severity, f.Severity)
		f.WABA, f.ChargedAt, f.Count = d.WABA, result.Instant(d.Examples[0].At), d.Count
		for _, e := range d.Examples {
			f.Examples = append(f.Examples, e.ID)
			f.Places = append(f.Places, e.Places...)
		}
		drafts = append(drafts, &draft{Finding: f})
	}
	return drafts
}

// logFindings runs the checks of the whole log.
func (a *Auditor) logFindings(j *judge, tiers []check.TierView) []*draft {
	view := a.logView(j)
	view.Tiers = tiers
	var drafts []*draft
	for _, c := range a.opts.Checks {
		if c.Log == nil {
			continue
		}
		for _, h := range c.Log(view) {
			d := &draft{Currency: h.Currency, Basis: price.Reported, Finding: Finding{Finding: c.Finding(h.Number, h.Explanation, h.Subject...), Money: h.Money}}
			d.Verdict, d.ChargedAt, d.Count = cmp.Or(h.Verdict, result.Uncertain), result.Instant(h.At), h.Count
			d.WABA, d.User, d.UserID, d.Group = h.WABA, h.User, h.UserID, h.Group
			d.Conversation, d.Template, d.Category = h.Conversation, h.Template, h.Category
			if d.Verdict == result.Uncertain && d.Severity == result.Error {
				d.Severity = result.Warning
			}
			if d.Currency != "" {
				d.setAmount()
			}
			drafts = append(drafts, d)
		}
	}
	return drafts
}

// logView is what the checks of the whole log look at. Only what lies in the
// judged period is shown.
func (a *Auditor) logView(j *judge) *check.LogView {
	view := &check.LogView{}
	for _, id := range slices.Sorted(maps.Keys(a.census.Numbers)) {
		n := a.census.Numbers[id]
		acc := a.opts.Book.Find(n.WABA, id)
		from, to := a.opts.Period.Bounds(acc)
		shown := *n
		shown.Gaps = slices.DeleteFunc(slices.Clone(n.Gaps), func(g coverage.Gap) bool { return g.To <= from || g.From >= to })
		if c, _ := event.ChannelOf(id); n.Statuses && c == event.WhatsApp {
			view.Numbers = append(view.Numbers, check.NumberView{Number: &shown, WABA: acc.ID, Depends: j.depends[id]})
		}
	}
	for i, c := range a.opts.Templates.Changes() {
		if !a.opts.judges("") {
			break // templates are WhatsApp's
		}
		acc := a.opts.Book.Find(c.WABA, "")
		if !j.covers(acc, c.Time) || c.Change.Previous == c.Change.New {
			continue
		}
		view.Templates = append(view.Templates, check.TemplateView{
			WABA: c.WABA, Name: c.Template, Language: c.Language, Previous: c.Change.Previous, New: c.Change.New,
			At: c.Time, Appeal: acc.Facts.Calendar.Day(c.Time + check.AppealTime).String(), Messages: j.changed[i].count(), Extra: j.changed[i].extra(),
		})
	}
	slices.SortFunc(j.shared, func(x, y check.SharedConversation) int {
		return cmp.Or(
			strings.Compare(x.ID, y.ID), strings.Compare(x.Number, y.Number), strings.Compare(x.User, y.User),
			strings.Compare(x.UserID, y.UserID), strings.Compare(x.Group, y.Group), longFirst(&x, &y))
	})
	view.Shared = slices.CompactFunc(j.shared, func(x, y check.SharedConversation) bool {
		return x.ID == y.ID && x.Number == y.Number && x.User == y.User && x.UserID == y.UserID && x.Group == y.Group
	})
	return view
}

// longFirst orders two uses of an id: of one pair, the one that is too long is told.
func longFirst(x, y *check.SharedConversation) int {
	switch {
	case x.Long == y.Long:
		return 0
	case x.Long:
		return -1
	}
	return 1
}

// byCheck counts findings and money by check, in the order of ids.
func byCheck(drafts []*draft) []result.CheckTotal {
	totals, sums := map[string]*result.CheckTotal{}, map[string]price.ByCurrency{}
	for _, d := range drafts {
		t := totals[d.Check]
		if t == nil {
			t = &result.CheckTotal{Check: d.Check, Name: d.Name, Severity: d.Severity}
			totals[d.Check], sums[d.Check] = t, price.ByCurrency{}
		}
		t.Findings++
		if d.Severity.Grave() > t.Severity.Grave() {
			t.Severity = d.Severity
		}
		if d.Amount != nil {
			sums[d.Check].Add(d.Currency, d.Money)
		}
	}
	out := make([]result.CheckTotal, 0, len(totals))
	for _, id := range slices.Sorted(maps.Keys(totals)) {
		totals[id].Amounts = sums[id].Amounts()
		out = append(out, *totals[id])
	}
	return out
}

// dated sums up the money of findings: all of it, and by when the charge was.
func (a *Auditor) dated(drafts []*draft) ([]result.Amounts, result.Dated) {
	all, dated := price.ByCurrency{}, NewDated(a.opts.Book)
	for _, d := range drafts {
		if d.Amount != nil {
			all.Add(d.Currency, d.Money)
			dated.Add(&d.Finding.Finding, d.Currency, d.Money)
		}
	}
	return all.Amounts(), dated.Sums()
}

// claim sums up the money that can be claimed, by currency.
func claim(drafts []*draft) []result.Money {
	sums := map[string]money.Amount{}
	for _, d := range drafts {
		if d.Claimable() {
			sums[d.Currency] = sums[d.Currency].Add(d.Money.Over)
		}
	}
	return price.Money(sums)
}

func (a *Auditor) coverage(t *totals) result.Coverage {
	c := result.Coverage{
		From: result.Instant(a.census.From), To: result.Instant(a.census.To), Gaps: []result.Gap{},
		Inbound: t.Inbound, Statuses: t.Statuses,
		DeliveredWithPricing: share(t.Priced, t.Delivered), DeliveredWithSent: share(t.WithSent, t.Delivered),
	}
	var with, all int64
	for _, id := range slices.Sorted(maps.Keys(a.census.Numbers)) {
		n := a.census.Numbers[id]
		all++
		if n.Inbound {
			with++
		}
		if n.InboundMissing() && n.Statuses {
			c.Gaps = append(c.Gaps, result.Gap{Number: id, Kind: "inbound", From: result.Stamp(n.First), To: result.Stamp(n.Last)})
		}
		for _, g := range n.Gaps {
			c.Gaps = append(c.Gaps, result.Gap{Number: id, Kind: "time", From: result.Stamp(g.From), To: result.Stamp(g.To)})
		}
	}
	c.NumbersWithInbound = share(with, all)
	return c
}
