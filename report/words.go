package report

import (
	"strconv"
	"strings"
	"time"

	"waudit/report/page"
)

// instantLayout is how reports for people write an instant, in UTC.
const instantLayout = "2006-01-02 15:04:05"

// instant writes an RFC 3339 instant for a person, in UTC; any other text, a
// day for example, as it is.
func instant(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return page.Clean(s)
	}
	return phrase(t.UTC().Format(instantLayout) + " UTC")
}

// interval writes two instants for a person, in UTC, and of the second only
// what differs: "2025-08-04 02:00:00 → 08-05 02:00:00 UTC".
func interval(from, to string) string {
	a, errA := time.Parse(time.RFC3339, from)
	b, errB := time.Parse(time.RFC3339, to)
	if errA != nil || errB != nil {
		return instant(orUnknown(from)) + " → " + instant(orUnknown(to))
	}
	a, b = a.UTC(), b.UTC()
	layout := instantLayout
	switch {
	case a.Format(time.DateOnly) == b.Format(time.DateOnly):
		layout = time.TimeOnly
	case a.Year() == b.Year():
		layout = "01-02 15:04:05"
	}
	return phrase(a.Format(instantLayout) + " → " + b.Format(layout) + " UTC")
}

// between writes a stretch of time of which each end may be open, neither if
// both are.
func between(from, to *string, neither string) string {
	switch {
	case from != nil && to != nil:
		return instant(*from) + " to " + instant(*to)
	case from != nil:
		return "from " + instant(*from)
	case to != nil:
		return "until " + instant(*to)
	}
	return neither
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// phrase keeps the words of s on one line.
func phrase(s string) string { return strings.ReplaceAll(s, " ", page.NoBreak) }

// count writes a number for a person: 1,204,332.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	if n < 0 {
		return "-" + thousands(s[1:])
	}
	return thousands(s)
}

// counted writes a number of things: "1 finding", "1,204 findings".
func counted(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return phrase(count(n) + " " + thing)
}

// amount writes a decimal string for a person: "1,204.3300". It never rounds.
func amount(s string) string {
	whole, fraction, point := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	if strings.Trim(whole+fraction, "0123456789") != "" {
		return page.Clean(s)
	}
	if point {
		fraction = "." + fraction
	}
	return sign + thousands(whole) + fraction
}

// money writes an amount with its currency: "USD 1,204.3300".
func money(currency, value string) string {
	if currency == "" {
		return amount(value)
	}
	return page.Clean(currency) + page.NoBreak + amount(value)
}

// isZero reports whether a decimal string is zero, or says nothing.
func isZero(value string) bool { return strings.Trim(value, "-0.") == "" }

// thousands puts a comma between each three digits.
func thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// percent writes a share, a decimal string from 0 to 1, as a percentage. It
// never rounds: what is not all is never shown as 100%.
func percent(share string) string {
	whole, fraction, _ := strings.Cut(share, ".")
	if share == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return page.Clean(orUnknown(share))
	}
	fraction += strings.Repeat("0", max(0, 2-len(fraction)))
	n := strings.TrimLeft(whole+fraction[:2], "0")
	if n == "" {
		n = "0"
	}
	if rest := strings.TrimRight(fraction[2:], "0"); rest != "" {
		n += "." + rest
	}
	return n + "%"
}

// and joins the parts of a sentence: "a", "a and b", "a, b and c".
func and(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// spaced writes a name of the report ("customer_service") as words.
func spaced(name string) string { return page.Clean(strings.ReplaceAll(name, "_", " ")) }
