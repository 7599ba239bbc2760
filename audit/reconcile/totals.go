package reconcile

import (
	"maps"
	"slices"

	"waudit/audit/price"
	"waudit/audit/result"
)

// total sums up findings: all of them, those of each account, and those of each check.
func total(findings []Finding) result.FindingTotals {
	all, accounts, checks := price.ByCurrency{}, map[string]price.ByCurrency{}, map[string]price.ByCurrency{}
	byAccount, byCheck := map[string]*result.AccountTotal{}, map[string]*result.CheckTotal{}
	for i := range findings {
		f := &findings[i]
		a, c := byAccount[f.WABA], byCheck[f.Check]
		if a == nil {
			a = &result.AccountTotal{WABA: f.WABA}
			byAccount[f.WABA], accounts[f.WABA] = a, price.ByCurrency{}
		}
		if c == nil {
			c = &result.CheckTotal{Check: f.Check, Name: f.Name, Severity: f.Severity}
			byCheck[f.Check], checks[f.Check] = c, price.ByCurrency{}
		}
		a.Findings++
		c.Findings++
		if f.Severity == result.Error {
			c.Severity = f.Severity
		}
		if f.Amount != nil {
			for _, sums := range [...]price.ByCurrency{all, accounts[f.WABA], checks[f.Check]} {
				sums.Add(f.Amount.Currency, f.Sums)
			}
		}
	}
	t := result.FindingTotals{Amounts: all.Amounts(), Accounts: []result.AccountTotal{}, ByCheck: []result.CheckTotal{}}
	for _, waba := range slices.Sorted(maps.Keys(byAccount)) {
		byAccount[waba].Amounts = accounts[waba].Amounts()
		t.Accounts = append(t.Accounts, *byAccount[waba])
	}
	for _, id := range slices.Sorted(maps.Keys(byCheck)) {
		byCheck[id].Amounts = checks[id].Amounts()
		t.ByCheck = append(t.ByCheck, *byCheck[id])
	}
	return t
}
