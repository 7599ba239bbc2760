package audit

import (
	"maps"
	"slices"
	"time"

	"waudit/audit/account"
	"waudit/audit/price"
	"waudit/audit/result"
)

// Dated sums up the money of findings by the day and the month of the charge, in the
// calendar of each account.
type Dated struct {
	book         *account.Book
	days, months map[string]price.ByCurrency
}

// NewDated returns sums of nothing, for accounts of a book.
func NewDated(book *account.Book) *Dated {
	return &Dated{book, map[string]price.ByCurrency{}, map[string]price.ByCurrency{}}
}

// Add adds the money of a finding.
func (d *Dated) Add(f *result.Finding, currency string, s price.Sums) {
	day, month := "", "" // a finding that stands for many charges has none
	if f.ChargedAt != nil {
		if t, err := time.Parse(time.RFC3339, *f.ChargedAt); err == nil {
			day = d.book.Find(f.WABA, f.Number).Facts.Calendar.Day(t.UnixMilli()).String()
			month = day[:len("2026-10")]
		}
	}
	Keyed(d.days, day).Add(currency, s)
	Keyed(d.months, month).Add(currency, s)
}

// Keyed returns the sums of a key, making them if need be.
func Keyed(sums map[string]price.ByCurrency, key string) price.ByCurrency {
	if sums[key] == nil {
		sums[key] = price.ByCurrency{}
	}
	return sums[key]
}

// KeySums writes sums in the order of their keys.
func KeySums(sums map[string]price.ByCurrency) []result.KeySum {
	out := []result.KeySum{}
	for _, key := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, result.KeySum{Key: key, Amounts: sums[key].Amounts()})
	}
	return out
}

// Sums writes the sums.
func (d *Dated) Sums() result.Dated {
	return result.Dated{ByDay: KeySums(d.days), ByMonth: KeySums(d.months)}
}
