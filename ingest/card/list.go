package card

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

// column is a category of a list.
type column struct {
	at       int
	category category.Category
}

// list reads a list of rates: a row a market, a column a category.
func (r *reader) list(header int) *Sheet {
	s := r.begin(header)
	columns := r.categories(header, s)
	seen := map[rate.Market]int{}
	for row := header + 1; row < len(r.cells); row++ {
		if r.filled(row) == 0 {
			continue
		}
		market := r.market(row, s, seen)
		for _, c := range columns {
			figure := r.price(row, c.at, s.Currency)
			figure.From = s.Day
			s.Rows = append(s.Rows, rate.ListedRate{Currency: s.Currency, Market: r.Markets.Name(market), Category: c.category, Unit: rate.UnitOn(s.Day), Rate: figure})
			s.note(r.jump(row, c.at, s.Rows[len(s.Rows)-1], market))
		}
	}
	r.complete(seen, header, s)
	return s
}

// begin reads what stands above the header, and settles from when the rates hold.
func (r *reader) begin(header int) *Sheet {
	t := r.titleOf(header)
	if t.currency == "" && t.text != "" {
		fail(t.row, 0, "the title names no currency that is known; write it there as an ISO code, such as USD")
	}
	s := &Sheet{Title: t.text, Currency: t.currency, Day: t.day}
	if t.advance {
		r.status = rate.Unverified
		s.note("it is an advance copy, so that its figures are taken as unverified; import the published file when it is out")
	}
	switch {
	case r.Effective != 0:
		s.Day = r.Effective
		if t.day != 0 && t.day != s.Day {
			s.note(fmt.Sprintf("the title says %s; the rates are taken to hold from %s, as --effective says", t.day, s.Day))
		}
	case t.day == 0:
		fail(t.row, 0, "no title says from when the rates hold; say it with --effective")
	case rate.UnitOn(t.day) == rate.PerConversation:
		fail(t.row, 0, "the title says %s, but on cards of that time the date was not kept current; say from when they hold with --effective", t.day)
	}
	return s
}

// categories finds the columns of categories. A card without one of those that
// every card of its day has is cut.
func (r *reader) categories(header int, s *Sheet) (columns []column) {
	for at := 2; at < len(r.cells[header]); at++ {
		name := r.at(header, at)
		cat := categoryNamed(name)
		switch {
		case name == "":
		case cat == category.None:
			s.note(fmt.Sprintf("column %q is no category of messages, and is left out", oneLine(name)))
		case slices.ContainsFunc(columns, func(c column) bool { return c.category == cat }):
			fail(header, at, "the category %s has two columns; leave one", cat)
		default:
			columns = append(columns, column{at, cat})
		}
	}
	for _, need := range rate.CategoriesOn(s.Day) {
		isOptional := need == category.AuthInternational && rate.UnitOn(s.Day) == rate.PerConversation
		if !isOptional && !slices.ContainsFunc(columns, func(c column) bool { return c.category == need }) {
			fail(header, len(r.cells[header]), "the column %s is missing, which lists of %s have; fetch the file again, or correct --effective", need, s.Day)
		}
	}
	return columns
}

// categoryNamed returns the category that a header or a word of a list names; None
// if it is none.
func categoryNamed(name string) category.Category {
	if _, c := table.Category(name); c != category.Other {
		return c
	}
	return category.None
}

// market reads the first two cells of a row.
func (r *reader) market(row int, s *Sheet, seen map[rate.Market]int) rate.Market {
	name := r.at(row, 0)
	market, ok := r.Markets.Named(name)
	switch before, twice := seen[market]; {
	case !ok:
		fail(row, 0, "there is no market %q; `waudit rates list` has the names", name)
	case twice:
		fail(row, 0, "%s stands in row %d already; leave one", name, before+1)
	case !slices.Contains(r.Markets.On(s.Day), market):
		fail(row, 0, "there was no market %s on %s; correct --effective or the title", name, s.Day)
	}
	seen[market] = row
	currency := r.currencyOf(r.at(row, 1))
	if currency == "" {
		fail(row, 1, "%q is no currency that is known; write its ISO code", r.at(row, 1))
	}
	s.Currency = cmp.Or(s.Currency, currency)
	if currency != s.Currency {
		fail(row, 1, "the currency is %s, and that of the card %s; correct the wrong one, or fetch the file again", currency, s.Currency)
	}
	return market
}

// strange is how many times a rate may differ from the one before.
const strange = 20

// jump says that a rate is far from the one before, "" if it is not.
func (r *reader) jump(row, at int, now rate.ListedRate, market rate.Market) string {
	before := r.Base.Before(now.Currency, market, now.Category, now.Unit, now.From)
	if before.State != rate.Known || now.State != rate.Known || before.Amount == 0 || now.Amount == 0 {
		return ""
	}
	if high, low := max(now.Amount, before.Amount), min(now.Amount, before.Amount); (high-1)/strange < low {
		return ""
	}
	return fmt.Sprintf("cell %s: %s, %s: %s, and %s from %s on: more than %d times away; is that right?", cellName(row, at), now.Market, now.Category,
		money.Format(money.Of(now.Amount), listDecimals), money.Format(money.Of(before.Amount), listDecimals), before.From, strange)
}

// complete checks that there is every market of the day.
func (r *reader) complete(seen map[rate.Market]int, header int, s *Sheet) {
	s.Markets = len(seen)
	for _, m := range r.Markets.On(s.Day) {
		if _, ok := seen[m]; !ok {
			fail(header, 0, "the market %s is missing below, which there was on %s; fetch the file again, or correct --effective or the title", r.Markets.Name(m), s.Day)
		}
	}
}

// currencyOf returns the ISO code of a spelling, which the contract may name; ""
// if it is none.
func (r *reader) currencyOf(cell string) string {
	if r.Contract != nil {
		return cmp.Or(inCard(r.Contract.Currencies, strings.TrimSpace(cell)), currencyOf(cell))
	}
	return currencyOf(cell)
}

func currencyOf(cell string) string { return notation.Currency(strings.Trim(cell, " ()[].,:")) }

// date is how titles write days. Those of numbers alone, 10/01/2026, are two days, and
// none is guessed.
var date = regexp.MustCompile(`(?i)\b(?:[a-z]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{1,2}(?:st|nd|rd|th)?\s+[a-z]{3,9}\.?,?\s+\d{4}|\d{4}-\d{2}-\d{2})\b`)

// title is what stands above a header.
type title struct {
	text     string // its first row
	row      int    // where that is
	currency string // "" if it names none
	day      rate.Day
	advance  bool // the rates may still change
}

// titleOf reads what stands above a header. The day is the one behind the word
// effective, else the only one of the first row: notes name other days.
func (r *reader) titleOf(header int) title {
	t := title{row: -1}
	for row := range header {
		text := r.line(row)
		if text == "" {
			continue
		}
		t.advance = t.advance || advance.MatchString(text)
		isFirst := t.row < 0
		if isFirst {
			t.text, t.row = strings.Trim(text, `"`), row
		}
		t.currency = cmp.Or(t.currency, currencyIn(text))
		t.day = cmp.Or(t.day, effectiveIn(text, isFirst))
	}
	t.row = max(t.row, 0)
	return t
}

// effectiveIn returns the day from which a line says that rates hold, 0 if it
// does not.
func effectiveIn(text string, isTitle bool) rate.Day {
	if behind := effective.FindStringSubmatch(text); behind != nil {
		if days := daysIn(behind[1]); len(days) > 0 {
			return days[0]
		}
	}
	if days := slices.Compact(daysIn(text)); isTitle && len(days) == 1 {
		return days[0]
	}
	return 0
}

// Words of titles: that the rates may still change, and that a day follows.
var (
	advance   = regexp.MustCompile(`(?i)advance copy`)
	effective = regexp.MustCompile(`(?i)effective(.*)`)
)

// currencyIn returns the currency that a line names. Codes are in capitals: "all"
// is also an Albanian lek.
func currencyIn(text string) string {
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(`,;:()[]-–"`, c) }) {
		if iso := currencyOf(word); iso != "" && strings.ToUpper(word) == word {
			return iso
		}
	}
	return ""
}

// daysIn returns the days that a text names, in their order.
func daysIn(text string) (days []rate.Day) {
	for _, found := range date.FindAllString(text, -1) {
		if t := table.DateOf(found); !t.IsZero() {
			days = append(days, rate.DayOf(t.Date()))
		}
	}
	return days
}
