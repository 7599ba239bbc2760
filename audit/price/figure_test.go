package price

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/verdict/verdicttest"
)

// newCards returns the embedded cards.
func newCards(t *testing.T) *Cards {
	t.Helper()
	markets, meta := verdicttest.Lists(t)
	return NewCards(markets, meta)
}

// dollars returns an account in a zone, nil for one that is not known.
func dollars(zone *time.Location) *account.Account {
	return &account.Account{ID: "1", Currency: "USD", Facts: era.Profile{Calendar: era.NewCalendar(zone)}}
}

// TestFiguresDoNotDependOnOrder: what a charge costs, and how sure that is, does not
// depend on which charges were valued before it. Kazakhstan is in a market of which
// other countries are surely, and it only for a time.
func TestFiguresDoNotDependOnOrder(t *testing.T) {
	cards := newCards(t)
	accounts := []*account.Account{dollars(time.UTC), dollars(nil)}
	rapid.Check(t, func(rt *rapid.T) {
		used := cards.Valuer()
		for range rapid.IntRange(1, 12).Draw(rt, "charges") {
			c := Charge{
				Account:  rapid.SampledFrom(accounts).Draw(rt, "account"),
				Phone:    rapid.SampledFrom([]string{"77011234567", "3725123456", "263771234567"}).Draw(rt, "phone"),
				Category: category.Marketing, Unit: rate.PerMessage,
			}
			day := rapid.SampledFrom([]string{"2025-08-01", "2026-08-01", "2026-09-30", "2026-10-01"}).Draw(rt, "day")
			at, err := time.Parse(time.DateOnly, day)
			if err != nil {
				rt.Fatal(err)
			}
			c.At = reading.At(at.UnixMilli())
			if got, want := used.Figure(c), cards.Valuer().Figure(c); got != want {
				rt.Fatalf("after other charges %+v, alone %+v", *got, *want)
			}
		}
	})
}

// TestSureMarket: a rate is sure only where it is sure that the country belongs to
// the market, which others of the market do not change.
func TestSureMarket(t *testing.T) {
	v, acc := newCards(t).Valuer(), dollars(time.UTC)
	at := reading.At(time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	for _, x := range []struct {
		phone string
		sure  bool
	}{{"77011234567", false}, {"3725123456", true}, {"77017654321", false}} {
		f := v.Figure(Charge{Account: acc, Phone: x.phone, Category: category.Marketing, Unit: rate.PerMessage, At: at})
		if !f.OK() || f.Sure != x.sure {
			t.Errorf("%s: %+v, want sure %v", x.phone, *f, x.sure)
		}
	}
}
