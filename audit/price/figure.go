// Package price says what a decision comes to in money: what the log says was
// charged, what should have been, and what lies between.
package price

import (
	"slices"
	"strings"
	"sync"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// Lack says why a charge has no figure.
type Lack uint8

// The reasons, None where there is a figure.
const (
	None       Lack = iota
	NoCurrency      // the account's currency is not configured
	NoMarket        // where the user is cannot be told
	NoRate          // the card does not know the rate
	NotOffered      // the card says that there is no such rate
	NoZone          // the rate changed on a day that begins at no known instant
	NumLacks
)

var lackWords = [NumLacks]string{
	NoCurrency: "currency", NoMarket: "market", NoRate: "rate", NotOffered: "not_offered", NoZone: "timezone",
}

// String names what is missing, "" for None.
func (w Lack) String() string { return lackWords[w] }

// Figure is what one charge costs by a card. Equal figures of the same Cards are one,
// so that they can be compared by their addresses.
type Figure struct {
	Why      Lack  // why there is none; Amount is 0 then
	Amount   int64 // list rate in billionths, which cards hold to 64 bits; of the first tier, where there are tiers
	Currency string
	Market   rate.Market
	Category category.Category
	Card     *rate.Card
	Tiers    *[]rate.Tier // volume tiers beyond the list rate; nil for none
	AtMost   bool         // there are tiers that the card does not know: it may have cost less
	Sure     bool         // verified
	Estimate bool         // in a currency that is not known to be the account's
}

// OK reports whether there is a figure.
func (f *Figure) OK() bool { return f != nil && f.Why == None }

// Note says what a figure rests on beside the card, "" if there is nothing to
// add.
func (f *Figure) Note() string {
	if !f.OK() {
		return ""
	}
	var notes []string
	if f.Estimate {
		notes = append(notes, "estimate: Meta's list rate in "+f.Currency+", as the account's currency is not configured")
	}
	switch {
	case f.AtMost && !f.Sure:
		notes = append(notes, "at most: volume tiers of that time are not known; the list rate is not verified")
	case f.AtMost:
		notes = append(notes, "at most: volume tiers of that time are not known")
	case !f.Sure:
		notes = append(notes, "the rate is not verified")
	}
	return strings.Join(notes, "; ")
}

// Cards is the cards and markets to value by. It is safe for concurrent use.
type Cards struct {
	Markets *rate.Markets
	Meta    *rate.Card // Meta's list
	// Estimate is the currency in which charges of accounts are valued by Meta's list
	// of which nobody knows what they are billed in; "" for none: they have no value.
	// Such a figure accuses nobody.
	Estimate string

	// AsOf is the day by whose markets and rates all charges are valued; 0: that of each.
	AsOf rate.Day

	byName []rate.Market // all markets, in the order of their names

	mu    sync.Mutex
	equal map[Figure]*Figure
	tiers map[*rate.Tier]*[]rate.Tier
}

// NewCards returns Meta's list and the accounts' own cards.
func NewCards(markets *rate.Markets, meta *rate.Card) *Cards {
	b := &Cards{Markets: markets, Meta: meta, equal: map[Figure]*Figure{}, tiers: map[*rate.Tier]*[]rate.Tier{}}
	for _, name := range markets.Names() {
		if m, ok := markets.Named(name); ok {
			b.byName = append(b.byName, m)
		}
	}
	return b
}

// one returns the address of a figure.
func (c *Cards) one(f Figure) *Figure { return interned(c, c.equal, f, f) }

// steps returns one address for one list of steps.
func (c *Cards) steps(steps []rate.Tier) *[]rate.Tier { return interned(c, c.tiers, &steps[0], steps) }

// interned returns the one address of all values that have a key.
func interned[K comparable, V any](c *Cards, known map[K]*V, key K, value V) *V {
	c.mu.Lock()
	defer c.mu.Unlock()
	own, ok := known[key]
	if !ok {
		own = &value
		known[key] = own
	}
	return own
}

// Valuer finds figures and keeps them. It is for one goroutine.
type Valuer struct {
	cards *Cards
	days  map[*account.Account]*dayRange
	known map[request]*Figure
	sure  bool // it makes no estimates
	// Scales are how prices lie beside the accounts' cards, where most do so in one way;
	// nil if nobody knows.
	Scales func(ScaleKey) *Scale
}

// dayRange are the calendar days around the latest instant that was asked for.
type dayRange struct {
	from, to    int64 // Unix ms: instants that have the same days
	first, last rate.Day
}

// request is what a figure depends on: of the user only the market, how well it is
// known that the country belongs to it, and whether that changes between the days.
type request struct {
	account     *account.Account
	market      rate.Market
	sure, moves bool
	category    category.Category
	unit        rate.Unit
	first, last rate.Day
}

// Valuer returns a valuer by the cards.
func (c *Cards) Valuer() *Valuer {
	return &Valuer{cards: c, days: map[*account.Account]*dayRange{}, known: map[request]*Figure{}}
}

// WithoutEstimate makes the valuer know nothing of what accounts are billed in that do not
// say so.
func (v *Valuer) WithoutEstimate() *Valuer {
	v.sure = true
	return v
}

// Charge is what is to be valued.
type Charge struct {
	Account       *account.Account
	Phone, UserID string // of the user, or the member of a group
	Category      category.Category
	Unit          rate.Unit
	At            reading.Span // charge instant
}

// Figure returns what a charge costs: by the account's own card, else by
// Meta's list. The rate is that of the day in the account's zone; where that or
// the instant is not known well enough, all days that it may be must have one.
func (v *Valuer) Figure(c Charge) *Figure {
	first, last := v.dayOf(c.Account, c.At.Lo), v.dayOf(c.Account, c.At.Hi)
	r := request{account: c.Account, category: c.Category, unit: c.Unit, first: first[0], last: last[1]}
	r.market, r.sure = v.cards.Markets.Of(c.Phone, c.UserID, r.first)
	if r.last != r.first {
		other, sure := v.cards.Markets.Of(c.Phone, c.UserID, r.last)
		r.moves, r.sure = other != r.market, r.sure && sure
	}
	if f, ok := v.known[r]; ok {
		return f
	}
	own := v.cards.one(v.figure(r))
	v.known[r] = own
	return own
}

// Day returns the day in its account's zone that a message is charged on, the
// last that it may be.
func (v *Valuer) Day(p *verdict.JudgedPair, j *verdict.Judgement) rate.Day {
	return v.dayOf(p.Account, v.ChargeOf(p, j, category.None).At.Hi)[1]
}

// dayOf returns the first and the last day by whose rates a charge of an instant may be
// valued: those that it may lie on.
func (v *Valuer) dayOf(a *account.Account, t int64) [2]rate.Day {
	if v.cards.AsOf != 0 {
		return [2]rate.Day{v.cards.AsOf, v.cards.AsOf}
	}
	d := v.days[a]
	if d == nil {
		d = &dayRange{}
		v.days[a] = d
	}
	if t < d.from || t >= d.to {
		d.first, d.last, d.from, d.to = a.Facts.Calendar.Days(t)
	}
	return [2]rate.Day{d.first, d.last}
}

func (v *Valuer) figure(r request) Figure {
	if r.moves {
		return Figure{Why: NoZone}
	}
	card, currency := v.cardOf(r.account)
	f := Figure{Currency: currency, Market: r.market, Category: r.category, Card: card}
	if currency == "" && r.account.Rates == nil && v.cards.Estimate != "" && !v.sure {
		currency = v.cards.Estimate
		f.Currency, f.Estimate = currency, true
	}
	switch {
	case r.market == rate.NoMarket:
		f.Why = NoMarket
	case currency == "":
		f.Why = NoCurrency
	}
	if f.Why != None {
		return f
	}
	first, last := card.Rate(currency, r.market, r.category, r.unit, r.first), card.Rate(currency, r.market, r.category, r.unit, r.last)
	switch {
	case first.State != last.State || first.Amount != last.Amount:
		f.Why = NoZone
	case first.State == rate.NotOffered:
		f.Why = NotOffered
	case first.State == rate.Unknown:
		f.Why = NoRate
	}
	if f.Why != None {
		return f
	}
	f.Amount, f.Sure = first.Amount, first.Sure() && last.Sure() && r.sure
	if r.unit == rate.PerConversation {
		return f
	}
	steps, known := card.Tiers(currency, r.market, r.category, r.last)
	f.AtMost = !known
	if len(steps) > 1 {
		f.Tiers = v.cards.steps(steps)
	}
	return f
}

// cardOf returns the card that an account's charges are valued by, and its
// currency, "" if it is not known.
func (v *Valuer) cardOf(a *account.Account) (*rate.Card, string) {
	card := a.Rates
	if card == nil {
		card = v.cards.Meta
	}
	currency := a.Currency
	if of := card.Currencies(); currency == "" && a.Rates != nil && len(of) == 1 {
		currency = of[0]
	}
	return card, currency
}

// Currency returns the currency that an account's charges are valued in, "" if it is
// not known.
func (v *Valuer) Currency(a *account.Account) string {
	_, currency := v.cardOf(a)
	return currency
}

// rounded returns an amount to the nearest unit, halves away from zero.
func rounded(amount, unit int64) int64 {
	half := unit / 2
	if amount < 0 {
		return (amount - half) / unit * unit
	}
	return (amount + half) / unit * unit
}

// Matches reports whether an amount is a rate, exactly or rounded to at least
// four decimals.
func Matches(amount, rate int64) bool {
	for unit := int64(1); unit <= 100_000; unit *= 10 {
		if amount == rounded(rate, unit) {
			return true
		}
	}
	return false
}

// Allows reports whether a figure allows an amount: the list rate, that of a volume
// tier, or anything up to the list rate where the tiers are not known.
func (f *Figure) Allows(amount money.Amount) bool {
	n, ok := amount.Int64()
	switch {
	case !ok: // lines that come to more than any rate
		return false
	case Matches(n, f.Amount), f.AtMost && n >= 0 && n < f.Amount:
		return true
	}
	return f.Tiers != nil && slices.ContainsFunc(*f.Tiers, func(t rate.Tier) bool { return Matches(n, t.Amount) })
}

// Fault is what is wrong with an amount by the account's card.
type Fault uint8

// The faults, the most telling last.
const (
	Right Fault = iota
	WrongRate
	WrongMarket
	WrongAuth // international for domestic, or the reverse
)

// judgeRate holds the amount of a due charge to the account's own card
// (WA204 to WA206), and the difference of two categories (WA201).
func (v *Valuer) judgeRate(p *verdict.JudgedPair, j *verdict.Judgement, w *Worth, once money.Amount) (Sums, verdict.Conclusion) {
	s := Sums{Reported: once, Expected: once}
	if w.Due.Allows(once) {
		conclusion := j.Conclusion
		if w.Fault == WrongAuth {
			w.Fault, conclusion.Verdict = Right, result.OK // it is only called by the other's name
		}
		return s, conclusion
	}
	s.Expected = money.Of(w.Due.Amount)
	if w.Due.Sure {
		s = Between(s.Reported, s.Expected)
	} else {
		s = AtLeast(s.Reported, s.Expected)
	}
	if !mismatched(j) {
		w.Fault, w.Other = v.fault(p, j, w, once)
	}
	conclusion := verdict.Conclusion{Verdict: result.Undercharge}
	if w.doubtScale(&s, v.scale(p, w)); w.Scale != nil && s.Over.IsZero() {
		return s, verdict.Conclusion{Verdict: result.Uncertain, Doubt: reading.PricesDiffer}
	}
	switch {
	case !w.Due.Sure:
		conclusion.Verdict = result.Uncertain
	case s.Over.Sign() > 0:
		conclusion.Verdict = result.Overcharge
	}
	return s, conclusion
}

// fault finds out what the amount is the rate of.
func (v *Valuer) fault(p *verdict.JudgedPair, j *verdict.Judgement, w *Worth, once money.Amount) (Fault, rate.Market) {
	amount, ok := once.Int64()
	if !ok {
		return WrongRate, rate.NoMarket
	}
	due := category.Category(j.Code)
	switch due {
	case category.Authentication, category.AuthInternational:
		other := category.Authentication
		if due == other {
			other = category.AuthInternational
		}
		if f := v.InCategory(p, j, other); f.OK() && (Matches(amount, f.Amount) || !f.AtMost && f.Allows(once)) {
			return WrongAuth, rate.NoMarket
		}
	}
	c := v.ChargeOf(p, j, due)
	card, currency := v.cardOf(c.Account)
	day := v.dayOf(c.Account, c.At.Hi)[1]
	for _, m := range v.cards.byName {
		if r := card.Rate(currency, m, c.Category, c.Unit, day); m != w.Due.Market && r.State == rate.Known && Matches(amount, r.Amount) {
			return WrongMarket, m
		}
	}
	return WrongRate, rate.NoMarket
}
