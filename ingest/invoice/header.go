package invoice

import (
	"strings"
	"unicode"

	"waudit/ingest/notation"
)

// headerWord makes the spellings of one header equal, and takes off it the currency
// that many have: "Amount (EUR)", "total_cost_usd", "Price in INR".
func headerWord(name string) (word, iso string) {
	name = strings.TrimSpace(name)
	if open := strings.LastIndexAny(name, "(["); open > 0 && strings.ContainsAny(name[len(name)-1:], ")]") {
		inside := strings.TrimSpace(name[open+1 : len(name)-1])
		if iso := notation.Currency(inside); iso != "" {
			return squeeze(name[:open]), iso
		}
		if named, ok := strings.CutSuffix(strings.ToLower(inside), " tax"); ok { // "Amount (excl. tax)"
			return squeeze(name[:open] + named + "tax"), ""
		}
		return squeeze(name[:open]), ""
	}
	if cut := strings.LastIndexAny(name, " _-"); cut > 0 {
		if iso := notation.Currency(name[cut+1:]); iso != "" {
			before := strings.TrimRight(name[:cut], " _-")
			if in, ok := strings.CutSuffix(strings.ToLower(before), " in"); ok {
				before = in
			}
			return squeeze(before), iso
		}
	}
	return squeeze(name), ""
}

// squeeze leaves the letters and digits of a text, in lower case.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// knownWords are the words of all headers that say something by themselves.
func knownWords() map[string]bool {
	words := map[string]bool{}
	for _, list := range synonyms() {
		for _, word := range list {
			words[word] = true
		}
	}
	return words
}

// lastKey is the key at the end of a path into a JSON object.
func lastKey(path string) string {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		return path[i+1:]
	}
	return path
}
