package audit

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// unsetKey is a fact about an account that the configuration does not give.
type unsetKey struct {
	WABA string
	Key  string // as the configuration writes it below the account
}

// unsetFact counts a message that depends on a fact.
func (j *judge) unsetFact(v *verdict.JudgedPair, key string) {
	j.unset[unsetKey{strings.Clone(v.Account.ID), key}]++
}

// noteUnset counts the facts about its account that a message depends on.
func (j *judge) noteUnset(v *verdict.JudgedPair, jd *verdict.Judgement) {
	switch j.worth.Lacks(v.Account) {
	case price.NoCurrency:
		j.unsetFact(v, "currency")
	case price.NoZone:
		if !v.Account.Facts.Calendar.ZoneKnown() {
			j.unsetFact(v, "timezone")
		}
	case price.NoRate:
		j.noteRate(v, jd)
	case price.None:
		if j.worth.Estimated() {
			j.unsetFact(v, "currency")
		}
	}
	why := jd.Doubt
	if jd.Outcome == outcome.Uncertain {
		why = jd.Why
		for f := range reading.NumFacts {
			if jd.Unset.Has(f) {
				j.unsetFact(v, f.String())
			}
		}
	}
	if key := check.Unset(why, v, jd); key != "" {
		j.unsetFact(v, key)
	}
}

func (j *judge) unsetFacts() []result.UnsetFact {
	facts := make([]result.UnsetFact, 0, len(j.unset))
	for k, n := range j.unset {
		facts = append(facts, result.UnsetFact{WABA: k.WABA, Key: k.Key, Messages: n})
	}
	slices.SortFunc(facts, func(x, y result.UnsetFact) int {
		return cmp.Or(strings.Compare(x.WABA, y.WABA), strings.Compare(x.Key, y.Key))
	})
	return facts
}

// rateKey is a rate that a charge needs and its card does not have.
type rateKey struct {
	Card     string // its name
	Currency string
	Market   rate.Market
	Category category.Category
	Unit     rate.Unit
}

// rateNeed is how many messages need a rate, and on which days.
type rateNeed struct {
	Messages    int64
	First, Last rate.Day
}

func (n *rateNeed) add(o rateNeed) {
	if n.Messages == 0 {
		n.First = o.First
	}
	n.Messages, n.First, n.Last = n.Messages+o.Messages, min(n.First, o.First), max(n.Last, o.Last)
}

// noteRate counts a message that needs a rate which no card has.
func (j *judge) noteRate(v *verdict.JudgedPair, jd *verdict.Judgement) {
	day := j.valuer.Day(v, jd)
	for _, f := range [...]*price.Figure{j.worth.Due, j.worth.Said} {
		if f != nil && f.Why == price.NoRate {
			need(j.needs, rateKey{f.Card.Name, f.Currency, f.Market, f.Category, j.worth.Unit}).add(rateNeed{1, day, day})
			return
		}
	}
}

func need(needs map[rateKey]*rateNeed, k rateKey) *rateNeed {
	n := needs[k]
	if n == nil {
		n = &rateNeed{}
		needs[k] = n
	}
	return n
}

// missingRates lists the rates that charges need and no card has.
func (j *judge) missingRates(markets *rate.Markets) []result.MissingRate {
	var list []result.MissingRate
	for k, n := range j.needs {
		list = append(list, result.MissingRate{
			Card: k.Card, Currency: k.Currency, Market: markets.Name(k.Market), Category: k.Category.String(), Unit: k.Unit.String(),
			From: n.First.String(), To: n.Last.String(), Messages: n.Messages,
		})
	}
	slices.SortFunc(list, func(x, y result.MissingRate) int {
		return cmp.Or(strings.Compare(x.Card, y.Card), strings.Compare(x.Currency, y.Currency), strings.Compare(x.Market, y.Market),
			strings.Compare(x.Category, y.Category), strings.Compare(x.Unit, y.Unit))
	})
	return list
}
