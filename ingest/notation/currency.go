package notation

import (
	"strings"

	"golang.org/x/text/currency"
)

// Currency returns the ISO 4217 code that a text is, or that its sign stands for,
// "" for none and for signs of several currencies: dollars, crowns and yen are.
func Currency(text string) string {
	switch text = strings.TrimSpace(text); text {
	case "€":
		return "EUR"
	case "£":
		return "GBP"
	case "₹", "Rs", "Rs.":
		return "INR"
	case "R$":
		return "BRL"
	case "US$":
		return "USD"
	case "A$", "AU$":
		return "AUD"
	case "Rp":
		return "IDR"
	case "RM":
		return "MYR"
	}
	if len(text) != 3 {
		return ""
	}
	unit, err := currency.ParseISO(text)
	if err != nil {
		return ""
	}
	return unit.String()
}
