package report

import (
	"cmp"
	"net/url"
	"time"

	"waudit/audit/money"
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
		c.Rows = append(c.Rows, html.ChartRow{
			Name: s.name, Filter: s.filter, Cells: []string{amount(s.over), amount(s.uncertain)},
			Bars: html.Stack([]html.Tone{html.Over, html.Uncertain}, []money.Amount{parsed(s.over), parsed(s.uncertain)}),
		})
	}
	return c
}

// dueChart lays what was reported beside what is due.
func dueChart(r *result.Report, total result.Amounts) html.Chart {
	c := html.Chart{Title: "Reported, and what it should have been", Columns: []string{"reported", "should have been"}, Legend: []html.Key{{Ink: html.Plain, Name: "reported"}, {Ink: html.Due, Name: "should have been"}}}
	add := func(name string, a result.Amounts, sum bool) {
		c.Rows = append(c.Rows, html.ChartRow{Name: name, Cells: []string{amount(a.Reported), amount(a.Expected)}, Bars: []html.Bar{
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
		c.Rows = append(c.Rows, html.ChartRow{
			Name: page.Clean(t.Check + " " + t.Name), Filter: filter("check", t.Check), Cells: []string{count(t.Findings)},
			Bars: []html.Bar{{To: money.Of(t.Findings), Ink: html.Over}},
		})
	}
	return c
}

// mostColumns is how many days are drawn; a longer time is drawn by months.
const mostColumns = 400

// dayChart shows when overcharged and undecided money was charged. The sums are those
// of the findings, which volume tiers of a month may lower in the total.
func dayChart(dated *result.Dated, findings, total result.Amounts) html.Chart {
	sums, c := dated.ByDay, timeAxis{step: func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }, layout: time.DateOnly, title: "By day of the charge"}
	first, last := ends(sums, total.Currency)
	if from, to := c.parse(first), c.parse(last); to.Sub(from) > mostColumns*24*time.Hour {
		sums, c = dated.ByMonth, timeAxis{step: func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }, layout: "2006-01", title: "By month of the charge"}
		first, last = ends(sums, total.Currency)
	}
	if first == "" {
		return html.Chart{}
	}
	chart := wrongChart(c.title, c.shares(sums, first, last, total.Currency))
	chart.Days = true
	said := func(lead string, a result.Amounts) {
		if !page.IsZero(a.Overcharged) || !page.IsZero(a.Uncertain) {
			chart.Note += lead + cash(total.Currency, a.Overcharged) + " overcharged, " + cash(total.Currency, a.Uncertain) + " uncertain. "
		}
	}
	said("Not of one day: ", sumOf(sums, "", total.Currency))
	said("Volume tiers take off the total: ", minus(findings, total))
	return chart
}

// sumOf is the sum of a key in one currency, nothing if there is none.
func sumOf(sums []result.KeySum, key, currency string) result.Amounts {
	for i := range sums {
		if sums[i].Key == key {
			return inCurrency(sums[i].Amounts, currency)
		}
	}
	return inCurrency(nil, currency)
}

// inCurrency is the sum of one currency, nothing if there is none.
func inCurrency(list []result.Amounts, currency string) result.Amounts {
	for _, a := range list {
		if a.Currency == currency {
			return a
		}
	}
	return result.Amounts{Currency: currency, Reported: none, Expected: none, Overcharged: none, Undercharged: none, Uncertain: none}
}

// none is no money, as reports write it.
const none = "0.0000"

// ends are the first and the last key with something wrong in a currency.
func ends(sums []result.KeySum, currency string) (first, last string) {
	for i := range sums {
		if a := inCurrency(sums[i].Amounts, currency); sums[i].Key != "" && !(page.IsZero(a.Overcharged) && page.IsZero(a.Uncertain)) {
			last = sums[i].Key
			first = cmp.Or(first, last)
		}
	}
	return first, last
}

// timeAxis is days, or months, one after the other.
type timeAxis struct {
	step          func(time.Time) time.Time
	layout, title string
}

func (c *timeAxis) parse(name string) time.Time {
	t, _ := time.Parse(c.layout, name) // of what is no day nothing is drawn
	return t
}

// shares are those of every day, or month, from the first to the last.
func (c *timeAxis) shares(sums []result.KeySum, first, last, currency string) (out []share) {
	for t := c.parse(first); !t.After(c.parse(last)); t = c.step(t) {
		name := t.Format(c.layout)
		a := sumOf(sums, name, currency)
		out = append(out, share{
			name: name, over: a.Overcharged, uncertain: a.Uncertain,
			filter: "#from=" + t.Format(time.DateOnly) + "&to=" + c.step(t).AddDate(0, 0, -1).Format(time.DateOnly),
		})
	}
	return out
}
