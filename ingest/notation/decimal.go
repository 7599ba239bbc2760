// Package notation is how times and amounts are written: by programs, people and
// spreadsheets. What may mean two things is never guessed.
//
//	decimal.go  decimal numbers, and amounts of a form that somebody names
//	time.go     instants that need no form
//	moment.go   times of a form that somebody names
//	fold.go     names, compared without their spelling, and currencies
package notation

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"waudit/audit/money"
)

// ParseAmount reads an amount as programs write it or else as people and
// spreadsheets do: "0.0068", "1.234,56", "€ 0,05". The error, one of money's, says
// that it is none, or may be two.
func ParseAmount(s string) (money.Amount, error) {
	amount, err := parse(PlainDecimal(s))
	if err == nil {
		return amount, nil
	}
	if decimal := decimalText(s, 0); decimal != "" {
		return parse(decimal)
	}
	return money.Amount{}, err
}

// ParsePrice reads the price of one message, in billionths, as ParseAmount does. It
// returns what is wrong with it and what to do, "" if nothing is.
func ParsePrice(s string) (nano int64, problem string) {
	amount, err := ParseAmount(s)
	if err != nil {
		return 0, err.Error() + "; write a decimal number with a dot"
	}
	nano, ok := Price(amount)
	if !ok {
		return 0, NoPrice
	}
	return nano, ""
}

// NoPrice says what is wrong with an amount that is more than the price of a
// message may be.
const NoPrice = "more than 9.2 billion, which one message cannot cost; correct it"

// Price returns an amount in billionths, false if it is more than what a message
// may cost: what 64 bits hold with either sign.
func Price(a money.Amount) (nano int64, ok bool) {
	nano, ok = a.Int64()
	return nano, ok && nano != math.MinInt64
}

// Whole returns an amount that is a whole number, and counts something.
func Whole(a money.Amount) (n int64, ok bool) {
	n, ok = a.Int64()
	return n / money.Nano, ok && n%money.Nano == 0
}

// limit is ten quintillion units. What is read is below it, so that sums of
// billions of rows are exact.
var limit = money.Of(1e18).Times(1e10)

// parse reads a plain decimal below the limit.
func parse(s string) (money.Amount, error) {
	amount, err := money.Parse(s)
	if err == nil && amount.Abs().Cmp(limit) >= 0 {
		return money.Amount{}, money.ErrRange
	}
	return amount, err
}

// PlainDecimal writes a JSON number with an exponent without it, exactly.
// Other texts, and exponents beyond what money can hold, it leaves alone.
func PlainDecimal(s string) string {
	mantissa, exponent, ok := strings.Cut(strings.ToLower(s), "e")
	n, err := strconv.Atoi(exponent)
	if !ok || err != nil || n < -30 || n > 30 {
		return s
	}
	sign := ""
	if strings.HasPrefix(mantissa, "-") {
		sign, mantissa = "-", mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, point := whole+fraction, len(whole)+n
	if point < 0 {
		digits, point = strings.Repeat("0", -point)+digits, 0
	}
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	return sign + digits[:point] + "." + digits[point:]
}

// Rounded writes a number of a program or a spreadsheet, which may be binary, with
// so many decimals at most, halves away from zero. Other texts it leaves alone.
func Rounded(s string, places int) string {
	plain := PlainDecimal(s)
	whole, fraction, _ := strings.Cut(plain, ".")
	if len(fraction) <= places || !IsDigits(strings.TrimPrefix(whole, "-")) || !IsDigits(fraction) {
		return plain
	}
	n, _ := new(big.Rat).SetString(plain)
	return n.FloatString(places)
}

// decimalText writes an amount as people and spreadsheets do, with a decimal
// comma, thousands separators or a currency, as a plain decimal with a dot:
// "1.234,56", "1,234.56", "0,0068", "€ 0,05", "-$1,000". The mark, ',' or '.', is
// what parts the decimals; 0: the amount tells. It is "" for what is no amount and,
// without a mark, for what may be two: "1,234" is a thousand to some and a little
// more than one to others, and so is "€ 1.234".
//
// A single separator parts thousands if three digits follow it, it is a comma,
// and the currency is one that is written with a decimal dot: "$1,000". It
// parts decimals if no thousands can be meant, as in "0,019" and "1234,567". A
// dot without a currency always does, as programs write numbers so.
func decimalText(s string, mark byte) string {
	number, currency, ok := SplitCurrency(s)
	if !ok {
		return ""
	}
	sign, number := splitSign(number)
	if mark == 0 {
		if mark, ok = markIn(number, currency); !ok {
			return ""
		}
	}
	whole, fraction := number, ""
	if i := strings.LastIndexByte(number, mark); i >= 0 {
		whole, fraction = number[:i], number[i+1:]
	}
	separator := string('.' + ',' - rune(mark))
	if !strings.Contains(whole, separator) {
		separator = ""
	}
	switch {
	case whole == "" && fraction != "":
		whole = "0"
	default:
		if whole, ok = ungroup(whole, separator); !ok || whole == "" {
			return ""
		}
	}
	if !IsDigits(fraction) {
		return ""
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction
}

// markIn returns what parts the decimals of a number in a currency; ok is false
// where it may be one of two.
func markIn(number, currency string) (mark byte, ok bool) {
	mark, isOpen := markOf(number)
	switch {
	case mark != 0:
		return mark, true
	case isOpen && strings.Contains(number, ","):
		return '.', hasDecimalDot(currency)
	case isOpen:
		return '.', currency == "" || hasDecimalDot(currency)
	}
	return '.', !strings.ContainsAny(number, ".,")
}

// MarkOf returns what parts the decimals of a number, ',' or '.', 0 where it does
// not tell: isOpen says that it has one separator, which may part thousands too.
func MarkOf(text string) (mark byte, isOpen bool) {
	return markOf(strings.TrimFunc(text, func(r rune) bool { return r < '0' || r > '9' }))
}

func markOf(number string) (mark byte, isOpen bool) {
	last := strings.LastIndexAny(number, ".,")
	if last < 0 {
		return 0, false
	}
	mark = number[last]
	other := '.' + ',' - mark
	hasBoth := strings.IndexByte(number, other) >= 0 // the last of two kinds is the decimal one
	switch n := strings.Count(number, string(mark)); {
	case n > 1 && hasBoth:
		return 0, false
	case n > 1: // 1.234.567
		return other, false
	case !hasBoth && mayBeThousands(number, last):
		return 0, true
	}
	return mark, false
}

// minusBefore writes an amount in brackets, or with a minus behind it, with a minus
// before.
func minusBefore(text string) string {
	t := strings.TrimSpace(text)
	switch {
	case len(t) > 2 && t[0] == '(' && t[len(t)-1] == ')' && !strings.ContainsAny(t, "-\u2212"):
		return "-" + strings.TrimSpace(t[1:len(t)-1])
	case len(t) > 1 && t[len(t)-1] == '-' && !strings.ContainsAny(t[:len(t)-1], "-\u2212"):
		return "-" + strings.TrimSpace(t[:len(t)-1])
	}
	return t
}

// SplitCurrency parts a number from the currency before or behind it. A sign
// before the currency stays with the number, and so do brackets around both.
func SplitCurrency(s string) (number, currency string, ok bool) {
	sign, s := splitSign(minusBefore(s))
	begin := strings.IndexFunc(s, isNumeric)
	if begin < 0 {
		return "", "", false
	}
	end := strings.LastIndexFunc(s, isNumeric) + 1
	before, behind := strings.TrimSpace(s[:begin]), strings.TrimSpace(s[end:])
	if before != "" && behind != "" || !isCurrency(before+behind) {
		return "", "", false
	}
	number = s[begin:end]
	if sign != "" && strings.ContainsAny(number[:1], "+-") {
		return "", "", false
	}
	return sign + number, before + behind, true
}

// isNumeric reports whether a number may begin or end with r.
func isNumeric(r rune) bool { return '0' <= r && r <= '9' || strings.ContainsRune("+-.,", r) }

// isCurrency reports whether s is nothing, a currency sign with or without
// letters ("€", "R$"), or an ISO 4217 code.
func isCurrency(s string) bool {
	if s == "" {
		return true
	}
	letters := strings.TrimRightFunc(s, func(r rune) bool { return unicode.Is(unicode.Sc, r) })
	for i := range len(letters) {
		if !isUpper(letters[i]) {
			return false
		}
	}
	signs := utf8.RuneCountInString(s) - len(letters)
	return signs == 0 && len(letters) == 3 || signs == 1 && len(letters) <= 2
}

// hasDecimalDot reports whether prices in a currency are written with a dot
// before the decimals wherever the currency is written so.
func hasDecimalDot(currency string) bool {
	return slices.Contains([]string{"$", "US$", "USD", "£", "GBP", "₹", "INR"}, currency)
}

// splitSign takes the sign off a number: "" or "-". A plus says nothing.
func splitSign(s string) (sign, number string) {
	for _, minus := range [...]string{"-", "\u2212"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			return "-", strings.TrimSpace(rest)
		}
	}
	return "", strings.TrimPrefix(s, "+")
}

// mayBeThousands reports whether the only separator of a number, at i, may part
// thousands.
func mayBeThousands(s string, i int) bool {
	return 1 <= i && i <= 3 && s[0] != '0' && len(s)-i-1 == 3
}

// ungroup takes the separator out of a whole number. Groups have three digits,
// or in India two, but for the last; blanks and apostrophes part groups too.
func ungroup(s, separator string) (digits string, ok bool) {
	if separator == "" {
		for _, blank := range [...]string{" ", "\u00a0", "\u202f", "'", "’"} {
			if strings.Contains(s, blank) {
				separator = blank
				break
			}
		}
	}
	if separator == "" {
		return s, IsDigits(s)
	}
	groups := strings.Split(s, separator)
	for i, g := range groups {
		size := len(g) == 3
		switch {
		case i == 0:
			size = 1 <= len(g) && len(g) <= 3 && (g[0] != '0' || len(groups) == 1)
		case i < len(groups)-1:
			size = size || len(g) == 2
		}
		if !size || !IsDigits(g) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// IsDigits reports whether s holds nothing but digits, as the empty text does.
func IsDigits(s string) bool {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

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
