package diff

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"

	"waudit/audit/money"
	"waudit/audit/result"
)

// Limit is how much more may be paid too much than before: a share of what it was, in
// every currency, or an amount of one currency.
type Limit struct {
	text     string
	currency string       // "" for a share
	value    money.Amount // of the currency, or percent
}

// ParseLimit reads a limit such as "5%" or "USD 10".
func ParseLimit(text string) (Limit, error) {
	l := Limit{text: strings.TrimSpace(text)}
	number, share := strings.CutSuffix(l.text, "%")
	if !share {
		l.currency, number, _ = strings.Cut(l.text, " ")
	}
	value, err := money.Parse(strings.TrimSpace(number))
	if err != nil || value.Sign() < 0 || !share && !money.IsCurrency(l.currency) {
		return l, fmt.Errorf("%q is not a limit such as 5%% or 'USD 10'", text)
	}
	l.value = value
	return l, nil
}

// exceeded lists the limits that the newer report is over.
func exceeded(older, newer *Document, limits []Limit) []result.Exceeded {
	out := []result.Exceeded{}
	for _, l := range limits {
		for _, currency := range union(older.payable, newer.payable, cmp.Compare[string]) {
			was, is := older.payable[currency], newer.payable[currency]
			if more := is.Sub(was); l.isBelow(currency, was, more) {
				out = append(out, result.Exceeded{Limit: l.text, Currency: currency, Old: write(was), New: write(is), Increase: write(more)})
			}
		}
	}
	return out
}

// isBelow reports whether an increase is more than the limit allows.
func (l Limit) isBelow(currency string, was, more money.Amount) bool {
	if more.Sign() <= 0 {
		return false
	}
	if l.currency != "" {
		return l.currency == currency && more.Cmp(l.value) > 0
	}
	// more / was > percent / 100, without a division: any increase over nothing is.
	return new(big.Rat).Mul(exact(more), big.NewRat(100, 1)).Cmp(new(big.Rat).Mul(exact(was.Abs()), exact(l.value))) > 0
}

// exact is an amount as a fraction.
func exact(a money.Amount) *big.Rat {
	r, _ := new(big.Rat).SetString(money.Format(a, 0)) // always a decimal number
	return r
}
