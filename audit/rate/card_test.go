package rate

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/money"
)

// load returns the embedded tables.
func load(t *testing.T) (*Markets, *Card) {
	t.Helper()
	m, err := LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Meta(m)
	if err != nil {
		t.Fatal(err)
	}
	return m, c
}

// published returns the rows of the embedded card as they are written.
func published(t *testing.T) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(metaCSV))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// TestEveryRate: each figure holds from 00:00 of its day in the account's zone,
// and not a minute before.
func TestEveryRate(t *testing.T) {
	markets, card := load(t)
	rows := published(t)
	before := map[string]string{} // by what the rate is of, the row before; rows are in the order of days
	n := 0
	for _, name := range []string{"Pacific/Kiritimati", "Asia/Kolkata", "UTC", "America/Sao_Paulo", "Pacific/Pago_Pago"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		calendar := era.NewCalendar(zone)
		clear(before)
		for _, row := range rows {
			if row[5] != "" || row[6] != "" {
				continue
			}
			start, _ := time.ParseInLocation(time.DateOnly, row[0], zone)
			at := func(d time.Duration) string {
				day := calendar.Date(start.Add(d).UnixMilli())
				m, _ := markets.Named(row[2])
				unit := PerMessage
				if row[4] == "conversation" {
					unit = PerConversation
				}
				return shown(card.Rate(row[1], m, category.Of(row[3]), unit, DayOf(day.Year, day.Month, day.Day)))
			}
			what := strings.Join(row[1:5], " ")
			if got := at(time.Minute); got != shownRow(row) {
				t.Errorf("%s: %s from %s: %s, want %s", name, what, row[0], got, shownRow(row))
			}
			if got := at(-time.Minute); before[what] != "" && got != before[what] {
				t.Errorf("%s: %s before %s: %s, want %s", name, what, row[0], got, before[what])
			}
			before[what] = shownRow(row)
			n++
		}
	}
	if n < 5*1_700 {
		t.Fatalf("only %d rates were asked for", n)
	}
}

func shown(r Rate) string {
	switch r.State {
	case Known:
		return money.Format(money.Of(r.Amount), 4) + " " + r.Status
	case NotOffered:
		return "not offered"
	}
	return "unknown"
}

func shownRow(row []string) string {
	switch {
	case row[7] != "":
		amount, _ := money.Parse(row[7])
		return money.Format(amount, 4) + " " + row[8]
	case row[8] == Verified:
		return "not offered"
	}
	return "unknown"
}

// TestWhatCardsDoNotSay: what is not on a card is unknown, or not offered where
// the card would list it.
func TestWhatCardsDoNotSay(t *testing.T) {
	markets, card := load(t)
	for _, c := range []struct {
		currency, market string
		cat              category.Category
		unit             Unit
		day              Day
		want             string
	}{
		{"USD", "Egypt", category.Authentication, PerConversation, 2025_03_01, "unknown"}, // changed, and the figure is missing
		{"USD", "Germany", category.AuthInternational, PerMessage, 2026_10_01, "not offered"},
		{"USD", "Germany", category.GroupMarketing, PerMessage, 2026_10_01, "0.1365 unverified"},
		{"USD", "Brazil", category.GeneralPurposeAI, PerMessage, 2026_10_01, "unknown"},
		{"USD", "Brazil", category.Utility, PerMessage, 2027_01_01, "unknown"}, // a card that nobody has seen
		{"GBP", "Brazil", category.Utility, PerMessage, 2026_10_01, "unknown"},
		{"INR", "India", category.Utility, PerMessage, 2025_09_30, "unknown"},
		{"INR", "India", category.Utility, PerMessage, 2025_12_31, "0.1150 unverified"},
		{"INR", "India", category.Utility, PerMessage, 2026_01_01, "unknown"},
		{"COP", "India", category.AuthInternational, PerMessage, 2026_12_31, "111.9271 verified"},
	} {
		m, ok := markets.Named(c.market)
		if !ok {
			t.Fatal(c.market)
		}
		if got := shown(card.Rate(c.currency, m, c.cat, c.unit, c.day)); got != c.want {
			t.Errorf("%s %s %s %s: %s, want %s", c.currency, c.market, c.cat, c.day, got, c.want)
		}
	}
	if got := card.Rate("USD", NoMarket, category.Utility, PerMessage, 2026_10_01); got.State != Unknown {
		t.Errorf("a market that is not known has the rate %+v", got)
	}
}

// TestTiers: steps are known from October 2026 on, in USD; before there are
// some, and nobody knows them.
func TestTiers(t *testing.T) {
	markets, card := load(t)
	india, _ := markets.Named("India")
	for _, c := range []struct {
		currency string
		cat      category.Category
		day      Day
		steps    int
		known    bool
	}{
		{"USD", category.Utility, 2026_10_01, 6, true},
		{"USD", category.AuthInternational, 2026_12_01, 6, true},
		{"USD", category.Utility, 2026_09_30, 0, false},
		{"USD", category.Utility, 2025_06_30, 0, true},
		{"COP", category.Utility, 2026_10_01, 0, false},
		{"USD", category.Marketing, 2026_10_01, 0, true},
		{"USD", category.GroupUtility, 2026_10_01, 0, true},
	} {
		steps, known := card.Tiers(c.currency, india, c.cat, c.day)
		if len(steps) != c.steps || known != c.known {
			t.Errorf("%s %s %s: %d steps, known %v", c.currency, c.cat, c.day, len(steps), known)
		}
	}
	steps, _ := card.Tiers("USD", india, category.Utility, 2026_10_01)
	if steps[0].From != 1 || steps[0].To != 25_000_000 || steps[5].To != 0 || steps[1].Amount != 1_300_000 {
		t.Errorf("%+v", steps)
	}
}

// TestListRateIsFirstTier: two tables of Meta's must say the same.
func TestListRateIsFirstTier(t *testing.T) {
	markets, card := load(t)
	for _, name := range markets.Names() {
		m, _ := markets.Named(name)
		for _, cat := range []category.Category{category.Utility, category.Authentication, category.AuthInternational} {
			steps, _ := card.Tiers("USD", m, cat, 2026_10_01)
			if list := card.Rate("USD", m, cat, PerMessage, 2026_10_01); len(steps) > 0 && list.Amount != steps[0].Amount {
				t.Errorf("%s %s: listed at %d, first tier %d", name, cat, list.Amount, steps[0].Amount)
			}
		}
	}
}

// TestRoundTrip: a card that is written reads the same.
func TestRoundTrip(t *testing.T) {
	markets, card := load(t)
	var out bytes.Buffer
	rows := card.Rows(markets)
	if err := WriteCard(&out, "copy", card.Until, rows); err != nil {
		t.Fatal(err)
	}
	again, err := ParseCard(&out, markets)
	if err != nil {
		t.Fatal(err)
	}
	got := again.Rows(markets)
	if len(got) != len(rows) || len(rows) != len(published(t)) || again.Until != card.Until || again.Name != "copy" {
		t.Fatalf("%d rows became %d of %q", len(rows), len(got), again.Name)
	}
	for i := range rows {
		if got[i] != rows[i] {
			t.Fatalf("row %d: %+v, want %+v", i, got[i], rows[i])
		}
	}
}

// TestParseCardSaysWhatIsWrong: a card that cannot be right is refused, with
// its line.
func TestParseCardSaysWhatIsWrong(t *testing.T) {
	markets, _ := load(t)
	const row = "2026-10-01,USD,Brazil,utility,message,,,0.0068,verified,contract\n"
	for text, want := range map[string]string{
		"": "nothing but comments", "Market,Currency\n": "`waudit rates import`",
		mark + "\n" + header + "\n" + row:                             "tells its name",
		row2("2026-10-01,USD,Narnia,utility,message,,,1,verified,"):   `line 4: there is no market "Narnia"`,
		row2("2026-10-01,USD,Brazil,luxury,message,,,1,verified,"):    `there is no category "luxury"`,
		row2("2026-13-01,USD,Brazil,utility,message,,,1,verified,"):   `effective_from: "2026-13-01" is no day`,
		row2("2026-10-01,$,Brazil,utility,message,,,1,verified,"):     "no ISO code",
		row2("2026-10-01,USD,Brazil,utility,message,,,1,guessed,"):    `status "guessed"`,
		row2("2026-10-01,USD,Brazil,utility,message,,,1e3,verified,"): `rate "1e3" is no price`,
		row2("2026-10-01,USD,Brazil,utility,message,,,-1,verified,"):  `rate "-1" is no price`,
		row2("2026-10-01,USD,Brazil,utility,message,,,,unverified,"):  "an empty rate",
		row2(row + row): "two rates of utility",
		row2(row + "2026-10-01,USD,Brazil,utility,message,0,100,1,verified,\n2026-10-01,USD,Brazil,utility,message,102,,1,verified,\n"): "does not join: it should begin at 101",
		row2(row + "2026-10-01,USD,Brazil,utility,message,0,100,1,verified,\n"):                                                         "must have no end",
		row2(row + "2026-10-01,USD,Brazil,marketing,message,0,,1,verified,\n"):                                                          "has no volume tiers",
	} {
		if _, err := ParseCard(strings.NewReader(text), markets); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// row2 is a card with those rows.
func row2(rows string) string { return mark + "\n" + nameNote + "test\n" + header + "\n" + rows }
