package cmd

import (
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"waudit/audit/rate"
	"waudit/report/rates"
)

func newRates() *cobra.Command {
	root := &cobra.Command{
		Use: "rates", Short: "List, show, import and compare rate cards",
		Long: `What messages and conversations cost: Meta's published list rates and volume tiers, each figure with how well it
is attested, and cards that were imported. A card is a CSV file in waudit's own form; waudit.yaml names it under
rates: (a later card of Meta's) or accounts.ID.rates: (a provider's contract).`,
		Args: noCommand, RunE: func(c *cobra.Command, _ []string) error { return listCard(c.OutOrStdout(), "", rates.Table) },
	}
	root.AddCommand(newRatesList(), newRatesShow(), newRatesImport(), newRatesDiff())
	return root
}

// ratesFormat is the flag --format of what is written of rates.
func ratesFormat(flags *pflag.FlagSet, format *string) {
	flags.StringVarP(format, "format", "f", rates.Table, "format: "+strings.Join(rates.Formats(), ", "))
}

// checkRatesFormat checks the flag's value.
func checkRatesFormat(format string) error { return oneOf("--format", format, rates.Formats()...) }

func listCard(w io.Writer, path, format string) error {
	if err := checkRatesFormat(format); err != nil {
		return err
	}
	markets, card, err := cardNamed(path)
	if err != nil {
		return err
	}
	return rates.List(w, format, markets, card)
}

func newRatesList() *cobra.Command {
	var card, format string
	c := &cobra.Command{
		Use: "list", Short: "Say what a card holds: currencies, days, markets, and how much of it is verified", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return listCard(c.OutOrStdout(), card, format) },
	}
	c.Flags().StringVar(&card, "card", "", "a card's file (default Meta's embedded one)")
	ratesFormat(c.Flags(), &format)
	return c
}

// cardNamed returns the card in a file, Meta's for "".
func cardNamed(path string) (*rate.Markets, *rate.Card, error) {
	markets, err := rate.LoadMarkets()
	if err != nil {
		return nil, nil, err
	}
	if path == "" || path == rate.MetaName {
		card, err := rate.Meta(markets)
		return markets, card, err
	}
	card, err := readCard(path, markets, os.ReadFile)
	return markets, card, err
}
