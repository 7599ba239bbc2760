package card

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"waudit/audit/rate"
	"waudit/ingest/notation"
)

// currencyOf returns the ISO code of a spelling, which the contract may name; ""
// if it is none.
func (r *reader) currencyOf(cell string) string {
	cell = strings.TrimSpace(cell)
	if r.Contract != nil {
		if iso, ok := r.Contract.Currencies[cell]; ok {
			return iso
		}
	}
	return currencyOf(cell)
}

func currencyOf(cell string) string { return notation.Currency(strings.Trim(cell, " ()[].,:")) }

const month = `(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`

// The forms in which titles write days. Those of numbers alone, 10/01/2026, are
// two days, and none is guessed.
var (
	monthFirst = regexp.MustCompile(`(?i)\b` + month + `\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`)
	dayFirst   = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?\s+` + month + `,?\s+(\d{4})\b`)
	isoDay     = regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}\b`)
)

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
	type found struct {
		at  int
		day rate.Day
	}
	var all []found
	for _, form := range []struct {
		pattern          *regexp.Regexp
		month, day, year int // groups
	}{{monthFirst, 1, 2, 3}, {dayFirst, 2, 1, 3}} {
		for _, m := range form.pattern.FindAllStringSubmatchIndex(text, -1) {
			group := func(n int) string { return text[m[2*n]:m[2*n+1]] }
			name := strings.ToUpper(group(form.month)[:1]) + strings.ToLower(group(form.month)[1:])
			if t, err := time.Parse("Jan 2 2006", name+" "+group(form.day)+" "+group(form.year)); err == nil {
				all = append(all, found{m[0], rate.DayOf(t.Date())})
			}
		}
	}
	for _, m := range isoDay.FindAllStringIndex(text, -1) {
		if day, err := rate.ParseDay(text[m[0]:m[1]]); err == nil {
			all = append(all, found{m[0], day})
		}
	}
	slices.SortFunc(all, func(a, b found) int { return a.at - b.at })
	for _, f := range all {
		days = append(days, f.day)
	}
	return days
}
