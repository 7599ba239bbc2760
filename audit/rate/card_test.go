package rate

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"waudit/audit/category"
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
	r := csv.NewReader(strings.NewReader(metaCSV))
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
		clear(before)
		for _, row := range rows {
			if row[5] != "" || row[6] != "" {
				continue
			}
			start, _ := time.ParseInLocation(time.DateOnly, row[0], zone)
			at := func(d time.Duration) string {
				m, _ := markets.Named(row[2])
				unit := PerMessage
				if row[4] == "conversation" {
					unit = PerConversation
				}
				return shown(card.Rate(row[1], m, category.Of(row[3]), unit, DayOf(start.Add(d).Date())))
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
	if n < 5*4_500 {
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
		{"USD", "Brazil", category.GeneralPurposeAI, PerMessage, 2026_03_10, "unknown"},
		{"USD", "Brazil", category.GeneralPurposeAI, PerMessage, 2026_10_01, "0.0625 unverified"},
		{"EUR", "Italy", category.GeneralPurposeAI, PerMessage, 2026_05_12, "0.0572 unverified"},
		{"EUR", "Italy", category.GeneralPurposeAI, PerMessage, 2026_05_13, "not offered"}, // ended but for Brazil
		{"USD", "Brazil", category.Utility, PerMessage, 2027_01_01, "unknown"},             // a card that nobody has seen
		{"AUD", "Brazil", category.Utility, PerMessage, 2026_10_01, "unknown"},
		{"GBP", "Italy", category.Marketing, PerMessage, 2026_04_01, "unknown"}, // changed since, and the figure is missing
		{"GBP", "Italy", category.Marketing, PerMessage, 2026_07_01, "0.0573 verified"},
		{"INR", "India", category.Utility, PerMessage, 2025_06_30, "unknown"},
		{"INR", "India", category.Utility, PerMessage, 2025_12_31, "0.1150 verified"},
		{"INR", "India", category.Marketing, PerMessage, 2025_12_31, "0.7846 verified"},
		{"INR", "India", category.Marketing, PerMessage, 2026_01_01, "0.8631 verified"},
		{"USD", "Mexico", category.UserInitiated, PerConversation, 2021_01_31, "unknown"},
		{"USD", "Mexico", category.UserInitiated, PerConversation, 2021_02_01, "0.0140 verified"},
		{"USD", "Mexico", category.BusinessInitiated, PerConversation, 2022_01_31, "0.0140 verified"},
		{"USD", "Brazil", category.BusinessInitiated, PerConversation, 2022_01_31, "unknown"},
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
		{"INR", category.Authentication, 2026_10_01, 6, true},
		{"INR", category.Authentication, 2026_09_30, 0, false},
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

// TestListRateIsFirstTier: two tables of Meta's must say the same, in every
// currency.
func TestListRateIsFirstTier(t *testing.T) {
	markets, card := load(t)
	ladders := 0
	for _, row := range card.Rows(markets) {
		if row.Tier[0] != 1 {
			continue
		}
		m, _ := markets.Named(row.Market)
		if list := card.Rate(row.Currency, m, row.Category, PerMessage, row.From); list.State != Known || list.Amount != row.Amount {
			t.Errorf("%s: %s %s %s: listed at %d, first tier %d", row.From, row.Currency, row.Market, row.Category, list.Amount, row.Amount)
		}
		ladders++
	}
	if ladders < 230 {
		t.Errorf("only %d ladders were compared", ladders)
	}
}

// TestCurrenciesListTheSame: what one currency has a price of is not "not
// offered" in another: there the figure is missing.
func TestCurrenciesListTheSame(t *testing.T) {
	markets, card := load(t)
	for _, day := range []Day{2022_02_01, 2023_06_01, 2025_07_01, 2025_10_01, 2026_01_01, 2026_04_01, 2026_07_01, 2026_10_01} {
		for _, m := range markets.On(day) {
			for _, cat := range CategoriesOn(day) {
				known, not := "", ""
				for _, currency := range card.Currencies() {
					switch card.Rate(currency, m, cat, UnitOn(day), day).State {
					case Known:
						known = currency
					case NotOffered:
						not = currency
					}
				}
				if known != "" && not != "" {
					t.Errorf("%s: %s %s is priced in %s and not offered in %s", day, markets.Name(m), cat, known, not)
				}
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
