// Package bill sums up what a log should have cost.
package bill

import (
	"cmp"
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

// key is what a line of the bill is for.
type key struct {
	account  *account.Account
	month    era.Month
	market   rate.Market
	category category.Category
	unit     rate.Unit
	figure   *price.Figure // of what is due; nil where nothing is
}

// line is what there is of a key.
type line struct {
	due       int64
	free      [outcome.NumCodes]int64 // by why it is free
	uncertain int64
	low, high money.Amount // of the uncertain
	noRange   int64        // uncertain messages without a figure
	currency  string       // of low and high
}

// Tally sums up judged messages. It implements price.Watcher.
type Tally struct {
	book   *price.Book
	valuer *price.Valuer
	lines  map[key]*line
}

// NewTally returns an empty tally that values by the book.
func NewTally(book *price.Book) *Tally {
	return &Tally{book: book, valuer: book.Valuer(), lines: map[key]*line{}}
}

// See implements price.Watcher.
func (t *Tally) See(p *verdict.Pair, j *verdict.Judgement, w *price.Worth) {
	k := key{account: p.Account, month: price.Month(p, j), category: price.Category(j), unit: w.Unit}
	switch j.Outcome {
	case outcome.Charge:
		k.market, k.figure = w.Due.Market, w.Due
		t.at(k).due++
	case outcome.Free, outcome.Covered:
		k.market = t.valuer.Market(p, j)
		k.category = j.Category
		t.at(k).free[j.Code]++
	case outcome.Uncertain:
		t.uncertain(k, p, j)
	}
}

func (t *Tally) uncertain(k key, p *verdict.Pair, j *verdict.Judgement) {
	r := t.valuer.Range(p, j)
	k.market, k.category = t.valuer.Market(p, j), r.Category
	l := t.at(k)
	l.uncertain++
	switch {
	case r.Figure == nil:
	case !r.Figure.OK():
		l.noRange++
	default:
		l.low, l.high, l.currency = l.low.Add(money.Of(r.Low)), l.high.Add(money.Of(r.High)), r.Currency
	}
}

func (t *Tally) at(k key) *line {
	l := t.lines[k]
	if l == nil {
		l = &line{}
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
		to.due += from.due
		for code, n := range from.free {
			to.free[code] += n
		}
		to.uncertain += from.uncertain
		to.low, to.high, to.noRange = to.low.Add(from.low), to.high.Add(from.high), to.noRange+from.noRange
		to.currency = cmp.Or(to.currency, from.currency)
	}
}

// decimals is how many decimals money is written with at least.
const decimals = 4

// priced is a line with its money, which is written when all is added up.
type priced struct {
	result.BillLine
	amount, low, high money.Amount
}

// Bill returns the lines of the bill, by account, month, market and category, and
// for portfolios of several accounts what volume tiers take off, and their totals.
func (t *Tally) Bill() ([]result.BillLine, []result.BillTotal) {
	all := t.priced()
	lines := make([]result.BillLine, len(all))
	for i := range all {
		l := &all[i]
		l.Amount, l.Low, l.High = money.Format(l.amount, decimals), money.Format(l.low, decimals), money.Format(l.high, decimals)
		lines[i] = l.BillLine
	}
	return lines, totals(all)
}

func (t *Tally) priced() []priced {
	scopes := t.scopes()
	var out []priced
	for k, l := range t.lines {
		out = append(out, t.line(k, l, scopes))
	}
	for k, s := range scopes {
		if s.several {
			out = append(out, t.portfolioLine(k, s)...)
		}
	}
	slices.SortFunc(out, compare) // before they are joined, so that it is the same always
	out = join(out)
	slices.SortFunc(out, compare)
	return out
}

func compare(a, b priced) int {
	return cmp.Or(strings.Compare(a.Portfolio, b.Portfolio), strings.Compare(a.WABA, b.WABA), strings.Compare(a.Month, b.Month),
		strings.Compare(a.Market, b.Market), strings.Compare(a.Category, b.Category), strings.Compare(a.Currency, b.Currency),
		strings.Compare(a.Unit, b.Unit), strings.Compare(a.Rate, b.Rate), strings.Compare(a.Missing, b.Missing),
		cmp.Compare(a.Uncertain, b.Uncertain), cmp.Compare(len(a.Free), len(b.Free)))
}

// scope is what volume tiers count over; authentication and its international
// rate count together (billing-rules 4.5).
type scope struct {
	portfolio string
	currency  string
	market    rate.Market
	category  category.Category
	month     era.Month
}

// counted is the messages of a scope.
type counted struct {
	steps   *[]rate.Tier
	n       int64
	account *account.Account
	several bool // accounts
	mixed   bool // at several rates, whose places in the month counts do not tell
	figure  *price.Figure
}

func scopeOf(k key) (scope, bool) {
	if k.figure == nil || !k.figure.OK() || k.figure.Tiers == nil {
		return scope{}, false
	}
	return scope{price.Portfolio(k.account), k.figure.Currency, k.figure.Market, k.figure.Category.Base(), k.month}, true
}

func (t *Tally) scopes() map[scope]*counted {
	all := map[scope]*counted{}
	for k, l := range t.lines {
		s, ok := scopeOf(k)
		if !ok {
			continue
		}
		c := all[s]
		if c == nil {
			c = &counted{steps: k.figure.Tiers, account: k.account, figure: k.figure}
			all[s] = c
		}
		c.mixed = c.mixed || c.steps != k.figure.Tiers
		c.several = c.several || c.account != k.account
		c.n += l.due
	}
	return all
}

// line writes one line.
func (t *Tally) line(k key, l *line, scopes map[scope]*counted) priced {
	out := priced{low: l.low, high: l.high, BillLine: result.BillLine{
		WABA: k.account.ID, Portfolio: price.Portfolio(k.account), Month: k.month.String(), Market: t.book.Markets.Name(k.market), Category: k.category.String(), Unit: k.unit.String(),
		Charges: l.due, Free: []result.FreeUnits{}, Tiers: []result.BillTier{},
		Currency: l.currency, Uncertain: l.uncertain, Unvalued: l.noRange,
	}}
	for code, n := range l.free {
		if n > 0 {
			out.Free = append(out.Free, result.FreeUnits{Reason: outcome.Code(code).Detail(), Messages: n})
		}
	}
	switch {
	case k.figure == nil:
	case !k.figure.OK():
		out.Missing, out.Unvalued, out.Currency = k.figure.Why.String(), out.Unvalued+l.due, k.figure.Currency
	default:
		t.value(&out, k, l, scopes)
	}
	return out
}

// value writes what the charges of a line cost.
func (t *Tally) value(out *priced, k key, l *line, scopes map[scope]*counted) {
	f := k.figure
	out.amount = money.Of(f.Amount).Times(l.due)
	out.Currency, out.Rate, out.Note = f.Currency, money.Format(money.Of(f.Amount), decimals), f.Note()
	if s, ok := scopeOf(k); ok {
		switch c := scopes[s]; {
		case c.mixed && c.n > (*c.steps)[0].To:
			out.Note = "at most: of the month's authentication messages at both rates the volume tiers are not shared out"
		case c.several || c.mixed:
		default:
			out.amount = out.amount.Sub(price.Discount(*c.steps, 0, l.due))
			for _, step := range price.Steps(*c.steps, l.due) {
				out.Tiers = append(out.Tiers, result.BillTier{
					From: step.From, To: step.To, Messages: step.Messages, Rate: money.Format(money.Of(step.Amount), decimals),
					Amount: money.Format(money.Of(step.Amount).Times(step.Messages), decimals),
				})
			}
		}
	}
}

// portfolioLine is what volume tiers take off the accounts of a portfolio
// together, if anything.
func (t *Tally) portfolioLine(k scope, c *counted) []priced {
	off := price.Discount(*c.steps, 0, c.n)
	if off.IsZero() || c.mixed {
		return nil
	}
	return []priced{{amount: off.Neg(), BillLine: result.BillLine{
		Portfolio: k.portfolio, Month: k.month.String(), Market: t.book.Markets.Name(k.market), Category: c.figure.Category.String(),
		Unit: rate.PerMessage.String(), Currency: k.currency, Free: []result.FreeUnits{}, Tiers: []result.BillTier{},
		Note: "volume tiers of the portfolio's accounts together",
	}}}
}

// join puts what is free and uncertain in a market and category on the line of
// its charges, if there is one.
func join(lines []priced) []priced {
	same := func(a, b *priced) bool {
		return a.Portfolio == b.Portfolio && a.WABA == b.WABA && a.Month == b.Month && a.Market == b.Market && a.Category == b.Category
	}
	out := lines[:0:0]
	for _, l := range lines {
		if l.Charges > 0 || l.WABA == "" {
			out = append(out, l)
		}
	}
	for i := range lines {
		l := &lines[i]
		if l.Charges > 0 || l.WABA == "" {
			continue
		}
		at := slices.IndexFunc(out, func(o priced) bool { return same(&o, l) && len(o.Free) == 0 && o.Uncertain == 0 })
		if at < 0 {
			out = append(out, *l)
			continue
		}
		out[at].Free, out[at].Uncertain, out[at].low, out[at].high = l.Free, l.Uncertain, l.low, l.high
		out[at].Unvalued += l.Unvalued
	}
	return out
}
