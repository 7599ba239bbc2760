package price

import (
	"waudit/audit/category"
	"waudit/audit/outcome"
	"waudit/audit/verdict"
)

// Watcher sees every judged message with what it comes to. Each worker has one;
// those of workers whose judgement stands are merged.
type Watcher interface {
	// See is called for each message. What it gets is valid during the call.
	See(p *verdict.Pair, j *verdict.Judgement, w *Worth)
	// Merge adds what another watcher of the same kind saw.
	Merge(Watcher)
}

// Range is the least and the most that an uncertain message may cost, in
// billionths.
type Range struct {
	Low, High int64
	Currency  string
	Category  category.Category // of the dearest charge that is possible
	Figure    *Figure           // of that
}

// Range returns what an uncertain message may cost; Figure is nil if no charge
// is possible, and says why where one of them has no figure.
func (v *Valuer) Range(p *verdict.Pair, j *verdict.Judgement) Range {
	r := Range{Low: -1}
	for _, code := range j.Final.Codes() {
		if code.Outcome() != outcome.Charge {
			r.Low = 0
			continue
		}
		f := v.figureOf(p, j, category.Category(code), unitOf(j))
		if r.Figure == nil || !f.OK() || r.Figure.OK() && f.Amount > r.High {
			r.Figure, r.Category, r.Currency, r.High = f, category.Category(code), f.Currency, f.Amount
		}
		if r.Low < 0 || f.Amount < r.Low {
			r.Low = f.Amount
		}
	}
	if j.Forced {
		r.Low = 0
	}
	r.Low = max(r.Low, 0)
	return r
}
