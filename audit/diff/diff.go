// Package diff compares two reports of one kind: what is found in one and not in
// the other, what is told otherwise, and what it comes to in money.
package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"waudit/audit/money"
	"waudit/audit/result"
)

// Compare returns what differs between two reports. It is an error to compare
// reports of two kinds.
func Compare(older, newer *Extract, limits []Limit) (*result.Diff, error) {
	if older.schema != newer.schema {
		return nil, fmt.Errorf("%s is a %s, %s a %s: only reports of one kind can be compared", older.path, older.schema, newer.path, newer.schema)
	}
	d := &result.Diff{
		Schema: result.DiffSchema, Of: older.schema, Old: older.compared(), New: newer.compared(),
		Hashed: older.hashed() && newer.hashed(), Causes: causes(older, newer), Exceeded: exceeded(older, newer, limits),
		Amounts: amountDiffs(older.amounts, newer.amounts), Counts: countDiffs(older.counts, newer.counts), Checks: checkDiffs(older.checks, newer.checks),
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

func (d *Extract) compared() result.Compared {
	c := result.Compared{Path: d.path, Version: d.tool.Version, Incomplete: append([]string{}, d.run.Incomplete...)}
	if d.run.Config != nil {
		c.Config = d.run.Config.Path
	}
	return c
}

// nth tells what has the same id or key apart, which well-made reports do not
// have.
type nth[K comparable] struct {
	key K
	n   int
}

// pair returns for each element of the newer list the one of the older that has its
// key, nil for none, and what is left of the older.
func pair[T any, K comparable](older, newer []T, key func(*T) K) (partners []*T, left []*T) {
	index := map[nth[K]]*T{}
	seen := map[K]int{}
	for i := range older {
		k := key(&older[i])
		index[nth[K]{k, seen[k]}] = &older[i]
		seen[k]++
	}
	clear(seen)
	met := map[*T]bool{}
	partners = make([]*T, len(newer))
	for i := range newer {
		k := key(&newer[i])
		partners[i] = index[nth[K]{k, seen[k]}]
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

func amountDiffs(older, newer map[measure]money.Amount) (out []result.AmountDiff) {
	for _, f := range union(older, newer, compareFigures) {
		if was, is := older[f], newer[f]; was != is {
			out = append(out, result.AmountDiff{Name: f.name, Check: f.check, Currency: f.currency, Old: write(was), New: write(is), Difference: write(is.Sub(was))})
		}
	}
	return out
}

func countDiffs(older, newer map[measure]int64) (out []result.CountDiff) {
	for _, f := range union(older, newer, compareFigures) {
		if was, is := older[f], newer[f]; was != is {
			out = append(out, result.CountDiff{Name: f.name, Old: was, New: is, Difference: is - was})
		}
	}
	return out
}

// sumDiffs compares sums of these names.
func sumDiffs(names []string, older, newer []money.Amount) (out []result.SumsDiff) {
	for n, name := range names {
		if older[n] != newer[n] {
			out = append(out, result.SumsDiff{Name: name, Old: write(older[n]), New: write(newer[n]), Difference: write(newer[n].Sub(older[n]))})
		}
	}
	return out
}

func checkDiffs(older, newer map[checkKey]*checkTotal) (out []result.CheckDiff) {
	keys := union(older, newer, func(x, y checkKey) int {
		return cmp.Or(cmp.Compare(x.check, y.check), cmp.Compare(x.currency, y.currency))
	})
	for _, k := range keys {
		was, is := cmp.Or(older[k], &checkTotal{}), cmp.Or(newer[k], &checkTotal{})
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

func counts(was, is int64) result.CountPair {
	return result.CountPair{Old: was, New: is, Difference: is - was}
}

// lineKey is what a line of a bill is about.
type lineKey struct{ waba, portfolio, month, market, category, unit, currency string }

func keyOf(l *result.BillLine) lineKey {
	return lineKey{l.WABA, l.Portfolio, l.Month, l.Market, l.Category, l.Unit, l.Currency}
}

// lineDiffs compares the lines of two bills.
func lineDiffs(older, newer []result.BillLine) ([]result.LineDiff, error) {
	out := []result.LineDiff{}
	partners, left := pair(older, newer, keyOf)
	add := func(was, is *result.BillLine) error {
		d, err := lineDiff(was, is)
		if err == nil && len(d.Counts)+len(d.Amounts) > 0 {
			out = append(out, d)
		}
		return err
	}
	for _, was := range left {
		if err := add(was, nil); err != nil {
			return nil, err
		}
	}
	for i, was := range partners {
		if err := add(was, &newer[i]); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(x, y result.LineDiff) int {
		return cmp.Or(cmp.Compare(x.WABA, y.WABA), cmp.Compare(x.Portfolio, y.Portfolio), cmp.Compare(x.Month, y.Month), cmp.Compare(x.Market, y.Market),
			cmp.Compare(x.Category, y.Category), cmp.Compare(x.Unit, y.Unit), cmp.Compare(x.Currency, y.Currency))
	})
	return out, nil
}

// lineDiff compares two lines of one key, of which one may be nil.
func lineDiff(was, is *result.BillLine) (result.LineDiff, error) {
	k := keyOf(cmp.Or(is, was))
	before, sumsBefore, err := lineFigures(was)
	if err != nil {
		return result.LineDiff{}, err
	}
	after, sumsAfter, err := lineFigures(is)
	return result.LineDiff{
		WABA: k.waba, Portfolio: k.portfolio, Month: k.month, Market: k.market, Category: k.category, Unit: k.unit, Currency: k.currency,
		Counts: countDiffs(before, after), Amounts: sumDiffs(append([]string{"rate"}, billSums[:]...), sumsBefore, sumsAfter),
	}, err
}

// lineFigures are the counts of a line, and its rate and sums.
func lineFigures(l *result.BillLine) (map[measure]int64, []money.Amount, error) {
	sums := make([]money.Amount, 1+len(billSums))
	if l == nil {
		return nil, sums, nil
	}
	var free int64
	for _, u := range l.Free {
		free += u.Messages
	}
	for n, value := range [...]string{l.Rate, l.Amount, l.Low, l.High} {
		var err error
		if sums[n], err = parse(value); err != nil {
			return nil, sums, fmt.Errorf("line %s %s %s: %w", l.Month, l.Market, l.Category, err)
		}
	}
	return map[measure]int64{{order: 0, name: "charges"}: l.Charges, {order: 1, name: "free"}: free, {order: 2, name: "uncertain"}: l.Uncertain, {order: 3, name: "unvalued"}: l.Unvalued}, sums, nil
}

// changesOf lists what two reports say differently of one finding: what it comes to,
// and how sure and how grave it is. Its words, its evidence and its place may differ.
func changesOf(was, is *result.Finding) []result.ChangedKey {
	var changes []result.ChangedKey
	note := func(key, older, newer string) {
		if older != newer {
			changes = append(changes, result.ChangedKey{Key: key, Old: older, New: newer})
		}
	}
	note("verdict", string(was.Verdict), string(is.Verdict))
	note("severity", string(was.Severity), string(is.Severity))
	note("category", was.Category, is.Category)
	note("expected", expectation(was.Expected), expectation(is.Expected))
	note("count", strconv.FormatInt(was.Count, 10), strconv.FormatInt(is.Count, 10))
	a, b := amountOf(was), amountOf(is)
	note("amount.currency", a.Currency, b.Currency)
	for n, older := range texts(a) {
		note("amount."+sumNames[n], normal(older), normal(texts(b)[n]))
	}
	note("amount.basis", a.Basis, b.Basis)
	note("amount.estimate", strconv.FormatBool(a.Estimate), strconv.FormatBool(b.Estimate))
	return changes
}

// normal writes an amount in the one way in which equal ones are the same text, ""
// for none.
func normal(value string) string {
	amount, err := parse(value)
	if value == "" || err != nil {
		return value
	}
	return write(amount)
}

// expectation writes what should have become of a message, "" if nobody says:
// "free:customer_service_window", "uncertain:log_start (charge:utility, free:service)".
func expectation(e *result.Expected) string {
	if e == nil {
		return ""
	}
	text := e.Outcome
	for _, part := range []string{e.Category, e.Reason, e.Why} {
		if part != "" {
			text += ":" + part
		}
	}
	if len(e.Candidates) > 0 {
		text += " (" + strings.Join(e.Candidates, ", ") + ")"
	}
	return text
}

// worsened reports whether a finding is graver than it was, or takes more money or
// more messages. Money that becomes certain is more, money that becomes uncertain is
// not.
func worsened(was, is *result.Finding) bool {
	if x, y := was.Severity.Grave(), is.Severity.Grave(); x != y {
		return y > x
	}
	before, _ := sumsOf(was) // both were read before
	after, _ := sumsOf(is)
	if currencyOf(was) != currencyOf(is) || amountOf(was).Estimate && !amountOf(is).Estimate {
		return after[overcharged].Sign() > 0
	}
	for _, n := range [...]int{overcharged, uncertain} {
		if c := after[n].Cmp(before[n]); c != 0 {
			return c > 0
		}
	}
	return messagesOf(is) > messagesOf(was)
}

// Fails reports whether a diff has an added or worsened finding that counts.
func Fails(d *result.Diff, counts func(*result.Finding) bool) bool {
	return slices.ContainsFunc(d.Added, func(f result.Finding) bool { return counts(&f) }) ||
		slices.ContainsFunc(d.Changed, func(c result.Changed) bool { return c.Worsened && counts(&c.Finding) })
}
