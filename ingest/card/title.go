package card

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"waudit/audit/rate"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

// currencyOf returns the ISO code of a spelling, which the contract may name; ""
// if it is none.
func (r *reader) currencyOf(cell string) string {
	if r.Contract != nil {
		return cmp.Or(inCard(r.Contract.Currencies, strings.TrimSpace(cell)), currencyOf(cell))
	}
	return currencyOf(cell)
}

func currencyOf(cell string) string { return notation.Currency(strings.Trim(cell, " ()[].,:")) }

// date is how titles write days. Those of numbers alone, 10/01/2026, are two days, and
// none is guessed.
var date = regexp.MustCompile(`(?i)\b(?:[a-z]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{1,2}(?:st|nd|rd|th)?\s+[a-z]{3,9}\.?,?\s+\d{4}|\d{4}-\d{2}-\d{2})\b`)

// title is what stands above a header.
type title struct {
	text     string // its first row
	row      int    // where that is
	currency string // "" if it names none
	day      rate.Day
	advance  bool // the rates may still change
}

// titleOf reads what stands above a header. The day is the one behind the word
// effective, else the only one of the first row: notes name other days.
func (r *reader) titleOf(header int) title {
	t := title{row: -1}
	for row := range header {
		var cells []string
		for column := range r.cells[row] {
			cells = append(cells, r.at(row, column))
		}
		text := oneLine(strings.Join(cells, " "))
		if text == "" {
			continue
		}
		if _, ok := behindFold(text, "advance copy"); ok {
			t.advance = true
		}
		isFirst := t.row < 0
		if isFirst {
			t.text, t.row = strings.Trim(text, `"`), row
		}
		if t.currency == "" {
			t.currency = currencyIn(text)
		}
		if t.day == 0 {
			t.day = effectiveIn(text, isFirst)
		}
	}
	t.row = max(t.row, 0)
	return t
}

// effectiveIn returns the day from which a line says that rates hold, 0 if it
// does not.
func effectiveIn(text string, isTitle bool) rate.Day {
	if behind, ok := behindFold(text, "effective"); ok {
		if days := daysIn(behind); len(days) > 0 {
			return days[0]
		}
	}
	if days := slices.Compact(daysIn(text)); isTitle && len(days) == 1 {
		return days[0]
	}
	return 0
}

// behindFold returns what stands behind a word, in any case; the word is ASCII.
func behindFold(text, word string) (behind string, ok bool) {
	for i := 0; i+len(word) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(word)], word) {
			return text[i+len(word):], true
		}
	}
	return "", false
}

// currencyIn returns the currency that a line names. Codes are in capitals: "all"
// is also an Albanian lek.
func currencyIn(text string) string {
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(`,;:()[]-–"`, c) }) {
		if iso := currencyOf(word); iso != "" && strings.ToUpper(word) == word {
			return iso
		}
	}
	return ""
}

// daysIn returns the days that a text names, in their order.
func daysIn(text string) (days []rate.Day) {
	for _, found := range date.FindAllString(text, -1) {
		if t := table.DateOf(found); !t.IsZero() {
			days = append(days, rate.DayOf(t.Date()))
		}
	}
	return days
}
