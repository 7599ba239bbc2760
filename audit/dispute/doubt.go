package dispute

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"waudit/audit/account"
	"waudit/audit/result"
)

// lookBack is how long before a month a silence of the log may still matter in it: as
// long as the longest window.
const lookBack = 7 * 24 * time.Hour

// doubts say why the evidence of the month is not shown to be complete; none if it is.
func (c *Claim) doubts(r *Report, a *account.Account) []string {
	doubts := slices.Clone(r.Run.Incomplete)
	for _, in := range r.Run.Inputs {
		if in.Incomplete != "" && !slices.ContainsFunc(doubts, func(d string) bool { return strings.HasPrefix(d, in.Path+": ") }) {
			doubts = append(doubts, in.Path+": "+in.Incomplete)
		}
		if in.RejectedItems > 0 {
			doubts = append(doubts, fmt.Sprintf("%s: %d of its %d items could not be used", in.Path, in.RejectedItems, in.Items))
		}
	}
	p := &r.Run.Period
	if p.From != nil && c.instant(*p.From).After(c.from) {
		doubts = append(doubts, "the report judges no charge before "+*p.From)
	}
	if p.To != nil && c.instant(*p.To).Before(c.to) {
		doubts = append(doubts, "the report judges no charge from "+*p.To+" on")
	}
	doubts = append(doubts, c.uncovered(r, a)...)
	return append([]string{}, append(doubts, c.estimates(r, a)...)...)
}

// uncovered says which part of the month the log may lack.
func (c *Claim) uncovered(r *Report, a *account.Account) (doubts []string) {
	if r.Coverage == nil || r.Coverage.From == nil || r.Coverage.To == nil {
		return []string{"the report does not say what the log covers"}
	}
	first, last, known := span(*r.Coverage.From, *r.Coverage.To)
	if !known {
		return []string{"the report does not say what the log covers"}
	}
	if first.After(c.from) && !a.CompleteBefore(c.from.UnixMilli()) {
		doubts = append(doubts, "the log begins at "+*r.Coverage.From+", in the month, and the account has no complete_from before it")
	}
	if last.Before(c.to) {
		doubts = append(doubts, "the log ends at "+*r.Coverage.To+", before the month does; add the log of the day after it")
	}
	return append(doubts, c.silences(r, a)...)
}

// span reads two instants of a report, false if they are none.
func span(from, to string) (first, last time.Time, known bool) {
	first, errFrom := time.Parse(time.RFC3339, from)
	last, errTo := time.Parse(time.RFC3339, to)
	return first, last, errFrom == nil && errTo == nil
}

// silences says where the log of the account's numbers falls silent.
func (c *Claim) silences(r *Report, a *account.Account) (doubts []string) {
	elsewhere := map[string]bool{}
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Number != "" && f.WABA != "" {
			elsewhere[f.Number] = f.WABA != a.ID
		}
	}
	for _, g := range r.Coverage.Gaps {
		from, to, known := span(g.From, g.To)
		if elsewhere[g.Number] || known && (!from.Before(c.to) || !to.After(c.from.Add(-lookBack))) {
			continue
		}
		what := "says nothing"
		if g.Kind == "inbound" {
			what = "lacks the customers' side"
		}
		doubts = append(doubts, fmt.Sprintf("the log of number %s %s from %s to %s", g.Number, what, g.From, g.To))
	}
	return doubts
}

// estimates says which amounts are no more than estimates.
func (c *Claim) estimates(r *Report, a *account.Account) (doubts []string) {
	valued := slices.ContainsFunc(c.Findings, func(f *result.Finding) bool { return f.Amount.Basis == "rate_card" })
	if valued && a.Currency == "" {
		doubts = append(doubts, "amounts are estimates: the account's currency is not configured")
	}
	n := 0
	for _, v := range r.Volumes {
		if v.Estimate && v.WABA == a.ID && strings.HasPrefix(v.Period, c.Month) {
			n++
		}
	}
	if n > 0 {
		doubts = append(doubts, fmt.Sprintf("the bill calls the amounts of %d of its volumes approximate", n))
	}
	return doubts
}
