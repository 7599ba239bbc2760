package notation

import (
	"strings"

	"golang.org/x/text/currency"
)

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
