package dispute

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// summary is the page that says what is claimed: sections one under the other. Its texts
// come from the log as they are; whoever draws them makes them harmless.
type summary struct {
	title    string
	sections []section
}

// section is a heading with sentences and a table, of which the first row is the header
// if it has one.
type section struct {
	Heading  string
	Text     []string
	IsAlarm  bool // the text is a warning
	Rows     [][]string
	IsHeaded bool
	money    []int // columns of numbers
	link     int   // column of addresses, 0 for none
}

// IsNumber reports whether a column is of numbers.
func (x *section) IsNumber(column int) bool { return slices.Contains(x.money, column) }

// What a page has room for.
const (
	mostChecks = 14
	mostRules  = 8
	mostDoubts = 6
	mostNames  = 80  // characters of a name
	mostWords  = 240 // characters of a sentence
)

func summarize(c *Dossier) *summary {
	s := &summary{title: "Claim for WhatsApp charges, " + c.Month}
	s.sections = append(s.sections, facts(c))
	if len(c.Doubts) > 0 {
		s.sections = append(s.sections, section{Heading: "The evidence for this month may not be complete", IsAlarm: true, Text: fewOf(c.Doubts)})
	}
	s.sections = append(s.sections, claimed(c), byCheck(c), rules(c), computed(c), evidence(c), leftOut(c))
	return s
}

func facts(c *Dossier) section {
	charges := int64(0)
	for _, s := range c.Claimed {
		charges += s.Charges
	}
	account := c.Account.WABA
	if c.Account.Name != "" {
		account = short(c.Account.Name) + " (" + account + ")"
	}
	return section{Rows: [][]string{
		{"Account", account},
		{"Period", c.From + " to " + c.To + ", not including the end (" + c.Account.Timezone + ")"},
		{"Charges claimed", strconv.FormatInt(charges, 10)},
	}}
}

func claimed(c *Dossier) section {
	s := section{Heading: "Claimed", IsHeaded: true, money: []int{1, 2, 3, 4}, Rows: [][]string{{"currency", "charges", "charged", "due", "claimed"}}}
	for _, m := range c.Claimed {
		s.Rows = append(s.Rows, []string{m.Currency, strconv.FormatInt(m.Charges, 10), m.Reported, m.Expected, m.Amount})
	}
	return s
}

func byCheck(c *Dossier) section {
	s := section{Heading: "By check", IsHeaded: true, money: []int{3, 4}, Rows: [][]string{{"check", "name", "currency", "charges", "claimed"}}}
	for i, m := range c.ByCheck {
		if i == mostChecks {
			s.Text = []string{fmt.Sprintf("%d more are in findings.csv.", len(c.ByCheck)-i)}
			break
		}
		s.Rows = append(s.Rows, []string{m.Check, short(m.Name), m.Currency, strconv.FormatInt(m.Charges, 10), m.Amount})
	}
	return s
}

// rules are the clauses by which the findings were decided, with their sources.
func rules(c *Dossier) section {
	s := section{Heading: "Rules", IsHeaded: true, link: 2, Rows: [][]string{{"check", "clause", "source"}}}
	for _, f := range c.Findings {
		row := []string{f.Check, f.Rule.Clause, f.Rule.Source}
		if !slices.ContainsFunc(s.Rows, func(r []string) bool { return slices.Equal(r, row) }) {
			s.Rows = append(s.Rows, row)
		}
	}
	slices.SortStableFunc(s.Rows[1:], slices.Compare)
	if more := len(s.Rows) - 1 - mostRules; more > 0 {
		s.Rows, s.Text = s.Rows[:1+mostRules], []string{fmt.Sprintf("%d more are in findings.csv.", more)}
	}
	return s
}

// computed says how the amounts came about.
func computed(c *Dossier) section {
	s := section{Heading: "How it was calculated"}
	basis := map[string]int{}
	for _, f := range c.Findings {
		basis[f.Amount.Basis]++
	}
	s.Text = append(s.Text, "The message log was replayed: every window and conversation was worked out from the messages, and each charge was compared with what was due under the rules published at the time. "+
		"A charge is claimed only if no reading of the rules and no gap in the log could justify it.")
	if n := basis["reported"]; n > 0 {
		s.Text = append(s.Text, number(n, "finding takes its amount from the bill or the log.", "findings take their amounts from the bill or the log."))
	}
	if n := basis["rate_card"]; n > 0 {
		var cards []string
		for _, card := range c.Rates {
			cards = append(cards, short(card.ID))
		}
		s.Text = append(s.Text, number(n, "finding is valued", "findings are valued")+" by rate card ("+strings.Join(cards, ", ")+").")
	}
	made := "Made by waudit " + c.Tool.Version + " from a report of waudit " + c.Report.Version
	if c.Rules != nil {
		made += ", rules " + c.Rules.SHA256[:min(12, len(c.Rules.SHA256))]
	}
	s.Text = append(s.Text, made+". The commands to reproduce both are in manifest.json.")
	return s
}

func evidence(c *Dossier) section {
	s := section{Heading: "Evidence"}
	if len(c.Doubts) == 0 {
		s.Text = append(s.Text, "The log covers the whole month: no gap, no damaged input, nothing rejected.")
	}
	s.Text = append(s.Text, fmt.Sprintf("evidence.ndjson has the log lines that the findings rest on, each with its place and SHA-256: %s from %s.",
		number(c.Evidence[0].Records, "record", "records"), number(len(c.Inputs), "input", "inputs")))
	if n := c.Evidence[0].Signed; n != nil {
		s.Text = append(s.Text, fmt.Sprintf("Log records that carry a valid signature from Meta (X-Hub-Signature-256): %d of %d.", n.Valid, n.Valid+n.Absent))
	}
	if c.Redacted {
		s.Text = append(s.Text, "Customers appear under pseudonyms, and the records themselves are left out: only their places and hashes are given.")
	}
	if c.drawn < len(c.Findings) {
		s.Text = append(s.Text, fmt.Sprintf("timelines/ shows %d of the %d findings: those with the most money, as far as it is known when they were charged.", c.drawn, len(c.Findings)))
	}
	return s
}

// leftOut says what is not claimed.
func leftOut(c *Dossier) section {
	s := section{Heading: "Not claimed here"}
	if c.ClaimedBefore > 0 {
		s.Text = append(s.Text, number(int(c.ClaimedBefore), "finding has already been claimed.", "findings have already been claimed."))
	}
	if c.Undated > 0 {
		s.Text = append(s.Text, number(int(c.Undated), "finding does not say when it was charged; make a report for this month alone to include it.", "findings do not say when they were charged; make a report for this month alone to include them."))
	}
	if c.Unassigned > 0 {
		s.Text = append(s.Text, number(int(c.Unassigned), "finding names no account, and the report has several.", "findings name no account, and the report has several."))
	}
	for _, m := range c.Uncertain {
		s.Text = append(s.Text, fmt.Sprintf("%s %s, in %s, uncertain: the rules or the log do not settle whether it is due.", m.Currency, m.Amount, number(int(m.Charges), "charge", "charges")))
	}
	if len(s.Text) == 0 {
		s.Text = []string{"Nothing was left out for this account and month."}
	}
	return s
}

func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// fewOf are the first doubts.
func fewOf(list []string) (few []string) {
	for _, text := range list[:min(len(list), mostDoubts)] {
		few = append(few, cut(text, mostWords))
	}
	if more := len(list) - len(few); more > 0 {
		few = append(few, fmt.Sprintf("%d more are in manifest.json.", more))
	}
	return few
}

// short cuts a name that would fill the page.
func short(s string) string { return cut(s, mostNames) }

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
