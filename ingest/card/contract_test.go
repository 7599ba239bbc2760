package card

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"waudit/audit/money"
	"waudit/audit/rate"
)

func contract(t testing.TB, o Options, text string) *Contract {
	t.Helper()
	c, err := ParseContract([]byte(text), o.Markets)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// lines writes rows as one line each: market, category, day, step and price.
func lines(rows []rate.ListedRate, decimals int) (out []string) {
	for _, r := range rows {
		line := r.Market + " " + r.Category.String() + " " + r.From.String() + " " + r.Currency
		if r.Tier[0] != 0 {
			line += " from " + money.Format(money.Of(r.Tier[0]*money.Nano), 0)
		}
		out = append(out, line+" "+money.Format(money.Of(r.Amount), decimals))
	}
	return out
}

// TestMarkUp: a contract on Meta's card is exact, and goes along with its
// changes.
func TestMarkUp(t *testing.T) {
	o := options(t)
	c := contract(t, o, `
name: acme
currency: USD
effective: 2026-09-15
base: meta
markup: {percent: "10", per_message: "0.0050"}
rules:
- {market: India, category: utility, per_message: "0.00011"}
- {category: authentication, percent: "-50"}
decimals: 5
`)
	rows, err := c.MarkUp(o.Base, o.Markets)
	if err != nil {
		t.Fatal(err)
	}
	got := lines(rows, 5)
	for _, want := range []string{
		"Brazil marketing 2026-09-15 USD 0.07375",
		"Brazil service 2026-09-15 USD 0.00500",
		"Brazil service 2026-10-01 USD 0.01248",
		"India utility 2026-10-01 USD 0.00151",
		"India utility 2026-10-01 USD from 25000001 0.00141",
		"Brazil authentication 2026-10-01 USD 0.00340",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if i := slices.IndexFunc(rows, func(r rate.ListedRate) bool { return r.From < 2026_09_15 }); i >= 0 {
		t.Errorf("before the contract: %+v", rows[i])
	}
	var out bytes.Buffer
	if err := rate.WriteCard(&out, c.Name, 0, rows); err != nil {
		t.Fatal(err)
	}
	if _, err := rate.ParseCard(&out, o.Markets); err != nil {
		t.Error(err)
	}
	c.Markup.PerMessage = "-1"
	if _, err := c.MarkUp(o.Base, o.Markets); err == nil || !strings.Contains(err.Error(), "the mark-up makes -") {
		t.Errorf("a price below zero: %v", err)
	}
}

// TestPriceLists: a provider's own list, by its columns.
func TestPriceLists(t *testing.T) {
	o := options(t)
	const german = "name: acme\ncurrency: EUR\neffective: 2026-01-01\ndecimal: \",\"\n"
	for _, c := range []struct{ name, contract, text, want string }{
		{
			"a row a price", german + "columns: {country: Land, category: Art, rate: Preis}\ncategories: {Werbung: marketing}\nmarkets: {Schweiz: Rest of Western Europe}",
			"Preisliste 2026\n\nLand;Art;Preis\nDE;Werbung;0,12005\nFrance;Utility;0,05 €\nSchweiz;utility;EUR 0,06\n* ohne Steuer\n",
			"Germany marketing 2026-01-01 EUR 0.12005|France utility 2026-01-01 EUR 0.0500|Rest of Western Europe utility 2026-01-01 EUR 0.0600",
		},
		{
			"a column a category", "name: acme\neffective: 2026-01-01\ncolumns: {market: Market, currency: Cur}\nrates: {marketing: MKT, utility: UTL}\ncurrencies: {$: USD}",
			"Market,Cur,MKT,UTL\nBrazil,$,$0.07,n/a\nIndia,$,0.011,0.0015\n",
			"Brazil marketing 2026-01-01 USD 0.0700|Brazil utility 2026-01-01 USD 0.0000|India marketing 2026-01-01 USD 0.0110|India utility 2026-01-01 USD 0.0015",
		},
		{
			"tiers and days", "name: acme\ncurrency: USD\ncategory: utility\nmarket: India\ncolumns: {market: M, rate: Price, effective: Since, tier_from: From, tier_to: To}\ndecimal: .",
			"M,Since,From,To,Price\n,2026-10-01,0,\"1,000\",0.0014\n,2026-10-01,\"1,001\",,0.0013\nBrazil,1 Nov 2026,,,0.0070\n",
			"India utility 2026-10-01 USD from 1 0.0014|India utility 2026-10-01 USD 0.0014|India utility 2026-10-01 USD from 1001 0.0013|Brazil utility 2026-11-01 USD 0.0070",
		},
		{
			"names and words in any spelling, thousands of a decimal comma", "name: acme\ncurrency: IDR\nmarket: Indonesia\ndecimal: \",\"\neffective: 2026-10-01\ncategories: {Kind B: utility}\n" +
				"columns: {category: Art, rate: Unit price, tier_from: tier-from, tier_to: TierTo}\n",
			"\"unit\nprice\";ART;Tier from;tier_to\nRp 1.234,5;kind-b;0;1.000\n1.100;KIND B;1.001;\n",
			"Indonesia utility 2026-10-01 IDR from 1 1234.5000|Indonesia utility 2026-10-01 IDR 1234.5000|Indonesia utility 2026-10-01 IDR from 1001 1100.0000",
		},
		{
			"countries of one market that cost the same", german + "category: utility\ncolumns: {country: Land, rate: Preis}",
			"Land\tPreis\nKE\t0,01\nGH\t0,0100\nTZA\t0,01\n", "Rest of Africa utility 2026-01-01 EUR 0.0100",
		},
	} {
		o.Contract = contract(t, o, c.contract)
		sheets, err := parse("prices.csv", []byte(c.text), o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := strings.Join(lines(sheets[0].Rows, 4), "|"); got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.name, got, c.want)
		}
	}
}

// TestPriceListOfAWorkbook: numbers of a workbook are prices to the last digit
// that they were written with.
func TestPriceListOfAWorkbook(t *testing.T) {
	o := options(t)
	o.Contract = contract(t, o, "name: acme\ncurrency: USD\neffective: 2026-01-01\ndecimal: \",\"\ncategory: utility\ncolumns: {country: Land, rate: Preis}")
	sheets, err := parse("prices.xlsx", asXLSX(t, [][]string{{"Land", "Preis"}, {"DE", "0.00685"}}), o)
	if err != nil || sheets[0].Rows[0].Amount != 6_850_000 {
		t.Errorf("%v, %+v", err, sheets)
	}
}

// TestPriceListRefused: what a list says must be said without a doubt.
func TestPriceListRefused(t *testing.T) {
	o := options(t)
	const list = "name: acme\ncurrency: EUR\neffective: 2026-01-01\ncolumns: {country: Land, category: Art, rate: Preis, tier_from: Von, tier_to: Bis}\n"
	row := func(land, art, preis, von, bis string) string {
		return "Land;Art;Preis;Von;Bis\n" + strings.Join([]string{land, art, preis, von, bis}, ";") + "\n"
	}
	for want, text := range map[string]string{
		`cell B2: "Luxus" is no category`:                         row("DE", "Luxus", "1", "", ""),
		`cell A2: "Atlantis" is no country`:                       row("Atlantis", "utility", "1", "", ""),
		`cell A2: "ZZ" is no country`:                             row("ZZ", "utility", "1", "", ""),
		`cell A2: "GU" is no country whose market is known`:       row("GU", "utility", "1", "", ""),
		`cell C2: "teuer" is no price in EUR`:                     row("DE", "utility", "teuer", "", ""),
		`cell C2: "$0.05" is no price in EUR`:                     row("DE", "utility", "$0.05", "", ""),
		`cell C2: "0,085" has a comma; say decimal`:               row("DE", "utility", "0,085", "", ""),
		`cell D2: "viele" is no number of messages`:               row("DE", "utility", "0.05", "viele", ""),
		"cell D2: marketing has no volume tiers":                  row("DE", "marketing", "0.05", "1", ""),
		"cell D2: the step begins at 5, and the one before":       row("DE", "utility", "0.05", "5", ""),
		"cell E2: the last step of utility in Germany":            row("DE", "utility", "0.05", "1", "100"),
		"cell C3: utility in Germany is priced differently in ce": row("DE", "utility", "0.05", "", "") + "Germany;utility;0.06;;\n",
		"cell A1: this row has 4 of the columns that the map":     "Land;Art;Preis;Von;x\nDE;utility;1;;\n",
		"cell A1: no prices stand below":                          "Land;Art;Preis;Von;Bis\n",
		"no row has the columns that the mapping names: Art":      "a;b;c\n1;2;3\n",
	} {
		o.Contract = contract(t, o, list)
		if _, err := parse("prices.csv", []byte(text), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestContractsRefused: a contract says what it is, or is refused with its key.
func TestContractsRefused(t *testing.T) {
	o := options(t)
	const base, list = "name: a\nbase: meta\ncurrency: USD\neffective: 2026-01-01\n", "name: a\ncurrency: USD\ncolumns: {market: m, category: c, rate: r}\n"
	for text, want := range map[string]string{
		"base: meta": "needs a name", "name: meta\nbase: meta": "needs a name", "name: a": "base: meta with mark-ups, or the columns",
		"name: a\nbase: acme": "is not meta", "name: a\nbase: meta": "need currency and effective", base + "columns: {rate: r}": "make two of it",
		list + "markup: {percent: \"1\"}": "are for base: meta", list + "decimal: \";\"": `decimal: ";" is neither`, base + "decimals: 12": "not between 0 and 9",
		base + "until: never": `until: "never" is no day`, "name: a\ncurrency: usd": `currency: "usd" is no ISO code`,
		"name: a\ncolumns: {price: x}": `columns: there is no "price"`, "name: a\ncolumns: {rate: x}": "needs market or country",
		"name: a\ncolumns: {market: x}": "needs rate and category", "name: a\ncolumns: {market: x, category: c, rate: r}": "needs currency",
		list + "rates: {utility: u}": "leave one", "name: a\ncurrency: USD\ncolumns: {market: x}\nrates: {luxury: u}": `rates: there is no "luxury"`,
		list + "categories: {x: luxury}": `categories: there is no "luxury"`, list + "markets: {x: Narnia}": `markets: there is no "Narnia"`,
		list + "currencies: {x: dollars}": `currencies: there is no "dollars"`, "name: a\ncurrency: USD\ncolumns: {market: m, category: c, rate: r, tier_to: t}": "needs tier_from",
		base + "markup: {percent: ten}": `markup: "ten" is no number`, base + "markup: {market: India}": "write those of some under rules",
		base + "rules: [{market: Narnia}]": `rules: rule 1: market: there is no "Narnia"`, base + "rules: [{category: luxury}]": `category: there is no "luxury"`,
		base + "mark_up: {}": `unknown key "mark_up"; did you mean "markup"?`,
	} {
		if _, err := ParseContract([]byte(text), o.Markets); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	c := contract(t, o, strings.Replace(base, "USD", "CHF", 1))
	if _, err := c.MarkUp(o.Base, o.Markets); err == nil || !strings.Contains(err.Error(), "Meta's card has no CHF") {
		t.Errorf("%v", err)
	}
}
