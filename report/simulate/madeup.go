package simulate

import (
	"bytes"

	"waudit/audit/category"
	"waudit/audit/rate"
)

// MadeUp is the value of Options.Contract for a card of made-up figures, in every
// currency of the accounts.
const MadeUp = "made-up"

// madeUpCard writes a card that has a figure for every charge of any date, in the
// order of what the currency is worth, and no volume tiers.
func madeUpCard(markets *rate.Markets, currencies []string) ([]byte, error) {
	talks := []category.Category{category.BusinessInitiated, category.UserInitiated, category.Service}
	var rows []rate.Row
	for _, currency := range currencies {
		add := func(market int, c category.Category, unit rate.Unit, from rate.Day, kind int) {
			thousandths := int64(20+3*market+400*kind) * worth[currency]
			rows = append(rows, rate.Row{
				Currency: currency, Market: markets.Names()[market], Category: c, Unit: unit,
				Rate: rate.Rate{From: from, State: rate.Known, Amount: thousandths * 1_000_000 / 100, Status: rate.Verified, Source: "made up"},
			})
		}
		for m := range markets.Names() {
			for k, c := range talks {
				add(m, c, rate.PerConversation, 2022_02_01, k+1)
			}
			for k, c := range []category.Category{category.Utility, category.Authentication, category.Marketing, category.AuthInternational} {
				add(m, c, rate.PerConversation, 2022_02_01, k+3)
				add(m, c, rate.PerMessage, 2025_07_01, k+1)
			}
			add(m, category.Service, rate.PerMessage, 2026_10_01, 0)
		}
	}
	out := &bytes.Buffer{}
	err := rate.WriteCard(out, MadeUp, 2026_12_31, rows)
	return out.Bytes(), err
}

// worth is about how many hundredths of a currency a dollar is.
var worth = map[string]int64{"BRL": 540, "EUR": 90, "GBP": 80, "IDR": 1_600_000, "INR": 8_500, "MXN": 1_800, "USD": 100}
