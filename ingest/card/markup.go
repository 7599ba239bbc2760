package card

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"waudit/audit/money"
	"waudit/audit/rate"
)

// Markup is what a provider adds to Meta's rate: first percent, then the sum.
// Both may be negative.
type Markup struct {
	Market     string `yaml:"market"`
	Category   string `yaml:"category"`
	Percent    string `yaml:"percent"`
	PerMessage string `yaml:"per_message"`
}

var number = regexp.MustCompile(`^[+-]?\d+(\.\d+)?$`)

// checkMarkups checks the mark-ups of a contract.
func (c *Contract) checkMarkups(markets *rate.Markets) error {
	if c.Markup != nil {
		if c.Markup.Market != "" || c.Markup.Category != "" {
			return errors.New("markup: is of all markets and categories; write those of some under rules")
		}
		if err := c.Markup.check(markets); err != nil {
			return fmt.Errorf("markup: %w", err)
		}
	}
	for i := range c.Rules {
		if err := c.Rules[i].check(markets); err != nil {
			return fmt.Errorf("rules: rule %d: %w", i+1, err)
		}
	}
	return nil
}

func (m *Markup) check(markets *rate.Markets) error {
	switch {
	case m.Market != "" && !isMarket(markets)(m.Market):
		return fmt.Errorf("market: there is no %q; %s", m.Market, marketsAdvice)
	case m.Category != "" && !isCategory(m.Category):
		return fmt.Errorf("category: there is no %q; %s", m.Category, categoriesAdvice)
	}
	for _, text := range []string{m.Percent, m.PerMessage} {
		if text != "" && !number.MatchString(text) {
			return fmt.Errorf("%q is no number, such as 0.0050", text)
		}
	}
	return nil
}

// MarkUp returns the base card with the mark-ups of the contract: what is in
// force on its first day, and every later change.
func (c *Contract) MarkUp(base *rate.Card, markets *rate.Markets) ([]rate.Row, error) {
	from, err := rate.ParseDay(c.Effective)
	if err != nil {
		return nil, fmt.Errorf("effective: %w", err)
	}
	if !base.Has(c.Currency) {
		return nil, fmt.Errorf("currency: Meta's card has no %s; it has %s", c.Currency, strings.Join(base.Currencies(), ", "))
	}
	all := base.Rows(markets)
	first := map[rate.Row]rate.Day{} // day of what is in force on the first day of the contract
	for _, row := range all {
		if row.From <= from {
			first[figureOf(row)] = row.From // rows are in the order of days
		}
	}
	var rows []rate.Row
	for _, row := range all {
		isLater, inForce := row.From > from, row.From == first[figureOf(row)]
		if row.Currency != c.Currency || !isLater && !inForce {
			continue
		}
		row.From = max(row.From, from)
		if row.State == rate.Known {
			if row.Amount, err = c.markedUp(row, markets); err != nil {
				return nil, err
			}
		}
		row.Source = "contract " + c.Name + " on " + cmp.Or(row.Source, "Meta's card")
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("effective: Meta's card has nothing in %s for %s and later", c.Currency, from)
	}
	return rows, nil
}

// figureOf is what a row has a figure of: a list rate, or the steps of a ladder,
// which hold together.
func figureOf(row rate.Row) rate.Row {
	of := rate.Row{Currency: row.Currency, Market: row.Market, Category: row.Category, Unit: row.Unit}
	if row.Tier[0] != 0 {
		of.Tier[0] = 1
	}
	return of
}

// markedUp returns a rate with what the contract adds.
func (c *Contract) markedUp(row rate.Row, markets *rate.Markets) (int64, error) {
	m := c.Markup
	for i := range c.Rules {
		if c.Rules[i].fits(row, markets) {
			m = &c.Rules[i]
			break
		}
	}
	if m == nil {
		return row.Amount, nil
	}
	percent, _ := new(big.Rat).SetString(cmp.Or(m.Percent, "0"))
	sum, _ := new(big.Rat).SetString(cmp.Or(m.PerMessage, "0"))
	price := big.NewRat(row.Amount, money.Nano)
	price.Mul(price, new(big.Rat).Add(big.NewRat(1, 1), percent.Mul(percent, big.NewRat(1, 100))))
	price.Add(price, sum)
	places := listDecimals
	if c.Decimals != nil {
		places = *c.Decimals
	}
	amount, err := money.Parse(price.FloatString(places))
	nano, ok := amount.Int64()
	if err != nil || !ok || nano < 0 {
		return 0, fmt.Errorf("the mark-up makes %s of %s, %s; correct it", price.FloatString(places), row.Market, row.Category)
	}
	return nano, nil
}

func (m *Markup) fits(row rate.Row, markets *rate.Markets) bool {
	if m.Market != "" {
		named, _ := markets.Named(m.Market)
		if markets.Name(named) != row.Market {
			return false
		}
	}
	return m.Category == "" || categoryNamed(m.Category) == row.Category
}
