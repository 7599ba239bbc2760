// Package money holds exact amounts: whole billionths of a currency's unit.
package money

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// Nano is the number of amount units in one unit of the currency.
const Nano = 1_000_000_000

// ErrSyntax is returned for a text that is no decimal number, ErrRange for one
// with more than nine decimals that count, or too large to hold.
var (
	ErrSyntax = errors.New("not a decimal number")
	ErrRange  = errors.New("too large, or more than nine decimals")
)

// IsCurrency reports whether a text has the form of a currency's code: USD.
func IsCurrency(code string) bool {
	return len(code) == 3 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Digits before the point: how many 128 bits hold of whatever number, and 64 bits.
const (
	wholeDigits = 29
	wordDigits  = 18
)

// Parse reads a decimal number ("0.0034", "-1", "+12.50"). It takes no thousands
// separators, exponents or currency signs.
func Parse(s string) (Amount, error) {
	digits, negative := s, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		digits, negative = s[1:], s[0] == '-'
	}
	whole, frac, _ := strings.Cut(digits, ".")
	if whole == "" && frac == "" {
		return Amount{}, ErrSyntax
	}
	whole, frac = strings.TrimLeft(whole, "0"), strings.TrimRight(frac, "0")
	cut := max(len(whole)-wordDigits, 0)
	high, ok1 := number(whole[:cut])
	low, ok2 := number(whole[cut:])
	nano, ok3 := number(frac)
	switch {
	case !ok1 || !ok2 || !ok3:
		return Amount{}, ErrSyntax
	case len(whole) > wholeDigits || len(frac) > 9:
		return Amount{}, ErrRange
	}
	for range 9 - len(frac) {
		nano *= 10
	}
	a := Of(high).Times(1e18).Add(Of(low)).Times(Nano).Add(Of(nano))
	if negative {
		a = a.Neg()
	}
	return a, nil
}

// number reads digits, ok if there is nothing else. It is wrong beyond 64 bits.
func number(digits string) (n int64, ok bool) {
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(digits[i]-'0')
	}
	return n, true
}

// String writes an amount as reports have it: with at least the four decimals of the
// published rate cards.
func (a Amount) String() string { return Format(a, 4) }

// Format writes an amount with at least the given number of decimals, and as
// many more as it needs to be exact.
func Format(amount Amount, decimals int) string {
	sign := ""
	if amount.hi < 0 {
		sign = "-"
	}
	u := amount.Abs()
	top, rest := uint64(u.hi)/Nano, uint64(u.hi)%Nano
	low, nano := bits.Div64(rest, u.lo, Nano)
	whole := strconv.FormatUint(low, 10)
	if top > 0 {
		const ten19 = 1e19 // the highest power of ten in 64 bits
		top, low = bits.Div64(top, low, ten19)
		whole = fmt.Sprintf("%d%019d", top, low)
	}
	frac := strconv.FormatUint(nano+Nano, 10)[1:]
	n := len(strings.TrimRight(frac, "0"))
	n = max(n, min(decimals, 9))
	if n == 0 {
		return sign + whole
	}
	return sign + whole + "." + frac[:n]
}
