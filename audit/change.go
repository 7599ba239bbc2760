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
	messages int64
	more     map[string]money.Amount // by currency, what messages cost more than before
	months   map[string]map[era.Month]bool
}

// add counts a delivered message. Where a card has both rates it adds what the
// message costs more.
func (c *changeCost) add(valuer *price.Valuer, v *verdict.JudgedPair, j *verdict.Judgement, change *template.CategoryChange) *changeCost {
	if c == nil {
		c = &changeCost{more: map[string]money.Amount{}, months: map[string]map[era.Month]bool{}}
	}
	c.messages++
	if valuer == nil {
		return c
	}
	before := valuer.InCategory(v, j, category.Of(change.Change.Previous))
	after := valuer.InCategory(v, j, category.Of(change.Change.New))
	if !before.OK() || !after.OK() {
		return c
	}
	c.more[after.Currency] = c.more[after.Currency].Add(money.Of(after.Amount - before.Amount))
	if c.months[after.Currency] == nil {
		c.months[after.Currency] = map[era.Month]bool{}
	}
	c.months[after.Currency][price.Month(v, j)] = true
	return c
}

// merge adds what another worker counted.
func (c *changeCost) merge(o *changeCost) *changeCost {
	if c == nil {
		return o
	}
	c.messages += o.messages
	for currency, more := range o.more {
		c.more[currency] = c.more[currency].Add(more)
	}
	for currency, months := range o.months {
		if c.months[currency] == nil {
			c.months[currency] = months
			continue
		}
		for m := range months {
			c.months[currency][m] = true
		}
	}
	return c
}

func (c *changeCost) count() int64 {
	if c == nil {
		return 0
	}
	return c.messages
}

// extra lists what messages cost more, by currency.
func (c *changeCost) extra() []check.CategoryCost {
	if c == nil {
		return nil
	}
	var list []check.CategoryCost
	for _, currency := range slices.Sorted(maps.Keys(c.more)) {
		list = append(list, check.CategoryCost{Currency: currency, Amount: c.more[currency], Months: int64(len(c.months[currency]))})
	}
	return list
}
