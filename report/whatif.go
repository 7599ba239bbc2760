package report

import (
	"io"
	"math"
	"slices"
	"strings"

	"waudit/audit/money"
	"waudit/audit/result"
	"waudit/report/format"
	"waudit/report/html"
	"waudit/report/page"
	"waudit/report/sheet"
)

// WhatIfFormats returns every format of a comparison with other rules, rates or habits.
func WhatIfFormats() format.List[*result.WhatIf] {
	return format.List[*result.WhatIf]{
		{Name: "table", For: forPeople, Write: paged(whatIfTable)},
		{Name: "json", For: forPrograms, Write: documentJSON[*result.WhatIf]},
		{Name: "html", For: forBrowsers, Binary: true, Write: whatIfHTML},
	}.And(sheets("What the log would have cost", whatIfTables, 1))
}

// whatIfTable is what a person reads in a terminal.
func whatIfTable(p *page.Page, r *result.WhatIf, _ Options) {
	incomplete(p, &r.Run)
	notes(p, r.Run.Notes)
	for _, line := range whatIfHeadlines(r) {
		p.Text(0, p.Paint(page.Bold, line))
	}
	for _, a := range r.Assumed {
		p.Hang("  ", page.Clean(a.Text))
	}
	for i := range r.Sums {
		whatIfSteps(p, &r.Sums[i])
	}
	whatIfLines(p, &r.Run, r.Lines)
	missingRates(p, r.Run.Missing)
}

// whatIfHeadlines say what the reader came for, a sentence for each currency.
func whatIfHeadlines(r *result.WhatIf) (lines []string) {
	for i := range r.Sums {
		s := &r.Sums[i]
		if s.Currency == "" {
			continue
		}
		what := cash(s.Currency, s.Before.Amount) + withoutRate(&s.Before) + " would have been " + cash(s.Currency, s.After.Amount) + withoutRate(&s.After)
		switch d := parsed(s.Difference); {
		case s.Before.Unvalued != s.After.Unvalued: // what the difference is, nobody knows
		case d.Sign() == 0:
			what += ": no difference"
		case d.Sign() > 0:
			what += ": " + cash(s.Currency, s.Difference) + " more"
		default:
			what += ": " + cash(s.Currency, d.Neg().String()) + " less"
		}
		lines = append(lines, what)
	}
	if len(lines) == 0 {
		return []string{"Nothing would have been charged, before or after."}
	}
	return lines
}

// withoutRate is what is in no sum of a side, "" for nothing.
func withoutRate(s *result.WhatIfSide) string {
	if s.Unvalued == 0 {
		return ""
	}
	return " and " + counted(s.Unvalued, "message") + " without a known rate"
}

// whatIfSteps leads from what is due to what would have been.
func whatIfSteps(p *page.Page, s *result.WhatIfSum) {
	if s.Currency == "" {
		return
	}
	section(p, page.Clean(s.Currency))
	rows := [][]string{{"should have cost", amount(s.Before.Amount), uncertainRange(&s.Before)}}
	for _, step := range s.Steps {
		if !page.IsZero(step.Amount) {
			rows = append(rows, []string{"  " + step.Step, signed(step.Amount), ""})
		}
	}
	rows = append(rows, []string{p.Paint(page.Bold, "would have cost"), p.Paint(page.Bold, amount(s.After.Amount)), uncertainRange(&s.After)})
	p.Table(2, []page.Column{{Name: "step"}, {Name: "amount", Right: true}, {Name: "not certain", Right: true}}, rows)
}

// uncertainRange is what may come on top of a side, "" for nothing.
func uncertainRange(s *result.WhatIfSide) string {
	if page.IsZero(s.High) {
		return ""
	}
	return "+" + amount(s.Low) + " to " + amount(s.High)
}

// whatIfLines are the largest differences.
func whatIfLines(p *page.Page, run *result.Run, lines []result.WhatIfLine) {
	lines = largest(lines)
	if len(lines) == 0 {
		return
	}
	names := namesOf(run)
	section(p, "By account, category and market")
	var rows [][]string
	for _, l := range lines[:min(len(lines), maxListed)] {
		rows = append(rows, []string{
			names.brief(l.WABA), page.Clean(l.Category), orUnknown(page.Clean(l.Market)), count(l.Before.Charges), count(l.After.Charges),
			page.Clean(l.Currency), amount(l.Before.Amount), amount(l.After.Amount), signed(l.Difference),
		})
	}
	p.Table(2, []page.Column{
		{Name: "account", Shrink: true}, {Name: "category"}, {Name: "market", Shrink: true}, {Name: "charges", Right: true}, {Name: "then", Right: true},
		{Name: "currency"}, {Name: "cost", Right: true}, {Name: "then", Right: true}, {Name: "difference", Right: true},
	}, rows)
	more(p, "  ", len(lines))
}

// largest puts the lines with the largest differences first, and leaves out those that
// stay as they are.
func largest(lines []result.WhatIfLine) []result.WhatIfLine {
	lines = slices.DeleteFunc(slices.Clone(lines), func(l result.WhatIfLine) bool { return l.Before == l.After })
	slices.SortStableFunc(lines, func(a, b result.WhatIfLine) int { return parsed(b.Difference).Abs().Cmp(parsed(a.Difference).Abs()) })
	return lines
}

// whatIfHTML is the same as one page for a browser.
func whatIfHTML(w io.Writer, r *result.WhatIf, o Options) error {
	d := newDocument("WhatsApp charges, what if", r.Tool, &r.Run)
	d.Headline = whatIfHeadlines(r)
	d.About = []html.Detail{{Name: "Period", Text: newReportClock(o, r.Run.Accounts).between(r.Run.Period.From, r.Run.Period.To, "all that the log covers")}}
	for _, a := range r.Assumed {
		d.Facts = append(d.Facts, html.Detail{Name: "Assumed", Text: page.Clean(a.Text)})
	}
	d.Missing = append(d.Missing, missingSection(r.Run.Missing)...)
	for i := range r.Sums {
		s := &r.Sums[i]
		if s.Currency == "" {
			continue
		}
		d.Money = append(d.Money, html.CurrencyMoney{Currency: page.Clean(s.Currency), Figures: []html.Headline{
			figure("Should have cost", s.Before.Amount, html.Due), figure("Would have cost", s.After.Amount, html.Plain), figure("Difference", s.Difference, differenceInk(s.Difference)),
			figure("Not certain, before", s.Before.High, html.Uncertain), figure("Not certain, then", s.After.High, html.Uncertain),
		}, Charts: charts(stepChart(s), lineChart(&r.Run, r.Lines, s.Currency))})
	}
	return html.Write(w, d)
}

// missingSection is what rates are missing, for a page for a browser.
func missingSection(needs []result.MissingRate) []html.TitledList {
	if len(needs) == 0 {
		return nil
	}
	p := page.New(math.MaxInt32, false)
	missingRates(p, needs)
	lines := paragraphs(p)
	return []html.TitledList{{Title: lines[0], Lines: lines[1:]}}
}

func differenceInk(value string) html.Tone {
	if parsed(value).Sign() < 0 {
		return html.Under
	}
	return html.Over
}

// stepChart leads from one side to the other.
func stepChart(s *result.WhatIfSum) html.Chart {
	c := html.Chart{Title: "From what it cost to what it would have cost", Columns: []string{"amount"}, Broad: true,
		Legend: []html.Key{{Ink: html.Over, Name: "more"}, {Ink: html.Under, Name: "less"}}}
	at := parsed(s.Before.Amount)
	c.Rows = append(c.Rows, html.ChartRow{Name: "should have cost", Cells: []string{amount(s.Before.Amount)}, Bars: []html.Bar{{To: at, Ink: html.Due}}, Sum: true})
	for _, step := range s.Steps {
		next := at.Add(parsed(step.Amount))
		if next != at {
			c.Rows = append(c.Rows, html.ChartRow{Name: step.Step, Cells: []string{signed(step.Amount)}, Bars: []html.Bar{{From: at, To: next, Ink: differenceInk(step.Amount)}}})
		}
		at = next
	}
	c.Rows = append(c.Rows, html.ChartRow{Name: "would have cost", Cells: []string{amount(s.After.Amount)}, Bars: []html.Bar{{To: at, Ink: html.Plain}}, Sum: true})
	return c
}

// lineChart is the largest lines of a currency, each side a bar.
func lineChart(run *result.Run, lines []result.WhatIfLine, currency string) html.Chart {
	c := html.Chart{Title: "By account, category and market", Columns: []string{"cost", "then", "difference"}, Broad: true,
		Legend: []html.Key{{Ink: html.Due, Name: "cost"}, {Ink: html.Plain, Name: "then"}}}
	names := namesOf(run)
	for _, l := range largest(lines) {
		if l.Currency != currency || len(c.Rows) == mostShares {
			continue
		}
		c.Rows = append(c.Rows, html.ChartRow{
			Name:  strings.Join([]string{names.brief(l.WABA), page.Clean(spaced(l.Category)), orUnknown(page.Clean(l.Market))}, ", "),
			Cells: []string{amount(l.Before.Amount), amount(l.After.Amount), signed(l.Difference)},
			Bars:  []html.Bar{{To: positive(l.Before.Amount), Ink: html.Due}, {To: positive(l.After.Amount), Ink: html.Plain, Lane: 1}},
		})
	}
	return c
}

// positive is an amount as a bar can show it: what volume tiers take off is below zero.
func positive(value string) money.Amount {
	if a := parsed(value); a.Sign() > 0 {
		return a
	}
	return money.Amount{}
}

// whatIfTables are a comparison as tables.
func whatIfTables(r *result.WhatIf, _ Options) []sheet.Table {
	sums := incompleteRows(&r.Run, 4)
	for _, a := range r.Assumed {
		sums = append(sums, []string{"assumed", a.Text, "", ""})
	}
	for _, s := range r.Sums {
		sums = append(sums, []string{"should have cost", "", s.Currency, s.Before.Amount})
		for _, step := range s.Steps {
			sums = append(sums, []string{"step", step.Step, s.Currency, step.Amount})
		}
		sums = append(sums, []string{"would have cost", "", s.Currency, s.After.Amount})
	}
	return []sheet.Table{
		sheet.Of("summary", []sheet.Column{{Name: "sum", Width: 18}, {Name: "of", Width: 40}, {Name: "currency", Width: 9}, {Name: "amount", Kind: sheet.Money, Width: 18}}, sums),
		lineSheet(&r.Run, r.Lines),
	}
}

// lineSheet is the lines of a comparison as a table.
func lineSheet(run *result.Run, lines []result.WhatIfLine) sheet.Table {
	n := namesOf(run)
	var rows [][]string
	for _, l := range lines {
		rows = append(rows, []string{
			l.WABA, n.of(l.WABA), l.Market, l.Category, l.Currency, whole(l.Before.Charges), whole(l.After.Charges), whole(l.Before.Free), whole(l.After.Free),
			l.Before.Amount, l.After.Amount, l.Difference, whole(l.Before.Uncertain), l.Before.Low, l.Before.High, whole(l.After.Uncertain), l.After.Low, l.After.High,
			whole(l.Before.Unvalued), whole(l.After.Unvalued),
		})
	}
	return sheet.Of("lines", []sheet.Column{
		{Name: "waba_id", Width: 18}, {Name: "account", Width: 20, Brief: true}, {Name: "market", Width: 22, Brief: true}, {Name: "category", Brief: true}, {Name: "currency", Width: 9, Brief: true},
		{Name: "charges_before", Kind: sheet.Count}, {Name: "charges_after", Kind: sheet.Count}, {Name: "free_before", Kind: sheet.Count}, {Name: "free_after", Kind: sheet.Count},
		{Name: "amount_before", Kind: sheet.Money, Brief: true}, {Name: "amount_after", Kind: sheet.Money, Brief: true}, {Name: "difference", Kind: sheet.Money, Brief: true},
		{Name: "uncertain_before", Kind: sheet.Count}, {Name: "low_before", Kind: sheet.Money}, {Name: "high_before", Kind: sheet.Money},
		{Name: "uncertain_after", Kind: sheet.Count}, {Name: "low_after", Kind: sheet.Money}, {Name: "high_after", Kind: sheet.Money},
		{Name: "unvalued_before", Kind: sheet.Count}, {Name: "unvalued_after", Kind: sheet.Count},
	}, rows)
}
