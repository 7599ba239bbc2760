// Package bill sums up what a log should have cost.
package bill

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// lineKey is what a line of the bill is for.
type lineKey struct {
	account  *account.Account
	month    era.Month
	market   rate.Market
	category category.Category
	unit     rate.Unit
	figure   *price.Figure // of what is due; nil where nothing is, or where only the log prices it
	currency string        // of what has no figure
}

// usage is what there is of a key.
type usage struct {
	Due       int64
	Priced    int64                   // of the due, what the log prices and the audit takes at that
	Worth     money.Amount            // of the priced
	Free      [outcome.NumCodes]int64 // by why it is free
	Uncertain int64
	Low, High money.Amount // of the uncertain
	Unranged  int64        // uncertain messages without a figure
}

// Tally sums up judged messages. It implements price.Watcher.
type Tally struct {
	cards  *price.Cards
	valuer *price.Valuer
	lines  map[lineKey]*usage
}

// NewTally returns an empty tally that values by the cards.
func NewTally(cards *price.Cards) *Tally {
	return &Tally{cards: cards, valuer: cards.Valuer(), lines: map[lineKey]*usage{}}
}

// See implements price.Watcher.
func (t *Tally) See(p *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth) {
	k := lineKey{account: p.Account, month: price.Month(p, j), category: price.Category(j), unit: w.Unit}
	if r, open := t.valuer.Range(p, j, w); open {
		k.market, k.category, k.currency = t.valuer.Market(p, j), r.Category, r.Currency
		t.at(k).open(r)
		return
	}
	switch j.Outcome {
	case outcome.Charge:
		t.due(k, p, j, w)
	case outcome.Free, outcome.Covered:
		k.market = t.valuer.Market(p, j)
		k.category = j.Category
		t.at(k).Free[j.Code]++
	}
}

// due adds a charge that is due: at its figure, but where the log prices it at
// what the audit takes for right, which may be in steps that no figure has.
func (t *Tally) due(k lineKey, p *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth) {
	priced := w.Basis == price.Reported && (w.Due == nil || w.Due.Tiers == nil)
	k.figure, k.market = w.Due, t.valuer.Market(p, j)
	if w.Basis == price.Reported && !w.Judged(p, j) {
		priced, k.figure, k.currency = true, nil, w.Currency
	}
	l := t.at(k)
	l.Due++
	if priced {
		l.Priced, l.Worth = l.Priced+1, l.Worth.Add(w.Once(j).Expected)
	}
}

// open adds a message of which it is not certain what it costs.
func (l *usage) open(r price.Range) {
	l.Uncertain++
	if r.Why != price.None {
		l.Unranged++
	}
	l.Low, l.High = l.Low.Add(r.Low), l.High.Add(r.High)
}

func (t *Tally) at(k lineKey) *usage {
	l := t.lines[k]
	if l == nil {
		l = &usage{}
		k.currency = strings.Clone(k.currency) // a message's strings live as long as its pair is looked at
		t.lines[k] = l
	}
	return l
}

// Merge implements price.Watcher.
func (t *Tally) Merge(w price.Watcher) {
	o, ok := w.(*Tally)
	if !ok {
		return
	}
	for k, from := range o.lines {
		to := t.at(k)
		to.Due += from.Due
		to.Priced, to.Worth = to.Priced+from.Priced, to.Worth.Add(from.Worth)
		for code, n := range from.Free {
			to.Free[code] += n
		}
		to.Uncertain += from.Uncertain
		to.Low, to.High, to.Unranged = to.Low.Add(from.Low), to.High.Add(from.High), to.Unranged+from.Unranged
	}
}

// priced is a line with its money, which is written when all is added up.
type priced struct {
	result.BillLine
	sums
}

// Bill returns the lines of the bill, by account, month, market and category, and
// for portfolios of several accounts what volume tiers take off; their totals by
// account, month and currency; and the sums of all.
// What the audit says that tiers take off what is uncertain is in lowered.
func (t *Tally) Bill(lowered []price.Lowered) ([]result.BillLine, []result.BillTotal, []result.BillSum) {
	all := t.priced(lowered)
	lines := make([]result.BillLine, len(all))
	for i := range all {
		l := &all[i]
		l.Amount, l.Low, l.High = l.write()
		lines[i] = l.BillLine
	}
	byAccount, byCurrency := totals(all)
	return lines, byAccount, byCurrency
}

func (t *Tally) priced(lowered []price.Lowered) []priced {
	scopes := t.scopes()
	var out []priced
	var keys []lineKey
	for k, l := range t.lines {
		out, keys = append(out, t.line(k, l, scopes)), append(keys, k)
	}
	for i := range lowered {
		out = t.lower(out, keys, &lowered[i])
	}
	for k, s := range scopes {
		if off := s.Discount(0, s.N); s.Several && !off.IsZero() { // what no account's own line can take off
			line := t.tierLine(k, s.Shown)
			line.amount, line.off = off.Neg(), off
			out = append(out, line)
		}
	}
	slices.SortFunc(out, compare) // before they are joined, so that it is the same always
	out = join(out)
	slices.SortFunc(out, compare)
	return out
}

// lower takes what volume tiers take off uncertain messages from their line, or
// where they lie on several, from the portfolio's.
func (t *Tally) lower(out []priced, keys []lineKey, off *price.Lowered) []priced {
	if off.Off.Uncertain.IsZero() {
		return out
	}
	var at []int
	for i := range keys {
		k := &keys[i]
		if out[i].Uncertain > 0 && off.TierScope == (price.TierScope{Portfolio: price.Portfolio(k.account), Currency: k.currency, Market: k.market, Category: k.category.Base(), Month: k.month}) {
			at = append(at, i)
		}
	}
	if len(at) == 1 {
		out[at[0]].high = out[at[0]].high.Add(off.Off.Uncertain)
		return out
	}
	line := t.tierLine(off.TierScope, off.Shown)
	line.high = off.Off.Uncertain
	return append(out, line)
}

func compare(a, b priced) int {
	return cmp.Or(strings.Compare(a.Portfolio, b.Portfolio), strings.Compare(a.WABA, b.WABA), strings.Compare(a.Month, b.Month),
		strings.Compare(a.Market, b.Market), strings.Compare(a.Category, b.Category), strings.Compare(a.Currency, b.Currency),
		strings.Compare(a.Unit, b.Unit), strings.Compare(a.Rate, b.Rate), strings.Compare(a.Missing, b.Missing),
		cmp.Compare(a.Uncertain, b.Uncertain), cmp.Compare(len(a.Free), len(b.Free)), strings.Compare(a.Note, b.Note), cmp.Compare(a.Charges, b.Charges))
}

// PricedLine is a line of the bill with its money as numbers.
type PricedLine struct {
	*result.BillLine
	Amount, Low, High money.Amount
	Off               money.Amount // what volume tiers took off the amount
}

// Lines returns the same lines as Bill.
func (t *Tally) Lines(lowered []price.Lowered) []PricedLine {
	all := t.priced(lowered)
	lines := make([]PricedLine, len(all))
	for i := range all {
		l := &all[i]
		lines[i] = PricedLine{&l.BillLine, l.amount, l.low, l.high, l.off}
	}
	return lines
}

func (t *Tally) scopes() price.ByScope {
	all := price.ByScope{}
	for k, l := range t.lines {
		all.Add(k.account, k.month, k.unit, k.figure, &price.Tiered{N: l.Due})
	}
	return all
}

// line writes one line.
func (t *Tally) line(k lineKey, l *usage, scopes price.ByScope) priced {
	out := priced{sums: sums{low: l.Low, high: l.High}, BillLine: result.BillLine{
		WABA: k.account.ID, Portfolio: price.Portfolio(k.account), Month: k.month.String(), Market: t.cards.Markets.Name(k.market), Category: k.category.String(), Unit: k.unit.String(),
		Charges:  l.Due,
		Currency: k.currency, Uncertain: l.Uncertain, Unvalued: l.Unranged,
	}}
	for code, n := range l.Free {
		if n > 0 {
			out.Free = append(out.Free, result.FreeUnits{Reason: outcome.Code(code).Detail(), Messages: n})
		}
	}
	switch {
	case k.figure == nil && l.Due > 0:
		out.amount, out.Note = l.Worth, "at the prices in the log: no rate card of the account's says what is due"
	case k.figure == nil:
	case !k.figure.OK():
		out.Missing, out.Unvalued, out.Currency = k.figure.Why.String(), out.Unvalued+l.Due, k.figure.Currency
	default:
		t.value(&out, k, l, scopes)
	}
	return out
}

// value writes what the charges of a line cost.
func (t *Tally) value(out *priced, k lineKey, l *usage, scopes price.ByScope) {
	f := k.figure
	out.amount = money.Of(f.Amount).Times(l.Due - l.Priced).Add(l.Worth)
	out.Currency, out.Rate, out.Note, out.Estimate = f.Currency, money.Of(f.Amount).String(), f.Note(), f.Estimate
	if s, ok := price.TierScopeOf(k.account, k.month, k.unit, f); ok {
		switch c := scopes[s]; {
		case c.Mixed && c.N > (*c.Steps)[0].To:
			out.Note = "at most: of the month's authentication messages at both rates the volume tiers are not shared out"
		case c.Several || c.Mixed:
		default:
			out.off = c.Discount(0, l.Due)
			out.amount = out.amount.Sub(out.off)
			for _, step := range price.Steps(*c.Steps, l.Due) {
				out.Tiers = append(out.Tiers, result.BillTier{
					From: step.From, To: step.To, Messages: step.Messages, Rate: money.Of(step.Amount).String(),
					Amount: money.Of(step.Amount).Times(step.Messages).String(),
				})
			}
		}
	}
}

// tierLine is an empty line for what volume tiers take off a portfolio.
func (t *Tally) tierLine(k price.TierScope, shown category.Category) priced {
	return priced{BillLine: result.BillLine{
		Portfolio: k.Portfolio, Month: k.Month.String(), Market: t.cards.Markets.Name(k.Market), Category: shown.String(),
		Unit: rate.PerMessage.String(), Currency: k.Currency,
		Note: "volume tiers of the portfolio's accounts together",
	}}
}

// join puts what is free and uncertain in a market and category on the line of
// its charges, if there is one. It uses the lines up.
func join(lines []priced) []priced {
	fits := func(o, l priced) bool {
		return o.Portfolio == l.Portfolio && o.WABA == l.WABA && o.Month == l.Month && o.Market == l.Market && o.Category == l.Category &&
			(o.Currency == l.Currency || o.Currency == "" || l.Currency == "") &&
			(len(o.Free) == 0 || len(l.Free) == 0) && (o.Uncertain == 0 || l.Uncertain == 0)
	}
	charges := func(l priced) bool { return l.Charges > 0 || l.WABA == "" }
	out := slices.DeleteFunc(slices.Clone(lines), func(l priced) bool { return !charges(l) })
	for _, l := range slices.DeleteFunc(lines, charges) {
		at := slices.IndexFunc(out, func(o priced) bool { return fits(o, l) })
		if at < 0 {
			out = append(out, l)
			continue
		}
		o := &out[at]
		o.Free, o.Currency = append(o.Free, l.Free...), cmp.Or(o.Currency, l.Currency)
		o.Uncertain, o.Unvalued = o.Uncertain+l.Uncertain, o.Unvalued+l.Unvalued
		o.add(l.sums)
	}
	return out
}

// sums are the amounts of several lines.
type sums struct {
	amount, low, high money.Amount
	off               money.Amount // what volume tiers took off the amount
}

func (s *sums) add(o sums) {
	s.amount, s.low, s.high, s.off = s.amount.Add(o.amount), s.low.Add(o.low), s.high.Add(o.high), s.off.Add(o.off)
}

func (s *sums) write() (amount, low, high string) {
	return s.amount.String(), s.low.String(), s.high.String()
}

// billTotal is a sum of lines with its money.
type billTotal struct {
	result.BillTotal
	sums
}

// totals sums up the lines of a bill by account, month and currency, and by currency.
func totals(lines []priced) ([]result.BillTotal, []result.BillSum) {
	var all []*billTotal
	for i := range lines {
		l := &lines[i]
		at := slices.IndexFunc(all, func(t *billTotal) bool { return t.WABA == l.WABA && t.Month == l.Month && t.Currency == l.Currency })
		if at < 0 {
			if l.Charges == 0 && l.Unvalued == 0 && l.WABA != "" && l.high.IsZero() {
				continue // nothing but what costs nothing
			}
			at = len(all)
			all = append(all, &billTotal{BillTotal: result.BillTotal{WABA: l.WABA, Month: l.Month, BillSum: result.BillSum{Currency: l.Currency}}})
		}
		t := all[at]
		t.Charges, t.Unvalued, t.Estimate = t.Charges+l.Charges, t.Unvalued+l.Unvalued, t.Estimate || l.Estimate
		t.add(l.sums)
	}
	out, grand := []result.BillTotal{}, map[string]billTotal{}
	for _, t := range all {
		t.Amount, t.Low, t.High = t.write()
		out = append(out, t.BillTotal)
		g := grand[t.Currency]
		g.Charges, g.Unvalued = g.Charges+t.Charges, g.Unvalued+t.Unvalued
		g.add(t.sums)
		grand[t.Currency] = g
	}
	byCurrency := []result.BillSum{}
	for _, currency := range slices.Sorted(maps.Keys(grand)) {
		g := grand[currency]
		g.Currency = currency
		g.Amount, g.Low, g.High = g.write()
		byCurrency = append(byCurrency, g.BillSum)
	}
	slices.SortFunc(out, func(a, b result.BillTotal) int {
		return cmp.Or(strings.Compare(a.WABA, b.WABA), strings.Compare(a.Month, b.Month), strings.Compare(a.Currency, b.Currency))
	})
	return out, byCurrency
}
