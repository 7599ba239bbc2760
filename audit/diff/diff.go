// Package diff compares two reports of one kind: what is found in one and not in
// the other, what is told otherwise, and what it comes to in money.
package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"waudit/audit/money"
	"waudit/audit/result"
)

// Compare returns what differs between two reports. It is an error to compare
// reports of two kinds.
func Compare(older, newer *Document, limits []Limit) (*result.Diff, error) {
	if older.schema != newer.schema {
		return nil, fmt.Errorf("%s is a %s, %s a %s: only reports of one kind can be compared", older.path, older.schema, newer.path, newer.schema)
	}
	d := &result.Diff{
		Schema: result.DiffSchema, Of: older.schema, Old: older.compared(), New: newer.compared(),
		Hashed: older.hashed() && newer.hashed(), Causes: causes(older, newer), Exceeded: exceeded(older, newer, limits),
		Amounts: amountDiffs(older.amounts, newer.amounts), Counts: countDiffs(older.counts, newer.counts), Checks: checkDiffs(older.checks, newer.checks),
		Added: []result.Finding{}, Resolved: []result.Finding{}, Changed: []result.Changed{},
	}
	lines, err := lineDiffs(older.lines, newer.lines)
	if err != nil {
		return nil, err
	}
	d.Lines = lines
	compareFindings(d, older.findings, newer.findings)
	d.Same = len(d.Amounts)+len(d.Counts)+len(d.Checks)+len(d.Lines)+len(d.Added)+len(d.Resolved)+len(d.Changed) == 0
	return d, nil
}

func (d *Document) compared() result.Compared {
	c := result.Compared{Path: d.path, Version: d.tool.Version, Incomplete: append([]string{}, d.run.Incomplete...)}
	if d.run.Config != nil {
		c.Config = d.run.Config.Path
	}
	return c
}

// occurrence tells what has the same id or key apart, which well-made reports do not
// have.
type occurrence[K comparable] struct {
	key K
	n   int
}

// pair returns for each element of the newer list the one of the older that has its
// key, nil for none, and what is left of the older.
func pair[T any, K comparable](older, newer []T, key func(*T) K) (partners []*T, left []*T) {
	index := map[occurrence[K]]*T{}
	seen := map[K]int{}
	for i := range older {
		k := key(&older[i])
		index[occurrence[K]{k, seen[k]}] = &older[i]
		seen[k]++
	}
	clear(seen)
	met := map[*T]bool{}
	partners = make([]*T, len(newer))
	for i := range newer {
		k := key(&newer[i])
		partners[i] = index[occurrence[K]{k, seen[k]}]
		met[partners[i]] = true
		seen[k]++
	}
	for i := range older {
		if !met[&older[i]] {
			left = append(left, &older[i])
		}
	}
	return partners, left
}

// compareFindings finds what became of each finding.
func compareFindings(d *result.Diff, older, newer []result.Finding) {
	partners, resolved := pair(older, newer, func(f *result.Finding) string { return f.ID })
	for _, f := range resolved {
		d.Resolved = append(d.Resolved, *f)
	}
	for i, was := range partners {
		is := &newer[i]
		if was == nil {
			d.Added = append(d.Added, *is)
			continue
		}
		changes := changesOf(was, is)
		if len(changes) == 0 {
			d.Summary.Same++
			continue
		}
		c := result.Changed{Worsened: worsened(was, is), Changes: changes, Finding: *is}
		if c.Worsened {
			d.Summary.Worsened++
		}
		d.Changed = append(d.Changed, c)
	}
	d.Summary.Added, d.Summary.Resolved, d.Summary.Changed = int64(len(d.Added)), int64(len(d.Resolved)), int64(len(d.Changed))
}

// union returns the keys of both maps in order.
func union[K comparable, V any](a, b map[K]V, compare func(x, y K) int) []K {
	keys := slices.Collect(maps.Keys(a))
	for k := range b {
		if _, both := a[k]; !both {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, compare)
	return keys
}

func compareFigures(x, y measure) int {
	return cmp.Or(cmp.Compare(x.currency, y.currency), cmp.Compare(x.order, y.order), cmp.Compare(x.check, y.check), cmp.Compare(x.name, y.name))
}

// decimals is how many decimals money is written with at least.
const decimals = 4

func write(a money.Amount) string { return money.Format(a, decimals) }

func amountDiffs(older, newer map[measure]money.Amount) []result.AmountDiff {
	out := []result.AmountDiff{}
	for _, f := range union(older, newer, compareFigures) {
		if was, is := older[f], newer[f]; was != is {
			out = append(out, result.AmountDiff{Name: f.name, Check: f.check, Currency: f.currency, Old: write(was), New: write(is), Difference: write(is.Sub(was))})
		}
	}
	return out
}

func countDiffs(older, newer map[measure]int64) []result.CountDiff {
	out := []result.CountDiff{}
	for _, f := range union(older, newer, compareFigures) {
		if was, is := older[f], newer[f]; was != is {
			out = append(out, result.CountDiff{Name: f.name, Old: was, New: is, Difference: is - was})
		}
	}
	return out
}

// sumDiffs compares sums of these names.
func sumDiffs(names []string, older, newer []money.Amount) []result.SumsDiff {
	out := []result.SumsDiff{}
	for n, name := range names {
		if older[n] != newer[n] {
			out = append(out, result.SumsDiff{Name: name, Old: write(older[n]), New: write(newer[n]), Difference: write(newer[n].Sub(older[n]))})
		}
	}
	return out
}

func checkDiffs(older, newer map[checkKey]*tally) []result.CheckDiff {
	out := []result.CheckDiff{}
	keys := union(older, newer, func(x, y checkKey) int {
		return cmp.Or(cmp.Compare(x.check, y.check), cmp.Compare(x.currency, y.currency))
	})
	for _, k := range keys {
		was, is := cmp.Or(older[k], &tally{}), cmp.Or(newer[k], &tally{})
		sums := sumDiffs(sumNames[:], was.sums[:], is.sums[:])
		if was.findings == is.findings && was.messages == is.messages && len(sums) == 0 {
			continue
		}
		out = append(out, result.CheckDiff{
			Check: k.check, Name: cmp.Or(is.name, was.name), Currency: k.currency, Amounts: sums,
			Findings: counts(was.findings, is.findings), Messages: counts(was.messages, is.messages),
		})
	}
	return out
}

func counts(was, is int64) result.Counts {
	return result.Counts{Old: was, New: is, Difference: is - was}
}
