package price

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/verdict"
	. "waudit/audit/verdict/verdicttest"
)

// TestWorth: how the money of one message to the United States is shared out, by a price
// in the log or by the card: what is reported, due, too much, too little and uncertain.
// Marketing is at USD 0.0250 there, utility at 0.0040 and less in higher volume tiers.
func TestWorth(t *testing.T) {
	markets, meta := Lists(t)
	const day = "2025-09-01 "
	held := func(a *account.Account) { a.Rates = meta }
	nobodyKnows := func(a *account.Account) { a.Currency = "" }
	sent := func(due string, says ...Said) [][]event.Event {
		return [][]event.Event{Sent("a", day+"10:00", due, says...)}
	}
	inWindow := func(says ...Said) [][]event.Event { return append(sent("utility", says...), Wrote(day+"09:00")) }
	afterwards := func(says ...Said) [][]event.Event {
		return [][]event.Event{Wrote("2025-08-31 09:00"), Sent("a", day+"08:59", "utility", append(says, Late(2e11))...)}
	}
	billedTwice := append(sent("marketing", Type("regular", "marketing")), Billed("a", day+"12:00", "1", "0.025"), Billed("a", day+"12:00", "2", "0.025"))
	marketing, utility := Type("regular", "marketing"), Type("regular", "utility")
	withFee := func(e *event.Event) { e.PriceKind = event.WithFee }
	for name, tt := range map[string]struct {
		events  [][]event.Event
		account func(*account.Account)
		want    string
	}{
		"charged as due":                              {sent("marketing", marketing), nil, "ok USD 0.0250 0.0250 0.0000 0.0000 0.0000 rate_card fault 0"},
		"in a currency that is assumed":               {sent("marketing", marketing), nobodyKnows, "ok EUR 0.0207 0.0207 0.0000 0.0000 0.0000 rate_card fault 0 estimated"},
		"in a dearer category":                        {sent("utility", marketing), nil, "overcharge USD 0.0250 0.0040 0.0210 0.0000 0.0000 rate_card fault 0"},
		"in a cheaper one":                            {sent("marketing", utility), nil, "undercharge USD 0.0040 0.0250 0.0000 0.0210 0.0000 rate_card fault 0"},
		"charged where it is free":                    {inWindow(utility), nil, "overcharge USD 0.0040 0.0000 0.0040 0.0000 0.0000 rate_card fault 0"},
		"called free where it is charged":             {sent("marketing", Type("free_customer_service", "marketing")), nil, "undercharge USD 0.0000 0.0250 0.0000 0.0250 0.0000 rate_card fault 0"},
		"no word of a price":                          {sent("marketing"), nil, "unreported  0.0000 0.0000 0.0000 0.0000 0.0000  fault 0"},
		"at the card's rate":                          {sent("marketing", marketing, Priced("0.025")), held, "ok USD 0.0250 0.0250 0.0000 0.0000 0.0000 reported fault 0"},
		"dearer than the card":                        {sent("marketing", marketing, Priced("0.03")), held, "overcharge USD 0.0300 0.0250 0.0050 0.0000 0.0000 reported fault 1"},
		"cheaper than the card":                       {sent("marketing", marketing, Priced("0.02")), held, "undercharge USD 0.0200 0.0250 0.0000 0.0050 0.0000 reported fault 1"},
		"at the rate of another market":               {sent("marketing", marketing, Priced("0.0732")), held, "overcharge USD 0.0732 0.0250 0.0482 0.0000 0.0000 reported fault 2"},
		"at the rate of a volume tier":                {sent("utility", utility, Priced("0.0036")), held, "ok USD 0.0036 0.0036 0.0000 0.0000 0.0000 reported fault 0"},
		"dear, and no card to hold it to":             {sent("marketing", marketing, Priced("0.03")), nil, "ok USD 0.0300 0.0300 0.0000 0.0000 0.0000 reported fault 0"},
		"another category's price":                    {sent("utility", marketing, Priced("0.025")), held, "overcharge USD 0.0250 0.0040 0.0210 0.0000 0.0000 reported fault 0"},
		"another category's price, and no card":       {sent("utility", marketing, Priced("0.025")), nil, "overcharge USD 0.0250 0.0000 0.0000 0.0000 0.0250 reported fault 0 range 0.0000 0.0250 utility"},
		"a price where it is free":                    {inWindow(utility, Priced("0.004")), held, "overcharge USD 0.0040 0.0000 0.0040 0.0000 0.0000 reported fault 0"},
		"a price with a fee where it is free":         {inWindow(utility, Priced("0.009"), withFee), held, "overcharge USD 0.0090 0.0000 0.0000 0.0000 0.0090 reported fault 0 range 0.0000 0.0090 utility"},
		"a price with a fee is held to no card":       {sent("marketing", marketing, Priced("0.03"), withFee), held, "ok USD 0.0300 0.0300 0.0000 0.0000 0.0000 reported fault 0"},
		"one charge by two lines":                     {billedTwice, held, "ok USD 0.0500 0.0250 0.0250 0.0000 0.0000 reported fault 0"},
		"international authentication at home":        {sent("authentication", Type("regular", "authentication_international")), held, "overcharge  0.0000 0.0000 0.0000 0.0000 0.0000  fault 3"},
		"domestic authentication":                     {sent("authentication", Type("regular", "authentication"), Priced("0.004")), held, "ok USD 0.0040 0.0040 0.0000 0.0000 0.0000 reported fault 0"},
		"charged, sent in the window, delivered late": {afterwards(utility), nil, "uncertain USD 0.0040 0.0000 0.0000 0.0000 0.0040 rate_card fault 0 range 0.0000 0.0040 utility"},
		"the same at a price":                         {afterwards(utility, Priced("0.004")), held, "uncertain USD 0.0040 0.0000 0.0000 0.0000 0.0040 reported fault 0 range 0.0000 0.0040 utility"},
		"the same called free":                        {afterwards(Type("free_customer_service", "utility")), nil, "ok  0.0000 0.0000 0.0000 0.0000 0.0000  fault 0 range 0.0000 0.0000 utility"},
		"the same without a word":                     {afterwards(), nil, "unreported  0.0000 0.0000 0.0000 0.0000 0.0000  fault 0 range 0.0000 0.0040 utility"},
	} {
		t.Run(name, func(t *testing.T) {
			cards := NewCards(markets, meta)
			cards.Estimate = "EUR"
			v := cards.Valuer()
			pair := Pair{Events: slices.Concat(tt.events...), Account: Known(), Bill: 1}
			if tt.account != nil {
				tt.account(pair.Account)
			}
			pair.Judge(func(p *verdict.JudgedPair, j *verdict.Judgement) {
				w, c := v.Judge(p, j)
				got := fmt.Sprintf("%s %s %s %s %s %s %s", c.Verdict, w.Currency, w.Reported, w.Expected, w.Over, w.Under, w.Uncertain)
				got += fmt.Sprintf(" %s fault %d", w.Basis, w.Fault)
				if w.Estimated() {
					got += " estimated"
				}
				if r, open := v.Range(p, j, &w); open {
					got += fmt.Sprintf(" range %s %s %s", r.Low, r.High, r.Category)
				}
				if got != tt.want {
					t.Errorf("\n got %s\nwant %s", got, tt.want)
				}
			})
		})
	}
}

// TestAuthentication: authentication to India by a business in the United States costs the
// international rate, and an amount that is the domestic one is known as that.
func TestAuthentication(t *testing.T) {
	markets, meta := Lists(t)
	for _, tt := range []struct{ named, price, want string }{
		{"authentication_international", "0.0304", "ok 0.0304 over 0.0000 under 0.0000 fault 0"},
		{"authentication_international", "0.0014", "undercharge 0.0304 over 0.0000 under 0.0290 fault 3"},
		{"authentication", "0.0304", "ok 0.0304 over 0.0000 under 0.0000 fault 0"},
		{"authentication", "0.0014", "undercharge 0.0304 over 0.0000 under 0.0290 fault 3"},
	} {
		pair := Pair{Events: Sent("a", "2026-10-15 10:00", "authentication", Type("regular", tt.named), Priced(tt.price)), Account: Known(), User: "919812345678", Country: "IN"}
		pair.Account.Rates = meta
		pair.Account.Facts.AuthInternational["IN"] = 0
		pair.Judge(func(p *verdict.JudgedPair, j *verdict.Judgement) {
			w, c := NewCards(markets, meta).Valuer().Judge(p, j)
			if got := fmt.Sprintf("%s %s over %s under %s fault %d", c.Verdict, w.Expected, w.Over, w.Under, w.Fault); got != tt.want {
				t.Errorf("%s at %s: %s, want %s", tt.named, tt.price, got, tt.want)
			}
		})
	}
}

// TestDamagedLog: nobody is accused by what a damaged log shows, and what is too much is
// uncertain.
func TestDamagedLog(t *testing.T) {
	v := newCards(t).Valuer()
	events := slices.Concat(Wrote("2025-09-01 09:00"), Sent("a", "2025-09-01 10:00", "utility", Type("regular", "utility")))
	Pair{Events: events, Corrupt: true}.Judge(func(p *verdict.JudgedPair, j *verdict.Judgement) {
		w, c := v.Judge(p, j)
		if c.Verdict != "uncertain" || c.Doubt != reading.LogDamaged || !w.Over.IsZero() || w.Uncertain.String() != "0.0040" {
			t.Errorf("%+v: %+v", c, w.Sums)
		}
	})
}

// TestPortable: a figure that goes to another process comes back as the one that it is
// among the cards, with its card and its volume tiers.
func TestPortable(t *testing.T) {
	cards := newCards(t)
	own := dollars(time.UTC)
	_, own.Rates = Lists(t)
	other := Known()
	other.Rates = &rate.Card{Name: "other"}
	at := reading.At(time.Date(2026, 10, 15, 0, 0, 0, 0, time.UTC).UnixMilli())
	charge := Charge{Account: own, Phone: "15551230001", Category: category.Utility, Unit: rate.PerMessage, At: at}
	free := charge
	free.Phone = ""
	for name, c := range map[string]Charge{"with tiers": charge, "without a market": free, "by Meta's list": {Account: Known(), Phone: "15551230001", Category: category.Marketing, Unit: rate.PerMessage, At: at}} {
		f := cards.Valuer().Figure(c)
		p, err := cards.Portable(c.Account, f)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := cards.Figure(c.Account, p); back != f {
			t.Errorf("%s: %+v came back as %+v, %v", name, *f, back, err)
		}
	}
	f := cards.Valuer().Figure(charge)
	if f.Tiers == nil {
		t.Fatal("utility to the United States has volume tiers")
	}
	cards.Meta = &rate.Card{}
	if _, err := cards.Portable(other, f); err == nil || !strings.Contains(err.Error(), "of another") {
		t.Errorf("a figure of a card that the account has not: %v", err)
	}
	if _, err := cards.Figure(other, &Portable{Tiered: true}); err == nil {
		t.Error("volume tiers of no card")
	}
}

// TestByScope: charges at rates with volume tiers are counted together over the accounts
// of a portfolio, and apart by month, market and currency; others are not counted.
func TestByScope(t *testing.T) {
	cards := newCards(t)
	v := cards.Valuer()
	one, two := dollars(time.UTC), dollars(time.UTC)
	two.ID, one.Portfolio, two.Portfolio = "2", "p", "p"
	at := reading.At(time.Date(2026, 10, 15, 0, 0, 0, 0, time.UTC).UnixMilli())
	figure := func(a *account.Account, c category.Category) *Figure {
		return v.Figure(Charge{Account: a, Phone: "15551230001", Category: c, Unit: rate.PerMessage, At: at})
	}
	scopes := ByScope{}
	september, october := era.MonthOf(2026, 9), era.MonthOf(2026, 10)
	scopes.Add(one, september, rate.PerMessage, figure(one, category.Utility), &Tiered{N: 1, Charged: money.Of(5)})
	scopes.Add(two, september, rate.PerMessage, figure(two, category.Utility), &Tiered{N: 2, Charged: money.Of(7), Corrupt: true})
	scopes.Add(two, october, rate.PerMessage, figure(two, category.Utility), &Tiered{N: 3})
	scopes.Add(one, september, rate.PerMessage, figure(one, category.Marketing), &Tiered{N: 4})
	scopes.Add(one, september, rate.PerConversation, figure(one, category.Utility), &Tiered{N: 5})
	var got []string
	for s, n := range scopes {
		got = append(got, fmt.Sprintf("%s %s %d %s several %v sure %v", s.Portfolio, s.Month, n.N, n.Charged, n.Several, n.Sure()))
	}
	slices.Sort(got)
	if want := []string{"p 2026-09 3 0.000000012 several true sure false", "p 2026-10 3 0.0000 several false sure true"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
