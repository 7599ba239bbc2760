package reconcile

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/check"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/result"
)

// expectedStep is where the waterfall begins.
const expectedStep = "expected"

// decimals is how many decimals money is written with at least.
const decimals = 4

// stepKey is a step of the waterfall of a currency.
type stepKey struct{ currency, step, check string }

type sum struct {
	n      int64
	amount money.Amount
}

// steps are the steps of the waterfalls.
type steps map[stepKey]*sum

func (s steps) add(currency, step, check string, amount money.Amount, n int64) {
	k := stepKey{currency, step, check}
	at := s[k]
	if at == nil {
		k.currency = strings.Clone(currency)
		at = &sum{}
		s[k] = at
	}
	at.n += n
	at.amount = at.amount.Add(amount)
}

func (s steps) merge(o steps) {
	for k, from := range o {
		s.add(k.currency, k.step, k.check, from.amount, from.n)
	}
}

// book adds what lies between what a message should have cost and what its lines
// charge, by the check that tells it.
func (s steps) book(c check.Case, currency string) {
	w := c.Worth
	if w.Extra.Sign() > 0 {
		s.add(currency, "charged more than once", "WA109", w.Extra, 1)
	}
	rest := w.Reported.Sub(w.Expected).Sub(w.Extra)
	if rest.IsZero() {
		return
	}
	teller := c.Teller()
	name := "charged wrongly"
	switch {
	case !w.Uncertain.IsZero() && rest == w.Uncertain.Sub(price.Extra(c.Judgement).Uncertain):
		name = "uncertain"
	case strings.HasPrefix(teller, "WA1"):
		name = "charged though it should have cost nothing"
	case !w.Under.IsZero():
		name = "charged less than is due"
	}
	s.add(currency, name, teller, rest, 1)
}

// waterfalls writes the steps of each currency. What they do not explain of the
// total is a step of its own.
func (b *Bill) waterfalls(all steps) []result.Waterfall {
	out := []result.Waterfall{}
	currencies := map[string]bool{}
	for k := range all {
		currencies[k.currency] = true
	}
	for currency := range b.total {
		currencies[currency] = true
	}
	var names []string
	for currency := range currencies {
		names = append(names, currency)
	}
	slices.Sort(names)
	for _, currency := range names {
		out = append(out, b.waterfall(currency, all))
	}
	return out
}

func (b *Bill) waterfall(currency string, all steps) result.Waterfall {
	w := result.Waterfall{Currency: currency, Total: money.Format(b.total[currency], decimals), Steps: []result.Step{}}
	var sofar, expected money.Amount
	for k, s := range all {
		if k.currency != currency {
			continue
		}
		sofar = sofar.Add(s.amount)
		if k.step == expectedStep {
			expected = expected.Add(s.amount)
			continue
		}
		w.Steps = append(w.Steps, result.Step{Step: k.step, Check: k.check, Count: s.n, Amount: money.Format(s.amount, decimals)})
	}
	slices.SortFunc(w.Steps, func(x, y result.Step) int { return cmp.Or(cmp.Compare(x.Check, y.Check), cmp.Compare(x.Step, y.Step)) })
	if rest := b.total[currency].Sub(sofar); !rest.IsZero() {
		w.Steps = append(w.Steps, result.Step{Step: "unexplained", Amount: money.Format(rest, decimals)})
	}
	w.Expected = money.Format(expected, decimals)
	if stated, ok := b.stated[currency]; ok {
		w.Stated = money.Format(stated, decimals)
	}
	return w
}
