package whatif

import (
	"waudit/audit/bill"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/verdict"
)

// tally is a bill, and by currency what its free tier pays for. It implements
// price.Watcher.
type tally struct {
	*bill.Tally
	valuer *price.Valuer
	spared map[string]money.Amount
}

func newTally(cards *price.Cards) *tally {
	return &tally{bill.NewTally(cards), cards.Valuer(), map[string]money.Amount{}}
}

// tallied is a watcher that has a tally.
type tallied interface{ tallied() *tally }

func (t *tally) tallied() *tally { return t }

// See implements price.Watcher.
func (t *tally) See(p *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth) {
	t.Tally.See(p, j, w)
	if j.Outcome != outcome.Free || j.Code != outcome.FreeTier {
		return
	}
	if f := t.valuer.InCategory(p, j, j.Category); f.OK() {
		t.spared[f.Currency] = t.spared[f.Currency].Add(money.Of(f.Amount))
	}
}

// Merge implements price.Watcher.
func (t *tally) Merge(w price.Watcher) {
	of, ok := w.(tallied)
	if !ok {
		return
	}
	o := of.tallied()
	t.Tally.Merge(o.Tally)
	for currency, amount := range o.spared {
		t.spared[currency] = t.spared[currency].Add(amount)
	}
}
