package table

import (
	"strings"
	"unicode"

	"waudit/ingest/notation"
)

// HeaderWord makes the spellings of one header equal, and takes off it the currency
// that many have: "Amount (EUR)", "total_cost_usd", "Price in INR".
func HeaderWord(name string) (word, iso string) {
	name = strings.TrimSpace(name)
	if open := strings.LastIndexAny(name, "(["); open > 0 && strings.ContainsAny(name[len(name)-1:], ")]") {
		inside := strings.TrimSpace(name[open+1 : len(name)-1])
		if iso := notation.Currency(inside); iso != "" {
			return Squeeze(name[:open]), iso
		}
		if named, ok := strings.CutSuffix(strings.ToLower(inside), " tax"); ok { // "Amount (excl. tax)"
			return Squeeze(name[:open] + named + "tax"), ""
		}
		return Squeeze(name[:open]), ""
	}
	if cut := strings.LastIndexAny(name, " _-"); cut > 0 {
		if iso := notation.Currency(name[cut+1:]); iso != "" {
			before := strings.TrimRight(name[:cut], " _-")
			if in, ok := strings.CutSuffix(strings.ToLower(before), " in"); ok {
				before = in
			}
			return Squeeze(before), iso
		}
	}
	return Squeeze(name), ""
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
