package rate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// Join returns a card that goes on with another one of the same name. Of two
// figures of one day the other's holds. Between the end of one and the beginning
// of the next the joined card knows nothing, and where the other ends while c
// still speaks, c's figures are in force again: no figure outlives its card.
func (c *Card) Join(other *Card) (*Card, error) {
	if other.Name != c.Name {
		return nil, fmt.Errorf("the card is named %s, and goes on with no card of that name; a contract is named with its account", other.Name)
	}
	sum := sha256.Sum256([]byte(c.SHA256 + other.SHA256))
	joined := &Card{
		Name: c.Name, SHA256: hex.EncodeToString(sum[:]), markets: c.markets, currencies: slices.Clone(c.currencies),
		lists: maps.Clone(c.lists), tiers: maps.Clone(c.tiers),
	}
	numbers := make([]uint8, len(other.currencies))
	for i, currency := range other.currencies {
		n := slices.Index(joined.currencies, currency)
		if n < 0 {
			n = len(joined.currencies)
			joined.currencies = append(joined.currencies, currency)
		}
		numbers[i] = uint8(n)
	}
	for at, rows := range other.lists {
		at.currency = numbers[at.currency]
		joined.lists[at] = merge(joined.lists[at], rows, func(r Rate) Day { return r.From })
	}
	for at, rows := range other.tiers {
		at.currency = numbers[at.currency]
		joined.tiers[at] = merge(joined.tiers[at], rows, func(l ladder) Day { return l.from })
	}
	if err := joined.finish(); err != nil {
		return nil, err
	}
	for n := range joined.spans {
		joined.joinSpans(uint8(n), joinedCard{c, n}, joinedCard{other, slices.Index(numbers, uint8(n))})
		joined.Until = later(joined.Until, joined.spans[n].last, n == 0)
	}
	return joined, nil
}

// later returns the later of two last days, of which 0 is none.
func later(a, b Day, isFirst bool) Day {
	if isFirst || a != 0 && (b == 0 || b > a) {
		return b
	}
	return a
}

// joinedCard is a card that is joined, with its own number of a currency, which it may
// not have.
type joinedCard struct {
	*Card
	currency int
}

func (s joinedCard) has() bool { return 0 <= s.currency && s.currency < len(s.spans) }

// inForce returns the figure in force on a day, nil if the card does not have or
// does not know one.
func (s joinedCard) inForce(at rateKey, day Day) *Rate {
	if !s.has() || !s.spans[s.currency].has(day) {
		return nil
	}
	at.currency = uint8(s.currency)
	return inForce(s.lists[at], day, func(r Rate) Day { return r.From })
}

// joinSpans settles for how long the joined card speaks in a currency, and what
// holds where one of the two has ended.
func (c *Card) joinSpans(n uint8, first, second joinedCard) {
	joined := &c.spans[n]
	switch {
	case !first.has():
		joined.last = second.spans[second.currency].last
		return
	case !second.has():
		joined.last = first.spans[first.currency].last
		return
	}
	a, b := first.spans[first.currency], second.spans[second.currency]
	if b.last == 0 && a.last != 0 && second.newest(uint8(second.currency)) <= a.last {
		b.last = a.last // it mends what is there
	}
	joined.last = later(a.last, b.last, false)
	if a.last != joined.last {
		c.end(n, a.last, first, second)
	}
	if b.last != joined.last {
		c.end(n, b.last, second, first)
	}
}

// end puts in force behind the last day of a card what the other has, and where
// that is nothing, that nothing is known. What changes on the next day stays.
func (c *Card) end(currency uint8, last Day, ended, other joinedCard) {
	day := last.AddDays(1)
	for at, rows := range c.lists {
		now := inForce(rows, day, func(r Rate) Day { return r.From })
		if at.currency != currency || now == nil || now.From == day {
			continue
		}
		old, instead := ended.inForce(at, last), other.inForce(at, day)
		if old == nil || *now != *old || instead != nil && *now == *instead {
			continue // it is the other's
		}
		r := Rate{Status: Missing, Source: "the card before ends"}
		if instead != nil {
			r = *instead
		}
		r.From = day
		c.lists[at] = merge(rows, []Rate{r}, func(r Rate) Day { return r.From })
	}
}

// newest returns the last day from which a figure of a currency holds.
func (c *Card) newest(currency uint8) (day Day) {
	for at, rows := range c.lists {
		if at.currency == currency {
			day = max(day, rows[len(rows)-1].From)
		}
	}
	return day
}

// merge joins two lists in the order of days; of equal days the second's stays.
func merge[T any](first, second []T, day func(T) Day) []T {
	all := slices.DeleteFunc(slices.Clone(first), func(x T) bool {
		return slices.ContainsFunc(second, func(y T) bool { return day(x) == day(y) })
	})
	all = append(all, second...)
	slices.SortStableFunc(all, func(a, b T) int { return cmp.Compare(day(a), day(b)) })
	return all
}
