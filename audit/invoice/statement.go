package invoice

import (
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// Statement is what a bill says as a whole.
type Statement struct {
	Currency    string   // of all its lines, "" if they have several, or none
	First, Last rate.Day // the earliest and latest days of its lines, as far as they are days; 0: none has any
	From, Until int64    // likewise instants, Unix ms, Until behind the last
	Columns     Columns
	Sums        []Sum   // of its lines, ordered by currency
	Totals      []Total // what it states itself to come to, in its order
}

// Sum is what the lines in one currency come to.
type Sum struct {
	Currency string
	Lines    int64
	Amount   money.Amount
}

// Total is what a bill, or a table of it, states to come to.
type Total struct {
	Place    event.Place
	Label    string // as it is called
	Amount   money.Amount
	Currency string // "" where the bill has several and the total names none
}

// Columns says which dimensions the volumes of a bill have. A volume without one
// counts over all its values: without a country, those of all countries.
type Columns struct {
	WABA, Number, Country, Market, Category, Type, Tier, Day bool
}

// Add adds the dimensions of another table.
func (c *Columns) Add(o Columns) {
	c.WABA, c.Number, c.Country, c.Market = c.WABA || o.WABA, c.Number || o.Number, c.Country || o.Country, c.Market || o.Market
	c.Category, c.Type, c.Tier, c.Day = c.Category || o.Category, c.Type || o.Type, c.Tier || o.Tier, c.Day || o.Day
}

// Gap is a stated total that the lines do not come to.
type Gap struct {
	Total Total
	Lines money.Amount // what they come to
}

// Gaps returns for each currency the stated total that the lines in it do not come
// to. There is none if any total that is stated, or all of them together, as of
// several tables, is what the lines come to.
func (s *Statement) Gaps() (gaps []Gap) {
	sums := map[string]money.Amount{}
	for _, sum := range s.Sums {
		sums[sum.Currency] = sum.Amount
	}
	last, together, agreed := map[string]int{}, map[string]money.Amount{}, map[string]bool{}
	for i := range s.Totals {
		t := &s.Totals[i]
		last[t.Currency] = i
		together[t.Currency] = together[t.Currency].Add(t.Amount)
		agreed[t.Currency] = agreed[t.Currency] || t.Amount == sums[t.Currency]
	}
	for i := range s.Totals {
		c := s.Totals[i].Currency
		if last[c] == i && !agreed[c] && together[c] != sums[c] {
			gaps = append(gaps, Gap{Total: s.Totals[i], Lines: sums[c]})
		}
	}
	return gaps
}
