package cmd

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit/category"
	"waudit/audit/money"
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
		Args: noCommand, RunE: func(c *cobra.Command, _ []string) error { return listCards(c, "") },
	}
	root.AddCommand(newRatesList(), newRatesShow(), newRatesImport(), newRatesDiff())
	return root
}

func newRatesList() *cobra.Command {
	var card string
	c := &cobra.Command{
		Use: "list", Short: "Say what a card holds: currencies, days, markets, and how much of it is verified", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return listCards(c, card) },
	}
	c.Flags().StringVar(&card, "card", "", "a card's file (default Meta's embedded one)")
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

func listCards(c *cobra.Command, path string) error {
	markets, card, err := cardNamed(path)
	if err != nil {
		return err
	}
	type key struct{ currency, day string }
	type count struct{ figures, verified, tiers int }
	counts := map[key]*count{}
	var keys []key
	names := map[string]bool{}
	for _, row := range card.Rows(markets) {
		k := key{row.Currency, row.From.String()}
		if counts[k] == nil {
			counts[k] = &count{}
			keys = append(keys, k)
		}
		n := counts[k]
		names[row.Market] = true
		switch {
		case row.Tier[0] != 0:
			n.tiers++
		default:
			n.figures++
			if row.Sure() {
				n.verified++
			}
		}
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.day, b.day)) })
	p := page.New(pageWidth, false)
	p.Text(0, "Card "+page.Clean(card.Name)+", sha256 "+card.SHA256[:16]+until(card.Until))
	p.Blank()
	var rows [][]string
	for _, k := range keys {
		n := counts[k]
		rows = append(rows, []string{k.currency, k.day, strconv.Itoa(n.figures), strconv.Itoa(n.verified), strconv.Itoa(n.tiers)})
	}
	p.Table(0, []page.Column{{Name: "currency"}, {Name: "from"}, {Name: "rates", Right: true}, {Name: "verified", Right: true}, {Name: "tier steps", Right: true}}, rows)
	p.Blank()
	var listed []string
	for _, name := range markets.Names() {
		if names[name] {
			listed = append(listed, name)
		}
	}
	p.Hang("Markets  ", strings.Join(listed, ", "))
	_, err = io.WriteString(c.OutOrStdout(), p.String())
	return err
}

func until(day rate.Day) string {
	if day == 0 {
		return ""
	}
	return ", known until " + day.String()
}

type ratesShow struct {
	card, market, country, phone, category, date, currency, unit, format string
}

func newRatesShow() *cobra.Command {
	var f ratesShow
	c := &cobra.Command{
		Use: "show --date DAY", Short: "Show the rates in force on a day", Args: cobra.NoArgs,
		Long:    "The figures in force on a day of the account's time zone: since when, how well attested, and from where.\nWithout --market, --country or --phone of every market, without --category of every category.",
		Example: "  waudit rates show --date 2026-10-15 --country BR\n  waudit rates show --date 2026-10-15 --phone 919876543210 --category utility -f json",
		RunE:    func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	c.Flags().StringVar(&f.date, "date", "", "day, as 2026-10-15 (required: no clock is read)")
	c.Flags().StringVar(&f.card, "card", "", "a card's file (default Meta's embedded one)")
	c.Flags().StringVar(&f.market, "market", "", "market, as the cards write it")
	c.Flags().StringVar(&f.country, "country", "", "ISO country whose market it is")
	c.Flags().StringVar(&f.phone, "phone", "", "customer's phone whose market it is, with the country's code")
	c.Flags().StringVar(&f.category, "category", "", "category")
	c.Flags().StringVar(&f.currency, "currency", "USD", "currency of the account")
	c.Flags().StringVar(&f.unit, "unit", "", "message or conversation (default what was charged on that day)")
	c.Flags().StringVarP(&f.format, "format", "f", "table", "table, json or csv")
	return c
}

// figure is a rate as it is shown.
type figure struct {
	Market   string `json:"market"`
	Category string `json:"category"`
	Unit     string `json:"unit"`
	Currency string `json:"currency"`
	Tier     string `json:"tier"` // messages of a month that it is for; "" for a list rate
	State    string `json:"state"`
	Rate     string `json:"rate"` // "" unless known
	Since    string `json:"since"`
	Status   string `json:"status"`
	Source   string `json:"source"`
}

func (f *ratesShow) run(c *cobra.Command) error {
	if err := oneOf("--format", f.format, "table", "json", "csv"); err != nil {
		return err
	}
	markets, card, err := cardNamed(f.card)
	if err != nil {
		return err
	}
	if f.date == "" {
		return usage("--date: say of which day, as 2026-10-15; no clock is read")
	}
	day, err := rate.ParseDay(f.date)
	if err != nil {
		return usage("--date: %v", err)
	}
	wanted, err := f.markets(markets, day)
	if err != nil {
		return err
	}
	categories, err := f.categories()
	if err != nil {
		return err
	}
	unit, err := f.unitOn(day)
	if err != nil {
		return err
	}
	figures := []figure{}
	for _, m := range wanted {
		for _, cat := range categories {
			figures = append(figures, f.figures(markets, card, m, cat, unit, day)...)
		}
	}
	return f.write(c.OutOrStdout(), figures)
}

// markets returns what the flags ask for, else all markets of the day.
func (f *ratesShow) markets(markets *rate.Markets, day rate.Day) ([]rate.Market, error) {
	var m rate.Market
	switch {
	case f.market != "":
		var ok bool
		if m, ok = markets.Named(f.market); !ok {
			return nil, usage("--market: there is no market %q; `waudit rates list` has the names", f.market)
		}
	case f.country != "":
		m, _ = markets.OfCountry(strings.ToUpper(f.country), day)
	case f.phone != "":
		m, _ = markets.Of(strings.TrimLeft(f.phone, "+0"), "", day)
	default:
		return markets.On(day), nil
	}
	if m == rate.NoMarket {
		return nil, usage("the market of that customer on %s is not known", day)
	}
	return []rate.Market{m}, nil
}

func (f *ratesShow) categories() ([]category.Category, error) {
	if f.category == "" {
		return []category.Category{category.Marketing, category.Utility, category.Authentication, category.AuthInternational, category.Service}, nil
	}
	c := category.Of(strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(f.category)))
	if c == category.Other || c == category.None {
		return nil, usage("--category: there is no category %q", f.category)
	}
	return []category.Category{c}, nil
}

func (f *ratesShow) unitOn(day rate.Day) (rate.Unit, error) {
	switch f.unit {
	case "message":
		return rate.PerMessage, nil
	case "conversation":
		return rate.PerConversation, nil
	case "":
		return rate.UnitOn(day), nil
	}
	return 0, usage("--unit: %q is neither message nor conversation", f.unit)
}

var stateWords = [...]string{rate.Unknown: "unknown", rate.NotOffered: "not offered", rate.Known: "known"}

// figures are the list rate and the volume tiers of a market and category.
func (f *ratesShow) figures(markets *rate.Markets, card *rate.Card, m rate.Market, cat category.Category, unit rate.Unit, day rate.Day) []figure {
	shown := func(r rate.Rate, tier string) figure {
		x := figure{
			Market: markets.Name(m), Category: cat.String(), Unit: unit.String(), Currency: f.currency, Tier: tier,
			State: stateWords[r.State], Since: r.From.String(), Status: r.Status, Source: r.Source,
		}
		if r.State == rate.Known {
			x.Rate = money.Format(r.Amount, 4)
		}
		return x
	}
	list := []figure{shown(card.Rate(f.currency, m, cat, unit, day), "")}
	if unit == rate.PerConversation {
		return list
	}
	steps, known := card.Tiers(f.currency, m, cat, day)
	if !known && list[0].State == "known" {
		list[0].Status += ", at most: the volume tiers of the day are not known"
	}
	for _, s := range steps {
		to := "and more"
		if s.To != 0 {
			to = "to " + strconv.FormatInt(s.To, 10)
		}
		list = append(list, shown(s.Rate, fmt.Sprintf("%d %s", s.From, to)))
	}
	return list
}

func (f *ratesShow) write(w io.Writer, figures []figure) error {
	if f.format != "table" {
		return report.WriteRows(w, f.format, figures)
	}
	p := page.New(pageWidth, false)
	var rows [][]string
	for _, x := range figures {
		shown := x.Rate
		if shown == "" {
			shown = x.State
		}
		rows = append(rows, []string{x.Market, x.Category, x.Tier, shown, x.Since, x.Status})
	}
	p.Text(0, fmt.Sprintf("%s for each %s on %s", f.currency, figures[0].Unit, f.date))
	p.Table(0, []page.Column{{Name: "market"}, {Name: "category"}, {Name: "messages"}, {Name: "rate", Right: true}, {Name: "since"}, {Name: "status", Shrink: true}}, rows)
	_, err := io.WriteString(w, p.String())
	return err
}
