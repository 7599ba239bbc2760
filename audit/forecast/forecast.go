// Package forecast tells what a month that is not over will come to: what it has cost so
// far, and the rest as in the weeks before, each of which is tried. No distribution is
// assumed: the likely sum is the mean of the weeks, the range that of the quietest and
// the busiest.
package forecast

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/settle"
	"waudit/audit/verdict"
)

// How many whole weeks before the rest of a month are tried, at most and at least.
const mostWeeks, leastWeeks = 8, 2

// dayHours is into how many parts a day is cut: of the last day only the rest is foretold.
const dayHours = 24

// Tally counts what is charged, or paid by a free tier, by day. It implements
// price.Watcher, and wants all of the log judged under the rules and rates of its end.
type Tally struct {
	valuer *price.Valuer
	counts map[kind]map[rate.Day]int64
}

// kind is what counts as alike.
type kind struct {
	account *account.Account
	figure  *price.Figure
	unit    rate.Unit
	tier    string // whose free tier it uses, "" for none
}

// New returns an empty tally that values by the cards.
func New(cards *price.Cards) *Tally {
	return &Tally{valuer: cards.Valuer(), counts: map[kind]map[rate.Day]int64{}}
}

// See implements price.Watcher.
func (t *Tally) See(p *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth) {
	k := kind{account: p.Account, unit: w.Unit}
	if j.Era.Counts(j.Message) {
		k.tier = p.Account.ID
		if j.Era.FreeTier.ByNumber {
			k.tier = p.Number
		}
	}
	switch {
	case j.Outcome == outcome.Charge:
		k.figure = t.valuer.InCategory(p, j, category.Category(j.Code))
	case j.Outcome == outcome.Free && j.Code == outcome.FreeTier:
		k.figure = t.valuer.InCategory(p, j, j.Category)
	}
	if k.figure.OK() {
		t.add(k, p.Facts.Calendar.Day(j.Message.Instant()), 1)
	}
}

func (t *Tally) add(k kind, day rate.Day, n int64) {
	if t.counts[k] == nil {
		k.tier = strings.Clone(k.tier) // that of a number lives as long as its pair is looked at
		t.counts[k] = map[rate.Day]int64{}
	}
	t.counts[k][day] += n
}

// Merge implements price.Watcher.
func (t *Tally) Merge(w price.Watcher) {
	if o, ok := w.(*Tally); ok {
		for k, days := range o.counts {
			for day, n := range days {
				t.add(k, day, n)
			}
		}
	}
}

// Forecast tells what the month of the log's last event (in UTC) will come to, given when
// the log's events begin and end (Unix milliseconds), and what it has cost so far by
// currency; and the low end of that by currency.
func (t *Tally) Forecast(first, last int64, soFar map[string]money.Amount) (*result.Forecast, map[string]money.Amount) {
	at := time.UnixMilli(last).UTC()
	f := &result.Forecast{Through: result.Stamp(last), Month: at.Format("2006-01")}
	if len(t.counts) == 0 {
		f.Why = "nothing in the log has a known rate, or costs anything"
		return f, nil
	}
	weeks := t.weeks(first, func(c *era.Calendar) rate.Day { return c.Day(last).AddDays(-1) })
	if f.Weeks = weeks; weeks < leastWeeks {
		f.Why = "the log has fewer than two whole weeks before its last day"
		return f, nil
	}
	begin := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	var low map[string]money.Amount
	f.Sums, low = t.sums(cut{
		month: begin,
		day:   func(c *era.Calendar) rate.Day { return c.Day(last) },
		hours: func(c *era.Calendar) int64 { return hoursLeft(time.UnixMilli(last).In(c.Zone())) },
	}, weeks, soFar)
	for {
		end := begin.AddDate(0, 0, -1)
		begin = begin.AddDate(0, -1, 0)
		then := endOf(begin.AddDate(0, 0, min(at.Day(), end.Day())-1))
		weeks := t.weeks(first, then.day)
		if weeks < leastWeeks {
			return f, low
		}
		parted, actual := t.month(then).cost(), t.month(endOf(end)).cost()
		past, _ := t.sums(then, weeks, parted)
		for i, s := range past {
			past[i].SoFar, past[i].Actual = about(parted[s.Currency]), about(actual[s.Currency])
		}
		f.Past = append(f.Past, past...)
	}
}

// cut is where what has happened of a month ends, by the calendar of each account: the
// last day, which may lie in another month there, and how many hours of it are to come.
type cut struct {
	month time.Time // its first day
	day   func(*era.Calendar) rate.Day
	hours func(*era.Calendar) int64
}

// hoursLeft is how many whole hours of its day are to come: none before midnight, so that a
// month that is over comes to what it has cost.
func hoursLeft(at time.Time) int64 {
	hour, minute, second := at.Clock()
	over := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	return int64((dayHours*time.Hour - over) / time.Hour)
}

// endOf cuts at the end of a day.
func endOf(day time.Time) cut {
	return cut{
		day.AddDate(0, 0, 1-day.Day()), func(*era.Calendar) rate.Day { return rate.DayOf(day.Date()) }, func(*era.Calendar) int64 { return 0 },
	}
}

// days are the first and the last day of the month.
func (c cut) days() (first, last rate.Day) {
	return rate.DayOf(c.month.Date()), rate.DayOf(c.month.AddDate(0, 1, -1).Date())
}

// weeks is how many whole weeks the log has that end with a day.
func (t *Tally) weeks(first int64, end func(*era.Calendar) rate.Day) int {
	weeks := mostWeeks
	for k := range t.counts {
		calendar := k.account.Facts.Calendar
		begin, n := calendar.Day(first), 0
		for n < mostWeeks && end(calendar).AddDays(-7*(n+1)) >= begin {
			n++
		}
		weeks = min(weeks, n)
	}
	return weeks
}

// sums foretell a month by each of the weeks before the cut, and tell the low ends.
func (t *Tally) sums(at cut, weeks int, soFar map[string]money.Amount) ([]result.ForecastSum, map[string]money.Amount) {
	type span struct{ low, high, all money.Amount }
	spans := map[string]*span{}
	for back := range weeks {
		for currency, more := range t.rest(at, back) {
			s := spans[currency]
			if s == nil {
				s = &span{low: more, high: more}
				spans[currency] = s
			}
			s.low, s.high, s.all = money.Min(s.low, more), money.Max(s.high, more), s.all.Add(more)
		}
	}
	for currency := range soFar {
		if spans[currency] == nil {
			spans[currency] = &span{}
		}
	}
	out, low := []result.ForecastSum{}, map[string]money.Amount{}
	for _, currency := range slices.Sorted(maps.Keys(spans)) {
		s, so := spans[currency], soFar[currency]
		low[currency] = so.Add(s.low)
		out = append(out, result.ForecastSum{
			Month: at.month.Format("2006-01"), Currency: currency, SoFar: so.String(), Likely: about(so.Add(s.all.Quo(int64(weeks)))), Low: about(low[currency]), High: about(so.Add(s.high)),
		})
	}
	return out, low
}

// about writes an amount without the decimals that sharing it out has made.
func about(a money.Amount) string { return a.Quo(100_000).Times(100_000).String() }

// rest is what the rest of the month costs beyond the cut, by currency, if its days go as
// those of the same weekday in a week before it.
func (t *Tally) rest(at cut, back int) map[string]money.Amount {
	more := map[kind]int64{} // in hours: a message of a whole day counts 24 times
	first, end := at.days()
	for k, days := range t.counts {
		more[k] = 0
		calendar := k.account.Facts.Calendar
		day := at.day(calendar)
		hours := at.hours(calendar)
		known := day // the last whole day
		if hours > 0 {
			known = day.AddDays(-1)
		}
		for d := max(known.AddDays(1), first); d <= end; d = d.AddDays(1) {
			n := days[likeIn(d, known, back)] * dayHours
			if d == day {
				n = n / dayHours * hours
			}
			more[k] += n
		}
	}
	all := t.month(at)
	before := all.cost()
	for k, n := range more {
		all.counts[k] += n
	}
	cost := all.cost()
	for currency, was := range before {
		cost[currency] = cost[currency].Sub(was)
	}
	return cost
}

// likeIn is the day of the same weekday in the week that ends so many weeks before known.
func likeIn(d, known rate.Day, back int) rate.Day {
	behind := int(d.Time().Sub(known.Time()) / (24 * time.Hour))
	return known.AddDays((behind-1)%7 + 1 - 7*(back+1))
}

// month is what there is of the cut's month until then.
func (t *Tally) month(at cut) *monthHours {
	all := &monthHours{era.MonthOf(at.month.Year(), at.month.Month()), map[kind]int64{}}
	first, end := at.days()
	for k, days := range t.counts {
		for d := first; d <= min(at.day(k.account.Facts.Calendar), end); d++ {
			all.counts[k] += days[d] * dayHours
		}
	}
	return all
}

// monthHours is a month's messages, each counted 24 times.
type monthHours struct {
	month  era.Month
	counts map[kind]int64
}

// cost is what they cost by currency: at list rates, but for what free tiers pay, of whose
// messages each is taken at their mean, and for what volume tiers take off.
func (h *monthHours) cost() map[string]money.Amount {
	cost := map[string]money.Amount{}
	tiers := map[string]*free{}
	volumes := price.ByScope{}
	for _, k := range slices.SortedFunc(maps.Keys(h.counts), compare) {
		n := h.counts[k]
		worth := money.Of(k.figure.Amount).Times(n).Quo(dayHours)
		cost[k.figure.Currency] = cost[k.figure.Currency].Add(worth)
		if k.tier == "" {
			volumes.Add(k.account, h.month, k.unit, k.figure, &price.Tiered{N: n / dayHours})
			continue
		}
		of := tiers[k.tier]
		if of == nil {
			used := k.account.Base(settle.Allowance{Number: k.tier != k.account.ID, ID: k.tier, Month: h.month}, true).Used
			of = &free{left: max(settle.FreeUnits-int64(used), 0) * dayHours, worth: map[string]money.Amount{}}
			tiers[k.tier] = of
		}
		of.units, of.worth[k.figure.Currency] = of.units+n, of.worth[k.figure.Currency].Add(worth)
	}
	for _, of := range tiers {
		for currency, worth := range of.worth {
			if of.units > 0 {
				cost[currency] = cost[currency].Sub(worth.Times(min(of.left, of.units)).Quo(of.units))
			}
		}
	}
	for scope, of := range volumes {
		cost[scope.Currency] = cost[scope.Currency].Sub(of.Discount(0, of.N))
	}
	return cost
}

// free is what uses one free tier.
type free struct {
	left, units int64 // in hours
	worth       map[string]money.Amount
}

func compare(a, b kind) int {
	return cmp.Or(cmp.Compare(a.account.ID, b.account.ID), cmp.Compare(a.tier, b.tier), cmp.Compare(a.figure.Currency, b.figure.Currency),
		cmp.Compare(a.figure.Market, b.figure.Market), cmp.Compare(a.figure.Category, b.figure.Category), cmp.Compare(a.unit, b.unit))
}
