package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

// unsetFacts names the keys of the configuration that would settle uncertain
// messages.
func (v *auditView) unsetFacts() {
	unset(v.Page, v.r.Run.Unset)
	missingRates(v.Page, v.r.Run.Missing)
}

// missingRates says which rates charges need that no card has.
func missingRates(p *page.Page, needs []result.MissingRate) {
	if len(needs) > 0 {
		lines(p, "Rates that no card has", needs, func(n *result.MissingRate) { p.Hang("  ", NeededRate(*n)) })
		p.Hang("  ", HowToImport)
	}
}

// HowToImport says how a rate comes to a card.
const HowToImport = "to import one: waudit rates import FILE -o card.csv, then name card.csv in waudit.yaml, " +
	"a list of Meta's under rates:, a contract under accounts.ID.rates:"

// NeededRate names a rate that charges need: its currency, market, category and days.
func NeededRate(n result.MissingRate) string {
	days := "on " + n.From
	if n.To != n.From {
		days = "from " + n.From + " to " + n.To
	}
	return page.Clean(fmt.Sprintf("%s for a %s to %s, %s, %s: card %s has none (messages: %d)",
		n.Currency, n.Unit, n.Market, n.Category, days, n.Card, n.Messages))
}

// unset says which keys of the configuration messages depend on.
func unset(p *page.Page, facts []result.UnsetFact) {
	lines(p, "What you can clear up in the configuration", facts, func(f *result.UnsetFact) {
		p.Hang("  set ", key(*f)+": decides "+counted(f.Messages, "message"))
	})
}

// key names a key of an account in the configuration.
func key(f result.UnsetFact) string {
	account := cmp.Or(f.WABA, "ID")
	return page.Clean("accounts." + account + "." + f.Key)
}

// notRun says which checks did not run; those with the same reason share a
// line.
func (v *auditView) notRun() {
	if len(v.r.Run.NotRun) == 0 {
		return
	}
	section(v.Page, "Checks that did not run")
	listNotRun(v.Page, v.r.Run.NotRun)
}

// listNotRun lists checks by the reason why they do not run.
func listNotRun(p *page.Page, list []result.NotRun) {
	var reasons []string
	checks := map[string][]string{}
	for _, n := range list {
		if checks[n.Why] == nil {
			reasons = append(reasons, n.Why)
		}
		checks[n.Why] = append(checks[n.Why], page.Clean(n.Check))
	}
	for _, why := range reasons {
		p.Hang("  ", strings.Join(checks[why], ", ")+": "+page.Clean(why))
	}
}

// checksChosen lists the checks that were to run, as far as the options name them. A
// report that was read from JSON has a list of any.
func checksChosen(run *result.Run) (ids []string) {
	switch chosen := run.Options["checks"].(type) {
	case []string:
		return slices.Clone(chosen)
	case []any:
		for _, id := range chosen {
			ids = append(ids, fmt.Sprint(id))
		}
	}
	return ids
}

// checksRun lists the checks that did run.
func (v *auditView) checksRun() []string {
	ids := slices.DeleteFunc(checksChosen(&v.r.Run), func(id string) bool {
		return slices.ContainsFunc(v.r.Run.NotRun, func(n result.NotRun) bool { return n.Check == id })
	})
	for i, id := range ids {
		ids[i] = page.Clean(id)
	}
	return ids
}

// gaps says where the log is silent though it should not be.
func (v *auditView) gaps() {
	lines(v.Page, "Gaps in the log", v.r.Coverage.Gaps, func(g *result.Gap) {
		v.Hang("  ", phrase("number "+brief(g.Number))+": "+silence(g)+", "+v.clock.interval("", g.From, g.To))
	})
}

// silence is what a gap lacks.
func silence(g *result.Gap) string {
	if g.Kind == "inbound" {
		return "no user messages"
	}
	return "nothing at all"
}

// inputs sums up what was read, and names the files that were not, or not
// whole.
func (v *auditView) inputs() {
	var sum inputTotals
	var amiss int64
	for i := range v.r.Run.Inputs {
		in := &v.r.Run.Inputs[i]
		sum.add(in.Skipped, &in.InputCounts, in.Signatures)
	}
	section(v.Page, "Inputs")
	sum.list(v.Page, "  ")
	for _, in := range v.r.Run.Inputs {
		if note := amissNote(in); note != "" {
			if amiss++; amiss <= maxListed {
				v.Hang("  ", note)
			}
		}
	}
	more(v.Page, "  ", int(amiss))
	v.rates()
}

// inputTotals sums up what came of inputs.
type inputTotals struct {
	result.InputCounts
	result.Signatures
	files    int64 // that were not skipped
	verified bool  // signatures were
}

func (t *inputTotals) add(skipped string, n *result.InputCounts, signed *result.Signatures) {
	if skipped == "" {
		t.files++
	}
	t.Records += n.Records
	t.Used += n.Used
	t.Ignored += n.Ignored
	t.Duplicates += n.Duplicates
	t.Rejected += n.Rejected
	if signed != nil {
		t.verified = true
		t.Valid += signed.Valid
		t.Invalid += signed.Invalid
		t.Absent += signed.Absent
	}
}

// list says how much was read, and how many webhooks are signed, if that was verified.
func (t *inputTotals) list(p *page.Page, indent string) {
	p.Items(indent, counted(t.files, "file"), counted(t.Records, "record"), phrase(count(t.Used)+" used"),
		phrase(count(t.Ignored)+" ignored"), counted(t.Duplicates, "duplicate"), phrase(count(t.Rejected)+" rejected"))
	if t.verified {
		p.Items(indent, phrase("signatures: "+count(t.Valid)+" valid"), phrase(count(t.Invalid)+" invalid, rejected"), phrase(count(t.Absent)+" absent"))
	}
}

// amissNote says what is amiss with an input, "" if nothing is.
func amissNote(in result.InputFile) string {
	path := page.Clean(in.Path)
	switch {
	case in.Skipped != "":
		return "skipped " + path + ": " + page.Clean(in.Skipped)
	case in.Incomplete != "":
		return "incomplete " + path + ": " + page.Clean(in.Incomplete)
	case in.Rejected > 0:
		return path + ": " + phrase(count(in.Rejected)+" rejected")
	}
	return ""
}

// rates names the rate cards that money was computed by.
func (v *auditView) rates() {
	if len(v.r.Run.Rates) == 0 {
		return
	}
	var ids []string
	for _, card := range v.r.Run.Rates {
		ids = append(ids, phrase(page.Clean(card.ID)))
	}
	v.Hang("  rate cards: ", strings.Join(ids, ", "))
}
