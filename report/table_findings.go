package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

// checkGroup is the findings of one check.
type checkGroup struct {
	check, name string
	severity    result.Severity // the worst among them
	findings    []*result.Finding
	amounts     []result.Amounts
}

// groups sorts the findings by check, and inside a check: the worst first, then by
// money, then by the check's id, and as the report has them.
func groups(r *result.Report) []*checkGroup {
	byCheck := map[string]*checkGroup{}
	var all []*checkGroup
	for i := range r.Findings {
		f := &r.Findings[i]
		g := byCheck[f.Check]
		if g == nil {
			g = &checkGroup{check: f.Check, name: f.Name, severity: f.Severity}
			byCheck[f.Check] = g
			all = append(all, g)
		}
		g.findings = append(g.findings, f)
	}
	for _, t := range r.Totals.ByCheck {
		if g := byCheck[t.Check]; g != nil {
			g.amounts = t.Amounts
		}
	}
	for _, g := range all {
		slices.SortStableFunc(g.findings, func(a, b *result.Finding) int {
			return cmp.Or(cmp.Compare(rank(a.Severity), rank(b.Severity)), compareMoney(atStake(a), atStake(b)))
		})
		g.severity = g.findings[0].Severity
	}
	slices.SortFunc(all, func(a, b *checkGroup) int {
		return cmp.Or(cmp.Compare(rank(a.severity), rank(b.severity)), compareMoney(a.amounts, b.amounts), cmp.Compare(a.check, b.check))
	})
	return all
}

// atStake is the money of a finding.
func atStake(f *result.Finding) []result.Amounts {
	if f.Amount == nil {
		return nil
	}
	return []result.Amounts{{Currency: f.Amount.Currency, Overcharged: f.Amount.Overcharged, Undercharged: f.Amount.Undercharged, Uncertain: f.Amount.Uncertain}}
}

// compareMoney orders sums: first by currency, as nothing is converted, those without
// money last; then the most money first, what is certain before what is not.
func compareMoney(a, b []result.Amounts) int {
	if len(a) == 0 || len(b) == 0 {
		return cmp.Compare(min(len(b), 1), min(len(a), 1))
	}
	return cmp.Or(cmp.Compare(a[0].Currency, b[0].Currency), compareDecimals(b[0].Overcharged, a[0].Overcharged),
		compareDecimals(b[0].Undercharged, a[0].Undercharged), compareDecimals(b[0].Uncertain, a[0].Uncertain))
}

// rank orders severities, worst first.
func rank(s result.Severity) int {
	return slices.Index([]result.Severity{result.Error, result.Warning, result.Info}, s)
}

// findings lists what was found, check by check.
func (v *auditView) findings() {
	all := groups(v.r)
	if len(all) > 1 {
		v.overview(all)
	}
	for _, g := range all {
		v.Blank()
		v.Items("", v.heading(g)...)
		for i, f := range g.findings[:min(len(g.findings), v.top)] {
			v.finding(fmt.Sprintf("%4d  ", i+1), f)
		}
		if left := len(g.findings) - v.top; left > 0 {
			v.Hang("      ", "… and "+count(int64(left))+" more: --top 0 shows all")
		}
	}
}

// overview is a line for each check, so that the reader sees them all before
// the details.
func (v *auditView) overview(all []*checkGroup) {
	columns := []page.Column{{Name: "severity"}, {Name: "check"}, {Name: "name"}, {Name: "findings", Right: true}, {Name: "money"}}
	var rows [][]string
	for _, g := range all {
		row := []string{v.severity(g.severity), page.Clean(g.check), page.Clean(g.name), count(int64(len(g.findings))), ""}
		for _, m := range v.moneys(g.amounts) {
			row[4] = m
			rows = append(rows, row)
			row = make([]string, len(columns)) // further money of the check stands alone
		}
		if row[0] != "" {
			rows = append(rows, row)
		}
	}
	v.Blank()
	v.Table(0, columns, rows)
}

func (v *auditView) heading(g *checkGroup) []string {
	title := v.severity(g.severity) + page.NoBreak + page.Clean(g.check) + page.NoBreak + page.Clean(g.name)
	items := []string{title, counted(int64(len(g.findings)), "finding")}
	var uncertain, known int64
	for _, f := range g.findings {
		if f.Known {
			known++
		}
		if f.Verdict == result.Uncertain {
			uncertain++
		}
	}
	if uncertain > 0 && uncertain < int64(len(g.findings)) {
		items = append(items, phrase(count(uncertain)+" of them uncertain"))
	}
	if known > 0 {
		items = append(items, phrase(count(known)+" known"))
	}
	return append(items, v.moneys(g.amounts)...)
}

// finding says whom it is about, what is wrong, and where to look further.
func (v *auditView) finding(lead string, f *result.Finding) {
	v.Items(lead, v.about(f)...)
	indent := strings.Repeat(" ", page.Width(lead))
	v.Hang(indent, page.Clean(v.clock.text(f.WABA, f.Explanation)))
	v.Items(indent, v.details(f)...)
}

// about is whom and what a finding is about, and its money.
func (v *auditView) about(f *result.Finding) []string {
	items := []string{v.customer(f)}
	if f.Known {
		items = append(items, "known")
	}
	if f.ChargedAt != nil {
		items = append(items, v.clock.instant(f.WABA, *f.ChargedAt))
	}
	what := spaced(f.Category)
	if f.Template != "" {
		what = strings.TrimLeft(what+" template "+brief(f.Template), " ")
	}
	items = append(items, phrase(what))
	if f.Count > 0 {
		items = append(items, counted(f.Count, "message"))
	}
	if a := f.Amount; a != nil {
		sums := v.moneys(atStake(f))
		if a.Basis == "rate_card" && len(sums) > 0 {
			how := " (valued by rate card)"
			if a.Estimate {
				how = " (estimate)"
			}
			sums[len(sums)-1] += phrase(how)
		}
		items = append(items, sums...)
	}
	return items
}

// customer is whom a finding is about; of what is about nobody, the business
// number.
func (v *auditView) customer(f *result.Finding) string {
	var who string
	switch {
	case f.Group != "":
		who = "group " + brief(f.Group)
	case f.User != "":
		who = brief(f.User)
	case f.UserID != "":
		who = "user " + brief(f.UserID)
	case f.WABA == "" && f.Number == "":
		who = "no number"
	case f.Number == "":
		who = "account " + v.names.brief(f.WABA)
	default:
		who = "number " + orUnknown(brief(f.Number))
	}
	if f.Participant != "" {
		who += ", member " + brief(f.Participant)
	}
	return phrase(who)
}

// severalNumbers reports whether the findings are about more than one business
// number.
func severalNumbers(findings []result.Finding) bool {
	return slices.ContainsFunc(findings, func(f result.Finding) bool { return f.Number != findings[0].Number })
}

// details are where to look further.
func (v *auditView) details(f *result.Finding) []string {
	var items []string
	if w := f.Window; w != nil {
		kind := spaced(w.Kind)
		if kind != "conversation" {
			kind += " window"
		}
		items = append(items, phrase(kind+" ")+v.clock.interval(f.WABA, w.OpenedAt, w.ExpiresAt))
	}
	if f.Message != "" {
		items = append(items, phrase("message "+brief(f.Message)))
	} else if f.Conversation != "" {
		items = append(items, phrase("conversation "+brief(f.Conversation)))
	}
	for i, id := range f.Examples {
		item := brief(id)
		if i == 0 {
			item = "for example " + item
		}
		items = append(items, phrase(item))
	}
	if name := v.names[f.WABA]; name != "" && len(v.names) > 1 {
		items = append(items, phrase(brief(name)))
	}
	if v.numbers && (f.Group != "" || f.User != "" || f.UserID != "") { // it is about a customer, not a number or an account
		items = append(items, phrase("number "+brief(f.Number)))
	}
	return append(items, phrase("finding "+page.Clean(f.ID)))
}

// brief shortens an id or a name that may be very long.
func brief(s string) string { return page.Shorten(page.Clean(s), 30) }

// severity is the severity as a word in its colour.
func (v *auditView) severity(s result.Severity) string {
	word := strings.ToUpper(page.Clean(string(s)))
	switch s {
	case result.Error:
		return v.Paint(page.Red, word)
	case result.Warning:
		return v.Paint(page.Yellow, word)
	}
	return v.Paint(page.Cyan, word)
}

// moneys lists the money that is wrong, or may be.
func (v *auditView) moneys(amounts []result.Amounts) (items []string) {
	for _, a := range amounts {
		for _, x := range wrongSums(a) {
			items = append(items, v.Paint(x.ink, cash(a.Currency, x.sum))+page.NoBreak+x.word)
		}
	}
	return items
}

// wrongSum is a sum that is wrong, or may be, and what it is.
type wrongSum struct {
	sum, word string
	ink       page.Ink
}

// wrongSums are those of sums that are not zero.
func wrongSums(a result.Amounts) []wrongSum {
	all := []wrongSum{{a.Overcharged, "overcharged", page.Red}, {a.Undercharged, "undercharged", page.Cyan}, {a.Uncertain, "uncertain", page.Yellow}}
	return slices.DeleteFunc(all, func(x wrongSum) bool { return page.IsZero(x.sum) })
}
