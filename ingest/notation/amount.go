package notation

import (
	"math"
	"strings"

	"waudit/audit/money"
)

// AmountForm is how amounts are written. The zero one is told from each amount.
type AmountForm struct {
	Mark  byte  // ',' or '.': what parts the decimals; 0: to be told from each amount
	Sign  Sign  // what a minus means
	Scale int64 // units of the log in one of the currency; 0: they are the same
}

// Sign is what becomes of an amount's sign.
type Sign uint8

// What may become of it.
const (
	SignKept Sign = iota
	SignNegated
	SignDropped
)

// Read reads an amount in billionths of the currency's unit. It returns what is
// wrong with it, "" if nothing is. JSON numbers, which number says it is, have a
// dot, whatever texts have.
func (f *AmountForm) Read(text string, number bool) (nano int64, problem string) {
	nano, err := f.parse(text, number)
	if err != nil || nano == math.MinInt64 {
		return 0, "is " + f.wanted()
	}
	if f.Scale > 1 {
		if nano%f.Scale != 0 {
			return 0, "has, divided by the scale, more than nine decimals; correct scale: in the mapping"
		}
		nano /= f.Scale
	}
	if f.Sign == SignNegated || f.Sign == SignDropped && nano < 0 {
		nano = -nano
	}
	return nano, ""
}

// parse reads what is written.
func (f *AmountForm) parse(text string, isNumber bool) (int64, error) {
	if f.Mark == 0 || isNumber {
		return ParseAmount(text)
	}
	number, _, ok := SplitCurrency(text)
	if !ok {
		return 0, money.ErrSyntax
	}
	negative, number := splitSign(number)
	whole, fraction := number, ""
	if i := strings.LastIndexByte(number, f.Mark); i >= 0 {
		whole, fraction = number[:i], number[i+1:]
	}
	other := "."
	if f.Mark == '.' {
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

func (f *AmountForm) wanted() string {
	switch f.Mark {
	case ',':
		return "no decimal number with a comma; correct it, or decimal: in the mapping"
	case '.':
		return "no decimal number with a dot; correct it, or decimal: in the mapping"
	}
	return "no decimal number; correct it, or say in the mapping with decimal: comma or decimal: dot how it is written"
}
