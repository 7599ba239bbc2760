package audit

import (
	"maps"
	"slices"

	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/template"
	"waudit/audit/verdict"
)

// changeCost is what came after a change of a template's category. A nil one is
// that of a change that nothing came after.
type changeCost struct {
	Messages int64
	More     map[string]money.Amount // by currency, what messages cost more than before
	Months   map[string]map[era.Month]bool
}

func newChangeCost() *changeCost {
	return &changeCost{More: map[string]money.Amount{}, Months: map[string]map[era.Month]bool{}}
}

// add counts a delivered message. Where a card has both rates it adds what the
// message costs more.
func (c *changeCost) add(valuer *price.Valuer, v *verdict.JudgedPair, j *verdict.Judgement, change *template.CategoryChange) *changeCost {
	if c == nil {
		c = newChangeCost()
	}
	c.Messages++
	if valuer == nil {
		return c
	}
	before := valuer.InCategory(v, j, category.Of(change.Change.Previous))
	after := valuer.InCategory(v, j, category.Of(change.Change.New))
	if !before.OK() || !after.OK() {
		return c
	}
	c.More[after.Currency] = c.More[after.Currency].Add(money.Of(after.Amount - before.Amount))
	if c.Months[after.Currency] == nil {
		c.Months[after.Currency] = map[era.Month]bool{}
	}
	c.Months[after.Currency][price.Month(v, j)] = true
	return c
}

// merge adds what another worker counted.
func (c *changeCost) merge(o *changeCost) *changeCost {
	if c == nil {
		c = newChangeCost()
	}
	c.Messages += o.Messages
	for currency, more := range o.More {
		c.More[currency] = c.More[currency].Add(more)
	}
	for currency, months := range o.Months {
		if c.Months[currency] == nil {
			c.Months[currency] = months
			continue
		}
		maps.Copy(c.Months[currency], months)
	}
	return c
}

func (c *changeCost) count() int64 {
	if c == nil {
		return 0
	}
	return c.Messages
}

// extra lists what messages cost more, by currency.
func (c *changeCost) extra() []check.CategoryCost {
	if c == nil {
		return nil
	}
	var list []check.CategoryCost
	for _, currency := range slices.Sorted(maps.Keys(c.More)) {
		list = append(list, check.CategoryCost{Currency: currency, Amount: c.More[currency], Months: int64(len(c.Months[currency]))})
	}
	return list
}
