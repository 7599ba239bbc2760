package report

import (
	"maps"
	"slices"

	"waudit/audit/result"
	"waudit/report/page"
)

// billTable is the bill that a person reads in a terminal.
func billTable(p *page.Page, b *result.ExpectedBill, _ Options) {
	incomplete(p, &b.Run)
	notes(p, b.Run.Notes)
	names := namesOf(&b.Run)
	billEstimate(p, b)
	billSums(p, b, names)
	billForecast(p, b.Forecast)
	for lines := b.Lines; len(lines) > 0; {
		n := 1
		for n < len(lines) && lines[n].WABA == lines[0].WABA && lines[n].Month == lines[0].Month {
			n++
		}
		billMonth(p, lines[:n], names)
		lines = lines[n:]
	}
	unset(p, b.Run.Unset)
	missingRates(p, b.Run.Missing)
}

// some writes a number, none as nothing.
func some(n int64) string {
	if n == 0 {
		return ""
	}
	return count(n)
}

// billEstimate says that amounts are estimates, and how to have better ones.
func billEstimate(p *page.Page, b *result.ExpectedBill) {
	for _, t := range b.Totals {
		if t.Estimate {
			estimate(p, t.Currency, b.Run.Inputs)
			p.Blank()
			return
		}
	}
}

// billSums is the money of each account and month, and where there are several of
// them in all.
func billSums(p *page.Page, b *result.ExpectedBill, names names) {
	columns := []page.Column{{Name: "account", Shrink: true}, {Name: "month"}, {Name: "charges", Right: true}, {Name: "currency"}, {Name: "should cost", Right: true},
		{Name: "possible extra: at least", Right: true}, {Name: "at most", Right: true}, {Name: "no rate", Right: true}}
	var rows [][]string
	row := func(who string, t *result.BillTotal) {
		rows = append(rows, []string{who, t.Month, count(t.Charges), page.Clean(t.Currency), p.Paint(page.Bold, amount(t.Amount)),
			amount(t.Low), amount(t.High), count(t.Unvalued)})
	}
	for i := range b.Totals {
		who := "volume tiers"
		if waba := b.Totals[i].WABA; waba != "" {
			who = names.brief(waba)
		}
		row(who, &b.Totals[i])
	}
	if len(rows) == 0 {
		p.Text(0, "Nothing should have been charged.")
		return
	}
	for _, s := range b.Sums {
		own := func(t result.BillTotal) bool { return t.Currency == s.Currency }
		if i := slices.IndexFunc(b.Totals, own); i >= 0 && slices.ContainsFunc(b.Totals[i+1:], own) {
			row(p.Paint(page.Bold, "all"), &result.BillTotal{BillSum: s})
		}
	}
	p.Table(0, columns, rows)
}

// billForecast is what the month will likely come to, and what the same way of telling
// would have told of earlier months.
func billForecast(p *page.Page, f *result.Forecast) {
	if f == nil {
		return
	}
	section(p, "Forecast for "+page.Clean(f.Month)+", from "+page.Clean(f.Through)+" on")
	if f.Why != "" {
		p.Hang("  ", "Nothing can be foretold: "+page.Clean(f.Why)+".")
		return
	}
	var rows [][]string
	for _, s := range slices.Concat(f.Sums, f.Past) {
		actual := "not over"
		if s.Actual != "" {
			actual = amount(s.Actual)
		}
		rows = append(rows, []string{page.Clean(s.Month), page.Clean(s.Currency), amount(s.SoFar), p.Paint(page.Bold, amount(s.Likely)), amount(s.Low), amount(s.High), actual})
	}
	p.Table(2, []page.Column{{Name: "month"}, {Name: "currency"}, {Name: "so far", Right: true}, {Name: "likely", Right: true}, {Name: "low", Right: true}, {Name: "high", Right: true}, {Name: "was", Right: true}}, rows)
	how := "The days to come as in each of the " + counted(int64(f.Weeks), "week") + " before: their mean, the quietest and the busiest."
	if len(f.Past) > 0 {
		how += " Earlier months are foretold on the same day of the month, at the rates of the log's last day."
	}
	p.Hang("  ", how)
}

// billMonth is the lines of an account's month.
func billMonth(p *page.Page, lines []result.BillLine, names names) {
	account := "account " + names.full(lines[0].WABA)
	if lines[0].WABA == "" {
		account = "portfolio " + page.Clean(lines[0].Portfolio)
	}
	section(p, lines[0].Month+", "+account)
	columns := []page.Column{{Name: "market", Shrink: true}, {Name: "category"}, {Name: "charges", Right: true}, {Name: "rate", Right: true},
		{Name: "amount", Right: true}, {Name: "free", Right: true}, {Name: "uncertain", Right: true}}
	var rows [][]string
	free := map[string]int64{}
	for i := range lines {
		l := &lines[i]
		var none int64
		for _, u := range l.Free {
			free[u.Reason] += u.Messages
			none += u.Messages
		}
		shown := amount(l.Amount)
		if l.Missing != "" {
			shown = "no " + page.Clean(l.Missing)
		}
		rows = append(rows, []string{orUnknown(page.Clean(l.Market)), page.Clean(l.Category), count(l.Charges), amount(l.Rate), shown, some(none), some(l.Uncertain)})
		if len(l.Tiers) > 1 {
			for _, t := range l.Tiers {
				rows = append(rows, []string{"", "  from " + count(t.From), count(t.Messages), amount(t.Rate), amount(t.Amount), "", ""})
			}
		}
	}
	p.Table(2, columns, rows)
	var reasons []string
	for _, reason := range slices.Sorted(maps.Keys(free)) {
		reasons = append(reasons, phrase(count(free[reason])+" "+spaced(reason)))
	}
	if len(reasons) > 0 {
		p.Items("  Free: ", reasons...)
	}
}
