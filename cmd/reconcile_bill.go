package cmd

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/check"
	"waudit/audit/invoice"
	"waudit/audit/reconcile"
	"waudit/audit/result"
	"waudit/ingest"
	"waudit/ingest/group"
	bills "waudit/ingest/invoice"
	"waudit/ingest/source"
)

// billed is the bill on its way beside the log.
type billed struct {
	flags    *reconcileFlags
	claims   *reconcile.Claims
	accepted *acceptance
	estimate int64 // as reconcile.Options.Estimate has it
	session  *session
	stderr   io.Writer
	mapping  *bills.Mapping
	bill     *reconcile.Bill
	files    []*bills.BillFile
}

// scope is what the log covers.
func (b *billed) scope() *reconcile.Scope {
	return reconcile.NewScope(b.session.book, b.session.log.Census, b.session.period, b.session.prices)
}

// read reads the bill and seals the log with it: lines that name a message become
// events of the log. After an error the session is closed.
func (b *billed) read(c *cobra.Command) error {
	s := b.session
	b.bill = reconcile.NewBill(s.log.Read.NextInput(), b.scope())
	b.bill.Ask(b.claims)
	err := b.readVolumes(c.Context())
	if err == nil {
		err = b.readLines(c.Context())
	}
	if err != nil {
		return errors.Join(err, s.Close())
	}
	err = s.seal(c, group.SealOptions{Bill: b.bill.First, Lost: b.bill.Lose})
	if err == nil {
		b.bill.Lay(b.scope()) // the log may have business numbers now that it did not name
	}
	return err
}

// options says how to read the next file of the bill.
func (b *billed) options() bills.Options {
	f := b.flags
	return bills.Options{Input: b.session.log.Read.NextInput(), MaxRecord: int64(f.maxRecord), TempDir: f.tmp, Workers: f.workers}
}

// readLines reads the files of the bill.
func (b *billed) readLines(ctx context.Context) (err error) {
	writer := b.session.log.Set.Writer()
	defer func() { err = errors.Join(err, writer.Close()) }()
	for _, path := range b.flags.invoices {
		o, named := b.options(), false
		o.Mapping = b.mapping
		file, err := bills.Read(ctx, path, o, func(l *invoice.Line) error {
			if !named && cmp.Or(l.Message, l.Conversation, l.User, l.UserID) != "" {
				named = true
				if err := b.session.keepApart(path); err != nil {
					return err
				}
			}
			if e := b.bill.Add(l); e != nil {
				return writer.Add(e)
			}
			return nil
		})
		if err != nil {
			return usage("%v", err)
		}
		if b.bill.Known(file.Content) {
			return usage("%s: has the same lines as a bill that was named before; name it once", source.Shown(path))
		}
		for _, t := range file.Totals {
			b.bill.State(t)
		}
		b.files = append(b.files, file)
		b.bill.Unread += file.Rejected
		b.session.log.Read.AddInput(ingest.InputResult{
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
	for _, path := range b.flags.volumes {
		_, err := bills.Read(ctx, path, b.options(), func(l *invoice.Line) error {
			b.bill.AddVolume(l)
			return nil
		})
		if err != nil {
			return usage("--volumes: %v", err)
		}
		b.session.log.Read.AddInput(ingest.InputResult{Path: source.Shown(path), Container: "json", Dialect: "invoice", Skipped: "volumes, no lines of the bill"})
	}
	return nil
}

// note says which rows of the bill are no lines.
func (b *billed) note() {
	w := b.stderr
	if n := b.bill.Foreign; n > 0 {
		b.flags.note(w, "%s of the bill name their messages by ids of another kind than the log has: matched by customer and time, where they name a customer", check.Counted(n, "line"))
	}
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
func (b *billed) result(found *audit.Findings) (*result.Reconciliation, []reconcile.Finding) {
	s, accepted := b.session, b.accepted
	b.bill.Duplicates = b.duplicates()
	w, ok := found.Watched.(*reconcile.Watcher)
	if !ok {
		w = reconcile.New(b.bill, s.prices)
	}
	accepted.on(dayOf(s.log.Census.To))
	for _, n := range accepted.ignore.Expired() {
		b.flags.note(b.stderr, "%s", n)
	}
	r, findings := w.Finish(reconcile.Options{
		Tolerance: b.flags.tolerance.Milliseconds(), Estimate: b.estimate,
		Shown: func(x *result.Finding) bool {
			return slices.ContainsFunc(accepted.checks, func(c check.Check) bool { return c.ID == x.Check }) && !accepted.ignore.Accepts(x)
		},
	}, found.Findings)
	r.Tool = tool()
	r.Run = s.run(s.incomplete(found), found.Unset, found.Missing, nil)
	r.Run.Options = map[string]any{"tolerance": b.flags.tolerance.String(), "estimate_tolerance": b.flags.estimate, "checks": ids(accepted.checks), "redact": b.flags.redact}
	r.Coverage = &found.Coverage
	if why := w.Nothing(); why != "" {
		r.Run.Incomplete = append(r.Run.Incomplete, "nothing to compare: "+why)
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
	return r, findings
}

// duplicates counts the lines of the bill that were taken for others read again.
func (b *billed) duplicates() (n int64) {
	for _, in := range b.session.log.Read.Inputs {
		if in.Dialect == "invoice" {
			n += in.DuplicateItems
		}
	}
	return n
}
