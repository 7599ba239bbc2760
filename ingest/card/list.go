package card

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// column is a category of a list.
type column struct {
	at       int
	category category.Category
}

// list reads a list of rates: a row a market, a column a category.
func (r *reader) list(header int) (*Sheet, error) {
	s, err := r.begin(header)
	if err != nil {
		return nil, err
	}
	columns, err := r.categories(header, s)
	if err != nil {
		return nil, err
	}
	seen := map[rate.Market]int{}
	for row := header + 1; row < len(r.cells); row++ {
		if r.at(row, 0) == "" {
			continue
		}
		market, err := r.market(row, s)
		if err != nil {
			return nil, err
		}
		if before, ok := seen[market]; ok {
			return nil, wrong(row, 0, "%s stands in row %d already", r.at(row, 0), before+1)
		}
		seen[market] = row
		for _, c := range columns {
			figure, err := r.figure(row, c.at)
			if err != nil {
				return nil, err
			}
			figure.From = s.Day
			s.Rows = append(s.Rows, rate.Row{Currency: s.Currency, Market: r.Markets.Name(market), Category: c.category, Unit: rate.UnitOn(s.Day), Rate: figure})
			s.note(r.jump(market, c.category, s, figure))
		}
	}
	if err := r.complete(seen, header, s); err != nil {
		return nil, err
	}
	s.Markets = len(seen)
	return s, nil
}

func (s *Sheet) note(text string) {
	if text != "" {
		s.Notes = append(s.Notes, text)
	}
}

// begin reads what stands above the header, and settles from when the rates hold.
func (r *reader) begin(header int) (*Sheet, error) {
	s := &Sheet{}
	var titled rate.Day
	s.Title, s.Currency, titled = r.titleOf(header)
	if s.Currency == "" && header > 0 {
		return nil, wrong(0, 0, "the title names no currency that is known")
	}
	switch s.Day = titled; {
	case r.Effective != 0:
		s.Day = r.Effective
		if titled != 0 && titled != s.Day {
			s.note(fmt.Sprintf("the title says %s; the rates are taken to hold from %s, as asked", titled, s.Day))
		}
	case titled == 0:
		return nil, wrong(0, 0, "no title says from when the rates hold; say it with --effective")
	case rate.UnitOn(titled) == rate.PerConversation:
		return nil, wrong(0, 0, "the title says %s, but on cards of that time the date was not kept current; say from when they hold with --effective", titled)
	}
	return s, nil
}

// categories finds the columns of categories. A card without one of those that
// every card has is cut.
func (r *reader) categories(header int, s *Sheet) ([]column, error) {
	var columns []column
	for at := 2; at < len(r.cells[header]); at++ {
		name := r.at(header, at)
		cat := category.Of(word(name))
		switch {
		case name == "":
		case cat == category.None || cat == category.Other:
			s.note(fmt.Sprintf("column %q is no category of messages, and is left out", strings.Join(strings.Fields(name), " ")))
		case slices.ContainsFunc(columns, func(c column) bool { return c.category == cat }):
			return nil, wrong(header, at, "the category %s has two columns", cat)
		default:
			columns = append(columns, column{at, cat})
		}
	}
	for _, need := range []category.Category{category.Marketing, category.Utility, category.Authentication, category.Service} {
		if !slices.ContainsFunc(columns, func(c column) bool { return c.category == need }) {
			return nil, wrong(header, len(r.cells[header]), "the column %s is missing; is the file cut?", need)
		}
	}
	return columns, nil
}

// word makes the word of a category of a header, which may hold a line break.
func word(name string) string {
	joined := strings.Join(strings.FieldsFunc(strings.ToLower(name), func(c rune) bool { return !('a' <= c && c <= 'z') }), "_")
	return strings.ReplaceAll(joined, "authenticationinternational", "authentication_international")
}

// market reads the first two cells of a row.
func (r *reader) market(row int, s *Sheet) (rate.Market, error) {
	market, ok := r.Markets.Named(r.at(row, 0))
	if !ok {
		return 0, wrong(row, 0, "there is no market %q; `waudit rates list` has the names", r.at(row, 0))
	}
	currency := currencyOf(r.at(row, 1))
	if currency == "" {
		return 0, wrong(row, 1, "%q is no currency that is known", r.at(row, 1))
	}
	if s.Currency == "" {
		s.Currency = currency
	}
	if currency != s.Currency {
		return 0, wrong(row, 1, "the currency is %s, and that of the card %s", currency, s.Currency)
	}
	return market, nil
}

// listDecimals is how many decimals cards have; workbooks hold the nearest number
// that a computer can.
const listDecimals = 4

// figure reads a rate, or that there is none.
func (r *reader) figure(row, at int) (rate.Rate, error) {
	text := r.at(row, at)
	if isWord(text, "n/a") {
		return rate.Rate{State: rate.NotOffered, Status: "verified", Source: r.source}, nil
	}
	amount, ok := decimal(text, listDecimals)
	if !ok || amount < 0 {
		return rate.Rate{}, wrong(row, at, "%q is no price, such as 0.0068, nor n/a", text)
	}
	return rate.Rate{State: rate.Known, Amount: amount, Status: "verified", Source: r.source}, nil
}

// decimal reads a number, rounded to so many places, into billionths.
func decimal(text string, places int) (int64, bool) {
	n, ok := new(big.Rat).SetString(strings.ReplaceAll(text, ",", ""))
	if !ok || strings.ContainsAny(text, "/xX_") {
		return 0, false
	}
	amount, err := money.Parse(n.FloatString(places))
	return amount, err == nil
}

// strange is how many times a rate may differ from the one before.
const strange = 20

// jump says that a rate is far from the one before.
func (r *reader) jump(m rate.Market, c category.Category, s *Sheet, now rate.Rate) string {
	before := r.Base.Rate(s.Currency, m, c, rate.UnitOn(s.Day), s.Day)
	if before.State != rate.Known || now.State != rate.Known || before.Amount == 0 || now.Amount == 0 {
		return ""
	}
	if now.Amount/before.Amount < strange && before.Amount/now.Amount < strange {
		return ""
	}
	return fmt.Sprintf("%s, %s: %s, and %s before: is that right?", r.Markets.Name(m), c, money.Format(now.Amount, listDecimals), money.Format(before.Amount, listDecimals))
}

// complete checks that the list has every market of its day.
func (r *reader) complete(seen map[rate.Market]int, header int, s *Sheet) error {
	for _, m := range r.Markets.On(s.Day) {
		if _, ok := seen[m]; !ok {
			return wrong(header, 0, "the market %s is missing, which there is since before %s; is the file cut?", r.Markets.Name(m), s.Day)
		}
	}
	return nil
}
