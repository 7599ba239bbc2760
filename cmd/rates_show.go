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
	c.Flags().StringVarP(&f.format, "format", "f", tableFormat, "table, json or csv")
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
	Reason   string `json:"reason"` // why it is not known, or what is to be known of it
}

// shelf is where figures are looked up.
type shelf struct {
	markets  *rate.Markets
	card     *rate.Card
	currency string
	unit     rate.Unit
	day      rate.Day
}

func (f *ratesShow) run(w io.Writer) error {
	if err := ratesFormats(f.format); err != nil {
		return err
	}
	s, err := f.shelf()
	if err != nil {
		return err
	}
	wanted, err := f.wanted(s)
	if err != nil {
		return err
	}
	categories, err := f.categories(s.day)
	if err != nil {
		return err
	}
	figures := []figure{}
	for _, m := range wanted {
		for _, cat := range categories {
			figures = append(figures, s.figures(m, cat)...)
		}
	}
	return f.write(w, figures)
}

// shelf opens the card, and settles day, unit and currency.
func (f *ratesShow) shelf() (s shelf, err error) {
	if f.date == "" {
		return s, usage("--date: say of which day, as 2026-10-15; no clock is read")
	}
	if s.day, err = rate.ParseDay(f.date); err != nil {
		return s, usage("--date: %v", err)
	}
	switch f.unit {
	case "message":
		s.unit = rate.PerMessage
	case "conversation":
		s.unit = rate.PerConversation
	case "":
		s.unit = rate.UnitOn(s.day)
	default:
		return s, usage("--unit: %q is neither message nor conversation", f.unit)
	}
	if s.markets, s.card, err = cardNamed(f.card); err != nil {
		return s, err
	}
	s.currency = strings.ToUpper(f.currency)
	if s.currency == "" {
		s.currency = "USD"
		if has := s.card.Currencies(); len(has) == 1 {
			s.currency = has[0]
		}
	}
	return s, nil
}

// wanted returns the markets that the flags ask for, else all of the day;
// NoMarket where nobody knows that of the customer.
func (f *ratesShow) wanted(s shelf) ([]rate.Market, error) {
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
		return s.markets.On(s.day), nil
	case country != "" && !rate.IsCountry(country):
		return nil, usage("--country: %q is no ISO code of a country, such as BR", f.country)
	case f.phone != "" && phone == "":
		return nil, usage("--phone: %q is no phone number", f.phone)
	case country != "":
		m, _ := s.markets.OfCountry(country, s.day)
		return []rate.Market{m}, nil
	case phone != "":
		m, _ := s.markets.Of(phone, "", s.day)
		return []rate.Market{m}, nil
	}
	m, ok := s.markets.Named(f.market)
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

var stateWords = [...]string{rate.Unknown: "unknown", rate.NotOffered: "not offered", rate.Known: "known"}

// figures are the list rate and the volume tiers of a market and category.
func (s *shelf) figures(m rate.Market, cat category.Category) []figure {
	shown := func(r rate.Rate, tier, reason string) figure {
		x := figure{
			Market: s.markets.Name(m), Category: cat.String(), Unit: s.unit.String(), Currency: s.currency, Tier: tier,
			State: stateWords[r.State], Since: r.From.String(), Status: r.Status, Source: r.Source, Reason: reason,
		}
		if r.State == rate.Known {
			x.Rate = money.Format(money.Of(r.Amount), 4)
		}
		return x
	}
	if s.card.Name == rate.MetaName && !charged(cat, s.unit, s.day) {
		return []figure{shown(rate.Rate{}, "", fmt.Sprintf("on that day Meta did not charge by the %s in this category", s.unit))}
	}
	list := s.card.Rate(s.currency, m, cat, s.unit, s.day)
	steps, known := s.card.Tiers(s.currency, m, cat, s.day)
	reason := s.reason(m, cat, list)
	if !known && list.State == rate.Known {
		reason = "at most: the volume tiers of that day are not known"
	}
	all := []figure{shown(list, "", reason)}
	if s.unit == rate.PerConversation || list.State != rate.Known {
		return all
	}
	for _, step := range steps {
		all = append(all, shown(step.Rate, stepWords(step.From, step.To), ""))
	}
	return all
}

// charged reports whether Meta charged in a category by the unit on a day. The
// last figures of what is charged no more stand on its card for ever.
func charged(cat category.Category, unit rate.Unit, day rate.Day) bool {
	listed, _ := rate.Listed(cat)
	isListed := slices.Contains(rate.CategoriesOn(day), listed) || listed == category.GeneralPurposeAI // of which no list tells
	return isListed && unit == rate.UnitOn(day)
}

// stepWords names the messages of a month that a step is for.
func stepWords(from, to int64) string {
	if to == 0 {
		return fmt.Sprintf("%d and more", from)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

// reason says why a rate is not known, or what it is derived from.
func (s *shelf) reason(m rate.Market, cat category.Category, r rate.Rate) string {
	listed, derived := rate.Listed(cat)
	switch {
	case r.State == rate.NotOffered && r.From == 0:
		return "the list of that day has no such rate in this market"
	case r.State != rate.Unknown && derived:
		return "derived: no card lists it, so that it costs what " + listed.String() + " does"
	case r.State != rate.Unknown:
		return ""
	case m == rate.NoMarket:
		return "the market of that customer is not published"
	case !s.card.Has(s.currency):
		return fmt.Sprintf("the card has nothing in %s; it has %s", s.currency, strings.Join(s.card.Currencies(), ", "))
	case s.card.Until != 0 && s.day > s.card.Until:
		return "the card is known until " + s.card.Until.String()
	case r.From != 0:
		return fmt.Sprintf("it changed on %s, and to what is not known", r.From)
	}
	return "the card has no such figure for that day"
}

func (f *ratesShow) write(w io.Writer, figures []figure) error {
	if f.format != tableFormat {
		return report.WriteRows(w, f.format, figures)
	}
	p := page.New(pageWidth, false)
	p.Text(0, fmt.Sprintf("%s for each %s on %s", figures[0].Currency, figures[0].Unit, f.date))
	var rows [][]string
	var notes footnotes
	for _, x := range figures {
		shown := x.Rate
		if shown == "" {
			shown = x.State
		}
		rows = append(rows, []string{pricedAs(cmp.Or(x.Market, "unknown market"), x.Category, x.Tier), shown, x.Since, x.Status, notes.of(x.Source, x.Reason)})
	}
	p.Table(0, []page.Column{
		{Name: pricedAs("market", "category", "messages"), Shrink: true}, {Name: "rate", Right: true}, {Name: "since"}, {Name: "status"}, {Name: "notes"},
	}, rows)
	p.Blank()
	text := p.String()
	for i, note := range notes.texts {
		// Not wrapped, so that an address can be followed.
		text += fmt.Sprintf("[%d] %s\n", i+1, page.Clean(note))
	}
	_, err := io.WriteString(w, text)
	return err
}

// pricedAs says in one cell what a price is of: tables are narrow.
func pricedAs(market, category, tier string) string {
	what := market + ", " + category
	if tier != "" {
		what += ", " + tier
	}
	return what
}

// footnotes numbers texts that many rows of a table share.
type footnotes struct{ texts []string }

// of returns the numbers of the texts that are not empty.
func (n *footnotes) of(texts ...string) string {
	var numbers []string
	for _, text := range texts {
		if text == "" {
			continue
		}
		at := slices.Index(n.texts, text)
		if at < 0 {
			at = len(n.texts)
			n.texts = append(n.texts, text)
		}
		numbers = append(numbers, "["+strconv.Itoa(at+1)+"]")
	}
	return strings.Join(numbers, " ")
}
