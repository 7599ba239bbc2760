package report

import (
	"net/url"
	"time"

	amounts "waudit/audit/money"
	"waudit/audit/result"
	"waudit/report/html"
	"waudit/report/page"
)

// charts leaves out those without rows.
func charts(all ...html.Chart) (out []html.Chart) {
	for _, c := range all {
		if len(c.Rows) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// filter is the page's address that shows the findings of one value.
func filter(key, value string) string { return "#" + url.Values{key: {page.Clean(value)}}.Encode() }

// wrongChart shows where overcharged and undecided money is.
func wrongChart(title string, shares []share) html.Chart {
	c := html.Chart{Title: title, Columns: []string{"overcharged", "uncertain"}, Legend: []html.Key{{Ink: html.Over, Name: "overcharged"}, {Ink: html.Uncertain, Name: "uncertain"}}}
	for _, s := range shares {
		c.Rows = append(c.Rows, html.Row{
			Name: s.name, Filter: s.filter, Cells: []string{amount(s.over), amount(s.uncertain)},
			Bars: html.Stack([]html.Ink{html.Over, html.Uncertain}, []amounts.Amount{parsed(s.over), parsed(s.uncertain)}),
		})
	}
	return c
}

// dueChart lays what was reported beside what is due.
func dueChart(r *result.Report, total result.Amounts) html.Chart {
	c := html.Chart{Title: "Reported, and what it should have been", Columns: []string{"reported", "should have been"}, Legend: []html.Key{{Ink: html.Plain, Name: "reported"}, {Ink: html.Due, Name: "should have been"}}}
	add := func(name string, a result.Amounts, sum bool) {
		c.Rows = append(c.Rows, html.Row{Name: name, Cells: []string{amount(a.Reported), amount(a.Expected)}, Bars: []html.Bar{
			{To: parsed(a.Reported), Ink: html.Plain}, {To: parsed(a.Expected), Ink: html.Due, Lane: 1},
		}, Sum: sum})
	}
	for _, g := range r.Totals.Groups {
		for _, a := range g.Amounts {
			if g.By == "category" && a.Currency == total.Currency && !g.Others {
				add(page.Clean(spaced(orUnknown(g.Key))), a, false)
			}
		}
	}
	add("all", total, true)
	return c
}

// countChart counts findings, where there is no money.
func countChart(checks []result.CheckTotal) html.Chart {
	c := html.Chart{Title: "Findings by check", Columns: []string{"findings"}}
	for _, t := range checks {
		c.Rows = append(c.Rows, html.Row{
			Name: page.Clean(t.Check + " " + t.Name), Filter: filter("check", t.Check), Cells: []string{count(t.Findings)},
			Bars: []html.Bar{{To: amounts.Of(t.Findings), Ink: html.Over}},
		})
	}
	return c
}

// mostColumns is how many days are drawn; a longer time is drawn by months.
const mostColumns = 400

// dayChart shows when overcharged and undecided money was charged. The sums are those
// of the findings, which volume tiers of a month may lower in the total.
func dayChart(findings []result.Finding, total result.Amounts) html.Chart {
	days, undated, title := byDay(findings, total.Currency)
	if len(days) == 0 {
		return html.Chart{}
	}
	c := wrongChart(title, days)
	c.Days = true
	sum := undated
	for _, d := range days {
		sum.over, sum.uncertain = plus(sum.over, d.over), plus(sum.uncertain, d.uncertain)
	}
	said := func(lead, over, uncertain, tail string) {
		if !isZero(over) || !isZero(uncertain) {
			c.Note += lead + money(total.Currency, over) + " overcharged, " + money(total.Currency, uncertain) + " uncertain" + tail + ". "
		}
	}
	said("Not of one day: ", undated.over, undated.uncertain, "")
	tiers := minus(result.Amounts{Overcharged: sum.over, Uncertain: sum.uncertain}, total)
	said("Volume tiers take off the total: ", tiers.Overcharged, tiers.Uncertain, "")
	return c
}

// byDay sums up findings in one currency by the day of their charge, with every day
// between the first and the last; a long time by month. Findings without a day stand
// apart.
func byDay(findings []result.Finding, currency string) (days []share, undated share, title string) {
	first, last := "", ""
	for i := range findings {
		if day := dayOf(&findings[i], currency); day != "" {
			last = max(last, day)
			if first == "" || day < first {
				first = day
			}
		}
	}
	c := calendar(first, last)
	undated = share{over: none, uncertain: none}
	at := map[string]int{}
	for i, d := range c.days {
		at[d.name] = i
	}
	for i := range findings {
		f := &findings[i]
		if f.Amount == nil || f.Amount.Currency != currency {
			continue
		}
		s := &undated
		if day := dayOf(f, currency); day != "" {
			s = &c.days[at[day[:c.letters]]]
		}
		s.over, s.uncertain = plus(s.over, f.Amount.Overcharged), plus(s.uncertain, f.Amount.Uncertain)
	}
	return c.days, undated, c.title
}

// none is no money, as reports write it.
const none = "0.0000"

// dayOf is the day, in UTC, on which a finding's money was charged; "" if it has no day,
// or nothing that is wrong in that currency.
func dayOf(f *result.Finding, currency string) string {
	if f.Amount == nil || f.Amount.Currency != currency || f.ChargedAt == nil || isZero(f.Amount.Overcharged) && isZero(f.Amount.Uncertain) {
		return ""
	}
	t, err := time.Parse(time.RFC3339, *f.ChargedAt)
	if err != nil {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// timeOf is days, or months, one after the other.
type timeOf struct {
	days    []share
	letters int // of a day, which make the name
	title   string
}

// calendar is every day, or month of a long time, from the first to the last.
func calendar(first, last string) timeOf {
	from, errFrom := time.Parse(time.DateOnly, first)
	to, errTo := time.Parse(time.DateOnly, last)
	c := timeOf{letters: len(time.DateOnly), title: "By day of the charge, in UTC"}
	if errFrom != nil || errTo != nil {
		return c
	}
	next := func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	if to.Sub(from) > mostColumns*24*time.Hour {
		c.letters, c.title = len("2026-10"), "By month of the charge, in UTC"
		from = from.AddDate(0, 0, 1-from.Day())
		next = func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }
	}
	for t := from; !t.After(to); t = next(t) {
		end := next(t).AddDate(0, 0, -1)
		c.days = append(c.days, share{
			name: t.Format(time.DateOnly)[:c.letters], over: none, uncertain: none,
			filter: "#from=" + t.Format(time.DateOnly) + "&to=" + end.Format(time.DateOnly),
		})
	}
	return c
}

// plus returns the sum of two amounts.
func plus(a, b string) string { return amounts.Format(parsed(a).Add(parsed(b)), 4) }
