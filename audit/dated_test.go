package audit

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waudit/audit/account"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/result"
)

// The sums of the days, as those of the months, come to the findings, and a charge is of
// the day that its account had.
func TestDaysComeToTheFindings(t *testing.T) {
	book, err := account.Build(map[string]account.Config{"7001": {Timezone: "Asia/Kolkata"}, "7002": {}})
	if err != nil {
		t.Fatal(err)
	}
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		d, want := NewDated(book), map[string]price.ByCurrency{}
		for range rapid.IntRange(0, 30).Draw(t, "findings") {
			s := price.Sums{Over: money.Of(rapid.Int64Range(0, 1e15).Draw(t, "over")), Uncertain: money.Of(rapid.Int64Range(0, 1e15).Draw(t, "uncertain"))}
			f := result.Finding{WABA: rapid.SampledFrom([]string{"7001", "7002"}).Draw(t, "account")}
			currency, day := rapid.SampledFrom([]string{"USD", "EUR"}).Draw(t, "currency"), ""
			if rapid.Bool().Draw(t, "dated") {
				at := time.Unix(rapid.Int64Range(1.75e9, 1.77e9).Draw(t, "at"), 0).UTC()
				f.ChargedAt = new(at.Format(time.RFC3339))
				if day = at.Format(time.DateOnly); f.WABA == "7001" {
					day = at.In(kolkata).Format(time.DateOnly)
				}
			}
			Keyed(want, day).Add(currency, s)
			d.Add(&f, currency, s)
		}
		got := d.Sums()
		if days := KeySums(want); fmt.Sprint(got.ByDay) != fmt.Sprint(days) {
			t.Fatalf("got %v, want %v", got.ByDay, days)
		}
		months := map[string]price.ByCurrency{}
		for day, sums := range want {
			for currency, s := range sums {
				Keyed(months, day[:min(len(day), len("2026-10"))]).Add(currency, *s)
			}
		}
		if months := KeySums(months); fmt.Sprint(got.ByMonth) != fmt.Sprint(months) {
			t.Fatalf("got %v, want %v", got.ByMonth, months)
		}
	})
}
