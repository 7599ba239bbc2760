package card

import (
	"cmp"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"waudit/audit/money"
	"waudit/audit/rate"
	"waudit/ingest/row"
)

// Meta's lists have four decimals. Workbooks hold the binary number that is next
// to a price, and sums of such; nine decimals are all that money has.
const (
	listDecimals = 4
	allDecimals  = 9
)

// plain is a number with a decimal dot, and commas between thousands or none.
var plain = regexp.MustCompile(`^(\d+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?$`)

// figure reads a rate of Meta's, or that there is none.
func (r *reader) figure(row, at int) (rate.Rate, error) {
	c := r.cell(row, at)
	if isWord(c.Text, "n/a") {
		return r.notOffered(), nil
	}
	amount, ok := amountOf(c, listDecimals)
	if !ok {
		return rate.Rate{}, wrong(row, at, "%q is no price, such as 0.0068, nor n/a", r.at(row, at))
	}
	return r.known(amount), nil
}

func (r *reader) known(amount int64) rate.Rate {
	return rate.Rate{State: rate.Known, Amount: amount, Status: cmp.Or(r.status, rate.Verified), Source: r.source}
}

func (r *reader) notOffered() rate.Rate {
	return rate.Rate{State: rate.NotOffered, Status: rate.Verified, Source: r.source} // the card's form knows no other status for it
}

// amountOf reads a price into billionths. A number of a workbook is rounded to so
// many places, halves up; a text is taken as it is.
func amountOf(c row.Cell, places int) (int64, bool) {
	text := strings.TrimSpace(c.Text)
	if c.Kind == row.Float {
		n, ok := new(big.Rat).SetString(text)
		if !ok || n.Sign() < 0 {
			return 0, false
		}
		text = n.FloatString(places)
	}
	if !plain.MatchString(text) {
		return 0, false
	}
	amount, err := money.Parse(strings.ReplaceAll(text, ",", ""))
	nano, ok := amount.Int64()
	return nano, ok && err == nil
}

// price reads a price of a provider's list, which may carry its currency and have
// a decimal comma. The error says what is wrong with it.
func (r *reader) price(y, at int, currency string) (rate.Rate, error) {
	c := r.cell(y, at)
	if isWord(c.Text, "n/a") {
		return r.notOffered(), nil
	}
	c.Text = r.withoutCurrency(c.Text, currency)
	switch {
	case c.Kind == row.Float:
	case r.Contract.Decimal == ",":
		c.Text = strings.NewReplacer(",", ".", ".", ",").Replace(c.Text)
	case r.Contract.Decimal == "" && strings.Contains(c.Text, ","):
		return rate.Rate{}, wrong(y, at, `%q has a comma; say decimal: "," or decimal: "." in the mapping`, r.at(y, at))
	}
	amount, ok := amountOf(c, allDecimals)
	if !ok {
		return rate.Rate{}, wrong(y, at, "%q is no price in %s, such as 0.0068, nor n/a", r.at(y, at), currency)
	}
	return r.known(amount), nil
}

// withoutCurrency takes the currency off a price, if it is the one that it has.
func (r *reader) withoutCurrency(text, currency string) string {
	text = strings.TrimSpace(text)
	isDigit := func(c rune) bool { return '0' <= c && c <= '9' }
	begin, end := strings.IndexFunc(text, isDigit), strings.LastIndexFunc(text, isDigit)
	if begin < 0 {
		return text
	}
	before, behind := text[:begin], text[end+1:]
	if before != "" && behind != "" || before+behind != "" && r.currencyOf(before+behind) != currency {
		return text
	}
	return text[begin : end+1]
}

// count reads a number of messages, with commas between thousands or none.
func count(c row.Cell) (int64, bool) {
	text := strings.TrimSpace(c.Text)
	if !plain.MatchString(text) {
		return 0, false
	}
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(text, ",", ""), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	return n, err == nil && strings.Trim(fraction, "0") == ""
}
