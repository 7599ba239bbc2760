package report

import (
	"cmp"
	"io"
	"slices"

	"waudit/audit/money"
	"waudit/audit/result"
	"waudit/report/html"
	"waudit/report/page"
)

// reconcileHTML is a reconciliation as one page for a browser.
func reconcileHTML(w io.Writer, r *result.Reconciliation, o Options) error {
	totals := r.Totals.ByCheck
	v := newAuditView(nil, &result.Report{Run: r.Run, Findings: r.Findings, Totals: result.Totals{ByCheck: totals}}, o)
	d := newDocument("WhatsApp bill, reconciled", r.Tool, &r.Run)
	d.About = []html.Detail{
		{Name: "Period", Text: v.clock.between(r.Run.Period.From, r.Run.Period.To, "all that bill and log cover")},
		{Name: "Bill", Text: v.covered(r.Scope.Bill)}, {Name: "Log", Text: v.covered(r.Scope.Log)},
	}
	d.Headline = v.lines(func(v *auditView) { claimed(v.Page, &r.Claims) })
	d.Facts = runFacts(v.lines(func(v *auditView) { matching(v.Page, &r.Matching) }))
	d.Missing = append(d.Missing, v.sections((*auditView).unsetFacts)...)
	d.Run, d.Zones, d.Findings = append(volumeSection(r.Volumes), v.sections((*auditView).inputs)...), v.zones(o), r.Findings
	if left := v.lines(func(v *auditView) { v.leftOut(&r.Scope); v.estimates(r) }); len(left) > 0 {
		d.Missing = append([]html.TitledList{{Title: "Outside the comparison", Lines: left}}, d.Missing...)
	}
	for i := range r.Waterfall {
		d.Money = append(d.Money, billMoney(r, &r.Waterfall[i], totals))
	}
	slices.SortStableFunc(d.Money, zeroLast)
	if len(d.Headline) == 0 {
		d.Headline = []string{"There is nothing to claim."}
	}
	return html.Write(w, d)
}

// volumeSection lists the volumes in which bill and log differ.
func volumeSection(volumes []result.Volume) []html.TitledList {
	s := html.TitledList{Title: "Volumes that differ"}
	for _, c := range volumes[:min(len(volumes), maxListed)] {
		s.Lines = append(s.Lines, page.Clean(c.Period+", "+cmp.Or(c.Market, c.Country)+", "+c.Category+": ")+
			count(c.Billed)+" billed for "+cash(c.Currency, c.Amount)+", "+count(c.Log)+" in the log for "+cash(c.Currency, c.Due))
	}
	if more := len(volumes) - len(s.Lines); more > 0 {
		s.Lines = append(s.Lines, "… and "+count(int64(more))+" more: -f json lists all")
	}
	if len(s.Lines) == 0 {
		return nil
	}
	return []html.TitledList{s}
}

// covered says from when to when a bill or a log is.
func (v *auditView) covered(c result.Covered) string {
	if c.From == "" {
		return "no days known"
	}
	return v.clock.between(&c.From, &c.To, "")
}

// billMoney is what a reconciliation tells in one currency.
func billMoney(r *result.Reconciliation, f *result.Waterfall, totals []result.CheckTotal) html.CurrencyMoney {
	m := html.CurrencyMoney{Currency: page.Clean(f.Currency), Figures: []html.Headline{figure("To claim", of(r.Claims.Open, f.Currency), html.Over)}}
	if before := of(r.Claims.Claimed, f.Currency); !page.IsZero(before) {
		m.Figures = append(m.Figures, figure("Claimed before", before, html.Plain))
	}
	m.Figures = append(m.Figures, figure("Total of the bill's lines", f.Total, html.Plain), figure("Due according to the log", f.Expected, html.Due))
	sum := inCurrency(r.Totals.Amounts, f.Currency)
	m.Charts = charts(
		waterfallChart(f, totals),
		wrongChart("By check", checkShares(totals, f.Currency)),
		wrongChart("By category", categoryShares(r.Totals.ByCategory, f.Currency)),
		dayChart(&r.Totals.Dated, sum, sum),
	)
	return m
}

// of is the money of one currency.
func of(list []result.Money, currency string) string {
	for _, m := range list {
		if m.Currency == currency {
			return m.Amount
		}
	}
	return none
}

// categoryShares are the sums of findings in one currency by category.
func categoryShares(sums []result.KeySum, currency string) (all []share) {
	for i := range sums {
		a := inCurrency(sums[i].Amounts, currency)
		s := share{name: spaced(orUnknown(sums[i].Key)), over: a.Overcharged, uncertain: a.Uncertain}
		if sums[i].Key != "" {
			s.filter = filter("category", spaced(sums[i].Key))
		}
		all = append(all, s)
	}
	return sorted(all)
}

// waterfallChart leads from what is due to the bill's total. Where the steps are small
// beside it, the scale does not begin at zero, or they would not be seen.
func waterfallChart(f *result.Waterfall, totals []result.CheckTotal) html.Chart {
	c := html.Chart{
		Title: "From what is due to the bill", Columns: []string{"check", "number", "amount"}, Broad: true,
		Legend: []html.Key{{Ink: html.Over, Name: "overcharged"}, {Ink: html.Uncertain, Name: "uncertain"}, {Ink: html.Under, Name: "undercharged"}, {Ink: html.Plain, Name: "other"}},
	}
	at := parsed(f.Expected)
	low, high := at, at
	whole := func(name, value string, ink html.Tone) {
		c.Rows = append(c.Rows, html.ChartRow{Name: name, Cells: []string{"", "", amount(value)}, Bars: []html.Bar{{To: parsed(value), Ink: ink}}, Sum: true})
	}
	whole("due according to the log", f.Expected, html.Due)
	for _, s := range f.Steps {
		next := at.Add(parsed(s.Amount))
		shown := amount(s.Amount)
		if next.Cmp(at) >= 0 {
			shown = "+" + shown
		}
		row := html.ChartRow{Name: page.Clean(stepWords(s.Step)), Cells: []string{page.Clean(s.Check), some(s.Count), shown}, Bars: []html.Bar{{From: at, To: next, Ink: stepInk(s, totals, f.Currency)}}}
		if s.Check != "" {
			row.Filter = filter("check", s.Check)
		}
		c.Rows = append(c.Rows, row)
		at = next
		low, high = money.Min(low, at), money.Max(high, at)
	}
	whole("total of the bill's lines", f.Total, html.Plain)
	if f.Stated != "" && f.Stated != f.Total {
		whole("total stated on the bill (does not equal its lines)", f.Stated, html.Plain)
		low, high = money.Min(low, parsed(f.Stated)), money.Max(high, parsed(f.Stated))
	}
	c.Start = waterfallStart(low, high)
	if !c.Start.IsZero() {
		c.Note = "The bars begin at " + cash(f.Currency, money.Format(c.Start, 4)) + ", not at zero."
	}
	return c
}

// waterfallStart is a round amount somewhat below the lowest, if that is far from zero
// measured by the steps.
func waterfallStart(low, high money.Amount) money.Amount {
	steps := high.Sub(low)
	if steps.IsZero() || low.Cmp(steps.Times(2)) <= 0 {
		return money.Amount{}
	}
	unit := money.Of(1)
	for unit.Times(10).Cmp(steps) <= 0 {
		unit = unit.Times(10)
	}
	start := money.Amount{}
	for _, digit := range magnitudes(unit, low) {
		for next := start.Add(digit); next.Cmp(low.Sub(steps.Quo(10))) <= 0; next = next.Add(digit) {
			start = next
		}
	}
	return start
}

// magnitudes are the powers of ten from the largest within an amount down to a unit.
func magnitudes(unit, within money.Amount) (out []money.Amount) {
	for m := unit; m.Cmp(within) <= 0; m = m.Times(10) {
		out = append(out, m)
	}
	slices.Reverse(out)
	return out
}

// stepInk is the ink of a step of the waterfall. Only what a finding calls overcharged
// is shown as that.
func stepInk(s result.Step, totals []result.CheckTotal, currency string) html.Tone {
	switch {
	case s.Step == "uncertain":
		return html.Uncertain
	case s.Check == "":
		return html.Plain
	case parsed(s.Amount).Sign() < 0:
		return html.Under
	}
	for _, t := range checkShares(totals, currency) {
		if t.filter == filter("check", s.Check) && !page.IsZero(t.over) {
			return html.Over
		}
	}
	return html.Uncertain
}
