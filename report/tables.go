package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"waudit/audit/result"
	"waudit/report/sheet"
)

// auditTables are an audit's report as tables.
func auditTables(r *result.Report, o Options) []sheet.Table {
	n := namesOf(&r.Run)
	columns, order := findingColumns(n, newReportClock(o, r.Run.Accounts), false), byMoney(r.Findings)
	return []sheet.Table{
		auditSummary(r, n), findingTable("findings", columns, order), claimTable(columns, order), coverageTable(&r.Run, auditCoverage(&r.Coverage)),
	}
}

// reconcileTables are a reconciliation as tables.
func reconcileTables(r *result.Reconciliation, o Options) []sheet.Table {
	n := namesOf(&r.Run)
	columns, order := findingColumns(n, newReportClock(o, r.Run.Accounts), true), byMoney(r.Findings)
	return []sheet.Table{
		reconcileSummary(r, n), findingTable("findings", columns, order), claimTable(columns, order), waterfallTable(r.Waterfall), volumeTable(r.Volumes, n),
		coverageTable(&r.Run, scopeRows(&r.Scope, n)),
	}
}

// billTables are a bill as tables.
func billTables(b *result.ExpectedBill, _ Options) []sheet.Table {
	n := namesOf(&b.Run)
	tables := []sheet.Table{billSummary(b, n), billLines(b, n), coverageTable(&b.Run, nil)}
	if b.Forecast != nil {
		tables = append(tables, forecastTable(b.Forecast))
	}
	return tables
}

// summaryColumns are those of sums of findings: what a row sums up, of which, and the
// money.
func summaryColumns(reported, expected string) []sheet.Column {
	return []sheet.Column{
		{Name: "sum"}, {Name: "of", Width: 26}, {Name: "id", Width: 20}, {Name: "findings", Kind: sheet.Count}, {Name: "charges", Kind: sheet.Count}, {Name: "currency", Width: 9},
		{Name: reported, Kind: sheet.Money}, {Name: expected, Kind: sheet.Money}, {Name: "overcharged", Kind: sheet.Money}, {Name: "undercharged", Kind: sheet.Money},
		{Name: "uncertain", Kind: sheet.Money}, {Name: "to_claim", Kind: sheet.Money},
	}
}

// summary is rows of sums on their way.
type summary [][]string

// incompleteRows say what is amiss with a run, in the first of so many columns: before the
// reason come the cells between.
func incompleteRows(run *result.Run, columns int, between ...string) (rows [][]string) {
	for _, why := range run.Incomplete {
		row := append(append([]string{"INCOMPLETE"}, between...), why)
		rows = append(rows, append(row, make([]string, columns-len(row))...))
	}
	return rows
}

// add adds a row for each currency, or one without money.
func (s *summary) add(what, of, id, findings, charges string, sums []result.Amounts) {
	for _, a := range sums {
		*s = append(*s, []string{what, of, id, findings, charges, a.Currency, a.Reported, a.Expected, a.Overcharged, a.Undercharged, a.Uncertain, ""})
		findings, charges = "", "" // they stand once, so that the columns can be added up
	}
	if len(sums) == 0 {
		*s = append(*s, []string{what, of, id, findings, charges, "", "", "", "", "", "", ""})
	}
}

// claim adds what is to be claimed, a row for each currency.
func (s *summary) claim(what string, sums []result.Money) {
	for _, m := range sums {
		*s = append(*s, []string{what, "", "", "", "", m.Currency, "", "", "", "", "", m.Amount})
	}
}

func auditSummary(r *result.Report, n names) sheet.Table {
	s, t := summary(incompleteRows(&r.Run, 12)), &r.Totals
	if e := t.Estimated; e != nil {
		s = append(s, []string{"ESTIMATE", estimated(e.Currency), "", "", whole(e.Messages), "", "", "", "", "", "", ""})
	}
	s.add("total", "", "", whole(int64(len(r.Findings))), whole(t.ChargesReported), t.Amounts)
	s.claim("to claim", t.Claim)
	for _, g := range t.Groups {
		of, id := g.Key, ""
		if g.By == "account" {
			of, id = n.of(g.Key), g.Key
		}
		if g.Others {
			of = "volume tiers of several together"
		}
		s.add(g.By, orUnknown(of), id, "", whole(g.ChargesReported), g.Amounts)
	}
	s.checks(t.ByCheck)
	return sheet.Of("summary", summaryColumns("reported", "expected"), s)
}

func (s *summary) checks(totals []result.CheckTotal) {
	for _, c := range totals {
		s.add("check", c.Name, c.Check, whole(c.Findings), "", c.Amounts)
	}
}

func reconcileSummary(r *result.Reconciliation, n names) sheet.Table {
	s := summary(incompleteRows(&r.Run, 12))
	s.add("total", "", "", whole(int64(len(r.Findings))), "", r.Totals.Amounts)
	s.claim("to claim", r.Claims.Open)
	s.claim("claimed before", r.Claims.Claimed)
	for _, a := range r.Totals.Accounts {
		s.add("account", orUnknown(n.of(a.WABA)), a.WABA, whole(a.Findings), "", a.Amounts)
	}
	s.checks(r.Totals.ByCheck)
	return sheet.Of("summary", summaryColumns("billed", "due"), s)
}

func waterfallTable(all []result.Waterfall) sheet.Table {
	var rows [][]string
	for _, f := range all {
		rows = append(rows, []string{"due according to the log", "", "", f.Currency, f.Expected})
		for _, s := range f.Steps {
			rows = append(rows, []string{stepWords(s.Step), s.Check, whole(s.Count), f.Currency, s.Amount})
		}
		rows = append(rows, []string{"total of the bill's lines", "", "", f.Currency, f.Total})
		if f.Stated != "" {
			rows = append(rows, []string{"total stated on the bill", "", "", f.Currency, f.Stated})
		}
	}
	return sheet.Of("waterfall", []sheet.Column{
		{Name: "step", Width: 44}, {Name: "check", Width: 8}, {Name: "number", Kind: sheet.Count}, {Name: "currency", Width: 9}, {Name: "amount", Kind: sheet.Money, Width: 18},
	}, rows)
}

func volumeTable(volumes []result.Volume, n names) sheet.Table {
	var rows [][]string
	for _, c := range volumes {
		rows = append(rows, []string{
			n.of(c.WABA), c.WABA, c.Number, c.Period, c.Market, c.Country, c.Category, c.Type, whole(c.Billed), whole(c.Log), c.Currency, c.Amount, c.Due, strconv.FormatBool(c.Estimate),
		})
	}
	return sheet.Of("volumes", []sheet.Column{
		{Name: "account", Width: 20}, {Name: "waba_id", Width: 18}, {Name: "phone_number_id", Width: 18}, {Name: "period", Kind: sheet.Instant}, {Name: "market", Width: 22}, {Name: "country"},
		{Name: "category"}, {Name: "pricing_type"}, {Name: "billed_volume", Kind: sheet.Count}, {Name: "log_volume", Kind: sheet.Count}, {Name: "currency", Width: 9},
		{Name: "billed", Kind: sheet.Money}, {Name: "due", Kind: sheet.Money}, {Name: "estimate", Kind: sheet.Truth},
	}, rows)
}

func billSummary(b *result.ExpectedBill, n names) sheet.Table {
	rows := incompleteRows(&b.Run, 10)
	if i := slices.IndexFunc(b.Totals, func(t result.BillTotal) bool { return t.Estimate }); i >= 0 {
		rows = append(rows, []string{"ESTIMATE", estimated(b.Totals[i].Currency), "", "", "", "", "", "", "", ""})
	}
	for _, s := range b.Sums {
		rows = append(rows, []string{"total", "", "", "", whole(s.Charges), s.Currency, s.Amount, s.Low, s.High, whole(s.Unvalued)})
	}
	for _, t := range b.Totals {
		of := cmp.Or(n.of(t.WABA), "volume tiers of several accounts")
		rows = append(rows, []string{"account", of, t.WABA, t.Month, whole(t.Charges), t.Currency, t.Amount, t.Low, t.High, whole(t.Unvalued)})
	}
	return sheet.Of("summary", []sheet.Column{
		{Name: "sum"}, {Name: "of", Width: 26}, {Name: "id", Width: 20}, {Name: "month"}, {Name: "charges", Kind: sheet.Count}, {Name: "currency", Width: 9},
		{Name: "amount", Kind: sheet.Money}, {Name: "uncertain_low", Kind: sheet.Money}, {Name: "uncertain_high", Kind: sheet.Money}, {Name: "unvalued", Kind: sheet.Count},
	}, rows)
}

// billLines is a row a line of the bill, tiers and free units in a cell each.
func billLines(b *result.ExpectedBill, n names) sheet.Table {
	var rows [][]string
	for _, l := range b.Lines {
		var tiers, free []string
		for _, t := range l.Tiers {
			tiers = append(tiers, whole(t.Messages)+" at "+t.Rate)
		}
		for _, u := range l.Free {
			free = append(free, whole(u.Messages)+" "+u.Reason)
		}
		rows = append(rows, []string{
			l.WABA, l.Portfolio, l.Month, l.Market, l.Category, l.Unit, l.Currency, whole(l.Charges), l.Rate, l.Amount,
			strings.Join(tiers, "; "), strings.Join(free, "; "), whole(l.Uncertain), l.Low, l.High, whole(l.Unvalued), l.Missing, l.Note, n.of(l.WABA),
		})
	}
	return sheet.Of("bill", []sheet.Column{
		{Name: "waba_id", Width: 18}, {Name: "portfolio"}, {Name: "month", Width: 9, Brief: true}, {Name: "market", Width: 22, Brief: true}, {Name: "category", Brief: true}, {Name: "unit", Width: 12},
		{Name: "currency", Width: 9, Brief: true}, {Name: "charges", Kind: sheet.Count, Brief: true}, {Name: "rate", Kind: sheet.Money, Brief: true}, {Name: "amount", Kind: sheet.Money, Brief: true},
		{Name: "tiers", Width: 24}, {Name: "free", Width: 24}, {Name: "uncertain", Kind: sheet.Count, Brief: true}, {Name: "uncertain_low", Kind: sheet.Money},
		{Name: "uncertain_high", Kind: sheet.Money, Brief: true}, {Name: "unvalued", Kind: sheet.Count}, {Name: "missing"}, {Name: "note", Width: 30}, {Name: "account", Width: 20, Brief: true},
	}, rows)
}

func forecastTable(f *result.Forecast) sheet.Table {
	var rows [][]string
	for _, s := range slices.Concat(f.Sums, f.Past) {
		rows = append(rows, []string{s.Month, s.Currency, s.SoFar, s.Likely, s.Low, s.High, s.Actual})
	}
	return sheet.Of("forecast", []sheet.Column{
		{Name: "month"}, {Name: "currency", Width: 9}, {Name: "so_far", Kind: sheet.Money}, {Name: "likely", Kind: sheet.Money}, {Name: "low", Kind: sheet.Money}, {Name: "high", Kind: sheet.Money}, {Name: "was", Kind: sheet.Money},
	}, rows)
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }
