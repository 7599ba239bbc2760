package cmd

import (
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
		Use: "diff A B", Short: "Compare the rates of two days or cards", Args: cobra.ExactArgs(2),
		Long: `diff compares what is in force in A with what is in force in B. Each is a card's file or "meta", with the day
behind an @: meta@2026-07-01, contract.csv@2026-10-01. It ends with 0 whether or not they differ.`,
		Example: "  waudit rates diff meta@2026-09-30 meta@2026-10-01\n  waudit rates diff meta@2026-10-01 contract.csv@2026-10-01",
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf("--format", format, "table", "json", "csv"); err != nil {
				return err
			}
			return diffCards(c.OutOrStdout(), args[0], args[1], currency, format)
		},
	}
	c.Flags().StringVar(&currency, "currency", "USD", "currency to compare in")
	c.Flags().StringVarP(&format, "format", "f", "table", "table, json or csv")
	return c
}

// dated is a card on a day.
type dated struct {
	markets *rate.Markets
	card    *rate.Card
	day     rate.Day
}

func cardOn(arg string) (d dated, err error) {
	path, day, ok := strings.Cut(arg, "@")
	if i := strings.LastIndex(arg, "@"); i >= 0 {
		path, day = arg[:i], arg[i+1:]
	}
	if !ok {
		return d, usage("%s: say of which day, as %s@2026-10-01", arg, arg)
	}
	if d.day, err = rate.ParseDay(day); err != nil {
		return d, usage("%s: %v", arg, err)
	}
	d.markets, d.card, err = cardNamed(path)
	return d, err
}

// rateChange is a difference between two cards.
type rateChange struct {
	Market   string `json:"market"`
	Category string `json:"category"`
	Change   string `json:"change"` // "added", "removed" or "changed"
	Old      string `json:"old"`
	New      string `json:"new"`
	Delta    string `json:"delta"`   // exact
	Percent  string `json:"percent"` // rounded to two places
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
	changes := []rateChange{}
	markets := append(a.markets.On(a.day), b.markets.On(b.day)...)
	slices.Sort(markets)
	for _, m := range slices.Compact(markets) {
		for _, cat := range []category.Category{category.Marketing, category.Utility, category.Authentication, category.AuthInternational, category.Service} {
			x := a.card.Rate(currency, m, cat, rate.UnitOn(a.day), a.day)
			y := b.card.Rate(currency, m, cat, rate.UnitOn(b.day), b.day)
			if change, ok := changeOf(x, y); ok {
				change.Market, change.Category = a.markets.Name(m), cat.String()
				changes = append(changes, change)
			}
		}
	}
	if format != "table" {
		return report.WriteRows(w, format, changes)
	}
	p := page.New(pageWidth, false)
	p.Text(0, fmt.Sprintf("%s: %d rates differ between %s and %s", currency, len(changes), from, to))
	var rows [][]string
	for _, c := range changes {
		rows = append(rows, []string{c.Market, c.Category, c.Old, c.New, c.Delta, c.Percent})
	}
	if len(rows) > 0 {
		p.Table(0, []page.Column{{Name: "market", Shrink: true}, {Name: "category"}, {Name: "old", Right: true}, {Name: "new", Right: true},
			{Name: "by", Right: true}, {Name: "percent", Right: true}}, rows)
	}
	_, err = io.WriteString(w, p.String())
	return err
}

// changeOf compares two rates. What neither card knows, or only one of them
// does, is told only where there is a figure to tell.
func changeOf(x, y rate.Rate) (c rateChange, differ bool) {
	shown := func(r rate.Rate) string {
		if r.State == rate.Known {
			return money.Format(r.Amount, 4)
		}
		return stateWords[r.State]
	}
	c.Old, c.New = shown(x), shown(y)
	switch {
	case c.Old == c.New:
		return c, false
	case x.State != rate.Known:
		c.Change = "added"
	case y.State != rate.Known:
		c.Change = "removed"
	default:
		c.Change, c.Delta = "changed", money.Format(y.Amount-x.Amount, 4)
		if y.Amount > x.Amount {
			c.Delta = "+" + c.Delta
		}
		if x.Amount != 0 {
			c.Percent = big.NewRat(100*(y.Amount-x.Amount), x.Amount).FloatString(2)
		}
	}
	return c, true
}
