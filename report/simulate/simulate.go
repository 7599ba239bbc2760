// Package simulate writes a log as a business' webhook receiver would have
// kept it, the configuration that belongs to it, and the truth about the
// billing errors hidden in it.
//
// It bills every message itself, from the published rules, and shares nothing
// with the auditing code: what the one implements is tested against the other.
//
// The work is three passes over the same traffic, each of which makes it
// again from the seed, so that memory does not grow with the log. The first
// counts what the monthly free tiers are spent on, the second chooses the
// charges to falsify, and the third writes.
package simulate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The values of Options.Dialect and Options.Container.
const (
	MetaCloud = "meta-cloud" // Meta's webhooks, and a flat record for each send
	Flat      = "flat"       // waudit's own flat records

	NDJSON = "ndjson" // a record a line
	JSON   = "json"   // one array
)

// Options say what to simulate. Equal options give equal bytes.
type Options struct {
	Seed     uint64
	Messages int       // business messages to write, approximately; at least 1
	From     time.Time // the first day; only year, month and day count, in each account's zone
	Days     int       // length of the traffic; 0: 30. Statuses may trail by two days

	ErrorShare float64  // delivered messages, of 1, that get a billing error; 0 hides none
	Checks     []string // ids of the errors to hide; empty: all that fit the dates

	Accounts  int    // WhatsApp Business Accounts; 0: 2, or one for each of Currencies
	Dialect   string // MetaCloud or Flat; "": MetaCloud
	Container string // NDJSON or JSON; "": NDJSON
	Gzip      bool   // compress the log
	Zstd      bool   // compress the log; not both
	// Sign makes of each webhook the event of a gateway that has received it, with the
	// header that this returns for the raw body. Nil: webhooks are written as they are.
	Sign      func(body []byte) string
	NoSends   bool    // leave the send log out: nothing but pricing tells the categories then
	Duplicate float64 // webhooks, of 1, that arrive twice; 0: 0.03, below 0: none

	// Progress, if there is one, is called with the messages that are made of how many;
	// they are made several times over. It changes nothing of what is written.
	Progress func(done, total int64)

	// Currencies are those of the accounts, in turn, each with a business at home
	// in one of its countries; empty: USD and, on bills, the contract's.
	Currencies []string
	Unproven   float64 // ad clicks, of 1, of which the log cannot prove that they opened free entry
	Changes    int     // further templates of each account that Meta re-categorises on the way

	// Avoidable, if it is not 0, makes traffic in which nothing is in doubt and nothing could
	// have been cheaper, but for so many places of each habit that costs money.
	Avoidable int
	// WhatIf is what the traffic would have cost otherwise, and is written beside it: some of
	// Assumptions(), as whatif assumes.
	WhatIf []string
	// Channels is how many users write to a Page on Messenger, and as many to an account of
	// Instagram.
	Channels int

	// What of it the log lacks. Everything happens and is charged all the same, and the
	// configuration says of no log that lacks something that it is complete.
	Outage        time.Duration // how long nothing of one number is written
	OutageAccount bool          // nor of the other numbers of its account
	Lose          float64       // records, of 1, that are lost
	Cut           time.Duration // how long after the first day the log begins

	// Invoices are the forms, some of Invoices(), in which the bill is written
	// beside the log; none by default. What it charges is what the log says is
	// charged, and the lines of bills that the log has otherwise are on it instead.
	Invoices      []string
	InvoiceErrors float64 // lines of the bill, of 1, that get an error of the bill's own
	Contract      string  // rate card by which the bill is made: a file, or MadeUp; "": Meta's list

	InvoiceLacks  []string // what of the traffic the bill does not cover, some of Parts()
	Misconfigured string   // currency that the configuration wrongly has for the first account; "": its own

	Dir string // where the files are written; made if missing
}

// Limits of Options: the dates are those between which the rules are known.
const (
	maxAccounts = 1000
	maxDays     = 1800
)

var (
	firstDay = time.Date(2022, time.February, 1, 0, 0, 0, 0, time.UTC)
	lastDay  = time.Date(2026, time.December, 31, 0, 0, 0, 0, time.UTC)
)

// Validate returns nil, or one error that names every option that cannot be
// used and what would do. Zero values that have a default are valid.
func (o Options) Validate() error {
	var errs []error
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	date := o.From.Format(time.DateOnly)
	refuse(o.Messages < 1, "messages: %d, want at least 1", o.Messages)
	refuse(date < firstDay.Format(time.DateOnly) || date > lastDay.Format(time.DateOnly),
		"from: %s, want a day from %s to %s", date, firstDay.Format(time.DateOnly), lastDay.Format(time.DateOnly))
	refuse(o.Days < 0 || o.Days > maxDays, "days: %d, want 1 to %d", o.Days, maxDays)
	refuse(!(o.ErrorShare >= 0 && o.ErrorShare <= 0.2), "error share: %g, want 0 to 0.2", o.ErrorShare)
	refuse(o.Accounts < 0 || o.Accounts > maxAccounts, "accounts: %d, want 1 to %d", o.Accounts, maxAccounts)
	refuse(!(o.Duplicate <= 1), "duplicate share: %g, want at most 1", o.Duplicate)
	refuse(o.Dialect != "" && o.Dialect != MetaCloud && o.Dialect != Flat,
		"dialect: %q, want %s or %s", o.Dialect, MetaCloud, Flat)
	refuse(o.Container != "" && o.Container != NDJSON && o.Container != JSON,
		"container: %q, want %s or %s", o.Container, NDJSON, JSON)
	refuse(o.Gzip && o.Zstd, "gzip and zstd: want one of them")
	refuse(o.Sign != nil && o.Dialect == Flat, "sign: %s has no webhooks to sign, want %s", Flat, MetaCloud)
	for _, form := range o.Invoices {
		refuse(!slices.Contains(Invoices(), form), "invoices: %q, want some of %s", form, strings.Join(Invoices(), ", "))
	}
	refuse(!(o.InvoiceErrors >= 0 && o.InvoiceErrors <= 0.2), "invoice error share: %g, want 0 to 0.2", o.InvoiceErrors)
	refuse(!o.billing() && (o.InvoiceErrors > 0 || o.Contract != "" && !o.reckons()), "invoices: missing, want some of %s for errors or a contract", strings.Join(Invoices(), ", "))
	o.refuseWorlds(refuse)
	o.refuseReckoning(refuse)
	refuse(o.Dir == "", "dir: missing, want the folder to write to")
	for _, check := range o.Checks {
		refuse(!slices.Contains(Checks(), check),
			"checks: %q cannot be simulated, want some of %s", check, strings.Join(Checks(), ", "))
	}
	return errors.Join(errs...)
}

func (o Options) withDefaults() Options {
	o.Days = cmp.Or(o.Days, 30)
	o.Accounts = cmp.Or(o.Accounts, len(o.Currencies), 2)
	o.Dialect = cmp.Or(o.Dialect, MetaCloud)
	o.Container = cmp.Or(o.Container, NDJSON)
	o.Duplicate = cmp.Or(o.Duplicate, 0.03)
	return o
}

// hides reports whether errors of the check may be hidden.
func (o Options) hides(check string) bool {
	return o.ErrorShare > 0 && (len(o.Checks) == 0 || slices.Contains(o.Checks, check))
}

// Summary says what was written.
type Summary struct {
	Messages  int   // business messages
	Delivered int   // of them, delivered; a group message once per member
	Pairs     int   // business numbers and the users or groups they talked to
	Records   int64 // records in the log

	// Errors counts what was hidden, by check, in the order of the ids. A
	// check that was asked for and found no place is there with zero.
	Errors []ErrorCount

	Against int // messages that were sent against the rules of Messenger and Instagram

	Log, Config, Truth string // paths of the files

	Saved  string // path of what could have been saved; "" if nothing is to be avoidable
	WhatIf string // path of what the traffic would have cost otherwise; "" if that is not asked

	InvoiceLines  int          // lines of the bill; 0 without one
	InvoiceErrors []ErrorCount // hidden in the bill, by kind
	Invoices      []string     // paths of the bill, in the order of Invoices()
	InvoiceTruth  string       // path of what is wrong in the bill; "" without one
}

// ErrorCount is the number of errors of a name, a check or a kind, that were hidden.
type ErrorCount struct {
	Name  string
	Count int
}

// Run writes the log, its configuration and the truth to o.Dir: log.ndjson or
// log.json (with .gz if compressed), waudit.yaml and truth.ndjson; with
// o.Invoices also the bill and what is wrong in it: invoice-lines.csv,
// invoice-items.csv, invoice-daily.csv, invoice-monthly.csv,
// invoice-analytics.json, invoice-truth.ndjson. It returns
// the errors of Options.Validate, of the file system, an *OptionError, and ctx's if it ended;
// then no log is left behind.
func Run(ctx context.Context, o Options) (sum Summary, err error) {
	defer func() {
		if err != nil {
			sum, err = Summary{}, fmt.Errorf("simulate: %w", err)
		}
	}()
	if err := o.Validate(); err != nil {
		return sum, err
	}
	w, err := newWorld(o.withDefaults())
	if err != nil {
		return sum, err
	}
	return w.run(ctx)
}

func (w *world) run(ctx context.Context) (Summary, error) {
	sum := Summary{}
	tiers := newTiers()
	err := w.each(ctx, func(p *pair, bills []bill) error {
		sum.Pairs++
		sum.Messages += p.messages()
		for i := range bills {
			if bills[i].outcome != undelivered {
				sum.Delivered++
			}
			tiers.count(p, i, &bills[i].decision)
		}
		return nil
	})
	if err != nil {
		return sum, err
	}
	tiers.close(w)

	planned, err := w.plan(ctx, tiers, sum.Delivered)
	if err != nil {
		return sum, err
	}
	checks := slices.DeleteFunc(Checks(), func(check string) bool { return !w.opt.hides(check) })
	sum.Errors = slices.DeleteFunc(countsOf(checks, planned, func(f *fault) string { return f.check }), func(c ErrorCount) bool {
		return c.Count == 0 && !slices.Contains(w.opt.Checks, c.Name)
	})
	return w.write(ctx, sum, tiers, planned)
}

// each makes and bills pair after pair until there are messages enough. Every
// call makes the same pairs.
func (w *world) each(ctx context.Context, visit func(*pair, []bill) error) error {
	for i, made := 0, 0; made < w.opt.Messages; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		p := w.pair(i)
		made += p.messages()
		if w.opt.Progress != nil && i%256 == 0 {
			w.opt.Progress(int64(made), int64(w.opt.Messages))
		}
		if next := w.sameThen(p, made); next != nil {
			i, made = i+1, made+next.messages()
			p.join(next)
		}
		w.other.change(p)
		if err := visit(p, billPair(p)); err != nil {
			return err
		}
	}
	return nil
}
