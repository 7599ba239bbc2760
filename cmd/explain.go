package cmd

import (
	"context"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/accept"
	"waudit/audit/explain"
	"waudit/audit/invoice"
	"waudit/audit/price"
	"waudit/audit/reconcile"
	"waudit/audit/result"
	bills "waudit/ingest/invoice"
	"waudit/ingest/ledger"
	"waudit/ingest/source"
	"waudit/report"
)

type explainFlags struct {
	readFlags
	user         string
	message      string
	conversation string
	finding      string
	line         string
	invoices     []string
	mapping      string
}

func newExplain() *cobra.Command {
	var f explainFlags
	c := &cobra.Command{
		Use:   "explain [PATH...] --user U | --message ID | --conversation ID | --finding ID | --line ID",
		Short: "Say why a customer was charged, or was not",
		Long: `explain answers "why was I charged (twice)?": first in one to three sentences that can be read to a customer, then with
what happened, window by window and charge by charge, with the rule of each. It judges as audit does, and with a bill
(--invoice) as reconcile does.

Name what you ask for as you have it: a phone in any spelling, an id of a message, conversation or finding, whole or
shortened as reports print it (wamid.HBgM…MEMA), or the id of a line of the bill. Of a ledger (waudit pack) that customer
alone is read, but for shortened ids of messages and conversations, and for bills whose lines do not all name a message.`,
		Example: `  waudit explain logs/ --user '+55 11 98765-4321'
  waudit explain ledger/ --message wamid.HBgNNTUxMTk4NzY1NDMyMQ
  waudit explain logs/ --finding da38073984efca0b -f html -o why.html
  waudit explain logs/ --invoice october.csv --line L1517
  waudit explain logs/ --user 5511987654321 --period 2026-10 -f markdown`,
		Annotations: ends("", "nothing was found of what is asked for"),
		RunE:        func(c *cobra.Command, args []string) error { return runExplain(c, &f, args) },
	}
	f.register(c, "table", report.ExplainFormats())
	c.Flags().StringVar(&f.user, "user", "", "this customer: phone in any spelling, business-scoped user id or group id")
	c.Flags().StringVar(&f.message, "message", "", "this message")
	c.Flags().StringVar(&f.conversation, "conversation", "", "the messages with this conversation id")
	c.Flags().StringVar(&f.finding, "finding", "", "what this finding of a report is about")
	c.Flags().StringVar(&f.line, "line", "", "what the bill's line with this id charges; the whole row will do")
	c.Flags().StringArrayVar(&f.invoices, "invoice", nil, "a file of the bill, to see what was billed; repeatable")
	c.Flags().StringVar(&f.mapping, "invoice-mapping", "", "how to read the bill's columns (YAML)")
	f.registerCurrency(c.Flags())
	f.registerChannel(c.Flags())
	return c
}

func runExplain(c *cobra.Command, f *explainFlags, args []string) error {
	config, args, err := f.start(c, args)
	if err != nil {
		return err
	}
	if n := f.questions(); n != 1 {
		return usage("explain: give one of --user, --message, --conversation, --finding and --line, not %d; see `waudit explain --help`", n)
	}
	accepted := acceptance{ignore: &accept.Exceptions{}} // what is accepted is explained as well
	if accepted.checks, err = chosenChecks("", config); err != nil {
		return err
	}
	x := &explainer{explainFlags: f, accepted: &accepted}
	e, err := x.explain(c, config, args)
	if err == nil && x.hinted && len(e.Customers) == 0 { // the ledger's hint does not hold here
		x.isWhole = true
		e, err = x.explain(c, config, args)
	}
	if err != nil {
		return err
	}
	f.document(e)
	if err := writeReports(c, &f.reportFlags, report.ExplainFormats(), e); err != nil {
		return err
	}
	return incomplete(c, e.Incomplete)
}

// questions counts what is asked for.
func (f *explainFlags) questions() (n int) {
	for _, asked := range [...]string{f.user, f.message, f.conversation, f.finding, f.line} {
		if asked != "" {
			n++
		}
	}
	return n
}

// explainer is the way from the flags to an explanation.
type explainer struct {
	*explainFlags
	session  *session
	accepted *acceptance
	bill     *billed // nil: there is none
	isWhole  bool    // all of a ledger is to be read
	hinted   bool    // the ledger told whom the finding is about
	auditor  *audit.Auditor
	findings []result.Finding
	ofLine   map[string]*result.Finding // by id of the line, the finding of what has no message
	items    map[explain.MessageKey][]result.BilledLine
}

// read reads what is needed: of a ledger the customer alone, if that is enough. After
// an error the session is closed.
func (x *explainer) read(c *cobra.Command) error {
	s := x.session
	if len(x.invoices) > 0 {
		return x.readBilled(c)
	}
	s.selectCustomer(c.Context(), x.query())
	s.selectPeriod()
	x.noteReading(c.ErrOrStderr())
	return s.readAll(c)
}

// noteReading says how much is read.
func (x *explainer) noteReading(w io.Writer) {
	bill := ""
	if len(x.invoices) > 0 {
		bill = "the bill, and "
	}
	if x.session.ledger.selection != nil {
		x.note(w, "reading %sa part of the ledger", bill)
		return
	}
	x.note(w, "reading %sall of the log; of a ledger (waudit pack) only what is asked for is read", bill)
}

// query is what to ask a ledger for, so that little of it is read; empty if what is
// asked for cannot be looked up.
func (x *explainer) query() (q ledger.Query) {
	whole := func(id string) string {
		if _, is := abbreviated(id); is {
			return id
		}
		return ""
	}
	q = ledger.Query{User: x.user, Message: whole(x.message), Conversation: whole(x.conversation)}
	x.hinted = false
	if l := x.session.ledger.opened; l != nil && x.finding != "" && !x.isWhole {
		if about, err := l.About(meansFinding(x.finding)); err == nil && about != "" { // what is wrong is said when the ledger is read
			q.User, x.hinted = about, true
		}
	}
	return q
}

func (x *explainer) readBilled(c *cobra.Command) error {
	s := x.session
	flags := &reconcileFlags{auditFlags: auditFlags{readFlags: x.readFlags, findingFlags: findingFlags{failOn: "none"}}, invoices: x.invoices, mapping: x.mapping, estimate: "1%"}
	b, err := flags.prepare(s.config)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(x.invoices, readsOnce) {
		x.findRow(c.Context(), b.mapping)
		if s.ledger.opened != nil && !x.isWhole {
			x.selectBilled(c.Context(), b.mapping)
		}
	}
	x.noteReading(c.ErrOrStderr())
	if err := s.read(c, s.readOptions(c)); err != nil {
		return err
	}
	b.session, b.accepted, b.stderr = s, x.accepted, c.ErrOrStderr()
	x.bill = b
	if err := x.bill.read(c); err != nil {
		return err
	}
	x.bill.note()
	return nil
}

// readsOnce reports whether a file of the bill can be read only once, as a pipe.
func readsOnce(path string) bool {
	info, err := os.Stat(path)
	return path == source.Stdin || err == nil && !info.Mode().IsRegular()
}

// findRow finds the line of the bill of which a whole row was given in place of its id: the
// one of which most of what names it stands in the row, and that first.
func (x *explainer) findRow(ctx context.Context, mapping *bills.Mapping) {
	cells := strings.FieldsFunc(x.line, func(r rune) bool { return strings.ContainsRune(",;|\t\" ", r) })
	if len(cells) < 2 {
		return
	}
	most, first, line, message := 0, 0, "", ""
	for _, path := range x.invoices {
		_, _ = bills.Read(ctx, path, x.billOptions(mapping), func(l *invoice.Line) error {
			n, at := 0, len(cells)
			for _, name := range [...]string{l.ID, l.Message} {
				if i := slices.Index(cells, name); i >= 0 {
					n, at = n+1, min(at, i)
				}
			}
			if n > most || n == most && n > 0 && at < first {
				most, first, line, message = n, at, strings.Clone(l.ID), strings.Clone(l.Message)
			}
			return nil
		}) // what is wrong is said when the bill is read
	}
	switch {
	case line != "":
		x.line = line
	case message != "":
		x.line, x.message = "", message
	}
}

func (x *explainer) billOptions(mapping *bills.Mapping) bills.Options {
	return bills.Options{MaxRecord: int64(x.maxRecord), TempDir: x.tmp, Workers: x.workers, Mapping: mapping}
}

// selectBilled asks the ledger for the customer alone, if all lines of the bill name their
// messages: others are matched with whatever the log has.
func (x *explainer) selectBilled(ctx context.Context, mapping *bills.Mapping) {
	q, ofMessages, charged := x.query(), true, ""
	for _, path := range x.invoices {
		_, err := bills.Read(ctx, path, x.billOptions(mapping), func(l *invoice.Line) error {
			byID := l.Kind == invoice.Message && !x.session.ledger.census.IDs.Foreign(l.Message)
			ofMessages = ofMessages && (byID || l.Kind == invoice.Other)
			if l.ID == x.line && x.line != "" {
				charged = strings.Clone(l.Message)
			}
			return nil
		})
		if err != nil {
			return // it is said when the bill is read
		}
	}
	if x.line != "" {
		q = ledger.Query{Message: charged}
	}
	if ofMessages {
		x.session.selectCustomer(ctx, q)
	}
	if u := &x.session.ledger; u.selection != nil && u.selection.Who.IsEmpty() {
		u.selection, u.survey = nil, nil // a line may be of what the log does not have
	}
}

// explain reads what is needed, audits it, and explains what is asked for.
func (x *explainer) explain(c *cobra.Command, config *configFile, args []string) (*result.Explanation, error) {
	s, err := newSession(c, &x.readFlags, config, args)
	if err != nil {
		return nil, err
	}
	s.checks, x.session, x.findings = x.accepted.onLogs(), s, nil
	if err := x.read(c); err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	opts := s.auditOptions()
	if x.bill == nil {
		opts.Asked = x.asksFor()
	} else {
		opts.Bill = x.bill.bill.First
		opts.Watch = func() price.Watcher { return reconcile.New(x.bill.bill, s.prices) }
	}
	a, found, err := s.audit(c, "judging", opts)
	if err != nil {
		return nil, err
	}
	s.noteUnseen(c.ErrOrStderr())
	x.auditor = a
	x.collect(found)
	e, err := x.ask(c)
	if err != nil {
		return nil, err
	}
	e.Tool = tool()
	e.Period, e.Inputs = s.period.Report(), s.inputs()
	e.Incomplete = append(e.Incomplete, s.notRead()...)
	e.Log = x.extent()
	for _, path := range x.invoices {
		e.Bills = append(e.Bills, source.Shown(path))
	}
	if len(e.Customers) == 0 && len(e.Answer) == 0 {
		x.nothing(e)
	}
	return e, nil
}

// collect keeps the findings: of the reconciliation, and of the audit what that leaves.
func (x *explainer) collect(found *audit.Findings) {
	told := map[string]bool{}
	if x.bill != nil {
		r, findings := x.bill.result(found)
		x.findings = r.Findings
		x.ofLine = map[string]*result.Finding{}
		for i := range findings {
			told[findings[i].ID] = true
			for _, line := range findings[i].Lines {
				x.ofLine[line] = &r.Findings[i]
			}
		}
		x.collectItems(found)
	}
	for i := range found.Findings {
		f := &found.Findings[i]
		if told[f.ID] {
			continue
		}
		f.Evidence = x.session.evidence(f.Places)
		x.findings = append(x.findings, f.Finding)
	}
}

// collectItems keeps the lines that name no message by the message that they stand for.
func (x *explainer) collectItems(found *audit.Findings) {
	w, ok := found.Watched.(*reconcile.Watcher)
	if !ok {
		return
	}
	x.items = map[explain.MessageKey][]result.BilledLine{}
	w.EachItem(func(l *reconcile.LooseLine, number, message, participant string) {
		if message == "" {
			return
		}
		k := explain.MessageKey{Number: number, Message: message, Participant: participant}
		x.items[k] = append(x.items[k], result.BilledLine{
			ID: l.ID, Category: l.Category, Currency: l.Currency, Amount: l.Amount.String(),
			Place: x.session.evidence([]audit.Evidence{{Place: l.Place, What: "bill line"}})[0],
		})
	})
}

// options says what the explanation goes by.
func (x *explainer) options() explain.Options {
	s := x.session
	return explain.Options{
		Markets: s.prices.Markets, Templates: s.templates, Findings: x.findings, Items: x.items,
		Evidence: func(p audit.Evidence) result.Evidence { return s.evidence([]audit.Evidence{p})[0] },
	}
}

// extent is what the log has.
func (x *explainer) extent() result.LogExtent {
	census := x.session.log.Census
	l := result.LogExtent{From: result.Instant(census.From), To: result.Instant(census.To), Numbers: slices.AppendSeq([]string{}, maps.Keys(census.Numbers))}
	slices.Sort(l.Numbers)
	return l
}
