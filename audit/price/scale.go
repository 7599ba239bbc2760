package price

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
	"waudit/audit/replay"
	"waudit/audit/verdict"
)

// A bill, or the prices of a log, may differ from the account's card in all that they
// charge: by a mark-up or a tax within the amounts, as these are rounded, or as they are in
// another unit. That is seen only of all together, and is nothing to accuse one of them of.

// ScaleKey is the account, and the currency, that amounts are of.
type ScaleKey struct {
	WABA     string `json:"waba"`
	Currency string `json:"currency"`
}

// PricePoint is what was charged, and what that costs at the account's card.
type PricePoint struct {
	ScaleKey
	Due      money.Amount `json:"due"`
	Charged  money.Amount `json:"charged"`
	Contract bool         `json:"contract,omitempty"` // the card is the provider's, not Meta's list
}

// Prices counts what was charged. Of several, in whatever order, Merge makes one.
type Prices map[PricePoint]int64

// See counts a charge, or several together, that is due. Where the figure allows the
// amount, as that of a volume tier, it is what is due.
func (p Prices) See(a *account.Account, currency string, due, charged money.Amount, allowed bool) {
	if a.Rates == nil || due.Sign() <= 0 || charged.Sign() < 0 {
		return
	}
	if allowed && charged.Sign() > 0 {
		due = charged
	}
	k := PricePoint{ScaleKey{a.ID, currency}, due, charged, a.Rates.Name != rate.MetaName}
	if _, known := p[k]; !known {
		k.Currency = strings.Clone(currency) // that of an event lives as long as its pair is looked at
	}
	p[k]++
}

// Merge adds what others counted.
func (p Prices) Merge(o Prices) {
	for k, n := range o {
		p[k] += n
	}
}

// PriceCount is one entry of Prices.
type PriceCount struct {
	PricePoint
	N int64 `json:"n"`
}

// Export lists the prices in an order of their own, so that they can be kept.
func (p Prices) Export() []PriceCount {
	all := make([]PriceCount, 0, len(p))
	for k, n := range p {
		all = append(all, PriceCount{k, n})
	}
	slices.SortFunc(all, func(a, b PriceCount) int {
		return cmp.Or(cmp.Compare(a.WABA, b.WABA), cmp.Compare(a.Currency, b.Currency), a.Due.Cmp(b.Due), a.Charged.Cmp(b.Charged))
	})
	return all
}

// Import adds what Export returned.
func (p Prices) Import(all []PriceCount) {
	for i := range all {
		p[all[i].PricePoint] += all[i].N
	}
}

// Scale is how most amounts of an account lie beside its card.
type Scale struct {
	Kind  ScaleKind
	Shown string       // how many times the card, as a person writes it
	times float64      // the most that may lie between them
	last  money.Amount // one of the last decimal that the amounts have
}

// ScaleKind says by what amounts differ from a card.
type ScaleKind uint8

// The kinds.
const (
	Rounds    ScaleKind = iota // they are rounded
	MarkedUp                   // by a factor that Meta's list does not have
	Taxed                      // by a factor that the contract's card does not have
	OtherUnit                  // by so much that their unit may be another
)

const (
	sameWay = 3  // amounts at least, as one that is charged wrongly is no rule
	unitBy  = 20 // times: what no mark-up reaches
)

// reach is from which to which factor a line's rounded amount may be of what is due.
type reach struct {
	from, to float64
	n        int64
	PricePoint
}

// Scales finds out of which accounts most amounts lie beside the card in one way, other than
// as it says. gross says that they may have tax in them.
func (p Prices) Scales(gross bool) map[ScaleKey]*Scale {
	of := map[ScaleKey]Prices{}
	for k, n := range p {
		if of[k.ScaleKey] == nil {
			of[k.ScaleKey] = Prices{}
		}
		of[k.ScaleKey][k] = n
	}
	found := map[ScaleKey]*Scale{}
	for k, own := range of {
		if s := own.scale(gross); s != nil {
			found[k] = s
		}
	}
	return found
}

// scale does so for the amounts of one account; nil if they do not, or are as the card says.
func (p Prices) scale(gross bool) *Scale {
	last := p.last()
	half := last.Quo(2)
	var total, off int64
	var within []reach
	contract := false
	for l, n := range p {
		total += n
		contract = contract || l.Contract
		within = append(within, reach{units(l.Charged.Sub(half)) / units(l.Due), units(l.Charged.Add(half)) / units(l.Due), n, l})
	}
	slices.SortFunc(within, func(a, b reach) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	enough := func(at float64) (to float64, ok bool) {
		n, different := int64(0), map[money.Amount]bool{}
		to, off = math.Inf(1), 0
		for _, r := range within {
			if r.from <= at && at <= r.to {
				n, to = n+r.n, min(to, r.to)
				if different[r.Due] = true; r.Charged != r.Due {
					off++
				}
			}
		}
		return to, 2*n > total && len(different) >= sameWay
	}
	if _, ok := enough(1); ok {
		if off < sameWay {
			return nil
		}
		return &Scale{Kind: Rounds, times: 1, last: last}
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
		s := &Scale{Kind: MarkedUp, Shown: shortest(r.from, to), times: to, last: last}
		switch {
		case r.from >= unitBy || to <= 1/unitBy:
			s.Kind = OtherUnit
		case contract && !gross:
			return nil // which says what is charged
		case contract:
			s.Kind = Taxed
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

// last is one of the last decimal that the amounts have.
func (p Prices) last() money.Amount {
	last := int64(1e9)
	for l := range p {
		for l.Charged.Quo(last).Times(last) != l.Charged {
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

// Sure is what was surely charged too much of over, for what is due: but what lies beyond
// the card as most amounts of the account do, in whole steps of their last decimal. Where their unit may be
// another, that is all.
func (s *Scale) Sure(over, due money.Amount) money.Amount {
	switch {
	case s.Kind == OtherUnit:
		return money.Amount{}
	case due.IsZero():
		return over
	}
	steps := math.Ceil(units(due)*(s.times-1)/units(s.last) + 0.5)
	return money.Max(money.Min(over.Sub(s.last.Times(int64(steps))), over), money.Amount{})
}

// See counts the price that the log has of a message which is due in a category, if the
// account's card may be held against it.
func (v *Valuer) See(prices Prices, p *verdict.JudgedPair, d *replay.Decision, due category.Category) {
	r, j := &d.Message.Reported, verdict.Judgement{Decision: d}
	w := Worth{Due: v.InCategory(p, &j, due), Currency: cmp.Or(r.Currency, p.Account.Currency)}
	if w.Judged(p, &j) && !feeBeside(p, r) {
		prices.See(p.Account, w.Currency, money.Of(w.Due.Amount), r.Amount, w.Due.Allows(r.Amount))
	}
}

// scaleOf is how most prices of an account lie beside its card, nil if they are as it says.
func (v *Valuer) scaleOf(p *verdict.JudgedPair, w *Worth) *Scale {
	if v.Scales == nil {
		return nil
	}
	return v.Scales(ScaleKey{p.Account.ID, w.Currency})
}

// doubtScale makes uncertain what the amount is too high only as most prices of the
// account are.
func (w *Worth) doubtScale(sums *Sums, s *Scale) {
	if s == nil || sums.Over.Sign() <= 0 {
		return
	}
	if sure := s.Sure(sums.Over, sums.Expected); sure != sums.Over {
		sums.Doubt(sums.Over.Sub(sure))
		w.Scale = s
	}
}
