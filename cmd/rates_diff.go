package cmd

import (
	"cmp"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
	"waudit/report"
	"waudit/report/page"
)

func newRatesDiff() *cobra.Command {
	var currency, format string
	c := &cobra.Command{
		Use: "diff A B", Short: "Compare the rates of two days or cards",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage("%s wants two cards, got %d; see `%s --help`", c.CommandPath(), len(args), c.CommandPath())
			}
			return nil
		},
		Long: `diff compares what is in force in A with what is in force in B: rates and volume tiers, by currency, market and
category. Each is a card's file or "meta", with the day behind an @: meta@2026-07-01, contract.csv@2026-10-01;
without it the last day on which the card has something new. Prices of conversations and of messages are never
compared with one another. It ends with 0 whether or not they differ.`,
		Example: "  waudit rates diff meta@2026-09-30 meta@2026-10-01\n  waudit rates diff meta@2026-10-01 contract.csv --currency USD",
		RunE: func(c *cobra.Command, args []string) error {
			if err := ratesFormats(format); err != nil {
				return err
			}
			return diffCards(c.OutOrStdout(), args[0], args[1], strings.ToUpper(currency), format)
		},
	}
	c.Flags().StringVar(&currency, "currency", "", "currency to compare in (default all)")
	c.Flags().StringVarP(&format, "format", "f", tableFormat, "table, json or csv")
	return c
}

// dated is a card on a day.
type dated struct {
	markets *rate.Markets
	card    *rate.Card
	day     rate.Day
}

// cardOn opens CARD@DAY, or CARD for the last day on which it has new figures.
func cardOn(arg string) (d dated, err error) {
	path, day := arg, ""
	if i := strings.LastIndex(arg, "@"); i >= 0 {
		path, day = arg[:i], arg[i+1:]
		if d.day, err = rate.ParseDay(day); err != nil {
			return d, usage("%s: behind @ comes a day: %v", arg, err)
		}
	}
	if d.markets, d.card, err = cardNamed(path); err != nil || day != "" {
		return d, err
	}
	rows := d.card.Rows(d.markets)
	d.day = rows[len(rows)-1].From
	return d, nil
}

// String names the card and the day.
func (d dated) String() string { return page.Clean(d.card.Name) + " on " + d.day.String() }

// rateChange is a difference between two cards.
type rateChange struct {
	Currency string `json:"currency"`
	Market   string `json:"market"`
	Category string `json:"category"`
	Unit     string `json:"unit"`
	Tier     string `json:"tier"`   // messages of a month that it is for; "" for a list rate
	Change   string `json:"change"` // "added", "removed" or "changed"
	Old      string `json:"old"`    // a price, "not offered" or "unknown"
	New      string `json:"new"`
	Delta    string `json:"delta"`   // exact
	Percent  string `json:"percent"` // rounded to two places
}

// priceKey is what a price is of.
type priceKey struct {
	currency string
	market   rate.Market
	category category.Category
	unit     rate.Unit
	tier     [2]int64
}

// prices returns every figure in force, by what it is of.
func (d dated) prices(currency string) map[priceKey]rate.Rate {
	all := map[priceKey]rate.Rate{}
	unit := rate.UnitOn(d.day)
	for _, row := range d.card.Rows(d.markets) {
		if row.Unit != unit || d.card.Name == rate.MetaName && !charged(row.Category, unit, d.day) || currency != "" && row.Currency != currency {
			continue
		}
		market, _ := d.markets.Named(row.Market)
		key := priceKey{currency: row.Currency, market: market, category: row.Category, unit: unit}
		if _, ok := all[key]; ok {
			continue
		}
		all[key] = d.card.Rate(row.Currency, market, row.Category, unit, d.day)
		steps, _ := d.card.Tiers(row.Currency, market, row.Category, d.day)
		for _, step := range steps {
			key.tier = [2]int64{step.From, step.To}
			all[key] = step.Rate
		}
	}
	return all
}

func diffCards(w io.Writer, from, to, currency, format string) error {
	a, err := cardOn(from)
	if err != nil {
		return err
	}
	b, err := cardOn(to)
	if err != nil {
		return err
	}
	changes := changesOf(a.prices(currency), b.prices(currency), a.markets)
	if format != tableFormat {
		return report.WriteRows(w, format, changes)
	}
	_, err = io.WriteString(w, changesTable(fmt.Sprintf("%d rates differ between %s and %s", len(changes), a, b), changes))
	return err
}

// changesTable shows the changes, a table for each currency and unit.
func changesTable(title string, changes []rateChange) string {
	p := page.New(pageWidth, false)
	p.Text(0, title)
	for len(changes) > 0 {
		first := changes[0]
		var rows [][]string
		for len(changes) > 0 && changes[0].Currency == first.Currency && changes[0].Unit == first.Unit {
			c := changes[0]
			rows = append(rows, []string{pricedAs(c.Market, c.Category, c.Tier), c.Old, c.New, c.Delta, c.Percent})
			changes = changes[1:]
		}
		p.Blank()
		p.Text(0, first.Currency+" for each "+first.Unit)
		p.Table(0, []page.Column{
			{Name: pricedAs("market", "category", "messages"), Shrink: true}, {Name: "old", Right: true}, {Name: "new", Right: true}, {Name: "by", Right: true}, {Name: "percent", Right: true},
		}, rows)
	}
	return p.String()
}

// changesOf compares the prices of two cards, in the order of what they are of.
func changesOf(old, now map[priceKey]rate.Rate, markets *rate.Markets) []rateChange {
	var keys []priceKey
	for key := range old {
		keys = append(keys, key)
	}
	for key := range now {
		if _, ok := old[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b priceKey) int {
		return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(b.unit, a.unit), cmp.Compare(markets.Name(a.market), markets.Name(b.market)),
			cmp.Compare(a.category, b.category), cmp.Compare(a.tier[0], b.tier[0]), cmp.Compare(a.tier[1], b.tier[1]))
	})
	changes := []rateChange{}
	for _, key := range keys {
		x, inOld := old[key]
		y, inNow := now[key]
		c := rateChange{
			Currency: key.currency, Market: markets.Name(key.market), Category: key.category.String(), Unit: key.unit.String(),
			Old: priceWords(x, inOld), New: priceWords(y, inNow),
		}
		if key.tier[0] != 0 {
			c.Tier = stepWords(key.tier[0], key.tier[1])
		}
		if c.compare(x, y) {
			changes = append(changes, c)
		}
	}
	return changes
}

// priceWords is a rate as it is shown, "" where the card has no such row.
func priceWords(r rate.Rate, isThere bool) string {
	switch {
	case !isThere:
		return ""
	case r.State == rate.Known:
		return money.Format(money.Of(r.Amount), 4)
	}
	return stateWords[r.State]
}

// compare says what became of a rate. It reports whether there is anything to
// say: where neither side has a price, nothing is known to differ.
func (c *rateChange) compare(x, y rate.Rate) bool {
	switch {
	case x.State != rate.Known && y.State != rate.Known, x.State == y.State && x.Amount == y.Amount:
		return false
	case x.State != rate.Known:
		c.Change = "added"
	case y.State != rate.Known:
		c.Change = "removed"
	default:
		c.Change, c.Delta = "changed", withSign(money.Format(money.Of(y.Amount-x.Amount), 4))
		if x.Amount != 0 {
			share := big.NewRat(y.Amount-x.Amount, x.Amount)
			c.Percent = withSign(share.Mul(share, big.NewRat(100, 1)).FloatString(2))
		}
	}
	return true
}

// withSign puts a plus before a number that has no sign.
func withSign(number string) string {
	if strings.HasPrefix(number, "-") {
		return number
	}
	return "+" + number
}
