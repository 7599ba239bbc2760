package card

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"waudit/audit/money"
	"waudit/audit/rate"
)

// Assemble makes one card of Meta's tables. A list is known until the quarter
// ends, or until the base card knows of a change: what Meta changes then is on
// its next list. until, if it is not 0, is the last day for which the newest
// lists are known. It returns the rows, the last day of the card, and what is odd.
func Assemble(sheets []*Sheet, until rate.Day, base *rate.Card, markets *rate.Markets) (rows []rate.ListedRate, last rate.Day, notes []string, err error) {
	listed := map[rate.ListedRate]rate.ListedRate{} // list rates by what they are of
	for _, s := range sheets {
		for _, row := range s.Rows {
			if row.Tier[0] != 0 {
				continue
			}
			if before, twice := listed[ladderOf(row)]; twice {
				return nil, 0, nil, fmt.Errorf("%s and %s both have the rate of %s in %s, in %s from %s; import one of them", before.Source, row.Source, row.Category, row.Market, row.Currency, row.From)
			}
			listed[ladderOf(row)] = row
			rows = append(rows, row)
		}
	}
	for _, s := range sheets {
		steps, more, err := withList(s.Rows, listed, base, markets)
		if err != nil {
			return nil, 0, nil, err
		}
		rows, notes = append(rows, steps...), append(notes, more...)
	}
	ended, last := end(rows, until, base)
	return ended, last, notes, nil
}

// withList returns the steps of volume tiers. The first of them is the list
// rate, which must agree with the list, or stands for it where there is none.
func withList(rows []rate.ListedRate, listed map[rate.ListedRate]rate.ListedRate, base *rate.Card, markets *rate.Markets) (steps []rate.ListedRate, notes []string, err error) {
	for _, row := range rows {
		if row.Tier[0] == 0 {
			continue
		}
		steps = append(steps, row)
		if row.Tier[0] > 1 {
			continue
		}
		list, ok := listed[ladderOf(row)]
		if !ok {
			list = row
			list.Tier = [2]int64{}
			steps = append(steps, list)
			market, _ := markets.Named(row.Market)
			old := base.Rate(row.Currency, market, row.Category, row.Unit, row.From)
			if old.State == rate.Known && old.Amount != row.Amount {
				notes = append(notes, fmt.Sprintf("%s, %s: the first step costs %s, and the list that is known %s; import the list too", row.Market, row.Category,
					money.Format(money.Of(row.Amount), listDecimals), money.Format(money.Of(old.Amount), listDecimals)))
			}
		}
		if list.Amount != row.Amount {
			return nil, nil, fmt.Errorf("%s, %s: the first step costs %s in %s, and on the list %s in %s; import list and tiers of one day and currency", row.Market, row.Category,
				money.Format(money.Of(row.Amount), listDecimals), row.Source, money.Format(money.Of(list.Amount), listDecimals), list.Source)
		}
	}
	return steps, notes, nil
}

// end says for how long lists are known: behind the last day of one that no other
// follows stands that its figures are not.
func end(rows []rate.ListedRate, until rate.Day, base *rate.Card) (ended []rate.ListedRate, last rate.Day) {
	type list struct {
		currency string
		day      rate.Day
	}
	var lists []list
	for _, row := range rows {
		lists = append(lists, list{row.Currency, row.From})
	}
	slices.SortFunc(lists, func(a, b list) int { return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.day, b.day)) })
	lists = slices.Compact(lists)
	ends := map[list]rate.Day{}
	for i, l := range lists {
		isNewest := i+1 == len(lists) || lists[i+1].currency != l.currency
		ends[l] = lastOf(l.day, base)
		switch {
		case isNewest && until != 0:
			ends[l] = until
		case !isNewest:
			ends[l] = min(ends[l], lists[i+1].day.AddDays(-1))
		}
		last = max(last, ends[l])
	}
	for _, row := range rows {
		l := list{row.Currency, row.From}
		next := list{l.currency, ends[l].AddDays(1)}
		if row.Tier[0] != 0 || ends[l] == last || slices.Contains(lists, next) {
			continue
		}
		row.Rate = rate.Rate{Status: rate.Missing, Source: "no list for later days", From: next.day}
		ended = append(ended, row)
	}
	return append(rows, ended...), last
}

// lastOf returns the last day for which a list is known.
func lastOf(day rate.Day, base *rate.Card) rate.Day {
	next := base.NextChange(day)
	if isMessages := rate.UnitOn(day) == rate.PerMessage; next == 0 || isMessages && next > day.QuarterEnd() {
		return day.QuarterEnd() // conversations changed on other days too
	}
	return next.AddDays(-1)
}

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
func (c *Contract) MarkUp(base *rate.Card, markets *rate.Markets) ([]rate.ListedRate, error) {
	from, err := rate.ParseDay(c.Effective)
	if err != nil {
		return nil, fmt.Errorf("effective: %w", err)
	}
	if !base.Has(c.Currency) {
		return nil, fmt.Errorf("currency: Meta's card has no %s; it has %s", c.Currency, strings.Join(base.Currencies(), ", "))
	}
	all := base.Rows(markets)
	first := map[rate.ListedRate]rate.Day{} // day of what is in force on the first day of the contract
	for _, row := range all {
		if row.From <= from {
			first[figureOf(row)] = row.From // rows are in the order of days
		}
	}
	var rows []rate.ListedRate
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
func figureOf(row rate.ListedRate) rate.ListedRate {
	of := rate.ListedRate{Currency: row.Currency, Market: row.Market, Category: row.Category, Unit: row.Unit}
	if row.Tier[0] != 0 {
		of.Tier[0] = 1
	}
	return of
}

// markedUp returns a rate with what the contract adds.
func (c *Contract) markedUp(row rate.ListedRate, markets *rate.Markets) (int64, error) {
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
	places := allDecimals
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

func (m *Markup) fits(row rate.ListedRate, markets *rate.Markets) bool {
	if m.Market != "" {
		named, _ := markets.Named(m.Market)
		if markets.Name(named) != row.Market {
			return false
		}
	}
	return m.Category == "" || categoryNamed(m.Category) == row.Category
}
