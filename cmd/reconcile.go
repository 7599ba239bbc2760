package cmd

import (
	"io"

	"github.com/spf13/cobra"

	"waudit/audit/price"
	"waudit/audit/reconcile"
	bills "waudit/ingest/invoice"
	"waudit/report"
)

type reconcileFlags struct {
	auditFlags
	invoices    []string
	mapping     string
	volumes     []string
	claims      string
	writeClaims string
	estimate    string
}

func newReconcile() *cobra.Command {
	var f reconcileFlags
	c := &cobra.Command{
		Use:   "reconcile --invoice FILE [PATH...]",
		Short: "Compare a bill with the log: what matches, what differs, billed but not logged, logged but not billed",
		Long: `reconcile replays the logs and compares a bill with what they should have cost. The bill may have one line per message
(by message id, or by customer and time), or volumes by day or month, market and category, as Meta's pricing_analytics
has. docs/invoice.md says which files can be read, and how a mapping names their columns. A waterfall leads from the
amount due according to the log to the bill's total; every step of it is a sum of lines or messages.`,
		Example: `  waudit reconcile --invoice october.csv --period 2026-10 logs/
  waudit reconcile --invoice october.csv --claims claims.yaml -f json -o reconciled.json ledger/`,
		Annotations: ends("differences at or above --fail-on, but for known ones and for those claimed before", "there was no message or no line to\n       compare, or no pricing in the log"),
		RunE:        func(c *cobra.Command, args []string) error { return runReconcile(c, &f, args) },
	}
	f.register(c)
	return c
}

func (f *reconcileFlags) register(c *cobra.Command) {
	f.readFlags.register(c, "table", report.ReconcileFormats())
	f.registerCurrency(c.Flags())
	f.registerZone(c.Flags())
	f.registerTop(c.Flags())
	c.Flags().StringArrayVar(&f.invoices, "invoice", nil, "a file of the bill; repeatable")
	c.Flags().StringVar(&f.mapping, "invoice-mapping", "", "how to read the bill's columns (YAML)")
	c.Flags().StringArrayVar(&f.volumes, "volumes", nil, "Meta's pricing_analytics for the same time: shows how much of the bill the log covers; repeatable")
	c.Flags().StringVar(&f.claims, "claims", "", "claims file from earlier runs (YAML)")
	c.Flags().StringVar(&f.writeClaims, "write-claims", "", "write earlier and new claims to this file")
	c.Flags().StringVar(&f.estimate, "estimate-tolerance", "1%", "allowed difference for amounts that the bill marks as approximate")
	f.findingFlags.register(c)
}

func runReconcile(c *cobra.Command, f *reconcileFlags, args []string) error {
	s, err := f.open(c, args)
	if err != nil {
		return err
	}
	b, err := f.prepare(s.config)
	if err != nil {
		return err
	}
	if b.accepted, err = f.acceptedFindings(s.config); err != nil {
		return err
	}
	b.session = s
	if err := s.read(c, s.readOptions(c)); err != nil {
		return err
	}
	return b.reconcile(c)
}

// reconcile lays the bill beside the log, which was read, and returns how the run ends.
func (b *billed) reconcile(c *cobra.Command) error {
	f, s, accepted, known := b.flags, b.session, b.accepted, b.claims
	s.checks, b.stderr = accepted.onLogs(), c.ErrOrStderr()
	if err := b.read(c); err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	b.note()
	if of := b.bill.Currency(); !c.Flags().Changed("currency") && s.prices.Meta.Has(of) {
		s.prices.Estimate = of
	}
	opts := s.auditOptions()
	opts.Bill = b.bill.First
	opts.Watch = func() price.Watcher { return reconcile.New(b.bill, s.prices) }
	_, found, err := s.audit(c, "judging", opts)
	if err != nil {
		return err
	}
	r, findings := b.result(found)
	r.Run.Notes = s.noteUnseen(c.ErrOrStderr())
	f.noteMissing(c.ErrOrStderr(), r.Run.Missing)
	known.Apply(r, findings, b.bill)
	r.Findings = append(r.Findings, accepted.exceptions(accepted.checks)...)
	r.Baseline = accepted.mark(r.Findings)
	r.Totals.ByCheck = accepted.count(r.Totals.ByCheck, r.Findings)
	f.document(r)
	if err := writeReports(c, &f.reportFlags, report.ReconcileFormats(), r); err != nil {
		return err
	}
	if f.writeClaims != "" {
		if err := writeOutput(f.writeClaims, nil, func(w io.Writer) error { return writeClaims(w, known.With(findings)) }); err != nil {
			return err
		}
	}
	if err := incomplete(c, r.Run.Incomplete); err != nil {
		return err
	}
	return failOn(f.failOn, r.Findings, known.Met())
}

// prepare checks what is wrong before anything is read.
func (f *reconcileFlags) prepare(config *configFile) (*billed, error) {
	if len(f.invoices) == 0 {
		return nil, usage("--invoice: name the bill")
	}
	if err := validFailOn(f.failOn); err != nil {
		return nil, err
	}
	if err := checkOutput("--write-claims", f.writeClaims); err != nil {
		return nil, err
	}
	b := &billed{flags: f}
	var err error
	if b.claims, err = f.readClaims(config, f.claims); err != nil {
		return nil, err
	}
	var estimate shareFlag
	if err := estimate.Set(f.estimate); err != nil {
		return nil, usage("--estimate-tolerance: %v", err)
	}
	b.estimate = int64(float64(estimate)*1000 + 0.5)
	if f.mapping != "" {
		text, err := config.read("invoice-mapping", f.mapping)
		if err == nil {
			b.mapping, err = bills.ParseMapping(f.mapping, text)
		}
		if err != nil {
			return nil, usage("--invoice-mapping: %v", err)
		}
	}
	return b, nil
}
