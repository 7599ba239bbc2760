package card

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// Contract is what a provider agreed to, as a YAML file says it: prices of its
// own list, found by the columns, or mark-ups on Meta's card.
type Contract struct {
	Name       string            `yaml:"name"`
	Currency   string            `yaml:"currency"`   // of all rates, where no column says it
	Effective  string            `yaml:"effective"`  // from when it holds, where no column says it
	Until      string            `yaml:"until"`      // last day; "": it has no end
	Base       string            `yaml:"base"`       // "meta": Meta's card, marked up
	Markup     *Markup           `yaml:"markup"`     // of all markets and categories
	Rules      []Markup          `yaml:"rules"`      // of some; the first that fits holds instead
	Decimals   *int              `yaml:"decimals"`   // places that marked-up rates are rounded to, halves up; 4 if not said
	Columns    map[string]string `yaml:"columns"`    // of a price list: market or country, category, rate, and what else it has
	Categories map[string]string `yaml:"categories"` // words of the list for categories
}

// Markup is what a provider adds to Meta's rate: first percent, then the sum.
type Markup struct {
	Market     string `yaml:"market"`
	Category   string `yaml:"category"`
	Percent    string `yaml:"percent"`
	PerMessage string `yaml:"per_message"`
}

// columnKeys are the keys of Contract.Columns.
var columnKeys = []string{"market", "country", "category", "rate", "currency", "effective", "tier_from", "tier_to"}

// ParseContract reads a contract strictly. The error names the key.
func ParseContract(text []byte, markets *rate.Markets) (*Contract, error) {
	var c Contract
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for key := range c.Columns {
		if !strings.Contains(" "+strings.Join(columnKeys, " ")+" ", " "+key+" ") {
			return nil, fmt.Errorf("columns: there is no %q; there are %s", key, strings.Join(columnKeys, ", "))
		}
	}
	switch {
	case c.Name == "" || c.Name == rate.MetaName:
		return nil, errors.New("name: a contract needs a name of its own")
	case c.Base != "" && c.Base != rate.MetaName:
		return nil, fmt.Errorf("base: %q is not meta", c.Base)
	case c.Base == "" && len(c.Columns) == 0:
		return nil, errors.New("a contract has base: meta with mark-ups, or the columns of a price list")
	case c.Base != "" && (c.Currency == "" || c.Effective == ""):
		return nil, errors.New("base: mark-ups need currency and effective too")
	case len(c.Columns) > 0 && (c.Columns["rate"] == "" || c.Columns["category"] == "" || c.Columns["market"] == "" && c.Columns["country"] == ""):
		return nil, errors.New("columns: a price list needs rate, category, and market or country")
	}
	rules := c.Rules
	if c.Markup != nil {
		rules = append(rules[:len(rules):len(rules)], *c.Markup)
	}
	for i, m := range rules {
		if err := m.check(markets); err != nil {
			return nil, fmt.Errorf("mark-up %d: %w", i+1, err)
		}
	}
	return &c, nil
}

func (m *Markup) check(markets *rate.Markets) error {
	if _, ok := markets.Named(m.Market); m.Market != "" && !ok {
		return fmt.Errorf("there is no market %q; `waudit rates list` has the names", m.Market)
	}
	if c := category.Of(word(m.Category)); c == category.Other {
		return fmt.Errorf("there is no category %q", m.Category)
	}
	for _, text := range []string{m.Percent, m.PerMessage} {
		if _, ok := new(big.Rat).SetString(cmp.Or(text, "0")); !ok {
			return fmt.Errorf("%q is no number", text)
		}
	}
	return nil
}

// Rows marks up the base card: what is in force on the contract's first day, and
// every later change.
func (c *Contract) Rows(base *rate.Card, markets *rate.Markets) ([]rate.Row, error) {
	from, err := rate.ParseDay(c.Effective)
	if err != nil {
		return nil, fmt.Errorf("effective: %w", err)
	}
	if !base.Has(c.Currency) {
		return nil, fmt.Errorf("currency: Meta's card has no %s; it has %s", c.Currency, strings.Join(base.Currencies(), ", "))
	}
	latest := map[rate.Row]int{} // what is in force on the first day, by what it is of
	var rows []rate.Row
	for _, row := range base.Rows(markets) {
		if row.Currency != c.Currency {
			continue
		}
		if row.State == rate.Known {
			if row.Amount, err = c.markUp(row, markets); err != nil {
				return nil, err
			}
			row.Source = "contract " + c.Name + " on " + row.Source
		}
		if row.From > from {
			rows = append(rows, row)
			continue
		}
		row.From = from
		of := row
		of.Rate = rate.Rate{}
		if at, ok := latest[of]; ok {
			rows[at] = row
			continue
		}
		latest[of] = len(rows)
		rows = append(rows, row)
	}
	return rows, nil
}

// markUp returns a rate with what the contract adds.
func (c *Contract) markUp(row rate.Row, markets *rate.Markets) (int64, error) {
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
	if places < 0 || places > 9 {
		return 0, fmt.Errorf("decimals: %d is not between 0 and 9", places)
	}
	amount, err := money.Parse(price.FloatString(places))
	if err != nil || amount < 0 {
		return 0, fmt.Errorf("the mark-up makes %s of %s, %s", price.FloatString(places), row.Market, row.Category)
	}
	return amount, nil
}

func (m *Markup) fits(row rate.Row, markets *rate.Markets) bool {
	if m.Market != "" {
		named, _ := markets.Named(m.Market)
		if markets.Name(named) != row.Market {
			return false
		}
	}
	return m.Category == "" || category.Of(word(m.Category)) == row.Category
}
