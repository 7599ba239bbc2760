package price

import (
	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/result"
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

// Range is the least and the most that a message may cost of which that is not
// certain.
type Range struct {
	Low, High money.Amount
	Currency  string
	Category  category.Category // of the dearest charge that is possible
	Why       Why               // why one of the charges that are possible has no figure
}

// Range returns what a message may cost, false if that is certain. Of what the
// log charges that is the audit's own expected and uncertain money; what it calls
// free, and may be, costs nothing; of the rest every possible charge counts.
func (v *Valuer) Range(p *verdict.Pair, j *verdict.Judgement, w *Worth) (Range, bool) {
	own := w.Once(j)
	open := j.Outcome == outcome.Uncertain
	switch {
	case w.Basis != "" && (open || !own.Uncertain.IsZero()):
		return Range{Low: own.Expected, High: own.Expected.Add(own.Uncertain), Currency: w.Currency, Category: Category(j)}, true
	case w.Why != None && (open || j.Verdict == result.Uncertain):
		return Range{Currency: w.Currency, Category: Category(j), Why: w.Why}, true
	case j.Charging == verdict.Free && (open || j.Outcome == outcome.Charge && j.Verdict != result.Undercharge):
		return Range{Category: Category(j)}, true
	case open:
		return v.Possible(p, j), true
	}
	return Range{}, false
}

// Possible returns what the possible outcomes of a message cost.
func (v *Valuer) Possible(p *verdict.Pair, j *verdict.Judgement) Range {
	var dearest, cheapest *Figure
	free := j.Forced
	for _, code := range j.Final.Codes() {
		if code.Outcome() != outcome.Charge {
			free = true
			continue
		}
		f := v.InCategory(p, j, category.Category(code))
		if !f.OK() {
			return Range{Currency: f.Currency, Category: f.Category, Why: f.Why}
		}
		if dearest == nil || f.Amount > dearest.Amount {
			dearest = f
		}
		if cheapest == nil || f.Amount < cheapest.Amount {
			cheapest = f
		}
	}
	if dearest == nil {
		return Range{Category: Category(j)}
	}
	r := Range{High: money.Of(dearest.Amount), Currency: dearest.Currency, Category: dearest.Category}
	if !free {
		r.Low = money.Of(cheapest.Amount)
	}
	return r
}
