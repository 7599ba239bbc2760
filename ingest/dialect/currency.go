package dialect

import (
	"cmp"

	"waudit/audit/event"
	"waudit/ingest/notation"
)

// TakeCurrency takes the currency that is written with an amount, where nothing
// else names it: whoever reads the amount would take it for the account's. It
// returns what is wrong where something else names another.
func TakeCurrency(e *event.Event, amount string) (problem string) {
	_, sign, _ := notation.SplitCurrency(amount)
	stated := notation.Currency(sign)
	if stated == "" && isCode(sign) {
		stated = sign
	}
	if e.Currency = cmp.Or(e.Currency, stated); stated == "" || e.Currency == stated {
		return ""
	}
	return "in " + stated + " beside the currency " + notation.Clip(e.Currency) + "; correct one of them"
}

// isCode reports whether a text looks like a currency's code, be it one or not.
func isCode(s string) bool {
	return len(s) == 3 && s[0] <= 'Z' && s[1] <= 'Z' && s[2] <= 'Z' && s[2] >= 'A'
}
