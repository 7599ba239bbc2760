package invoice

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/rate"
	"waudit/ingest/dialect"
	"waudit/ingest/notation"
)

// values are the cells of a row by field.
type values [numFields]string

// line makes a line of the cells of a row. problem says why there is none.
func (r *reader) line(v *values, l *invoice.Line) (problem string) {
	*l = invoice.Line{
		ID: v[lineID], WABA: v[waba], Number: v[number], Message: v[message], UserID: v[userID],
		Market: v[market], Description: v[description], Quantity: 1,
	}
	l.User = dialect.PhoneDigits(strings.TrimPrefix(v[user], "whatsapp:"))
	l.Type = event.Word(v[typeField])
	if l.Type == "free_entry" {
		l.Type = "free_entry_point"
	}
	if c := strings.TrimSpace(v[country]); len(c) == 2 {
		l.Country = strings.ToUpper(c)
	} else if l.Market == "" {
		l.Market = c
	}
	if l.Category = r.category(v[categoryField]); l.Category == category.Other && v[description] == "" {
		l.Description = v[categoryField]
	}
	for _, read := range []func(*values, *invoice.Line) string{r.money, r.when} {
		if problem := read(v, l); problem != "" {
			return problem
		}
	}
	l.Kind = kindOf(v, l)
	return ""
}

// kindOf says how closely a line tells what it charges.
func kindOf(v *values, l *invoice.Line) invoice.Kind {
	known := l.Category != category.None && l.Category != category.Other
	switch {
	case l.Message != "":
		return invoice.Message
	case isFee.MatchString(l.Description) && !known:
		return invoice.Other
	case (l.User != "" || l.UserID != "") && l.Quantity == 1:
		return invoice.Item
	case known && v[quantity] != "":
		return invoice.Aggregate
	}
	return invoice.Other
}

// isFee recognises what no message can explain.
var isFee = regexp.MustCompile(`(?i)\b(fee|tax|vat|gst|iva|icms|iss|licen[cs]e|subscription|top-?up|discount|credit|rebate|adjustment|minimum|platform|support)\b`)

// words are providers' words for categories, folded.
var words = map[string]category.Category{
	"businessinitiated": category.BusinessInitiated, "bic": category.BusinessInitiated, "userinitiated": category.UserInitiated,
	"uic": category.UserInitiated, "customerinitiated": category.UserInitiated, "serviceconversation": category.Service,
	"fep": category.ReferralConversion, "freeentrypoint": category.ReferralConversion, "referralconversion": category.ReferralConversion,
	"authinternational": category.AuthInternational, "authentication": category.Authentication, "otp": category.Authentication,
}

// category reads a category as bills write it: "Marketing Conversation",
// "UTILITY", "Utility message".
func (r *reader) category(text string) category.Category {
	if text == "" {
		return category.None
	}
	if r.mapping != nil {
		if word, ok := r.mapping.Categories[text]; ok {
			return category.Of(event.Word(word))
		}
	}
	folded := fold(text)
	for _, end := range []string{"conversations", "conversation", "messages", "message", "templates", "template", "msg"} {
		folded = strings.TrimSuffix(folded, end)
	}
	if c, ok := words[folded]; ok {
		return c
	}
	for c := category.Marketing; c < category.Count; c++ {
		if name := c.String(); name != "" && fold(name) == folded {
			return c
		}
	}
	return category.Other
}

// money reads quantity, price and currency.
func (r *reader) money(v *values, l *invoice.Line) string {
	if v[quantity] != "" {
		n, err := notation.ParseAmount(v[quantity])
		if err != nil || n%1_000_000_000 != 0 {
			return fmt.Sprintf("the quantity %q is no whole number", v[quantity])
		}
		l.Quantity = n / 1_000_000_000
	}
	text, times := v[amount], int64(1)
	if text == "" {
		text, times = v[unitPrice], l.Quantity
	}
	if text != "" {
		n, err := notation.ParseAmount(bracketed(text))
		if err != nil {
			return fmt.Sprintf("the amount %q is %v; write a decimal number", text, err)
		}
		if r.mapping != nil && r.mapping.Sign == "negative" || r.twilio {
			n = -n
		}
		l.Amount, l.HasAmount = n*times, true
	}
	if l.Currency = strings.ToUpper(strings.TrimSpace(v[currency])); l.Currency == "" && l.HasAmount && l.Amount != 0 {
		return `no currency: add a column, or constants: {currency: USD} to --invoice-mapping`
	}
	return ""
}

// bracketed writes an amount in brackets, or with a minus behind it, with a
// minus before.
func bracketed(text string) string {
	t := strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(t, "(") && strings.HasSuffix(t, ")"):
		return "-" + strings.TrimSpace(t[1:len(t)-1])
	case strings.HasSuffix(t, "-"):
		return "-" + strings.TrimSpace(strings.TrimSuffix(t, "-"))
	}
	return t
}

// when reads the time that a line is for.
func (r *reader) when(v *values, l *invoice.Line) string {
	switch {
	case v[at] != "":
		return r.instant(v[at], &l.At, &l.First, &l.Last)
	case v[from] != "" && v[until] != "":
		var none rate.Day
		if p := r.instant(v[from], &l.From, &l.First, &none); p != "" {
			return p
		}
		return r.instant(v[until], &l.Until, &none, &l.Last)
	case v[month] != "":
		first, ok := monthOf(v[month])
		if !ok {
			return fmt.Sprintf("%q is no month, such as 2026-10", v[month])
		}
		l.First = rate.DayOf(first.Date())
		l.Last = rate.DayOf(first.AddDate(0, 1, -1).Date())
	}
	return ""
}

var (
	isoDate = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})`)
	anyDate = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})`)
)

// instant reads an instant, or where no zone is given the day alone: in which
// zone a bill counts is the account's.
func (r *reader) instant(text string, at *int64, first, last *rate.Day) string {
	text = strings.TrimSpace(text)
	if ms, ok := dialect.ParseTime(text); ok {
		*at = ms
		return ""
	}
	var y, m, d int
	if p := isoDate.FindStringSubmatch(text); p != nil {
		y, m, d = number10(p[1]), number10(p[2]), number10(p[3])
	} else if p := anyDate.FindStringSubmatch(text); p != nil {
		y, m, d = number10(p[3]), number10(p[2]), number10(p[1])
		switch order := r.dates(); {
		case order == "mdy", order == "" && d <= 12 && m > 12:
			m, d = d, m
		case order == "" && d <= 12 && m != d:
			return fmt.Sprintf("%q may be two days; say dates: dmy or mdy in --invoice-mapping", text)
		}
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 2016 || y > 2036 || t.Day() != d || int(t.Month()) != m {
		return fmt.Sprintf("%q is no time, such as 2026-10-01 or 2026-10-01T10:00:00Z", text)
	}
	*first, *last = rate.DayOf(t.Date()), rate.DayOf(t.Date())
	return ""
}

func (r *reader) dates() string {
	if r.mapping == nil {
		return ""
	}
	return r.mapping.Dates
}

func number10(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// monthOf reads a month.
func monthOf(text string) (time.Time, bool) {
	for _, layout := range []string{"2006-01", "2006/01", "01/2006", "January 2006", "Jan 2006", "200601"} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
