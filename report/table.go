package report

import (
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

// auditTable is the report that a person reads in a terminal: the money
// first, then what was found, then what to know before trusting it.
func auditTable(p *page.Page, r *result.Report, o Options) {
	v := newAuditView(p, r, o)
	v.incomplete()
	notes(p, r.Run.Notes)
	v.headline()
	v.sums()
	v.ignored()
	baseline(p, r.Totals.Baseline)
	v.facts()
	v.findings()
	v.groups()
	v.unsetFacts()
	v.notRun()
	v.gaps()
	v.inputs()
}

// maxListed is how many lines of a kind a report for people shows; the JSON
// form has them all.
const maxListed = 10

// auditView is an audit's report on its way to a page.
type auditView struct {
	*page.Page
	r       *result.Report
	names   names
	clock   *reportClock
	top     int  // findings of each check that are shown
	numbers bool // findings name their business number, as there are several
}

func newAuditView(p *page.Page, r *result.Report, o Options) *auditView {
	v := &auditView{
		Page: p, r: r, names: namesOf(&r.Run), clock: newReportClock(o, r.Run.Accounts),
		top: o.Top, numbers: severalNumbers(r.Findings),
	}
	switch {
	case o.Top == 0:
		v.top = maxListed
	case o.Top < 0:
		v.top = len(r.Findings)
	}
	return v
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

// incomplete says that a run does not cover everything, and why.
func incomplete(p *page.Page, run *result.Run) {
	for _, why := range run.Incomplete {
		p.Hang(p.Paint(page.Red, "INCOMPLETE: "), page.Clean(why))
	}
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
	over := t.Verdicts.Overcharge
	if t.Ignored != nil {
		over -= t.Ignored.Overcharges
	}
	sums := v.overcharged()
	switch {
	case over > 0 && sums != "":
		v.Text(0, "Overcharged: "+sums+", in "+count(over)+" of "+counted(t.ChargesReported, "reported charge")+".")
	case over > 0:
		v.Text(0, v.Paint(page.Red, count(over))+" of "+counted(t.ChargesReported, "reported charge")+" should not have been made.")
	case len(v.r.Findings) > 0:
		v.Text(0, "No overcharge found in "+counted(t.ChargesReported, "reported charge")+"; "+counted(int64(len(v.r.Findings)), "finding")+" of other kinds.")
	default:
		v.noFindings()
	}
	v.unpriced()
}

// overcharged lists the overcharged money of every currency.
func (v *auditView) overcharged() string {
	var sums []string
	for _, a := range v.r.Totals.Amounts {
		if page.IsZero(a.Overcharged) {
			continue
		}
		about := ""
		if e := v.r.Totals.Estimated; e != nil && e.Currency == a.Currency {
			about = "about" + page.NoBreak
		}
		sums = append(sums, about+v.Paint(page.Red, cash(a.Currency, a.Overcharged)))
	}
	return and(sums)
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
	if accounts := v.accounts(); len(accounts) == 1 && v.names[accounts[0].Key] != "" {
		v.Hang("Account   ", v.names.full(accounts[0].Key))
	}
	v.Hang("Period    ", v.clock.between(v.r.Run.Period.From, v.r.Run.Period.To, "everything in the log"))
	v.Hang("Log       ", v.clock.between(c.From, c.To, "no events"))
	v.Items("Messages  ", phrase(count(t.Messages)+" judged"),
		counted(t.ChargesReported, "reported charge"), counted(t.ChargesExpected, "expected charge"))
	v.Items("Verdicts  ", v.verdicts()...)
	for _, n := range t.Channels {
		v.Items("Channel   ", phrase(page.Clean(n.Channel)), counted(n.Messages, "message"), phrase(count(n.NotAllowed)+" not allowed"),
			phrase(count(n.Uncertain)+" uncertain"), "nothing is charged there")
	}
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

// unlessZero writes an amount in colour, but zero without.
func (v *auditView) unlessZero(ink page.Ink, value string) string {
	if page.IsZero(value) {
		return amount(value)
	}
	return v.Paint(ink, amount(value))
}

// section begins a part of the report.
func section(p *page.Page, title string) {
	p.Blank()
	p.Text(0, p.Paint(page.Bold, title))
}

// lines is a section of which line writes the lines of the first elements of a list, if
// there are any.
func lines[T any](p *page.Page, title string, all []T, line func(*T)) {
	if len(all) == 0 {
		return
	}
	section(p, title)
	for i := range all[:min(len(all), maxListed)] {
		line(&all[i])
	}
	more(p, "  ", len(all))
}

// more says how many of a number of lines were left out.
func more(p *page.Page, lead string, total int) {
	if total > maxListed {
		p.Hang(lead, "… and "+count(int64(total-maxListed))+" more: -f json lists all")
	}
}
