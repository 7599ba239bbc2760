package card

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"waudit/audit/rate"
)

// signs are the spellings of currencies on cards, a misprint among them.
var signs = map[string]string{
	"$US": "USD", "US$": "USD", "$": "USD", "₹": "INR", "RS": "INR", "£": "GBP", "GBD": "GBP", "€": "EUR", "A$": "AUD", "AU$": "AUD", "RP": "IDR",
	"R$": "BRL", "MX$": "MXN", "AR$": "ARS", "CL$": "CLP", "COL$": "COP", "CO$": "COP", "S/": "PEN", "RM": "MYR", "SAR": "SAR",
}

var isoCurrency = regexp.MustCompile(`^[A-Z]{3}$`)

// currencyOf returns the ISO code of a spelling, "" if it is none.
func currencyOf(cell string) string {
	word := strings.ToUpper(strings.Trim(strings.TrimSpace(cell), "()[].,:"))
	if iso, ok := signs[word]; ok {
		return iso
	}
	if isoCurrency.MatchString(word) {
		return word
	}
	return ""
}

// currencies are those that Meta publishes cards in, for titles, where any three
// letters may stand.
var currencies = []string{
	"USD", "INR", "GBP", "EUR", "AUD", "IDR", "BRL", "MXN", "ARS", "CLP", "COP", "PEN", "MYR", "SAR", "AED", "QAR", "ZAR", "SGD", "HKD",
}

var (
	monthFirst = regexp.MustCompile(`(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`)
	dayFirst   = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?\s+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(\d{4})\b`)
	isoDay     = regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}\b`)
)

// titleOf reads what stands above a header: the text of its first row, the
// currency and the day that it names, "" and 0 where it names none.
func (r *reader) titleOf(header int) (title, currency string, day rate.Day) {
	for row := range header {
		text := strings.Join(strings.Fields(strings.Join(r.cells[row], " ")), " ")
		if text == "" {
			continue
		}
		if title == "" {
			title = text
		}
		if currency == "" {
			currency = currencyIn(text)
		}
		if day == 0 {
			day = dayIn(text)
		}
	}
	return title, currency, day
}

func currencyIn(text string) string {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t,;:()[]-–", r) }) {
		if iso := currencyOf(word); slices.Contains(currencies, iso) {
			return iso
		}
	}
	return ""
}

func dayIn(text string) rate.Day {
	var written, layout string
	switch {
	case isoDay.MatchString(text):
		written, layout = isoDay.FindString(text), time.DateOnly
	case monthFirst.MatchString(text):
		m := monthFirst.FindStringSubmatch(text)
		written, layout = m[1]+" "+m[2]+" "+m[3], "Jan 2 2006"
	case dayFirst.MatchString(text):
		m := dayFirst.FindStringSubmatch(text)
		written, layout = m[2]+" "+m[1]+" "+m[3], "Jan 2 2006"
	}
	t, err := time.Parse(layout, strings.ToUpper(written[:min(1, len(written))])+strings.ToLower(written[min(1, len(written)):]))
	if err != nil || written == "" {
		return 0
	}
	return rate.DayOf(t.Date())
}
