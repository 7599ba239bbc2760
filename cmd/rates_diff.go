package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit/rate"
	"waudit/report/rates"
)

func newRatesDiff() *cobra.Command {
	var currency, format string
	c := &cobra.Command{
		Use: "diff A B", Short: "Compare the rates of two days or cards",
		Args: two("wants two cards"),
		Long: `diff compares what is in force in A with what is in force in B: rates and volume tiers, by currency, market and
category. Each is a card's file or "meta", with the day behind an @: meta@2026-07-01, contract.csv@2026-10-01;
without it the last day on which the card has something new. Prices of conversations and of messages are never
compared with one another. It ends with 0 whether or not they differ.`,
		Example: "  waudit rates diff meta@2026-09-30 meta@2026-10-01\n  waudit rates diff meta@2026-10-01 contract.csv --currency USD",
		RunE: func(c *cobra.Command, args []string) error {
			if err := checkRatesFormat(format); err != nil {
				return err
			}
			a, err := cardOn(args[0])
			if err != nil {
				return err
			}
			b, err := cardOn(args[1])
			if err != nil {
				return err
			}
			return rates.Diff(c.OutOrStdout(), format, a, b, strings.ToUpper(currency))
		},
	}
	c.Flags().StringVar(&currency, "currency", "", "currency to compare in (default all)")
	ratesFormat(c.Flags(), &format)
	return c
}

// cardOn opens CARD@DAY, or CARD for the last day on which it has new figures.
func cardOn(arg string) (d rates.DatedCard, err error) {
	path, day := arg, ""
	if i := strings.LastIndex(arg, "@"); i >= 0 {
		path, day = arg[:i], arg[i+1:]
		if d.Day, err = rate.ParseDay(day); err != nil {
			return d, usage("%s: behind @ comes a day: %v", arg, err)
		}
	}
	if d.Markets, d.Card, err = cardNamed(path); err != nil || day != "" {
		return d, err
	}
	rows := d.Card.Rows(d.Markets)
	d.Day = rows[len(rows)-1].From
	return d, nil
}
