package report

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

// diffPart is a table of a comparison, before its texts are made harmless.
type diffPart struct {
	title   string
	columns []page.Column
	rows    [][]string
	long    bool // findings or lines: a comment folds it
}

// diffParts are the tables of a comparison, without those that are empty.
func diffParts(d *result.Diff) []diffPart {
	parts := []diffPart{
		exceededPart(d), incompletePart(d), moneyPart(d), checksPart(d), countsPart(d), linesPart(d),
		findingsPart("Added", d.Added), changedPart(d), findingsPart("Resolved", d.Resolved), causesPart(d),
	}
	return slices.DeleteFunc(parts, func(p diffPart) bool { return len(p.rows) == 0 })
}

func exceededPart(d *result.Diff) diffPart {
	p := diffPart{title: "Over the limit", columns: []page.Column{{Name: "limit"}, {Name: "currency"}, {Name: "old", Right: true}, {Name: "new", Right: true}, {Name: "increase", Right: true}}}
	for _, x := range d.Exceeded {
		p.rows = append(p.rows, []string{x.Limit, x.Currency, amount(x.Old), amount(x.New), signed(x.Increase)})
	}
	return p
}

func incompletePart(d *result.Diff) diffPart {
	p := diffPart{title: "Incomplete", columns: []page.Column{{Name: "report", Shrink: true}, {Name: "why"}}}
	for _, c := range [...]result.Compared{d.Old, d.New} {
		for _, why := range c.Incomplete {
			p.rows = append(p.rows, []string{c.Path, why})
		}
	}
	return p
}

func moneyPart(d *result.Diff) diffPart {
	p := diffPart{title: "Money", columns: []page.Column{{Name: "what", Shrink: true}, {Name: "check"}, {Name: "currency"}, {Name: "old", Right: true}, {Name: "new", Right: true}, {Name: "difference", Right: true}}}
	for _, x := range d.Amounts {
		name := page.Words(x.Name)
		if d.Of == result.ReconcileSchema {
			name = stepWords(x.Name)
		}
		p.rows = append(p.rows, []string{name, x.Check, x.Currency, amount(x.Old), amount(x.New), signed(x.Difference)})
	}
	return p
}

func countsPart(d *result.Diff) diffPart {
	p := diffPart{title: "Counts", columns: []page.Column{{Name: "what"}, {Name: "old", Right: true}, {Name: "new", Right: true}, {Name: "difference", Right: true}}}
	for _, x := range d.Counts {
		p.rows = append(p.rows, []string{page.Words(x.Name), count(x.Old), count(x.New), signed(count(x.Difference))})
	}
	return p
}

func checksPart(d *result.Diff) diffPart {
	p := diffPart{title: "Checks", columns: []page.Column{{Name: "check"}, {Name: "name", Shrink: true}, {Name: "findings", Right: true}, {Name: "currency"},
		{Name: "overcharged", Right: true}, {Name: "undercharged", Right: true}, {Name: "uncertain", Right: true}}}
	for _, x := range d.Checks {
		row := []string{x.Check, x.Name, count(x.Findings.Old) + arrow + count(x.Findings.New), x.Currency}
		for _, name := range []string{"overcharged", "undercharged", "uncertain"} {
			row = append(row, differenceOf(x.Amounts, name))
		}
		p.rows = append(p.rows, row)
	}
	return p
}

func linesPart(d *result.Diff) diffPart {
	p := diffPart{title: "Lines of the bill", long: true, columns: []page.Column{{Name: "account"}, {Name: "month"}, {Name: "market", Shrink: true}, {Name: "category"}, {Name: "charges", Right: true},
		{Name: "rate", Right: true}, {Name: "currency"}, {Name: "amount", Right: true}}}
	for _, x := range d.Lines {
		charges := ""
		for _, c := range x.Counts {
			if c.Name == "charges" {
				charges = signed(count(c.Difference))
			}
		}
		p.rows = append(p.rows, []string{cmp.Or(x.WABA, "portfolio "+x.Portfolio), x.Month, orUnknown(x.Market), cmp.Or(x.Category, "not charged"), charges,
			differenceOf(x.Amounts, "rate"), x.Currency, differenceOf(x.Amounts, "amount")})
	}
	return p
}

// differenceOf is what a sum differs by, "" if it does not.
func differenceOf(sums []result.SumsDiff, name string) string {
	for _, x := range sums {
		if x.Name == name {
			return signed(x.Difference)
		}
	}
	return ""
}

func findingsPart(title string, findings []result.Finding) diffPart {
	p := diffPart{title: title, long: true, columns: []page.Column{{Name: "severity"}, {Name: "check"}, {Name: "about", Shrink: true}, {Name: "money"}, {Name: "finding"}}}
	ordered := make([]*result.Finding, len(findings))
	for i := range findings {
		ordered[i] = &findings[i]
	}
	slices.SortStableFunc(ordered, compareGravity)
	for _, f := range ordered {
		p.rows = append(p.rows, []string{string(f.Severity), f.Check, about(f), strings.Join(moneyItems(f, amount), ", "), f.ID})
	}
	return p
}

func changedPart(d *result.Diff) diffPart {
	p := diffPart{title: "Changed", long: true, columns: []page.Column{{Name: "severity"}, {Name: "check"}, {Name: "about", Shrink: true}, {Name: "what changed"}, {Name: "finding"}}}
	ordered := slices.Clone(d.Changed)
	slices.SortStableFunc(ordered, func(a, b result.Changed) int {
		if a.Worsened != b.Worsened {
			if a.Worsened {
				return -1
			}
			return 1
		}
		return compareGravity(&a.Finding, &b.Finding)
	})
	for i := range ordered {
		c := &ordered[i]
		var changes []string
		for _, x := range c.Changes {
			key := page.Words(strings.TrimPrefix(x.Key, "amount."))
			changes = append(changes, key+" "+cmp.Or(x.Old, "none")+arrow+cmp.Or(x.New, "none"))
		}
		if c.Worsened {
			changes[0] = "worse: " + changes[0]
		}
		p.rows = append(p.rows, []string{string(c.Finding.Severity), c.Finding.Check, about(&c.Finding), strings.Join(changes, ", "), c.Finding.ID})
	}
	return p
}

func causesPart(d *result.Diff) diffPart {
	p := diffPart{title: "Why it may differ", columns: []page.Column{{Name: "what"}, {Name: "old", Shrink: true}, {Name: "new"}}}
	for _, x := range d.Causes {
		what := page.Words(x.What)
		switch {
		case x.What == "not_run":
			what = "check " + x.Key + " did not run"
		case x.Key != "":
			what += ": " + page.Words(x.Key)
		}
		was, is := x.Old, x.New
		if x.What == "configuration" && x.Key == "" {
			was, is = named(d.Old.Config, was), named(d.New.Config, is)
		}
		p.rows = append(p.rows, []string{what, brief(cmp.Or(was, "none")), brief(cmp.Or(is, "none"))})
	}
	return p
}

// named writes a file with the start of its hash.
func named(path, hash string) string {
	if hash == "" {
		return ""
	}
	return path + " " + hash[:min(len(hash), 12)]
}

const arrow = " → "

// signed writes a difference with its sign.
func signed(difference string) string {
	if strings.HasPrefix(difference, "-") || page.IsZero(difference) {
		return amount(difference)
	}
	return "+" + amount(difference)
}

// compareGravity puts the gravest findings first, of these the dearest.
func compareGravity(a, b *result.Finding) int {
	over := func(f *result.Finding) string {
		if f.Amount == nil {
			return "0"
		}
		return f.Amount.Overcharged
	}
	return cmp.Or(cmp.Compare(rank(a.Severity), rank(b.Severity)), compareDecimals(over(b), over(a)))
}

// about says in a few words what a finding is about.
func about(f *result.Finding) string {
	parts := []string{cmp.Or(f.User, f.UserID, f.Group, f.Conversation, f.Number, f.WABA)}
	if f.Template != "" {
		parts = append(parts, f.Template)
	}
	if f.ChargedAt != nil {
		parts = append(parts, strings.ReplaceAll(utc.instant("", *f.ChargedAt), page.NoBreak, " "))
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// diffSummary says in sentences what the reader came for. They have no text of a
// report in them.
func diffSummary(d *result.Diff) []string {
	s := &d.Summary
	var text []string
	all := strings.ReplaceAll(counted(s.Same, "finding"), page.NoBreak, " ")
	switch {
	case d.Same && d.Of == result.BillSchema:
		text = append(text, "No difference.")
	case d.Same:
		text = append(text, "No difference: "+all+", the same in both.")
	case d.Of != result.BillSchema:
		changed := count(s.Changed) + " changed"
		if s.Worsened > 0 {
			changed += " (" + count(s.Worsened) + " for the worse)"
		}
		text = append(text, "Findings: "+count(s.Added)+" added, "+count(s.Resolved)+" resolved, "+changed+", "+count(s.Same)+" the same.")
	}
	if !d.Same && len(d.Causes) == 0 && !d.Hashed {
		text = append(text, "Program, rules, rates, configuration and options are the same; with --hash-inputs the reports would tell whether the logs are.")
	}
	return text
}

// diffTable is what a person reads in a terminal.
func diffTable(p *page.Page, d *result.Diff, _ Options) {
	for _, text := range diffSummary(d) {
		p.Text(0, text)
	}
	for _, part := range diffParts(d) {
		section(p, part.title)
		shown := part.rows
		if part.long {
			shown = shown[:min(len(shown), maxListed)]
		}
		rows := make([][]string, len(shown))
		for i, row := range shown {
			for _, cell := range row {
				rows[i] = append(rows[i], page.Clean(cell))
			}
		}
		p.Table(2, part.columns, rows)
		if part.long {
			more(p, "  ", len(part.rows))
		}
	}
}
