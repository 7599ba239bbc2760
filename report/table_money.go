package report

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/money"
	"waudit/audit/result"
	"waudit/report/page"
)

// missing puts into words why charges have no amount: of all of them, or of the
// first of several kinds.
var missing = map[string]string{
	"currency":    "no currency is configured for the account of",
	"market":      "the customer's market is not known for",
	"rate":        "no rate is known for",
	"not_offered": "the rate card has no rate in this category for",
	"timezone":    "a rate changed on that day, and the account's time zone is not configured, for",
}

// unpriced says which charges the sums know nothing of, and how to have them.
func (v *auditView) unpriced() {
	t := &v.r.Totals
	if len(t.Amounts) == 0 && t.ChargesReported > 0 && len(t.Unvalued) == 0 {
		v.Text(0, "The log carries no prices: this report counts charges and states no money.")
		return
	}
	if e := t.Estimated; e != nil {
		estimate(v.Page, e.Currency, v.r.Run.Inputs)
	}
	v.notIncluded()
}

// estimate says that amounts are at list rates in a currency that is not known to be
// that of the bill, and how to set it.
func estimate(p *page.Page, currency string, inputs []result.InputFile) {
	p.Text(0, p.Paint(page.Yellow, "Estimate:")+" "+estimated(page.Clean(currency))+". To set it: "+suggestCommand(inputs))
}

// estimated says how amounts were come by.
func estimated(currency string) string {
	return "accounts without a configured currency are valued at Meta's list rates in " + currency
}

// suggestCommand is the command that drafts a configuration for what was read.
func suggestCommand(inputs []result.InputFile) string {
	path := "PATH..."
	if len(inputs) == 1 && inputs[0].Path != "-" {
		path = shellWord(inputs[0].Path)
	}
	return "waudit inspect --suggest-config --write waudit.yaml " + path
}

// shellWord quotes a path for a shell, where it needs that.
func shellWord(path string) string {
	if strings.Trim(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-:@%+=,") == "" {
		return path
	}
	return "'" + strings.ReplaceAll(page.Clean(path), "'", `'\''`) + "'"
}

// notIncluded says why charges have no amount.
func (v *auditView) notIncluded() {
	var all, over int64
	var why []string
	unvalued := v.r.Totals.Unvalued
	for _, u := range unvalued {
		all, over = all+u.Messages, over+u.Overcharged
		of := count(u.Messages)
		if len(unvalued) == 1 {
			of = "them"
			if u.Messages == 1 {
				of = "it"
			}
		}
		why = append(why, missing[u.Missing]+" "+of)
	}
	if all == 0 {
		return
	}
	text := counted(all, "charge")
	switch {
	case over == all:
		text = counted(all, "overcharged charge")
	case over > 0:
		text += ", " + count(over) + " of them overcharged,"
	}
	v.Text(0, text+verbFor(all)+" not included: "+and(why)+"."+v.unsetKey())
}

// unsetKey names the key to set for charges to have an amount, if it is one.
func (v *auditView) unsetKey() string {
	if !slices.ContainsFunc(v.r.Totals.Unvalued, func(u result.Unvalued) bool { return u.Missing == "currency" }) {
		return ""
	}
	for _, f := range v.r.Run.Unset {
		if f.Key == "currency" {
			return " Set " + key(f) + "."
		}
	}
	return ""
}

// accounts are the groups of the accounts with money.
func (v *auditView) accounts() []result.GroupTotal {
	return slices.DeleteFunc(slices.Clone(v.r.Totals.Groups), func(g result.GroupTotal) bool { return g.By != "account" || len(g.Amounts) == 0 })
}

// sums is the money of each account, where there are several, and in all, by
// currency.
func (v *auditView) sums() {
	totals := v.r.Totals.Amounts
	if len(totals) == 0 {
		return
	}
	columns := []page.Column{{Name: "account", Shrink: true}, {Name: "currency"}}
	for _, name := range []string{"reported", "should have been", "overcharged", "undercharged", "uncertain"} {
		columns = append(columns, page.Column{Name: name, Right: true})
	}
	var rows [][]string
	row := func(who string, a result.Amounts) {
		rows = append(rows, []string{
			who, page.Clean(a.Currency), amount(a.Reported), amount(a.Expected),
			v.unlessZero(page.Red, a.Overcharged), v.unlessZero(page.Cyan, a.Undercharged), v.unlessZero(page.Yellow, a.Uncertain),
		})
	}
	accounts := v.accounts()
	for _, total := range totals {
		for _, part := range accountsOf(accounts, total) {
			row(v.names.orOthers(part), part.Amounts[0])
		}
		row(v.Paint(page.Bold, "all accounts"), total)
	}
	if len(accounts) < 2 {
		columns = columns[1:]
		for i := range rows {
			rows[i] = rows[i][1:]
		}
	}
	v.Blank()
	v.Table(0, columns, rows)
}

// accountsOf are the accounts with money of a total's currency, those with most of it
// overcharged first; what is left of the total is of others. A single one is the total.
func accountsOf(accounts []result.GroupTotal, total result.Amounts) []result.GroupTotal {
	var parts []result.GroupTotal
	for _, g := range accounts {
		for _, a := range g.Amounts {
			if a.Currency == total.Currency && !g.Others {
				parts = append(parts, result.GroupTotal{Key: g.Key, Amounts: []result.Amounts{a}})
			}
		}
	}
	if len(accounts) < 2 {
		return nil
	}
	slices.SortStableFunc(parts, func(a, b result.GroupTotal) int {
		return cmp.Or(compareDecimals(b.Amounts[0].Overcharged, a.Amounts[0].Overcharged), compareDecimals(b.Amounts[0].Reported, a.Amounts[0].Reported))
	})
	parts = parts[:min(len(parts), maxListed)]
	rest := total
	for _, p := range parts {
		rest = minus(rest, p.Amounts[0])
	}
	if !page.IsZero(rest.Reported) || !page.IsZero(rest.Expected) || !page.IsZero(rest.Uncertain) {
		parts = append(parts, result.GroupTotal{Others: true, Amounts: []result.Amounts{rest}})
	}
	return parts
}

// ignored says what accepted findings take out of the report.
func (v *auditView) ignored() {
	x := v.r.Totals.Ignored
	if x == nil {
		return
	}
	parts := []string{phrase(counted(x.Findings, "accepted finding"))}
	for _, a := range x.Amounts {
		for _, x := range wrongSums(a) {
			parts = append(parts, phrase(cash(a.Currency, x.sum)+" "+x.word))
		}
	}
	v.Items("Left out  ", parts...)
}

// baseline counts the findings that are known, and those that are not.
func baseline(p *page.Page, b *result.BaselineCounts) {
	if b != nil {
		p.Items("Baseline  ", counted(b.Known, "known finding"), phrase(count(b.New)+" new"), phrase(count(b.Gone)+" resolved"))
	}
}

// perDimension is how many groups of a dimension are shown.
const perDimension = 3

// groups shows where the overcharged money is, by each view that has several
// groups; the JSON form has all.
func (v *auditView) groups() {
	columns := []page.Column{{Name: "by"}, {Name: ""}, {Name: "charges", Right: true}, {Name: "currency"},
		{Name: "reported", Right: true}, {Name: "overcharged", Right: true}, {Name: "uncertain", Right: true}}
	var rows [][]string
	for rest := v.r.Totals.Groups; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].By == rest[0].By {
			n++
		}
		if n > 1 && rest[0].By != "account" { // the sums are by account
			rows = append(rows, v.groupRows(rest[:n])...)
		}
		rest = rest[n:]
	}
	if len(rows) == 0 {
		return
	}
	section(v.Page, "Where the overcharged money is")
	v.Table(0, columns, rows)
}

// groupRows are the dearest groups of a dimension, and what is left of the totals
// beside them.
func (v *auditView) groupRows(groups []result.GroupTotal) (rows [][]string) {
	for _, total := range v.r.Totals.Amounts {
		if !page.IsZero(total.Overcharged) {
			rows = append(rows, v.currencyRows(groups, total)...)
		}
	}
	return rows
}

// currencyRows are those of one currency.
func (v *auditView) currencyRows(groups []result.GroupTotal, total result.Amounts) (rows [][]string) {
	type line struct {
		key string
		n   int64
		sum result.Amounts
	}
	var lines []line
	charges := v.r.Totals.ChargesReported
	if len(v.r.Totals.Amounts) > 1 {
		charges = 0
	}
	for _, g := range groups {
		i := slices.IndexFunc(g.Amounts, func(a result.Amounts) bool { return a.Currency == total.Currency })
		if i < 0 {
			continue
		}
		if len(v.r.Totals.Amounts) > 1 {
			charges += g.ChargesReported
		}
		if !g.Others && !page.IsZero(g.Amounts[i].Overcharged) {
			lines = append(lines, line{g.Key, g.ChargesReported, g.Amounts[i]})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return compareDecimals(b.sum.Overcharged, a.sum.Overcharged) })
	row := func(key string, n int64, sum result.Amounts) {
		rows = append(rows, []string{
			page.Clean(groups[0].By), page.Clean(key), count(n), page.Clean(sum.Currency), amount(sum.Reported),
			v.unlessZero(page.Red, sum.Overcharged), v.unlessZero(page.Yellow, sum.Uncertain),
		})
	}
	for _, l := range lines[:min(len(lines), perDimension)] {
		row(orUnknown(l.key), l.n, l.sum)
		charges -= l.n
		total = minus(total, l.sum)
	}
	if charges != 0 || !page.IsZero(total.Reported) || !page.IsZero(total.Overcharged) || !page.IsZero(total.Uncertain) {
		row("others", charges, total)
	}
	return rows
}

// minus returns what is left of sums without a part of them.
func minus(all, part result.Amounts) result.Amounts {
	less := func(a, b string) string { return money.Format(parsed(a).Sub(parsed(b)), 4) }
	return result.Amounts{
		Currency: all.Currency, Reported: less(all.Reported, part.Reported), Expected: less(all.Expected, part.Expected),
		Overcharged: less(all.Overcharged, part.Overcharged), Undercharged: less(all.Undercharged, part.Undercharged), Uncertain: less(all.Uncertain, part.Uncertain),
	}
}

// compareDecimals orders amounts of a report.
func compareDecimals(a, b string) int { return parsed(a).Cmp(parsed(b)) }
