package cmd

import (
	"slices"

	"github.com/spf13/cobra"

	"waudit/audit/check"
	"waudit/audit/result"
	"waudit/audit/whatif"
	"waudit/report"
)

type savingsFlags struct {
	readFlags
	checks   string
	examples int
}

func newSavings() *cobra.Command {
	var f savingsFlags
	c := &cobra.Command{
		Use:   "savings [PATH...]",
		Short: "Show what was charged rightly and could have been free or cheaper",
		Long: `savings looks for habits that cost money (checks WA601 to WA611), such as templates that are sent twice or just after the
window closed. The log is judged again without one habit more at a time, so that no money counts twice, and the sum is what the
last replay saves. What hangs on something that no log shows is counted apart. Prices in the log play no part: all is valued by the
cards.`,
		Example: `  waudit savings --period 2026-10 logs/
  waudit savings --checks WA604,WA609 --examples 20 -f xlsx -o savings.xlsx logs/`,
		Annotations: ends("", "there was no message to value"),
		RunE:        func(c *cobra.Command, args []string) error { return runSavings(c, &f, args) },
	}
	f.register(c, "table", report.SavingsFormats())
	f.registerCurrency(c.Flags())
	f.registerZone(c.Flags())
	c.Flags().StringVar(&f.checks, "checks", "", "checks of avoidable spend to take: a list such as WA604,WA609 or WA6*,-WA603 (default: all)")
	c.Flags().IntVar(&f.examples, "examples", 3, "messages of each habit to name, the earliest first")
	return c
}

func runSavings(c *cobra.Command, f *savingsFlags, args []string) error {
	s, err := f.open(c, args)
	if err != nil {
		return err
	}
	if f.examples < 0 {
		return usage("--examples %d: give a number of messages", f.examples)
	}
	checks, err := f.chosen(s.config)
	if err != nil {
		return err
	}
	if err := s.readAll(c); err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	known := s.noteUnseen(c.ErrOrStderr())
	log := s.watched(c, "judging", 2)
	world := whatif.World{Log: log, Census: s.log.Census.Data().Census, Options: s.auditOptions()}
	habits, sums, lines, missing, err := whatif.Savings(c.Context(), world, checks, f.examples)
	log.bar.finish()
	if err != nil {
		return err
	}
	r := &result.Savings{
		Schema: result.SavingsSchema, Tool: tool(),
		Run: s.run(s.notRead(), []result.UnsetFact{}, missing, known), Habits: habits, Sums: sums, Lines: lines,
	}
	r.Run.Options["checks"] = ids(checks)
	if len(lines) == 0 {
		r.Run.Incomplete = append(r.Run.Incomplete, s.nothingIn())
	}
	return finish(c, &f.readFlags, report.SavingsFormats(), r, &r.Run)
}

// chosen are the checks of avoidable spend that --checks names, else all but those that the
// configuration takes away.
func (f *savingsFlags) chosen(config *configFile) ([]check.Check, error) {
	list := f.checks
	if list == "" {
		list = "WA6*"
		for _, id := range config.Checks.Disable {
			list += ",-" + id
		}
	}
	all, err := chosenChecks(list, config)
	if err != nil {
		return nil, err
	}
	chosen := slices.DeleteFunc(all, func(c check.Check) bool { return !check.IsOfSavings(c.ID) })
	if len(chosen) == 0 {
		return nil, usage("--checks %q names no check of avoidable spend; `waudit checks` lists them as WA6", list)
	}
	return chosen, nil
}
