package forecast

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"waudit/audit/era"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	. "waudit/audit/verdict/verdicttest"
)

// TestForecast: a log from the first of September until noon of 20 October, of which
// each day costs what its weekday does, comes to exactly that.
func TestForecast(t *testing.T) {
	acc := Known()
	first, last := time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 10, 20, 12, 0, 0, 0, time.UTC)
	dollar := &price.Figure{Amount: money.Nano, Currency: "USD"}
	steps := []rate.Tier{{From: 1, To: 40, Rate: rate.Rate{Amount: money.Nano}}, {From: 41, Rate: rate.Rate{Amount: money.Nano / 2}}}
	tiered := &price.Figure{Amount: money.Nano, Currency: "USD", Tiers: &steps}
	for name, tt := range map[string]struct {
		kind  kind
		daily func(day time.Time) int64
		want  []string // month: so far, likely, low, high, was
	}{
		"each day alike": {kind{account: acc, figure: dollar}, func(time.Time) int64 { return 2 },
			[]string{"2025-10: 39.0000 62.0000 62.0000 62.0000", "2025-09: 40.0000 60.0000 60.0000 60.0000 60.0000"}},
		"Sundays only": {kind{account: acc, figure: dollar}, func(d time.Time) int64 {
			if d.Weekday() == time.Sunday {
				return 5
			}
			return 0
		}, []string{"2025-10: 15.0000 20.0000 20.0000 20.0000", "2025-09: 10.0000 20.0000 20.0000 20.0000 20.0000"}},
		"a busy week": {kind{account: acc, figure: dollar}, func(d time.Time) int64 {
			if d.Before(time.Date(2025, 10, 12, 0, 0, 0, 0, time.UTC)) && !d.Before(time.Date(2025, 10, 5, 0, 0, 0, 0, time.UTC)) {
				return 10
			}
			return 2
		}, []string{"2025-10: 95.0000 133.3333 118.0000 202.0000", "2025-09: 40.0000 60.0000 60.0000 60.0000 60.0000"}},
		"free units": {kind{account: acc, figure: dollar, tier: "200"}, func(time.Time) int64 { return 40 },
			[]string{"2025-10: 0.0000 240.0000 240.0000 240.0000", "2025-09: 0.0000 200.0000 200.0000 200.0000 200.0000"}},
		"volume tiers": {kind{account: acc, figure: tiered}, func(time.Time) int64 { return 2 },
			[]string{"2025-10: 39.0000 51.0000 51.0000 51.0000", "2025-09: 40.0000 50.0000 50.0000 50.0000 50.0000"}},
	} {
		t.Run(name, func(t *testing.T) {
			tally := &Tally{counts: map[kind]map[rate.Day]int64{}}
			for d := first; d.Before(last); d = d.AddDate(0, 0, 1) {
				n := tt.daily(d)
				if d.Day() == 20 && d.Month() == 10 {
					n /= 2 // half of it is over
				}
				tally.add(tt.kind, rate.DayOf(d.Date()), n)
			}
			soFar := tally.month(endOf(time.Date(2025, 10, 20, 0, 0, 0, 0, time.UTC))).cost()
			f, low := tally.Forecast(first.UnixMilli(), last.UnixMilli(), soFar)
			var got []string
			for _, s := range slices.Concat(f.Sums, f.Past) {
				text := fmt.Sprintf("%s: %s %s %s %s", s.Month, s.SoFar, s.Likely, s.Low, s.High)
				if s.Actual != "" {
					text += " " + s.Actual
				}
				got = append(got, text)
			}
			if text := low["USD"].String(); text != f.Sums[0].Low {
				t.Errorf("the low end is %s, and shown as %s", text, f.Sums[0].Low)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q\nwant %q", got, tt.want)
			}
		})
	}
}

// TestEndOfMonth: a month whose last minutes the log has comes to what it has cost.
func TestEndOfMonth(t *testing.T) {
	tally := &Tally{counts: map[kind]map[rate.Day]int64{}}
	first, last := time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 10, 31, 23, 58, 0, 0, time.UTC)
	for d := first; d.Before(last); d = d.AddDate(0, 0, 1) {
		tally.add(kind{account: Known(), figure: &price.Figure{Amount: money.Nano, Currency: "USD"}}, rate.DayOf(d.Date()), 1)
	}
	f, _ := tally.Forecast(first.UnixMilli(), last.UnixMilli(), map[string]money.Amount{"USD": money.Of(money.Nano).Times(31)})
	if s := f.Sums[0]; s.Low != s.SoFar || s.Likely != s.SoFar || s.High != s.SoFar {
		t.Errorf("%+v, and the month is over", s)
	}
}

// TestShortLogs: of less than two weeks nothing is foretold, nor of what costs nothing.
func TestShortLogs(t *testing.T) {
	tally := &Tally{counts: map[kind]map[rate.Day]int64{}}
	if f, _ := tally.Forecast(0, time.Date(2025, 9, 14, 0, 0, 0, 0, time.UTC).UnixMilli(), nil); f.Why == "" || len(f.Sums)+len(f.Past) > 0 {
		t.Errorf("%+v", f)
	}
	tally.add(kind{account: Known(), figure: &price.Figure{Amount: 1, Currency: "USD"}}, 2025_09_10, 1)
	first, last := time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 9, 14, 0, 0, 0, 0, time.UTC)
	if f, _ := tally.Forecast(first.UnixMilli(), last.UnixMilli(), nil); f.Why == "" || len(f.Sums) > 0 {
		t.Errorf("%+v", f)
	}
}

// TestMonthsOfZones: a log that ends with a month in UTC has ended it before, or is still
// in it, where the account is; no day of another month is foretold.
func TestMonthsOfZones(t *testing.T) {
	first := time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)
	for zone, tt := range map[string]struct {
		last   time.Time
		likely string // of a dollar a day
	}{
		"Asia/Kolkata":      {time.Date(2025, 10, 31, 23, 0, 0, 0, time.UTC), "31.0000"}, // 1 November there
		"America/Sao_Paulo": {time.Date(2025, 11, 1, 1, 0, 0, 0, time.UTC), "30.0000"},   // 31 October there
	} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		acc := Known()
		acc.Facts.Calendar = era.NewCalendar(location)
		tally := &Tally{counts: map[kind]map[rate.Day]int64{}}
		k := kind{account: acc, figure: &price.Figure{Amount: money.Nano, Currency: "USD"}}
		for d := first; d.Before(tt.last.Add(-time.Hour)); d = d.AddDate(0, 0, 1) {
			tally.add(k, rate.DayOf(d.Date()), 1)
		}
		soFar := map[string]money.Amount{}
		if tt.last.Month() == time.October {
			soFar["USD"] = money.Of(money.Nano).Times(31)
		}
		f, _ := tally.Forecast(first.UnixMilli(), tt.last.UnixMilli(), soFar)
		if len(f.Sums) != 1 || f.Sums[0].Likely != tt.likely {
			t.Errorf("%s: %+v, want %s", zone, f.Sums, tt.likely)
		}
	}
}
