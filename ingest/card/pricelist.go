package card

import (
	"cmp"
	"fmt"
	"strings"

	"waudit/audit/category"
	"waudit/audit/rate"
	"waudit/ingest/table"
)

// layout is where the columns of a price list are.
type layout struct {
	columns map[string]int // by key of Contract.Columns
	rates   []column       // a column a category, if the list is so
}

// priceList reads a provider's list by the columns of the contract.
func (r *reader) priceList() *Sheet {
	header, l := r.layout()
	if header < 0 {
		return nil
	}
	s := &Sheet{Title: r.Contract.Name}
	b := lister{reader: r, layout: l, sheet: s, seen: map[rate.ListedRate]cellPlace{}, open: ladders{}}
	for row := header + 1; row < len(r.cells); row++ {
		switch r.filled(row) {
		case 0:
		case 1:
			s.note(fmt.Sprintf("row %d is passed over, as it has one cell: %s", row+1, r.line(row)))
		default:
			b.readRow(row)
		}
	}
	markets := map[string]bool{}
	for _, row := range s.Rows {
		markets[row.Market] = true
	}
	s.Markets = len(markets)
	if len(s.Rows) == 0 {
		fail(header, 0, "no prices stand below these columns")
	}
	b.open.end()
	return s
}

// layout finds the header: the first row that has all columns that the contract
// names. -1 if there is none; that one has some of them is wrong.
func (r *reader) layout() (header int, l layout) {
	var wrong *CellError
	most, wanted := 1, r.Contract.named()
	for row := range r.cells {
		names := r.texts(row)
		l = layout{columns: map[string]int{}}
		var lacking []string
		for _, w := range wanted {
			switch x := table.IndexOf(names, w.name); {
			case x < 0:
				lacking = append(lacking, w.name)
			case w.key != "":
				l.columns[w.key] = x
			default:
				l.rates = append(l.rates, column{x, w.category})
			}
		}
		if len(lacking) == 0 {
			return row, l
		}
		if found := len(wanted) - len(lacking); found > most {
			most = found
			wrong = &CellError{row, 0, fmt.Sprintf("this row has %d of the columns that the mapping names, and lacks %s", found, strings.Join(lacking, ", "))}
		}
	}
	if wrong != nil {
		panic(wrong)
	}
	return -1, l
}

// cellPlace is a cell.
type cellPlace struct{ row, column int }

// lister reads the rows of a price list.
type lister struct {
	*reader
	layout
	sheet *Sheet
	seen  map[rate.ListedRate]cellPlace // by what a figure is of
	open  ladders
}

// text returns a row's cell of a key, "" if the list has no such column.
func (b *lister) text(row int, key string) (text string, at int) {
	at, ok := b.columns[key]
	if !ok {
		return "", 0
	}
	return b.at(row, at), at
}

// readRow reads the prices of a row.
func (b *lister) readRow(row int) {
	day := b.day(row)
	market := b.marketOf(row, day)
	line := rate.ListedRate{Market: b.Markets.Name(market), Unit: rate.UnitOn(day), Currency: b.currency(row)}
	prices := b.rates
	if len(prices) == 0 {
		prices = b.single(row)
	}
	for _, p := range prices {
		line.Category, line.Rate = p.category, b.price(row, p.at, line.Currency)
		line.From = day
		b.add(row, p.at, line, market)
	}
}

// day returns from when a row's prices hold: as it says itself, else as asked,
// else as the contract says.
func (b *lister) day(row int) rate.Day {
	text, at := b.text(row, inEffective)
	if text != "" {
		days := daysIn(text)
		if len(days) != 1 {
			fail(row, at, "%q is no day, such as 2026-10-01", text)
		}
		return days[0]
	}
	if b.Effective != 0 {
		return b.Effective
	}
	day, err := rate.ParseDay(b.Contract.Effective)
	if err != nil {
		fail(row, at, "nothing says from when the price holds; say it with effective: in the mapping, or with --effective")
	}
	return day
}

func (b *lister) marketOf(row int, day rate.Day) rate.Market {
	name, at := b.text(row, inMarket)
	country, countryAt := b.text(row, inCountry)
	if name == "" && country == "" {
		name = b.Contract.Market
	}
	name = cmp.Or(inCard(b.Contract.Markets, country), inCard(b.Contract.Markets, name), name)
	if market, ok := b.Markets.Named(name); ok && name != "" {
		return market
	}
	if name != "" && country == "" {
		fail(row, at, "there is no market %q; `waudit rates list` has the names, and markets: in the mapping can say which one is meant", name)
	}
	iso := table.Country(country, b.Markets)
	market, _ := b.Markets.OfCountry(iso, day)
	if iso == "" || market == rate.NoMarket {
		fail(row, countryAt, "%q is no country whose market is known; write its ISO code, or say under markets: in the mapping which market is meant", country)
	}
	return market
}

func (b *lister) currency(row int) string {
	text, at := b.text(row, inCurrency)
	iso, own := b.currencyOf(text), b.Contract.Currency
	switch {
	case text == "" && own == "":
		fail(row, at, "no currency stands here, and the mapping names none")
	case text == "":
		return own
	case iso == "":
		fail(row, at, "%q is no currency that is known; say under currencies: in the mapping which one it is", text)
	case own != "" && iso != own:
		fail(row, at, "the currency is %s, and that of the mapping %s; correct the wrong one", iso, own)
	}
	return iso
}

// single returns the price of a row that has one, and its category.
func (b *lister) single(row int) []column {
	word, at := b.text(row, inCategory)
	word = cmp.Or(word, b.Contract.Category)
	cat := categoryNamed(cmp.Or(inCard(b.Contract.Categories, word), word))
	if cat == category.None {
		fail(row, at, "%q is no category; say under categories: in the mapping which one it is", word)
	}
	return []column{{b.columns[inRate], cat}}
}

// add adds a price: a list rate, or a step of a volume tier, whose first is the
// list rate too.
func (b *lister) add(row, at int, line rate.ListedRate, market rate.Market) {
	if from, column := b.text(row, inTierFrom); from != "" {
		to, hasTo := b.columns[inTierTo]
		if !hasTo {
			to = -1
		}
		switch {
		case !rate.Tiered(line.Category) || line.Unit != rate.PerMessage:
			fail(row, column, "%s has no volume tiers: only messages of utility and authentication do; leave the cell empty", line.Category)
		case line.State != rate.Known:
			fail(row, at, "a tier needs a rate")
		}
		step := line
		step.Tier = b.bounds(row, column, to)
		b.open.add(row, column, to, step)
		b.sheet.Rows = append(b.sheet.Rows, step)
		if step.Tier[0] > 1 {
			return
		}
	}
	of := ladderOf(line)
	if before, twice := b.seen[of]; twice {
		// Countries of one market may have rows of their own, if they cost the same.
		if earlier := b.price(before.row, before.column, line.Currency); earlier.State != line.State || earlier.Amount != line.Amount {
			fail(row, at, "%s in %s is priced differently in cell %s; a card holds one price per market, category and day", line.Category, line.Market, cellName(before.row, before.column))
		}
		return
	}
	b.seen[of] = cellPlace{row, at}
	b.sheet.note(b.jump(row, at, line, market))
	b.sheet.Rows = append(b.sheet.Rows, line)
	if b.sheet.Day == 0 || line.From < b.sheet.Day {
		b.sheet.Day = line.From
	}
	b.sheet.Currency = line.Currency
}
