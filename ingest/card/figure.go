package card

import (
	"cmp"
	"strings"

	"waudit/audit/rate"
	"waudit/ingest/notation"
	"waudit/ingest/row"
)

// Meta's lists have four decimals. Workbooks hold the binary number that is next
// to a price, and sums of such; nine decimals are all that money has.
const (
	listDecimals = 4
	allDecimals  = 9
)

func (r *reader) known(amount int64) rate.Rate {
	return rate.Rate{State: rate.Known, Amount: amount, Status: cmp.Or(r.status, rate.Verified), Source: r.source}
}

func (r *reader) notOffered() rate.Rate {
	return rate.Rate{State: rate.NotOffered, Status: rate.Verified, Source: r.source} // the card's form knows no other status for it
}

// amounts is how the numbers of a table are written.
func (r *reader) amounts() notation.AmountForm {
	if r.Contract.hasColumns() && r.Contract.Decimal == "," {
		return notation.AmountForm{Mark: ','}
	}
	return notation.AmountForm{Mark: '.'}
}

// price reads a rate in a currency, which it may carry, or that there is none. A
// number of a workbook is rounded, halves up; a text is taken as it is. The error
// says what is wrong with it.
func (r *reader) price(y, x int, currency string) (rate.Rate, error) {
	c := r.cell(y, x)
	if isWord(c.Text, "n/a") {
		return r.notOffered(), nil
	}
	text, places, isNumber := strings.TrimSpace(c.Text), listDecimals, c.Kind == row.Float
	if r.Contract.hasColumns() {
		places = allDecimals
	}
	switch {
	case isNumber:
		text = notation.Rounded(text, places)
	case r.Contract.hasColumns() && r.Contract.Decimal == "" && strings.Contains(text, ","):
		return rate.Rate{}, wrong(y, x, `%q has a comma; say decimal: "," or decimal: "." in the mapping`, r.at(y, x))
	}
	if !isNumber {
		text = r.withoutCurrency(text, currency)
	}
	form := r.amounts()
	amount, problem := form.Read(text, isNumber)
	nano, ok := notation.Price(amount)
	if problem != "" || !ok || nano < 0 {
		return rate.Rate{}, wrong(y, x, "%q is no price in %s, such as 0.0068, nor n/a", r.at(y, x), currency)
	}
	return r.known(nano), nil
}

// withoutCurrency takes its currency off a price, "" for what is written with anything
// else.
func (r *reader) withoutCurrency(text, currency string) string {
	isDigit := func(c rune) bool { return '0' <= c && c <= '9' }
	begin, end := strings.IndexFunc(text, isDigit), strings.LastIndexFunc(text, isDigit)+1
	if begin < 0 {
		return ""
	}
	before, behind := text[:begin], text[end:]
	if before != "" && behind != "" || before+behind != "" && r.currencyOf(before+behind) != currency {
		return ""
	}
	return text[begin:end]
}

// count reads a number of messages.
func (r *reader) count(y, x int) (int64, bool) {
	c, form := r.cell(y, x), r.amounts()
	amount, problem := form.Read(strings.TrimSpace(c.Text), c.Kind == row.Float)
	n, ok := notation.Whole(amount)
	return n, ok && problem == "" && n >= 0
}
