package rates

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
	"waudit/report"
	"waudit/report/page"
)

// DatedCard is a card on a day.
type DatedCard struct {
	Markets *rate.Markets
	Card    *rate.Card
	Day     rate.Day
}

// String names the card and the day.
func (d DatedCard) String() string { return page.Clean(d.Card.Name) + " on " + d.Day.String() }

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
func (d DatedCard) prices(currency string) map[priceKey]rate.Rate {
	all := map[priceKey]rate.Rate{}
	unit := rate.UnitOn(d.Day)
	for _, row := range d.Card.Rows(d.Markets) {
		if row.Unit != unit || d.Card.Name == rate.MetaName && !rate.IsCharged(row.Category, unit, d.Day) || currency != "" && row.Currency != currency {
			continue
		}
		market, _ := d.Markets.Named(row.Market)
		key := priceKey{currency: row.Currency, market: market, category: row.Category, unit: unit}
		if _, ok := all[key]; ok {
			continue
		}
		all[key] = d.Card.Rate(row.Currency, market, row.Category, unit, d.Day)
		steps, _ := d.Card.Tiers(row.Currency, market, row.Category, d.Day)
		for _, step := range steps {
			key.tier = [2]int64{step.From, step.To}
			all[key] = step.Rate
		}
	}
	return all
}

// Diff writes what differs from a to b, in one currency or, for "", in all.
func Diff(w io.Writer, format string, a, b DatedCard, currency string) error {
	changes := changesOf(a.prices(currency), b.prices(currency), a.Markets)
	if format != Table {
		return report.WriteRows(w, format, changes)
	}
	_, err := io.WriteString(w, changesTable(fmt.Sprintf("%d rates differ between %s and %s", len(changes), a, b), changes))
	return err
}

// changesTable shows the changes, a table for each currency and unit.
func changesTable(title string, changes []rateChange) string {
	p := page.New(0, false)
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
	all := maps.Clone(old)
	maps.Copy(all, now)
	keys := slices.SortedFunc(maps.Keys(all), func(a, b priceKey) int {
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
	return stateNames[r.State]
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
