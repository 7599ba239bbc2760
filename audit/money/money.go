// Package money holds exact amounts: whole billionths of a currency's unit.
package money

import (
	"errors"
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

// Parse reads a decimal number ("0.0034", "-1", "+12.50") into billionths. It
// takes no thousands separators, exponents or currency signs.
func Parse(s string) (int64, error) {
	digits, negative := s, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		digits, negative = s[1:], s[0] == '-'
	}
	whole, frac, _ := strings.Cut(digits, ".")
	if whole == "" && frac == "" {
		return 0, ErrSyntax
	}
	frac = strings.TrimRight(frac, "0")
	for _, part := range [2]string{whole, frac} {
		for i := range len(part) {
			if part[i] < '0' || part[i] > '9' {
				return 0, ErrSyntax
			}
		}
	}
	if len(frac) > 9 {
		return 0, ErrRange
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", 9-len(frac)), 10, 64)
	if err != nil {
		return 0, ErrRange
	}
	if negative {
		n = -n
	}
	return n, nil
}

// Format writes an amount with at least the given number of decimals, and as
// many more as it needs to be exact.
func Format(amount int64, decimals int) string {
	sign := ""
	u := uint64(amount)
	if amount < 0 {
		sign, u = "-", -u
	}
	frac := strconv.FormatUint(u%Nano+Nano, 10)[1:]
	n := len(strings.TrimRight(frac, "0"))
	n = max(n, min(decimals, 9))
	if n == 0 {
		return sign + strconv.FormatUint(u/Nano, 10)
	}
	return sign + strconv.FormatUint(u/Nano, 10) + "." + frac[:n]
}
