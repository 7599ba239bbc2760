package audit

import (
	"maps"
	"slices"

	"waudit/audit/check"
	"waudit/audit/price"
	"waudit/audit/result"
)

// ignored is what accepted findings take out of the report.
type ignored struct {
	findings    map[string]bool // by id
	overcharges int64           // messages that they say were overcharged
}

func (i *ignored) merge(o ignored) {
	maps.Copy(i.findings, o.findings)
	i.overcharges += o.overcharges
}

// accepts reports whether somebody accepted a finding.
func (a *Auditor) accepts(f *result.Finding) bool {
	return a.opts.Accepted != nil && a.opts.Accepted(f)
}

// ignore notes an accepted finding of a message, and sets the money apart that it
// tells.
func (j *judge) ignore(c *check.Check, at *check.MessageView, d *draft) {
	t := &j.totals
	t.ignored.findings[d.ID] = true
	part, tells := at.MoneyOf(c)
	if !tells {
		return
	}
	whole := at.ToldBy(c)
	if at.Worth.Basis == "" {
		part = price.Sums{}
	}
	t.buckets.ignore(at.Pair, at.Judgement, at.Worth, part, whole)
	if d.Verdict == result.Overcharge && (whole || at.Verdict != result.Overcharge) {
		t.ignored.overcharges++
	}
}

// unignored returns the drafts that nobody accepted, and notes the others.
func (j *judge) unignored(drafts []*draft) []*draft {
	return slices.DeleteFunc(drafts, func(d *draft) bool {
		accepted := j.a.accepts(&d.Finding.Finding)
		if accepted {
			j.totals.ignored.findings[d.ID] = true
		}
		return accepted
	})
}

// report says what the accepted findings take out: the difference of the sums with
// and without it. It is nil if that is nothing.
func (i *ignored) report(all, shown price.ByCurrency) *result.AcceptedTotal {
	if len(i.findings) == 0 {
		return nil
	}
	for currency, sums := range all {
		if rest := shown[currency]; rest != nil {
			sums.Sub(*rest)
		}
		if *sums == (price.Sums{}) {
			delete(all, currency)
		}
	}
	return &result.AcceptedTotal{Findings: int64(len(i.findings)), Overcharges: i.overcharges, Amounts: all.Amounts()}
}
