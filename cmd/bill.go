package cmd

import (
	"slices"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/bill"
	"waudit/audit/price"
	"waudit/audit/result"
	"waudit/report"
)

func newBill() *cobra.Command {
	var f readFlags
	c := &cobra.Command{
		Use:   "bill [PATH...]",
		Short: "Show the bill as it should have been",
		Long: `bill replays the logs and sums up what they should have cost, by account, month, market and category: volumes, rates
and volume tiers, what was free and why, and the possible range where the log does not settle it.`,
		Example:     "  waudit bill --period 2026-10 logs/\n  waudit bill -f csv -o october.csv --period 2026-10 logs/",
		Annotations: ends("", "there was no message to bill"),
		RunE:        func(c *cobra.Command, args []string) error { return runBill(c, &f, args) },
	}
	f.register(c, "table", report.BillFormats())
	f.registerCurrency(c.Flags())
	return c
}

func runBill(c *cobra.Command, f *readFlags, args []string) error {
	config, args, err := f.start(c, args)
	if err != nil {
		return err
	}
	s, err := openSession(c, f, config, args)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	opts := s.auditOptions()
	opts.Watch = func() price.Watcher { return bill.NewTally(s.prices) }
	log := s.watched(c, "judging", 2)
	_, found, err := audit.Audit(c.Context(), log, opts)
	log.bar.finish()
	if err != nil {
		return err
	}
	b := &result.Bill{
		Schema: result.BillSchema, Tool: result.Tool{Name: "waudit", Version: programVersion()},
		Run: result.Run{
			Inputs: s.inputs(), Period: s.period.Report(), Accounts: s.accounts(), Incomplete: slices.Clip(append([]string{}, s.log.Read.Incomplete(float64(f.maxRejected), f.strict)...)),
			NotRun: []result.NotRun{}, Unset: found.Unset, Missing: found.Missing, Notes: s.noteUnseen(c.ErrOrStderr()), Rates: s.ratesUsed(s.prices),
			Options: map[string]any{"tolerance": f.tolerance.String(), "strict": f.strict}, Rules: rulesUsed(), Config: s.config.used(),
		},
		Lines: []result.BillLine{}, Totals: []result.BillTotal{}, Sums: []result.BillSum{},
	}
	if t, ok := found.Watched.(*bill.Tally); ok {
		b.Lines, b.Totals, b.Sums = t.Bill(found.Lowered)
	}
	f.noteMissing(c.ErrOrStderr(), found.Missing)
	if found.Totals.Messages == 0 {
		b.Run.Incomplete = append(b.Run.Incomplete, s.nothingIn())
	}
	f.document(b)
	if err := writeReports(c, &f.reportFlags, report.BillFormats(), b); err != nil {
		return err
	}
	return incomplete(c, b.Run.Incomplete)
}
