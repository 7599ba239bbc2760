package report

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

// reconcileJSON is waudit.reconcile/v1.
func reconcileJSON(w io.Writer, r *result.Reconciliation, _ Options) error {
	c := *r
	c.Findings = nil
	return writeEndingWith(w, &c, nil, r.Findings)
}

// reconcileTable is what a person reads in a terminal.
func reconcileTable(p *page.Page, r *result.Reconciliation, o Options) {
	v := newAuditView(p, &result.Report{Run: r.Run, Findings: r.Findings, Totals: result.Totals{ByCheck: r.Totals.ByCheck}}, o)
	v.incomplete()
	notes(p, r.Run.Notes)
	v.leftOut(&r.Scope)
	v.estimates(r)
	for i := range r.Waterfall {
		waterfall(p, &r.Waterfall[i])
	}
	matching(p, &r.Matching)
	claimed(p, &r.Claims)
	v.byAccount(r.Totals.Accounts)
	baseline(p, r.Baseline)
	volumes(p, r.Volumes)
	v.findings()
	v.unsetFacts()
	v.inputs()
}

// byAccount is what the findings of each account come to, where there are several.
func (v *auditView) byAccount(all []result.AccountTotal) {
	if len(all) < 2 {
		return
	}
	var rows [][]string
	for _, a := range all[:min(len(all), maxListed)] {
		account, findings := v.names.brief(a.WABA), count(a.Findings)
		for _, sum := range a.Amounts {
			rows = append(rows, []string{
				account, findings, page.Clean(sum.Currency),
				v.unlessZero(page.Red, sum.Overcharged), v.unlessZero(page.Cyan, sum.Undercharged), v.unlessZero(page.Yellow, sum.Uncertain),
			})
			account, findings = "", ""
		}
	}
	if len(rows) == 0 {
		return
	}
	v.Blank()
	v.Table(0, []page.Column{
		{Name: "account", Shrink: true}, {Name: "findings", Right: true}, {Name: "currency"}, {Name: "overcharged", Right: true}, {Name: "undercharged", Right: true}, {Name: "uncertain", Right: true},
	}, rows)
	more(v.Page, "", len(all))
}

// leftOut says first what of the bill is compared with nothing, and why.
func (v *auditView) leftOut(s *result.Scope) {
	p := v.Page
	for _, l := range s.Left[:min(len(s.Left), maxListed)] {
		whose := "of the bill"
		switch {
		case l.Number != "":
			whose = "of number " + page.Clean(l.Number)
		case l.WABA != "":
			whose = "of account " + v.names.brief(l.WABA)
		}
		why := map[string]string{
			"outside_period": "outside the judged period", "not_in_log": "of which the log has nothing: add its log",
			"other_currency": "not in the account's currency", "currency_unknown": "whose currency is not known: set it",
			"no_rate": "without a rate for " + page.Clean(l.Rate),
		}[l.Reason]
		p.Hang("Not compared  ", counted(l.Lines, "line")+" "+whose+", "+cash(l.Currency, l.Amount)+", "+why)
	}
	more(p, "  ", len(s.Left))
	messages := int64(0)
	for _, e := range s.NotInBill {
		messages += e.Messages
	}
	if messages > 0 {
		p.Hang("Not in the bill  ", counted(messages, "charged message")+" of the log, in months, days or accounts that the bill does not cover")
	}
	if messages > 0 || len(s.Left) > 0 {
		p.Blank()
	}
}

// estimates says what is due of accounts whose currency nobody has set, as far as it can
// be told, and how to set it.
func (v *auditView) estimates(r *result.Reconciliation) {
	for _, e := range r.Estimates[:min(len(r.Estimates), maxListed)] {
		v.Hang("Estimate  ", "by the log at least "+counted(e.Charges, "charge")+verbFor(e.Charges)+" due for account "+v.names.brief(e.WABA)+", "+cash(e.Currency, e.Due)+
			" at Meta's list rates; the bill has "+cash(e.Currency, e.Billed)+" in "+counted(e.Lines, "line")+" for it")
	}
	more(v.Page, "  ", len(r.Estimates))
	if len(r.Estimates) > 0 {
		v.Hang("          ", "Estimates are neither compared nor claimed. To set the currencies: "+suggestCommand(logsOf(r.Run.Inputs)))
		v.Blank()
	}
}

func verbFor(n int64) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

// logsOf leaves out the files of the bill.
func logsOf(inputs []result.InputFile) []result.InputFile {
	return slices.DeleteFunc(slices.Clone(inputs), func(in result.InputFile) bool { return in.Dialect == "invoice" })
}

// waterfall is the way from what is due to the bill's total.
func waterfall(p *page.Page, f *result.Waterfall) {
	columns := []page.Column{{Name: f.Currency}, {Name: "check"}, {Name: "number", Right: true}, {Name: "amount", Right: true}}
	rows := [][]string{{"due according to the log", "", "", amount(f.Expected)}}
	for _, s := range f.Steps {
		shown := amount(s.Amount)
		if !strings.HasPrefix(s.Amount, "-") {
			shown = "+" + shown
		}
		ink := page.Red
		if s.Check == "" || strings.HasPrefix(s.Amount, "-") {
			ink = page.Cyan
		}
		rows = append(rows, []string{page.Clean(stepWords(s.Step)), page.Clean(s.Check), some(s.Count), p.Paint(ink, shown)})
	}
	rows = append(rows, []string{"total of the bill's lines", "", "", p.Paint(page.Bold, amount(f.Total))})
	if f.Stated != "" {
		text := "total stated on the bill"
		if f.Stated != f.Total {
			text = p.Paint(page.Yellow, "total stated on the bill (does not equal its lines)")
		}
		rows = append(rows, []string{text, "", "", amount(f.Stated)})
	}
	p.Table(0, columns, rows)
	p.Blank()
}

// stepWords says for a person what a step of the waterfall is.
func stepWords(step string) string {
	words, ok := map[string]string{
		"charged though it should have cost nothing": "should have been free",
		"charged wrongly":                              "wrong price or category",
		"uncertain":                                    "cannot be decided",
		"billed, and not in the log":                   "billed, not in the log",
		"charged messages without a line":              "in the log, not billed",
		"accepted, or of checks that are switched off": "accepted, or from checks that are switched off",
	}[step]
	if !ok {
		return step
	}
	return words
}

func matching(p *page.Page, m *result.Matching) {
	items := []string{counted(m.Lines, "line")}
	for _, x := range []struct {
		n    int64
		text string
	}{{m.Matched, "matched"}, {m.Differing, "of them differing"}, {m.NotSeen, "not in the log"}, {m.OutOfPeriod, "outside the period"}, {m.NotCompared, "not compared"}} {
		if x.n > 0 {
			items = append(items, phrase(count(x.n)+" "+x.text))
		}
	}
	for _, x := range []struct {
		n    int64
		text string
	}{{m.Volumes, "volume"}, {m.Other, "other item"}, {m.Duplicates, "duplicate"}} {
		if x.n > 0 {
			items = append(items, counted(x.n, x.text))
		}
	}
	p.Items("Bill  ", items...)
	if m.VolumeUnits > 0 {
		text := "contains " + count(m.VolumeSeen) + " of the " + counted(m.VolumeUnits, "unit") + " that the bill's volumes count."
		if lacks := m.VolumeUnits - m.VolumeSeen; lacks > 0 {
			text += " The missing " + count(lacks) + " can be claimed only where the log is complete."
		}
		p.Hang("Log   ", text)
	}
	p.Hang("Log   ", counted(m.NotBilled, "charged message")+" not on the bill")
}

// claimed says what was claimed before, and what is to be claimed now.
func claimed(p *page.Page, c *result.ClaimsSummary) {
	var open, before []string
	for _, m := range c.Open {
		open = append(open, p.Paint(page.Red, cash(m.Currency, m.Amount)))
	}
	for _, m := range c.Claimed {
		before = append(before, cash(m.Currency, m.Amount))
	}
	if len(open) > 0 {
		p.Hang("To claim  ", and(open))
	}
	if len(before) > 0 {
		p.Hang("Claimed before  ", and(before)+" in "+counted(c.Known, "finding"))
	}
	states := map[string]int64{}
	for _, e := range c.Earlier {
		states[e.Status]++
	}
	for _, x := range []struct{ status, text string }{{"credited", "settled: credited"}, {"refused", "refused"}, {"outside", "outside what is compared here"}} {
		if n := states[x.status]; n > 0 {
			p.Hang("Earlier claims  ", count(n)+" "+x.text)
		}
	}
	if len(c.Gone) > 0 {
		p.Hang("Gone  ", counted(int64(len(c.Gone)), "earlier claim")+" no longer supported by the logs: "+strings.Join(c.Gone[:min(len(c.Gone), maxListed)], ", "))
	}
}

// volumes are those that differ, the first of them.
func volumes(p *page.Page, all []result.Volume) {
	if len(all) == 0 {
		return
	}
	section(p, "Volumes that differ")
	columns := []page.Column{{Name: "period"}, {Name: "market", Shrink: true}, {Name: "category"}, {Name: "billed", Right: true}, {Name: "log", Right: true},
		{Name: "billed", Right: true}, {Name: "log", Right: true}}
	var rows [][]string
	for _, c := range all[:min(len(all), maxListed)] {
		market := cmp.Or(c.Market, c.Country)
		rows = append(rows, []string{page.Clean(c.Period), page.Clean(market), page.Clean(c.Category), count(c.Billed), count(c.Log), amount(c.Amount), amount(c.Due)})
	}
	p.Table(2, columns, rows)
	more(p, "  ", len(all))
}
