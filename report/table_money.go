package report

import (
	"slices"
	"strings"

	amounts "waudit/audit/money"
	"waudit/audit/result"
	"waudit/report/page"
)

// missing puts into words why charges have no amount: of all of them, or of the
// first of several kinds.
var missing = map[string]string{
	"currency":    "no currency is configured for the account of",
	"market":      "the customer's market is not known for",
	"rate":        "no rate is known for",
	"not_offered": "the rate card does not offer the category of",
	"timezone":    "a rate changed on that day, and the account's time zone is not configured, for",
}

// unpriced says which charges the sums know nothing of.
func (v *auditView) unpriced() {
	t := &v.r.Totals
	if len(t.Amounts) == 0 && t.ChargesReported > 0 && len(t.Unvalued) == 0 {
		v.Text(0, "The log carries no prices: this report counts charges and states no money.")
		return
	}
	var all, over int64
	var why []string
	for _, u := range t.Unvalued {
		all, over = all+u.Messages, over+u.Overcharged
		of := count(u.Messages)
		if len(t.Unvalued) == 1 {
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
	text := counted(all, "charge") + " (reported or due"
	if over > 0 {
		text += ", " + count(over) + " overcharged"
	}
	has := " have"
	if all == 1 {
		has = " has"
	}
	v.Text(0, text+")"+has+" no amount: "+and(why)+"."+v.unsetKey())
}

// unsetKey names the key to set for charges to have an amount, if it is one.
func (v *auditView) unsetKey() string {
	for _, f := range v.r.Run.Unset {
		if f.Key == "currency" {
			return " Set " + key(f) + "."
		}
	}
	return ""
}

// ignored says what accepted findings take out of the report.
func (v *auditView) ignored() {
	x := v.r.Totals.Ignored
	if x == nil {
		return
	}
	parts := []string{phrase(counted(x.Findings, "accepted finding"))}
	for _, a := range x.Amounts {
		for _, part := range [...]struct{ sum, word string }{{a.Overcharged, "overcharged"}, {a.Undercharged, "undercharged"}, {a.Uncertain, "uncertain"}} {
			if !isZero(part.sum) {
				parts = append(parts, phrase(money(a.Currency, part.sum)+" "+part.word))
			}
		}
	}
	v.Items("Left out  ", parts...)
}

// baseline counts the findings that are known, and those that are not.
func baseline(p *page.Page, b *result.Baseline) {
	if b != nil {
		p.Items("Baseline  ", counted(b.Known, "known finding"), phrase(count(b.New)+" new"), phrase(count(b.Gone)+" not found any more"))
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
		if n > 1 {
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
func (v *auditView) groupRows(groups []result.Group) (rows [][]string) {
	for _, total := range v.r.Totals.Amounts {
		if !isZero(total.Overcharged) {
			rows = append(rows, v.currencyRows(groups, total)...)
		}
	}
	return rows
}

// currencyRows are those of one currency.
func (v *auditView) currencyRows(groups []result.Group, total result.Amounts) (rows [][]string) {
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
		if !g.Others && !isZero(g.Amounts[i].Overcharged) {
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
	if charges != 0 || !isZero(total.Reported) || !isZero(total.Overcharged) || !isZero(total.Uncertain) {
		row("others", charges, total)
	}
	return rows
}

// minus returns what is left of sums without a part of them.
func minus(all, part result.Amounts) result.Amounts {
	less := func(a, b string) string {
		x, errA := amounts.Parse(a)
		y, errB := amounts.Parse(b)
		if errA != nil || errB != nil {
			return a
		}
		return amounts.Format(x.Sub(y), 4)
	}
	return result.Amounts{
		Currency: all.Currency, Reported: less(all.Reported, part.Reported), Overcharged: less(all.Overcharged, part.Overcharged), Uncertain: less(all.Uncertain, part.Uncertain),
	}
}

// compareDecimals orders decimal numbers without a sign that are written with
// their leading zeros left out.
func compareDecimals(a, b string) int {
	wholeA, fracA, _ := strings.Cut(a, ".")
	wholeB, fracB, _ := strings.Cut(b, ".")
	if len(wholeA) != len(wholeB) {
		return len(wholeA) - len(wholeB)
	}
	if c := strings.Compare(wholeA, wholeB); c != 0 {
		return c
	}
	return strings.Compare(fracA, fracB)
}
