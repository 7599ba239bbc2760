package report

import (
	"encoding/json"
	"io"
	"strings"

	"waudit/audit/result"
	"waudit/report/format"
	"waudit/report/page"
)

// finding is what the formats for CI and for programs that read findings are made of.
type finding struct {
	tool     result.Tool
	run      *result.Run
	findings []result.Finding
	sums     []result.CheckTotal
}

func auditFound(r *result.Report) finding {
	return finding{r.Tool, &r.Run, r.Findings, r.Totals.ByCheck}
}

func reconcileFound(r *result.Reconciliation) finding {
	return finding{r.Tool, &r.Run, r.Findings, r.Totals.ByCheck}
}

// findingFormats are the formats of a document that has findings.
func findingFormats[T any](of func(T) finding) format.List[T] {
	writes := func(write func(io.Writer, finding, Options) error) func(io.Writer, T, Options) error {
		return func(w io.Writer, doc T, o Options) error { return write(w, of(doc), o) }
	}
	return format.List[T]{
		{Name: "ndjson", For: "programs that read line by line: a finding each", Write: writes(findingLines)},
		{Name: "sarif", For: "code scanning, SARIF 2.1.0", Write: writes(sarif)},
		{Name: "junit", For: "test reports of CI: a suite for each check", Write: writes(junit)},
		{Name: "github", For: "annotations of GitHub Actions", Write: writes(github)},
	}
}

// findingLines writes findings as the JSON report has them, one a line.
func findingLines(w io.Writer, f finding, _ Options) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for i := range f.findings {
		if err := e.Encode(withLists(&f.findings[i])); err != nil {
			return err
		}
	}
	return nil
}

// checks are the checks that ran or found something, by id, with what is known of them.
func (f *finding) checks(o Options) []format.CheckDoc {
	var all []format.CheckDoc
	has := map[string]bool{}
	for _, id := range checksChosen(f.run) {
		has[id] = true
	}
	for _, t := range f.sums {
		has[t.Check] = true
	}
	for _, c := range o.Checks {
		if has[c.ID] {
			all = append(all, c)
			delete(has, c.ID)
		}
	}
	for _, t := range f.sums { // of another version of the program
		if has[t.Check] {
			all = append(all, format.CheckDoc{ID: t.Check, Name: t.Name, Severity: string(t.Severity), Title: t.Name})
		}
	}
	return all
}

// headline says in one line what a finding is, with its money.
func headline(f *result.Finding) string {
	text := f.Explanation
	if items := moneyItems(f, strings.Clone); len(items) > 0 {
		text = strings.Join(items, ", ") + ". " + text
	}
	return page.Clean(text)
}

// moneyItems are the amounts of a finding that are not zero, written by write.
func moneyItems(f *result.Finding, write func(string) string) (items []string) {
	if f.Amount == nil {
		return nil
	}
	for _, x := range wrongSums(atStake(f)[0]) {
		items = append(items, f.Amount.Currency+" "+write(x.sum)+" "+x.word)
	}
	if f.Amount.Estimate && len(items) > 0 {
		items[len(items)-1] += " (estimate)"
	}
	return items
}
