package cmd

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"waudit/audit/accept"
	"waudit/audit/check"
	"waudit/audit/result"
	"waudit/ingest/mapfile"
)

// findingFlags are the flags of a command that makes findings.
type findingFlags struct {
	checks   string
	failOn   string
	baseline string
	ignore   string
	asOf     string
}

func (f *findingFlags) register(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.checks, "checks", "", "checks to run: all, ids, patterns such as WA1* or -WA3* (default all but 6xx)")
	registerFailOn(c, &f.failOn, "lowest severity that makes the exit code 1")
	flags.StringVar(&f.baseline, "baseline", "", "an earlier JSON report: its findings are marked as known, and do not count for --fail-on")
	flags.StringVar(&f.ignore, "ignore", "", "accepted findings, with reason and expiry date (YAML, see docs/ci.md)")
	flags.StringVar(&f.asOf, "as-of", "", "day on which expiry dates are checked (default: the last day of the log)")
}

// failOnLevels are the values of --fail-on.
func failOnLevels() []string { return []string{"error", "warning", "any", "none"} }

func registerFailOn(c *cobra.Command, level *string, what string) {
	c.Flags().StringVar(level, "fail-on", "error", what+": error, warning, any or none")
}

func validFailOn(level string) error { return oneOf("--fail-on", level, failOnLevels()...) }

// countsFor reports whether a finding is at or above the level of --fail-on.
func countsFor(level string, f *result.Finding) bool {
	return level == "any" || level == "error" && f.Severity == result.Error || level == "warning" && f.Severity != result.Info
}

// acceptance is what users said about findings beforehand: a baseline of known
// ones, and a list of accepted ones with reason and expiry.
type acceptance struct {
	known  accept.Baseline // nil: there is none
	ignore *accept.Exceptions
	asOf   string
	checks []check.Check // all that are chosen
}

// acceptedFindings reads --baseline and --ignore.
func (f *findingFlags) acceptedFindings(config *configFile) (*acceptance, error) {
	chosen, err := chosenChecks(f.checks, config)
	if err != nil {
		return nil, err
	}
	a := &acceptance{asOf: f.asOf, ignore: &accept.Exceptions{}, checks: chosen}
	if f.asOf != "" {
		if _, err := time.Parse(time.DateOnly, f.asOf); err != nil {
			return nil, usage("--as-of %q is not a day such as 2026-10-31", f.asOf)
		}
	}
	if f.baseline != "" {
		data, err := config.read("baseline", f.baseline)
		if err != nil {
			return nil, usage("--baseline: %v", err)
		}
		doc, err := result.ReadDocument(f.baseline, data)
		if err != nil || doc.Schema != result.Schema && doc.Schema != result.ReconcileSchema {
			return nil, usage("--baseline: %s is not a %s report, nor one of %s", f.baseline, result.Schema, result.ReconcileSchema)
		}
		r, err := result.Of[result.Report](doc) // a reconciliation has its findings under the same key
		if err != nil {
			return nil, usage("--baseline: %v", err)
		}
		a.known = accept.Baseline{}
		for i := range r.Findings {
			a.known[r.Findings[i].ID] = true
		}
	}
	path := f.ignore
	if path == "" && config.Ignore != "" {
		path = config.beside(config.Ignore)
	}
	if path == "" {
		return a, nil
	}
	a.ignore, err = readIgnored(config, path)
	return a, err
}

// readIgnored reads an ignore file.
func readIgnored(config *configFile, path string) (*accept.Exceptions, error) {
	data, err := config.read("ignore", path)
	if err != nil {
		return nil, usage("ignore file: %v", err)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, usage("ignore file %s: it is empty", path)
	}
	var file struct {
		Ignore []accept.Exception `yaml:"ignore"`
	}
	var lines struct {
		Ignore []yaml.Node `yaml:"ignore"`
	}
	if err := mapfile.Decode(data, &file); err != nil {
		return nil, usage("ignore file %s: %v", path, err)
	}
	if err := mapfile.Decode(data, &lines); err != nil {
		return nil, usage("ignore file %s: %v", path, err)
	}
	for i := range file.Ignore {
		e := &file.Ignore[i]
		e.Line = uint32(lines.Ignore[i].Line)
		if e.ID == "" && e.Check == "" && len(e.Match) == 0 || e.Reason == "" {
			return nil, usage("ignore file %s: entry %d needs an id and a reason; a check, a match or both may stand for the id", path, i+1)
		}
	}
	list, err := accept.New(path, file.Ignore)
	if unknown, ok := errors.AsType[*accept.UnknownKeyError](err); ok {
		return nil, usage("ignore file %s: %v%s", path, err, mapfile.DidYouMean(unknown.Key, accept.Keys()))
	}
	if err != nil {
		return nil, usage("ignore file %s: %v", path, err)
	}
	return list, nil
}

// on sets the day at which expiries are judged: --as-of, else the log's last.
func (a *acceptance) on(end string) { a.ignore.On(cmp.Or(a.asOf, end)) }

// onLogs are the chosen checks that need nothing but the log.
func (a *acceptance) onLogs() []check.Check { return onLogs(a.checks) }

// notRun are the chosen checks that another command runs.
func (a *acceptance) notRun() (elsewhere []result.NotRun) {
	for _, c := range a.checks {
		if check.IsOfSavings(c.ID) {
			elsewhere = append(elsewhere, result.NotRun{Check: c.ID, Why: "what it saves is counted by judging the log again: `waudit savings` runs it"})
		}
	}
	return elsewhere
}

// exceptions are what is to be told of the ignore file, if these checks ran.
func (a *acceptance) exceptions(ran []check.Check) []result.Finding {
	all := slices.Clone(ran)
	for _, c := range check.OfExceptions() {
		if slices.ContainsFunc(a.checks, func(chosen check.Check) bool { return chosen.ID == c.ID }) {
			all = append(all, c)
		}
	}
	return a.ignore.Findings(all)
}

// count adds to the totals by check what is told of the ignore file, and how many
// findings are known.
func (a *acceptance) count(totals []result.CheckTotal, findings []result.Finding) []result.CheckTotal {
	known, exceptions := map[string]int64{}, map[string]int64{}
	for i := range findings {
		if f := &findings[i]; f.Known {
			known[f.Check]++
		}
		exceptions[findings[i].Check]++
	}
	for _, c := range check.OfExceptions() {
		if n := exceptions[c.ID]; n > 0 {
			totals = append(totals, result.CheckTotal{Check: c.ID, Name: c.Name, Severity: c.Severity, Findings: n})
		}
	}
	for i := range totals {
		totals[i].Known = known[totals[i].Check]
	}
	return totals
}

// mark marks the known findings and counts them, nil without a baseline.
func (a *acceptance) mark(findings []result.Finding) *result.BaselineCounts {
	if a.known == nil {
		return nil
	}
	return a.known.Mark(findings)
}

// dayOf is the day of an instant, Unix milliseconds, "" for none.
func dayOf(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format(time.DateOnly)
}
