package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"waudit/ingest/signature"
	"waudit/report/simulate"
)

// simulation is what the flags of simulate ask for, as far as simulate.Options has it in
// another form.
type simulation struct {
	simulate.Options
	from, checks string
	secretFile   string
	noProgress   bool
}

func newSimulate() *cobra.Command {
	s := &simulation{Options: simulate.Options{ErrorShare: 0.005, Duplicate: 0.03}}
	c := &cobra.Command{
		Use:   "simulate --out DIR",
		Short: "Write a realistic log with known billing errors in it, and the truth about them",
		Long: `simulate writes log.ndjson, a waudit.yaml for it, and truth.ndjson with one line
for each error that it hid. The same seed gives the same bytes.

--invoice also writes the bill for it, at Meta's list rates and volume tiers in USD, or by a contract: invoice-lines.csv,
invoice-items.csv (without message ids), invoice-daily.csv, invoice-monthly.csv (as a partner's invoice, with fees and a
credit) and invoice-analytics.json (Meta's pricing_analytics, with rough costs). It charges what the log says is charged;
--invoice-errors hides errors of the bill's own. invoice-truth.ndjson lists every difference from what is due, with its
money and the check that should find it.

Damage and doubt can be asked for, as docs/simulate.md says: a log with an outage, lost records or a cut beginning (of which the
configuration then says nothing as to whether it is complete), ad clicks that nothing proves, templates that Meta re-categorises
while the business notes the old category, accounts in several currencies, and a bill that covers less than the log or is in
another currency than configured. None of it is an error of the bill: truth.ndjson and invoice-truth.ndjson stay what they are.

--avoidable makes traffic in which nothing could have been cheaper but for known habits, and savings-truth.ndjson with what each of
them costs; --what-if writes what the traffic would have cost under other rules, at other rates or by other habits. --channels adds
Messenger and Instagram.`,
		Example: "  waudit simulate --seed 7 --messages 3000 --from 2026-10-01 --days 30 --errors 0.5% --out month\n" +
			"  waudit simulate --avoidable 5 --channels 60 --days 45 --out careful\n" +
			"  waudit simulate --invoice lines,monthly --invoice-errors 0.5% --out month\n" +
			"  waudit simulate --currency EUR,INR,BRL --contract made-up --invoice daily --invoice-lacks account --out three\n" +
			"  waudit simulate --from 2024-08-01 --outage 5d --lose 3% --unproven 50% --out damaged",
		Args:        cobra.NoArgs,
		Annotations: map[string]string{endsStopped: "yes"},
		RunE:        func(c *cobra.Command, _ []string) error { return s.run(c) },
	}
	s.addFlags(c.Flags())
	return c
}

func (s *simulation) addFlags(f *pflag.FlagSet) {
	f.Uint64Var(&s.Seed, "seed", 1, "the same seed gives the same bytes")
	f.IntVar(&s.Messages, "messages", 10_000, "business messages, about")
	f.StringVar(&s.from, "from", "2026-10-01", "first day")
	f.IntVar(&s.Days, "days", 30, "days of traffic")
	f.Var((*shareFlag)(&s.ErrorShare), "errors", "share of delivered messages that get a billing error")
	f.StringVar(&s.checks, "checks", "", "hide only errors of these checks, such as WA105,WA107")
	f.IntVar(&s.Accounts, "accounts", 2, "accounts, each in a time zone of its own")
	f.StringVar(&s.Dialect, "dialect", simulate.MetaCloud, simulate.MetaCloud+" or "+simulate.Flat)
	f.StringVar(&s.Container, "container", simulate.NDJSON, simulate.NDJSON+" or "+simulate.JSON)
	f.BoolVar(&s.Gzip, "gzip", false, "compress the log with gzip")
	f.BoolVar(&s.Zstd, "zstd", false, "compress the log with zstd")
	f.BoolVar(&s.NoSends, "no-sends", false, "leave out the send log, so that only pricing tells the categories")
	f.Var((*shareFlag)(&s.Duplicate), "duplicate", "share of webhooks that arrive twice")
	f.StringSliceVar(&s.Invoices, "invoice", nil, "write the bill too, as any of "+strings.Join(simulate.Invoices(), ", ")+"; repeatable")
	f.Var((*shareFlag)(&s.InvoiceErrors), "invoice-errors", "share of the bill's lines that get an error")
	f.StringVar(&s.Contract, "contract", "", "rate card by which the bill is made instead of Meta's list: a file in waudit's form, or "+simulate.MadeUp)
	f.StringSliceVar(&s.Currencies, "currency", nil, "currency of the accounts in turn, some of "+strings.Join(simulate.Currencies(), ", ")+"; repeatable")
	f.StringSliceVar(&s.InvoiceLacks, "invoice-lacks", nil, "what the bill does not cover though the log does, the last "+strings.Join(simulate.Parts(), " or the last ")+"; repeatable")
	f.StringVar(&s.Misconfigured, "misconfigure", "", "currency that the configuration has for the first account, whatever the bill is in")
	f.Var((*dayFlag)(&s.Outage), "outage", "silence of one number in the middle, such as 5d")
	f.BoolVar(&s.OutageAccount, "outage-account", false, "silence of that number's whole account")
	f.Var((*shareFlag)(&s.Lose), "lose", "share of the log's records that are lost")
	f.Var((*dayFlag)(&s.Cut), "cut", "how long after the first day the log begins, such as 5d")
	f.Var((*shareFlag)(&s.Unproven), "unproven", "share of ad clicks of which the log does not prove what they opened")
	f.IntVar(&s.Changes, "changes", 0, "templates of each account that Meta re-categorises while the business notes the old category")
	f.IntVar(&s.Avoidable, "avoidable", 0, "places of each habit that costs money (WA601 to WA611), in traffic in which nothing else could be cheaper")
	f.StringArrayVar(&s.WhatIf, "what-if", nil, "write what the traffic would have cost under this assumption of whatif: "+strings.Join(simulate.Assumptions(), ", ")+"; repeatable")
	f.IntVar(&s.Channels, "channels", 0, "users who write on Messenger, and as many on Instagram; one in five of them is written to against the rules (WA503, WA504)")
	f.StringVar(&s.secretFile, "sign", "", "write each webhook as the event of an API gateway, signed by the first app secret in this file (see docs/signatures.md)")
	f.StringVar(&s.Dir, "out", "", "folder to write to")
	f.BoolVar(&s.noProgress, "no-progress", false, "do not show progress")
}

// finish takes over the flags that have another form, and refuses what cannot be.
func (s *simulation) finish(c *cobra.Command) (err error) {
	if s.Dir == "" {
		return usage("--out is missing: name the folder to write to")
	}
	if err := mayHoldSimulation(s.Dir); err != nil {
		return err
	}
	if s.From, err = time.Parse(time.DateOnly, s.from); err != nil {
		return usage("--from %q is no day, such as 2026-10-01", s.from)
	}
	if s.Duplicate == 0 {
		s.Duplicate = -1 // the option's zero is its default
	}
	if len(s.Currencies) > 0 && !c.Flags().Changed("accounts") {
		s.Accounts = len(s.Currencies)
	}
	if s.secretFile != "" {
		text, err := os.ReadFile(s.secretFile)
		if err != nil {
			return usage("--sign: %v", err)
		}
		secrets, err := signature.Parse(text)
		if err != nil {
			return usage("--sign %s: %v", s.secretFile, err)
		}
		s.Sign = secrets.Sign
	}
	s.Checks = strings.FieldsFunc(s.checks, func(r rune) bool { return r == ',' })
	if err := s.Validate(); err != nil {
		return usage("%v", err)
	}
	return nil
}

func (s *simulation) run(c *cobra.Command) error {
	if err := s.finish(c); err != nil {
		return err
	}
	bar := newProgress(c.ErrOrStderr(), s.noProgress, "simulating", progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("messages"))
	s.Progress = bar.show
	sum, err := simulate.Run(c.Context(), s.Options)
	bar.finish()
	if _, ok := errors.AsType[*simulate.OptionError](err); ok {
		return usage("%v", err)
	}
	if err != nil {
		return err
	}
	return s.sumUp(c.OutOrStdout(), &sum)
}

// sumUp says what was written.
func (s *simulation) sumUp(w io.Writer, sum *simulate.Summary) error {
	_, err := fmt.Fprintf(w, "%d messages, %d delivered, %d records: %s\n%d errors hidden: %s\nconfiguration: %s\n",
		sum.Messages, sum.Delivered, sum.Records, sum.Log, countAll(sum.Errors), sum.Truth, sum.Config)
	if err == nil && s.Channels > 0 {
		_, err = fmt.Fprintf(w, "%d messages of Messenger and Instagram sent against the rules: %s\n", sum.Against, sum.Truth)
	}
	if err == nil && sum.InvoiceTruth != "" {
		_, err = fmt.Fprintf(w, "bill of %d lines: %s\n%d errors hidden in it: %s\n",
			sum.InvoiceLines, strings.Join(sum.Invoices, ", "), countAll(sum.InvoiceErrors), sum.InvoiceTruth)
	}
	if err == nil && sum.Saved != "" {
		_, err = fmt.Fprintf(w, "what could have been saved: %s\n", sum.Saved)
	}
	if err == nil && sum.WhatIf != "" {
		_, err = fmt.Fprintf(w, "what it would have cost otherwise: %s\n", sum.WhatIf)
	}
	return err
}

func countAll(counts []simulate.ErrorCount) (n int) {
	for _, c := range counts {
		n += c.Count
	}
	return n
}

// mayHoldSimulation refuses a folder of somebody's files: a log or a configuration of
// their own could have the name of one that is written. An earlier simulation is known
// by its truth.
func mayHoldSimulation(dir string) error {
	files, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(files) == 0 {
		return nil
	}
	if err != nil {
		return usage("--out: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "truth.ndjson")); err != nil {
		return usage("--out %s: it holds files that are of no simulation, such as %s; name a new folder", dir, files[0].Name())
	}
	return nil
}

// dayFlag is a flag such as 5d or 36h.
type dayFlag time.Duration

// Set reads a number of days, or a duration as Go writes it.
func (d *dayFlag) Set(s string) error {
	if n, err := strconv.ParseUint(strings.TrimSuffix(s, "d"), 10, 16); err == nil && strings.HasSuffix(s, "d") {
		*d = dayFlag(n) * dayFlag(24*time.Hour)
		return nil
	}
	n, err := time.ParseDuration(s)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is no span of time, such as 5d or 36h", s)
	}
	*d = dayFlag(n)
	return nil
}

// String writes the days as Go writes durations.
func (d *dayFlag) String() string { return time.Duration(*d).String() }

// Type names the flag's value in help texts.
func (d *dayFlag) Type() string { return "span" }
