package report

import (
	"cmp"
	"io"
	"strings"

	"waudit/audit/result"
	"waudit/report/format"
	"waudit/report/html"
	"waudit/report/page"
	"waudit/report/sheet"
)

// SavingsFormats returns every format of a report of avoidable spend.
func SavingsFormats() format.List[*result.Savings] {
	return format.List[*result.Savings]{
		{Name: "table", For: forPeople, Write: paged(savingsTable)},
		{Name: "json", For: forPrograms, Write: documentJSON[*result.Savings]},
		{Name: "html", For: forBrowsers, Binary: true, Write: savingsHTML},
	}.And(sheets("Avoidable spend", savingsTables, 0))
}

// savingsTable is what a person reads in a terminal.
func savingsTable(p *page.Page, r *result.Savings, o Options) {
	incomplete(p, &r.Run)
	notes(p, r.Run.Notes)
	for _, line := range savingsHeadlines(r) {
		p.Text(0, p.Paint(page.Bold, line))
	}
	if len(r.Habits) > 0 {
		p.Text(0, forBusiness)
	}
	c := newReportClock(o, r.Run.Accounts)
	habitTable(p, r, true, "Habits, each counted after those above it")
	habitTable(p, r, false, "Not certain: each depends on something that the log does not show")
	for i := range r.Habits {
		habitExamples(p, c, &r.Habits[i])
	}
	whatIfLines(p, &r.Run, r.Lines)
	missingRates(p, r.Run.Missing)
}

// forBusiness says what the sums are not.
const forBusiness = "That is what the same messages would have cost otherwise. Whether they could have been sent so is for the business to say."

// savingsHeadlines say what the reader came for, a sentence for each currency.
func savingsHeadlines(r *result.Savings) (lines []string) {
	for i := range r.Sums {
		s := &r.Sums[i]
		if s.Currency == "" {
			continue
		}
		text := "Nothing of " + cash(s.Currency, s.Before.Amount) + " was certainly avoidable"
		if !page.IsZero(s.Saved) {
			text = cash(s.Currency, s.Saved) + " of " + cash(s.Currency, s.Before.Amount) + " was avoidable"
		}
		if !page.IsZero(s.Perhaps) {
			text += ", and perhaps " + cash(s.Currency, s.Perhaps) + " more"
		}
		lines = append(lines, text+".")
	}
	if len(lines) == 0 {
		return []string{"Nothing was due, and nothing avoidable."}
	}
	return lines
}

// habitTable lists the habits that are certain, or those that are not.
func habitTable(p *page.Page, r *result.Savings, certain bool, title string) {
	var rows [][]string
	for i := range r.Habits {
		if h := &r.Habits[i]; h.Certain == certain {
			rows = append(rows, []string{page.Clean(h.Check), page.Clean(h.Name), count(h.Messages), savedText(h), page.Clean(h.Rule.Clause)})
		}
	}
	if len(rows) == 0 {
		return
	}
	section(p, title)
	p.Table(2, []page.Column{{Name: "check"}, {Name: "habit", Shrink: true}, {Name: "messages", Right: true}, {Name: "saved", Right: true}, {Name: "rule"}}, rows)
}

// savedText is what a habit saves in all currencies.
func savedText(h *result.Habit) string {
	if len(h.Saved) == 0 {
		return "nothing"
	}
	var all []string
	for _, m := range h.Saved {
		all = append(all, cash(m.Currency, m.Amount))
	}
	return strings.Join(all, " and ")
}

// habitExamples says what a habit is, with messages to look at.
func habitExamples(p *page.Page, c *reportClock, h *result.Habit) {
	title := page.Clean(h.Check)
	if !h.Certain {
		title += ", not certain"
	}
	section(p, title)
	p.Text(2, page.Clean(h.Title))
	for i := range h.Examples {
		p.Hang("    ", exampleText(c, &h.Examples[i]))
	}
}

func exampleText(c *reportClock, e *result.HabitExample) string {
	parts := []string{page.Clean(e.Message), page.Clean(cmp.Or(e.User, e.UserID)), c.instant(e.WABA, e.Charged), page.Clean(e.Category)}
	if e.Template != "" {
		parts = append(parts, page.Clean(e.Template))
	}
	return strings.Join(parts, " · ")
}

// savingsHTML is the same as one page for a browser.
func savingsHTML(w io.Writer, r *result.Savings, o Options) error {
	c := newReportClock(o, r.Run.Accounts)
	d := newDocument("Avoidable WhatsApp charges", r.Tool, &r.Run)
	d.Headline = savingsHeadlines(r)
	d.About = []html.Detail{{Name: "Period", Text: c.between(r.Run.Period.From, r.Run.Period.To, "all that the log covers")}}
	d.Missing = append(d.Missing, missingSection(r.Run.Missing)...)
	if len(r.Habits) > 0 {
		d.Headline = append(d.Headline, forBusiness)
	}
	for i := range r.Habits {
		h := &r.Habits[i]
		title := page.Clean(h.Check) + ": " + page.Clean(h.Title)
		if !h.Certain {
			title += " (not certain)"
		}
		lines := []string{counted(h.Messages, "message") + ", saves " + savedText(h)}
		for j := range h.Examples {
			lines = append(lines, exampleText(c, &h.Examples[j]))
		}
		d.Run = append(d.Run, html.TitledList{Title: title, Lines: lines})
	}
	for i := range r.Sums {
		s := &r.Sums[i]
		if s.Currency == "" {
			continue
		}
		d.Money = append(d.Money, html.CurrencyMoney{Currency: page.Clean(s.Currency), Figures: []html.Headline{
			figure("Avoidable", s.Saved, html.Over), figure("Perhaps avoidable", s.Perhaps, html.Uncertain),
			figure("Should have cost", s.Before.Amount, html.Due), figure("Would have cost", s.After.Amount, html.Plain),
		}, Charts: charts(habitChart(r, s.Currency), lineChart(&r.Run, r.Lines, s.Currency))})
	}
	return html.Write(w, d)
}

// habitChart is what each habit saves.
func habitChart(r *result.Savings, currency string) html.Chart {
	c := html.Chart{Title: "By habit", Columns: []string{"messages", "saved"}, Broad: true,
		Legend: []html.Key{{Ink: html.Over, Name: "avoidable"}, {Ink: html.Uncertain, Name: "perhaps"}}}
	for i := range r.Habits {
		h := &r.Habits[i]
		ink := html.Over
		if !h.Certain {
			ink = html.Uncertain
		}
		if by := of(h.Saved, currency); !page.IsZero(by) {
			c.Rows = append(c.Rows, html.ChartRow{
				Name: page.Clean(h.Check) + " " + page.Clean(spaced(h.Name)), Cells: []string{count(h.Messages), amount(by)}, Bars: []html.Bar{{To: positive(by), Ink: ink}},
			})
		}
	}
	return c
}

// savingsTables are a report of avoidable spend as tables.
func savingsTables(r *result.Savings, _ Options) []sheet.Table {
	var examples, sums [][]string
	habits := incompleteRows(&r.Run, 9, "")
	n := namesOf(&r.Run)
	for i := range r.Habits {
		h := &r.Habits[i]
		certain := "no"
		if h.Certain {
			certain = "yes"
		}
		saved := h.Saved
		if len(saved) == 0 {
			saved = []result.Money{{}}
		}
		for _, m := range saved {
			habits = append(habits, []string{h.Check, h.Name, h.Title, certain, whole(h.Messages), m.Currency, m.Amount, h.Rule.Clause, h.Rule.Source})
		}
		for _, e := range h.Examples {
			examples = append(examples, []string{h.Check, certain, e.Message, e.WABA, n.of(e.WABA), e.Number, cmp.Or(e.User, e.UserID), e.Charged, e.Category, e.Template})
		}
	}
	for _, s := range r.Sums {
		sums = append(sums, []string{s.Currency, s.Before.Amount, s.Before.High, s.After.Amount, s.After.High, s.Saved, s.Perhaps})
	}
	return []sheet.Table{
		sheet.Of("habits", []sheet.Column{
			{Name: "check", Width: 9, Brief: true}, {Name: "name", Width: 24, Brief: true}, {Name: "title", Width: 60}, {Name: "certain", Width: 9, Brief: true},
			{Name: "messages", Kind: sheet.Count, Brief: true}, {Name: "currency", Width: 9, Brief: true}, {Name: "saved", Kind: sheet.Money, Brief: true}, {Name: "clause", Width: 8}, {Name: "source", Width: 40},
		}, habits),
		sheet.Of("sums", []sheet.Column{
			{Name: "currency", Width: 9, Brief: true}, {Name: "amount_before", Kind: sheet.Money, Brief: true}, {Name: "uncertain_before", Kind: sheet.Money}, {Name: "amount_after", Kind: sheet.Money, Brief: true},
			{Name: "uncertain_after", Kind: sheet.Money}, {Name: "saved", Kind: sheet.Money, Brief: true}, {Name: "perhaps", Kind: sheet.Money, Brief: true},
		}, sums),
		sheet.Of("examples", []sheet.Column{
			{Name: "check", Width: 9}, {Name: "certain", Width: 9}, {Name: "message_id", Width: 40}, {Name: "waba_id", Width: 18}, {Name: "account", Width: 20}, {Name: "phone_number_id", Width: 18},
			{Name: "user", Width: 18}, {Name: "charged_at", Width: 22}, {Name: "category"}, {Name: "template", Width: 20},
		}, examples),
		lineSheet(&r.Run, r.Lines),
	}
}
