package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/result"
	"waudit/ingest"
	"waudit/report"
)

type auditFlags struct {
	readFlags
	findingFlags
}

func newAudit() *cobra.Command {
	var f auditFlags
	c := &cobra.Command{
		Use:   "audit [PATH...]",
		Short: "Report charges that should not have occurred",
		Long: `audit replays the logs and reports the charges that should not have occurred.

PATH is a file, a folder, a glob with **, s3://BUCKET/PREFIX (or gs://, az://), a
table as postgres://USER@HOST/DATABASE#TABLE or mysql://..., a file in an archive
as logs.zip!/a.ndjson, or - for standard input. Without a PATH, audit reads standard input unless it is a terminal.`,
		Example:     "  waudit audit logs/\n  waudit audit --period 2026-10 -f json -o report.json 'logs/**/*.ndjson.gz'",
		Annotations: ends("findings at or above --fail-on, but for known ones (--baseline)", "there was no message to audit, or no pricing in the log"),
		RunE:        func(c *cobra.Command, args []string) error { return runAudit(c, &f, args) },
	}
	f.register(c)
	f.registerChannel(c.Flags())
	return c
}

func (f *auditFlags) register(c *cobra.Command) {
	f.readFlags.register(c, "table", report.AuditFormats())
	f.findingFlags.register(c)
	f.registerCurrency(c.Flags())
	f.registerZone(c.Flags())
	f.registerTop(c.Flags())
}

func runAudit(c *cobra.Command, f *auditFlags, args []string) error {
	s, err := f.open(c, args)
	if err != nil {
		return err
	}
	if err := validFailOn(f.failOn); err != nil {
		return err
	}
	accepted, err := f.acceptedFindings(s.config)
	if err != nil {
		return err
	}
	s.selectPeriod()
	if err := s.readAll(c); err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	s.accept(accepted)
	s.keepSurvey()
	_, found, err := s.audit(c, "judging", s.auditOptions())
	if err = errors.Join(err, s.log.Close()); err != nil { // a report needs no events
		return err
	}
	return s.tell(c, f, accepted, found)
}

// accept takes over what users said of findings. The log must have been read.
func (s *session) accept(accepted *acceptance) {
	s.checks, s.accepted = accepted.onLogs(), accepted.ignore.Accepts
	accepted.on(dayOf(s.log.Census.To))
}

// tell writes the report of what was found, and returns how the run ends.
func (s *session) tell(c *cobra.Command, f *auditFlags, accepted *acceptance, found *audit.Findings) error {
	notes := accepted.ignore.Expired()
	r := s.report(c, f, found)
	f.noteMissing(c.ErrOrStderr(), r.Run.Missing)
	if x := r.Totals.Ignored; x != nil {
		r.Run.Options["ignored_findings"] = x.Findings
		notes = append(notes, hidden(x.Findings))
	}
	r.Run.NotRun = append(r.Run.NotRun, accepted.notRun()...)
	r.Findings = append(r.Findings, accepted.exceptions(s.checks)...)
	r.Totals.Baseline = accepted.mark(r.Findings)
	r.Totals.ByCheck = accepted.count(r.Totals.ByCheck, r.Findings)
	f.document(r)
	for _, n := range notes {
		f.note(c.ErrOrStderr(), "%s", n)
	}
	if err := writeReports(c, &f.reportFlags, report.AuditFormats(), r); err != nil {
		return err
	}
	if err := incomplete(c, r.Run.Incomplete); err != nil {
		return err
	}
	return failOn(f.failOn, r.Findings, nil)
}

// hidden says how many findings the ignore file takes out of a report.
func hidden(n int64) string {
	if n == 1 {
		return "1 accepted finding is hidden (see --ignore)"
	}
	return fmt.Sprintf("%d accepted findings are hidden (see --ignore)", n)
}

// onLogs returns the checks that need nothing but the log.
func onLogs(checks []check.Check) []check.Check {
	return slices.DeleteFunc(slices.Clone(checks), func(c check.Check) bool { return !c.RunsOnLogs() })
}

// chosenChecks are all that are chosen, those of bills and of exceptions among them.
func chosenChecks(list string, config *configFile) ([]check.Check, error) {
	if list == "" {
		parts := append([]string{"default"}, config.Checks.Enable...)
		for _, id := range config.Checks.Disable {
			parts = append(parts, "-"+id)
		}
		list = strings.Join(parts, ",")
	}
	checks, err := check.Select(check.Documented(), list)
	if unknown, ok := errors.AsType[*check.UnknownError](err); ok {
		return nil, usage("%v%s", err, meantCheck(strings.TrimPrefix(unknown.Name, "-")))
	}
	return checks, err
}

// report makes the report of what was found.
func (s *session) report(c *cobra.Command, f *auditFlags, found *audit.Findings) *result.Report {
	r := &result.Report{
		Schema: result.Schema, Tool: tool(),
		Run:      s.run(s.incomplete(found), found.Unset, found.Missing, s.noteUnseen(c.ErrOrStderr())),
		Coverage: found.Coverage, Totals: found.Totals,
	}
	r.Run.Options = s.options(f)
	r.Findings = slices.Grow(r.Findings, len(found.Findings))
	for i := range found.Findings {
		x := &found.Findings[i]
		x.Evidence = s.evidence(x.Places)
		r.Findings = append(r.Findings, x.Finding)
		*x = audit.Finding{}
	}
	r.Run.NotRun = s.notRun(found.NotRun, r.Findings)
	return r
}

// evidence turns places into paths and lines, in their order.
func (s *session) evidence(places []audit.Evidence) []result.Evidence {
	out := make([]result.Evidence, 0, len(places))
	for _, p := range places {
		out = append(out, result.Evidence{Path: s.log.Read.Path(p.Place), Line: s.log.Read.Line(p.Place), Item: p.Item, What: p.What, At: p.When(), Signature: s.log.Read.Signature(p.Place)})
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
	return nothingToAudit + "; the log covers " + days + s.otherChannels()
}

// otherChannels says that the log has something of channels on which nothing is charged, ""
// if it has not.
func (s *session) otherChannels() string {
	for id := range s.log.Census.Numbers {
		if c, _ := event.ChannelOf(id); c != event.WhatsApp {
			return "; what it has of Messenger and Instagram costs nothing, and is judged by audit and explain alone"
		}
	}
	return ""
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
func isUnknownLog(in ingest.InputResult) bool { return in.Skipped != "" && in.Records > 0 }

// incomplete says why the run cannot be relied on as a whole.
func (s *session) incomplete(found *audit.Findings) []string {
	reasons := s.notRead()
	switch {
	case found.Totals.Messages == 0 && len(found.Totals.Channels) > 0:
	case found.Totals.Messages == 0 && slices.ContainsFunc(s.log.Read.Inputs, isUnknownLog):
		reasons = append(reasons, nothingToAudit+"; waudit inspect --suggest-mapping drafts a mapping for logs of no known format")
	case found.Totals.Messages == 0:
		reasons = append(reasons, s.nothingIn())
	case !found.Priced:
		reasons = append(reasons, "no_charges_reported: no judged message carries any pricing, so no charge can be checked; add status webhooks with pricing, or bill lines")
	}
	return reasons
}

func ids(checks []check.Check) []string {
	list := make([]string, 0, len(checks))
	for _, c := range checks {
		list = append(list, c.ID)
	}
	return list
}

// options lists what can change a result.
func (s *session) options(f *auditFlags) map[string]any {
	o := map[string]any{
		"tolerance": f.tolerance.String(), "checks": ids(s.checks), "max_record": int64(f.maxRecord), "strict": f.strict,
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
	if f.secrets != nil || s.log.Read.Verified() {
		o["signatures"] = true
	}
	if f.estimate != defaultEstimate {
		o["currency"] = f.estimate
	}
	for key, value := range map[string]string{
		"channel": f.channel, "app_secret_file": f.secretFile, "as_of": f.asOf, "input_format": f.inputFormat, "dialect": f.dialect,
	} {
		if value != "" {
			o[key] = value
		}
	}
	return o
}

// failOn ends a run with findings that count, but for known and claimed ones.
func failOn(level string, findings []result.Finding, claimed map[string]bool) error {
	for i := range findings {
		if x := &findings[i]; !x.Known && !claimed[x.ID] && countsFor(level, x) {
			return &verdictError{exitFindings}
		}
	}
	return nil
}
