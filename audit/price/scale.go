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
// charge: by a mark-up, a fee or a tax within the amounts, as these are rounded, or as they
// are in another unit. That is seen only of all together, and is nothing to accuse one of
// them of.

// ScaleKey is the account, and the currency, that amounts are of.
type ScaleKey struct {
	WABA     string `json:"waba"`
	Currency string `json:"currency"`
}

// AtCard is what was charged, and what that costs at the account's card.
type AtCard struct {
	ScaleKey
	Messages int64        `json:"messages"` // that both are of
	Due      money.Amount `json:"due"`
	Charged  money.Amount `json:"charged"`
	Contract bool         `json:"contract,omitempty"` // the card is the provider's, not Meta's list
}

// Prices counts what was charged. Of several, in whatever order, Merge makes one.
type Prices map[AtCard]int64

// See counts a charge of messages that are due. Where the figure allows the amount, as that
// of a volume tier, it is what is due.
func (p Prices) See(a *account.Account, currency string, messages int64, due, charged money.Amount, allowed bool) {
	if a.Rates == nil || due.Sign() <= 0 || charged.Sign() < 0 {
		return
	}
	if allowed && charged.Sign() > 0 {
		due = charged
	}
	k := AtCard{ScaleKey{a.ID, currency}, messages, due, charged, a.Rates.Name != rate.MetaName}
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

// Counted is one entry of Prices.
type Counted struct {
	AtCard
	N int64 `json:"n"`
}

// Export lists the prices in an order of their own, so that they can be kept.
func (p Prices) Export() []Counted {
	all := make([]Counted, 0, len(p))
	for k, n := range p {
		all = append(all, Counted{k, n})
	}
	slices.SortFunc(all, func(a, b Counted) int {
		return cmp.Or(cmp.Compare(a.WABA, b.WABA), cmp.Compare(a.Currency, b.Currency), a.Due.Cmp(b.Due), a.Charged.Cmp(b.Charged), cmp.Compare(a.Messages, b.Messages))
	})
	return all
}

// Import adds what Export returned.
func (p Prices) Import(all []Counted) {
	for i := range all {
		p[all[i].AtCard] += all[i].N
	}
}

// Scale is how most amounts of an account lie beside its card: what is due, some times, and
// a fee for each message.
type Scale struct {
	Kind ScaleKind
	How  string // as a person says it: "1.1 times what Meta's card says"
	// The most that times and fee may be, the fee in units of the currency.
	times, fee float64
	last       money.Amount // one of the last decimal that the amounts have
}

// ScaleKind says by what amounts differ from a card.
type ScaleKind uint8

// The kinds.
const (
	Rounds    ScaleKind = iota // they are rounded
	MarkedUp                   // by a factor or a fee that Meta's list does not have
	Taxed                      // by a factor that the contract's card does not have
	OtherUnit                  // by so much that their unit may be another
	OtherList                  // each price in its own way, as those of a provider's list
)

const (
	sameWay = 2  // prices at least, as one that is wrong is no rule
	list    = 4  // prices at least above the card, each in its own way
	unitBy  = 20 // times: what no mark-up reaches
	slopes  = 12 // amounts, of the most messages, between which factors beside a fee are looked for
)

// Scales finds out of which accounts most amounts lie beside the card in one way, other than
// as it says. gross says that they may have tax in them.
func (p Prices) Scales(gross bool) map[ScaleKey]*Scale {
	of := map[ScaleKey][]Counted{}
	for _, c := range p.Export() {
		of[c.ScaleKey] = append(of[c.ScaleKey], c)
	}
	found := map[ScaleKey]*Scale{}
	for k, own := range of {
		if s := scaleOf(own, gross); s != nil {
			found[k] = s
		}
	}
	return found
}

// scaleOf does so for the amounts of one account; nil if they do not, or are as the card says.
func scaleOf(own []Counted, gross bool) *Scale {
	a := amounts{own, lastOf(own)}
	half := units(a.last) / 2
	times := a.reach(func(c *Counted) (from, to float64) {
		return (units(c.Charged) - half) / units(c.Due), (units(c.Charged) + half) / units(c.Due)
	})
	if as := at(times, 1); as.enough(sameWay) {
		if as.off < sameWay {
			return nil
		}
		return &Scale{Kind: Rounds, times: 1, last: a.last}
	}
	same := most(times, sameWay)
	if own[0].Contract {
		return a.byFactor(same, gross)
	}
	return cmp.Or(a.withFee(same.n), a.byFactor(same, gross), a.byList())
}

// amounts are those of one account.
type amounts struct {
	all  []Counted
	last money.Amount // one of their last decimal
}

// byFactor is the scale of amounts that are the same number of times what is due; nil for
// none, or if a contract says what is charged.
func (a *amounts) byFactor(same group, gross bool) *Scale {
	if same.n == 0 {
		return nil
	}
	s := &Scale{Kind: MarkedUp, times: same.to, last: a.last, How: shortest(same.from, same.to) + " times what Meta's card says"}
	unit, contract := same.from >= unitBy || same.to <= 1/unitBy, a.all[0].Contract
	if unit || contract {
		s.Kind, s.How = Taxed, shortest(same.from, same.to)+" times what its card says"
	}
	switch {
	case unit:
		s.Kind = OtherUnit
	case contract && !gross:
		return nil
	}
	return s
}

// withFee is the scale of amounts with the same fee for each message, perhaps beside a
// factor, if they are more than n; else nil.
func (a *amounts) withFee(n int64) (s *Scale) {
	half := units(a.last) / 2
	fees := func(factor, half float64) []reach {
		return a.reach(func(c *Counted) (from, to float64) {
			fee := units(c.Charged) - factor*units(c.Due)
			return (fee - half) / float64(c.Messages), (fee + half) / float64(c.Messages)
		})
	}
	how := func(fee group) string {
		return "what Meta's card says and " + a.all[0].Currency + " " + shortest(fee.from, fee.to) + " for each message"
	}
	if fee := most(fees(1, half), sameWay); fee.from > 0 && fee.n > n {
		n, s = fee.n, &Scale{Kind: MarkedUp, times: 1, fee: fee.to, last: a.last, How: how(fee)}
	}
	for _, f := range a.factors() {
		if fee := most(fees(f.times, 2*half), sameWay+1); fee.from > 0 && 10*fee.n > 11*n { // as two fit more than one does
			times := shortest(f.times-f.within, f.times+f.within)
			n, s = fee.n, &Scale{Kind: MarkedUp, times: f.times + f.within, fee: fee.to, last: a.last, How: times + " times " + how(fee)}
		}
	}
	return s
}

// byList is the scale of amounts that are above the card, each in its own way; nil if too few are.
func (a *amounts) byList() *Scale {
	half := units(a.last) / 2
	above := at(a.reach(func(c *Counted) (from, to float64) { return half, units(c.Charged.Sub(c.Due)) }), half)
	if !above.enough(list) {
		return nil
	}
	return &Scale{Kind: OtherList, How: "above what Meta's card says"}
}

// reach is from where to where an amount, which is rounded, may have what is looked for.
type reach struct {
	from, to float64
	*Counted
}

// price is what one message costs at the card.
func (r *reach) price() money.Amount { return r.Due.Quo(r.Messages) }

// reach lists where all amounts reach, by where that begins.
func (a *amounts) reach(of func(*Counted) (from, to float64)) []reach {
	all := make([]reach, len(a.all))
	for i := range a.all {
		from, to := of(&a.all[i])
		all[i] = reach{from, to, &a.all[i]}
	}
	slices.SortStableFunc(all, func(a, b reach) int { return cmp.Compare(a.from, b.from) })
	return all
}

// group is amounts that reach the same values.
type group struct {
	from, to float64 // the values
	n, total int64   // how many there are, and of how many
	prices   int     // for one message, of the card
	off      int     // of them, those that are not as the card says
}

// enough reports whether they are more than half of the amounts, of as many prices at least.
func (g *group) enough(prices int) bool { return 2*g.n > g.total && g.prices >= prices }

// at returns the amounts that reach a value.
func at(all []reach, value float64) group {
	g, different := group{from: value, to: math.Inf(1)}, map[money.Amount]bool{}
	for _, r := range all {
		g.total += r.N
		if r.from <= value && value <= r.to {
			g.n, g.to = g.n+r.N, min(g.to, r.to)
			if different[r.price()] = true; r.Charged != r.Due {
				g.off++
			}
		}
	}
	g.prices = len(different)
	return g
}

// most returns the most amounts that reach the same values, if they are enough; else none.
func most(all []reach, prices int) group {
	ended := slices.Clone(all) // by where they end
	slices.SortStableFunc(ended, func(a, b reach) int { return cmp.Compare(a.to, b.to) })
	reached, here := int64(0), map[money.Amount]int{} // what reaches a value, and how many of each price
	best, value := int64(0), 0.0
	for _, r := range all {
		for ; ended[0].to < r.from; ended = ended[1:] {
			reached -= ended[0].N
			if c := ended[0].price(); here[c] > 1 {
				here[c]--
			} else {
				delete(here, c)
			}
		}
		reached += r.N
		here[r.price()]++
		if reached > best && len(here) >= prices {
			best, value = reached, r.from
		}
	}
	if g := at(all, value); g.enough(prices) {
		return g
	}
	return group{}
}

// factor is how many times what is due may be charged, give or take what rounding does to it.
type factor struct{ times, within float64 }

// factors are those on which two of the most frequent prices agree, if all have the same fee.
func (a *amounts) factors() (all []factor) {
	own, half := slices.Clone(a.all), units(a.last)/2
	slices.SortStableFunc(own, func(a, b Counted) int { return cmp.Compare(b.N*b.Messages, a.N*a.Messages) })
	own = own[:min(len(own), slopes)]
	each := func(c *Counted) (due, charged, off float64) {
		n := float64(c.Messages)
		return units(c.Due) / n, units(c.Charged) / n, half / n
	}
	for i := range own {
		due, charged, off := each(&own[i])
		for j := range own[:i] {
			due2, charged2, off2 := each(&own[j])
			if times := (charged - charged2) / (due - due2); times > 0 && times < unitBy {
				all = append(all, factor{times, math.Abs((off + off2) / (due - due2))})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b factor) int { return cmp.Compare(a.within, b.within) })
	return all
}

// units are an amount in units of its currency.
func units(a money.Amount) float64 {
	n, _ := strconv.ParseFloat(a.String(), 64)
	return n
}

// lastOf is one of the last decimal that the amounts have.
func lastOf(own []Counted) money.Amount {
	last := int64(1e9)
	for _, l := range own {
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

// Sure is what was surely charged too much of over, for messages and what is due of them:
// but for what lies beyond the card as most amounts of the account do, in whole steps of
// their last decimal. Where their unit may be another, that is all, and by another list all
// that is charged for what is due.
func (s *Scale) Sure(over, due money.Amount, messages int64) money.Amount {
	beyond := units(due)*(s.times-1) + s.fee*float64(max(messages, 1))
	switch {
	case s.Kind == OtherUnit, s.Kind == OtherList && !due.IsZero():
		return money.Amount{}
	case due.IsZero() && s.fee == 0:
		return over
	}
	steps := math.Ceil(beyond/units(s.last) + 0.5)
	return money.Max(money.Min(over.Sub(s.last.Times(int64(steps))), over), money.Amount{})
}

// See counts the price that the log has of a message which is due in a category, if the
// account's card may be held against it.
func (v *Valuer) See(prices Prices, p *verdict.JudgedPair, d *replay.Decision, due category.Category) {
	r, j := &d.Message.Reported, verdict.Judgement{Decision: d}
	w := Worth{Due: v.InCategory(p, &j, due), Currency: cmp.Or(r.Currency, p.Account.Currency)}
	if w.Judged(p, &j) && !feeBeside(p, r) {
		prices.See(p.Account, w.Currency, 1, money.Of(w.Due.Amount), r.Amount, w.Due.Allows(r.Amount))
	}
}

// scale is how most prices of an account lie beside its card, nil if they are as it says.
func (v *Valuer) scale(p *verdict.JudgedPair, w *Worth) *Scale {
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
	if sure := s.Sure(sums.Over, sums.Expected, 1); sure != sums.Over {
		sums.Doubt(sums.Over.Sub(sure))
		w.Scale = s
	}
}
