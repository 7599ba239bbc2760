// Package whatif tells what a log would have cost under other rules, at other rates or
// by other habits. The log is judged again in each world, which has one assumption more
// than the one before: so the difference that each makes is counted, not estimated.
package whatif

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"waudit/audit"
	"waudit/audit/coverage"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// World is a log and what holds in it.
type World struct {
	Log     audit.Log
	Census  func() *coverage.Census // makes one of the log that is not finished
	Options audit.Options           // but for the census
}

// Assumption is one thing that is otherwise.
type Assumption struct {
	Name  string // as the flag is called: "rules"
	Value string // what is assumed: "2026-10-01"
	Text  string // in words
	apply func(*World) error
	met   *atomic.Bool // whether there was anything to assume it of; nil: always
}

// Under returns a world under the rules and rates of a day.
func Under(w World, day rate.Day) (World, error) {
	for _, a := range []Assumption{Rules(day), Rates(day)} {
		if err := a.apply(&w); err != nil {
			return World{}, err
		}
	}
	return w, nil
}

// Compare judges the log as it is and then under one assumption more at a time, and
// returns the sums by currency, and the first and the last world side by side. Missing
// are the rates that the last world lacks.
func Compare(ctx context.Context, w World, assumed []Assumption) (sums []result.WhatIfSum, lines []result.WhatIfLine, missing []result.MissingRate, err error) {
	sides := make([]*worldTotal, 0, len(assumed)+1)
	for i := range len(assumed) + 1 {
		if i > 0 {
			if err := assumed[i-1].apply(&w); err != nil {
				return nil, nil, nil, err
			}
		}
		s, found, err := judge(ctx, w, func(t *tally) price.Watcher { return t })
		if err != nil {
			return nil, nil, nil, err
		}
		sides, missing = append(sides, s), found.Missing
	}
	first, last := sides[0], sides[len(sides)-1]
	return sumUp(sides, assumed), sideBySide(first, last), missing, nil
}

// judge judges the log of a world. What watches is made around a tally, which it merges.
func judge(ctx context.Context, w World, around func(*tally) price.Watcher) (*worldTotal, *audit.Findings, error) {
	o := w.Options
	o.Census, o.Survey, o.Checks = w.Census(), nil, nil
	o.Watch = func() price.Watcher { return around(newTally(o.Prices)) }
	_, found, err := audit.Audit(ctx, unpriced(w.Log), o)
	if err != nil {
		return nil, nil, err
	}
	s := &worldTotal{cells: map[bucketKey]*counted{}, sums: map[string]*sum{}}
	if t, ok := found.Watched.(tallied); ok {
		s.take(t.tallied(), found.Lowered)
	}
	return s, found, nil
}

// bucketKey is what is compared.
type bucketKey struct{ waba, market, category, currency string }

// counted is what there is of a cell.
type counted struct {
	charges, free, uncertain, unvalued int64
	amount, low, high                  money.Amount
}

func (c *counted) add(o counted) {
	c.charges, c.free, c.uncertain, c.unvalued = c.charges+o.charges, c.free+o.free, c.uncertain+o.uncertain, c.unvalued+o.unvalued
	c.amount, c.low, c.high = c.amount.Add(o.amount), c.low.Add(o.low), c.high.Add(o.high)
}

func (c *counted) write() result.WhatIfSide {
	return result.WhatIfSide{
		Charges: c.charges, Free: c.free, Uncertain: c.uncertain, Unvalued: c.unvalued,
		Amount: c.amount.String(), Low: c.low.String(), High: c.high.String(),
	}
}

// worldTotal is what the log comes to in one world.
type worldTotal struct {
	cells map[bucketKey]*counted
	sums  map[string]*sum // by currency
}

// sum is a side in one currency. What is paid is what the charges would cost at list
// rates, with what the free tier pays for, but for what the tiers take off.
type sum struct {
	counted
	spared, off money.Amount // what the free tier pays for, and what volume tiers take off
}

// list is what all that is charged, and what the free tier pays for, costs at list rates.
func (s *sum) list() money.Amount { return s.amount.Add(s.off).Add(s.spared) }

// isNothing reports whether there is nothing but what costs nothing.
func (s *sum) isNothing() bool {
	return s.charges+s.unvalued == 0 && s.high.IsZero() && s.spared.IsZero() && s.off.IsZero()
}

func (s *worldTotal) sum(currency string) *sum {
	if s.sums[currency] == nil {
		s.sums[currency] = &sum{}
	}
	return s.sums[currency]
}

func (s *worldTotal) cell(at bucketKey) *counted {
	if s.cells[at] == nil {
		s.cells[at] = &counted{}
	}
	return s.cells[at]
}

func (s *worldTotal) take(t *tally, lowered []price.Lowered) {
	for _, l := range t.Lines(lowered) {
		c := counted{charges: l.Charges, uncertain: l.Uncertain, unvalued: l.Unvalued, amount: l.Amount, low: l.Low, high: l.High}
		for _, f := range l.Free {
			c.free += f.Messages
		}
		at := bucketKey{cmp.Or(l.WABA, l.Portfolio), l.Market, l.Category, l.Currency}
		s.cell(at).add(c)
		total := s.sum(l.Currency)
		total.add(c)
		total.off = total.off.Add(l.Off)
	}
	for currency, spared := range t.spared {
		s.sum(currency).spared = spared
	}
}

// move adds what there is of a cell to another one.
func (s *worldTotal) move(from, to bucketKey) {
	of := s.cells[from]
	if of == nil {
		return
	}
	s.cell(to).add(*of)
	delete(s.cells, from)
}

// sumUp explains the difference of the first and the last side by the steps between.
func sumUp(sides []*worldTotal, assumed []Assumption) []result.WhatIfSum {
	first, last := sides[0], sides[len(sides)-1]
	out := []result.WhatIfSum{}
	for _, currency := range currenciesOf(sides...) {
		a, b := first.sum(currency), last.sum(currency)
		if a.isNothing() && b.isNothing() {
			continue
		}
		steps, from := []result.WhatIfStep{}, 0
		for i := range assumed {
			now := sides[i+1].sum(currency)
			if i+1 < len(assumed) && now.unvalued > max(sides[from].sum(currency).unvalued, sides[i+2].sum(currency).unvalued) {
				continue // there are no rates under these rules alone: the next step is taken with this one
			}
			var names []string
			for _, of := range assumed[from : i+1] {
				names = append(names, of.Name)
			}
			steps = append(steps, result.WhatIfStep{Step: strings.Join(names, " and "), Amount: now.list().Sub(sides[from].sum(currency).list()).String()})
			from = i + 1
		}
		steps = append(steps,
			result.WhatIfStep{Step: "free units", Amount: a.spared.Sub(b.spared).String()},
			result.WhatIfStep{Step: "volume tiers", Amount: a.off.Sub(b.off).String()},
		)
		out = append(out, result.WhatIfSum{Currency: currency, Before: a.write(), After: b.write(), Difference: b.amount.Sub(a.amount).String(), Steps: steps})
	}
	return out
}

// sideBySide lays what two worlds come to beside each other.
func sideBySide(before, after *worldTotal) []result.WhatIfLine {
	all, priced := map[bucketKey]bool{}, map[bucketKey][]string{}
	for _, s := range []*worldTotal{before, after} {
		for c := range s.cells {
			bare := bucketKey{c.waba, c.market, c.category, ""}
			if c != bare && !all[c] {
				priced[bare] = append(priced[bare], c.currency)
			}
			all[c] = true
		}
	}
	for c := range all {
		// What is free has no currency: it is laid beside what is charged, where that has one.
		if in := priced[c]; len(in) == 1 {
			delete(all, c)
			for _, s := range []*worldTotal{before, after} {
				s.move(c, bucketKey{c.waba, c.market, c.category, in[0]})
			}
		}
	}
	order := slices.SortedFunc(maps.Keys(all), func(a, b bucketKey) int {
		return cmp.Or(strings.Compare(a.waba, b.waba), strings.Compare(a.category, b.category), strings.Compare(a.market, b.market), strings.Compare(a.currency, b.currency))
	})
	lines := make([]result.WhatIfLine, 0, len(order))
	for _, c := range order {
		var a, b counted
		if was := before.cells[c]; was != nil {
			a = *was
		}
		if is := after.cells[c]; is != nil {
			b = *is
		}
		lines = append(lines, result.WhatIfLine{
			WABA: c.waba, Market: c.market, Category: c.category, Currency: c.currency, Before: a.write(), After: b.write(), Difference: b.amount.Sub(a.amount).String(),
		})
	}
	return lines
}
