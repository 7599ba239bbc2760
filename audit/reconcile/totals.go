package reconcile

import (
	"maps"
	"slices"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/price"
	"waudit/audit/result"
)

// total sums up findings: all of them, and those of each account, check, category, day
// and month.
func total(findings []Finding, book *account.Book) result.FindingTotals {
	all, accounts, checks, categories := price.ByCurrency{}, map[string]price.ByCurrency{}, map[string]price.ByCurrency{}, map[string]price.ByCurrency{}
	dated := audit.NewDated(book)
	byAccount, byCheck := map[string]*result.AccountTotal{}, map[string]*result.CheckTotal{}
	for i := range findings {
		f := &findings[i]
		a, c := byAccount[f.WABA], byCheck[f.Check]
		if a == nil {
			a = &result.AccountTotal{WABA: f.WABA}
			byAccount[f.WABA] = a
		}
		if c == nil {
			c = &result.CheckTotal{Check: f.Check, Name: f.Name, Severity: f.Severity}
			byCheck[f.Check] = c
		}
		a.Findings++
		c.Findings++
		if f.Severity == result.Error {
			c.Severity = f.Severity
		}
		if f.Amount == nil {
			continue
		}
		all.Add(f.Amount.Currency, f.Sums)
		for _, of := range [...]price.ByCurrency{audit.Keyed(accounts, f.WABA), audit.Keyed(checks, f.Check), audit.Keyed(categories, f.Category)} {
			of.Add(f.Amount.Currency, f.Sums)
		}
		dated.Add(&f.Finding.Finding, f.Amount.Currency, f.Sums)
	}
	t := result.FindingTotals{Amounts: all.Amounts(), Accounts: []result.AccountTotal{}, ByCheck: []result.CheckTotal{}, Dated: dated.Sums(), ByCategory: audit.KeySums(categories)}
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
