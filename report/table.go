package report

import (
	"io"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

// auditTable is the report that a person reads in a terminal: the money
// first, then what was found, then what to know before trusting it.
func auditTable(w io.Writer, r *result.Report, o Options) error {
	v := &auditView{Page: page.New(o.Width, o.Color), r: r, numbers: severalNumbers(r.Findings)}
	v.incomplete()
	notes(v.Page, v.r.Run.Notes)
	v.headline()
	v.sums()
	v.ignored()
	v.facts()
	v.findings()
	v.groups()
	v.unsetFacts()
	v.notRun()
	v.gaps()
	v.inputs()
	_, err := io.WriteString(w, v.String())
	return err
}

// maxListed is how many lines of a kind a report for people shows; the JSON
// form has them all.
const maxListed = 10

// auditView is an audit's report on its way to a page.
type auditView struct {
	*page.Page
	r       *result.Report
	numbers bool // findings name their business number, as there are several
}

// incomplete says first of all, and loudly, that something is missing.
func (v *auditView) incomplete() {
	if len(v.r.Run.Incomplete) == 0 {
		return
	}
	v.Text(0, v.Paint(page.Red, "INCOMPLETE:")+" this report does not show everything.")
	for _, why := range v.r.Run.Incomplete {
		v.Hang("  - ", page.Clean(why))
	}
	v.Blank()
}

// notes are what to know before the report is trusted.
func notes(p *page.Page, texts []string) {
	for _, text := range texts[:min(len(texts), maxListed)] {
		p.Hang(p.Paint(page.Yellow, "WARNING: "), page.Clean(text))
	}
	more(p, "", len(texts))
	if len(texts) > 0 {
		p.Blank()
	}
}

// headline says in a sentence what the reader came for.
func (v *auditView) headline() {
	t := &v.r.Totals
	charges := counted(t.ChargesReported, "reported charge")
	over := t.Verdicts.Overcharge
	if t.Ignored != nil {
		over -= t.Ignored.Overcharges
	}
	switch {
	case over > 0:
		v.Text(0, "Overcharged"+v.overcharged()+" in "+count(over)+" of "+charges+".")
	case len(v.r.Findings) > 0:
		v.Text(0, "No overcharge found in "+charges+"; "+counted(int64(len(v.r.Findings)), "finding")+" of other kinds.")
	default:
		v.noFindings()
	}
	v.unpriced()
}

// overcharged lists the overcharged money of every currency.
func (v *auditView) overcharged() string {
	var sums []string
	for _, a := range v.r.Totals.Amounts {
		if !isZero(a.Overcharged) {
			sums = append(sums, v.Paint(page.Red, money(a.Currency, a.Overcharged)))
		}
	}
	if len(sums) == 0 {
		return ""
	}
	return ": " + and(sums) + ","
}

// noFindings says that nothing was found, and what that is worth.
func (v *auditView) noFindings() {
	t := &v.r.Totals
	if t.Messages == 0 {
		v.Text(0, "No message was judged, so nothing was found.")
		return
	}
	ink := page.Green
	if len(v.r.Run.Incomplete) > 0 {
		ink = page.Yellow
	}
	v.Text(0, v.Paint(ink, "No findings:")+" nothing wrong was found in "+
		counted(t.Messages, "message")+" with "+counted(t.ChargesReported, "reported charge")+".")
	if checks := v.checksRun(); len(checks) > 0 {
		v.Hang("Checked: ", strings.Join(checks, ", "))
	}
	if len(v.r.Run.Incomplete) > 0 {
		v.Text(0, "The run is incomplete, so this does not prove that the bill is right.")
	}
	if t.Verdicts.Uncertain > 0 {
		v.Text(0, "For "+counted(t.Verdicts.Uncertain, "message")+" the log does not allow a certain answer.")
	}
}

// facts says what was audited.
func (v *auditView) facts() {
	t, c := &v.r.Totals, &v.r.Coverage
	v.Blank()
	v.Hang("Period    ", between(v.r.Run.Period.From, v.r.Run.Period.To, "everything in the log"))
	v.Hang("Log       ", between(c.From, c.To, "no events"))
	v.Items("Messages  ", phrase(count(t.Messages)+" judged"),
		counted(t.ChargesReported, "reported charge"), counted(t.ChargesExpected, "expected charge"))
	v.Items("Verdicts  ", v.verdicts()...)
	v.Items("Evidence  ", counted(c.Inbound, "user message"), counted(c.Statuses, "status update"),
		phrase("pricing on "+percent(c.DeliveredWithPricing)+" of delivered messages"),
		phrase("sending time known for "+percent(c.DeliveredWithSent)),
		phrase("customers' messages present for "+percent(c.NumbersWithInbound)+" of numbers"))
}

func (v *auditView) verdicts() []string {
	n := &v.r.Totals.Verdicts
	return []string{
		phrase("ok " + count(n.OK)), phrase("overcharge " + count(n.Overcharge)), phrase("undercharge " + count(n.Undercharge)),
		phrase("uncertain " + count(n.Uncertain)), phrase("unreported " + count(n.Unreported)),
	}
}

// sums is the money of each currency.
func (v *auditView) sums() {
	if len(v.r.Totals.Amounts) == 0 {
		return
	}
	columns := []page.Column{{Name: "currency"}}
	for _, name := range []string{"reported", "should have been", "overcharged", "undercharged", "uncertain"} {
		columns = append(columns, page.Column{Name: name, Right: true})
	}
	var rows [][]string
	for _, a := range v.r.Totals.Amounts {
		rows = append(rows, []string{
			page.Clean(a.Currency), amount(a.Reported), amount(a.Expected),
			v.unlessZero(page.Red, a.Overcharged), v.unlessZero(page.Cyan, a.Undercharged), v.unlessZero(page.Yellow, a.Uncertain),
		})
	}
	v.Blank()
	v.Table(0, columns, rows)
}

// unlessZero writes an amount in colour, but zero without.
func (v *auditView) unlessZero(ink page.Ink, value string) string {
	if isZero(value) {
		return amount(value)
	}
	return v.Paint(ink, amount(value))
}

// section begins a part of the report.
func section(p *page.Page, title string) {
	p.Blank()
	p.Text(0, p.Paint(page.Bold, title))
}

// more says how many of a number of lines were left out.
func more(p *page.Page, lead string, total int) {
	if total > maxListed {
		p.Hang(lead, "… and "+count(int64(total-maxListed))+" more: -f json lists all")
	}
}
