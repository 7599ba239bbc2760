package reconcile

import (
	"cmp"
	"maps"
	"slices"

	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// Difference is one difference between the bill and what is due by the log. All sums
// that are shown are sums of these, and of what was expected and billed alike.
type Difference struct {
	Step     string // of the waterfall
	Check    string // that tells it; "": it is named only
	Finding  string // id of the finding that it belongs to
	WABA     string // account, as far as it is known
	Currency string
	Basis    price.Basis // "" for that of the finding
	price.Sums
	beside money.Amount // due of other messages of the same amount, of which the sums hold what is charged beyond it
	N      int64        // lines or messages
	volume int64        // messages of the bill's volume that it is of; 0: it is of one message
	Lines  []string     // ids of the bill's lines
	Day    rate.Day     // the first that it may be of; 0 if it is not known, or the message tells it
}

// Differences is all differences, and what is as expected.
type Differences struct {
	expected map[string]money.Amount // by currency
	list     []Difference
}

func newDifferences() *Differences { return &Differences{expected: map[string]money.Amount{}} }

// expect books what is billed and due alike.
func (l *Differences) expect(currency string, amount money.Amount) {
	l.expected[currency] = l.expected[currency].Add(amount)
}

// add books a difference, with what of it is due.
func (l *Differences) add(e Difference) {
	l.expect(e.Currency, e.Expected)
	if e.Agree() && e.Reported == e.Expected {
		return
	}
	l.list = append(l.list, e)
}

// name books money of the bill that is compared with nothing.
func (l *Differences) name(step, currency string, amount money.Amount, n int64) {
	l.add(Difference{Step: step, Currency: currency, Sums: price.Sums{Reported: amount}, N: n})
}

func (l *Differences) merge(o *Differences) {
	for currency, amount := range o.expected {
		l.expect(currency, amount)
	}
	l.list = append(l.list, o.list...)
}

// acceptedStep is the step of what no finding tells: those that the user accepts, or
// of checks that are switched off, leave counts and money together.
const acceptedStep = "accepted, or of checks that are switched off"

// settle leaves out the findings that are not shown. What belonged to them stays in
// the waterfall, as a step of its own.
func (l *Differences) settle(shown map[string]bool) {
	for i := range l.list {
		if e := &l.list[i]; e.Check != "" && !shown[e.Finding] {
			e.Step, e.Check, e.Finding = acceptedStep, "", ""
		}
	}
}

// ofFinding is what the differences of a finding come to.
type ofFinding struct {
	price.Sums
	currency string
	basis    price.Basis
	lines    []string
	day      string
}

// findings sums up the differences by finding.
func (l *Differences) findings() map[string]*ofFinding {
	all := map[string]*ofFinding{}
	for i := range l.list {
		e := &l.list[i]
		if e.Finding == "" {
			continue
		}
		f := all[e.Finding]
		if f == nil {
			f = &ofFinding{currency: e.Currency, basis: e.Basis, day: e.Day.String()}
			all[e.Finding] = f
		}
		f.Add(e.Sums)
		f.lines = append(f.lines, e.Lines...)
	}
	return all
}

// rest is what the differences do not explain of totals, by currency.
func (l *Differences) rest(totals map[string]money.Amount) map[string]money.Amount {
	rest := maps.Clone(totals)
	for currency, amount := range l.expected {
		rest[currency] = rest[currency].Sub(amount)
	}
	for i := range l.list {
		e := &l.list[i]
		rest[e.Currency] = rest[e.Currency].Sub(e.Reported.Sub(e.Expected))
	}
	return rest
}

// waterfalls leads from what is due to the bill's totals, one a currency. What the
// differences do not explain of a total is a step of its own.
func (l *Differences) waterfalls(b *Bill) []result.Waterfall {
	type key struct{ currency, check, step string }
	counts, sums := map[key]int64{}, map[key]money.Amount{}
	for i := range l.list {
		e := &l.list[i]
		k := key{e.Currency, e.Check, e.Step}
		counts[k] += e.N
		sums[k] = sums[k].Add(e.Reported.Sub(e.Expected))
	}
	order := slices.SortedFunc(maps.Keys(sums), func(x, y key) int {
		return cmp.Or(cmp.Compare(x.currency, y.currency), cmp.Compare(x.check, y.check), cmp.Compare(x.step, y.step))
	})
	rest := l.rest(b.total)
	out := []result.Waterfall{}
	for _, currency := range slices.Sorted(maps.Keys(rest)) {
		w := result.Waterfall{Currency: currency, Expected: l.expected[currency].String(), Total: b.total[currency].String(), Steps: []result.Step{}}
		for _, k := range order {
			if k.currency == currency {
				w.Steps = append(w.Steps, result.Step{Step: k.step, Check: k.check, Count: counts[k], Amount: sums[k].String()})
			}
		}
		if rest := rest[currency]; !rest.IsZero() {
			w.Steps = append(w.Steps, result.Step{Step: "unexplained", Amount: rest.String()})
		}
		if stated, ok := b.stated[currency]; ok {
			w.Stated = stated.String()
		}
		if _, billed := b.total[currency]; len(w.Steps) == 0 && l.expected[currency].IsZero() && (!billed || currency == "") {
			continue // volumes without money, or what is left of another currency
		}
		out = append(out, w)
	}
	return out
}
