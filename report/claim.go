package report

import (
	"waudit/audit/result"
	"waudit/report/sheet"
)

// ClaimTable is findings of one account as a table to be sent to the provider. Of a bill
// that lies beside the log, amounts are called billed and due.
func ClaimTable(of result.Account, findings []*result.Finding, isBill bool) sheet.Table {
	return claimTable(findingColumns(names{of.WABA: of.Name}, newClock(Options{}, []result.Account{of}), isBill), findings)
}

// UncertainTable is uncertain findings of one account with all that is known of them.
func UncertainTable(of result.Account, findings []*result.Finding, isBill bool) sheet.Table {
	return findingTable("uncertain", findingColumns(names{of.WABA: of.Name}, newClock(Options{}, []result.Account{of}), isBill), findings)
}
