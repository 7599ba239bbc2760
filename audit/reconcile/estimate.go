package reconcile

import (
	"cmp"
	"maps"
	"slices"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// estimate is what is due of an account whose currency nobody knows, at list rates in one
// that may not be its own. It is told beside the comparison, and is no part of it.
type estimate struct {
	charges int64
	due     money.Amount
}

// estimate adds a message that the bill may cover.
func (w *Watcher) estimate(p *verdict.Pair, j *verdict.Judgement, worth *price.Worth) {
	f := worth.Due
	if j.Outcome != outcome.Charge || !f.OK() || !f.Estimate || !w.bill.mayCover(p.Account.ID, dayOf(p, j)) {
		return
	}
	e := w.estimates[p.Account]
	e.charges, e.due = e.charges+1, e.due.Add(money.Of(f.Amount))
	w.estimates[p.Account], w.estimateIn = e, f.Currency
}

func (w *Watcher) mergeEstimates(o *Watcher) {
	for a, e := range o.estimates {
		own := w.estimates[a]
		w.estimates[a] = estimate{own.charges + e.charges, own.due.Add(e.due)}
	}
	w.estimateIn = cmp.Or(w.estimateIn, o.estimateIn)
}

// estimated lays the estimates beside what the bill charges the accounts in that currency.
func (w *Watcher) estimated() []result.Estimate {
	out := []result.Estimate{}
	for _, a := range slices.SortedFunc(maps.Keys(w.estimates), func(a, b *account.Account) int { return cmp.Compare(a.ID, b.ID) }) {
		e := w.estimates[a]
		x := result.Estimate{WABA: a.ID, Currency: w.estimateIn, Charges: e.charges, Due: e.due.String()}
		var billed money.Amount
		for k, l := range w.out {
			if k.reason == currencyUnknown && k.waba == a.ID && k.currency == w.estimateIn {
				x.Lines, billed = x.Lines+l.n, billed.Add(l.amount)
			}
		}
		x.Billed = billed.String()
		out = append(out, x)
	}
	return out
}

// withoutEstimates takes estimates out of what the audit found: a bill states money of
// its own.
func withoutEstimates(found []audit.Finding) {
	for i := range found {
		if f := &found[i]; f.Amount != nil && f.Amount.Estimate {
			f.Amount, f.Money = nil, price.Sums{}
		}
	}
}
