// Package rates writes what rate cards hold: their contents, the rates in force on a
// day, and what differs between two of them.
package rates

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"waudit/audit/rate"
	"waudit/report"
	"waudit/report/page"
)

// Table is the format for people.
const Table = "table"

// Formats are the formats that all of this room is written in.
func Formats() []string { return []string{Table, "json", "csv"} }

// listing is what a card has from one day on in one currency.
type listing struct {
	Card     string `json:"card"`
	SHA256   string `json:"sha256"`
	Currency string `json:"currency"`
	From     string `json:"from"`
	Markets  int    `json:"markets"`
	Rates    int    `json:"rates"` // figures, those that are not known among them
	Verified int    `json:"verified"`
	Missing  int    `json:"missing"` // changed on that day, and the figure is not known
	Tiers    int    `json:"tier_steps"`
}

// List writes what a card holds, in one of the Formats.
func List(w io.Writer, format string, markets *rate.Markets, card *rate.Card) error {
	listings, names := listingsOf(card, card.Rows(markets))
	if format != Table {
		return report.WriteRows(w, format, listings)
	}
	p := page.New(0, false)
	p.Text(0, "Card "+page.Clean(card.Name)+", sha256 "+card.SHA256[:16]+until(card.Until))
	p.Blank()
	var rows [][]string
	for _, l := range listings {
		rows = append(rows, []string{l.Currency, l.From, strconv.Itoa(l.Markets), strconv.Itoa(l.Rates), strconv.Itoa(l.Verified), strconv.Itoa(l.Missing), strconv.Itoa(l.Tiers)})
	}
	p.Table(0, []page.Column{
		{Name: "currency"}, {Name: "from"}, {Name: "markets", Right: true}, {Name: "rates", Right: true}, {Name: "verified", Right: true},
		{Name: "missing", Right: true}, {Name: "tier steps", Right: true},
	}, rows)
	p.Blank()
	p.Hang("Markets  ", strings.Join(names, ", "))
	_, err := io.WriteString(w, p.String())
	return err
}

// listingsOf counts rows by currency and day, and names their markets.
func listingsOf(card *rate.Card, rows []rate.ListedRate) (listings []listing, markets []string) {
	slices.SortStableFunc(rows, func(a, b rate.ListedRate) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.From, b.From), cmp.Compare(a.Market, b.Market))
	})
	market := ""
	for _, row := range rows {
		last := len(listings) - 1
		if last < 0 || listings[last].Currency != row.Currency || listings[last].From != row.From.String() {
			listings = append(listings, listing{Card: card.Name, SHA256: card.SHA256, Currency: row.Currency, From: row.From.String()})
			market, last = "", last+1
		}
		l := &listings[last]
		if row.Market != market {
			market = row.Market
			l.Markets++
			markets = append(markets, market)
		}
		switch {
		case row.Tier[0] != 0:
			l.Tiers++
			continue
		case row.Sure():
			l.Verified++
		case row.State == rate.Unknown:
			l.Missing++
		}
		l.Rates++
	}
	slices.Sort(markets)
	return listings, slices.Compact(markets)
}

func until(day rate.Day) string {
	if day == 0 {
		return ""
	}
	return ", known until " + day.String()
}
