package rate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
)

// Join returns a card that goes on with another one of the same name: of two
// figures of one day the other's holds, and in the currencies that it has it says
// for how long.
func (c *Card) Join(other *Card) (*Card, error) {
	sum := sha256.Sum256([]byte(c.SHA256 + other.SHA256))
	joined := &Card{
		Name: c.Name, SHA256: hex.EncodeToString(sum[:]), Until: other.Until, currencies: slices.Clone(c.currencies),
		lists: maps.Clone(c.lists), tiers: maps.Clone(c.tiers),
	}
	if other.Name != c.Name {
		return nil, errors.New("the card is named " + other.Name + ", and goes on with no card of that name; a contract is named with its account")
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
	for i := range c.spans {
		joined.spans[i].last = c.spans[i].last
	}
	for i, n := range numbers {
		joined.spans[n].last = other.spans[i].last
	}
	return joined, nil
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
