package report

import (
	"cmp"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
	"waudit/report/sheet"
)

// coverageTable is what to know of a run before its sums are trusted: what was read,
// of which time, and what is missing. A format's own rows stand behind the period.
func coverageTable(run *result.Run, own [][]string) sheet.Table {
	rows := [][]string{{"judged period", "", result.Known(run.Period.From), result.Known(run.Period.To), "", ""}}
	rows = append(rows, own...)
	add := func(what, name, number, note string) { rows = append(rows, []string{what, name, "", "", number, note}) }
	for _, why := range run.Incomplete {
		add("incomplete", "", "", why)
	}
	for _, note := range run.Notes {
		add("warning", "", "", note)
	}
	for _, f := range run.Unset {
		add("not configured", f.WABA+" "+f.Key, whole(f.Messages), "messages depend on it")
	}
	for _, m := range run.Missing {
		rows = append(rows, []string{"missing rate", m.Card + " " + m.Currency + " " + m.Market + " " + m.Category, m.From, m.To, whole(m.Messages), "messages need it"})
	}
	for _, x := range run.NotRun {
		add("check that did not run", x.Check, "", x.Why)
	}
	for _, in := range run.Inputs {
		add("input", in.Path, whole(in.Records), inputNote(in))
	}
	for _, c := range run.Rates {
		add("rate card", c.ID, "", c.SHA256)
	}
	return sheet.Of("coverage", []sheet.Column{
		{Name: "what", Width: 24}, {Name: "name", Width: 36}, {Name: "from", Kind: sheet.Instant}, {Name: "to", Kind: sheet.Instant}, {Name: "number", Kind: sheet.Count}, {Name: "note", Width: 60},
	}, rows)
}

// inputNote says what came of an input's records.
func inputNote(in result.InputFile) string {
	if in.Skipped != "" {
		return "skipped: " + in.Skipped
	}
	parts := []string{"records: used " + whole(in.Used), "ignored " + whole(in.Ignored), "duplicates " + whole(in.Duplicates), "rejected " + whole(in.Rejected)}
	if in.Incomplete != "" {
		parts = append(parts, in.Incomplete)
	}
	return strings.Join(parts, ", ")
}

func auditCoverage(c *result.Coverage) [][]string {
	rows := [][]string{
		{"log", "", result.Known(c.From), result.Known(c.To), "", ""},
		{"user messages", "", "", "", whole(c.Inbound), ""},
		{"status updates", "", "", "", whole(c.Statuses), ""},
		{"delivered messages with pricing", "", "", "", "", percent(c.DeliveredWithPricing)},
		{"delivered messages with sending time", "", "", "", "", percent(c.DeliveredWithSent)},
		{"numbers with user messages", "", "", "", "", percent(c.NumbersWithInbound)},
	}
	for i := range c.Gaps {
		g := &c.Gaps[i]
		rows = append(rows, []string{"gap", g.Number, g.From, g.To, "", silence(g)})
	}
	return rows
}

func scopeRows(s *result.Scope, n names) [][]string {
	rows := [][]string{{"bill", "", s.Bill.From, s.Bill.To, "", ""}, {"log", "", s.Log.From, s.Log.To, "", ""}}
	for _, l := range s.Left {
		of := cmp.Or(l.Number, n.of(l.WABA))
		note := page.Words(l.Reason) + ": " + l.Currency + " " + l.Amount
		rows = append(rows, []string{"lines not compared", of, l.From, l.To, whole(l.Lines), note})
	}
	for _, e := range s.NotInBill {
		rows = append(rows, []string{"charged messages not in the bill", n.of(e.WABA), "", "", whole(e.Messages), e.Month})
	}
	return rows
}
