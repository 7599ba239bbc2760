package cmd

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit/rate"
	"waudit/report"
	"waudit/report/page"
)

func newRates() *cobra.Command {
	root := &cobra.Command{
		Use: "rates", Short: "List, show, import and compare rate cards",
		Long: `What messages and conversations cost: Meta's published list rates and volume tiers, each figure with how well it
is attested, and cards that were imported. A card is a CSV file in waudit's own form; waudit.yaml names it under
rates: (a later card of Meta's) or accounts.ID.rates: (a provider's contract).`,
		Args: noCommand, RunE: func(c *cobra.Command, _ []string) error { return listCard(c.OutOrStdout(), "", tableFormat) },
	}
	root.AddCommand(newRatesList(), newRatesShow(), newRatesImport(), newRatesDiff())
	return root
}

const tableFormat = "table"

// ratesFormats are what lists of rates are written in.
func ratesFormats(format string) error { return oneOf("--format", format, tableFormat, "json", "csv") }

func newRatesList() *cobra.Command {
	var card, format string
	c := &cobra.Command{
		Use: "list", Short: "Say what a card holds: currencies, days, markets, and how much of it is verified", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return listCard(c.OutOrStdout(), card, format) },
	}
	c.Flags().StringVar(&card, "card", "", "a card's file (default Meta's embedded one)")
	c.Flags().StringVarP(&format, "format", "f", tableFormat, "table, json or csv")
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
	card, err := readCard(path, markets)
	return markets, card, err
}

// listing is what a card has from one day on in one currency.
type listing struct {
	Card     string `json:"card"`
	SHA256   string `json:"sha256"`
	Currency string `json:"currency"`
	From     string `json:"from"`
	Markets  int    `json:"markets"`
	Rates    int    `json:"rates"` // figures, those that are not known among them
	Verified int    `json:"verified"`
	Missing  int    `json:"missing"` // changed on that day, and the figure is not known
	Tiers    int    `json:"tier_steps"`
}

func listCard(w io.Writer, path, format string) error {
	if err := ratesFormats(format); err != nil {
		return err
	}
	markets, card, err := cardNamed(path)
	if err != nil {
		return err
	}
	listings, names := listingsOf(card, card.Rows(markets))
	if format != tableFormat {
		return report.WriteRows(w, format, listings)
	}
	p := page.New(pageWidth, false)
	p.Text(0, "Card "+page.Clean(card.Name)+", sha256 "+card.SHA256[:16]+until(card.Until))
	p.Blank()
	var rows [][]string
	for _, l := range listings {
		rows = append(rows, []string{l.Currency, l.From, strconv.Itoa(l.Markets), strconv.Itoa(l.Rates), strconv.Itoa(l.Verified), strconv.Itoa(l.Missing), strconv.Itoa(l.Tiers)})
	}
	p.Table(0, []page.Column{
		{Name: "currency"}, {Name: "from"}, {Name: "markets", Right: true}, {Name: "rates", Right: true}, {Name: "verified", Right: true},
		{Name: "missing", Right: true}, {Name: "tier steps", Right: true},
	}, rows)
	p.Blank()
	p.Hang("Markets  ", strings.Join(names, ", "))
	_, err = io.WriteString(w, p.String())
	return err
}

// listingsOf counts rows by currency and day, and names their markets.
func listingsOf(card *rate.Card, rows []rate.Row) (listings []listing, markets []string) {
	slices.SortStableFunc(rows, func(a, b rate.Row) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.From, b.From), cmp.Compare(a.Market, b.Market))
	})
	market := ""
	for _, row := range rows {
		last := len(listings) - 1
		if last < 0 || listings[last].Currency != row.Currency || listings[last].From != row.From.String() {
			listings = append(listings, listing{Card: card.Name, SHA256: card.SHA256, Currency: row.Currency, From: row.From.String()})
			market, last = "", last+1
		}
		l := &listings[last]
		if row.Market != market {
			market = row.Market
			l.Markets++
			markets = append(markets, market)
		}
		switch {
		case row.Tier[0] != 0:
			l.Tiers++
			continue
		case row.Sure():
			l.Verified++
		case row.State == rate.Unknown:
			l.Missing++
		}
		l.Rates++
	}
	slices.Sort(markets)
	return listings, slices.Compact(markets)
}

func until(day rate.Day) string {
	if day == 0 {
		return ""
	}
	return ", known until " + day.String()
}
