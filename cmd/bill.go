package cmd

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waudit/audit"
	"waudit/audit/bill"
	"waudit/audit/coverage"
	"waudit/audit/forecast"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/whatif"
	"waudit/report"
)

type billFlags struct {
	readFlags
	forecast bool
	budget   string
}

func newBill() *cobra.Command {
	var f billFlags
	c := &cobra.Command{
		Use:   "bill [PATH...]",
		Short: "Show the bill as it should have been",
		Long: `bill replays the logs and sums up what they should have cost, by account, month, market and category: volumes, rates
and volume tiers, what was free and why, and the possible range where the log does not settle it. --forecast adds what the
month that the log ends in will likely come to.`,
		Example:     "  waudit bill --period 2026-10 logs/\n  waudit bill -f csv -o october.csv --period 2026-10 logs/\n  waudit bill --budget 'USD 5000' logs/",
		Annotations: ends("even the low end of the forecast is above --budget", "there was no message to bill, or none in the currency of --budget"),
		RunE:        func(c *cobra.Command, args []string) error { return runBill(c, &f, args) },
	}
	f.register(c, "table", report.BillFormats())
	f.registerCurrency(c.Flags())
	c.Flags().BoolVar(&f.forecast, "forecast", false, "foretell what the month of the log's last day will come to, as in the weeks before")
	c.Flags().StringVar(&f.budget, "budget", "", "exit with 1 if even the low end of the forecast, or what is spent already, is above this, such as 'USD 5000'")
	return c
}

func runBill(c *cobra.Command, f *billFlags, args []string) error {
	budget, err := f.parseBudget()
	if err != nil {
		return err
	}
	s, err := f.open(c, args)
	if err != nil {
		return err
	}
	s.selectPeriod()
	if err := s.readAll(c); err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	opts, census := s.auditOptions(), s.log.Census.Data()
	opts.Watch = s.tally
	_, found, err := s.audit(c, "judging", opts)
	if err != nil {
		return err
	}
	var low map[string]money.Amount
	err = s.tellBill(c, &f.readFlags, found, func(b *result.ExpectedBill, lines []bill.PricedLine) (err error) {
		if f.forecast {
			b.Forecast, low, err = s.foretell(c, opts, census, lines)
		}
		if why := budget.untold(b.Sums); why != "" {
			b.Run.Incomplete = append(b.Run.Incomplete, why)
		}
		return err
	})
	if err != nil {
		return err
	}
	if budget.currency != "" && low[budget.currency].Cmp(budget.amount) > 0 {
		return &verdictError{exitFindings}
	}
	return nil
}

// tally sums up what is judged as a bill.
func (s *session) tally() price.Watcher { return bill.NewTally(s.prices) }

// tellBill writes the bill of what was found, to which foretell may add a forecast, and
// returns how the run ends.
func (s *session) tellBill(c *cobra.Command, f *readFlags, found *audit.Findings, foretell func(*result.ExpectedBill, []bill.PricedLine) error) error {
	b := &result.ExpectedBill{
		Schema: result.BillSchema, Tool: tool(),
		Run: s.run(s.notRead(), found.Unset, found.Missing, s.noteUnseen(c.ErrOrStderr())),
	}
	if t, ok := found.Watched.(*bill.Tally); ok {
		b.Lines, b.Totals, b.Sums = t.Bill(found.Lowered)
		if err := foretell(b, t.Lines(found.Lowered)); err != nil {
			return err
		}
	}
	if found.Totals.Messages == 0 {
		b.Run.Incomplete = append(b.Run.Incomplete, s.nothingIn())
	}
	return finish(c, f, report.BillFormats(), b, &b.Run)
}

// foretell tells what the month of the log's last event will come to, where lines are what
// it has cost, and the low end by currency: what it has cost so far, where nothing can be
// foretold. How the log's other weeks went is taken at the rules and rates of its end.
func (s *session) foretell(c *cobra.Command, o audit.Options, census *coverage.CensusData, lines []bill.PricedLine) (f *result.Forecast, low map[string]money.Amount, err error) {
	end := time.UnixMilli(census.To).UTC()
	w, err := whatif.Under(whatif.World{Log: s.watched(c, "foretelling", 2), Options: o}, rate.DayOf(end.Date()))
	if err != nil {
		return nil, nil, err
	}
	o = w.Options
	o.Census, o.Survey, o.Checks = census.Census(), nil, nil
	o.Watch = func() price.Watcher { return forecast.New(o.Prices) }
	_, found, err := audit.Audit(c.Context(), w.Log, o)
	if err != nil {
		return nil, nil, err
	}
	soFar := map[string]money.Amount{}
	for _, l := range lines {
		if l.Currency != "" && l.Month == end.Format("2006-01") {
			soFar[l.Currency] = soFar[l.Currency].Add(l.Amount)
		}
	}
	t, ok := found.Watched.(*forecast.Tally)
	if !ok {
		return nil, nil, nil // nothing was judged
	}
	if f, low = t.Forecast(census.From, census.To, soFar); low == nil {
		low = soFar
	}
	return f, low, nil
}

// budget is what a month may cost; without a currency there is none.
type budget struct {
	currency string
	amount   money.Amount
}

// parseBudget reads --budget, which wants a forecast.
func (f *billFlags) parseBudget() (b budget, err error) {
	if f.budget != "" {
		f.forecast = true
		currency, amount, _ := strings.Cut(f.budget, " ")
		if b.currency = strings.ToUpper(currency); !money.IsCurrency(b.currency) {
			return b, usage("--budget %q: give a currency and an amount, such as 'USD 5000'", f.budget)
		}
		if b.amount, err = money.Parse(amount); err != nil || b.amount.Sign() < 0 {
			return b, usage("--budget %q: give a currency and an amount, such as 'USD 5000'", f.budget)
		}
	}
	if f.forecast && f.period+f.from+f.to != "" {
		return b, usage("--forecast needs the weeks before: it goes without --period, --from and --to")
	}
	return b, nil
}

// untold says why the budget can not be held to a bill, "" if it can: that is in other
// currencies, or no rate is known of it.
func (b budget) untold(sums []result.BillSum) string {
	var billed []string
	for _, s := range sums {
		switch {
		case b.currency == "":
			return ""
		case s.Currency == b.currency && s.Unvalued > 0 && s.Amount == (money.Amount{}).String():
			return "nothing can be held to the budget: no rate in " + b.currency + " is known"
		case s.Currency == b.currency:
			return ""
		case s.Currency != "":
			billed = append(billed, s.Currency)
		}
	}
	if len(billed) == 0 {
		return ""
	}
	return "nothing can be held to a budget in " + b.currency + ": the log is billed in " + strings.Join(billed, " and ")
}
