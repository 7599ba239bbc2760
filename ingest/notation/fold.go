package notation

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"
)

// AppendFold appends s as names and values are compared: without the case, and
// without "-", "_", blanks and line breaks, so that "Date Sent", "date-sent" and "dateSent"
// are one. A text that is nothing else, as "-", stays what it is: it is no
// empty one.
func AppendFold(dst []byte, s string) []byte {
	begin := len(dst)
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == ' ' || c == '-' || c == '_' || '\t' <= c && c <= '\r':
			case isUpper(c):
				dst = append(dst, c|0x20)
			default:
				dst = append(dst, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if r != '\u00a0' {
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
	}
	if len(dst) == begin {
		return append(dst, s...)
	}
	return dst
}

// Fold returns s as AppendFold appends it.
func Fold(s string) string { return string(AppendFold(nil, s)) }

// FoldSize is how long a text is mostly, folded, in bytes: as many are put on
// the stack.
const FoldSize = 64

// Clip shortens a value for use in a message.
func Clip(s string) string {
	const longest = 80
	if len(s) <= longest {
		return s
	}
	n := longest
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// signs are the spellings of currencies that are no ISO codes, a misprint of Meta's
// among them. Of several currencies, as a mere $ is, none is here.
var signs = map[string]string{
	"US$": "USD", "$US": "USD", "€": "EUR", "£": "GBP", "GBD": "GBP", "₹": "INR", "Rs": "INR", "Rs.": "INR", "Rp": "IDR", "RP": "IDR", "RM": "MYR",
	"R$": "BRL", "A$": "AUD", "AU$": "AUD", "MX$": "MXN", "AR$": "ARS", "CL$": "CLP", "COL$": "COP", "CO$": "COP", "S$": "SGD", "HK$": "HKD",
}

// noCurrency is the ISO code for transactions without a currency.
const noCurrency = "XXX"

// Currency returns the ISO 4217 code that a text is, or that its sign stands for,
// "" for none and for signs of several currencies: dollars, crowns and yen are.
func Currency(text string) string {
	text = strings.TrimSpace(text)
	if iso, ok := signs[text]; ok || len(text) != 3 {
		return iso
	}
	unit, err := currency.ParseISO(text)
	if err != nil || unit.String() == noCurrency {
		return ""
	}
	return unit.String()
}
