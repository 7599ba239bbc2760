package simulate

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/rate"
)

// The currency of Meta's bills, and the one of lines that are wrongly in another.
const (
	listCurrency  = "USD"
	otherCurrency = "EUR"
)

// priceList looks figures up in the card by which the bill is made. What a
// figure means, and which of a tier's steps a message pays, is counted here.
type priceList struct {
	card     *rate.Card
	meta     *rate.Card
	markets  *rate.Markets
	currency string // of accounts that are given none; "": there are several
	text     []byte // of a contract; nil if Meta bills
}

// OptionError says that an option asks for what there is not: a card that is none or has
// no figure for a charge, or a business number.
type OptionError struct{ error }

// Unwrap returns the cause.
func (e *OptionError) Unwrap() error { return e.error }

func lacking(format string, args ...any) error { return &OptionError{fmt.Errorf(format, args...)} }

// loadPrices reads Meta's list or the contract in a file, or makes one up in the
// currencies.
func loadPrices(contract string, currencies []string) (*priceList, error) {
	markets, err := rate.LoadMarkets()
	if err != nil {
		return nil, err
	}
	meta, err := rate.Meta(markets)
	if err != nil {
		return nil, err
	}
	l := &priceList{card: meta, meta: meta, markets: markets, currency: listCurrency}
	if contract == "" {
		return l, nil
	}
	if contract == MadeUp {
		l.text, err = madeUpCard(markets, currencies)
	} else {
		l.text, err = os.ReadFile(contract)
	}
	if err != nil {
		return nil, lacking("contract: %w", err)
	}
	if l.card, err = rate.ParseCard(bytes.NewReader(l.text), markets); err != nil {
		return nil, lacking("contract %s: %w", contract, err)
	}
	all := l.card.Currencies()
	if len(all) != 1 && len(currencies) == 0 {
		return nil, lacking("contract %s: has %s, want one currency", contract, strings.Join(all, ", "))
	}
	l.currency = all[0]
	return l, nil
}

// file is what the configuration calls the card.
func (l *priceList) file() string {
	if l.text == nil {
		return rate.MetaName
	}
	return contractFile
}

// asked is what a figure depends on.
type asked struct {
	currency string
	category string
	country  string
	day      rate.Day
	unit     rate.Unit
}

func (l *priceList) market(country string, day rate.Day) (rate.Market, bool) {
	return l.markets.OfCountry(country, day)
}

func (l *priceList) rate(a asked) rate.Rate {
	m, _ := l.market(a.country, a.day)
	return l.card.Rate(a.currency, m, category.Of(a.category), a.unit, a.day)
}

// steps are the volume tiers of a category, nil if there are none; known is
// false if there are, and the card does not have them.
func (l *priceList) steps(a asked) (steps []rate.Tier, known bool) {
	if a.unit == rate.PerConversation || tierGroup(a.category) == "" {
		return nil, true
	}
	m, _ := l.market(a.country, a.day)
	return l.card.Tiers(a.currency, m, category.Of(a.category), a.day)
}

// tierGroup names what is counted together for volume tiers (clause 4.5), "" for
// what has none.
func tierGroup(category string) string {
	switch category {
	case utility:
		return utility
	case authentication, authInternational:
		return authentication
	}
	return ""
}

// tierScope is what one count of a volume tier is over: no account here shares
// a portfolio with another.
type tierScope struct {
	account int
	market  rate.Market
	group   string
	month   rate.Day // yyyymm
}

// quote is what one charge costs.
type quote struct {
	asked
	amount   int64 // in billionths
	list     int64 // of the first tier
	from, to int64 // of the tier, 0 for none; to 0: and all above
	unlisted bool  // no list has a price: it is that of another category
}

// figureOf prices the n-th charge of a scope's month. What no list prices, such
// as service messages before October 2026, only ever is on a bill by mistake,
// and then at the rate of utility.
func (l *priceList) figureOf(a asked, n int64, wrong bool) (quote, error) {
	r := l.rate(a)
	costs := func() bool { return r.State == rate.Known && r.Amount > 0 }
	unlisted := wrong && !costs()
	for _, instead := range [...]string{utility, businessInitiated} {
		if unlisted && !costs() {
			r = l.rate(asked{a.currency, instead, a.country, a.day, a.unit})
		}
	}
	if r.State != rate.Known {
		return quote{}, lacking("the card has no rate in %s for %s in %s on %s; take other dates, or a contract that has it: %s has one for every charge", a.currency, a.category, a.country, a.day, MadeUp)
	}
	f := quote{asked: a, amount: r.Amount, list: r.Amount, unlisted: unlisted}
	steps, _ := l.steps(a)
	for _, s := range steps {
		if s.From <= n && (s.To == 0 || n <= s.To) {
			f.amount, f.from, f.to = s.Amount, s.From, s.To
		}
	}
	return f, nil
}

// margin is how far a wrong amount must be from a right one, in billionths: prices
// may be rounded to four decimals.
const margin = 100_000

func apart(a, b int64) bool { return distance(a, b) >= margin }

// tellable names the check that tells that an amount is not what a figure costs,
// "" if nobody can be sure of that.
func (l *priceList) tellable(f *quote, amount int64) string {
	m, sure := l.market(f.country, f.day)
	r := l.rate(f.asked)
	steps, known := l.steps(f.asked)
	right := func(s rate.Tier) bool { return !apart(amount, s.Amount) }
	if !sure || !r.Sure() || !apart(amount, f.list) || slices.ContainsFunc(steps, right) || !known && amount < f.list {
		return ""
	}
	if f.category == authentication {
		intl := l.rate(asked{f.currency, authInternational, f.country, f.day, f.unit})
		if intl.State == rate.Known && !apart(amount, intl.Amount) {
			return "WA206"
		}
	}
	check := "WA204"
	for _, name := range l.markets.Names() {
		other, _ := l.markets.Named(name)
		r := l.card.Rate(f.currency, other, category.Of(f.category), f.unit, f.day)
		if other == m || r.State != rate.Known || apart(amount, r.Amount) {
			continue
		}
		if amount != r.Amount {
			return "" // whether rounding explains it is a matter of taste
		}
		check = "WA205"
	}
	return check
}

// MadeUp is the value of Options.Contract for a card of made-up figures, in every
// currency of the accounts.
const MadeUp = "made-up"

// madeUpCard writes a card that has a figure for every charge of any date, in the
// order of what the currency is worth, and no volume tiers.
func madeUpCard(markets *rate.Markets, currencies []string) ([]byte, error) {
	talks := []category.Category{category.BusinessInitiated, category.UserInitiated, category.Service}
	var rows []rate.ListedRate
	for _, currency := range currencies {
		add := func(market int, c category.Category, unit rate.Unit, from rate.Day, kind int) {
			thousandths := int64(20+3*market+400*kind) * worth[currency]
			rows = append(rows, rate.ListedRate{
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
