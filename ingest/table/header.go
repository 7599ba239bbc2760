package table

import (
	"slices"
	"strings"
	"unicode"

	"waudit/ingest/notation"
)

// HeaderWord makes the spellings of one header equal, and takes off it the currency
// that many have, and what else stands in brackets behind: "Amount (excl. tax)".
func HeaderWord(name string) (word, iso string) {
	if rest, iso := splitCurrency(name); iso != "" {
		return Squeeze(rest), iso
	}
	rest, inside := splitBrackets(strings.TrimSpace(name))
	if named, ok := strings.CutSuffix(strings.ToLower(inside), " tax"); ok {
		rest += named + "tax"
	}
	return Squeeze(rest), ""
}

// splitCurrency takes a currency off the name of a column: "Amount (EUR)",
// "total_cost_usd", "Price in INR". iso is "" if it has none; "all" and "top" are words
// before they are Albanian and Tongan.
func splitCurrency(name string) (rest, iso string) {
	name = strings.TrimSpace(name)
	if rest, inside := splitBrackets(name); inside != "" {
		return rest, notation.Currency(inside)
	}
	cut := strings.LastIndexAny(name, " _-")
	if cut <= 0 || name[cut+1:] == "all" || name[cut+1:] == "top" {
		return name, ""
	}
	rest = strings.TrimRight(name[:cut], " _-")
	if in := len(rest) - len(" in"); in > 0 && strings.EqualFold(rest[in:], " in") {
		rest = rest[:in]
	}
	return rest, notation.Currency(name[cut+1:])
}

// splitBrackets parts a name from what stands in brackets behind it.
func splitBrackets(name string) (rest, inside string) {
	if open := strings.LastIndexAny(name, "(["); open > 0 && strings.ContainsAny(name[len(name)-1:], ")]") {
		return name[:open], strings.TrimSpace(name[open+1 : len(name)-1])
	}
	return name, ""
}

// IndexOf finds the column of a name, the one that is spelt so before others; -1 if
// there is none.
func IndexOf(columns []string, name string) int {
	if i := slices.Index(columns, name); i >= 0 {
		return i
	}
	folded := notation.Fold(name)
	return slices.IndexFunc(columns, func(c string) bool { return notation.Fold(c) == folded })
}

// Squeeze leaves the letters and digits of a text, in lower case.
func Squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// LastKey is the key at the end of a path into a JSON object.
func LastKey(path string) string {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		return path[i+1:]
	}
	return path
}
