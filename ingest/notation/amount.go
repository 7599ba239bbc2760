package notation

import (
	"errors"

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

// Read reads an amount. It returns what is wrong with it, "" if nothing is. JSON
// numbers, which number says it is, have a dot, whatever texts have.
func (f *AmountForm) Read(text string, number bool) (amount money.Amount, problem string) {
	amount, err := f.parse(text, number)
	switch {
	case errors.Is(err, money.ErrRange):
		return money.Amount{}, "is " + err.Error() + "; correct it"
	case err != nil:
		return money.Amount{}, "is " + f.wanted()
	}
	if f.Scale > 1 {
		whole := amount.Quo(f.Scale)
		if whole.Times(f.Scale) != amount {
			return money.Amount{}, "has, divided by the scale, more than nine decimals; correct scale: in the mapping"
		}
		amount = whole
	}
	if f.Sign == SignNegated || f.Sign == SignDropped && amount.Sign() < 0 {
		amount = amount.Neg()
	}
	return amount, ""
}

// parse reads what is written.
func (f *AmountForm) parse(text string, isNumber bool) (money.Amount, error) {
	if f.Mark == 0 || isNumber {
		return ParseAmount(text)
	}
	return parse(decimalText(text, f.Mark))
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
