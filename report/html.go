package report

import (
	"cmp"
	"io"
	"math"
	"slices"
	"strings"

	"waudit/audit/money"
	"waudit/audit/result"
	"waudit/report/html"
	"waudit/report/page"
)

// auditHTML is the report as one page for a browser. Its sentences are those of the
// table.
func auditHTML(w io.Writer, r *result.Report, o Options) error {
	v := newAuditView(nil, r, o)
	facts := runFacts(v.lines((*auditView).facts))
	about := slices.IndexFunc(facts, func(f html.Detail) bool { return f.Name == "Messages" })
	d := newDocument("WhatsApp charges, audited", r.Tool, &r.Run)
	d.About, d.Facts = facts[:about], facts[about:]
	d.Headline = append(v.lines((*auditView).headline), v.lines((*auditView).ignored)...)
	d.Missing = append(d.Missing, v.sections((*auditView).unsetFacts, (*auditView).notRun, (*auditView).gaps)...)
	d.Run, d.Zones, d.Findings = v.sections((*auditView).inputs), v.zones(o), r.Findings
	for _, total := range r.Totals.Amounts {
		d.Money = append(d.Money, auditMoney(r, total))
	}
	slices.SortStableFunc(d.Money, zeroLast)
	if len(d.Money) == 0 && len(r.Totals.ByCheck) > 0 {
		d.Charts = []html.Chart{countChart(r.Totals.ByCheck)}
	}
	return html.Write(w, d)
}

// zones are those in which the page writes times.
func (v *auditView) zones(o Options) html.Zones {
	z := html.Zones{Whole: v.clock.of("").String(), Instant: v.clock.instant, Text: v.clock.text}
	if o.Zone != ZoneAccount {
		z.All = o.Zone
	}
	return z
}

// newDocument begins the page of a report with what all have.
func newDocument(title string, tool result.Tool, run *result.Run) *html.Document {
	return &html.Document{
		Title: title, Program: page.Clean(tool.Name + " " + tool.Version), Incomplete: cleanAll(run.Incomplete), Missing: notesSection(run.Notes), Accounts: run.Accounts,
	}
}

// lines returns what a part of the table writes, a line for each paragraph.
func (v *auditView) lines(part func(*auditView)) []string {
	c := *v
	c.Page = page.New(math.MaxInt32, false)
	part(&c)
	return paragraphs(c.Page)
}

func paragraphs(p *page.Page) []string {
	var out []string
	for line := range strings.SplitSeq(p.String(), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// sections are parts of the table that have a title and lines, but for empty ones.
func (v *auditView) sections(parts ...func(*auditView)) (out []html.TitledList) {
	for _, part := range parts {
		if lines := v.lines(part); len(lines) > 1 {
			out = append(out, html.TitledList{Title: lines[0], Lines: lines[1:]})
		}
	}
	return out
}

func notesSection(notes []string) []html.TitledList {
	if len(notes) == 0 {
		return nil
	}
	return []html.TitledList{{Title: "Know before you rely on this", Lines: cleanAll(notes)}}
}

// runFacts splits lines into what they are of and what they say, which stand apart.
func runFacts(lines []string) (out []html.Detail) {
	for _, line := range lines {
		name, text, _ := strings.Cut(line, "  ")
		out = append(out, html.Detail{Name: name, Text: strings.TrimSpace(text)})
	}
	return out
}

func cleanAll(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = page.Clean(text)
	}
	return out
}

// auditMoney is what an audit tells in one currency.
func auditMoney(r *result.Report, total result.Amounts) html.CurrencyMoney {
	m := html.CurrencyMoney{Currency: page.Clean(total.Currency), Figures: []html.Headline{
		figure("Overcharged", total.Overcharged, html.Over), figure("Uncertain", total.Uncertain, html.Uncertain),
		figure("Undercharged", total.Undercharged, html.Under), figure("Reported", total.Reported, html.Plain),
		figure("Should have been", total.Expected, html.Due),
	}}
	if claim := of(r.Totals.Claim, total.Currency); claim != total.Overcharged {
		m.Figures = slices.Insert(m.Figures, 1, figure("Can be claimed", claim, html.Over))
	}
	m.Charts = charts(
		wrongChart("By check", checkShares(r.Totals.ByCheck, total.Currency)),
		wrongChart("By category", groupShares(r, "category", total)),
		dayChart(&r.Totals.Dated, inCurrency(r.Totals.OfFindings, total.Currency), total),
		wrongChart("By market", groupShares(r, "market", total)),
		dueChart(r, total),
	)
	return m
}

// figure is a sum at the top; nothing has no colour.
func figure(name, value string, ink html.Tone) html.Headline {
	if page.IsZero(value) {
		ink = ""
	}
	return html.Headline{Name: name, Amount: amount(value), Ink: ink}
}

// zeroLast puts currencies with nothing as their first figure behind the others.
func zeroLast(a, b html.CurrencyMoney) int {
	zero := func(m html.CurrencyMoney) int {
		if m.Figures[0].Ink == "" {
			return 1
		}
		return 0
	}
	return zero(a) - zero(b)
}

// share is part of a sum: what of it is overcharged, and what cannot be decided.
type share struct {
	name, filter    string
	over, uncertain string
}

// mostShares is how many shares a chart names; the others are one.
const mostShares = 10

func checkShares(checks []result.CheckTotal, currency string) (out []share) {
	for _, c := range checks {
		for _, a := range c.Amounts {
			if a.Currency == currency {
				out = append(out, share{name: page.Clean(c.Check + " " + c.Name), filter: filter("check", c.Check), over: a.Overcharged, uncertain: a.Uncertain})
			}
		}
	}
	return sorted(out)
}

// groupShares are the shares of a view's groups, and what the total has beside the
// first of them.
func groupShares(r *result.Report, by string, total result.Amounts) []share {
	var all []share
	for _, g := range r.Totals.Groups {
		for _, a := range g.Amounts {
			if g.By == by && a.Currency == total.Currency && !g.Others {
				s := share{name: page.Clean(spaced(orUnknown(g.Key))), over: a.Overcharged, uncertain: a.Uncertain}
				if by == "category" && g.Key != "" {
					s.filter = filter("category", spaced(g.Key))
				}
				all = append(all, s)
			}
		}
	}
	if all = sorted(all); len(all) == 0 {
		return nil
	}
	all = all[:min(len(all), mostShares)]
	rest := total
	for _, s := range all {
		rest = minus(rest, result.Amounts{Overcharged: s.over, Uncertain: s.uncertain})
	}
	if !page.IsZero(rest.Overcharged) || !page.IsZero(rest.Uncertain) {
		all = append(all, share{name: "others", over: rest.Overcharged, uncertain: rest.Uncertain})
	}
	return all
}

// sorted puts the largest shares first, and leaves out those of nothing.
func sorted(all []share) []share {
	all = slices.DeleteFunc(all, func(s share) bool { return page.IsZero(s.over) && page.IsZero(s.uncertain) })
	slices.SortStableFunc(all, func(a, b share) int {
		return cmp.Or(parsed(b.over).Cmp(parsed(a.over)), parsed(b.uncertain).Cmp(parsed(a.uncertain)))
	})
	return all
}

// parsed reads an amount of a report, whose amounts can all be read.
func parsed(decimal string) money.Amount {
	a, _ := money.Parse(decimal)
	return a
}
