package rate

import (
	"fmt"
	"slices"
	"time"

	"waudit/audit/category"
)

// Unit is what a rate is for.
type Unit uint8

// The units.
const (
	PerMessage Unit = iota
	PerConversation
)

var unitNames = [...]string{PerMessage: "message", PerConversation: "conversation"}

// String returns "message" or "conversation".
func (u Unit) String() string { return unitNames[u] }

// perMessageFrom is the day from which messages, not conversations, are charged.
const perMessageFrom Day = 2025_07_01

// UnitOn returns what is charged on a day.
func UnitOn(day Day) Unit {
	if day < perMessageFrom {
		return PerConversation
	}
	return PerMessage
}

// perCategoryFrom is the day from which conversations are charged by category.
const perCategoryFrom Day = 2023_06_01

// CategoriesOn returns the categories that Meta's lists of a day have. Before
// messages were charged not every list had authentication_international.
func CategoriesOn(day Day) []category.Category {
	if day < perCategoryFrom {
		return []category.Category{category.UserInitiated, category.BusinessInitiated}
	}
	return []category.Category{category.Marketing, category.Utility, category.Authentication, category.AuthInternational, category.Service}
}

// IsCharged reports whether Meta charged in a category by the unit on a day. The
// last figures of what is charged no more stand on its card for ever.
func IsCharged(cat category.Category, unit Unit, day Day) bool {
	listed, _ := Listed(cat)
	isListed := slices.Contains(CategoriesOn(day), listed) || listed == category.GeneralPurposeAI // of which no list tells
	return isListed && unit == UnitOn(day)
}

// Availability says what a card knows of a rate.
type Availability uint8

// The states of a rate. NotOffered is a figure too: in that market and category
// there is no such charge.
const (
	Unknown Availability = iota
	NotOffered
	Known
)

// The words for how well a figure is attested. The card of a contract is
// verified by who signed it.
const (
	Verified   = "verified"
	Unverified = "unverified"
	conflict   = "conflict"
	Missing    = "missing"
)

// Rate is what a card says of one market, category and day.
type Rate struct {
	State  Availability
	Amount int64  // billionths of the currency's unit for one message or conversation; valid if Known
	Status string // "verified", "unverified", "conflict"; "missing" or "" if Unknown
	Source string // where the figure stands
	From   Day    // since when; 0 if the card has no figure
}

// Sure reports whether the figure is verified.
func (r Rate) Sure() bool { return r.Status == Verified }

// Tier is a step of a volume tier: what each of the messages From to To of a
// month costs, counted over portfolio, market and category.
type Tier struct {
	From, To int64 // inclusive, from 1; To 0: and all above
	Rate
}

// Card is a rate card: what messages and conversations cost, by market,
// category and day. Days are those of the account's time zone. A Card does not
// change once it is made, and is safe for concurrent use.
type Card struct {
	Name   string
	SHA256 string // of the text it was read from, in hex
	// Until is the last day for which the card speaks: of later days it knows
	// nothing. 0: it has no end.
	Until      Day
	markets    *Markets
	currencies []string
	lists      map[rateKey][]Rate   // by day
	tiers      map[rateKey][]ladder // by day
	spans      []validity           // by currency
}

// validity is the days for which a card speaks in one currency.
type validity struct{ first, last Day } // last 0: it has no end

// rateKey is where a card's figures stand.
type rateKey struct {
	market   Market
	category category.Category
	unit     Unit
	currency uint8
}

// ladder is the volume tiers since a day.
type ladder struct {
	from  Day
	steps []Tier // without gaps, from the first message on
}

// Currencies returns the currencies that the card has figures in, sorted.
func (c *Card) Currencies() []string { return slices.Sorted(slices.Values(c.currencies)) }

// Has reports whether the card has figures in a currency.
func (c *Card) Has(currency string) bool { return slices.Contains(c.currencies, currency) }

// Rate returns the list rate in force on a day. A category that Meta's card does
// not have in a market is not offered there, if the card has other figures of
// that market and day: its lists are whole. Of contracts that is not known.
func (c *Card) Rate(currency string, m Market, cat category.Category, unit Unit, day Day) Rate {
	n := slices.Index(c.currencies, currency)
	if n < 0 || m == NoMarket || !c.spans[n].has(day) {
		return Rate{}
	}
	listed, derived := Listed(cat)
	rows, ok := c.lists[rateKey{m, listed, unit, uint8(n)}]
	if !ok {
		if derived || !c.isWhole(uint8(n), m, unit, day) || !slices.Contains(CategoriesOn(day), listed) {
			return Rate{}
		}
		return Rate{State: NotOffered, Status: Verified}
	}
	r := inForce(rows, day, func(r Rate) Day { return r.From })
	if r == nil {
		return Rate{}
	}
	if derived && r.State == Known {
		shown := *r
		shown.Status = Unverified
		return shown
	}
	return *r
}

// isWhole reports whether the card has a list of the market for the day: a figure
// of one of the categories that lists of that time have.
func (c *Card) isWhole(currency uint8, m Market, unit Unit, day Day) bool {
	if c.Name != MetaName {
		return false
	}
	for _, cat := range CategoriesOn(day) {
		r := inForce(c.lists[rateKey{m, cat, unit, currency}], day, func(r Rate) Day { return r.From })
		if r != nil && r.State != Unknown {
			return true
		}
	}
	return false
}

// Before returns the last figure that the card has of a market and category from
// before a day, in force or not: what a newer list is compared with.
func (c *Card) Before(currency string, m Market, cat category.Category, unit Unit, day Day) Rate {
	n := slices.Index(c.currencies, currency)
	if n < 0 {
		return Rate{}
	}
	rows := c.lists[rateKey{m, cat, unit, uint8(n)}]
	for _, row := range slices.Backward(rows) {
		if row.From < day && row.State == Known {
			return row
		}
	}
	return Rate{}
}

// NextChange returns the first day behind a day on which the card has a new
// list, in any currency, 0 if it knows of none. What no list tells does not end
// one: AI providers' rates began and ended in the middle of a quarter.
func (c *Card) NextChange(day Day) (next Day) {
	for at, rows := range c.lists {
		if at.category == category.GeneralPurposeAI {
			continue
		}
		for _, r := range rows {
			if r.From > day && (next == 0 || r.From < next) {
				next = r.From
			}
		}
	}
	return next
}

func (s validity) has(day Day) bool { return day >= s.first && (s.last == 0 || day <= s.last) }

// inForce returns the last of the rows whose first day has come, nil if none has.
func inForce[T any](rows []T, day Day, from func(T) Day) *T {
	for i := len(rows) - 1; i >= 0; i-- {
		if from(rows[i]) <= day {
			return &rows[i]
		}
	}
	return nil
}

// Listed returns the category whose rate a category is charged at. No card lists
// group messages and marketing_lite for themselves; that they cost what their
// base category does is derived.
func Listed(cat category.Category) (listed category.Category, derived bool) {
	switch cat {
	case category.GroupMarketing, category.GroupUtility, category.GroupService, category.MarketingLite:
		return cat.Base(), true
	}
	return cat, false
}

// Tiered reports whether volume tiers count messages of a category
// (rules 4.5): utility, and authentication together with
// authentication_international; never in groups.
func Tiered(cat category.Category) bool {
	switch cat {
	case category.Utility, category.Authentication, category.AuthInternational:
		return true
	}
	return false
}

// TiersFrom returns the volume tiers that the card has from a day on, where it is
// the day that FirstDay tells of them; nil if it has none.
func (c *Card) TiersFrom(currency string, m Market, cat category.Category, from Day) []Tier {
	for _, l := range c.laddersOf(currency, m, cat) {
		if l.from == from {
			return l.steps
		}
	}
	return nil
}

// FirstDay returns the day from which volume tiers hold that the card's Tiers has
// returned for the same market and category; false if they are not the card's.
func (c *Card) FirstDay(currency string, m Market, cat category.Category, steps []Tier) (from Day, ok bool) {
	for _, l := range c.laddersOf(currency, m, cat) {
		if &l.steps[0] == &steps[0] {
			return l.from, true
		}
	}
	return 0, false
}

func (c *Card) laddersOf(currency string, m Market, cat category.Category) []ladder {
	n := slices.Index(c.currencies, currency)
	if n < 0 {
		return nil
	}
	return c.tiers[rateKey{m, cat, PerMessage, uint8(n)}]
}

// Tiers returns the volume tiers in force on a day, the first message's first.
// known is false where there are tiers of which the card does not know the
// steps: a message costs at most the list rate then. Without tiers both are zero
// and true.
func (c *Card) Tiers(currency string, m Market, cat category.Category, day Day) (steps []Tier, known bool) {
	n := slices.Index(c.currencies, currency)
	if !Tiered(cat) || UnitOn(day) == PerConversation {
		return nil, true
	}
	if n < 0 || !c.spans[n].has(day) {
		return nil, false
	}
	list := c.Rate(currency, m, cat, PerMessage, day)
	if l := inForce(c.tiers[rateKey{m, cat, PerMessage, uint8(n)}], day, func(l ladder) Day { return l.from }); l != nil {
		if l.from < list.From {
			return nil, false // steps of an older list; those of this one are not on the card
		}
		return l.steps, true
	}
	// A contract that lists no tiers has none; Meta has them all the same.
	return nil, c.Name != MetaName || list.State == NotOffered
}

// Day is a calendar day as the number yyyymmdd. 0 is no day: before all as a
// beginning, after all as an end.
type Day int32

// DayOf returns the day of a date.
func DayOf(year int, month time.Month, day int) Day {
	return Day(year*10_000 + int(month)*100 + day)
}

// ParseDay reads a day written as 2006-01-02.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is no day, such as 2026-10-01", s)
	}
	return DayOf(t.Date()), nil
}

// Time returns 00:00 UTC of the day.
func (d Day) Time() time.Time { return d.In(time.UTC) }

// In returns when the day begins in a zone: at 00:00, or where the clocks are put forward
// over that, as soon as they are.
func (d Day) In(zone *time.Location) time.Time {
	t := time.Date(int(d)/10_000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, zone)
	if DayOf(t.Date()) < d {
		_, t = t.ZoneBounds()
	}
	return t
}

// String writes the day as 2006-01-02, none as "".
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10_000, d/100%100, d%100)
}

// AddDays returns the day so many days later, earlier if n is negative. d is not 0.
func (d Day) AddDays(n int) Day {
	return DayOf(d.Time().AddDate(0, 0, n).Date())
}

// QuarterEnd returns the last day of the quarter: Meta's lists change with them.
// d is not 0.
func (d Day) QuarterEnd() Day {
	next := time.Date(int(d/10_000), time.Month((d/100%100-1)/3*3+4), 1, 0, 0, 0, 0, time.UTC)
	return DayOf(next.Date()).AddDays(-1)
}
