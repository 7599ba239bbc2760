package cmd

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit/category"
	"waudit/audit/rate"
	"waudit/report/rates"
)

type ratesShow struct {
	card, market, country, phone, category, date, currency, unit, format string
}

func newRatesShow() *cobra.Command {
	var f ratesShow
	c := &cobra.Command{
		Use: "show --date DAY", Short: "Show the rates in force on a day", Args: cobra.NoArgs,
		Long: `The figures in force on a day of the account's time zone: since when, how well attested, and from where; where none
is known, why. Without --market, --country or --phone of every market, without --category of every category.`,
		Example: "  waudit rates show --date 2026-10-15 --country BR\n  waudit rates show --date 2026-10-15 --phone 919876543210 --category utility -f json",
		RunE:    func(c *cobra.Command, _ []string) error { return f.run(c.OutOrStdout()) },
	}
	c.Flags().StringVar(&f.date, "date", "", "day, as 2026-10-15 (required: no clock is read)")
	c.Flags().StringVar(&f.card, "card", "", "a card's file (default Meta's embedded one)")
	c.Flags().StringVar(&f.market, "market", "", "market, as the cards write it")
	c.Flags().StringVar(&f.country, "country", "", "ISO country whose market it is")
	c.Flags().StringVar(&f.phone, "phone", "", "customer's phone whose market it is, with the country's code")
	c.Flags().StringVar(&f.category, "category", "", "category")
	c.Flags().StringVar(&f.currency, "currency", "", "currency of the account (default the card's only one, else USD)")
	c.Flags().StringVar(&f.unit, "unit", "", "message or conversation (default what was charged on that day)")
	ratesFormat(c.Flags(), &f.format)
	return c
}

func (f *ratesShow) run(w io.Writer) error {
	if err := checkRatesFormat(f.format); err != nil {
		return err
	}
	q, err := f.query()
	if err != nil {
		return err
	}
	if q.Of, err = f.wanted(q); err != nil {
		return err
	}
	if q.Categories, err = f.categories(q.Day); err != nil {
		return err
	}
	return rates.Show(w, f.format, q)
}

// query opens the card, and settles day, unit and currency.
func (f *ratesShow) query() (q rates.Filter, err error) {
	if f.date == "" {
		return q, usage("--date: say of which day, as 2026-10-15; no clock is read")
	}
	if q.Day, err = rate.ParseDay(f.date); err != nil {
		return q, usage("--date: %v", err)
	}
	switch f.unit {
	case "message":
		q.Unit = rate.PerMessage
	case "conversation":
		q.Unit = rate.PerConversation
	case "":
		q.Unit = rate.UnitOn(q.Day)
	default:
		return q, usage("--unit: %q is neither message nor conversation", f.unit)
	}
	if q.Markets, q.Card, err = cardNamed(f.card); err != nil {
		return q, err
	}
	q.Currency = strings.ToUpper(f.currency)
	if q.Currency == "" {
		q.Currency = "USD"
		if has := q.Card.Currencies(); len(has) == 1 {
			q.Currency = has[0]
		}
	}
	return q, nil
}

// wanted returns the markets that the flags ask for, else all of the day;
// NoMarket where nobody knows that of the customer.
func (f *ratesShow) wanted(q rates.Filter) ([]rate.Market, error) {
	asked := 0
	for _, flag := range []string{f.market, f.country, f.phone} {
		if flag != "" {
			asked++
		}
	}
	country := strings.ToUpper(f.country)
	phone := strings.TrimLeft(strings.Map(digit, f.phone), "0")
	switch {
	case asked > 1:
		return nil, usage("--market, --country and --phone: give one of them")
	case asked == 0:
		return q.Markets.On(q.Day), nil
	case country != "" && !rate.IsCountry(country):
		return nil, usage("--country: %q is no ISO code of a country, such as BR", f.country)
	case f.phone != "" && phone == "":
		return nil, usage("--phone: %q is no phone number", f.phone)
	case country != "":
		m, _ := q.Markets.OfCountry(country, q.Day)
		return []rate.Market{m}, nil
	case phone != "":
		m, _ := q.Markets.Of(phone, "", q.Day)
		return []rate.Market{m}, nil
	}
	m, ok := q.Markets.Named(f.market)
	if !ok {
		return nil, usage("--market: there is no market %q; `waudit rates list` has the names", f.market)
	}
	return []rate.Market{m}, nil
}

// digit keeps digits, for strings.Map.
func digit(c rune) rune {
	if '0' <= c && c <= '9' {
		return c
	}
	return -1
}

func (f *ratesShow) categories(day rate.Day) ([]category.Category, error) {
	if f.category == "" {
		return rate.CategoriesOn(day), nil
	}
	c := category.Of(strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(f.category)))
	if c == category.Other || c == category.None {
		return nil, usage("--category: there is no category %q", f.category)
	}
	return []category.Category{c}, nil
}
