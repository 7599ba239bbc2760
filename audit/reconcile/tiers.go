package reconcile

import (
	"cmp"
	"maps"
	"slices"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// tierKey is what volume tiers count over (4.5); zero for what has none.
type tierKey struct {
	portfolio, currency string
	market              rate.Market
	category            category.Category // utility, or authentication for both of its rates
	month               era.Month
}

// tierOf returns what a charge counts in.
func tierOf(a *account.Account, m era.Month, f *price.Figure) tierKey {
	if f.Tiers == nil {
		return tierKey{}
	}
	return tierKey{price.Portfolio(a), f.Currency, f.Market, f.Category.Base(), m}
}

// tierMonth is the charges of a month that are billed at rates of its tiers.
type tierMonth struct {
	steps   *[]rate.Tier
	shown   category.Category
	mixed   bool // authentication at both rates: their places cannot be told from counts
	n       int64
	charged money.Amount
	lines   []string // of volumes
}

// due is the most that so many messages cost, and less what they cost at the rate
// of the first tier.
func (t *tierMonth) due() (due, less money.Amount) {
	less = price.Discount(*t.steps, 0, t.n)
	return money.Of((*t.steps)[0].Amount).Times(t.n).Sub(less), less
}

// slack is how much of what was charged rounding explains: amounts are rounded to
// four decimals at the coarsest.
func (t *tierMonth) slack() (most money.Amount) {
	const unit = 100_000
	for _, s := range *t.steps {
		most = money.Max(most, money.Of((s.Amount+unit/2)/unit*unit-s.Amount))
	}
	return most.Times(t.n)
}

// monthTiers are the months of all tiers.
type monthTiers map[tierKey]*tierMonth

// add counts a charge at the rate of some tier of its figure.
func (m monthTiers) add(k tierKey, f *price.Figure, charged money.Amount) {
	if k != (tierKey{}) {
		m.put(k, &tierMonth{steps: f.Tiers, shown: f.Category, n: 1, charged: charged})
	}
}

func (m monthTiers) put(k tierKey, o *tierMonth) {
	t := m[k]
	if t == nil {
		c := *o
		m[k] = &c
		return
	}
	t.mixed = t.mixed || o.mixed || t.steps != o.steps
	t.n += o.n
	t.charged = t.charged.Add(o.charged)
	t.lines = append(t.lines, o.lines...)
}

func (m monthTiers) merge(o monthTiers) {
	for k, t := range o {
		m.put(k, t)
	}
}

// bookTiers books what the charges of a month come to beyond its volume tiers
// (WA207): each of them is the rate of some tier, and was expected so far.
func (w *Watcher) bookTiers() {
	keys := slices.SortedFunc(maps.Keys(w.months), func(x, y tierKey) int {
		return cmp.Or(cmp.Compare(x.portfolio, y.portfolio), cmp.Compare(x.currency, y.currency), cmp.Compare(x.market, y.market), cmp.Compare(x.category, y.category), cmp.Compare(x.month, y.month))
	})
	told := check.VolumeTier()
	for _, k := range keys {
		t := w.months[k]
		due, less := t.due()
		excess := t.charged.Sub(due)
		if t.mixed || less.IsZero() || excess.Cmp(t.slack()) <= 0 {
			continue
		}
		v := check.TierView{
			Portfolio: k.portfolio, Market: w.valuer.Book().Markets.Name(k.market), Category: t.shown.String(), Month: k.month.String(), Currency: k.currency,
			Messages: t.n, Charged: t.charged, Due: due, Sure: !slices.ContainsFunc(*t.steps, func(s rate.Tier) bool { return !s.Sure() }),
		}
		if w.bill.scope.accounts[k.portfolio] {
			v.WABA = k.portfolio
		}
		hit := told.Log(&check.Log{Tiers: []check.TierView{v}})[0]
		id := result.FindingID(told.ID, hit.Number, hit.Subject...)
		w.ledger.expect(k.currency, t.charged.Neg())
		w.ledger.add(Entry{Step: "charged above the volume tiers", Check: told.ID, Finding: id, Currency: k.currency, Basis: price.Reported, Sums: hit.Money, N: 1, Lines: t.lines})
		w.own = append(w.own, audit.Finding{Finding: result.Finding{
			ID: id, Check: told.ID, Name: told.Name, WABA: hit.WABA, Category: hit.Category, Count: hit.Count, Explanation: hit.Explanation.String(),
			Amount: &result.Amount{}, Rule: result.Rule{Clause: told.Clause, Source: told.Doc.Source},
		}})
	}
}
