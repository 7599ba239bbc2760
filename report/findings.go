package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"waudit/audit/money"
	"waudit/audit/result"
	"waudit/report/page"
	"waudit/report/sheet"
)

// findingColumn is a column of findings, and what a finding has in it.
type findingColumn struct {
	sheet.Column
	of func(f *result.Finding) string
}

// findingColumns are all columns of findings. In a bill that lies beside the log an
// amount is called billed and due.
func findingColumns(n names, c *reportClock, isBill bool) []findingColumn {
	reported, expected := "reported", "expected"
	if isBill {
		reported, expected = "billed", "due"
	}
	return slices.Concat(idColumns(), moneyColumns(reported, expected), whyColumns(n), laterColumns(c))
}

// column is a column of words of which a spreadsheet shows so many characters.
func column(name string, width int, of func(f *result.Finding) string) findingColumn {
	return findingColumn{sheet.Column{Name: name, Width: width}, of}
}

// inBrief makes a column one of those that a page of text has room for.
func inBrief(c findingColumn) findingColumn {
	c.Brief = true
	return c
}

func idColumns() []findingColumn {
	return []findingColumn{
		column("finding", 18, func(f *result.Finding) string { return f.ID }),
		inBrief(column("check", 7, func(f *result.Finding) string { return f.Check })),
		inBrief(column("name", 26, func(f *result.Finding) string { return f.Name })),
		column("severity", 9, func(f *result.Finding) string { return string(f.Severity) }),
		inBrief(column("verdict", 12, func(f *result.Finding) string { return string(f.Verdict) })),
		column("waba_id", 18, func(f *result.Finding) string { return f.WABA }),
		column("phone_number_id", 18, func(f *result.Finding) string { return f.Number }),
		column("wa_id", 16, func(f *result.Finding) string { return f.User }),
		column("user_id", 16, func(f *result.Finding) string { return f.UserID }),
		inBrief(column("message_id", 30, func(f *result.Finding) string { return f.Message })),
		column("category", 14, func(f *result.Finding) string { return f.Category }),
		{sheet.Column{Name: "charged_at", Kind: sheet.Instant}, func(f *result.Finding) string { return result.Known(f.ChargedAt) }},
	}
}

func moneyColumns(reported, expected string) []findingColumn {
	money := func(name string, of func(a *result.FindingAmount) string) findingColumn {
		return findingColumn{sheet.Column{Name: name, Kind: sheet.Money}, func(f *result.Finding) string {
			if f.Amount == nil {
				return ""
			}
			return of(f.Amount)
		}}
	}
	currency := money("currency", func(a *result.FindingAmount) string { return a.Currency })
	currency.Kind, currency.Width = sheet.Text, 9
	return []findingColumn{
		inBrief(currency),
		money(reported, func(a *result.FindingAmount) string { return a.Reported }),
		money(expected, func(a *result.FindingAmount) string { return a.Expected }),
		inBrief(money("overcharged", func(a *result.FindingAmount) string { return a.Overcharged })),
		money("undercharged", func(a *result.FindingAmount) string { return a.Undercharged }),
		inBrief(money("uncertain", func(a *result.FindingAmount) string { return a.Uncertain })),
	}
}

func whyColumns(n names) []findingColumn {
	window := func(name string, kind sheet.ColumnKind, of func(w *result.Window) string) findingColumn {
		return findingColumn{sheet.Column{Name: name, Kind: kind}, func(f *result.Finding) string {
			if f.Window == nil {
				return ""
			}
			return of(f.Window)
		}}
	}
	return []findingColumn{
		inBrief(column("explanation", 60, func(f *result.Finding) string { return f.Explanation })),
		inBrief(column("account", 20, func(f *result.Finding) string { return n.of(f.WABA) })),
		column("group_id", 16, func(f *result.Finding) string { return f.Group }),
		column("participant_id", 16, func(f *result.Finding) string { return f.Participant }),
		column("conversation_id", 20, func(f *result.Finding) string { return f.Conversation }),
		column("template", 20, func(f *result.Finding) string { return f.Template }),
		column("bill_lines", 16, func(f *result.Finding) string { return strings.Join(f.Lines, " ") }),
		{sheet.Column{Name: "claimable", Kind: sheet.Truth}, func(f *result.Finding) string { return strconv.FormatBool(f.Claimable()) }},
		{sheet.Column{Name: "messages", Kind: sheet.Count}, func(f *result.Finding) string { return strconv.FormatInt(max(f.Count, 1), 10) }},
		column("expected_outcome", 12, func(f *result.Finding) string {
			if f.Expected == nil {
				return ""
			}
			return f.Expected.Outcome + " " + f.Expected.Reason
		}),
		window("window", sheet.Text, func(w *result.Window) string { return w.Kind }),
		window("window_opened_at", sheet.Instant, func(w *result.Window) string { return w.OpenedAt }),
		window("window_expires_at", sheet.Instant, func(w *result.Window) string { return w.ExpiresAt }),
		column("amount_basis", 12, func(f *result.Finding) string {
			if f.Amount == nil {
				return ""
			}
			return f.Amount.Basis
		}),
		column("era", 12, func(f *result.Finding) string { return f.Era }),
		column("rule", 8, func(f *result.Finding) string { return f.Rule.Clause }),
		{sheet.Column{Name: "rule_source", Kind: sheet.Link, Width: 40}, func(f *result.Finding) string { return f.Rule.Source }},
		column("evidence", 40, func(f *result.Finding) string { return strings.Join(places(f), " ") }),
	}
}

// laterColumns came after the others, which keep their places.
func laterColumns(c *reportClock) []findingColumn {
	return []findingColumn{
		inBrief(column("charged_local", 27, func(f *result.Finding) string {
			if f.ChargedAt == nil {
				return ""
			}
			return strings.ReplaceAll(c.instant(f.WABA, *f.ChargedAt), page.NoBreak, " ")
		})),
		{sheet.Column{Name: "known", Kind: sheet.Truth}, func(f *result.Finding) string { return strconv.FormatBool(f.Known) }},
		{sheet.Column{Name: "estimate", Kind: sheet.Truth}, func(f *result.Finding) string { return strconv.FormatBool(f.Amount != nil && f.Amount.Estimate) }},
	}
}

// places are where the evidence of a finding lies, each once, and whether it is signed
// where that was verified.
func places(f *result.Finding) []string {
	signed := map[string]string{"valid": " (signed)", "absent": " (not signed)"}
	var all []string
	for _, e := range f.Evidence {
		all = append(all, e.Path+":"+strconv.FormatUint(uint64(e.Line), 10)+signed[e.Signature])
	}
	return slices.Compact(all)
}

// findingTable is a table of findings, those with the most money first.
func findingTable(name string, columns []findingColumn, findings []*result.Finding) sheet.Table {
	t := sheet.Table{Name: name}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.Column)
	}
	t.Rows = func(each func([]string) error) error {
		row := make([]string, len(columns))
		for _, f := range findings {
			for i, c := range columns {
				row[i] = c.of(f)
			}
			if err := each(row); err != nil {
				return err
			}
		}
		return nil
	}
	return t
}

// claimTable is what to claim, in the order in which a reader of the claim asks.
func claimTable(columns []findingColumn, findings []*result.Finding) sheet.Table {
	var chosen []findingColumn
	for _, name := range []string{
		"account", "waba_id", "phone_number_id", "charged_at", "charged_local", "category", "template", "wa_id", "user_id", "message_id", "conversation_id", "bill_lines", "currency",
		"reported", "billed", "expected", "due", "overcharged", "amount_basis",
		"check", "name", "explanation", "rule", "rule_source", "evidence", "finding",
	} {
		if i := slices.IndexFunc(columns, func(c findingColumn) bool { return c.Name == name }); i >= 0 {
			chosen = append(chosen, columns[i])
		}
	}
	return findingTable("claim", chosen, slices.DeleteFunc(slices.Clone(findings), func(f *result.Finding) bool { return !f.Claimable() }))
}

// ClaimTable is findings of one account as a table to be sent to the provider. Of a bill
// that lies beside the log, amounts are called billed and due.
func ClaimTable(of result.AccountLabel, findings []*result.Finding, isBill bool) sheet.Table {
	return claimTable(findingColumns(names{of.WABA: of.Name}, newReportClock(Options{}, []result.AccountLabel{of}), isBill), findings)
}

// UncertainTable is uncertain findings of one account with all that is known of them.
func UncertainTable(of result.AccountLabel, findings []*result.Finding, isBill bool) sheet.Table {
	return findingTable("uncertain", findingColumns(names{of.WABA: of.Name}, newReportClock(Options{}, []result.AccountLabel{of}), isBill), findings)
}

// valued is a finding with the sums that it is ordered by.
type valued struct {
	*result.Finding
	currency string
	sums     [3]money.Amount
}

// last is 1 for a finding without an amount, else 0.
func (v *valued) last() int {
	if v.Amount == nil {
		return 1
	}
	return 0
}

// byMoney orders findings by currency, and by money: what is overcharged, what is
// uncertain, what is undercharged; those without an amount are last.
func byMoney(findings []result.Finding) []*result.Finding {
	all := make([]valued, len(findings))
	for i := range findings {
		v := valued{Finding: &findings[i]}
		if a := findings[i].Amount; a != nil {
			v.currency = a.Currency
			for n, text := range [...]string{a.Overcharged, a.Uncertain, a.Undercharged} {
				v.sums[n], _ = money.Parse(text) // what is no number counts as nothing
			}
		}
		all[i] = v
	}
	slices.SortStableFunc(all, func(a, b valued) int {
		if a.Amount == nil || b.Amount == nil {
			return a.last() - b.last()
		}
		c := cmp.Compare(a.currency, b.currency)
		for n := range a.sums {
			c = cmp.Or(c, b.sums[n].Sub(a.sums[n]).Sign())
		}
		return c
	})
	order := make([]*result.Finding, len(all))
	for i := range all {
		order[i] = all[i].Finding
	}
	return order
}
