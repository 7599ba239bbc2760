package reconcile

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// A bill may differ from the account's card in all that it charges: by a mark-up or a tax
// within its amounts, as it rounds them, or as they are in another unit. That is seen only
// of its lines together, and is nothing to accuse one of them of.

// billedAs is the account and the currency that lines are of.
type billedAs struct{ waba, currency string }

// pricedLine is what a line charges, and what its messages cost at the account's card.
type pricedLine struct{ due, billed money.Amount }

// prices counts the lines of an account by both.
type prices struct {
	lines    map[pricedLine]int64
	contract bool // the card is the provider's, not Meta's list
}

// scales are the prices of all accounts.
type scales map[billedAs]*prices

// see notes a line that charges messages which are due. Where the figure allows the amount,
// as that of a volume tier, it is what is due.
func (s scales) see(a *account.Account, currency string, due, billed money.Amount, allowed bool) {
	if a.Rates == nil || due.Sign() <= 0 || billed.Sign() < 0 {
		return
	}
	if allowed && billed.Sign() > 0 {
		due = billed
	}
	k := billedAs{a.ID, currency}
	p := s[k]
	if p == nil {
		p = &prices{lines: map[pricedLine]int64{}, contract: a.Rates.Name != rate.MetaName}
		s[k] = p
	}
	p.lines[pricedLine{due, billed}]++
}

func (s scales) merge(o scales) {
	for k, from := range o {
		p := s[k]
		if p == nil {
			s[k] = from
			continue
		}
		for l, n := range from.lines {
			p.lines[l] += n
		}
	}
}

// scale is how all amounts of an account lie beside its card.
type scale struct {
	times float64      // the most that may lie between them
	last  money.Amount // one of the last decimal that the bill has
	unit  bool         // so far apart that the bill's unit may be another
	doubt check.Text
}

const (
	alike  = 3  // amounts at least, as one that is charged wrongly is no rule
	unitBy = 20 // times: what no mark-up reaches
)

// reach is from which to which factor a line's rounded amount may be of what is due.
type reach struct {
	from, to float64
	n        int64
	pricedLine
}

// scale finds out whether most lines lie beside the card in one way; nil if they do not, or
// are as it says. gross says that the bill's amounts may have tax in them.
func (p *prices) scale(gross bool) *scale {
	last := p.last()
	half := last.Quo(2)
	var total, off int64
	var within []reach
	for l, n := range p.lines {
		total += n
		within = append(within, reach{units(l.billed.Sub(half)) / units(l.due), units(l.billed.Add(half)) / units(l.due), n, l})
	}
	slices.SortFunc(within, func(a, b reach) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	enough := func(at float64) (to float64, ok bool) {
		n, different := int64(0), map[money.Amount]bool{}
		to, off = math.Inf(1), 0
		for _, r := range within {
			if r.from <= at && at <= r.to {
				n, to = n+r.n, min(to, r.to)
				if different[r.due] = true; r.billed != r.due {
					off++
				}
			}
		}
		return to, 2*n > total && len(different) >= alike
	}
	if _, ok := enough(1); ok {
		if off < alike {
			return nil
		}
		return &scale{times: 1, last: last, doubt: check.BillRounds.Say()}
	}
	ended, at := slices.Clone(within), int64(0) // by where they end; how many lines reach a factor
	slices.SortFunc(ended, func(a, b reach) int { return cmp.Compare(a.to, b.to) })
	for _, r := range within {
		for at += r.n; ended[0].to < r.from; ended = ended[1:] {
			at -= ended[0].n
		}
		if 2*at <= total {
			continue
		}
		to, ok := enough(r.from)
		if !ok {
			continue
		}
		times := shortest(r.from, to)
		s := &scale{times: to, last: last, unit: r.from >= unitBy || to <= 1/unitBy, doubt: check.BillScaled.Say(times)}
		switch {
		case s.unit:
			s.doubt = check.BillInOtherUnit.Say(times)
		case p.contract && !gross:
			return nil // which says what is charged
		case p.contract:
			s.doubt = check.BillTaxed.Say(times)
		}
		return s
	}
	return nil
}

// units are an amount in units of its currency.
func units(a money.Amount) float64 {
	n, _ := strconv.ParseFloat(a.String(), 64)
	return n
}

// last is one of the last decimal that the bill's amounts have.
func (p *prices) last() money.Amount {
	last := int64(1e9)
	for l := range p.lines {
		for l.billed.Quo(last).Times(last) != l.billed {
			last /= 10
		}
	}
	return money.Of(last)
}

// shortest writes a number between two others with as few decimals as do.
func shortest(from, to float64) string {
	for decimals := 0; ; decimals++ {
		text := strconv.FormatFloat((from+to)/2, 'f', decimals, 64)
		if n, err := strconv.ParseFloat(text, 64); err != nil || from <= n && n <= to || decimals == 9 {
			return text
		}
	}
}

// doubtScales makes uncertain what the bill charges too much of the lines of an account
// only as it does so of most. Where their unit may be another, that is all.
func (w *Watcher) doubtScales() {
	known := map[billedAs]*scale{}
	for k, p := range w.scales {
		known[k] = p.scale(w.bill.gross && !w.bill.taxed)
	}
	for i := range w.differences.list {
		e := &w.differences.list[i]
		s := known[billedAs{e.WABA, e.Currency}]
		if s == nil || e.Over.Sign() <= 0 {
			continue
		}
		sure := e.Over.Sub(s.beyond(e))
		if s.unit {
			sure = money.Amount{}
		}
		if sure.Cmp(e.Over) >= 0 {
			continue
		}
		e.Doubt(e.Over.Sub(money.Max(sure, money.Amount{})))
		w.doubts[e.Finding] = s.doubt
		if e.Step == wrongStep && e.Over.IsZero() {
			e.Step = uncertainStep
		}
	}
}

// beyond is how much more than at the card the bill may charge for what is due, in whole
// steps of its last decimal.
func (s *scale) beyond(e *Difference) money.Amount {
	due := e.Expected.Add(e.beside)
	if due.IsZero() {
		return money.Amount{}
	}
	last := units(s.last)
	return s.last.Times(int64(math.Ceil(units(due)*(s.times-1)/last + 0.5)))
}
