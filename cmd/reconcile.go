package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/reconcile"
	"waudit/audit/result"
	"waudit/ingest"
	bills "waudit/ingest/invoice"
	"waudit/report"
)

type reconcileFlags struct {
	readFlags
	invoices    []string
	mapping     string
	volumes     []string
	claims      string
	writeClaims string
	estimate    string
	failOn      string
	ignore      string
	asOf        string
}

func newReconcile() *cobra.Command {
	var f reconcileFlags
	c := &cobra.Command{
		Use:   "reconcile --invoice FILE [PATH...]",
		Short: "Lay a bill beside the log: matched, differing, billed but not seen, seen but not billed",
		Long: `reconcile replays the logs and lays a bill beside what they should have cost. The bill may have a line a message, by id
or by customer and time, or volumes by day or month, market and category, as Meta's pricing_analytics; docs/invoice.md
says what is read, and how a mapping names columns. A waterfall leads from the log's expected bill to the bill's total,
and every step of it is a sum of lines or messages.`,
		Example: `  waudit reconcile --invoice october.csv --period 2026-10 logs/
  waudit reconcile --invoice october.csv --claims claims.yaml -f json -o reconciled.json ledger/`,
		RunE: func(c *cobra.Command, args []string) error { return runReconcile(c, &f, args) },
	}
	var names []string
	for _, format := range report.ReconcileFormats() {
		names = append(names, format.Name())
	}
	f.register(c.Flags(), "table", names)
	c.Flags().StringArrayVar(&f.invoices, "invoice", nil, "a file of the bill; repeatable")
	c.Flags().StringVar(&f.mapping, "invoice-mapping", "", "how to read the bill's columns (YAML)")
	c.Flags().StringArrayVar(&f.volumes, "volumes", nil, "Meta's pricing_analytics beside the bill: says how much of it the log has; repeatable")
	c.Flags().StringVar(&f.claims, "claims", "", "findings that were claimed before (YAML)")
	c.Flags().StringVar(&f.writeClaims, "write-claims", "", "write these and the new ones, to be sent and kept")
	c.Flags().StringVar(&f.estimate, "estimate-tolerance", "1%", "how far amounts may be off that the bill itself calls approximate")
	c.Flags().StringVar(&f.ignore, "ignore", "", "accepted findings with reason and expiry (YAML)")
	c.Flags().StringVar(&f.asOf, "as-of", "", "day at which expiries are judged (default the end of the log)")
	c.Flags().StringVar(&f.failOn, "fail-on", "error", "what makes the exit code 1: error, warning, any or none")
	return c
}

func runReconcile(c *cobra.Command, f *reconcileFlags, args []string) error {
	config, args, err := f.start(c, args)
	if err != nil {
		return err
	}
	known, mapping, estimate, err := f.prepare()
	if err != nil {
		return err
	}
	checks, err := selectChecks("", config)
	if err != nil {
		return err
	}
	accepted, err := acceptedFindings(&auditFlags{ignore: f.ignore, asOf: f.asOf}, config)
	if err != nil {
		return err
	}
	b := &billed{flags: f, claims: known, mapping: mapping, config: config, stderr: c.ErrOrStderr()}
	s, err := openSession(c, &f.readFlags, config, args, func(s *session) error {
		b.session = s
		s.beforeSeal = b.read
		return nil
	})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	s.checks = checks
	b.note()
	opts := s.auditOptions()
	b.bill.Lay(b.scope())
	opts.Bill = b.bill.First
	opts.Watch = func() price.Watcher { return reconcile.New(b.bill, s.prices) }
	_, found, err := audit.Audit(c.Context(), pairs{s.set}, opts)
	if err != nil {
		return err
	}
	r, findings, err := b.result(found, estimate, accepted)
	if err != nil {
		return err
	}
	r.Run.Notes = s.noteUnseen(c.ErrOrStderr())
	known.apply(r, findings, b.bill)
	err = writeOutput(f.output, c.OutOrStdout(), func(w io.Writer) error {
		return report.WriteReconcile(w, f.format, r, report.Options{Color: f.colored(c.OutOrStdout())})
	})
	if err != nil {
		return err
	}
	if f.writeClaims != "" {
		if err := writeOutput(f.writeClaims, nil, func(w io.Writer) error { return known.write(w, findings) }); err != nil {
			return err
		}
	}
	if err := incomplete(c, r.Run.Incomplete); err != nil {
		return err
	}
	return failOn(f.failOn, r.Findings, known.met)
}

// prepare checks what is wrong before anything is read.
func (f *reconcileFlags) prepare() (*claims, *bills.Mapping, int64, error) {
	if len(f.invoices) == 0 {
		return nil, nil, 0, usage("--invoice: name the bill")
	}
	if err := oneOf("--fail-on", f.failOn, "error", "warning", "any", "none"); err != nil {
		return nil, nil, 0, err
	}
	if _, err := report.FindReconcile(f.format); err != nil {
		return nil, nil, 0, usage("--format: %v", err)
	}
	if err := checkOutput("--write-claims", f.writeClaims); err != nil {
		return nil, nil, 0, err
	}
	known, err := readClaims(f.claims)
	if err != nil {
		return nil, nil, 0, err
	}
	var estimate share
	if err := estimate.Set(f.estimate); err != nil {
		return nil, nil, 0, usage("--estimate-tolerance: %v", err)
	}
	if f.mapping == "" {
		return known, nil, int64(float64(estimate)*1000 + 0.5), nil
	}
	text, err := os.ReadFile(f.mapping)
	if err != nil {
		return nil, nil, 0, usage("--invoice-mapping: %v", err)
	}
	mapping, err := bills.ParseMapping(f.mapping, text)
	if err != nil {
		return nil, nil, 0, usage("--invoice-mapping: %v", err)
	}
	return known, mapping, int64(float64(estimate)*1000 + 0.5), nil
}

// billed is the bill on its way beside the log.
type billed struct {
	flags   *reconcileFlags
	claims  *claims
	session *session
	stderr  io.Writer
	mapping *bills.Mapping
	config  *configFile
	bill    *reconcile.Bill
	files   []*bills.Bill
	orphans []reconcile.Lost
}

// scope is what the log covers.
func (b *billed) scope() *reconcile.Scope {
	return reconcile.NewScope(b.session.book, b.session.census, b.session.period, b.session.prices)
}

// read reads the bill: lines that name a message become events of the log, so
// that they are joined to it and judged with it.
func (b *billed) read(ctx context.Context) (err error) {
	s := b.session
	b.bill = reconcile.NewBill(s.read.NextInput(), b.scope())
	b.bill.Ask(b.claims.lines())
	s.set.Bill = b.bill.First
	writer := s.set.Writer()
	defer func() { err = errors.Join(err, writer.Close()) }()
	s.set.Orphan = func(e *event.Event) bool {
		if e.Place.Input < b.bill.First {
			return false
		}
		b.orphans = append(b.orphans, reconcile.LostLine(e))
		return true
	}
	if err := b.readVolumes(ctx); err != nil {
		return err
	}
	for _, path := range b.flags.invoices {
		file, err := bills.Read(ctx, path, bills.Options{
			Input: s.read.NextInput(), Mapping: b.mapping, MaxRecord: int64(b.flags.maxRecord), TempDir: b.flags.tmp, Workers: b.flags.workers,
		}, func(l *invoice.Line) error {
			b.bill.Add(l, b.dayOf(l))
			if l.Kind != invoice.Message {
				return nil
			}
			return writer.Add(b.event(l))
		})
		if err != nil {
			return usage("%v", err)
		}
		if b.bill.Known(file.Content) {
			return usage("%s: has the same lines as a bill that was named before; name it once", path)
		}
		for _, t := range file.Totals {
			b.bill.State(t)
		}
		b.files = append(b.files, file)
		s.read.AddInput(ingest.Input{
			Path: file.Path, SHA256: file.SHA256, Bytes: file.Bytes, Container: file.Container, Compression: file.Compression, Dialect: "invoice",
			Counts: ingest.Counts{
				Records: file.Records, Used: file.Used, Ignored: file.Ignored, Duplicates: file.Duplicates, Rejected: file.Rejected,
				Items: file.Records, Events: file.Used, IgnoredItems: file.Ignored, DuplicateItems: file.Duplicates, RejectedItems: file.Rejected,
			},
		})
	}
	return nil
}

// readVolumes reads what stands beside the bill.
func (b *billed) readVolumes(ctx context.Context) error {
	s := b.session
	for _, path := range b.flags.volumes {
		_, err := bills.Read(ctx, path, bills.Options{
			Input: s.read.NextInput(), MaxRecord: int64(b.flags.maxRecord), TempDir: b.flags.tmp, Workers: b.flags.workers,
		}, func(l *invoice.Line) error {
			b.dayOf(l)
			b.bill.AddVolume(l)
			return nil
		})
		if err != nil {
			return usage("--volumes: %v", err)
		}
		s.read.AddInput(ingest.Input{Path: path, Container: "json", Dialect: "invoice", Skipped: "volumes, no lines of the bill"})
	}
	return nil
}

// dayOf returns the day of a line's instant in its account's zone, 0 if it has no
// instant. Of a span of instants it sets the days.
func (b *billed) dayOf(l *invoice.Line) rate.Day {
	day := func(t int64) rate.Day { return b.bill.Day(l, t) }
	switch {
	case l.At != 0:
		return day(l.At)
	case l.From != 0 && l.Until > l.From:
		l.First, l.Last = day(l.From), day(l.Until-1)
	}
	return 0
}

// event is a line that names a message, as an event of the log.
func (b *billed) event(l *invoice.Line) *event.Event {
	amount, _ := l.Amount.Int64() // which a line of one message is within
	e := &event.Event{
		Kind: event.Charge, Time: l.At, Place: l.Place, WABA: b.session.book.ID(l.WABA), Number: l.Number, User: l.User, UserID: l.UserID, Message: l.Message,
		Line: l.ID, HasAmount: true, Amount: amount, Currency: l.Currency, Category: l.Category.String(),
	}
	if l.Category == category.Other {
		e.Category = event.Word(l.Description) // the bill's own word: it may be a fee
	}
	if b.session.census.Numbers[e.Number] == nil {
		// A phone, and no id that the log has: the message tells whose it is.
		// In a group, the customer tells whose copy.
		e.Participant = cmp.Or(e.User, e.UserID)
		e.Number, e.User, e.UserID = "", "", ""
	}
	if e.Time == 0 && l.First != 0 {
		e.Time = l.First.Time().UnixMilli() + 12*3_600_000
	}
	if e.Time < event.MinTime || e.Time >= event.MaxTime {
		e.Time = b.undated()
	}
	return e
}

// undated is the time of lines that say none: the end of the log, within the period.
func (b *billed) undated() int64 {
	from, to := b.session.period.Bounds(b.session.book.Find("", ""))
	return max(min(b.session.census.To, to-1), from, event.MinTime)
}

// note says which rows of the bill are no lines.
func (b *billed) note() {
	w := b.stderr
	for _, file := range b.files {
		for _, text := range file.Notes {
			b.flags.note(w, "%s: %s", file.Path, text)
		}
		for _, r := range file.Rejects[:min(len(file.Rejects), fewRejects)] {
			b.flags.note(w, "rejected: %s:%d: %s", file.Path, r.Line, r.Reason)
		}
		if more := file.Rejected - fewRejects; more > 0 {
			b.flags.note(w, "rejected: %s: %d more", file.Path, more)
		}
	}
}

// result makes the reconciliation of what the audit found.
func (b *billed) result(found *audit.Findings, estimate int64, accepted *acceptance) (*result.Reconciliation, []reconcile.Finding, error) {
	s := b.session
	chosen, err := chosenChecks("", b.config)
	if err != nil {
		return nil, nil, err
	}
	b.bill.Duplicates = b.duplicates()
	w, ok := found.Watched.(*reconcile.Watcher)
	if !ok {
		w = reconcile.New(b.bill, s.prices)
	}
	ignored, notes := accepted.ids(lastDay(s.census.To))
	for _, n := range notes {
		b.flags.note(b.stderr, "%s", n)
	}
	r, findings := w.Finish(reconcile.Options{
		Tolerance: b.flags.tolerance.Milliseconds(), Estimate: estimate,
		Shown: func(id, finding string) bool {
			return !ignored[finding] && slices.ContainsFunc(chosen, func(c check.Check) bool { return c.ID == id })
		},
	}, b.orphans, found.Findings)
	r.Tool = result.Tool{Name: "waudit", Version: programVersion()}
	r.Run = result.Run{
		Inputs: s.inputs(), Period: s.period.Report(), Incomplete: s.incomplete(found),
		NotRun: []result.NotRun{}, Unset: found.Unset, Rates: s.ratesUsed(s.prices),
		Options: map[string]any{"tolerance": b.flags.tolerance.String(), "estimate_tolerance": b.flags.estimate},
	}
	if w.Outside() {
		r.Run.Incomplete = append(r.Run.Incomplete, fmt.Sprintf("nothing to compare: the bill lies outside the judged period, with lines of %s to %s", r.Scope.Bill.From, r.Scope.Bill.To))
	}
	for _, file := range b.files {
		r.Bills = append(r.Bills, result.BillFile{
			Path: file.Path, SHA256: file.SHA256, Records: file.Records, Lines: file.Lines, Ignored: file.Ignored, Rejected: file.Rejected,
		})
	}
	r.Findings = make([]result.Finding, len(findings))
	for i := range findings {
		findings[i].Evidence = s.evidence(findings[i].Places)
		r.Findings[i] = findings[i].Finding.Finding
	}
	return r, findings, nil
}

// duplicates counts the lines of the bill that were taken for others read again.
func (b *billed) duplicates() (n int64) {
	for _, in := range b.session.read.Inputs {
		if in.Dialect == "invoice" {
			n += in.DuplicateItems
		}
	}
	return n
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
