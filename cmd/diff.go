package cmd

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"waudit/audit/diff"
	"waudit/audit/result"
	"waudit/report"
)

type diffFlags struct {
	reportFlags
	redaction
	failOn      string
	maxIncrease []string
}

func newDiff() *cobra.Command {
	var f diffFlags
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Compare two JSON reports: added, resolved and changed findings, and money",
		Long: `diff compares two JSON reports of one kind, of audit, reconcile or bill: which findings were added, resolved or
changed, what it comes to for each check and currency, and in what the runs differ, which may be why. Where files lie
and in which order they were read makes no difference.`,
		Example: `  waudit diff september.json october.json
  waudit diff -f markdown -o comment.md --fail-on warning main.json branch.json
  waudit diff --max-increase 5% --max-increase 'USD 10' old.json new.json`,
		Annotations:       map[string]string{endsFound: "an added or worsened finding at or above --fail-on, or more than --max-increase"},
		ValidArgsFunction: reportsAs(2, cobra.ShellCompDirectiveNoFileComp),
		Args:              two("expects two reports, OLD and NEW"),
		RunE:              func(c *cobra.Command, args []string) error { return runDiff(c, &f, args[0], args[1]) },
	}
	f.reportFlags.register(c, "table", report.DiffFormats())
	f.redaction.register(c.Flags())
	registerFailOn(c, &f.failOn, "lowest severity of an added or worsened finding that makes the exit code 1")
	c.Flags().StringArrayVar(&f.maxIncrease, "max-increase", nil, "exit code 1 if more than this is added to the overcharged money (of bills: to what is due): 5%, 'USD 10'; repeatable")
	return c
}

func runDiff(c *cobra.Command, f *diffFlags, older, newer string) error {
	if err := (&configFile{}).applyDefaults(c); err != nil { // the environment; there is nothing to configure
		return err
	}
	if err := errors.Join(f.validate(c.OutOrStdout()), validFailOn(f.failOn)); err != nil {
		return err
	}
	if err := f.startRedacting(c); err != nil {
		return err
	}
	if err := keepApart(c.Flags(), namedFile{"OLD", older}, namedFile{"NEW", newer}); err != nil {
		return err
	}
	limits := make([]diff.Limit, len(f.maxIncrease))
	for i, text := range f.maxIncrease {
		var err error
		if limits[i], err = diff.ParseLimit(text); err != nil {
			return usage("--max-increase: %v", err)
		}
	}
	was, err := readReport(older)
	if err != nil {
		return err
	}
	is, err := readReport(newer)
	if err != nil {
		return err
	}
	d, err := diff.Compare(was, is, limits)
	if err != nil {
		return usage("%v", err)
	}
	d.Tool = tool()
	f.document(d)
	if err := writeReports(c, &f.reportFlags, report.DiffFormats(), d); err != nil {
		return err
	}
	if len(d.Exceeded) > 0 || diff.Fails(d, func(x *result.Finding) bool { return countsFor(f.failOn, x) }) {
		return &verdictError{exitFindings}
	}
	return nil
}

// readReport reads a JSON report to be compared.
func readReport(path string) (*diff.Extract, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("%v", err)
	}
	d, err := diff.Read(path, text)
	if err != nil {
		return nil, usage("%v", err)
	}
	return d, nil
}
