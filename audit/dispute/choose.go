package dispute

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"waudit/audit/account"
	"waudit/audit/money"
	"waudit/audit/reconcile"
	"waudit/audit/result"
)

// Options says what is claimed.
type Options struct {
	Book      *account.Book
	Account   *account.Account
	Month     string            // 2026-10, in the account's zone
	Claims    *reconcile.Claims // of earlier runs
	Uncertain bool              // list what is uncertain as well
}

// Dispute is what is claimed, with its sums.
type Dispute struct {
	result.Dispute
	Findings []*result.Finding // that are claimed, those with the most money first
	Open     []*result.Finding // that are uncertain, if asked for
	Zone     *time.Location
	from, to time.Time
}

// Choose chooses and sums up what a report claims for an account and month. A claim
// may be empty.
func Choose(r *Source, o Options) (*Dispute, error) {
	zone := o.Account.Facts.Calendar.Zone()
	from, err := time.ParseInLocation("2006-01", o.Month, zone)
	if err != nil {
		return nil, fmt.Errorf("%q is no month such as 2026-10", o.Month)
	}
	c := &Dispute{Zone: zone, from: from, to: from.AddDate(0, 1, 0), Dispute: result.Dispute{
		Schema: result.DisputeSchema, Account: result.AccountLabel{WABA: o.Account.ID, Name: o.Account.Name, Timezone: zone.String()},
		Month: o.Month, Report: r.Head, Rules: r.Run.Rules, Rates: append([]result.RateCard{}, r.Run.Rates...), Config: r.Run.Config,
		Inputs: []result.DisputeInput{}, Files: []result.DisputeFile{},
	}}
	c.From, c.To = c.from.Format(time.RFC3339), c.to.Format(time.RFC3339)
	lines := map[string][]string{}
	for i := range r.Findings {
		if f := &r.Findings[i]; certain(f) {
			lines[f.ID] = f.Lines
		}
	}
	_, claimed := o.Claims.Match(lines)
	for i := range r.Findings {
		f := &r.Findings[i]
		c.choose(r, f, r.of(f, o.Book), claimed[f.ID])
	}
	if err := c.sum(); err != nil {
		return nil, err
	}
	c.Doubts = c.doubts(r, o.Account)
	if !o.Uncertain {
		c.Open = nil
	}
	return c, nil
}

// choose takes a finding of an account, "" if that is not known, into the claim if it
// belongs there. claimed tells whether it was claimed before.
func (c *Dispute) choose(r *Source, f *result.Finding, of string, claimed bool) {
	isClaim, isOpen := certain(f), f.Verdict == result.Uncertain && amountOf(f, uncertain).Sign() > 0
	if of != "" && of != c.Account.WABA || !isClaim && !isOpen {
		return
	}
	switch in, dated := c.in(r, f); {
	case of == "":
		if in && isClaim {
			c.Unassigned++
		}
	case !dated && isClaim:
		c.Undated++
	case !in:
	case isOpen:
		c.Open = append(c.Open, f)
	case f.Claimed || claimed:
		c.ClaimedBefore++
	default:
		f.WABA = of // a line of a bill that the log does not have may not say
		c.Findings = append(c.Findings, f)
	}
}

// certain reports whether a finding is claimable, or was before it was claimed.
func certain(f *result.Finding) bool {
	open := *f
	open.Claimed = false
	return open.Claimable()
}

// in reports whether a finding is of the month. A report of that month alone tells it of
// findings that do not say when.
func (c *Dispute) in(r *Source, f *result.Finding) (in, dated bool) {
	if f.ChargedAt == nil {
		return true, c.isAllOf(r)
	}
	at, err := time.Parse(time.RFC3339, *f.ChargedAt)
	return err == nil && !at.Before(c.from) && at.Before(c.to), err == nil
}

// isAllOf reports whether everything that the report judges, or the bill charges, lies
// in the month.
func (c *Dispute) isAllOf(r *Source) bool {
	p := &r.Run.Period
	if p.From != nil && p.To != nil {
		return !c.instant(*p.From).Before(c.from) && !c.instant(*p.To).After(c.to)
	}
	b := &r.Scope.Bill
	return r.IsBill && strings.HasPrefix(b.From, c.Month) && strings.HasPrefix(b.To, c.Month)
}

// instant reads the bound of a period, which is in the account's zone.
func (c *Dispute) instant(bound string) time.Time {
	for _, layout := range [...]string{time.DateOnly, "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, bound, c.Zone); err == nil {
			return t
		}
	}
	return time.Time{}
}

// Amounts of a finding.
func overcharged(a *result.FindingAmount) string { return a.Overcharged }
func uncertain(a *result.FindingAmount) string   { return a.Uncertain }

// amountOf is an amount of a finding, nothing if it has none.
func amountOf(f *result.Finding, of func(*result.FindingAmount) string) money.Amount {
	if f.Amount == nil {
		return money.Amount{}
	}
	a, _ := money.Parse(of(f.Amount)) // sum refuses what is no number
	return a
}

// sums add up findings by a key.
type sums struct {
	result.ClaimSum
	reported, expected, amount money.Amount
}

// sum orders the findings and makes the sums.
func (c *Dispute) sum() (err error) {
	all := func(*result.Finding) (check, name string) { return "", "" }
	if c.Claimed, err = total(c.Findings, overcharged, all); err != nil {
		return err
	}
	if c.Uncertain, err = total(c.Open, uncertain, all); err != nil {
		return err
	}
	c.ByCheck, err = total(c.Findings, overcharged, func(f *result.Finding) (check, name string) { return f.Check, f.Name })
	slices.SortStableFunc(c.Findings, byMoney(overcharged))
	slices.SortStableFunc(c.Open, byMoney(uncertain))
	return err
}

// total sums up findings by currency and key.
func total(findings []*result.Finding, of func(*result.FindingAmount) string, key func(*result.Finding) (check, name string)) ([]result.ClaimSum, error) {
	byKey := map[[2]string]*sums{}
	for _, f := range findings {
		check, name := key(f)
		k := [2]string{f.Amount.Currency, check}
		s := byKey[k]
		if s == nil {
			s = &sums{ClaimSum: result.ClaimSum{Check: check, Name: name, Currency: f.Amount.Currency}}
			byKey[k] = s
		}
		s.Findings++
		s.Charges += max(f.Count, 1)
		var errs [3]error
		for i, x := range [...]struct {
			sum  *money.Amount
			text string
		}{{&s.reported, f.Amount.Reported}, {&s.expected, f.Amount.Expected}, {&s.amount, of(f.Amount)}} {
			var a money.Amount
			a, errs[i] = money.Parse(x.text)
			*x.sum = x.sum.Add(a)
		}
		if err := errors.Join(errs[:]...); err != nil {
			return nil, fmt.Errorf("finding %s: %w", f.ID, err)
		}
	}
	list := []result.ClaimSum{}
	for _, k := range slices.SortedFunc(maps.Keys(byKey), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		s := byKey[k]
		s.Reported, s.Expected, s.Amount = s.reported.String(), s.expected.String(), s.amount.String()
		list = append(list, s.ClaimSum)
	}
	return list, nil
}

// byMoney orders by currency, then the most money first.
func byMoney(of func(*result.FindingAmount) string) func(a, b *result.Finding) int {
	return func(a, b *result.Finding) int {
		return cmp.Or(cmp.Compare(a.Amount.Currency, b.Amount.Currency), amountOf(b, of).Cmp(amountOf(a, of)), cmp.Compare(result.Known(a.ChargedAt), result.Known(b.ChargedAt)), cmp.Compare(a.ID, b.ID))
	}
}

// lookBack is how long before a month a silence of the log may still matter in it: as
// long as the longest window.
const lookBack = 7 * 24 * time.Hour

// doubts say why the evidence of the month is not shown to be complete; none if it is.
func (c *Dispute) doubts(r *Source, a *account.Account) []string {
	doubts := slices.Clone(r.Run.Incomplete)
	for _, in := range r.Run.Inputs {
		if in.Incomplete != "" && !slices.ContainsFunc(doubts, func(d string) bool { return strings.HasPrefix(d, in.Path+": ") }) {
			doubts = append(doubts, in.Path+": "+in.Incomplete)
		}
		switch {
		case in.RejectedItems > 0:
			doubts = append(doubts, fmt.Sprintf("%s: %d of its %d items could not be used", in.Path, in.RejectedItems, in.Items))
		case in.Signatures != nil && in.Signatures.Invalid > 0:
			doubts = append(doubts, fmt.Sprintf("%s: %d webhooks with a wrong signature were left out when it was packed", in.Path, in.Signatures.Invalid))
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
func (c *Dispute) uncovered(r *Source, a *account.Account) (doubts []string) {
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
func (c *Dispute) silences(r *Source, a *account.Account) (doubts []string) {
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
func (c *Dispute) estimates(r *Source, a *account.Account) (doubts []string) {
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
