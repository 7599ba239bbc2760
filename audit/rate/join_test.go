package rate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waudit/audit/category"
)

// cardOf makes a card of rows "2026-10-01,USD,Brazil,utility,message,,,0.0068,verified,".
func cardOf(t *testing.T, m *Markets, name, until string, rows ...string) *Card {
	t.Helper()
	text := mark + "\n" + nameNote + name + "\n"
	if until != "" {
		text += untilNote + until + "\n"
	}
	c, err := ParseCard(strings.NewReader(text+header+"\n"+strings.Join(rows, "\n")+"\n"), m)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// utility is the row of a price of utility in Brazil.
func utility(day, currency, price string) string {
	unit := "message"
	if day < perMessageFrom.String() {
		unit = "conversation"
	}
	return day + "," + currency + ",Brazil,utility," + unit + ",,," + price + ",verified,"
}

// TestJoin: a later card goes on with the one before, and no figure outlives the
// card that it stands on.
func TestJoin(t *testing.T) {
	m, meta := load(t)
	brazil, _ := m.Named("Brazil")
	type cards []*Card
	for _, c := range []struct {
		name     string
		cards    cards
		currency string
		want     map[Day]string
	}{
		{"the next quarter", cards{cardOf(t, m, MetaName, "2027-03-31", utility("2027-01-01", "USD", "0.0070"))}, "USD", map[Day]string{
			2026_12_31: "0.0068 verified", 2027_01_01: "0.0070 verified", 2027_03_31: "0.0070 verified", 2027_04_01: "unknown",
		}},
		{"a quarter is left out", cards{cardOf(t, m, MetaName, "2027-06-30", utility("2027-04-01", "USD", "0.0070"))}, "USD", map[Day]string{
			2026_12_31: "0.0068 verified", 2027_01_01: "unknown", 2027_03_31: "unknown", 2027_04_01: "0.0070 verified",
		}},
		{"another currency", cards{cardOf(t, m, MetaName, "2026-12-31", utility("2026-10-01", "AUD", "0.0050"))}, "AUD", map[Day]string{
			2026_09_30: "unknown", 2026_10_01: "0.0050 verified", 2027_01_01: "unknown",
		}},
		{"another currency says nothing of this one", cards{cardOf(t, m, MetaName, "2027-03-31", utility("2027-01-01", "AUD", "0.0050"))}, "USD", map[Day]string{
			2026_12_31: "0.0068 verified", 2027_01_01: "unknown",
		}},
		{"the newer card first", cards{
			cardOf(t, m, MetaName, "2026-12-31", utility("2026-10-01", "AUD", "0.0050")),
			cardOf(t, m, MetaName, "2026-03-31", utility("2026-01-01", "AUD", "0.0040")),
		}, "AUD", map[Day]string{2025_12_31: "unknown", 2026_01_01: "0.0040 verified", 2026_04_01: "unknown", 2026_10_01: "0.0050 verified"}},
		{"a figure that was missing, for its time", cards{
			cardOf(t, m, MetaName, "2026-12-31", utility("2025-10-01", "AUD", "0.4984"), "2026-01-01,AUD,Brazil,utility,message,,,,missing,"),
			cardOf(t, m, MetaName, "2026-03-31", utility("2026-01-01", "AUD", "0.1200")),
		}, "AUD", map[Day]string{
			2025_12_31: "0.4984 verified", 2026_01_01: "0.1200 verified", 2026_04_01: "unknown",
		}},
		{"a correction without an end", cards{cardOf(t, m, MetaName, "", utility("2026-07-01", "USD", "0.0069"))}, "USD", map[Day]string{
			2026_07_01: "0.0069 verified", 2026_10_01: "0.0068 verified", 2027_01_01: "unknown",
		}},
		{"a correction with an end", cards{cardOf(t, m, MetaName, "2026-10-31", utility("2026-10-01", "USD", "0.0069"))}, "USD", map[Day]string{
			2026_10_31: "0.0069 verified", 2026_11_01: "0.0068 verified", 2027_01_01: "unknown",
		}},
	} {
		joined := meta
		for _, next := range c.cards {
			var err error
			if joined, err = joined.Join(next); err != nil {
				t.Fatal(err)
			}
		}
		for day, want := range c.want {
			if got := shown(joined.Rate(c.currency, brazil, category.Utility, PerMessage, day)); got != want {
				t.Errorf("%s: %s: %s, want %s", c.name, day, got, want)
			}
		}
	}
	if _, err := meta.Join(cardOf(t, m, "acme", "", utility("2027-01-01", "USD", "1"))); err == nil {
		t.Error("a contract goes on with Meta's card")
	}
}

// TestJoinSpeaksAsItsCards: on every day the newest figure of those cards holds
// that speak for the day.
func TestJoinSpeaksAsItsCards(t *testing.T) {
	m, _ := load(t)
	brazil, _ := m.Named("Brazil")
	month := func(n int) Day { return DayOf(2026, time.Month(n), 1) }
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) *Card {
			months := rapid.SliceOfNDistinct(rapid.IntRange(1, 12), 1, 4, rapid.ID[int]).Draw(rt, name)
			var rows []string
			for i, n := range months {
				rows = append(rows, utility(month(n).String(), "USD", fmt.Sprintf("%d.%d", len(name), i)))
			}
			until := ""
			if n := rapid.IntRange(0, 14).Draw(rt, "until"); n > 0 {
				until = month(max(n, slices.Max(months)+1)).AddDays(-1).String()
			}
			return cardOf(t, m, MetaName, until, rows...)
		}
		a, b := draw("a"), draw("bb")
		joined, err := a.Join(b)
		if err != nil {
			rt.Fatal(err)
		}
		if b.Until == 0 && a.Until != 0 && b.newest(0) <= a.Until {
			b.spans[0].last = a.Until
		}
		rateOn := func(c *Card, day Day) Rate { return c.Rate("USD", brazil, category.Utility, PerMessage, day) }
		for n := 1; n <= 16; n++ {
			day := month(n).AddDays(14)
			want := rateOn(b, day)
			if other := rateOn(a, day); other.From > want.From {
				want = other
			}
			if got := rateOn(joined, day); shown(got) != shown(want) {
				rt.Fatalf("%s: %s, want %s", day, shown(got), shown(want))
			}
		}
	})
}

// TestTiersOfAnOlderList: steps hold as long as the list that they are of.
func TestTiersOfAnOlderList(t *testing.T) {
	m, meta := load(t)
	brazil, _ := m.Named("Brazil")
	joined, err := meta.Join(cardOf(t, m, MetaName, "2027-03-31", utility("2027-01-01", "USD", "0.0070")))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[Day]bool{2026_12_31: true, 2027_01_01: false} {
		if steps, known := joined.Tiers("USD", brazil, category.Utility, day); known != want || (len(steps) > 0) != want {
			t.Errorf("%s: %d steps, known %v", day, len(steps), known)
		}
	}
}

// TestWhatIsNotListed: only a list that is whole says that there is no such rate.
func TestWhatIsNotListed(t *testing.T) {
	m, meta := load(t)
	contract := cardOf(t, m, "acme", "", utility("2026-01-01", "USD", "0.0100"))
	for _, c := range []struct {
		card             *Card
		currency, market string
		cat              category.Category
		day              Day
		want             string
	}{
		{meta, "USD", "Germany", category.AuthInternational, 2026_10_15, "not offered"},
		{meta, "EUR", "Germany", category.Marketing, 2023_06_01, "unknown"}, // no list in euros since
		{meta, "EUR", "Ukraine", category.Utility, 2026_10_15, "unknown"},
		{meta, "INR", "Germany", category.AuthInternational, 2025_12_31, "not offered"},
		{meta, "MXN", "India", category.Service, 2026_10_15, "unknown"}, // nobody has seen that row of the list
		{meta, "AUD", "Ukraine", category.Utility, 2026_10_15, "unknown"},
		{contract, "USD", "Brazil", category.Marketing, 2026_10_15, "unknown"}, // contracts need not list all
	} {
		market, _ := m.Named(c.market)
		got := shown(c.card.Rate(c.currency, market, c.cat, UnitOn(c.day), c.day))
		if got != c.want {
			t.Errorf("%s %s %s %s: %s, want %s", c.currency, c.market, c.cat, c.day, got, c.want)
		}
	}
}

func TestDays(t *testing.T) {
	for day, want := range map[Day][2]Day{
		2026_12_31: {2027_01_01, 2026_12_31}, 2024_02_28: {2024_02_29, 2024_03_31}, 2026_07_01: {2026_07_02, 2026_09_30}, 2026_06_30: {2026_07_01, 2026_06_30},
	} {
		if got := [2]Day{day.AddDays(1), day.QuarterEnd()}; got != want {
			t.Errorf("%s: %v, want %v", day, got, want)
		}
		if got := day.AddDays(1).AddDays(-1); got != day {
			t.Errorf("%s there and back: %s", day, got)
		}
	}
}
