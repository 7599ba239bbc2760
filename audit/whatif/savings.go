package whatif

import (
	"context"
	"maps"
	"slices"

	"waudit/audit/check"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/result"
)

// Savings finds habits that cost money, and counts what the log would have cost without
// them: the checks of check.OfSavings that are chosen are taken one after the other, each
// looking at the log as those before have left it, and the log is judged again after each.
// So no money counts twice, and the sum is what the last replay saves. What is certain of
// the habits comes first, then the rest. Of each habit the earliest examples are kept.
func Savings(ctx context.Context, w World, checks []check.Check, examples int) (habits []result.Habit, sums []result.SavingsSum, lines []result.WhatIfLine, missing []result.MissingRate, err error) {
	chosen := chosenHabits(checks)
	first, found, missing, err := look(ctx, w, chosen, examples)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	without, last := first, first
	habits = []result.Habit{}
	for _, sure := range []bool{true, false} {
		for _, h := range chosen {
			f := found[habitPart{h.ID, sure}]
			if f == nil {
				continue
			}
			then := w
			f.apply(&then, h.ID)
			now, next, lacking, err := look(ctx, then, chosen, examples)
			if err != nil {
				return nil, nil, nil, nil, err
			}
			if now.unvalued() > last.unvalued() {
				continue // what something would have cost then, no card says
			}
			w, found, missing = then, next, lacking
			habits = append(habits, h.result(sure, f, saved(last, now)))
			if last = now; sure {
				without = now
			}
		}
	}
	return habits, savingsSums(first, without, last), sideBySide(first, without), missing, nil
}

// habitPart is a habit, by the id of its check, with what is certain of it or with the rest.
type habitPart struct {
	check string
	sure  bool
}

// avoidable is a check of avoidable spend, and how it looks at a charge.
type avoidable struct {
	check.Check
	find func(*charge) (act, bool)
}

// chosenHabits are those of the checks, in the order in which they are taken.
func chosenHabits(checks []check.Check) (chosen []avoidable) {
	for _, c := range check.OfSavings() {
		if slices.ContainsFunc(checks, func(o check.Check) bool { return o.ID == c.ID }) {
			chosen = append(chosen, avoidable{c, finders[c.ID]})
		}
	}
	return chosen
}

func (h *avoidable) result(sure bool, f *found, saved []result.Money) result.Habit {
	r := result.Habit{
		Check: h.ID, Name: h.Name, Severity: h.Severity, Title: h.Doc.Title, Certain: sure, Messages: f.messages, Saved: saved,
		Rule: result.Rule{Clause: h.Clause, Source: h.Doc.Source},
	}
	for _, e := range f.examples {
		r.Examples = append(r.Examples, e.HabitExample)
	}
	return r
}

// look judges a log and returns what it comes to, and what habits were found in it.
func look(ctx context.Context, w World, habits []avoidable, examples int) (*worldTotal, map[habitPart]*found, []result.MissingRate, error) {
	seen := seen{end: w.Census().To, changes: w.Options.Templates.Changes(), period: w.Options.Period}
	s, report, err := judge(ctx, w, func(t *tally) price.Watcher {
		return &finder{
			tally: t, seen: seen, habits: habits, examples: examples, parts: map[part]*found{}, reads: map[string]bool{}, tiers: map[tier]*units{},
		}
	})
	if err != nil {
		return nil, nil, nil, err
	}
	f, ok := report.Watched.(*finder)
	if !ok {
		return s, nil, report.Missing, nil
	}
	return s, f.gather(), report.Missing, nil
}

// unvalued is how many charges have no figure.
func (s *worldTotal) unvalued() (n int64) {
	for _, of := range s.sums {
		n += of.unvalued
	}
	return n
}

// most is what a sum surely does not go beyond.
func (s *sum) most() money.Amount { return s.amount.Add(s.high) }

// saved is what one side costs less than another, by currency.
func saved(from, to *worldTotal) []result.Money {
	amounts := map[string]money.Amount{}
	for _, currency := range currenciesOf(from, to) {
		if by := from.sum(currency).most().Sub(to.sum(currency).most()); !by.IsZero() {
			amounts[currency] = by
		}
	}
	return price.Money(amounts)
}

// savingsSums are the sums of the log, of it without the certain habits, and without any.
func savingsSums(first, without, last *worldTotal) (out []result.SavingsSum) {
	for _, currency := range currenciesOf(first, without, last) {
		a, b, c := first.sum(currency), without.sum(currency), last.sum(currency)
		if a.isNothing() && b.isNothing() {
			continue
		}
		out = append(out, result.SavingsSum{
			Currency: currency, Before: a.write(), After: b.write(), Saved: a.most().Sub(b.most()).String(), Perhaps: b.most().Sub(c.most()).String(),
		})
	}
	return out
}

// currenciesOf are the currencies of the sums of sides, in order.
func currenciesOf(sides ...*worldTotal) []string {
	all := map[string]bool{}
	for _, s := range sides {
		for currency := range s.sums {
			all[currency] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
