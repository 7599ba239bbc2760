package reconcile

import (
	"maps"
	"slices"

	"waudit/audit/price"
	"waudit/audit/result"
)

// byCurrency are sums of money by currency.
type byCurrency map[string]*price.Sums

func (b byCurrency) add(f *Finding) {
	if f.Amount == nil {
		return
	}
	if b[f.Amount.Currency] == nil {
		b[f.Amount.Currency] = &price.Sums{}
	}
	b[f.Amount.Currency].Add(f.Sums)
}

func (b byCurrency) amounts() []result.Amounts {
	out := []result.Amounts{}
	for _, currency := range slices.Sorted(maps.Keys(b)) {
		s := b[currency]
		out = append(out, result.Amounts{
			Currency: currency, Reported: s.Reported.String(), Expected: s.Expected.String(),
			Overcharged: s.Over.String(), Undercharged: s.Under.String(), Uncertain: s.Uncertain.String(),
		})
	}
	return out
}

// total sums up findings: all of them, those of each account, and those of each check.
func total(findings []Finding) result.FindingTotals {
	all, accounts, checks := byCurrency{}, map[string]byCurrency{}, map[string]byCurrency{}
	byAccount, byCheck := map[string]*result.AccountTotal{}, map[string]*result.CheckTotal{}
	for i := range findings {
		f := &findings[i]
		a, c := byAccount[f.WABA], byCheck[f.Check]
		if a == nil {
			a = &result.AccountTotal{WABA: f.WABA}
			byAccount[f.WABA], accounts[f.WABA] = a, byCurrency{}
		}
		if c == nil {
			c = &result.CheckTotal{Check: f.Check, Name: f.Name, Severity: f.Severity}
			byCheck[f.Check], checks[f.Check] = c, byCurrency{}
		}
		a.Findings++
		c.Findings++
		if f.Severity == result.Error {
			c.Severity = f.Severity
		}
		all.add(f)
		accounts[f.WABA].add(f)
		checks[f.Check].add(f)
	}
	t := result.FindingTotals{Amounts: all.amounts(), Accounts: []result.AccountTotal{}, ByCheck: []result.CheckTotal{}}
	for _, waba := range slices.Sorted(maps.Keys(byAccount)) {
		byAccount[waba].Amounts = accounts[waba].amounts()
		t.Accounts = append(t.Accounts, *byAccount[waba])
	}
	for _, id := range slices.Sorted(maps.Keys(byCheck)) {
		byCheck[id].Amounts = checks[id].amounts()
		t.ByCheck = append(t.ByCheck, *byCheck[id])
	}
	return t
}
