package dialect

import (
	"math"
	"strings"

	"waudit/audit/money"
)

// amountForm is how amounts are written.
type amountForm struct {
	mark  byte  // ',' or '.': what parts the decimals; 0: to be told from each amount
	sign  sign  // what a minus means
	scale int64 // units of the log in one of the currency; 0: they are the same
}

// sign is what becomes of an amount's sign.
type sign uint8

const (
	signKept sign = iota
	signNegated
	signDropped
)

// read reads an amount in billionths of the currency's unit. It returns what is
// wrong with it, "" if nothing is.
func (f *amountForm) read(c cell) (nano int64, problem string) {
	nano, err := f.parse(c)
	if err != nil || nano == math.MinInt64 {
		return 0, "is " + f.wanted()
	}
	if f.scale > 1 {
		if nano%f.scale != 0 {
			return 0, "has, divided by the scale, more than nine decimals; correct scale: in the mapping"
		}
		nano /= f.scale
	}
	if f.sign == signNegated || f.sign == signDropped && nano < 0 {
		nano = -nano
	}
	return nano, ""
}

// parse reads what is written. JSON numbers have a dot, whatever texts have.
func (f *amountForm) parse(c cell) (int64, error) {
	if f.mark == 0 || c.number {
		return parseAmount(c.text)
	}
	number, _, ok := splitCurrency(c.text)
	if !ok {
		return 0, money.ErrSyntax
	}
	negative, number := splitSign(number)
	whole, fraction := number, ""
	if i := strings.LastIndexByte(number, f.mark); i >= 0 {
		whole, fraction = number[:i], number[i+1:]
	}
	other := "."
	if f.mark == '.' {
		other = ","
	}
	if !strings.Contains(whole, other) {
		other = ""
	}
	if whole != "" {
		if whole, ok = ungroup(whole, other); !ok {
			return 0, money.ErrSyntax
		}
	}
	if fraction == "" {
		return money.Parse(negative + whole)
	}
	return money.Parse(negative + whole + "." + fraction)
}

func (f *amountForm) wanted() string {
	switch f.mark {
	case ',':
		return "no decimal number with a comma; correct it, or decimal: in the mapping"
	case '.':
		return "no decimal number with a dot; correct it, or decimal: in the mapping"
	}
	return "no decimal number; correct it, or say in the mapping with decimal: comma or decimal: dot how it is written"
}
