package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/check"
	"waudit/audit/result"
	"waudit/ingest"
	"waudit/report"
)

type auditFlags struct {
	readFlags
	checks   string
	failOn   string
	ignore   string
	baseline string
	asOf     string
	redact   bool
}

func newAudit() *cobra.Command {
	var f auditFlags
	c := &cobra.Command{
		Use:   "audit [PATH...]",
		Short: "Report charges that should not have occurred",
		Long: `audit replays the logs and reports the charges that should not have occurred.

PATH is a file, a folder, a glob with **, s3://BUCKET/PREFIX, or - for standard
input. Without a PATH, audit reads standard input unless it is a terminal.`,
		Example: "  waudit audit logs/\n  waudit audit --period 2026-10 -f json -o report.json logs/**/*.ndjson.gz",
		RunE:    func(c *cobra.Command, args []string) error { return runAudit(c, &f, args) },
	}
	f.register(c, "table", report.AuditFormats())
	c.Flags().StringVar(&f.checks, "checks", "", "checks to run: all, ids, patterns such as WA1* or -WA3* (default all but 6xx)")
	c.Flags().StringVar(&f.failOn, "fail-on", "error", "lowest severity that makes the exit code 1: error, warning, any or none")
	c.Flags().StringVar(&f.baseline, "baseline", "", "an earlier JSON report; its findings do not count for --fail-on")
	c.Flags().StringVar(&f.ignore, "ignore", "", "accepted findings, with reason and expiry date (YAML)")
	c.Flags().StringVar(&f.asOf, "as-of", "", "day on which expiry dates are checked (default: the last day of the log)")
	c.Flags().BoolVar(&f.redact, "redact", false, "replace users' phones and ids by pseudonyms")
	return c
}

func runAudit(c *cobra.Command, f *auditFlags, args []string) error {
	config, args, err := f.start(c, args)
	if err != nil {
		return err
	}
	if err := oneOf("--fail-on", f.failOn, "error", "warning", "any", "none"); err != nil {
		return err
	}
	accepted, err := acceptedFindings(f, config)
	if err != nil {
		return err
	}
	checks, err := selectChecks(f.checks, config)
	if err != nil {
		return err
	}
	s, err := openSession(c, &f.readFlags, config, args)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	var notes []string
	s.checks = checks
	s.ignored, notes = accepted.ids(dayOf(s.log.Census.To))
	r, err := s.report(c, f)
	if err != nil {
		return err
	}
	f.noteMissing(c.ErrOrStderr(), r.Run.Missing)
	if x := r.Totals.Ignored; x != nil {
		r.Run.Options["ignored_findings"] = x.Findings
		notes = append(notes, hidden(x.Findings))
	}
	if f.redact {
		redact(r)
	}
	for _, n := range notes {
		f.note(c.ErrOrStderr(), "%s", n)
	}
	if err := writeReports(c, &f.reportFlags, report.AuditFormats(), r); err != nil {
		return err
	}
	return f.verdict(c, r, accepted)
}

// hidden says how many findings the ignore file takes out of a report.
func hidden(n int64) string {
	if n == 1 {
		return "1 accepted finding is hidden (see --ignore)"
	}
	return fmt.Sprintf("%d accepted findings are hidden (see --ignore)", n)
}

// selectChecks returns the checks of logs that --checks names, which has the last
// word, else the default ones with what the configuration adds and takes.
func selectChecks(list string, config *configFile) ([]check.Check, error) {
	chosen, err := chosenChecks(list, config)
	return slices.DeleteFunc(chosen, func(c check.Check) bool { return !c.RunsOnLogs() }), err
}

// chosenChecks are all that are chosen, those of bills among them.
func chosenChecks(list string, config *configFile) ([]check.Check, error) {
	if list == "" {
		parts := append([]string{"default"}, config.Checks.Enable...)
		for _, id := range config.Checks.Disable {
			parts = append(parts, "-"+id)
		}
		list = strings.Join(parts, ",")
	}
	checks, err := check.Select(check.Documented(), list)
	if err != nil {
		return nil, usage("%v", err)
	}
	return checks, nil
}

// report audits what was read and makes the report.
func (s *session) report(c *cobra.Command, f *auditFlags) (*result.Report, error) {
	opts := s.auditOptions()
	_, found, err := audit.Audit(c.Context(), pairs{s.log.Set}, opts)
	if err != nil {
		return nil, err
	}
	r := &result.Report{
		Schema: result.Schema, Tool: result.Tool{Name: "waudit", Version: programVersion()},
		Run: result.Run{
			Inputs: s.inputs(), Period: s.period.Report(), Incomplete: s.incomplete(found), NotRun: found.NotRun,
			Unset: found.Unset, Missing: found.Missing, Notes: s.noteUnseen(c.ErrOrStderr()), Rates: s.ratesUsed(s.prices), Options: s.options(f),
		},
		Coverage: found.Coverage, Totals: found.Totals, Findings: []result.Finding{},
	}
	r.Findings = slices.Grow(r.Findings, len(found.Findings))
	for i := range found.Findings {
		x := &found.Findings[i]
		x.Evidence = s.evidence(x.Places)
		r.Findings = append(r.Findings, x.Finding)
		*x = audit.Finding{}
	}
	r.Run.NotRun = s.notRun(r.Run.NotRun, r.Findings)
	return r, nil
}

// evidence turns places into paths and lines, in their order.
func (s *session) evidence(places []audit.Place) []result.Evidence {
	out := make([]result.Evidence, 0, len(places))
	for _, p := range places {
		out = append(out, result.Evidence{Path: s.log.Read.Path(p.Place), Line: p.Line, Item: p.Item, What: p.What})
	}
	return out
}

// nothingToAudit says that there was nothing to look at.
const nothingToAudit = "nothing to audit: no business message in the period"

// nothingIn says that there was nothing to look at, and what the log covers instead.
func (s *session) nothingIn() string {
	days := s.daysOfLog()
	if days == "" {
		return nothingToAudit
	}
	return nothingToAudit + "; the log covers " + days
}

// daysOfLog are the first and the last day of the log, "" if it is empty.
func (s *session) daysOfLog() string {
	from, to := dayOf(s.log.Census.From), dayOf(s.log.Census.To)
	if from == "" || from == to {
		return from
	}
	return from + " to " + to
}

// isUnknownLog reports whether an input holds records, and none of a known format.
func isUnknownLog(in ingest.Input) bool { return in.Skipped != "" && in.Records > 0 }

// incomplete says why the run cannot be relied on as a whole.
func (s *session) incomplete(found *audit.Findings) []string {
	reasons := s.log.Read.Incomplete(float64(s.flags.maxRejected), s.flags.strict)
	switch {
	case found.Totals.Messages == 0 && slices.ContainsFunc(s.log.Read.Inputs, isUnknownLog):
		reasons = append(reasons, nothingToAudit+"; waudit inspect --suggest-mapping drafts a mapping for logs of no known format")
	case found.Totals.Messages == 0:
		reasons = append(reasons, s.nothingIn())
	case !found.Priced:
		reasons = append(reasons, "no_charges_reported: no judged message carries any pricing, so no charge can be checked; add status webhooks with pricing, or bill lines")
	}
	return slices.Clip(append([]string{}, reasons...))
}

// options lists what can change a result.
func (s *session) options(f *auditFlags) map[string]any {
	ids := make([]string, 0, len(s.checks))
	for _, c := range s.checks {
		ids = append(ids, c.ID)
	}
	o := map[string]any{
		"tolerance": f.tolerance.String(), "checks": ids, "max_record": int64(f.maxRecord), "strict": f.strict,
		"max_rejected": f.maxRejected.String(), "redact": f.redact,
	}
	assumed := map[string]string{}
	for id, account := range s.config.Accounts {
		if account.AssumeSentWithin != "" {
			assumed[id] = account.AssumeSentWithin
		}
	}
	if len(assumed) > 0 {
		o["assume_sent_within"] = assumed
	}
	if f.inputFormat != "" {
		o["input_format"] = f.inputFormat
	}
	if f.dialect != "" {
		o["dialect"] = f.dialect
	}
	return o
}

// verdict turns the report into the exit code.
func (f *auditFlags) verdict(c *cobra.Command, r *result.Report, accepted *acceptance) error {
	if err := incomplete(c, r.Run.Incomplete); err != nil {
		return err
	}
	return failOn(f.failOn, r.Findings, accepted.known)
}

// failOn ends a run with findings that count, but for known ones.
func failOn(level string, findings []result.Finding, known map[string]bool) error {
	for i := range findings {
		x := &findings[i]
		if known[x.ID] {
			continue
		}
		if level == "any" || level == "error" && x.Severity == result.Error || level == "warning" && x.Severity != result.Info {
			return &verdictError{exitFindings}
		}
	}
	return nil
}
