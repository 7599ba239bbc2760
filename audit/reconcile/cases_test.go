package reconcile

import (
	"slices"
	"testing"
	"time"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	. "waudit/audit/verdict/verdicttest"
)

// dollars parses an amount.
func dollars(t *testing.T, text string) money.Amount {
	t.Helper()
	a, err := money.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestLines: what becomes of lines that are compared with nothing, taken back, read twice
// or of other days than the log's, beside a marketing message that costs 0.0250, one of
// utility at 0.0040 and one of utility of which it is not known whether it is due.
func TestLines(t *testing.T) {
	const first, second, third = "2025-09-01 ", "2025-09-02 ", "2025-09-04 "
	log := func() []event.Event {
		return slices.Concat(
			Sent("a", first+"10:00", "marketing", Type("regular", "marketing"), Priced("0.025")),
			Sent("b", second+"11:00", "utility", Type("regular", "utility"), Priced("0.004")),
			Wrote(second+"12:00"), Sent("c", "2025-09-03 11:59", "utility", Type("regular", "utility"), Late(3*time.Minute)))
	}
	at := func(day rate.Day, hour int) int64 { return day.Time().Add(time.Duration(hour) * time.Hour).UnixMilli() }
	line := func(kind invoice.LineKind, c category.Category, amount string, more ...func(*invoice.Line)) invoice.Line {
		l := invoice.Line{Kind: kind, Number: "200", User: "15551230001", Quantity: 1, Category: c, Amount: dollars(t, amount), HasAmount: true}
		for _, change := range more {
			change(&l)
		}
		return l
	}
	of := func(id string) func(*invoice.Line) {
		return func(l *invoice.Line) { l.Message, l.At = id, at(20250901, 12) }
	}
	on := func(day rate.Day) func(*invoice.Line) { return func(l *invoice.Line) { l.First, l.Last = day, day } }
	days := func(from, to rate.Day) func(*invoice.Line) {
		return func(l *invoice.Line) { l.First, l.Last = from, to }
	}
	hour := func(day rate.Day, hour int) func(*invoice.Line) {
		return func(l *invoice.Line) { l.At = at(day, hour) }
	}
	in := func(currency string) func(*invoice.Line) { return func(l *invoice.Line) { l.Currency = currency } }
	id := func(id string) func(*invoice.Line) { return func(l *invoice.Line) { l.ID = id } }
	ref := func(id string) func(*invoice.Line) { return func(l *invoice.Line) { l.Ref = id } }
	by := func(waba string) func(*invoice.Line) { return func(l *invoice.Line) { l.WABA = waba } }
	number := func(number string) func(*invoice.Line) { return func(l *invoice.Line) { l.Number = number } }
	many := func(n int64) func(*invoice.Line) { return func(l *invoice.Line) { l.Quantity, l.User = n, "" } }
	called := func(text string) func(*invoice.Line) { return func(l *invoice.Line) { l.Description = text } }
	free := func(l *invoice.Line) { l.Type = "free_customer_service" }
	other := func(l *invoice.Line) { l.User = "15559990000" }
	const message, item, volume = invoice.Message, invoice.Item, invoice.Aggregate
	const marketing, utility = category.Marketing, category.Utility
	for name, tt := range map[string]struct {
		lines     []invoice.Line
		account   func(*account.Account)
		want      []string
		waterfall string
	}{
		"message: in another currency":            {[]invoice.Line{line(message, marketing, "0.02", of("a"), in("EUR"))}, nil, []string{"WA701  uncertain 0.0000"}, "0.0250 + -0.0250 billed in another currency = 0.0000"},
		"message: of another account":             {[]invoice.Line{line(message, marketing, "0.02", of("a"), by("999"), number("888"))}, nil, nil, "0.0250 + -0.0050 accepted, or of checks that are switched off = 0.0200"},
		"message: a fee on the message":           {[]invoice.Line{line(message, marketing, "0.025", of("a")), line(message, category.Other, "0.005", of("a"), called("Platform fee"))}, nil, nil, "0.0250 + 0.0050 accepted, or of checks that are switched off = 0.0300"},
		"message: only a fee on it":               {[]invoice.Line{line(message, category.Other, "0.005", of("a"), called("Platform fee"))}, nil, []string{"WA703 a undercharge 0.0000"}, "0.0250 + 0.0050 fees and other lines + -0.0250 charged messages without a line = 0.0050"},
		"message: billed twice":                   {[]invoice.Line{line(message, marketing, "0.025", of("a")), line(message, marketing, "0.025", of("a"))}, nil, nil, "0.0250 + 0.0250 accepted, or of checks that are switched off = 0.0500"},
		"message: uncertain":                      {[]invoice.Line{line(message, utility, "0.004", of("c"))}, nil, []string{"WA703 a undercharge 0.0000"}, "0.0250 + 0.0040 accepted, or of checks that are switched off + -0.0250 charged messages without a line = 0.0040"},
		"message: no currency known":              {[]invoice.Line{line(message, marketing, "0.025", of("a"))}, func(a *account.Account) { a.Currency = ""; a.Rates = nil }, []string{"WA701  uncertain 0.0000"}, "0.0000 + 0.0250 of accounts whose currency is not known = 0.0250"},
		"message: no card":                        {[]invoice.Line{line(message, marketing, "0.03", of("a"))}, func(a *account.Account) { a.Rates = nil }, []string{"WA701 a overcharge 0.0050"}, "0.0250 + 0.0050 amounts differ = 0.0300"},
		"item: the day after":                     {[]invoice.Line{line(item, marketing, "0.025", on(20250902))}, nil, []string{"WA703 b undercharge 0.0000"}, "0.0290 + -0.0040 charged messages without a line = 0.0250"},
		"item: in another category":               {[]invoice.Line{line(item, marketing, "0.025", on(20250901)), line(item, marketing, "0.004", on(20250902))}, nil, nil, "0.0290 = 0.0290"},
		"item: a week off":                        {[]invoice.Line{line(item, marketing, "0.025", on(20250909))}, nil, []string{"WA702  uncertain 0.0000"}, "0.0000 + 0.0250 billed, and not in the log = 0.0250"},
		"item: taken back":                        {[]invoice.Line{line(item, marketing, "0.025", hour(20250901, 10)), line(item, marketing, "0.03", hour(20250901, 11)), line(item, marketing, "-0.03", hour(20250901, 12))}, nil, nil, "0.0250 = 0.0250"},
		"item: taken back by name":                {[]invoice.Line{line(item, marketing, "0.025", hour(20250901, 10)), line(item, marketing, "-0.025", ref("1"))}, nil, []string{"WA703 a undercharge 0.0000"}, "0.0250 + -0.0250 charged messages without a line = 0.0000"},
		"item: credit for nothing":                {[]invoice.Line{line(item, marketing, "0.025", hour(20250901, 10)), line(item, marketing, "-0.01")}, nil, nil, "0.0250 + -0.0100 credits and discounts = 0.0150"},
		"item: read before":                       {[]invoice.Line{line(item, marketing, "0.025", hour(20250901, 10), id("x")), line(item, marketing, "0.025", hour(20250901, 10), id("x"))}, nil, nil, "0.0250 + 0.0250 lines that were read before = 0.0500"},
		"item: uncertain":                         {[]invoice.Line{line(item, utility, "0.004", hour(20250903, 12))}, nil, nil, "0.0000 + 0.0040 accepted, or of checks that are switched off = 0.0040"},
		"item: in another currency":               {[]invoice.Line{line(item, marketing, "0.02", hour(20250901, 10), in("EUR"))}, nil, []string{"WA701  uncertain 0.0000"}, "0.0250 + -0.0250 billed in another currency = 0.0000"},
		"item: of a stranger":                     {[]invoice.Line{line(item, marketing, "0.025", hour(20250901, 10), other)}, nil, []string{"WA702  uncertain 0.0000", "WA703 a undercharge 0.0000"}, "0.0250 + 0.0250 billed, and not in the log + -0.0250 charged messages without a line = 0.0250"},
		"item: too dear":                          {[]invoice.Line{line(item, marketing, "0.03", hour(20250901, 10))}, nil, []string{"WA701 a overcharge 0.0050"}, "0.0250 + 0.0050 amounts differ = 0.0300"},
		"item: no card to hold it to":             {[]invoice.Line{line(item, marketing, "0.03", hour(20250901, 10))}, func(a *account.Account) { a.Rates = nil }, nil, "0.0300 = 0.0300"},
		"volume: in another currency":             {[]invoice.Line{line(volume, marketing, "0.02", many(1), on(20250901), in("EUR"))}, nil, []string{"WA701  uncertain 0.0000"}, "0.0250 + -0.0250 billed in another currency = 0.0000"},
		"volume: in a market that is not known":   {[]invoice.Line{line(volume, marketing, "0.05", many(2), on(20250901), func(l *invoice.Line) { l.Market = "brasilien" })}, nil, nil, "0.0250 + -0.0250 billed in a category or market that is not known + 0.0500 charges that have no rate = 0.0500"},
		"volume: in a category that is not known": {[]invoice.Line{line(volume, marketing, "0.05", many(2), on(20250901)), line(volume, category.Other, "0.025", many(1), on(20250901))}, nil, []string{"WA704  uncertain 0.0000"}, "0.0250 + 0.0250 charges that have no rate + 0.0250 volumes differ = 0.0750"},
		"volume: only a count":                    {[]invoice.Line{line(volume, marketing, "0", many(3), on(20250901), func(l *invoice.Line) { l.HasAmount = false })}, nil, []string{"WA704  uncertain 0.0000"}, ""},
		"volume: of another number":               {[]invoice.Line{line(volume, marketing, "0.05", many(2), on(20250901), number("888"))}, nil, []string{"WA704  uncertain 0.0000", "WA704  undercharge 0.0000"}, "0.0250 + 0.0500 of accounts and numbers that the log does not have + -0.0250 volumes differ = 0.0500"},
		"volume: of the month":                    {[]invoice.Line{line(volume, marketing, "0.025", many(1), days(20250901, 20250930)), line(volume, utility, "0.008", many(2), days(20250901, 20250930))}, nil, nil, "0.0290 + 0.0040 accepted, or of checks that are switched off = 0.0330"},
		"volume: one category for another":        {[]invoice.Line{line(volume, marketing, "0.05", many(2), days(20250901, 20250930)), line(volume, utility, "0", many(0), days(20250901, 20250930))}, nil, []string{"WA704  overcharge 0.0210"}, "0.0290 + 0.0210 volumes differ = 0.0500"},
		"volume: free ones":                       {[]invoice.Line{line(volume, marketing, "0.025", many(1), days(20250901, 20250930)), line(volume, utility, "0", many(1), days(20250901, 20250930), free)}, nil, nil, "0.0250 = 0.0250"},
		"volume: a day is missing":                {[]invoice.Line{line(volume, marketing, "0.025", many(1), on(20250901)), line(volume, utility, "0.004", many(1), on(20250903))}, nil, []string{"WA704  undercharge 0.0000"}, "0.0290 + 0.0040 accepted, or of checks that are switched off + -0.0040 volumes differ = 0.0290"},
		"volume: no card":                         {[]invoice.Line{line(volume, marketing, "0.03", many(1), on(20250901)), line(volume, utility, "0.012", many(3), days(20250902, 20250904))}, func(a *account.Account) { a.Rates = nil }, []string{"WA704  uncertain 0.0000"}, "0.0340 + 0.0040 accepted, or of checks that are switched off + 0.0040 volumes differ = 0.0420"},
		"volume: approximate, and no tolerance":   {[]invoice.Line{line(volume, marketing, "0.0251", many(1), on(20250901), func(l *invoice.Line) { l.Estimate = true })}, nil, []string{"WA701  uncertain 0.0000"}, "0.0250 + 0.0001 amounts differ = 0.0251"},
		"volume: at the rate of a tier":           {[]invoice.Line{line(volume, utility, "0.0036", many(1), on(20250902))}, nil, nil, "0.0036 = 0.0036"},
		"volume: no currency known":               {[]invoice.Line{line(volume, marketing, "0.025", many(1), on(20250901))}, func(a *account.Account) { a.Currency = ""; a.Rates = nil }, []string{"WA701  uncertain 0.0000"}, "0.0000 + 0.0250 of accounts whose currency is not known = 0.0250"},
		"other: taxes and discounts":              {[]invoice.Line{line(invoice.Other, category.None, "-1", called("Discount")), line(invoice.Other, category.None, "2", called("VAT"))}, nil, nil, "0.0000 + -1.0000 credits and discounts + 2.0000 taxes = 1.0000"},
	} {
		t.Run(name, func(t *testing.T) {
			pair := Pair{Events: log()}
			_, meta := Lists(t)
			pair.Account = Known()
			pair.Account.Rates = meta
			if tt.account != nil {
				tt.account(pair.Account)
			}
			found, waterfall := laid(t, pair, tt.lines...)
			if !slices.Equal(found, tt.want) || waterfall != tt.waterfall {
				t.Errorf("found %q and %q, want %q and %q", found, waterfall, tt.want, tt.waterfall)
			}
		})
	}
}

// TestClaims: a finding is claimed once, by its id or by the lines of the bill that it is
// about, also where claims write those by pseudonyms; what is credited or refused stays
// what it is, and what the bill or the log show no more is told.
func TestClaims(t *testing.T) {
	finding := func(id, amount string, lines ...string) Finding {
		f := Finding{Sums: price.Sums{Over: dollars(t, amount)}}
		f.ID, f.Lines, f.Verdict = id, lines, result.Overcharge
		f.Amount = &result.FindingAmount{Amounts: result.Amounts{Currency: "USD", Overcharged: amount}}
		return f
	}
	findings := []Finding{finding("1111111111111111", "0.0050", "L1"), finding("2222222222222222", "0.0060", "L2"), finding("3333333333333333", "0.0070", "L3")}
	claims := &Claims{Claims: []Claim{
		{ID: "1111111111111111", State: "claimed", Lines: []string{"L1"}},
		{ID: "9999999999999999", State: "claimed", Lines: []string{"L2"}},
		{ID: "8888888888888888", State: "claimed", Lines: []string{"L7"}},
		{ID: "7777777777777777", State: "claimed", Lines: []string{"elsewhere"}},
		{ID: "6666666666666666", State: "refused"},
	}}
	if err := claims.Check(); err != nil {
		t.Fatal(err)
	}
	claims.Hide(func(id string) string { return "x" + id })
	bill := NewBill(1, NewScope(account.NewBook(nil), coverage.NewCensus(), audit.Period{}, price.NewCards(Lists(t))))
	bill.Ask(claims)
	for _, id := range []string{"L1", "L2", "L3", "L7"} {
		bill.Add(&invoice.Line{Kind: invoice.Other, ID: id})
	}
	var r result.Reconciliation
	for i := range findings {
		r.Findings = append(r.Findings, findings[i].Finding.Finding)
	}
	claims.Apply(&r, findings, bill)
	var status []string
	for _, c := range r.Claims.Earlier {
		status = append(status, c.Status)
	}
	if want := []string{"supported", "supported", "gone", "outside", "refused"}; !slices.Equal(status, want) {
		t.Errorf("earlier claims %q, want %q", status, want)
	}
	if c := r.Claims; c.Known != 2 || c.Claimed[0].Amount != "0.0110" || c.Open[0].Amount != "0.0070" || !r.Findings[0].Claimed || r.Findings[2].Claimed {
		t.Errorf("%+v", c)
	}
	if all := claims.With(findings).Claims; len(all) != 6 || all[5].ID != "3333333333333333" || all[5].Lines[0] != "xL3" || all[5].Amount != "0.0070" {
		t.Errorf("%+v", all)
	}
	for _, bad := range [][]Claim{{{ID: "short", State: "claimed"}}, {{ID: "1111111111111111", State: "paid"}}, {claims.Claims[0], claims.Claims[0]}} {
		if (&Claims{Claims: bad}).Check() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}
